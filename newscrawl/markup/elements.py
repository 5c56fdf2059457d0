"""What each element of a source means: a format, a block, a picture, a link - or nothing to see.

`Elements.enter` is told of each start tag and returns what the element's end does. An element is
hidden when its tag, its ``hidden`` attribute, its own style or its class says that readers do not
see it: a style sheet's hiding is not known here, so words that it hides are kept.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final, TypeAlias

from newscrawl.markup import allowlist
from newscrawl.markup.attributes import direction, kept_attributes
from newscrawl.markup.builder import Builder, Format
from newscrawl.markup.links import Links
from newscrawl.markup.media import LATE
from newscrawl.markup.media_elements import MediaElements
from newscrawl.markup.open_elements import Undo
from newscrawl.markup.tree import Node

Attrs: TypeAlias = dict[str, str]

_HIDING_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOLD_STYLE: Final = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC_STYLE: Final = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
# Tags that a style takes back: Google Docs wraps all that is pasted from it in such a "b".
_UNDOING_STYLES: Final = {
    "strong": re.compile(r"font-weight\s*:\s*(?:normal|[1-4]00)", re.IGNORECASE),
    "em": re.compile(r"font-style\s*:\s*normal", re.IGNORECASE),
}
_DIRECTION_STYLE: Final = re.compile(r"(?<![\w-])direction\s*:\s*(rtl|ltr)", re.IGNORECASE)
_BLOCK_STYLE: Final = re.compile(
    r"display\s*:\s*(?:block|flex|grid|table\b|list-item)", re.IGNORECASE
)
# Runs of words that only a certain block may hold.
_LINES_IN: Final = frozenset({("caption", "table"), ("dt", "dl"), ("figcaption", "figure")})
_BUTTON_CLASS: Final = re.compile(r"(?:^|[\s_-])(?:button|btn)(?:$|[\s_-])")


class Elements:
    """The elements of one document, told to a `Builder`.

    Attributes:
        hidden: How many open elements hide what is in them.
        verse: How many keep the ends of lines: a poem's are no program's.
        in_noscript: Whether text is the source of a ``noscript``.
        links, media: Those of the document.
    """

    def __init__(self, builder: Builder, base_url: str, drop_url: str | None) -> None:
        self.hidden = 0
        self.verse = 0
        self.in_noscript = False
        self.links = Links(builder, base_url, drop_url)
        self.media = MediaElements(builder, self.links, base_url)
        self._builder = builder
        self._base_url = base_url
        self._section = "tbody"

    # --- start tags

    def enter(self, tag: str, attrs: Attrs) -> Undo:
        """Take in a start tag of an element that has an end; returns what its end does."""
        meant = allowlist.RENAMED.get(tag, tag)
        blocks = self._builder.blocks
        before = blocks.direction
        if attrs:
            meant = self._by_attributes(meant, attrs)
        handler = self._HANDLERS.get(meant)
        if handler:
            undo = handler(self, attrs)
        elif meant in allowlist.INLINE:
            undo = self._format(meant, attrs)
        elif meant in allowlist.HIDDEN:
            undo = self._hide()
        elif meant in LATE:
            undo = self._late(meant, attrs)
        else:
            undo = self._block(meant, attrs)
        if blocks.direction is before:
            return undo
        return partial(self._leave_direction, before, undo)

    def void(self, tag: str, attrs: Attrs) -> None:
        """Take in an element that has no end."""
        if self.media.waiting:
            self.media.source(tag, attrs)
        elif self.hidden:
            return
        elif tag == "br":
            self._builder.line_break()
        elif tag == "img":
            self.media.image(attrs)
        elif tag == "hr":
            self._builder.rule()
        elif tag == "embed":
            self.media.embed(attrs.get("src", ""), attrs.get("title", ""))
        elif tag == "param" and attrs.get("name") == "movie":
            self.media.embed(attrs.get("value", ""))

    # --- what attributes say

    def _by_attributes(self, tag: str, attrs: Attrs) -> str:
        """Return the tag that the element means by its attributes."""
        if tag not in {"bdi", "bdo"}:
            blocks = self._builder.blocks
            blocks.direction = _direction(attrs) or blocks.direction
        classes = attrs.get("class", "").split()
        if _is_hidden(attrs, classes):
            return "template"
        if tag in allowlist.HIDDEN:
            return tag
        if "style" in attrs:
            tag = _by_style(tag, attrs["style"])
        return next(
            (allowlist.BY_CLASS[name] for name in classes if name in allowlist.BY_CLASS), tag
        )

    def _leave_direction(self, before: str | None, undo: Undo) -> None:
        if undo:
            undo()
        self._builder.blocks.direction = before

    def _hide(self) -> Undo:
        self.hidden += 1
        return self._show

    def _show(self) -> None:
        self.hidden -= 1
        self.media.waiting = False

    # --- blocks

    def _block(self, tag: str, attrs: Attrs) -> Undo:
        builder = self._builder
        if tag in allowlist.HEADINGS or (tag, builder.inside()) in _LINES_IN:
            return partial(builder.end_line, builder.start_line(tag))
        if tag in allowlist.SECTIONS:
            before, self._section = self._section, tag
            return partial(self._end_section, before)
        if tag == "tr":
            return partial(builder.close, builder.open("tr", {"section": self._section}))
        if tag in allowlist.FLOWS:
            return partial(
                builder.close, builder.open(tag, kept_attributes(tag, attrs, self._base_url))
            )
        if tag in allowlist.BREAKING or tag in allowlist.LINES:
            builder.end_block()
            return builder.end_block
        return self._apart() if tag in allowlist.APART else None

    def _div(self, attrs: Attrs) -> Undo:
        self._builder.end_block()
        if "data-settings" in attrs:
            self.media.settings(attrs["data-settings"])
        return self._builder.end_block

    def _pre(self, attrs: Attrs) -> Undo:
        if "wp-block-verse" in attrs.get("class", ""):
            self._builder.end_block()
            self.verse += 1
            return self._end_verse
        return partial(self._builder.end_line, self._builder.start_line("pre"))

    def _end_verse(self) -> None:
        self.verse -= 1
        self._builder.end_block()

    def _table(self, attrs: Attrs) -> Undo:
        layout = {"layout": "1"} if attrs.get("role") in {"presentation", "none"} else {}
        section, self._section = self._section, "tbody"
        return partial(self._end_table, self._builder.open("table", layout), section)

    def _end_table(self, table: Node | None, section: str) -> None:
        self._builder.close(table)
        self._section = section

    def _end_section(self, before: str) -> None:
        self._section = before

    # --- words

    def _apart(self) -> Undo:
        """Part a control's words from those beside it, as its edges do."""
        self._builder.text(" ")
        return partial(self._builder.text, " ")

    def _format(self, tag: str, attrs: Attrs) -> Undo:
        opened = self._builder.start_format(tag, kept_attributes(tag, attrs, self._base_url))
        return partial(self._builder.end_format, opened) if opened else None

    def _anchor(self, attrs: Attrs) -> Undo:
        if _BUTTON_CLASS.search(attrs.get("class", "")):
            self._apart()
            return partial(self._end_button, self.links.start(attrs.get("href", "")))
        return partial(self.links.end, self.links.start(attrs.get("href", "")))

    def _end_button(self, started: Format | None) -> None:
        self.links.end(started)
        self._apart()

    def _ruby_text(self, attrs: Attrs) -> Undo:
        return self._format("rt", attrs) if self._builder.is_within("ruby") else None

    def _ruby_bracket(self, _: Attrs) -> Undo:
        """Hide the brackets that only old browsers show; `text` writes its own."""
        return self._hide() if self._builder.is_within("ruby") else None

    # --- pictures, players, sources

    def _noscript(self, _: Attrs) -> Undo:
        self.in_noscript = True
        return self._end_noscript

    def _end_noscript(self) -> None:
        self.in_noscript = False

    def _frame(self, attrs: Attrs) -> Undo:
        self.media.frame(attrs)
        return self._hide()

    def _player(self, attrs: Attrs) -> Undo:
        self.media.player(attrs)
        return self._hide()

    def _late(self, kind: str, attrs: Attrs) -> Undo:
        self._builder.end_block()
        self.media.late(kind, attrs)
        return self._builder.end_block

    def _script(self, attrs: Attrs) -> Undo:
        self.media.script(attrs.get("src", ""))
        return self._hide()

    def _object(self, attrs: Attrs) -> Undo:
        """Take in an object; where it has no source, what it holds is shown instead."""
        found = self.media.embed(attrs.get("data", ""), attrs.get("title", ""))
        return self._hide() if found else None

    _HANDLERS: ClassVar[dict[str, Callable[["Elements", Attrs], Undo]]] = {
        "a": _anchor,
        "audio": _player,
        "div": _div,
        "iframe": _frame,
        "noscript": _noscript,
        "object": _object,
        "pre": _pre,
        "rp": _ruby_bracket,
        "rt": _ruby_text,
        "script": _script,
        "table": _table,
        "video": _player,
    }


def _by_style(tag: str, style: str) -> str:
    """Return the tag that an element means by its own style."""
    if tag == "span":
        if _BLOCK_STYLE.search(style):
            return "div"
        if _BOLD_STYLE.search(style):
            return "strong"
        return "em" if _ITALIC_STYLE.search(style) else tag
    undoing = _UNDOING_STYLES.get(tag)
    return "span" if undoing and undoing.search(style) else tag


def _direction(attrs: Attrs) -> str:
    """Return the direction of text that an element's attributes mean, or ""."""
    if "dir" in attrs:
        return direction(attrs["dir"])
    match = _DIRECTION_STYLE.search(attrs["style"]) if "style" in attrs else None
    return match[1].lower() if match else ""


def _is_hidden(attrs: Attrs, classes: list[str]) -> bool:
    """Tell whether an element's own attributes hide it from readers."""
    if "hidden" in attrs and attrs["hidden"] != "until-found":
        return True
    style = attrs.get("style")
    if style and _HIDING_STYLE.search(style):
        return True
    if attrs.get("display") == "none" or attrs.get("visibility") == "hidden":  # of SVG
        return True
    return not allowlist.HIDDEN_CLASSES.isdisjoint(classes)
