"""Writes the tree as HTML; nh3 makes the last pass."""

from html import escape
from typing import Final

import nh3

from newscrawl.markup.settle import is_media
from newscrawl.markup.tags import ALLOWED, URL_SCHEMES
from newscrawl.markup.tree import Child, Node

_VOID: Final = frozenset({"br", "hr", "img"})
# Blocks whose only paragraph is written without its tag.
_TIGHT: Final = frozenset({"dd", "li", "td", "th"})
_CLEANER: Final = nh3.Cleaner(
    tags=set(ALLOWED),
    attributes={tag: set(names) for tag, names in ALLOWED.items() if names},
    url_schemes=set(URL_SCHEMES),
    link_rel=None,
    generic_attribute_prefixes=set(),
    strip_comments=True,
)


def write(root: Node) -> str:
    """Return the blocks of a settled tree as HTML, a line each."""
    return _CLEANER.clean("\n".join(_node(child) for child in root.children))


def _node(node: Child) -> str:
    if isinstance(node, str):
        return escape(node, quote=False)
    attrs = "".join(f' {name}="{_quoted(value)}"' for name, value in sorted(node.attrs.items()))
    start = f"<{node.tag}{attrs}>"
    if node.tag in _VOID:
        return start
    return f"{start}{_inside(node)}</{node.tag}>"


def _quoted(value: str) -> str:
    return escape(value, quote=False).replace('"', "&quot;")


def _inside(node: Node) -> str:
    if node.tag in _TIGHT:
        bare = _only_paragraph(node)
        return "".join(map(_node, _unwrapped(node, [bare] if bare else [])))
    if node.tag == "figure":
        return "".join(map(_node, _unwrapped(node, [c for c in node.elements() if is_media(c)])))
    return "".join(map(_node, node.children))


def _only_paragraph(node: Node) -> Node | None:
    paragraphs = [child for child in node.elements() if child.tag == "p"]
    return paragraphs[0] if len(paragraphs) == 1 and not paragraphs[0].attrs else None


def _unwrapped(node: Node, bare: list[Node]) -> list[Child]:
    children: list[Child] = []
    for child in node.children:
        if isinstance(child, Node) and any(child is one for one in bare):
            children.extend(child.children)
        else:
            children.append(child)
    return children
