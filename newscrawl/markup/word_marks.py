"""Read attributes about an element's words: signs, labels, counters, films, hidden addresses.

`WordMarks.enter` gets each element with attributes and returns the actions for its end.
`WordMarks.words` returns the visible part of the text in the open elements.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newscrawl.markup import allowlist
from newscrawl.markup.class_words import class_words, words_in
from newscrawl.markup.counters import bar_value, counted_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.markup.builder import Builder
    from newscrawl.markup.media_elements import MediaElements

_CONTROL_ROLES: Final = frozenset({"button", "menuitem", "option", "radio", "switch", "tab"})
_INLINE_CONTROLS: Final = frozenset({"span", "i", "em", "strong", "label"})
# Shorter words that a drawn element repeats may be said twice.
_MIN_TWIN: Final = 5
_ZERO: Final = re.compile(r"(\s*)0(\s*%?\s*)")
# A class of a part of a component; the part is a word, not a number.
_PART_OF: Final = re.compile(r"([A-Za-z][\w-]*?)(?:__|--?|_)[A-Za-z]{3,}")
# Beginnings of classes that only color or style the words of a line.
_NO_COMPONENTS: Final = ("has-", "is-", "text-", "font-", "color-")
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
        self._before = ""  # the last text, which a drawn element may repeat
        self._value = ""  # the value of a counter that is not written yet
        self._blocks = 0  # the number of blocks that started in that counter
        self._ended = ""  # the component whose part has just ended
        self._is_letter = False  # whether the last text is one letter, such as a raised initial
        self._bracket = ""  # the start of a tooltip's words, which are not written yet
        self._bar = ""  # the value of an open bar, which stands for the first zero in it

    def enter(
        self, tag: str, attrs: dict[str, str], classes: list[str]
    ) -> list[Callable[[], None]]:
        """Handle an element with attributes; return the actions for its end."""
        ends: list[Callable[[], None]] = []
        words = words_in(attrs["class"]) if classes else frozenset[str]()
        named = class_words()
        if attrs.get("aria-hidden") == "true" or not named.signs.isdisjoint(words):
            self._signs += 1
            ends.append(self._end_sign)
        if attrs.get("role") in _CONTROL_ROLES and tag in _INLINE_CONTROLS:
            ends.append(self._space())
        elif not named.labels.isdisjoint(words) and tag not in _UNLABELED:
            ends.append(self._label(words))
        if attrs.get("role") == "tooltip" and tag in _INLINE_CONTROLS:
            self._bracket = " ("
            ends.append(self._end_tooltip)
        if tag == "span" and classes and (component := _component(classes[0])):
            ends.append(self._part(component))
        self._blocks += tag in BOXED
        if value := counted_value(attrs, words):
            self._value, self._blocks = value, 0
            ends.append(self._end_counter)
        elif value := bar_value(attrs, words):
            self._bar = value
            ends.append(self._end_bar)
        if len(attrs) > len(classes[:1]) and tag not in _MEDIA:
            self._media.film(attrs)
        return ends

    def words(self, data: str) -> str:
        """Return the part of a text that a reader sees in the open elements."""
        self._ended = ""
        text = data.strip()
        self._is_letter = len(text) == 1 and text.isalpha()
        if self._signs and not any(map(str.isalnum, text)):
            return " "
        if not text:
            return data
        before, self._before = self._before, text
        if self._signs and text == before and len(text) >= _MIN_TWIN:
            return " "
        if self._bracket:
            data, self._bracket = f"{self._bracket}{data.lstrip()}", ""
        if self._media.has_film:
            self._media.end_film()
        if self._value:
            value, self._value = self._value, ""
            is_start = not any(map(str.isalpha, data)) and any(map(str.isdigit, data))
            if is_start:
                return data if _digits(data) == _digits(value) else value
            if self._blocks > 1:  # the number has a block of its own, which is still empty
                self._builder.text(value)
                self._builder.end_block()
                return data
            return value + data
        if self._bar and (zero := _ZERO.fullmatch(data)):
            value, self._bar = self._bar, ""
            return f"{zero[1]}{value}{zero[2]}"
        return data

    def _end_tooltip(self) -> None:
        if not self._bracket:
            self._builder.text(")")
        self._bracket = ""

    def _end_bar(self) -> None:
        self._bar = ""

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

    def _part(self, component: str) -> Callable[[], None]:
        """Separate two parts of one component that touch: "Nov" and "2099" of a date."""
        is_same = self._ended.startswith(component) or component.startswith(self._ended)
        if self._ended and is_same and not self._is_letter:
            self._builder.joint()
        return lambda: self._end_part(component)

    def _end_part(self, component: str) -> None:
        self._ended = component

    def _end_counter(self) -> None:
        self._builder.text(self._value)
        self._value = ""


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _component(name: str) -> str:
    """Return the component that a class names a part of; "" for other classes.

    >>> _component("my-events__month"), _component("date-day"), _component("has-red-color")
    ('my-events', 'date', '')
    """
    match = _PART_OF.fullmatch(name)
    return match[1] if match and not name.startswith(_NO_COMPONENTS) else ""


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
