"""Boxes of the tree that is built: elements whose words stay or go only when all of them are known.

| box | what becomes of it |
|---|---|
| a panel that a click opens | its words |
| a panel that only the page's controls mark | its words, unless most are links |
| words for one kind of screen | they stay once: the same words for another kind of screen go |
| a form | nothing if it asks for words, such as a name; a form around a page is that page |
| furniture under a heading of its own | nothing, and the heading goes too |
"""

from __future__ import annotations

from typing import Final

from newscrawl.markup.tree import Child, Node, walk, words
from newscrawl.markup.visibility import DOUBTFUL_PANEL, GONE, TWIN

BOX: Final = "box"
"""The tag of a box; it is gone from the finished tree."""
FORM: Final = "form"
MAX_FORM_WORDS: Final = 150
"""Words of a form; one with more is a page that an old framework wraps whole."""
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Of the letters of a panel that are links, the share from which it is a list of hidden links.
_LINK_SHARE: Final = 0.5


def open_boxes(root: Node) -> None:
    """Put what is in each box in its place, or nothing."""
    _open(root, set())


def _open(node: Node, seen: set[str]) -> None:
    if not any(isinstance(child, Node) for child in node.children):
        return
    opened: list[Child] = []
    for child in node.children:
        if isinstance(child, Node):
            _open(child, seen)
        if isinstance(child, str) or child.tag != BOX:
            opened.append(child)
        elif child.attrs["kind"] == GONE:
            _drop_heading(opened)
        elif _stays(child, seen):
            opened.extend(child.children)
        elif child.attrs["kind"] == FORM:
            _drop_heading(opened)
    node.children = opened


def _stays(box: Node, seen: set[str]) -> bool:
    kind = box.attrs["kind"]
    if kind == FORM:
        return "asks" not in box.attrs or _count(box) > MAX_FORM_WORDS
    if kind == DOUBTFUL_PANEL:
        return not _is_list_of_links(box)
    if kind != TWIN:
        return True
    text = _content(box)
    is_new = not text or text not in seen
    seen.add(text)
    return is_new


def _content(box: Node) -> str:
    """Return the words of a box and the addresses of its pictures, to compare it with others."""
    pieces = (
        child if isinstance(child, str) else child.attrs.get("src", "") for child in walk(box)
    )
    return " ".join(" ".join(pieces).split())


def _count(box: Node) -> int:
    return sum(len(child.split()) for child in walk(box) if isinstance(child, str))


def _is_list_of_links(box: Node) -> bool:
    links = [child for child in walk(box) if isinstance(child, Node) and child.tag == "a"]
    linked = sum(len(words(link).strip()) for link in links)
    letters = sum(len(child.strip()) for child in walk(box) if isinstance(child, str))
    return bool(links) and linked > _LINK_SHARE * letters


def _drop_heading(before: list[Child]) -> None:
    """Drop the heading that stands right before what was left out."""
    last = before[-1] if before else None
    if isinstance(last, Node) and last.tag in _HEADINGS:
        del before[-1]
