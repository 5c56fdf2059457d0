"""Read animated counters: the number is in an attribute, and the page shows zero at first."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from newscrawl.markup.class_words import class_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VALUE: Final = re.compile(
    r"data-(?:[a-z]+[-_])*(?:value|count|end|to|stop|target|max|num|number|final|percent|"
    r"percentage|total|width|amount)"
)
_NOT_THE_VALUE: Final = re.compile(
    r"data-(?:from|start|initial|min|speed|duration|delay|count-from)(?:\b|_)"
)
# Characters of the options that are read.
_MAX_OPTIONS: Final = 2_000
_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Characters of the signs around a number.
_MAX_UNIT: Final = 40
_NUMBER: Final = re.compile(r"\s*[-+]?\d[\d.,\s]{0,20}%?\s*")


def counted_value(attrs: Mapping[str, str], words: frozenset[str]) -> str:
    """Return the final number of a counter; "" for other elements.

    Args:
        attrs: The element's attributes.
        words: The words of its classes, in lower case.

    >>> counted_value({"data-to-value": "12000", "data-delimiter": ","}, frozenset({"counter"}))
    '12,000'
    >>> counted_value({"data-options": '{"countTo": "150"}'}, frozenset({"counter"}))
    '150'
    """
    return "" if class_words().counters.isdisjoint(words) else _value(attrs)


def bar_value(attrs: Mapping[str, str], words: frozenset[str]) -> str:
    """Return the final number of a bar that the page shows at zero first; "" for other elements.

    >>> bar_value({"data-count": "45"}, frozenset({"progressbar"}))
    '45'
    """
    return "" if class_words().bars.isdisjoint(words) else _value(attrs)


def _value(attrs: Mapping[str, str]) -> str:
    for name, value in (*attrs.items(), *_options(attrs)):
        if _VALUE.fullmatch(name) and not _NOT_THE_VALUE.match(name) and _NUMBER.fullmatch(value):
            number = _written(value.strip(), attrs.get("data-delimiter", ""))
            return _with_unit(number, attrs)
    return ""


def _options(attrs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the options that an attribute holds as JSON, as attributes: ``data-count-to``."""
    for name, value in attrs.items():
        if not (name.startswith("data-") and value.startswith("{") and len(value) < _MAX_OPTIONS):
            continue
        try:
            options = json.loads(value)
        except (ValueError, RecursionError):
            continue
        for key, item in options.items():
            yield f"data-{_CAPITAL.sub('-', key).lower()}", str(item)


def _with_unit(number: str, attrs: Mapping[str, str]) -> str:
    """Return a number between the signs that a script writes around it: "€" and " km"."""
    prefix, suffix = attrs.get("data-prefix", ""), attrs.get("data-suffix", "")
    return f"{prefix}{number}{suffix}" if len(prefix + suffix) <= _MAX_UNIT else number


def _written(value: str, delimiter: str) -> str:
    whole, point, rest = value.partition(".")
    if len(delimiter) == 1 and whole.isdigit():
        whole = f"{int(whole):,}".replace(",", delimiter)
    return f"{whole}{point}{rest}"
