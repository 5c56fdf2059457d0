"""Boxes of a tree: elements that are kept or removed only after all their words are known.

| box | result |
|---|---|
| a panel that a click opens | keep its words |
| a panel that only the page's controls mark | keep its words, unless most are links |
| words for one kind of screen | keep them once: remove the same words for another kind of screen |
| a form | remove it if it asks for words, such as a name; keep a form around the page |
| furniture under its own heading | remove it, and the heading too |
"""

from __future__ import annotations

from typing import Final

from newscrawl.markup.tree import Child, Node, walk, words
from newscrawl.markup.visibility import DOUBTFUL_PANEL, GONE, TWIN

# The tag of a box. The finished tree has no boxes.
BOX: Final = "box"
FORM: Final = "form"
# A form with more words is a whole page that an old framework wraps.
MAX_FORM_WORDS: Final = 150
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# A panel is a list of hidden links if links have this share of its letters.
_LINK_SHARE: Final = 0.5


def open_boxes(root: Node) -> None:
    """Replace each box below *root* with its content, or remove it."""
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
    """Return the words of a box and the URLs of its pictures, to compare it with other boxes."""
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
    """Remove the heading just before a removed box."""
    last = before[-1] if before else None
    if isinstance(last, Node) and last.tag in _HEADINGS:
        del before[-1]
