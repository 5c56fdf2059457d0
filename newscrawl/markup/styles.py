"""Read the style attribute of an element: bold, italic, and the text direction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newscrawl.markup.attributes import direction

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOLD_STYLE: Final = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC_STYLE: Final = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
# Tags that a style cancels: Google Docs wraps all pasted text in such a "b".
_UNDOING_STYLES: Final = {
    "strong": re.compile(r"font-weight\s*:\s*(?:normal|[1-4]00)", re.IGNORECASE),
    "em": re.compile(r"font-style\s*:\s*normal", re.IGNORECASE),
}
_DIRECTION_STYLE: Final = re.compile(r"(?<![\w-])direction\s*:\s*(rtl|ltr)", re.IGNORECASE)
_BLOCK_STYLE: Final = re.compile(
    r"display\s*:\s*(?:block|flex|grid|table\b|list-item)", re.IGNORECASE
)


def tag_by_style(tag: str, style: str) -> str:
    """Return the tag that an element means by its own style."""
    if tag == "span":
        if _BLOCK_STYLE.search(style):
            return "div"
        if _BOLD_STYLE.search(style):
            return "strong"
        return "em" if _ITALIC_STYLE.search(style) else tag
    undoing = _UNDOING_STYLES.get(tag)
    return "span" if undoing and undoing.search(style) else tag


def direction_of(attrs: Mapping[str, str]) -> str:
    """Return the text direction that an element's attributes set, or ""."""
    if "dir" in attrs:
        return direction(attrs["dir"])
    match = _DIRECTION_STYLE.search(attrs["style"]) if "style" in attrs else None
    return match[1].lower() if match else ""
