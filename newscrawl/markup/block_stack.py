"""The open blocks of a tree that is being built: lists, quotes, tables, figures.

Each block is put in a place that HTML allows. A missing list item or table row is made. Content
between the cells of a table is put before the table, as browsers show it there.
"""

from dataclasses import dataclass
from typing import Final

from newscrawl.markup.allowlist import ALLOWED, MAX_DEPTH, MAX_ELEMENTS
from newscrawl.markup.tree import Node

# Blocks with parts, and the part that words or other blocks directly in them need.
_NEEDS: Final = {"ol": "li", "ul": "li", "dl": "dd", "table": None, "tr": None}
_PARTS: Final = {
    "ol": frozenset({"li"}),
    "ul": frozenset({"li"}),
    "dl": frozenset({"dt", "dd"}),
    "table": frozenset({"caption", "tr"}),
    "tr": frozenset({"td", "th"}),
}
_CELLS: Final = frozenset({"td", "th"})
_TABLE: Final = frozenset({"table", "tr"})
_OWNERS: Final = {
    "li": ("ol", "ul"),
    "dd": ("dl",),
    "dt": ("dl",),
    "tr": ("table",),
    "td": ("tr",),
    "th": ("tr",),
}


@dataclass(slots=True)
class Level:
    """An open block that contains blocks.

    Attributes:
        line: The tag for a run of words in it.
        implied: Whether it was made for its content, without a tag in the source.
    """

    node: Node
    line: str = "p"
    implied: bool = False


class Blocks:
    """The open blocks, the outermost first.

    Attributes:
        count: The number of elements in the tree, inline elements included.
        direction: The ``dir`` that blocks get. A repetition of the outer one's is removed later.
    """

    def __init__(self, root: Node) -> None:
        self.count = 0
        self.direction: str | None = None
        self._levels = [Level(root)]

    @property
    def innermost(self) -> Level:
        """The block that contains the next one."""
        return self._levels[-1]

    @property
    def is_full(self) -> bool:
        """Whether the tree has the maximum number of elements."""
        return self.count >= MAX_ELEMENTS

    def open(self, tag: str, attrs: dict[str, str] | None = None) -> Node | None:
        """Start a block that contains blocks; return None if it is not allowed here."""
        owners = _OWNERS.get(tag)
        if owners:
            self.close_implied(tag)
            if tag in _CELLS and self.innermost.node.tag == "table":
                self._imply("tr")
            if self.innermost.node.tag not in owners:
                return None
        if len(self._levels) >= MAX_DEPTH or self.is_full:
            return None
        node = Node(tag, attrs)
        self.add(node)
        self._levels.append(Level(node))
        return node

    def close(self, node: Node) -> None:
        """End a block from `open`, and all blocks open in it; ignore one that has ended."""
        if any(level.node is node for level in self._levels):
            while self._levels.pop().node is not node:
                pass

    def close_implied(self, tag: str) -> None:
        """End the implied blocks, up to the block of which *tag* is a part."""
        while self.innermost.implied and self.innermost.node.tag not in _OWNERS[tag]:
            self._levels.pop()

    def add(self, node: Node) -> None:
        """Append a block where it is allowed; make the item that it needs."""
        owner = self.innermost.node.tag
        if owner in _NEEDS and node.tag not in _PARTS[owner]:
            item = _NEEDS[owner]
            if item is None:
                self._put_before_table(node)
                return
            self._imply(item)
        self.innermost.node.children.append(node)
        self._count(node)

    def _put_before_table(self, node: Node) -> None:
        around = next(lv.node for lv in reversed(self._levels) if lv.node.tag not in _TABLE)
        around.children.insert(-1, node)
        self._count(node)

    def _imply(self, tag: str) -> None:
        item = Node(tag)
        self.innermost.node.children.append(item)
        self._levels.append(Level(item, implied=True))

    def _count(self, node: Node) -> None:
        self.count += 1
        if self.direction and "dir" in ALLOWED.get(node.tag, ()):
            node.attrs["dir"] = self.direction
