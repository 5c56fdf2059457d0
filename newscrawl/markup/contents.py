"""Remove the list of a post's own headings, with its label: every heading comes again in the text.

Plugins mark such a list by its class, which ``furniture.toml`` has. This module recognizes one of
an unknown plugin: two links or more within the page and no other words, each with the words of a
heading.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newscrawl.markup.allowlist import HEADINGS
from newscrawl.markup.controls import CONTROL
from newscrawl.markup.tree import Child, Node, walk, words

if TYPE_CHECKING:
    from collections.abc import Iterator

# One link to a heading may be what the author points to.
_MIN_ENTRIES: Final = 2
_BLOCKS: Final = frozenset({"ol", "p", "ul"})
_LABELS_IN: Final = HEADINGS | {"p"}
# A longer line above the list is no label of it.
_MAX_LABEL: Final = 40
_SENTENCE: Final = re.compile(r"[.!?…。]$")
# The number that a plugin writes before a heading: "1", "2.3", "4)".
_NUMBER: Final = re.compile(r"^[\d.\s]*\d[.)]?\s*(?=\D)")


def drop_contents(root: Node) -> None:
    """Remove the lists of headings below *root*."""
    headings = {
        _bare(words(node)) for node in walk(root) if isinstance(node, Node) and node.tag in HEADINGS
    }
    if len(headings) >= _MIN_ENTRIES:
        _drop(root, headings)


def _drop(node: Node, headings: set[str]) -> None:
    kept: list[Child] = []
    entries: list[Child] = []
    for child in [*node.children, ""]:
        if isinstance(child, Node) and _is_of_headings(child, headings):
            entries.append(child)
            continue
        if sum(len(list(_controls(entry))) for entry in entries) >= _MIN_ENTRIES:
            _drop_label(kept)
        else:
            kept += entries
        entries = []
        if isinstance(child, Node):
            _drop(child, headings)
        kept.append(child)
    node.children = kept[:-1]


def _is_of_headings(block: Node, headings: set[str]) -> bool:
    """Return whether a block has only links within the page, each with the words of a heading."""
    if block.tag not in _BLOCKS:
        return False
    labels = [words(control) for control in _controls(block)]
    linked = sum(map(_letters, labels))
    return (
        linked > 0 and linked == _letters(words(block)) and headings.issuperset(map(_bare, labels))
    )


def _controls(block: Child) -> Iterator[Node]:
    if isinstance(block, Node):
        nodes = (child for child in walk(block) if isinstance(child, Node))
        yield from (node for node in nodes if node.tag == CONTROL)


def _letters(text: str) -> int:
    """Return the number of letters: numbers before the links belong to them."""
    return sum(map(str.isalpha, text))


def _bare(heading: str) -> str:
    return _NUMBER.sub("", " ".join(heading.split()))


def _drop_label(before: list[Child]) -> None:
    """Remove the short line just above a removed list."""
    last = before[-1] if before else None
    if not isinstance(last, Node) or last.tag not in _LABELS_IN:
        return
    label = words(last).strip()
    if label and len(label) <= _MAX_LABEL and not _SENTENCE.search(label):
        del before[-1]
