"""What attributes say of the words in an element: signs, labels, counters, films, hidden addresses.

`WordMarks.enter` takes each element that has attributes and returns what its end does;
`WordMarks.words` returns what a reader sees of the text in those that are open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newscrawl.markup import allowlist
from newscrawl.markup.class_words import class_words, words_in
from newscrawl.markup.counters import counted_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.markup.builder import Builder
    from newscrawl.markup.media_elements import MediaElements

_CONTROL_ROLES: Final = frozenset({"button", "menuitem", "option", "radio", "switch", "tab"})
_INLINE_CONTROLS: Final = frozenset({"span", "i", "em", "strong", "label"})
# Digits of an address that is hidden from robots.
_MAX_EMAIL: Final = 400
BOXED: Final = (
    allowlist.BREAKING
    | allowlist.HEADINGS
    | {"blockquote", "dl", "figure", "ol", "pre", "table", "ul"}
)
"""Blocks that can stand in a box."""
_UNLABELED: Final = BOXED | {"dd", "dt", "li", "sub", "sup", "td", "th", "tr"}
# Elements whose addresses are read elsewhere.
_MEDIA: Final = frozenset({"a", "audio", "iframe", "script", "video"})


class WordMarks:
    """The marks on the words of one document."""

    def __init__(self, builder: Builder, media: MediaElements) -> None:
        self._builder = builder
        self._media = media
        self._signs = 0  # open elements that are drawn, not read
        self._value = ""  # of a counter that has not shown it yet

    def enter(
        self, tag: str, attrs: dict[str, str], classes: list[str]
    ) -> list[Callable[[], None]]:
        """Take in an element that has attributes; returns what its end does."""
        ends: list[Callable[[], None]] = []
        words = words_in(attrs["class"]) if classes else frozenset[str]()
        if attrs.get("aria-hidden") == "true" or not class_words().signs.isdisjoint(words):
            self._signs += 1
            ends.append(self._end_sign)
        if attrs.get("role") in _CONTROL_ROLES and tag in _INLINE_CONTROLS:
            ends.append(self._space())
        elif not class_words().labels.isdisjoint(words) and tag not in _UNLABELED:
            ends.append(self._label(words))
        if value := counted_value(attrs, words):
            self._value = value
            ends.append(self._end_counter)
        if len(attrs) > len(classes[:1]) and tag not in _MEDIA:
            self._media.film(attrs)
        return ends

    def words(self, data: str) -> str:
        """Return what a reader sees of text, given the elements that are open."""
        if self._signs and not any(map(str.isalnum, data)):
            return " "
        if self._media.has_film and data.strip():
            self._media.end_film()
        if self._value and data.strip():
            value, self._value = self._value, ""
            is_start = not any(map(str.isalpha, data)) and any(map(str.isdigit, data))
            return value if is_start else value + data
        return data

    def _end_sign(self) -> None:
        self._signs -= 1

    def _space(self) -> Callable[[], None]:
        """Part a control from the words beside it."""
        self._builder.text(" ")
        return lambda: self._builder.text(" ")

    def _label(self, words: frozenset[str]) -> Callable[[], None]:
        """Part a label from the words that touch it; a quote's source is a line of its own."""
        is_quoted = "quote" in words or self._builder.inside() == "blockquote"
        is_cite = is_quoted and not class_words().cites.isdisjoint(words)
        end = self._builder.end_block if is_cite else self._builder.joint
        end()
        return end

    def _end_counter(self) -> None:
        self._builder.text(self._value)
        self._value = ""


def decoded_email(encoded: str) -> str:
    """Return the address that Cloudflare hides from robots: each byte but the first, XOR that one.

    >>> decoded_email("422302236c2d3025")
    'a@a.org'
    """
    try:
        key, *values = bytes.fromhex(encoded.strip()[:_MAX_EMAIL])
        found = bytes(value ^ key for value in values).decode()
    except ValueError:
        return ""
    return found if found.isprintable() and "@" in found else ""
