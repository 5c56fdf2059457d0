"""Pass the content of shortcodes to the builder: buttons, captions, players."""

from typing import TYPE_CHECKING

from newscrawl.markup.builder import Builder
from newscrawl.markup.elements import Elements
from newscrawl.markup.open_elements import OpenElements
from newscrawl.markup.shortcode_counts import counts
from newscrawl.markup.shortcodes import ENCODED, Shortcode, closed_names

if TYPE_CHECKING:
    from newscrawl.markup.block_stack import Level
    from newscrawl.markup.tree import Node


class ShortcodeReader:
    """Reads the shortcodes of one document.

    Attributes:
        names: The names of the shortcodes seen so far.
        closed: The names that have a closing tag.
        encoded: The name of the open shortcode around hidden code, or "".
    """

    def __init__(
        self, html: str, builder: Builder, elements: Elements, open_elements: OpenElements
    ) -> None:
        self.names: set[str] = set()
        self.encoded = ""
        self.closed = closed_names(html)
        self._builder = builder
        self._elements = elements
        self._open = open_elements
        self._cites: list[tuple[str, str]] = []  # names of open quotes, and their authors
        self._title = ""  # the title of a button without words so far
        self._figure: Node | None = None
        self._caption: tuple[Level, str] | None = None

    def read(self, found: Shortcode) -> None:
        """Handle one shortcode."""
        if found.name in ENCODED and found.name in self.closed:
            self.encoded = "" if found.closing else found.name
        elif found.kind == "caption":
            self._caption_tag(found)
        elif found.kind == "button":
            self._button(found)
        elif found.kind == "note":
            self._builder.text(")" if found.closing else " (")
        elif found.parts_paragraphs:
            self._builder.end_block()
            if found.closing:
                self._end_quote(found.name)
            else:
                self._block(found)

    def before_words(self, words: str) -> None:
        """Start a caption if *words* follow the picture of a ``[caption]``.

        If they are in a button, they replace its title.
        """
        if not words.strip():
            return
        self._title = ""
        if self._figure and not self._caption:
            self._caption = self._builder.start_line("figcaption")

    def _block(self, found: Shortcode) -> None:
        builder = self._builder
        if found.kind == "player":
            self._elements.media.embed(found.target, found.title)
        elif found.kind == "picture" and found.target:
            alt = found.attrs.get("alt", "")
            self._elements.media.image({"src": found.target, "alt": alt})
        elif found.kind == "heading" and found.title:
            self._heading("h2", found.title)
        elif lines := counts(found):
            for line in lines:
                builder.text(line)
                builder.end_block()
        elif found.panel_title and found.kind != "picture":
            self._heading("h3", found.panel_title)
        elif "quote" in found.attrs:
            quote = builder.open("blockquote")
            builder.text(found.attrs["quote"])
            builder.end_block()
            builder.text(found.attrs.get("name", ""))
            builder.close(quote)

        if found.cite and found.name in self.closed:
            self._cites.append((found.name, found.cite))

    def _heading(self, tag: str, words: str) -> None:
        started = self._builder.start_line(tag)
        self._builder.text(words)
        self._builder.end_line(started)

    def _end_quote(self, name: str) -> None:
        """Add the author of a quote as a line of its own."""
        if self._cites and self._cites[-1][0] == name:
            self._builder.text(self._cites.pop()[1])
            self._builder.end_block()

    def _button(self, found: Shortcode) -> None:
        """Turn a button into a link, with the words inside it or in an attribute."""
        self._builder.end_block()
        if found.closing:
            self._end_button()
            return
        if found.attrs.get("h2"):  # a call with a heading of its own
            self._heading("h2", found.attrs["h2"])
        self._open.end_implied("a")
        if self._open.has_room("a"):
            self._open.push("a", self._elements.enter("a", {"href": found.target}))
        self._title = found.title
        if found.name not in self.closed:
            self._end_button()

    def _end_button(self) -> None:
        self._builder.text(self._title)
        self._title = ""
        self._open.end("a")
        self._builder.end_block()

    def _caption_tag(self, found: Shortcode) -> None:
        if not found.closing and found.name in self.closed:
            self._figure = self._builder.open("figure")
        elif found.closing and self._figure:
            if self._caption:
                self._builder.end_line(self._caption)
            self._builder.close(self._figure)
            self._figure = self._caption = None
