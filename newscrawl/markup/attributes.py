"""Filter an element's attributes: keep those of the policy with a valid value."""

import re
from collections.abc import Callable
from typing import Final

from newscrawl.markup.allowlist import ALLOWED, INLINE, MAX_SPAN
from newscrawl.markup.unicode import one_line
from newscrawl.urls.safe import safe_url

_DIRECTION: Final = re.compile(r"rtl|ltr|auto", re.IGNORECASE)
_LIST_TYPE: Final = re.compile(r"[1AIai]")
_NUMBER: Final = re.compile(r"-?[0-9]{1,6}")
_SCOPE: Final = re.compile(r"col|colgroup|row|rowgroup")
_TIME: Final = re.compile(r"[0-9TZPWYMDHS:.+\- ]{1,40}")


def kept_attributes(tag: str, attrs: dict[str, str], base_url: str) -> dict[str, str]:
    """Return the attributes that *tag* keeps, without the links of ``a`` and ``img``.

    The ``dir`` of a block is not included: the builder writes it if the direction changes.
    """
    kept = {}
    for name in _KEPT[tag].intersection(attrs):
        if name == "cite":
            value = safe_url(attrs[name], base_url) or ""
        else:
            value = _VALUES[name](attrs[name].strip())
        if value:
            kept[name] = value
    return kept


def direction(value: str) -> str:
    """Return the text direction of a ``dir`` attribute: "ltr", "rtl", "auto", or "" if invalid."""
    return _matching(_DIRECTION)(value.strip()).lower()


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda value: value if pattern.fullmatch(value) else ""


def _reversed(_: str) -> str:
    return "reversed"


def _span(value: str) -> str:
    span = min(int(value), MAX_SPAN) if _NUMBER.fullmatch(value) else 0
    return str(span) if span > 1 else ""


_VALUES: Final[dict[str, Callable[[str], str]]] = {
    "colspan": _span,
    "datetime": _matching(_TIME),
    "dir": direction,
    "reversed": _reversed,
    "rowspan": _span,
    "scope": _matching(_SCOPE),
    "start": _matching(_NUMBER),
    "title": one_line,
    "type": _matching(_LIST_TYPE),
    "value": _matching(_NUMBER),
}
_KEPT: Final = {
    tag: names - ({"dir"} if tag not in INLINE else set()) for tag, names in ALLOWED.items()
}
