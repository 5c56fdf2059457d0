"""Read any HTML, and pass to the builder only the content that a reader of the page sees.

turbohtml's tokenizer gives the tags. The open elements are tracked in one pass without a tree, by
those rules of the HTML standard that change the result. A standard tree has a cost: it repeats
unclosed formats in each paragraph, so 50 KB become gigabytes. lxml's tree loses a page that is
nested too deep.

| class | job |
|---|---|
| `Reader` | the tokenizer's events, in their order |
| `open_elements.OpenElements` | the open elements that each tag ends |
| `elements.Elements` | the meaning of an element, and whether a reader sees it |
| `shortcode_reader.ShortcodeReader` | the shortcodes that page builders left in the text |
"""

import re
from typing import Final

from turbohtml import Tokenizer

from newscrawl.markup import allowlist, shortcodes
from newscrawl.markup.builder import Builder
from newscrawl.markup.elements import Elements
from newscrawl.markup.embeds import is_encoded
from newscrawl.markup.formula import latex_line
from newscrawl.markup.open_elements import OpenElements
from newscrawl.markup.shortcode_reader import ShortcodeReader
from newscrawl.markup.unicode import cleaned

_BLANK_LINE: Final = re.compile(r"\n[ \t\r]*\n")
_ANY_BLOCK: Final = re.compile(
    r"<(?:p|div|h[1-6]|ul|ol|dl|table|pre|blockquote|section|figure)[\s/>]", re.IGNORECASE
)
_ROWS_AND_CELLS: Final = allowlist.TABLE_PARTS - {"table"}
# Signs of links from a footnote back to the text, without variation selectors.
_BACKLINKS: Final = frozenset("↩↑↵⏎⤴⇧^")
# Letters of a footnote's mark: "a", "iii".
_MAX_LETTERS: Final = 3
# A formula in the text, as WordPress.com and Jetpack read it.
_LATEX: Final = re.compile(r"\$latex\s([^$]{1,2000})\$")
_LATEX_OPTIONS: Final = re.compile(r"&(?:s|bg|fg)=")
_SELECTORS: Final = "\ufe0e\ufe0f \t\r\n\xa0"


class Reader:
    """Reads one document.

    Attributes:
        builder: It has the tree after `read`.
        elements: It has the anchors of the button to drop.
    """

    def __init__(self, html: str, base_url: str, drop_url: str | None) -> None:
        self.builder = Builder()
        self.elements = Elements(html, self.builder, base_url, drop_url)
        self._html = html
        self._open = OpenElements()
        self._shortcodes = ShortcodeReader(html, self.builder, self.elements, self._open)
        # Text without WordPress's automatic paragraphs: blank lines separate paragraphs.
        self._is_plain = not _ANY_BLOCK.search(html)

    def read(self) -> None:
        """Read the document to its end."""
        tokenizer = Tokenizer()
        tokenizer.feed(self._html)
        tokenizer.dispatch(self)
        tokenizer.close()
        tokenizer.dispatch(self)
        self._open.end_all()
        self.elements.media.end_film()
        self.builder.end_block()

    # --- the tokenizer's events

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Read a start tag. It may end open elements; a table's part outside a table is ignored."""
        if tag in _ROWS_AND_CELLS and not self._open.is_in("table"):
            self._part()
            return
        self._open.end_implied(tag)
        renamed = allowlist.RENAMED.get(tag, tag)
        if renamed in allowlist.VOID:
            self.elements.void(renamed, dict(attrs))
        elif self._open.has_room(tag):
            is_hidden = self.elements.hidden
            if self.elements.consent:
                self.elements.media.consent(dict(attrs))
            self._open.push(tag, None if is_hidden else self.elements.enter(tag, dict(attrs)))
        elif tag in allowlist.PARTING:
            self._part()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Read ``<tag/>``: in HTML only a start tag, in SVG and MathML also the end."""
        self.handle_starttag(tag, attrs)
        if self._open.is_in_foreign():
            self._open.end(tag)

    def handle_endtag(self, tag: str) -> None:
        """Read an end tag. It may end several elements, or no element."""
        if not self._open.end(tag) and tag in {"p", "br"} and not self.elements.hidden:
            self.elements.void("br", {}) if tag == "br" else self.builder.end_block()

    def handle_data(self, data: str) -> None:
        """Read text."""
        if self.elements.hidden:
            if self.elements.in_template or self.elements.consent:
                self.elements.media.template(data)
            return
        if self.elements.formula:
            self.elements.formula.text(cleaned(data))
            return
        data = cleaned(data)  # again, as a reference may be a control character
        if self.elements.in_noscript:
            if "<" in data or self._open.parent() != "span":
                self.elements.media.noscript_source(data)
            else:  # the words that a script would draw here
                self._words(data)
        elif self.builder.keeps_space():
            self.builder.verbatim(data)
        elif is_encoded(data.strip()):
            self.elements.media.template(data)
        elif self.elements.links.within_page and self._is_note(data):
            self._note(data)
        elif ("[" in data or self._shortcodes.encoded) and not self.builder.is_within("code"):
            self._with_shortcodes(data)
        else:
            self._words(data)

    def handle_comment(self, data: str) -> None:
        """Ignore a comment, also ``<!--more-->``; ``<!--nextpage-->`` separates paragraphs."""
        if data.strip() == "nextpage":
            self._part()

    def handle_decl(self, data: str) -> None:
        """Ignore a document type."""

    def handle_pi(self, data: str) -> None:
        """Ignore a processing instruction."""

    def _part(self) -> None:
        """Separate the words before from the words after."""
        if not self.elements.hidden:
            self.builder.end_block()

    # --- words

    def _words(self, data: str) -> None:
        if "$latex" in data:
            data = _LATEX.sub(lambda found: latex_line(_LATEX_OPTIONS.split(found[1])[0]), data)
        data = self.elements.marks.words(data)
        self._shortcodes.before_words(data)
        if self.elements.verse:
            self._lines(data.split("\n"))
        elif self._is_plain and "\n" in data:
            self._paragraphs(_BLANK_LINE.split(data))
        else:
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

    def _is_note(self, data: str) -> bool:
        """Return whether a link within the page is a footnote's mark or its link back."""
        mark = data.strip(_SELECTORS)
        if mark in _BACKLINKS:
            return True
        is_mark = mark.isdigit() or (mark.isalpha() and len(mark) <= _MAX_LETTERS)
        return is_mark and self.builder.is_within("sup")

    def _note(self, data: str) -> None:
        mark = data.strip(_SELECTORS)
        if mark not in _BACKLINKS:
            self.builder.text(f"[{mark}]")

    def _with_shortcodes(self, data: str) -> None:
        for piece in shortcodes.split(data, self._shortcodes.names, self._shortcodes.closed):
            if isinstance(piece, shortcodes.Shortcode):
                self._shortcodes.read(piece)
            elif not self._shortcodes.encoded:
                self._words(piece)
