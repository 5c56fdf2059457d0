"""Turn lines that two ``<br>`` separate into paragraphs, so that each is judged by itself."""

from __future__ import annotations

from typing import Final

import turbohtml
from turbohtml import Element, Node, Text

from newscrawl.extract.content.density import BLOCKS

# Elements in which two breaks separate paragraphs. A ``p`` among them becomes a ``div``.
_HOLDERS: Final = frozenset({
    "article", "blockquote", "body", "center", "div", "font", "main", "p", "section", "span", "td",
})  # fmt: skip
# Elements of a page that are split.
MAX_HOLDERS: Final = 2_000


def split_at_breaks(tree: turbohtml.Document) -> None:
    """Wrap each run of content between two breaks, or between breaks and a block, in a ``p``."""
    holders = dict.fromkeys(second.parent for second in tree.select("br + br"))
    for holder in list(holders)[:MAX_HOLDERS]:
        if isinstance(holder, Element) and holder.tag in _HOLDERS:
            _split(holder)


def _split(holder: Element) -> None:
    runs: list[list[Node]] = [[]]
    breaks: list[Node] = []
    for node in list(holder.children):
        if isinstance(node, Element) and node.tag == "br":
            breaks.append(node)
            continue
        if isinstance(node, Text) and not node.data.strip():
            runs[-1].append(node)
            continue
        is_block = isinstance(node, Element) and node.tag in BLOCKS
        if len(breaks) > 1 or is_block:
            runs.append([])
        else:
            runs[-1].extend(breaks)
        breaks.clear()
        if is_block:
            runs.append([])
        else:
            runs[-1].append(node)
    if sum(map(bool, runs)) > 1:
        _wrap(runs)
        if holder.tag == "p":
            holder.tag = "div"


def _wrap(runs: list[list[Node]]) -> None:
    for run in runs:
        if any(not isinstance(node, Text) or node.data.strip() for node in run):
            paragraph = Element("p")
            run[0].insert_before(paragraph)
            paragraph.extend(run)
