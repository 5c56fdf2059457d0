"""Read attributes about an element's words: signs, labels, counters, films, hidden addresses.

`WordMarks.enter` gets each element with attributes and returns the actions for its end.
`WordMarks.words` returns the visible part of the text in the open elements.
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
# Digits of an email address that Cloudflare hides.
_MAX_EMAIL: Final = 400
# Blocks that can be in a box.
BOXED: Final = (
    allowlist.BREAKING
    | allowlist.HEADINGS
    | {"blockquote", "dl", "figure", "ol", "pre", "table", "ul"}
)
_UNLABELED: Final = BOXED | {"dd", "dt", "li", "sub", "sup", "td", "th", "tr"}
# Elements whose URLs are read elsewhere.
_MEDIA: Final = frozenset({"a", "audio", "iframe", "script", "video"})


class WordMarks:
    """The open elements of one document that change their words."""

    def __init__(self, builder: Builder, media: MediaElements) -> None:
        self._builder = builder
        self._media = media
        self._signs = 0  # the number of open elements that are drawn, not read
        self._value = ""  # the value of a counter that is not written yet

    def enter(
        self, tag: str, attrs: dict[str, str], classes: list[str]
    ) -> list[Callable[[], None]]:
        """Handle an element with attributes; return the actions for its end."""
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
        """Return the part of a text that a reader sees in the open elements."""
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
        """Separate a control from the words beside it."""
        self._builder.text(" ")
        return lambda: self._builder.text(" ")

    def _label(self, words: frozenset[str]) -> Callable[[], None]:
        """Separate a label from the words that touch it; a quote's source gets its own line."""
        is_quoted = "quote" in words or self._builder.inside() == "blockquote"
        is_cite = is_quoted and not class_words().cites.isdisjoint(words)
        end = self._builder.end_block if is_cite else self._builder.joint
        end()
        return end

    def _end_counter(self) -> None:
        self._builder.text(self._value)
        self._value = ""


def decoded_email(encoded: str) -> str:
    """Return the email address that Cloudflare hides: each byte after the first, XOR the first.

    >>> decoded_email("422302236c2d3025")
    'a@a.org'
    """
    try:
        key, *values = bytes.fromhex(encoded.strip()[:_MAX_EMAIL])
        found = bytes(value ^ key for value in values).decode()
    except ValueError:
        return ""
    return found if found.isprintable() and "@" in found else ""
