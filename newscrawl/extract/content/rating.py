"""Rate the parts of a measured page; ignore names of parts that read like the article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newscrawl.extract.content.class_names import (
    ACCESS_WORDS,
    NEVER_ARTICLE,
    REST_WORDS,
    Mark,
    mark_of_name,
)
from newscrawl.extract.content.density import (
    HEADINGS,
    HIDDEN,
    LONE_WEIGHT,
    MIN_TEXT,
    NEVER_TAGS,
    RICH_LINKED,
    RICH_PARAGRAPHS,
    Block,
)
from newscrawl.extract.words import letters_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# The name of a rich element is wrong if it has this share of the article's prose.
RICH_BULK: Final = 0.4
# The names of several boxes are wrong if they have this share of the article's prose together.
NAMED_BULK: Final = 0.6
# Paragraphs of a section whose id is made of its heading's words.
MIN_SECTION: Final = 2
# A slide has at least this share of prose.
SLIDE_SHARE: Final = 0.9
# A mark on an element with this share of the page's prose is wrong: the element wraps everything.
_BULK: Final = {Mark.SOFT: 0.4, Mark.CAPTION: 0.7, Mark.HARD: 0.7}


def rate(scope: Block) -> None:
    """Add up the scores in *scope*; marks on most of its prose are ignored."""
    texts = list(_named_texts(scope))
    for mark in (Mark.CAPTION, Mark.HARD):
        named = [block for block in texts if block.mark is mark]
        if sum(block.body_prose for block in named) > NAMED_BULK * scope.body_prose:
            for block in named:
                block.ignore_mark()
    order = [scope]
    for block in order:
        order.extend(block.children)
    for block in reversed(order):
        _sum_score(block, scope)


def _named_texts(scope: Block) -> Iterator[Block]:
    """Yield the captions, and the blocks that read like parts of the article despite a name."""
    stack = [scope]
    while stack:
        block = stack.pop()
        if block.mark is Mark.CAPTION:
            yield block
        elif block.mark is not Mark.HARD or block is scope:
            stack.extend(child for child in block.children if child.body_prose)
        elif (
            block.paragraphs >= MIN_SECTION
            and block.linked <= RICH_LINKED * block.chars
            and not block.titled
            and block.words != HIDDEN
            and block.tag not in block.words  # the mark is not from its tag or role
        ):
            yield block


def _sum_score(block: Block, scope: Block) -> None:
    """Add up the score of *block*, a part of *scope*."""
    if block.children:
        block.score += sum([child.score for child in block.children])
    if not block.score and not block.prose:
        return  # its name changes nothing
    if block.mark:
        _doubt_mark(block, scope)
    if block.headings == 1 and block.is_teaser:
        block.score *= LONE_WEIGHT
    if block.mark is Mark.SOFT and block.paragraphs < RICH_PARAGRAPHS:
        block.score /= 2
    elif block.mark > Mark.SOFT:
        block.score = 0


def _doubt_mark(block: Block, scope: Block) -> None:
    """Remove the mark of *block*, a part of *scope*, if it is wrong."""
    is_bulk = block.mark in _BULK and block.prose > _bulk(block) * scope.prose
    is_text = block.mark is Mark.HARD and (_holds_text(block) or _is_section(block))
    is_slide = block.words == HIDDEN and _is_slide(block)
    if ((is_bulk or is_text) and _may_be_article(block, scope)) or is_slide:
        block.ignore_mark()
    if is_slide:
        _show(block)


def _bulk(block: Block) -> float:
    """Return the share of the prose from which the mark on *block* is wrong."""
    return RICH_BULK if block.is_rich else _BULK[block.mark]


def _holds_text(block: Block) -> bool:
    """Return whether a block with an access word ("subscription") holds the article's text.

    A "read more" with several paragraphs and no link is the text that a click shows.
    """
    if block.words <= REST_WORDS and block.paragraphs >= MIN_SECTION and not block.linked:
        return True
    is_access = block.words <= ACCESS_WORDS and not block.titled
    return is_access and any(
        one.prose >= MIN_TEXT and one.hint > 1
        for child in block.children
        for one in (child, *child.children)
    )


def _is_section(block: Block) -> bool:
    """Return whether a block is a section of the text: its id is made of its heading's words."""
    if block.paragraphs < MIN_SECTION or block.linked or block.element.attr("class"):
        return False
    heading = next((child for child in block.children if child.tag in HEADINGS), None)
    name = letters_of(block.element.attr("id") or "")
    return heading is not None and letters_of(heading.element.text) == name


def _show(block: Block) -> None:
    """Remove the attributes that hide an element; otherwise later steps would drop it."""
    for name in ("style", "hidden", "aria-hidden"):
        block.element.attrs.pop(name, None)


def _is_slide(block: Block) -> bool:
    """Return whether a hidden block is one of several like it: slides, or panels to open."""
    name = block.element.attr("class")
    if not name or block.parent is None or mark_of_name(name)[0] is Mark.HARD:
        return False
    if block.linked or not 0 < SLIDE_SHARE * block.chars <= block.prose:
        return False
    boxes = [block.parent]
    if len(block.parent.children) > 1 and block.parent.parent is not None:  # beside its button
        boxes = block.parent.parent.children
    alike = [one for box in boxes for one in box.children if one.element.attr("class") == name]
    return len(alike) > 1


def _may_be_article(block: Block, scope: Block) -> bool:
    """Return whether a marked block, with much of the prose of *scope*, may hold the article."""
    rest = scope.body_prose - block.body_prose
    if block.main_headings:
        return rest < MIN_TEXT or not block.words & NEVER_ARTICLE
    is_beside = block.tag in NEVER_TAGS and scope.main_headings > 0 and rest >= MIN_TEXT
    return not is_beside and not block.words & NEVER_ARTICLE
