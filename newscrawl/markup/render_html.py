"""Write the tree as HTML; nh3 is the last pass."""

from collections.abc import Mapping
from html import escape
from typing import Final

import nh3

from newscrawl.markup.allowlist import ALLOWED
from newscrawl.markup.cleanup import is_media
from newscrawl.markup.tree import Child, Node
from newscrawl.urls.safe import URL_SCHEMES

_VOID: Final = frozenset({"br", "hr", "img"})
# Blocks whose only paragraph is written without its tag.
_TIGHT: Final = frozenset({"dd", "li", "td", "th"})
# References in one piece of text.
_MAX_REFERENCES: Final = 500
_CLEANER: Final = nh3.Cleaner(
    tags=set(ALLOWED),
    attributes={tag: set(names) for tag, names in ALLOWED.items() if names},
    url_schemes=set(URL_SCHEMES),
    link_rel=None,
    generic_attribute_prefixes=set(),
    strip_comments=True,
)


def write(root: Node) -> str:
    """Return the blocks of a settled tree as HTML, one line each."""
    return _CLEANER.clean("\n".join(map(_node, root.children)))


def _node(node: Child) -> str:
    if isinstance(node, str):
        return _text(node)
    start = f"<{node.tag}{_attributes(node.attrs)}>" if node.attrs else f"<{node.tag}>"
    if node.tag in _VOID:
        return start
    return f"{start}{_inside(node)}</{node.tag}>"


def _attributes(attrs: Mapping[str, str]) -> str:
    return "".join([f' {name}="{_quoted(value)}"' for name, value in sorted(attrs.items())])


def _text(text: str) -> str:
    """Return words as HTML. Very many references are separated by comments, which nh3 drops.

    The time of nh3 for one piece of text grows with the square of its references.
    """
    if "&" not in text:
        return escape(text, quote=False)
    pieces = text.split("&")
    written = (
        escape("&".join(pieces[place : place + _MAX_REFERENCES]), quote=False)
        for place in range(0, len(pieces), _MAX_REFERENCES)
    )
    return "<!---->&amp;".join(written)


def _quoted(value: str) -> str:
    return escape(value, quote=False).replace('"', "&quot;")


def _inside(node: Node) -> str:
    if node.tag in _TIGHT:
        paragraphs = [child for child in node.elements() if child.tag == "p"]
        is_bare = len(paragraphs) == 1 and not paragraphs[0].attrs
        return _without_tags(node, paragraphs if is_bare else [])
    if node.tag == "figure":
        return _without_tags(node, [child for child in node.elements() if is_media(child)])
    return "".join(map(_node, node.children))


def _without_tags(node: Node, bare: list[Node]) -> str:
    """Return the content of a block as HTML; the paragraphs in *bare* get no tags."""
    marks = set(map(id, bare))
    return "".join(
        "".join(map(_node, block.children)) if id(block) in marks else _node(block)
        for block in node.elements()
    )
