"""What each element of a source means: a format, a block, a picture, a link - or nothing to see.

`Elements.enter` is told of each start tag and returns what the element's end does. An element is
hidden when its tag, its ``hidden`` attribute, its own style or its class says that readers do not
see it: a style sheet's hiding is not known here, so words that it hides are kept.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final, TypeAlias

from turbohtml import tokenize

from newscrawl.markup import media, tags
from newscrawl.markup.attributes import direction, kept_attributes
from newscrawl.markup.builder import Builder, Format
from newscrawl.markup.opened import Undo
from newscrawl.markup.tree import Node
from newscrawl.markup.urls import safe_url, same_page

Attrs: TypeAlias = dict[str, str]

_HIDING_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCK_STYLE: Final = re.compile(
    r"display\s*:\s*(?:block|flex|grid|table\b|list-item)", re.IGNORECASE
)
_DIRECTION: Final = re.compile(r"\s*(rtl|ltr|auto)\s*", re.IGNORECASE)
# Runs of words that only a certain block may hold.
_LINES_IN: Final = frozenset({("caption", "table"), ("dt", "dl"), ("figcaption", "figure")})


class Elements:
    """The elements of one document, told to a `Builder`.

    Attributes:
        hidden: How many open elements hide what is in them.
        verse: How many keep the ends of lines: a poem's are no program's.
        within_page: Whether words are those of a link within the page.
        in_noscript: Whether text is the source of a ``noscript``.
        waiting: Whether the source of a player is still to come.
        buttons: The anchors that lead to the URL to drop, as they came.
    """

    def __init__(self, builder: Builder, base_url: str, drop_url: str | None) -> None:
        self.hidden = 0
        self.verse = 0
        self.within_page = False
        self.in_noscript = False
        self.waiting = False
        self.buttons: list[Format] = []
        self._builder = builder
        self._base_url = base_url
        self._drop_url = drop_url
        self._last_image = ""
        self._last_page = ""
        self._section = "tbody"
        self._player_title = ""

    # --- start tags

    def enter(self, tag: str, attrs: Attrs) -> Undo:
        """Take in a start tag of an element that has an end; returns what its end does."""
        meant = tags.RENAMED.get(tag, tag)
        before = self._builder.direction
        if attrs:
            meant = self._by_attributes(meant, attrs)
        handler = self._HANDLERS.get(meant)
        if handler:
            undo = handler(self, attrs)
        elif meant in tags.INLINE:
            undo = self._format(meant, attrs)
        elif meant in tags.HIDDEN:
            undo = self.hide()
        else:
            undo = self._block(meant, attrs)
        if self._builder.direction is before:
            return undo
        return partial(self._leave_direction, before, undo)

    def void(self, tag: str, attrs: Attrs) -> None:
        """Take in an element that has no end."""
        if self.waiting:
            self._source(tag, attrs)
        elif self.hidden:
            return
        elif tag == "br":
            self._builder.line_break()
        elif tag == "img":
            self.image(attrs)
        elif tag == "hr":
            self._builder.rule()
        elif tag == "embed":
            self.player(attrs.get("src", ""), attrs.get("title", ""))
        elif tag == "param" and attrs.get("name") == "movie":
            self.player(attrs.get("value", ""), "")

    def hide(self) -> Undo:
        """Hide all until the element's end."""
        self.hidden += 1
        return self._show

    def link(self, url: str, title: str) -> None:
        """Add a paragraph with a link."""
        builder = self._builder
        builder.end_block()
        around, builder.formats = builder.formats, []
        self._anchor_to(url)
        builder.text(title)
        builder.end_block()
        builder.formats = around

    def player(self, url: str, title: str) -> bool:
        """Add a link to the page of an embed; False where there is none."""
        page = media.page_of_embed(url, self._base_url) if url else None
        # Old players name one page in their "param", again in their "embed".
        if page and page != self._last_page:
            self.link(page, " ".join(title.split())[: tags.MAX_ATTRIBUTE] or page)
            self._last_page = page
        return bool(page)

    def image(self, attrs: Attrs, *, again: bool = True) -> None:
        """Add a picture; with *again* False, only if it is not the one just added."""
        symbol = media.symbol(attrs)
        if symbol:
            self._builder.text(symbol)
            return
        kept = media.image(attrs, self._base_url)
        if kept and (again or kept["src"] != self._last_image):
            self._last_image = kept["src"]
            self._builder.image(kept)

    def noscript_source(self, source: str) -> None:
        """Take the picture that lazy loading put into a ``noscript``; its words are not shown."""
        for token in tokenize(source):
            if token.tag == "img" and token.attrs:
                self.image(dict(token.attrs), again=False)

    # --- what attributes say

    def _by_attributes(self, tag: str, attrs: Attrs) -> str:
        """Return the tag that the element means by its attributes."""
        if "dir" in attrs and tag not in {"bdi", "bdo"}:
            self._builder.direction = direction(attrs["dir"]) or self._builder.direction
        if "hidden" in attrs and attrs["hidden"] != "until-found":
            return "template"
        style = attrs.get("style")
        if (style and "display" in style) or (style and "visibility" in style):
            if _HIDING_STYLE.search(style):
                return "template"
            if tag == "span" and _BLOCK_STYLE.search(style):
                return "div"
        for name in attrs.get("class", "").split():
            if name in tags.BY_CLASS:
                return tags.BY_CLASS[name]
            if name in tags.HIDDEN_CLASSES:
                return "template"
        return tag

    def _leave_direction(self, before: str | None, undo: Undo) -> None:
        if undo:
            undo()
        self._builder.direction = before

    def _show(self) -> None:
        self.hidden -= 1
        self.waiting = False

    # --- blocks

    def _block(self, tag: str, attrs: Attrs) -> Undo:
        builder = self._builder
        if tag in tags.HEADINGS or (tag, builder.inside()) in _LINES_IN:
            return partial(builder.end_line, builder.start_line(tag))
        if tag in tags.TABLE_PARTS - {"caption"}:
            return self._table_part(tag, attrs)
        if tag in tags.FLOWS:
            return partial(
                builder.close, builder.open(tag, kept_attributes(tag, attrs, self._base_url))
            )
        if tag in tags.BREAKING or tag in tags.LINES:
            builder.end_block()
            return builder.end_block
        return None

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

    def _table_part(self, tag: str, attrs: Attrs) -> Undo:
        """Take in a section, a row or a cell; outside of a table the builder makes none."""
        builder = self._builder
        if tag in {"td", "th"}:
            return partial(
                builder.close, builder.open(tag, kept_attributes(tag, attrs, self._base_url))
            )
        if tag == "tr":
            return partial(builder.close, builder.open("tr", {"section": self._section}))
        before, self._section = self._section, tag
        return partial(self._end_section, before)

    def _end_section(self, before: str) -> None:
        self._section = before

    # --- words

    def _format(self, tag: str, attrs: Attrs) -> Undo:
        opened = self._builder.start_format(tag, kept_attributes(tag, attrs, self._base_url))
        return partial(self._builder.end_format, opened) if opened else None

    def _anchor(self, attrs: Attrs) -> Undo:
        href = attrs.get("href", "")
        url = safe_url(href, self._base_url)
        if "#" in href and url and same_page(url, self._base_url):
            self.within_page = True
            return self._end_within_page
        opened = self._anchor_to(url)
        return partial(self._builder.end_format, opened) if opened else None

    def _anchor_to(self, url: str | None) -> Format | None:
        opened = self._builder.start_format("a", {"href": url}) if url else None
        if opened and url == self._drop_url:
            self.buttons.append(opened)
        return opened

    def _end_within_page(self) -> None:
        self.within_page = False

    def _ruby_text(self, attrs: Attrs) -> Undo:
        return self._format("rt", attrs) if self._in_ruby() else None

    def _ruby_bracket(self, _: Attrs) -> Undo:
        """Hide the brackets that only old browsers show; `text` writes its own."""
        return self.hide() if self._in_ruby() else None

    def _in_ruby(self) -> bool:
        return any(opened.tag == "ruby" for opened in self._builder.formats)

    # --- pictures, players, sources

    def _noscript(self, _: Attrs) -> Undo:
        self.in_noscript = True
        return self._end_noscript

    def _end_noscript(self) -> None:
        self.in_noscript = False

    def _frame(self, attrs: Attrs) -> Undo:
        source = attrs.get("data-src") or attrs.get("data-lazy-src") or attrs.get("src", "")
        # WordPress's own embed stands beside a quote with the same link.
        is_shown = "wp-embedded-content" not in attrs.get("class", "")
        if is_shown and {attrs.get("width"), attrs.get("height")}.isdisjoint({"0", "1"}):
            self.player(source, attrs.get("title", ""))
        return self.hide()

    def _media(self, attrs: Attrs) -> Undo:
        """Take in a player with its source in an attribute, or in an element to come."""
        self._player_title = attrs.get("title") or attrs.get("aria-label", "")
        self.waiting = not self.player(attrs.get("src", ""), self._player_title)
        return self.hide()

    def _object(self, attrs: Attrs) -> Undo:
        """Take in an object; where it has no source, what it holds is shown instead."""
        found = self.player(attrs.get("data", ""), attrs.get("title", ""))
        return self.hide() if found else None

    def _source(self, tag: str, attrs: Attrs) -> None:
        if tag == "source" and self.player(attrs.get("src", ""), self._player_title):
            self.waiting = False

    def _widget(self, attrs: Attrs) -> Undo:
        """Take in a ``div``; Elementor's video has nothing but its settings."""
        self._builder.end_block()
        if "data-settings" in attrs:
            self.player(media.elementor_video(attrs["data-settings"]), "")
        return self._builder.end_block

    _HANDLERS: ClassVar[dict[str, Callable[["Elements", Attrs], Undo]]] = {
        "a": _anchor,
        "audio": _media,
        "div": _widget,
        "iframe": _frame,
        "noscript": _noscript,
        "object": _object,
        "pre": _pre,
        "rp": _ruby_bracket,
        "rt": _ruby_text,
        "table": _table,
        "video": _media,
    }
