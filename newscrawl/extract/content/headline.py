"""Find the page's headline, and the part of the page below it that is the article.

A headline is above its article. That is better evidence than any class name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newscrawl.extract.content.density import HEADINGS, Block
from newscrawl.extract.words import letters_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# A heading is the title if the shorter of the two is this share of the longer one.
TITLE_SHARE: Final = 0.6
# Headings that are compared with the title.
MAX_HEADINGS: Final = 60
# A block with the headline is the article if it has this share of the page's prose below the
# headline. With many paragraphs, a smaller share is enough. With the name of an article and some
# paragraphs, or with the tag of one around its only title, an even smaller one is enough.
SCOPE_SHARE: Final = 0.6
MANY_PARAGRAPHS: Final = 6
MANY_SHARE: Final = 0.2
NAMED_PARAGRAPHS: Final = 3
NAMED_SHARE: Final = 0.05
# A heading lower than ``h1`` may be that of a box, so it needs this share.
LOWER_SHARE: Final = 0.5
# Characters below the only title in an ``article`` or ``main`` that may be all of a brief.
MIN_BRIEF: Final = 100


def headline_of(top: Block, title: str | None) -> Block | None:
    """Return the heading that shows the page's title; None if no heading does.

    If no heading matches, the only ``h1`` of the page is its headline.
    """
    wanted = letters_of(title or "")
    headings = list(_headings(top))
    for tags in ({"h1"}, HEADINGS - {"h1"}):
        for heading in headings:
            if (
                heading.tag in tags
                and wanted
                and _is_title(letters_of(heading.element.text), wanted)
            ):
                return heading
    first = [heading for heading in headings if heading.tag == "h1"]
    return first[0] if len(first) == 1 else None


def scope_of(headline: Block, top: Block) -> Block | None:
    """Return the smallest block around *headline* with the article below it, or None.

    Args:
        headline: The heading above the article. Prose above an ``h1`` is a notice; a lower heading
            may repeat the title below the article.
        top: The whole page, measured.
    """
    sums = list(_prose_below(headline))
    whole = sums[-1][1] if headline.tag == "h1" else top.body_prose
    for block, below, paragraphs in sums:
        share = _least_share(block, below, paragraphs)
        if headline.tag != "h1":
            share = max(share, LOWER_SHARE)
        if below and below >= share * whole:
            return block
    return None


def drop_before(headline: Block, block: Block) -> None:
    """Remove the prose before *headline* from *block*, which has the text: notices, dialogs."""
    path = [headline, *headline.around(1000)]
    if headline.tag != "h1" or block not in path:
        return
    inner = headline
    for outer in path[1 : path.index(block) + 1]:
        number = outer.children.index(inner)
        for child in outer.children[:number]:
            if child.prose and not child.pictures:
                child.element.decompose()
                outer.children.remove(child)
        inner = outer


def _prose_below(headline: Block) -> Iterator[tuple[Block, int, int]]:
    """Yield each block around *headline*, with the prose and the paragraphs in it below that."""
    below = paragraphs = 0
    inner = headline
    for block in headline.around(1000):
        after = block.children[block.children.index(inner) + 1 :]
        below += sum(child.body_prose for child in after)
        paragraphs += sum(child.paragraphs for child in after)
        yield block, below, paragraphs
        inner = block


def _least_share(block: Block, below: int, paragraphs: int) -> float:
    is_article = block.tag in {"article", "main"} and block.main_headings == 1
    if (paragraphs >= NAMED_PARAGRAPHS and block.hint) or (is_article and below >= MIN_BRIEF):
        return NAMED_SHARE
    return MANY_SHARE if paragraphs >= MANY_PARAGRAPHS else SCOPE_SHARE


def _headings(top: Block) -> Iterator[Block]:
    stack, count = [top], 0
    while stack and count < MAX_HEADINGS:
        block = stack.pop()
        if block.tag in HEADINGS:
            count += 1
            yield block
        elif block.headings:
            stack.extend(reversed(block.children))


def _is_title(heading: str, title: str) -> bool:
    short, long = sorted((heading, title), key=len)
    return len(short) >= TITLE_SHARE * len(long) and short in long
