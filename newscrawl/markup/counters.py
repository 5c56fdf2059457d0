"""Read animated counters: the number is in an attribute, and the page shows zero at first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newscrawl.markup.class_words import class_words

if TYPE_CHECKING:
    from collections.abc import Mapping

_VALUE: Final = re.compile(
    r"data-(?:[a-z]+-)*(?:value|count|end|to|stop|target|max|num|number|final|total|width)"
)
_NOT_THE_VALUE: Final = re.compile(r"data-(?:from|start|initial|min|speed|duration|delay)\b")
_NUMBER: Final = re.compile(r"\s*[-+]?\d[\d.,\s]{0,20}%?\s*")


def counted_value(attrs: Mapping[str, str], words: frozenset[str]) -> str:
    """Return the final number of a counter; "" for other elements.

    Args:
        attrs: The element's attributes.
        words: The words of its classes, in lower case.

    >>> counted_value({"data-to-value": "12000", "data-delimiter": ","}, frozenset({"counter"}))
    '12,000'
    """
    if class_words().counters.isdisjoint(words):
        return ""
    for name, value in attrs.items():
        if _VALUE.fullmatch(name) and not _NOT_THE_VALUE.match(name) and _NUMBER.fullmatch(value):
            return _written(value.strip(), attrs.get("data-delimiter", ""))
    return ""


def _written(value: str, delimiter: str) -> str:
    whole, point, rest = value.partition(".")
    if len(delimiter) == 1 and whole.isdigit():
        whole = f"{int(whole):,}".replace(",", delimiter)
    return f"{whole}{point}{rest}"
