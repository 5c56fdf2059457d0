"""Read the numbers that a disabled counter or bar would show: "40 trams", "Support 60%"."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from newscrawl.markup.shortcodes import Shortcode

_COUNTER: Final = re.compile(
    r"(?:\w+_)?(?:counter(?:_box)?|count_?up|progress(?:_?bar|_pie)?|milestone|funfact)$"
)
_NUMBERS: Final = ("number", "percent", "percentage", "value", "to", "count", "end", "stop")
_LABELS: Final = ("title", "text", "label", "heading")
_NUMBER: Final = re.compile(r"[-+]?\d[\d.,\s]{0,20}%?")
# Characters of the rows of bars that are read.
_MAX_ROWS: Final = 10_000


def counts(found: Shortcode) -> list[str]:
    """Return the lines that a counter shows, a line for each of its bars; empty for others.

    >>> from newscrawl.markup.shortcodes import Shortcode
    >>> counts(Shortcode("fusion_counter_box", attrs={"value": "77", "unit": "%"}))
    ['77%']
    """
    if found.closing or not _COUNTER.match(found.name):
        return []
    if rows := _rows(found.attrs.get("values", "")):
        units = found.attrs.get("units", "")
        return [f"{label} {value}{units}".strip() for label, value in rows]
    values = (found.attrs.get(name, "") for name in _NUMBERS)
    number = next((value for value in values if _NUMBER.fullmatch(value)), "")
    label = next((found.attrs[name] for name in _LABELS if found.attrs.get(name)), "")
    unit = found.attrs.get("unit", "%" if "percent" in found.attrs else "")
    return [f"{number}{unit} {label}".strip()] if number else []


def _rows(values: str) -> list[tuple[str, str]]:
    """Return the labels and values of WPBakery's bars, which are JSON in percent encoding."""
    try:
        rows = json.loads(unquote(values[:_MAX_ROWS])) if values else []
    except (ValueError, RecursionError):
        return []
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [(str(row.get("label", "")), str(row.get("value", ""))) for row in rows]
