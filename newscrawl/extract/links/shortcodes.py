"""Find buttons that are left as raw shortcodes: ``[su_button url="..."]Full article[/su_button]``.

A removed plugin leaves its shortcodes in the text. WordPress then replaces their quotes with
typographic ones: “ ”, ″, « » and no-break spaces.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

# A tag has attributes, or closes, or has a name that is no word. "[Source]" and "[via A]" are text.
_TAG = re.compile(
    r"\[[a-z][\w-]{1,40}[\s\xa0][^\[\]=]{1,60}=[^\[\]]{0,2000}\]|\[/[a-z][\w-]{1,40}\]|"
    r"\[[a-z]+_\w{1,40}/?\]",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"\[(?P<name>[a-z0-9_-]{0,30}(?:button|btn|cta|boton)[a-z0-9_-]{0,30})[\s\xa0]"
    r"(?P<attributes>[^\[\]]{0,2000})\]",
    re.IGNORECASE,
)
_QUOTES = "\"'“”„″′‘’«»\xa0"
_ATTRIBUTE = re.compile(
    rf"(?P<name>[a-z_-]{{2,30}})\s{{0,3}}=\s{{0,3}}[{_QUOTES}]{{1,3}}(?P<value>[^{_QUOTES}]{{1,1000}})"
    rf"[{_QUOTES}]",
    re.IGNORECASE,
)
_HREF_NAMES = ("url", "link", "href", "button_url", "button_link", "btn_url", "btn_link")
_TEXT_NAMES = ("text", "title", "label", "button_text", "btn_text", "value", "caption", "content")
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
    for found in _BUTTON.finditer(text):
        attributes = {
            match["name"].lower(): match["value"].strip()
            for match in _ATTRIBUTE.finditer(found["attributes"])
        }
        href = _first(attributes, _HREF_NAMES)
        inner, bracket, after = text[found.end() : found.end() + MAX_TEXT_CHARS].partition("[")
        if bracket and after.lower().startswith("/" + found["name"].lower()):
            start, end, label = found.end(), found.end() + len(inner), inner.strip()
        else:
            start, end, label = found.start(), found.end(), ""
        if href:
            label = label or _first(attributes, _TEXT_NAMES)
            yield ShortcodeButton(_plain_href(href), label, start, end)


def _first(attributes: dict[str, str], names: tuple[str, ...]) -> str:
    return next((attributes[name] for name in names if attributes.get(name)), "")


def masked(text: str) -> str:
    """Return a text with spaces in place of its shortcodes; offsets stay the same."""
    return _TAG.sub(lambda found: " " * len(found[0]), text)


def _plain_href(href: str) -> str:
    """Return the URL in a page builder's notation: ``url:...|title:...``, ``manually,...``."""
    href = unescape(href).removeprefix("manually,")
    if href.startswith("url:"):
        href = unquote(href.removeprefix("url:").partition("|")[0])
    return href.strip()
