"""Measure a page: the prose, the links and the name of each element."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from turbohtml import Element, Text

from newscrawl.extract.content.class_names import (
    HARD_ROLES,
    HARD_TAGS,
    HIDDEN_STYLE,
    NEVER_ARTICLE,
    NO_MARK,
    TEASER_WORDS,
    Mark,
    Meaning,
    body_hint,
    is_lede_name,
    mark_of_name,
    stronger,
)
from newscrawl.markup.unicode import single_spaced
from newscrawl.urls.same_site import is_same_site

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURES: Final = frozenset({"amp-img", "img", "picture", "video"})
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS: Final = HEADINGS | {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "figcaption", "figure", "footer", "form", "header", "hr", "html", "li", "main",
    "menu", "nav", "ol", "p", "picture", "pre", "section", "summary", "table", "tbody", "td", "th",
    "thead", "tr", "ul",
}  # fmt: skip
HIDDEN: Final = frozenset({"hidden"})
_NEVER_MARKED: Final = frozenset({"body", "html", "main"})
# Elements whose text counts in another way, however short it is.
_SUMMED: Final = frozenset({"a", "noscript"})
_COUNTED: Final = PICTURES | HEADINGS | {"a", "figure"}
PARAGRAPHS: Final = frozenset({"blockquote", "div", "li", "p", "td"})
# Elements that hold words, not boxes.
_LINES: Final = HEADINGS | {"a", "li", "p", "span", "td"}
# A block is prose if it has this many characters outside links,
MIN_PROSE: Final = 50
# and if links have at most this share of its text.
MAX_LINKED: Final = 0.5
# The weight of a paragraph that is the only one in its box. Teasers look like this.
LONE_WEIGHT: Final = 0.2
# A heading is a link if links have this share of it.
TITLE_LINKED: Final = 0.9
# A longer heading, except an ``h1``, is a paragraph in large letters.
MAX_HEADING: Final = 140
# A box with such a heading and at most this many characters is a teaser.
MAX_TEASER: Final = 500
TEASER_TAGS: Final = frozenset({"article", "div", "li", "section"})
UNTITLED_TAGS: Final = TEASER_TAGS | {"dl"}
# An element with this many paragraphs, this much prose and at most this share of links rarely is
# what its name says.
RICH_PARAGRAPHS: Final = 3
RICH_PROSE: Final = 500
RICH_LINKED: Final = 0.2
# An element that is named as the article's text is accepted if it has this much prose. An aside is
# the article if the rest of the page has less.
MIN_TEXT: Final = 200
# Elements that never hold the article, unless the headline is in them.
NEVER_TAGS: Final = frozenset({"aside", "dialog", "footer", "menu", "nav"})
# One of these characters counts like two or three letters.
_DENSE_SCRIPT: Final = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DENSE_WEIGHT: Final = 2
# A page is written in such a script if these characters have a larger share of it.
_DENSE_SHARE: Final = 0.2
# Characters of the page that are read to find its writing system.
_SCRIPT_SAMPLE: Final = 200_000
# Elements that are measured; the innermost are ignored. The largest articles have 20,000.
MAX_ELEMENTS: Final = 60_000
# The start of an absolute URL, up to its path.
_ORIGIN: Final = re.compile(r"\s*(?:[a-z]+:)?//[^/?#]*", re.IGNORECASE)


class Block:
    """An element with its measures. Lengths are in characters, doubled for dense scripts.

    Attributes:
        chars, linked: The length of its text, and of the part inside links.
        line: The length of its own line: its text outside the block elements in it.
        prose: The length of its paragraphs outside links, whatever their marks.
        body_prose: Like `prose`, without comments, consent notices, and tags such as ``nav``.
        paragraphs: The number of paragraphs with prose, counted like `body_prose`.
        score: Like `prose`, without marked parts; lone paragraphs and teasers count less.
        headings, main_headings, titled: The number of headings, of ``h1``, and of headings that
            are links.
        pictures, figures, inner_links: The number of pictures, figures, and links to its own site.
        holds_block: Whether a block element is in it.

    The sums are stored. To compute them from the tree at each level would take quadratic time on
    a hostile page.
    """

    __slots__ = (
        "_meaning", "body_prose", "chars", "children", "element", "figures", "headings",
        "holds_block", "inner_links", "line", "linked", "main_headings", "paragraphs", "parent",
        "pictures", "prose", "score", "tag", "titled",
    )  # fmt: skip

    def __init__(self, element: Element, parent: Block | None) -> None:
        self.element = element
        self.parent = parent
        self.tag = element.tag
        self.children: list[Block] = []
        self.chars = self.linked = self.line = self.prose = 0
        self.body_prose = self.paragraphs = 0
        self.headings = self.main_headings = self.titled = 0
        self.pictures = self.figures = self.inner_links = 0
        self.holds_block = False
        self.score = 0.0
        self._meaning: Meaning | None = None

    @property
    def mark(self) -> Mark:
        """How sure its class, id, tag and role are that it is no part of the article."""
        return (self._meaning or self.read_name())[0]

    @property
    def words(self) -> frozenset[str]:
        """The words that give its mark."""
        return (self._meaning or self.read_name())[1]

    def read_name(self) -> Meaning:
        """Read its class, id, tag and role. Few blocks of a page need it, so they do it late."""
        self._meaning = _meaning_of(self.element, self.tag)
        return self._meaning

    def ignore_mark(self) -> None:
        """Remove its mark, which is wrong."""
        self._meaning = Mark.NONE, self.words

    @property
    def hint(self) -> int:
        """How well the element's name fits the article's text: 2, 1 or 0."""
        element = self.element
        if "articleBody" in (element.attr("itemprop"), element.attr("property")):
            return 2
        return body_hint(name_of(element)) or int(self.tag in {"article", "main"})

    @property
    def is_named_lede(self) -> bool:
        """Whether its name is a lede's, or a teaser's if it has no link: a real teaser has one."""
        if self.mark is Mark.HARD:
            has_link = self.inner_links or self.linked or self.headings
            return self.words <= TEASER_WORDS and not has_link
        return is_lede_name(name_of(self.element))

    def around(self, levels: int) -> Iterator[Block]:
        """Yield the blocks around it, the nearest first, at most *levels*."""
        block = self.parent
        while block is not None and levels:
            yield block
            block = block.parent
            levels -= 1

    @property
    def is_block(self) -> bool:
        """Whether it starts a new line: its tag does, or a block in it does."""
        return self.holds_block or self.tag in BLOCKS

    @property
    def is_picture(self) -> bool:
        """Whether it is a figure with a picture: then all its words are a caption."""
        return self.tag == "figure" and self.pictures > 0 and not self.main_headings

    @property
    def is_rich(self) -> bool:
        """Whether it has several paragraphs, and few links: a list of articles has a link each."""
        return (
            self.paragraphs >= RICH_PARAGRAPHS
            and self.prose >= RICH_PROSE
            and self.linked <= RICH_LINKED * self.chars
            and not self.titled
            and self.tag not in HARD_TAGS
        )

    @property
    def is_teaser(self) -> bool:
        """Whether it is a box about another article: its title is a link, and it has few words."""
        return (
            self.titled == self.headings == 1
            and self.chars <= MAX_TEASER
            and self.tag in TEASER_TAGS
        )


def measure(root: Element, *, url: str) -> Block:
    """Return the measured tree under *root*; *url* is the URL of the page."""
    weight = _weight(root)
    top = Block(root, None)
    order = [top]  # it grows: parents come before their children
    for block in order:
        line = 0
        for node in block.element.children:
            if type(node) is Text:
                line += len(node.data.strip())
            elif type(node) is Element and len(order) < MAX_ELEMENTS:
                child = Block(node, block)
                block.children.append(child)
                order.append(child)
        block.line = block.chars = line * weight
    for block in reversed(order):
        if "-" in block.tag and _is_box(block):
            block.tag = block.element.tag = "div"
        linked = _add_children(block) if block.children else 0
        if block.tag in _COUNTED:
            _count(block, url)
        is_summed = block.line >= MIN_PROSE or block.prose or block.tag in _SUMMED
        if (is_summed and block.chars) or block.tag in HEADINGS:
            _sum_text(block, linked)
    return top


def release(top: Block) -> None:
    """Take the tree of blocks apart. Its circles would wait for Python's collector."""
    order = [top]
    for block in order:
        if block.children:
            order.extend(block.children)
            block.children = []


def text_of(element: Element) -> str:
    """Return the words of *element* on one line."""
    return single_spaced(element.text)


def _weight(root: Element) -> int:
    sample = root.text[:_SCRIPT_SAMPLE]
    # In UTF-8, a character of such a script has two bytes more than one of ASCII.
    if len(sample.encode(errors="replace")) <= (1 + 2 * _DENSE_SHARE) * len(sample):
        return 1
    return _DENSE_WEIGHT if len(_DENSE_SCRIPT.findall(sample)) > _DENSE_SHARE * len(sample) else 1


def name_of(element: Element) -> str:
    """Return the class and id of *element*."""
    return f"{element.attr('class') or ''} {element.attr('id') or ''}"


def _meaning_of(element: Element, tag: str) -> Meaning:
    if tag in _NEVER_MARKED:
        return NO_MARK
    attr = element.attr
    if tag in HARD_TAGS or attr("role") in HARD_ROLES:
        return Mark.HARD, frozenset({tag})
    if _is_hidden(element):
        return Mark.HARD, HIDDEN
    if tag in PICTURES:
        return NO_MARK  # for "img-share" the parents decide
    # The id of a heading often repeats its words: "social-media-policy".
    classes, name = attr("class"), None if tag in HEADINGS else attr("id")
    if classes and name:
        return stronger((mark_of_name(classes), mark_of_name(name)))
    return mark_of_name(classes or name) if classes or name else NO_MARK


def _is_hidden(element: Element) -> bool:
    style = element.attr("style")
    return (
        bool(style and HIDDEN_STYLE.search(style))
        or element.attr("hidden") is not None
        or element.attr("aria-hidden") == "true"
    )


def _add_children(block: Block) -> int:
    """Add the sums of the children to *block*; return the linked characters of its own line."""
    inline_linked = 0
    for child in block.children:
        if child.holds_block or child.tag in BLOCKS:
            block.holds_block = True
        else:
            block.line += child.chars
            inline_linked += child.linked
        block.chars += child.chars
        block.linked += child.linked
        if child.prose:
            block.prose += child.prose
            block.body_prose += child.body_prose
            block.paragraphs += child.paragraphs
        if child.headings:
            block.headings += child.headings
            block.main_headings += child.main_headings
            block.titled += child.titled
        if child.pictures or child.figures:
            block.pictures += child.pictures
            block.figures += child.figures
        block.inner_links += child.inner_links
    return inline_linked


def _count(block: Block, url: str) -> None:
    """Count the element of *block* itself, after its children."""
    if block.tag in PICTURES:
        block.pictures += 1
    elif block.tag == "figure":
        block.figures += 1
    elif block.tag == "h1":
        block.main_headings += 1
    elif block.tag == "a":
        block.inner_links += _leads_inside(block.element.attr("href") or "", url)


def _is_box(block: Block) -> bool:
    """Return whether a custom element is a box of the page, not words in a line or a player."""
    if any(child.holds_block or child.tag in BLOCKS for child in block.children):
        return True
    parent = block.parent
    is_alone = parent is not None and not parent.line and parent.tag not in _LINES
    return is_alone and block.line >= MIN_PROSE


def _leads_inside(href: str, url: str) -> bool:
    if href.startswith("/") and not href.startswith("//"):
        return True  # as most links do
    origin = _ORIGIN.match(href)
    return origin is None or _is_own_site(origin.group(), url)


@lru_cache(maxsize=1_024)
def _is_own_site(origin: str, url: str) -> bool:
    return is_same_site(origin, url)


def _sum_text(block: Block, linked: int) -> None:
    """Finish the text sums of *block*; *linked* is the number of linked characters in its line."""
    tag = block.tag
    if tag == "noscript":  # its words are not shown
        block.line = block.chars = block.linked = 0
        block.prose = block.body_prose = block.paragraphs = 0
        return
    if tag == "a":
        block.linked, block.titled = block.chars, block.headings
    elif tag in HEADINGS:
        if block.line >= MAX_HEADING and not block.main_headings:
            block.read_name()  # as a heading's: then its id does not count
            block.tag = tag = block.element.tag = "p"
        else:
            block.headings = 1
            block.titled = int(block.linked > TITLE_LINKED * block.chars)
    words = block.line - linked
    if (
        words >= MIN_PROSE
        and linked <= MAX_LINKED * block.line
        and tag not in HEADINGS
        and block.is_block
    ):
        block.score = words
        block.prose += words
        block.body_prose += words
        block.paragraphs += 1
    if block.body_prose and (
        tag in NEVER_TAGS
        or not NEVER_ARTICLE.isdisjoint(block.words)
        or (block.headings == 1 and block.is_teaser)
        or (block.paragraphs == 1 and _is_untitled_teaser(block, linked))
    ):
        block.body_prose = block.paragraphs = 0
    if block.prose and block.children and tag != "body":
        _weigh_lone_paragraph(block)


def _is_untitled_teaser(block: Block, linked: int) -> bool:
    """Return whether a box has a line that is a link, and then one paragraph."""
    if block.headings or not block.inner_links or block.chars > MAX_TEASER:
        return False
    first = next((child for child in block.children if child.chars), block)
    is_linked = linked == block.line and first.linked == first.chars
    return is_linked and block.tag in UNTITLED_TAGS


def _weigh_lone_paragraph(block: Block) -> None:
    """Reduce the score of a paragraph that is the only one in *block*."""
    paragraphs = [c for c in block.children if c.score and not c.mark and c.tag in PARAGRAPHS]
    if len(paragraphs) == 1:
        paragraphs[0].score *= LONE_WEIGHT
