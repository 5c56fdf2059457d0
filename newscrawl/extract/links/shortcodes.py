"""Find buttons left as raw shortcodes: ``[su_button url="..."]Full article[/su_button]``."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.markup.shortcodes import Shortcode, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUTTON = re.compile(r"button|btn|cta|boton", re.IGNORECASE)
_UNQUOTED_ATTRIBUTE = re.compile(r"(?<!\S)[\w-]+\s*=")
# Characters of a button's text that are read.
MAX_TEXT_CHARS = 200
# Buttons of a text that are read.
MAX_BUTTONS = 100


class ShortcodeButton(NamedTuple):
    """A button's link and words, and the offsets of both ends in the text."""

    href: str
    text: str
    start: int
    end: int


def shortcode_buttons(text: str) -> list[ShortcodeButton]:
    """Return the buttons among a text's shortcodes, at most `MAX_BUTTONS`.

    >>> shortcode_buttons("[vc_btn title=″Read on″ link=″url:https%3A%2F%2Fa.example%2Fx|target:″]")
    [ShortcodeButton(href='https://a.example/x', text='Read on', start=0, end=71)]
    """
    return list(islice(_buttons(text), MAX_BUTTONS))


def _buttons(text: str) -> Iterator[ShortcodeButton]:
    for found, start, end in tags(text):
        if found.closing or not _BUTTON.search(found.name) or not found.target:
            continue
        href = unescape(found.target)
        words, bracket, after = text[end : end + MAX_TEXT_CHARS].partition("[")
        if bracket and after.lower().startswith("/" + found.name.lower()):
            yield ShortcodeButton(href, words.strip() or found.title, end, end + len(words))
        else:
            yield ShortcodeButton(href, found.title, start, end)


def masked(text: str) -> str:
    """Return a text with spaces in place of its shortcodes; offsets stay the same.

    >>> masked("[sic] [su_box]So")
    '[sic]         So'
    """
    kept: list[str] = []
    position = 0
    for found, start, end in tags(text):
        if not _is_prose(found):
            kept += text[position:start], " " * (end - start)
            position = end
    return "".join(kept) + text[position:]


def _is_prose(found: Shortcode) -> bool:
    """Return whether brackets are a writer's, as "[Source]" and "[via A]" are."""
    if found.bare:
        return not (found.attrs or _UNQUOTED_ATTRIBUTE.search(found.bare))
    return not (found.closing or found.attrs or "_" in found.name)
