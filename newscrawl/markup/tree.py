"""The tree of a normalized body: elements of the policy's table, and strings."""

from collections.abc import Iterator
from typing import TypeAlias


class Node:
    """An element with its children: elements and strings. A settled node has no adjacent strings.

    It is a plain object, not an lxml element. Every child is read several times, and lxml makes a
    proxy object each time; that would double the time.
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
    """Return the text below *node* unchanged, with a space for a line break.

    >>> node = Node("p")
    >>> node.children = ["one", Node("br"), "two"]
    >>> words(node)
    'one two'
    """
    if len(node.children) == 1 and isinstance(node.children[0], str):
        return node.children[0]
    parts = [child if isinstance(child, str) else " " * (child.tag == "br") for child in walk(node)]
    return "".join(parts)


def own_strings(node: Node) -> str:
    """Return the strings of *node* itself, without those of elements in it: a part of `words`."""
    return "".join([child for child in node.children if isinstance(child, str)])


def has(node: Node, *tags: str) -> bool:
    """Return whether an element with one of *tags* is below *node*."""
    for child in node.children:
        if isinstance(child, Node) and (child.tag in tags or has(child, *tags)):
            return True
    return False
