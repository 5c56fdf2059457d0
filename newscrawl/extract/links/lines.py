"""Read a post as lines of text with their links, as a reader sees them.

A block or a ``<br>`` ends a line. Links are anchors, buttons left as raw shortcodes, and URLs
written as text. The post is read in one pass, in linear time, without a tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from newscrawl.extract.links.buttons import button_of
from newscrawl.extract.links.shortcodes import masked, shortcode_buttons
from newscrawl.markup.furniture import furniture_kind
from newscrawl.urls.canonical import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# Characters of a post that are read.
MAX_HTML_CHARS = 4_000_000
# Characters of a link's text that are read.
MAX_TEXT_CHARS = 400
# Links of a post that are read.
MAX_ANCHORS = 1_000
# Rows of a button or a card that are read.
MAX_ROWS = 4

# Flags: the places that a line or a link can be in.
SKIP = 1 << 0  # text that no reader sees
QUOTE = 1 << 1
CAPTION = 1 << 2
ITEM = 1 << 3
TABLE = 1 << 4
HEADING = 1 << 5
EMBED = 1 << 6  # an embedded post of a social network
ASIDE = 1 << 7  # share buttons, related posts, the author's box, cookie notices
NOTE = 1 << 8  # in a button: words that are not its label

_TAG_PLACES = {
    **dict.fromkeys(
        ("script", "style", "noscript", "template", "svg", "select", "textarea", "head"), SKIP
    ),
    "blockquote": QUOTE,
    "q": QUOTE,
    "figcaption": CAPTION,
    "li": ITEM,
    "dd": ITEM,
    "small": NOTE,
    "td": TABLE,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), HEADING),
    **dict.fromkeys(("nav", "aside"), ASIDE),
}
_INLINE = table_of("""
    a abbr acronym b bdi bdo big button cite code del dfn em font i img ins kbd label mark path
    q s samp small span strike strong sub sup svg time tt u use var wbr
""")

# In a link, the edges of these elements don't end a word; the edges of all others do.
_WITHIN_WORDS = frozenset({"b", "em", "font", "mark", "strong", "u", "wbr"})
# Words in the classes of elements that are not a label: words for screen readers, icons.
_NOTE_WORDS = table_of("""
    sr screen reader icon icons glyph symbols desc description meta note secondary sub subtext
    subtitle
""")

# Classes of embedded posts.
_EMBED_CLASSES = re.compile(
    r"twitter-tweet|instagram-media|tiktok-embed|wp-embedded-content|fb-post|reddit-embed|"
    r"bluesky-embed|mastodon-embed|embedly-card"
)
# Words in the classes of an ``ASIDE``. Classes are split at "-" and "_", and words compared whole.
_ASIDE_WORDS = table_of("""
    share shares sharing sharedaddy social socials a2a addtoany related relatedposts yarpp
    authorbox newsletter cookies cookie cmplz breadcrumb breadcrumbs nav footnotes footnote
    advert adverts advertisement donate donation subscribe subscription
""")
_SPACES = re.compile(r"\s+")
_URL = re.compile(r"https?://[^\s<>\"'“”«»()\[\]{}|\\^`（）「」『』【】]{4,2000}")


@dataclass(slots=True)
class Anchor:
    """A link in a line.

    Attributes:
        href: As written in the post.
        start, end: The offsets of its text in the line.
        text: Its words; of a picture the alternative text.
        place: The flags of the places that it is in.
        button: The page builder that made the button, "the theme", or "" for a plain link.
        rel: The words of the attribute, in lower case.
        is_image: Whether it holds only a picture.
        note: The words of a button that are not its label: a description in small type, an icon,
            words for screen readers.
        rows: The rows of a button or a card whose label has several; else empty.
    """

    href: str
    start: int
    end: int = 0
    text: str = ""
    place: int = 0
    button: str = ""
    rel: frozenset[str] = frozenset()
    is_image: bool = False
    note: str = ""
    rows: tuple[str, ...] = ()


@dataclass(slots=True)
class Line:
    """A line of text as a reader sees it.

    Attributes:
        anchors: Its links, in order.
        place: The flags of the places that it is in.
        at: Its offset in the text of the whole post, in characters.
        is_under_image: Whether an image is between it and the line above.
    """

    text: str
    anchors: list[Anchor]
    place: int
    at: int = 0
    is_under_image: bool = False


def lines_of(html: str) -> list[Line]:
    """Return the lines of a post that hold text or links, in order.

    >>> [(line.text, [a.href for a in line.anchors])
    ...  for line in lines_of("<p>Source:<br><a href='/x'>A</a></p>")]
    [('Source:', []), ('A', ['/x'])]
    """
    collector = _Collector()
    parser = etree.HTMLParser(
        target=collector,  # type: ignore[arg-type]  # the stubs ask for bytes too; it sends text
        encoding="utf-8",
        recover=True,
        huge_tree=True,
    )
    clean = html[:MAX_HTML_CHARS].replace("\0", "").encode("utf-8", "replace")  # lone surrogates
    try:
        parser.feed(clean)
        parser.close()
    except etree.LxmlError:  # no markup and no text
        collector.close()
    return collector.lines


class _Place(NamedTuple):
    flags: int
    button: str


class _Collector:
    """Collect the lines from the parser's events."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._open: list[_Place] = [_Place(0, "")]
        self._parts: list[str] = []
        self._length = 0
        self._total = 0
        self._place = 0
        self._has_image = False
        self._anchors: list[Anchor] = []
        self._anchor_count = 0
        self._anchor: Anchor | None = None
        self._anchor_depth = 0
        self._anchor_part = 0
        self._label: list[str] = []  # the parts of the link's text that are not notes
        self._alt = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        outer = self._open[-1]
        flags, button = _place_of(tag, attributes.get("class") or "")
        if attributes.get("aria-hidden") == "true":
            flags |= NOTE
        place = _Place(outer.flags | flags, button or outer.button)
        self._open.append(place)
        self._part_in_anchor(tag, button)
        if tag not in _INLINE:
            self._break()
            self._label.append("\n")
        elif tag == "a" and attributes.get("href"):
            self._open_anchor(attributes, place)
        elif tag == "img":
            self._has_image = self._has_image or not self._parts
            self._alt = self._alt or (attributes.get("alt") or "")[:MAX_TEXT_CHARS]

    def end(self, tag: str) -> None:
        if len(self._open) > 1:
            self._open.pop()
        if self._anchor and len(self._open) <= self._anchor_depth:
            self._close_anchor()
        self._part_in_anchor(tag, "")
        if tag not in _INLINE:
            self._break()

    def data(self, text: str) -> None:
        if not self._open[-1].flags & SKIP:
            self._see(text)

    def comment(self, text: str) -> None:
        """Ignore a comment; readers don't see it."""

    def close(self) -> None:
        self._close_anchor()
        self._break()

    def _see(self, text: str) -> None:
        if "  " in text or not text.isprintable():  # else its white space is single spaces
            text = _SPACES.sub(" ", text)
        if text.startswith(" ") and (not self._parts or self._parts[-1].endswith(" ")):
            text = text[1:]
        if text:
            if not self._parts:
                self._place = self._open[-1].flags
            self._parts.append(text)
            self._length += len(text)
            if self._anchor and not self._open[-1].flags & NOTE:
                self._label.append(text)

    def _part_in_anchor(self, tag: str, button: str) -> None:
        """Separate the words of an element in a link from those beside it; it may be a button."""
        if self._anchor and tag not in _WITHIN_WORDS:
            self._anchor.button = self._anchor.button or button
            self._see(" ")
            self._label.append(" ")

    def _open_anchor(self, attributes: dict[str, str], place: _Place) -> None:
        self._close_anchor()
        self._anchor_count += 1
        if self._anchor_count > MAX_ANCHORS:
            return
        self._anchor_depth = len(self._open) - 1
        self._anchor_part = len(self._parts)
        self._label = []
        button = place.button or ("the theme" if attributes.get("role") == "button" else "")
        rel = frozenset((attributes.get("rel") or "").lower().split())
        self._alt = ""
        label = attributes.get("aria-label") or attributes.get("title") or ""
        self._anchor = Anchor(
            attributes["href"], self._length, text=label, place=place.flags, button=button, rel=rel
        )

    def _close_anchor(self) -> None:
        anchor = self._anchor
        if not anchor:
            return
        self._anchor = None
        anchor.end = self._length
        seen = "".join(self._parts[self._anchor_part :])[:MAX_TEXT_CHARS].strip()
        anchor.is_image = bool(self._alt and not seen)
        anchor.text = seen or self._alt.strip() or anchor.text[:MAX_TEXT_CHARS].strip()
        rows = [_SPACES.sub(" ", row).strip() for row in "".join(self._label).split("\n")]
        rows = [row for row in rows if row]
        label = " ".join(rows)[:MAX_TEXT_CHARS]
        if anchor.button and label and label != anchor.text:
            anchor.text, anchor.note = label, anchor.text
        if len(rows) > 1:
            anchor.rows = tuple(row[:MAX_TEXT_CHARS] for row in rows[:MAX_ROWS])
        self._anchors.append(anchor)

    def _break(self) -> None:
        if self._anchor:  # a card: the blocks in a link are one text
            self._see(" ")
            return
        if self._parts or self._anchors:
            text = "".join(self._parts)
            line = Line(text, self._anchors, self._place, self._total, self._has_image)
            if text.strip():
                self._has_image = False
            _add_unmarked_links(line)
            self.lines.append(line)
            self._total += self._length
        self._parts, self._length, self._anchors = [], 0, []


def _add_unmarked_links(line: Line) -> None:
    """Add the links that are not anchors: shortcode buttons, and URLs written as text."""
    if "[" in line.text:
        for href, text, start, end in shortcode_buttons(line.text):
            button = Anchor(href, start, end, text, line.place, button="a shortcode")
            line.anchors.append(button)
        line.anchors.sort(key=attrgetter("start"))
        line.text = masked(line.text)
    if "http" in line.text:
        line.anchors += _written_addresses(line)
        line.anchors.sort(key=attrgetter("start"))


def _written_addresses(line: Line) -> Iterator[Anchor]:
    """Yield the URLs written in the text between a line's links."""
    starts = [*(anchor.start for anchor in line.anchors), len(line.text)]
    ends = [0, *(anchor.end for anchor in line.anchors)]
    for begin, end in zip(ends, starts, strict=True):
        for found in _URL.finditer(line.text, begin, max(begin, end)):
            url = found[0].rstrip(".,;:!?…。、，")
            yield Anchor(url, found.start(), found.start() + len(url), url, line.place)


@lru_cache(maxsize=4096)
def _place_of(tag: str, classes: str) -> tuple[int, str]:
    """Return the place flags of an element's content, and the maker of the button that it is."""
    flags = _TAG_PLACES.get(tag, 0)
    if not classes:
        return flags, button_of(tag, "", set())
    if furniture_kind(classes) == "other_posts":
        flags |= ASIDE
    classes = classes[:1000].lower()
    words = set(re.split(r"[\s_-]+", classes))
    if _EMBED_CLASSES.search(classes):
        flags |= EMBED
    if not words.isdisjoint(_ASIDE_WORDS) and tag not in ("body", "html", "article", "main"):
        flags |= ASIDE
    if "caption" in words and tag != "figure":
        flags |= CAPTION
    if not words.isdisjoint(_NOTE_WORDS):
        flags |= NOTE
    return flags, button_of(tag, classes, words)
