"""Read the lines of an article from the measured tree, in order, as a reader sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from turbohtml import Element, Node, Text

from newscrawl.extract.content.density import BLOCKS, Block, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Elements that are cells of a table, or items of a list.
CELLS: Final = frozenset({"dd", "dt", "td", "th"})
ITEMS: Final = CELLS | {"li"}


class Line:
    """A block without inner blocks: a paragraph, a heading, a cell; or a whole figure."""

    __slots__ = ("block", "is_figure", "is_prose", "text")

    def __init__(self, block: Block) -> None:
        self.block = block
        self.is_figure = block.is_picture
        self.is_prose = bool(block.prose) and not self.is_figure
        self.text = text_of(block.element)

    def drop(self) -> None:
        """Remove the line from the page's tree."""
        self.block.element.decompose()


def lines_of(block: Block) -> Iterator[Line]:
    """Yield the lines in *block*, in order; lines without text or picture are skipped."""
    stack = [block]
    while stack:
        current = stack.pop()
        children = current.children
        has_blocks = any(child.tag in BLOCKS for child in children)
        inner = [
            child for child in children if _is_line_of_its_own(child, is_beside_blocks=has_blocks)
        ]
        if not inner or current.is_picture or current.tag == "figcaption":
            if current is not block and (current.chars or current.is_picture):
                yield Line(current)
        else:
            stack.extend(reversed(inner))


def _is_line_of_its_own(block: Block, *, is_beside_blocks: bool) -> bool:
    """Return whether a part of a block is a line: it is a block, or it is between two blocks.

    Args:
        is_beside_blocks: Whether the parent has a block. Looking for it for each child would take
            quadratic time.
    """
    if block.tag in BLOCKS or block.holds_block:
        return True
    if not block.chars or not is_beside_blocks:
        return False
    element = block.element
    return _is_edge(element.previous_siblings) and _is_edge(element.next_siblings)


def _is_edge(siblings: Iterable[Node]) -> bool:
    """Return whether a line ends here: the nearest sibling with content is a block, or missing."""
    for one in siblings:
        if isinstance(one, Element):
            return one.tag in BLOCKS
        if isinstance(one, Text) and one.data.strip():
            return False
    return True
