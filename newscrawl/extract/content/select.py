"""Choose the element with an article's text, and remove the other parts from it."""

from __future__ import annotations

import re
from typing import Final

from newscrawl.extract.content.class_names import COMMENT_WORDS, TAG_WORDS, Mark, is_post
from newscrawl.extract.content.density import (
    BLOCKS,
    HEADINGS,
    HIDDEN,
    PARAGRAPHS,
    RICH_PARAGRAPHS,
    Block,
)
from newscrawl.extract.content.rating import rate

# The search goes down into a child if it has this share of its parent's score:
# a child with a promising name,
SHARE_NAMED: Final = 0.6
# a child with another name,
SHARE_PLAIN: Final = 0.8
# a child of an element that is named as the article's text.
SHARE_BELOW_BODY: Final = 0.97
PARTS: Final = frozenset({"div", "section"})
_NUMBERS: Final = re.compile(r"\d+")
# A block holds only the first sentences of the text if this share of its characters is prose.
START_SHARE: Final = 0.9
# A block of the same class is another part of the article if it has this share of the best score.
PART_SHARE: Final = 0.15
# The same share for a block of another class that holds only prose.
REST_SHARE: Final = 0.25
# Blocks that never hold the whole text of an article.
_TOO_SMALL: Final = frozenset({"blockquote", "dl", "li", "ol", "p", "pre", "ul"})
# A cell of a layout table may hold the whole text, but a row with several cells may not.
_ROWS: Final = frozenset({"table", "tbody", "tr"})
SECTION_HEADINGS: Final = HEADINGS - {"h1", "h2"}
# More ``h1`` than this in an article are section headings, not its title.
MAX_TITLES: Final = 2
# A soft word is ignored on a page if this share of the article's prose is under it.
SOFT_BULK: Final = 0.2
# The same share for words of comments, which may be longer than the article.
COMMENT_BULK: Final = 0.9
# A block is a list of links if links have this share of its text, and few other characters are
# in it: in the whole block, and for each link.
LINK_SHARE: Final = 0.6
MAX_BESIDE_LINKS: Final = 80
MAX_BESIDE_EACH: Final = 25
# A paragraph is not the article's if links have this share of it, and it is short or has
# this many links.
LINE_SHARE: Final = 0.9
MAX_LINK_LINE: Final = 160
MIN_LINKS: Final = 3
# A line is a sentence around a part of it if it is this many times as long as the part.
MIN_SENTENCE: Final = 3
# A box around a picture and its caption has at most this many times the caption's text.
MAX_CAPTION_BOX: Final = 1.5
# Boxes about other articles have at most this share of an article's prose.
TEASER_BULK: Final = 0.4
# Levels between a caption and its figure, or between a word and its line.
MAX_DEPTH: Final = 4


def choose(scope: Block) -> Block:
    """Return the smallest block that holds nearly all prose of *scope*, which has the article."""
    block = scope
    rate(block)
    while True:
        inside = [c for c in block.children if c.is_block and c.tag not in _TOO_SMALL]
        best = max(block.children, key=lambda child: child.score, default=None)
        if best is None or best not in inside or best.score <= 0:
            break
        if best.score < _share(block, best) * block.score or _goes_on_beside(block, best):
            break
        block = best
    while block.tag in _ROWS and block.parent is not None:
        block = block.parent
    return block


def prune(block: Block) -> None:
    """Remove from the page's tree all parts of *block* that are not the article's."""
    unheard = _unheard_words(block)
    ledes = _ledes_within(block)
    teasers = _teasers_within(block)
    stack = [block]
    while stack:
        parent = stack.pop()
        kept = []
        for child in parent.children:
            is_title = child.tag == "h1" and block.main_headings <= MAX_TITLES
            if child in ledes:
                kept.append(child)
            elif is_title or child in teasers or _is_foreign(child, unheard):
                child.element.decompose()
            else:
                kept.append(child)
        is_emptied = len(kept) < len(parent.children) and not parent.line and parent is not block
        parent.children = kept
        if is_emptied and kept and all(child.tag in SECTION_HEADINGS for child in kept):
            parent.element.decompose()  # an empty box
        else:
            stack.extend(kept)


def forget_names(block: Block) -> None:
    """Remove names of boxes with the text by which later steps would drop them.

    These are wrong names of large boxes, and the post's own name: its other posts are gone already.
    The names of hidden boxes are kept, as later steps know from them what a click shows.
    """
    is_own = False
    stack = [block]
    while stack:
        current = stack.pop()
        is_first = not is_own and is_post(current.element.attr("class") or "")
        is_own = is_own or is_first
        is_large = current is block or current.paragraphs >= RICH_PARAGRAPHS
        if is_first or (is_large and current.words and current.words != HIDDEN):
            current.element.attrs.pop("class", None)
            current.element.attrs.pop("id", None)
        stack.extend(reversed([one for one in current.children if one.paragraphs]))


def _ledes_within(block: Block) -> set[Block]:
    """Return the blocks before the first paragraph whose names mark them as ledes."""
    found: set[Block] = set()
    stack = [block]
    while stack:
        current = stack.pop()
        if current.mark and current.is_named_lede:
            found.add(current)
        elif current.mark is Mark.NONE:
            if current.prose and not any(child.prose for child in current.children):
                break  # the first paragraph
            stack.extend(reversed(current.children))
    return found


def _teasers_within(block: Block) -> set[Block]:
    """Return the boxes about other articles; none if these are much of the text, as in a list."""
    found: set[Block] = set()
    stack = [block]
    while stack:
        for child in stack.pop().children:
            if child.is_teaser and _leads_to_page(child):
                found.add(child)
            elif child.titled:
                stack.append(child)
    is_list = sum(teaser.prose for teaser in found) > TEASER_BULK * block.prose
    return set() if is_list else found


def _leads_to_page(teaser: Block) -> bool:
    """Return whether the first link of a teaser leads to a page of the site, not to its own."""
    link = teaser.element.find("a") if teaser.inner_links else None
    return link is not None and not (link.attr("href") or "").startswith("#")


def _share(block: Block, child: Block) -> float:
    hint = child.hint
    if block.hint > 1 and hint < 2:
        return SHARE_BELOW_BODY
    return SHARE_NAMED if hint else SHARE_PLAIN


def _goes_on_beside(block: Block, best: Block) -> bool:
    """Return whether the article continues in a sibling of *best*.

    The sibling has the same class, or holds only prose.
    """
    if best.main_headings:
        return False
    kind = _kind(best)
    return any(
        child is not best
        and (
            (kind is not None and _kind(child) == kind and _is_part(child, best))
            or (child.score > REST_SHARE * best.score and _is_prose_alone(child))
        )
        for child in block.children
    ) or _starts_beside(block, best)


def _starts_beside(block: Block, best: Block) -> bool:
    """Return whether several paragraphs of the text are beside *best*, which has the rest."""
    beside = [
        child
        for child in block.children
        if child is not best
        and child.paragraphs == 1
        and child.tag in PARAGRAPHS
        and not (child.linked or child.mark)
        and child.prose >= START_SHARE * child.chars
    ]
    return len(beside) >= RICH_PARAGRAPHS


def _is_part(block: Block, best: Block) -> bool:
    is_text = _is_prose_alone(block) and block.prose > PART_SHARE * best.prose
    return is_text or block.score > PART_SHARE * best.score or (block.is_rich and not block.mark)


def _kind(block: Block) -> str | None:
    """Return an element's class without its numbers; None if it has no class."""
    name = block.element.attr("class")
    return None if name is None else _NUMBERS.sub("", name)


def _is_prose_alone(block: Block) -> bool:
    return (
        not block.mark
        and block.tag in PARTS
        and not block.headings
        and not block.linked
        and block.prose >= START_SHARE * block.chars
    )


def _unheard_words(block: Block) -> set[str]:
    """Return the soft words around much of the article: there they have another meaning."""
    prose: dict[str, int] = {}
    stack = [block]
    while stack:
        for child in stack.pop().children:
            if child.mark is Mark.SOFT:
                for word in child.words:
                    prose[word] = prose.get(word, 0) + child.prose
            else:
                stack.append(child)
    return {
        word
        for word, chars in prose.items()
        if chars > (COMMENT_BULK if word in COMMENT_WORDS else SOFT_BULK) * block.prose
    }


def _is_foreign(block: Block, unheard: set[str]) -> bool:
    if block.mark is Mark.CAPTION:
        return not _becomes_caption(block)
    if block.mark is Mark.HARD:
        return not (block.main_headings and block.prose)  # the headline may be beside the lede
    if block.mark is Mark.SOFT and not block.words <= unheard:
        return not (_is_in_sentence(block) or _is_unlinked(block))
    return block.tag in BLOCKS and _leads_away(block)


def _is_unlinked(block: Block) -> bool:
    """Return whether *block* is prose without a link, though its name is that of tags."""
    is_prose = not block.linked and block.prose >= START_SHARE * block.chars > 0
    return is_prose and block.words <= TAG_WORDS


def _is_in_sentence(block: Block) -> bool:
    """Return whether *block* is only a part of its line: then its name is about style only."""
    if block.tag in BLOCKS:
        return False
    line = next((one for one in block.around(MAX_DEPTH) if one.tag in BLOCKS), None)
    return line is not None and line.prose > 0 and line.line > MIN_SENTENCE * block.chars > 0


def _becomes_caption(block: Block) -> bool:
    """Turn a caption that only a class marks into a ``figcaption``; False if it has no picture."""
    figure = next((one for one in block.around(MAX_DEPTH) if one.tag == "figure"), None)
    if figure is not None:
        return True
    box = block.parent
    if box is None or box.chars > MAX_CAPTION_BOX * block.chars or not box.pictures:
        return False
    for inner in box.element.find_all("figure"):
        inner.tag = "div"  # the caption is beside it
    box.tag = box.element.tag = "figure"
    block.tag = block.element.tag = "figcaption"
    return True


def _leads_away(block: Block) -> bool:
    beside = block.chars - block.linked
    if not block.linked or block.tag in {"li", "td", "th", "tr", "tbody"} or block.is_picture:
        return False
    if not block.inner_links:
        return False  # sources and shops, not other articles of the site
    if block.tag == "p":
        is_short = block.chars <= MAX_LINK_LINE or block.inner_links >= MIN_LINKS
        return block.linked > LINE_SHARE * block.chars and is_short
    most = max(MAX_BESIDE_LINKS, MAX_BESIDE_EACH * block.inner_links)
    return block.linked > LINK_SHARE * block.chars and beside < most
