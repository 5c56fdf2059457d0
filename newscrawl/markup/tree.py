"""The tree that bodies are normalized on: elements of the policy's table, and strings."""

from collections.abc import Iterator
from typing import TypeAlias


class Node:
    """An element; its children are elements and strings, once settled never two strings in a row.

    A list of plain objects, not an lxml tree: every child is read several times, and reading
    lxml's means making a proxy object each time, which took as long as all the rest.
    """

    __slots__ = ("attrs", "children", "tag")

    def __init__(self, tag: str, attrs: dict[str, str] | None = None) -> None:
        self.tag = tag
        self.attrs: dict[str, str] = attrs or {}
        self.children: list[Child] = []

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attrs} {self.children!r}>"

    def elements(self) -> Iterator["Node"]:
        """Yield the children that are elements."""
        return (child for child in self.children if isinstance(child, Node))


Child: TypeAlias = Node | str


def walk(node: Node) -> Iterator[Child]:
    """Yield all elements and strings below *node*, in order."""
    waiting: list[Child] = list(reversed(node.children))
    while waiting:
        child = waiting.pop()
        yield child
        if isinstance(child, Node):
            waiting.extend(reversed(child.children))


def words(node: Node) -> str:
    """Return the text below *node* as it stands, a line break as a space.

    >>> node = Node("p")
    >>> node.children = ["one", Node("br"), "two"]
    >>> words(node)
    'one two'
    """
    parts = (child if isinstance(child, str) else " " * (child.tag == "br") for child in walk(node))
    return "".join(parts)


def has(node: Node, *tags: str) -> bool:
    """Return whether an element of one of *tags* is below *node*."""
    return any(isinstance(child, Node) and child.tag in tags for child in walk(node))
