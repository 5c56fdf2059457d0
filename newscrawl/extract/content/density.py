"""Measuring a page: how much prose and how many links each element holds, and what it is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from turbohtml import Element, Text

from newscrawl.extract.content.class_names import (
    ACCESS_WORDS,
    HARD_ROLES,
    HARD_TAGS,
    HIDDEN_STYLE,
    NEVER_ARTICLE,
    NO_MARK,
    TEASER_WORDS,
    Mark,
    body_hint,
    is_lede_name,
    mark_of_name,
    stronger,
)
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
_HIDDEN: Final = frozenset({"hidden"})
_NEVER_MARKED: Final = frozenset({"body", "html", "main"})
PARAGRAPHS: Final = frozenset({"blockquote", "div", "li", "p"})
# Characters beside links that make a block prose, and the share of its text that links may have.
MIN_PROSE: Final = 50
MAX_LINKED: Final = 0.5
# The weight of a paragraph that is the only one in its box, as in teasers.
ALONE: Final = 0.2
# A heading is a link when so much of it is; a box with one, and so few characters, is a teaser.
TITLE_LINKED: Final = 0.9
MAX_TEASER: Final = 500
TEASER_TAGS: Final = frozenset({"article", "div", "li", "section"})
# An element with so many paragraphs, so much prose and so few links is rarely what its name is:
# the share of the article's prose in it that makes the name wrong.
RICH: Final = 3
RICH_PROSE: Final = 500
RICH_LINKED: Final = 0.2
RICH_BULK: Final = 0.4
# The share of prose in a slide.
SLIDE_SHARE: Final = 0.9
# The prose from which an element named "the article's text" is believed to be it.
MIN_TEXT: Final = 200
# Tags around what is never the article, unless the headline is in them.
NEVER_TAGS: Final = frozenset({"aside", "dialog", "footer", "menu", "nav"})
# The share of a page's prose that makes a mark on an element wrong: it is a wrapper of everything.
_BULK: Final = {Mark.SOFT: 0.4, Mark.HARD: 0.7}
# One of these characters counts as two or three letters.
_DENSE_SCRIPT: Final = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DENSE_WEIGHT: Final = 2
# Characters of the page that are read to find its script.
_SCRIPT_SAMPLE: Final = 200_000
# Elements measured; a page with more is measured so far. The largest articles have 20,000.
MAX_ELEMENTS: Final = 60_000
_NO_LETTER: Final = re.compile(r"[\W_]+")
_ABSOLUTE: Final = re.compile(r"\s*(?:[a-z]+:)?//", re.IGNORECASE)


class Block:
    """One element with its measures; lengths in characters, doubled for dense scripts.

    Attributes:
        chars, linked: Text in it, and the part of that inside links.
        line: Text of its own line: outside of block elements in it.
        prose: Text of paragraphs in it, not counting links, whatever their marks.
        body_prose: The same without comments, consent, and tags such as ``nav``.
        paragraphs: Paragraphs in it with prose, counted like `body_prose`.
        score: The same without what is marked, lone paragraphs and teasers counting less.
        headings, main_headings, titled: Headings in it, those of rank 1, and those that are links.
        pictures, figures, inner_links: Pictures, figures and links to its own site in it.
        holds_block: Whether a block element is in it.
        mark, words: The meaning of its class, id, tag and role, and the words that have it.

    Sums are kept, as asking the tree for them at each level would take quadratic time on a page
    that is made for that.
    """

    __slots__ = (
        "body_prose", "chars", "children", "element", "figures", "headings", "holds_block",
        "inner_links", "line", "linked", "main_headings", "mark", "paragraphs", "parent",
        "pictures", "prose", "score", "tag", "titled", "words",
    )  # fmt: skip

    def __init__(self, element: Element, parent: Block | None) -> None:
        self.element = element
        self.parent = parent
        self.tag: str = element.tag
        self.children: list[Block] = []
        self.chars = self.linked = self.line = self.prose = 0
        self.body_prose = self.paragraphs = 0
        self.headings = self.main_headings = self.titled = 0
        self.pictures = self.figures = self.inner_links = 0
        self.holds_block = False
        self.score = 0.0
        self.mark, self.words = _mark(element, self.tag)

    @property
    def hint(self) -> int:
        """How much the element's name promises the article's text: 2, 1 or 0."""
        element = self.element
        if "articleBody" in (element.attr("itemprop"), element.attr("property")):
            return 2
        return body_hint(name_of(element)) or int(self.tag in {"article", "main"})

    @property
    def is_named_lede(self) -> bool:
        """Whether its name is a lede's, or a teaser's without a link: a teaser leads somewhere."""
        if self.mark is Mark.HARD:
            has_link = self.inner_links or self.linked or self.headings
            return self.words <= TEASER_WORDS and not has_link
        return is_lede_name(name_of(self.element))

    def around(self, levels: int) -> Iterator[Block]:
        """Yield the nearest blocks around it, so many."""
        block = self.parent
        while block is not None and levels:
            yield block
            block = block.parent
            levels -= 1

    @property
    def is_block(self) -> bool:
        """Whether it starts lines of its own: by its tag, or by a block in it."""
        return self.holds_block or self.tag in BLOCKS

    @property
    def is_picture(self) -> bool:
        """Whether it is a figure around a picture: all its words are a caption."""
        return self.tag == "figure" and self.pictures > 0

    @property
    def is_teaser(self) -> bool:
        """Whether it is a box about another article: a title that is a link, and few words."""
        return (
            self.titled == self.headings == 1
            and self.chars <= MAX_TEASER
            and self.tag in TEASER_TAGS
        )


def measure(root: Element, *, url: str) -> Block:
    """Return the measured tree under *root*; *url* is that of the page."""
    weight = _weight(root)
    top = Block(root, None)
    order: list[Block] = []
    stack = [top]
    count = 1
    while stack:
        block = stack.pop()
        order.append(block)
        children = block.children
        for node in block.element.children:
            if isinstance(node, Text):
                block.line += len(node.data.strip()) * weight
            elif isinstance(node, Element) and count < MAX_ELEMENTS:
                children.append(Block(node, block))
                count += 1
        if children:
            stack.extend(reversed(children))
    for block in reversed(order):
        _sum_parts(block, url)
        _sum_text(block)
    return top


def rate(scope: Block) -> None:
    """Add up the scores in *scope*: its marks are judged by how much of its prose is in them."""
    order = [scope]
    for block in order:
        order.extend(block.children)
    for block in reversed(order):
        _sum_score(block, scope)


def bare(text: str) -> str:
    """Return the letters and digits of *text* in one case, to compare titles and names."""
    return _NO_LETTER.sub("", text).casefold()


def text_of(element: Element) -> str:
    """Return the words of *element* on one line."""
    return " ".join(element.text.split())


def _weight(root: Element) -> int:
    sample = root.text[:_SCRIPT_SAMPLE]
    return _DENSE_WEIGHT if len(_DENSE_SCRIPT.findall(sample)) > len(sample) / 5 else 1


def name_of(element: Element) -> str:
    """Return the class and id of *element*."""
    return f"{element.attr('class') or ''} {element.attr('id') or ''}"


def _mark(element: Element, tag: str) -> tuple[Mark, frozenset[str]]:
    if tag in _NEVER_MARKED:
        return NO_MARK
    attr = element.attr
    if tag in HARD_TAGS or attr("role") in HARD_ROLES:
        return Mark.HARD, frozenset({tag})
    style = attr("style")
    if (
        (style and HIDDEN_STYLE.search(style))
        or attr("hidden") is not None
        or attr("aria-hidden") == "true"
    ):
        return Mark.HARD, _HIDDEN
    if tag in PICTURES:
        return NO_MARK  # "img-share": their parents decide
    # A heading's id is often made of its words: "social-media-policy".
    classes, name = attr("class"), None if tag in HEADINGS else attr("id")
    if classes and name:
        return stronger((mark_of_name(classes), mark_of_name(name)))
    return mark_of_name(classes or name) if classes or name else NO_MARK


def _sum_parts(block: Block, url: str) -> None:
    """Count what is in *block*: its children are counted already."""
    for child in block.children:
        block.headings += child.headings
        block.main_headings += child.main_headings
        block.titled += child.titled
        block.pictures += child.pictures
        block.figures += child.figures
        block.inner_links += child.inner_links
        block.holds_block = block.holds_block or child.holds_block or child.tag in BLOCKS
    if block.tag in PICTURES:
        block.pictures += 1
    elif block.tag == "figure":
        block.figures += 1
    elif block.tag == "h1":
        block.main_headings += 1
    elif block.tag == "a":
        block.inner_links += _leads_inside(block.element.attr("href") or "", url)


def _leads_inside(href: str, url: str) -> bool:
    return not _ABSOLUTE.match(href) or is_same_site(href, url)


def _sum_text(block: Block) -> None:
    """Add up the text of *block* from its children, which are summed already."""
    if block.tag == "noscript":
        block.line = 0  # its words are not shown
        return
    linked = 0
    block.chars = block.line
    for child in block.children:
        block.chars += child.chars
        block.linked += child.linked
        block.prose += child.prose
        block.body_prose += child.body_prose
        block.paragraphs += child.paragraphs
        if not child.is_block:
            block.line += child.chars
            linked += child.linked
    if block.tag == "a":
        block.linked, block.titled = block.chars, block.headings
    elif block.tag in HEADINGS:
        block.headings = 1
        block.titled = int(block.linked > TITLE_LINKED * block.chars)
    words = block.line - linked
    if (
        block.is_block
        and block.tag not in HEADINGS
        and words >= MIN_PROSE
        and linked <= MAX_LINKED * block.line
    ):
        block.score = words
        block.prose += words
        block.body_prose += words
        block.paragraphs += 1
    if block.tag in NEVER_TAGS or block.words & NEVER_ARTICLE:
        block.body_prose = block.paragraphs = 0
    paragraphs = [c for c in block.children if c.score and not c.mark and c.tag in PARAGRAPHS]
    if len(paragraphs) == 1 and block.tag != "body":
        paragraphs[0].score *= ALONE


def _sum_score(block: Block, scope: Block) -> None:
    """Add up the score of *block*, a part of *scope*."""
    is_bulk = block.mark in _BULK and block.prose > _bulk(block) * scope.prose
    is_text = block.mark is Mark.HARD and _holds_text(block)
    is_slide = block.words == _HIDDEN and _is_slide(block)
    if ((is_bulk or is_text) and _may_be_article(block, scope)) or is_slide:
        block.mark = Mark.NONE
    if is_slide:
        _show(block)
    block.score += sum(child.score for child in block.children)
    if block.is_teaser:
        block.score *= ALONE
    if block.mark is Mark.SOFT and block.paragraphs < RICH:
        block.score /= 2
    elif block.mark > Mark.SOFT:
        block.score = 0


def _bulk(block: Block) -> float:
    """Return the share of the prose that makes the mark on *block* wrong."""
    is_rich = (
        block.paragraphs >= RICH
        and block.prose >= RICH_PROSE
        and block.linked <= RICH_LINKED * block.chars
        and not block.titled
        and block.tag not in HARD_TAGS
    )
    return RICH_BULK if is_rich else _BULK[block.mark]


def _holds_text(block: Block) -> bool:
    """Return whether a block contains an element named as the article's text, or is part of one."""
    is_access = block.words <= ACCESS_WORDS and not block.titled
    return is_access and any(
        one.prose >= MIN_TEXT and one.hint > 1
        for child in block.children
        for one in (child, *child.children)
    )


def _show(block: Block) -> None:
    """Take the attributes off that hide an element: later steps would drop it."""
    for name in ("style", "hidden", "aria-hidden"):
        block.element.attrs.pop(name, None)


def _is_slide(block: Block) -> bool:
    """Return whether a hidden block is one of several of its kind, which a reader turns over."""
    name = block.element.attr("class")
    if not name or block.parent is None or mark_of_name(name)[0] is Mark.HARD:
        return False
    if block.linked or not 0 < SLIDE_SHARE * block.chars <= block.prose:
        return False
    alike = [child for child in block.parent.children if child.element.attr("class") == name]
    return len(alike) > 1


def _may_be_article(block: Block, scope: Block) -> bool:
    """Return whether a marked block with much of the prose of *scope* may hold the article."""
    if block.main_headings:
        return True
    is_beside = block.tag in NEVER_TAGS and scope.main_headings > 0
    return not is_beside and not block.words & NEVER_ARTICLE
