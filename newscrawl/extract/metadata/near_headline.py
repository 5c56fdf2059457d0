"""Read the short lines around a page's headline: often the date and the authors are there."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from turbohtml import Element, Text

from newscrawl.extract.content.class_names import Mark, mark_of_name
from newscrawl.extract.content.density import BLOCKS, name_of, text_of
from newscrawl.extract.words import letters_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from turbohtml import Node

    from newscrawl.extract.document import Document

# A line with more characters is no byline and no date.
MAX_LINE: Final = 100
# Characters and lines that are read after the headline, and before it.
AFTER_LIMITS: Final = (700, 30)
BEFORE_LIMITS: Final = (300, 12)
# Headings that are compared with the title, and characters of each.
MAX_HEADINGS: Final = 40
MAX_HEADING: Final = 1_000
# Elements whose dates and names are not the article's.
_EMBEDS: Final = (
    "blockquote, figure, iframe, button, select, script, style, noscript, .fb-post, .twitter-tweet,"
    " .instagram-media"
)
# Elements of readers' comments.
COMMENTS: Final = (
    "#comments, .comments, .comment, .commentlist, .comment-list, [itemprop~=comment],"
    " [itemtype$=Comment]"
)
# A link with more characters, or this many words, leads to another article.
MAX_LINKED: Final = 30
MIN_TITLE_WORDS: Final = 5
# Characters of a box with such a link, and the boxes around an element that are read.
MAX_BOX: Final = 300
_MAX_BOXES: Final = 4
# Characters of a box in a list, with a title and an excerpt.
MAX_ENTRY: Final = 600
_TITLES: Final = "h2, h3, h4, h5"
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_OF_AUTHOR: Final = ".author-bio, .author-box, .author-info, .about-author, .post-author"
# Levels that are read above an element.
_MAX_UP: Final = 12
# An ``aside`` or ``nav`` beside the headline is the byline, unless it has a heading or more
# characters.
MAX_ASIDE: Final = 400
MAX_ASIDE_TEXTS: Final = 40
# Classes of an article, whose own footer may name its author.
_POSTS: Final = frozenset({"article", "post", "hentry"})
# Words of elements outside the text that may name its author.
_NOT_ELSEWHERE: Final = frozenset({
    "byline", "bylines", "entry author", "article author", "post author", "author name",
    "author info", "author box", "article info", "article meta", "entry meta", "post meta",
    "entry info", "post info", "post utility", "author bio", "footer", "social", "share",
    "subscribe",
})  # fmt: skip


def lines_near_headline(document: Document, title: str | None) -> Iterator[tuple[str, Element]]:
    """Yield the short lines after the headline, then those before it from the nearest.

    Args:
        document: The page, before its tree is reduced to the text.
        title: The page's title, to find the headline.

    Returns:
        Each line with the element that holds it.
    """
    headline = headline_of(document, title)
    if headline is None:
        return
    lines = _Lines(holders_of(headline))
    for nodes, limits in ((headline.following, AFTER_LIMITS), (headline.preceding, BEFORE_LIMITS)):
        yield from lines.read(nodes, limits)


def holders_of(headline: Element | None) -> frozenset[Node]:
    """Return the elements around the headline. They hold the article, whatever their names are."""
    return frozenset(headline.ancestors) if headline is not None else frozenset()


def is_elsewhere(element: Element, holders: Collection[Node] = ()) -> bool:
    """Return whether the names and dates in an element are not this article's, by its place.

    Args:
        element: The element that names an author or a date.
        holders: The elements around the headline: no name of theirs counts.
    """
    in_footer = element.tag == "footer"
    in_header = is_in_header(element, holders)
    in_address = element.closest("address") is not None
    if _is_aside(element, holders) or _is_in_comments(element, holders):
        return True
    has_own = any(isinstance(one, Element) and one.tag == "article" for one in holders)
    for count, one in enumerate(element.ancestors):
        if count >= _MAX_UP or not isinstance(one, Element) or one.tag in {"body", "html", "main"}:
            break
        if one not in holders:
            mark, words = mark_of_name(name_of(one))
            is_hard = mark is Mark.HARD and not words & _NOT_ELSEWHERE
            is_story = has_own and one.tag == "article" and one.find(["h2", "h3"]) is not None
            is_other = is_story or _is_aside(one, holders)
            if is_hard or (is_other and not in_address):
                return True
            in_footer = in_footer or one.tag == "footer" or "footer" in words
        if one.tag == "article" or not _POSTS.isdisjoint((one.attr("class") or "").split()):
            in_footer = in_header = False
    return in_footer or in_header


def _is_in_comments(element: Element, holders: Collection[Node]) -> bool:
    comments = element.closest(COMMENTS)
    return comments is not None and comments not in holders


def is_in_header(element: Element, holders: Collection[Node]) -> bool:
    """Return whether an element is in a header that does not hold the headline."""
    header = element.closest("header")
    return header is not None and header not in holders


def is_embedded(element: Element, holders: Collection[Node]) -> bool:
    """Return whether an element is in a quote, a figure or the like that does not hold the page."""
    embed = element.closest(_EMBEDS)
    return embed is not None and embed not in holders


def is_in_teaser(element: Element, holders: Collection[Node] = ()) -> bool:
    """Return whether a small box around an element has a link with a title: another article's.

    Args:
        element: The element that names an author or a date.
        holders: The elements around the headline: they are no teaser's box.
    """
    for box in islice(chain((element,), element.ancestors), _MAX_BOXES):
        if not isinstance(box, Element) or box in holders or len(box.text) > MAX_BOX:
            return False
        links = [box] if box.tag == "a" else box.find_all("a", limit=3)
        if any(_is_title(link.text.strip()) for link in links):
            return True
    return False


def is_listed(element: Element, holders: Collection[Node] = ()) -> bool:
    """Return whether an element is in one of several equal boxes, each of another article.

    Args:
        element: The element that names an author or a date.
        holders: The elements around the headline: they are no such box.
    """
    for box in islice(chain((element,), element.ancestors), _MAX_UP):
        if not isinstance(box, Element) or box in holders:
            return False
        equals = list(_equals_beside(box))
        is_item = box.tag == "li"
        if not equals and not is_item:
            continue
        if len(box.text) > MAX_ENTRY:
            return False
        heading = box.select_one(_TITLES) if is_item or box is not element else None
        is_titled = heading is not None and heading not in {element, *element.ancestors}
        if is_titled and is_item:
            return True
        if (is_titled or _is_dated_link(box)) and any(map(_is_entry, equals)):
            return True
    return False


def _equals_beside(box: Element) -> Iterator[Element]:
    """Yield the elements just before and after *box* that have its tag and one of its classes.

    A box without a class may be any part of the page, unless its tag means an entry.
    """
    names = set((box.attr("class") or "").split())
    if not names and box.tag not in {"li", "article"}:
        return
    for siblings in (box.previous_siblings, box.next_siblings):
        other = next((one for one in siblings if isinstance(one, Element)), None)
        if (
            other is not None
            and other.tag == box.tag
            and (not names or not names.isdisjoint((other.attr("class") or "").split()))
        ):
            yield other


def _is_entry(box: Element) -> bool:
    return box.select_one(_TITLES) is not None or _is_dated_link(box)


def _is_dated_link(box: Element) -> bool:
    """Return whether a box has a link and a date beside it, as an entry of a list has."""
    if box.find("a") is None:
        return False
    return box.find("time") is not None or bool(_YEAR.search(box.text[:MAX_BOX]))


def _is_title(words: str) -> bool:
    return len(words) > MAX_LINKED or len(words.split()) >= MIN_TITLE_WORDS


def _is_aside(element: Element, holders: Collection[Node]) -> bool:
    """Return whether an element is an ``aside`` or a ``nav`` that is no byline."""
    if element.tag not in {"aside", "nav"} or element.matches(_OF_AUTHOR):
        return False
    if element.parent not in holders:
        return True
    texts = list(islice(element.stripped_strings, MAX_ASIDE_TEXTS + 1))
    is_long = len(texts) > MAX_ASIDE_TEXTS or sum(map(len, texts)) > MAX_ASIDE
    return is_long or element.find(["h2", "h3", "h4"]) is not None


def headline_of(document: Document, title: str | None) -> Element | None:
    """Return the heading that is the page's title, else its first ``h1``; it is looked for once."""
    if title not in document.headlines:
        document.headlines[title] = _headline(document, title)
    return document.headlines[title]


def _headline(document: Document, title: str | None) -> Element | None:
    wanted = letters_of(title or "")
    found = document.tree.select("h1, h2, h3")[:MAX_HEADINGS]
    for heading in sorted(found, key=lambda heading: heading.tag):
        words = letters_of(heading.text[:MAX_HEADING])
        if words and wanted and (words in wanted or wanted in words):
            return heading
    return next((heading for heading in found if heading.tag == "h1"), None)


class _Lines:
    """The short lines near a headline; each is read once."""

    def __init__(self, holders: Collection[Node]) -> None:
        self._holders = holders
        self._seen: set[Element] = set()
        # Blocks that are longer than a line: each of their texts is one.
        self._long: set[Element] = set()

    def read(self, nodes: Iterable[Node], limits: tuple[int, int]) -> Iterator[tuple[str, Element]]:
        """Yield the short lines in *nodes*, up to the limits of characters and of lines."""
        chars, count = limits
        for node in nodes:
            if chars < 0 or count < 0:
                return
            if not isinstance(node, Text) or not node.data.strip():
                continue
            chars -= len(node.data.strip())
            element = line_around(node)
            if element is None or element in self._seen:
                continue
            count -= 1
            text = "" if element in self._long else text_of(element)
            if 0 < len(text) <= MAX_LINE:
                self._seen.add(element)
                text = _first_line(element) or text
            elif isinstance(node.parent, Element):
                self._long.add(element)
                text, element = " ".join(node.data.split()), node.parent
            if len(text) <= MAX_LINE and self._is_own(element):
                yield text, element

    def _is_own(self, element: Element) -> bool:
        return not (
            is_embedded(element, self._holders)
            or is_elsewhere(element, self._holders)
            or is_listed(element, self._holders)
        )


def _first_line(element: Element) -> str:
    """Return the text before the first ``<br>`` of an element; "" without one."""
    if element.find("br") is None:
        return ""
    words: list[str] = []
    for node in element.descendants:
        if isinstance(node, Element) and node.tag == "br" and words:
            break
        if isinstance(node, Text):
            words += node.data.split()
    return " ".join(words)


def line_around(node: Text) -> Element | None:
    """Return the nearest block around a text."""
    ancestors = (one for one in node.ancestors if isinstance(one, Element))
    return next((element for element in ancestors if element.tag in BLOCKS), None)
