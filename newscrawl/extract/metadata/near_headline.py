"""The short lines around a page's headline: there stand the date and the names of the authors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from turbohtml import Element, Text

from newscrawl.extract.content.density import BLOCKS, text_of
from newscrawl.extract.metadata.authors import is_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from turbohtml import Node

    from newscrawl.extract.document import Document

# Characters of a line that may be a byline or a date, and characters and lines that are read after
# the headline and before it.
MAX_LINE: Final = 100
AFTER: Final = (700, 30)
BEFORE: Final = (300, 12)
MAX_HEADINGS: Final = 40
# Posts of social networks and players have times and names of their own.
EMBEDS: Final = "blockquote, figure, iframe, button, select, script, style, noscript"
_NO_LETTER: Final = re.compile(r"[\W_]+")


def lines_near_headline(document: Document, title: str | None) -> Iterator[tuple[str, Element]]:
    """Yield the short lines after the headline, then those before it from the nearest.

    Args:
        document: The page, before it is cut down.
        title: Its title, by which the headline is found.

    Returns:
        Each line with the element that holds it.
    """
    headline = _headline(document, title)
    if headline is None:
        return
    seen: set[Element] = set()
    for nodes, limits in ((headline.following, AFTER), (headline.preceding, BEFORE)):
        yield from _lines(nodes, limits, seen)


def _headline(document: Document, title: str | None) -> Element | None:
    wanted = _bare(title or "")
    found = document.tree.find_all(["h1", "h2", "h3"], limit=MAX_HEADINGS)
    for heading in sorted(found, key=lambda heading: heading.tag):
        words = _bare(heading.text)
        if words and wanted and (words in wanted or wanted in words):
            return heading
    return next((heading for heading in found if heading.tag == "h1"), None)


def _lines(
    nodes: Iterable[Node], limits: tuple[int, int], seen: set[Element]
) -> Iterator[tuple[str, Element]]:
    chars, count = limits
    for node in nodes:
        if not isinstance(node, Text) or not node.data.strip():
            continue
        element = _line_around(node)
        if element is None or element in seen:
            continue
        seen.add(element)
        chars -= len(node.data.strip())
        count -= 1
        text = text_of(element)
        if len(text) > MAX_LINE:
            text, element = " ".join(node.data.split()), node.parent
        if len(text) <= MAX_LINE and not element.closest(EMBEDS) and not is_elsewhere(element):
            yield text, element
        if chars < 0 or count < 0:
            return


def _line_around(node: Text) -> Element | None:
    """Return the block that a text stands in."""
    element = node.parent
    while isinstance(element, Element) and element.tag not in BLOCKS:
        element = element.parent
    return element if isinstance(element, Element) else None


def _bare(text: str) -> str:
    return _NO_LETTER.sub("", text).casefold()
