"""Find an article's lede, the first sentences outside its text, and move it into the text.

The lede is below the headline, or in a block just before the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newscrawl.extract.content.density import HEADINGS, RICH_LINKED, Block
from newscrawl.extract.content.endings import SENTENCE_END
from newscrawl.extract.words import letters_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# A line below the headline with fewer characters is a label, not a sentence.
MIN_LEDE: Final = 40
# The same for a line without a full stop. A larger share of digits is a date.
MIN_OPEN_LEDE: Final = 60
MAX_DIGITS: Final = 0.1
# A box with this many sentences and few links is a part of the text.
MANY_SENTENCES: Final = 3
# More characters in such lines are another article.
MAX_LEDES: Final = 2_000
# The lede is searched before the text and before this many blocks around it.
LEVELS: Final = 3
# The share of a sentence of the lede that may be links.
MAX_LINKED: Final = 0.5
_NO_LEDE: Final = frozenset({
    "address", "amp-img", "button", "figcaption", "figure", "form", "iframe", "img", "ol",
    "picture", "table", "ul", "video",
})  # fmt: skip


def add_lede(block: Block, headline: Block | None) -> None:
    """Move the lede to the start of *block*, the article's text.

    Args:
        block: The text, not pruned yet.
        headline: The heading above it; None if no heading was found.
    """
    ledes = list(_below(headline, block)) if headline else []
    size = sum(lede.chars for lede in ledes)
    if not ledes or size > min(MAX_LEDES, block.prose):
        ledes = _beside(block)
    if not ledes:
        return
    known = letters_of(block.element.text)
    for lede in reversed([lede for lede in ledes if letters_of(lede.element.text) not in known]):
        block.element.insert(0, lede.element.extract())
        lede.parent = block
        block.children.insert(0, lede)
        block.prose += lede.prose
        block.chars += lede.chars


def _below(headline: Block, block: Block) -> Iterator[Block]:
    """Yield the sentences between *headline* and *block*."""
    around = [headline, *headline.around(1000)]
    boxes: list[Block] = []
    inner = block
    for parent in block.around(1000):
        number = parent.children.index(inner)
        if parent not in around:
            boxes[:0] = parent.children[:number]
            inner = parent
            continue
        if parent is headline:  # tags that are never closed: the headline has the whole article
            return
        path = around[around.index(parent) - 1]
        start = parent.children.index(path)
        boxes[:0] = [*_rest(headline, path), *parent.children[start + 1 : number]]
        for box in boxes if start < number else ():
            yield from _sentences(box)
        return


def _rest(headline: Block, end: Block) -> Iterator[Block]:
    """Yield the blocks after *headline* in *end*, which is around it."""
    inner = headline
    while inner is not end and inner.parent is not None:
        parent = inner.parent
        yield from parent.children[parent.children.index(inner) + 1 :]
        inner = parent


def _sentences(box: Block) -> Iterator[Block]:
    stack = [box]
    while stack:
        block = stack.pop()
        if block.tag in _NO_LEDE or (block.mark and not block.is_named_lede):
            continue
        inner = [child for child in block.children if child.is_block]
        is_text = block.linked <= RICH_LINKED * block.chars
        if is_text and sum(map(_is_sentence, inner)) >= MANY_SENTENCES:
            yield from inner  # also the short lines between the sentences
        elif inner:
            stack.extend(reversed(inner))
        elif block.linked <= MAX_LINKED * block.chars and _is_sentence(block):
            yield block


def _is_sentence(block: Block) -> bool:
    """Return whether a line is a sentence, not a subtitle or a date."""
    if block.chars < MIN_LEDE:
        return False
    text = block.element.text.rstrip()
    if SENTENCE_END.search(text):
        return True
    return block.chars >= MIN_OPEN_LEDE and sum(map(str.isdigit, text)) < MAX_DIGITS * len(text)


def _beside(block: Block) -> list[Block]:
    """Return the blocks before *block* that hold only the lede."""
    inner = block
    for parent in block.around(LEVELS):
        if parent.tag == "body":
            break
        before = parent.children[: parent.children.index(inner)]
        ledes = [child for child in before if _is_lede(child, block)]
        if ledes:
            return ledes
        inner = parent
    return []


def _is_lede(block: Block, body: Block) -> bool:
    if block.mark or not 0 < block.prose < body.prose or block.tag in HEADINGS:
        return False
    if block.is_named_lede:
        return True
    names, others = (item.element.attr("class") or "" for item in (block, body))
    return bool(names) and names.split()[:1] == others.split()[:1]
