"""Reads any HTML and tells the builder what a reader of the page would see.

turbohtml's tokenizer gives the tags; which elements are open is kept in `Opened`, in one pass and
without a tree, after the HTML standard's rules where they change what is read. A standard tree
would cost more than it gives: it repeats unclosed formats in each paragraph, so that 50 KB become
gigabytes, and lxml's loses a page that is nested too deep.

| who | does |
|---|---|
| `Reader` | the tokenizer's events, in their order |
| `opened.Opened` | which open elements each tag ends |
| `elements.Elements` | what an element means, and whether a reader sees it |
| `shortcodes.split` | what page builders left in the text |
"""

import re
from typing import TYPE_CHECKING, Final

from turbohtml import Tokenizer

from newscrawl.markup import shortcodes, tags
from newscrawl.markup.builder import Builder, Level
from newscrawl.markup.elements import Elements
from newscrawl.markup.opened import Opened
from newscrawl.markup.shortcodes import Shortcode

if TYPE_CHECKING:
    from newscrawl.markup.tree import Node

_BLANK_LINE: Final = re.compile(r"\n[ \t\r]*\n")
_ANY_BLOCK: Final = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|dl|table|pre|blockquote|section|figure)[\s/>]", re.IGNORECASE
)
# What footnotes have to lead back to the text, variation selectors aside.
_BACKLINKS: Final = frozenset("↩↑↵⏎⤴⇧^")
_SELECTORS: Final = "\ufe0e\ufe0f \t\r\n\xa0"


class Reader:
    """Reads one document.

    Attributes:
        builder: Has the tree, when `read` is done.
        elements: Has the anchors of the button to drop.
    """

    def __init__(self, base_url: str, drop_url: str | None) -> None:
        self.builder = Builder()
        self.elements = Elements(self.builder, base_url, drop_url)
        self._open = Opened()
        self._html = ""
        self._shortcodes: set[str] = set()
        self._encoded = ""
        self._figure: Node | None = None
        self._caption: tuple[Level, str] | None = None
        self._is_plain = False

    def read(self, html: str) -> None:
        """Read *html* to its end."""
        self._html = html
        # Text that no filter of WordPress has given its paragraphs: blank lines part them.
        self._is_plain = not _ANY_BLOCK.search(html)
        tokenizer = Tokenizer()
        tokenizer.feed(html)
        tokenizer.dispatch(self)
        tokenizer.close()
        tokenizer.dispatch(self)
        self._open.end_all()
        self.builder.end_block()

    # --- the tokenizer's events

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Read a start tag: it may end others first."""
        self._open.end_implied(tag)
        if tags.RENAMED.get(tag, tag) in tags.VOID:
            self.elements.void(tags.RENAMED.get(tag, tag), dict(attrs))
        elif self._open.has_room(tag):
            hidden = self.elements.hidden
            self._open.push(tag, None if hidden else self.elements.enter(tag, dict(attrs)))
        elif not self.elements.hidden:
            self.builder.end_block()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Read ``<tag/>``: to HTML, a start tag."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Read an end tag: it may end several elements, or none."""
        if not self._open.end(tag) and tag in {"p", "br"} and not self.elements.hidden:
            self.elements.void("br", {}) if tag == "br" else self.builder.end_block()

    def handle_data(self, data: str) -> None:
        """Read text."""
        elements = self.elements
        if elements.hidden:
            return
        if elements.in_noscript:
            elements.noscript_source(data)
        elif self.builder.keeps_space():
            self.builder.verbatim(data)
        elif elements.within_page:
            self._note(data)
        elif "[" in data or self._encoded:
            self._with_shortcodes(data)
        else:
            self._words(data)

    def handle_comment(self, data: str) -> None:
        """Pass over a comment, ``<!--more-->`` and ``<!--nextpage-->`` too."""

    def handle_decl(self, data: str) -> None:
        """Pass over a document type."""

    def handle_pi(self, data: str) -> None:
        """Pass over a processing instruction."""

    # --- words

    def _words(self, data: str) -> None:
        if self.elements.verse:
            self._lines(data.split("\n"))
        elif self._is_plain and "\n" in data:
            self._paragraphs(_BLANK_LINE.split(data))
        else:
            self._caption_starts(data)
            self.builder.text(data)

    def _lines(self, lines: list[str]) -> None:
        self.builder.text(lines[0])
        for line in lines[1:]:
            self.builder.line_break()
            self.builder.text(line)

    def _paragraphs(self, paragraphs: list[str]) -> None:
        self.builder.text(paragraphs[0])
        for paragraph in paragraphs[1:]:
            self.builder.end_block()
            self.builder.text(paragraph)

    def _note(self, data: str) -> None:
        """Read the words of a link within the page: a footnote's number, or the way back."""
        mark = data.strip(_SELECTORS)
        if mark in _BACKLINKS:
            return
        is_note = mark.isalnum() and any(opened.tag == "sup" for opened in self.builder.formats)
        self.builder.text(f"[{mark}]" if is_note else data)

    # --- shortcodes

    def _with_shortcodes(self, data: str) -> None:
        if any(opened.tag == "code" for opened in self.builder.formats):
            self._words(data)
            return
        for piece in shortcodes.split(data, self._shortcodes):
            if isinstance(piece, Shortcode):
                self._shortcode(piece)
            elif not self._encoded:
                self._words(piece)

    def _shortcode(self, found: Shortcode) -> None:
        if found.name in shortcodes.ENCODED and f"[/{found.name}" in self._html:
            self._encoded = "" if found.closing else found.name
        elif found.kind == "caption":
            self._caption_shortcode(found)
        elif found.kind == "button":
            self._button(found)
        elif found.parts_paragraphs:
            self.builder.end_block()
            self._medium(found)

    def _medium(self, found: Shortcode) -> None:
        if found.closing:
            return
        if found.kind == "player":
            self.elements.player(found.target, found.title)
        elif found.kind == "picture" and found.target:
            self.elements.image({"src": found.target, "alt": found.attrs.get("alt", "")})
        elif found.kind == "heading" and found.title:
            started = self.builder.start_line("h2")
            self.builder.text(found.title)
            self.builder.end_line(started)
        elif "quote" in found.attrs:
            quote = self.builder.open("blockquote")
            self._paragraphs([found.attrs["quote"], found.attrs.get("name", "")])
            self.builder.close(quote)

    def _button(self, found: Shortcode) -> None:
        """Make a link of a button, its words inside or in an attribute."""
        if found.closing:
            self._open.end("a")
            self.builder.end_block()
            return
        self.builder.end_block()
        has_end = f"[/{found.name}]" in self._html
        self.handle_starttag("a", [("href", found.target)])
        if not has_end:
            self.builder.text(found.title)
            self._open.end("a")
            self.builder.end_block()

    def _caption_shortcode(self, found: Shortcode) -> None:
        if not found.closing and f"[/{found.name}]" in self._html:
            self._figure = self.builder.open("figure")
        elif found.closing and self._figure:
            if self._caption:
                self.builder.end_line(self._caption)
            self.builder.close(self._figure)
            self._figure = self._caption = None

    def _caption_starts(self, data: str) -> None:
        """Make a caption of the words after the picture of a ``[caption]``."""
        if self._figure and not self._caption and data.strip():
            self._caption = self.builder.start_line("figcaption")
