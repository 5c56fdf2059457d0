"""Boxes of a tree: elements that are kept or removed only after all their words are known.

| box | result |
|---|---|
| a panel that a click opens | keep its words |
| a panel that only the page's controls mark | keep its words, unless most are links |
| words for one kind of screen | keep them once: remove the same words for another kind of screen |
| labels of tabs | remove them if each comes again above its tab |
| a form | remove it if it asks for words, such as a name; keep a form around the page |
| furniture under its own heading | remove it, and the heading if it names the box or has no text |
| an item of a list of posts | remove it, unless it has most of the words: it is this post |
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from newscrawl.markup.allowlist import HEADINGS, LINES
from newscrawl.markup.controls import CONTROL
from newscrawl.markup.labels import folded, labels_of
from newscrawl.markup.tree import Child, Node, walk, words
from newscrawl.markup.visibility import DOUBTFUL_PANEL, GONE, LABELS, POST, TWIN

if TYPE_CHECKING:
    from collections.abc import Iterator

# The tag of a box. The finished tree has no boxes.
BOX: Final = "box"
FORM: Final = "form"
# A form with more words is a whole page that an old framework wraps.
MAX_FORM_WORDS: Final = 150
# Boxes that authors put under a heading of their own, which goes with them.
_HEADED: Final = frozenset({FORM, GONE, POST})
# What ends the section of a heading.
_ENDS: Final = HEADINGS | {"hr"}
_WORD: Final = re.compile(r"[\w-]+")
# A longer heading says more than the name of a box.
_MAX_HEADING: Final = 60
# An item of a list of posts is this post if it has this share of all words.
_OWN_SHARE: Final = 0.75
# Fewer labels are a heading.
MIN_LABELS: Final = 2
_RUNS: Final = LINES | {"p"}
# A panel is a list of hidden links if links have this share of its letters.
_LINK_SHARE: Final = 0.5


def open_boxes(root: Node) -> None:
    """Replace each box below *root* with its content, or remove it."""
    _Boxes(root).open(root)


class _Boxes:
    """The boxes of one tree.

    Attributes:
        total: The words of the whole tree.
        seen: The content of boxes for one kind of screen.
        runs: The number of runs of words with one text, by text.
    """

    def __init__(self, root: Node) -> None:
        self.total = _count(root)
        self.seen: set[str] = set()
        self.runs = Counter(_run_texts(root))

    def open(self, node: Node) -> None:
        if not any(isinstance(child, Node) for child in node.children):
            return
        opened = _Opened()
        for child in node.children:
            if isinstance(child, Node):
                self.open(child)
            if isinstance(child, str) or child.tag != BOX:
                opened.add(child)
            elif child.attrs["kind"] != GONE and self._stays(child):
                for inner in child.children:
                    opened.add(inner)
            else:
                self.total -= _count(child)
                if child.attrs["kind"] in _HEADED:
                    opened.remove_box()
        node.children = opened.end()

    def _stays(self, box: Node) -> bool:
        kind = box.attrs["kind"]
        if kind == FORM:
            return "asks" not in box.attrs or _count(box) > MAX_FORM_WORDS
        if kind == POST:
            return _count(box) > _OWN_SHARE * self.total
        if kind == DOUBTFUL_PANEL:
            return not _is_list_of_links(box)
        if kind == LABELS:
            return not self._comes_again(box)
        return kind != TWIN or self._is_new(_content(box))

    def _comes_again(self, box: Node) -> bool:
        """Return whether each label of a box is a run of words elsewhere, too."""
        own = Counter(_run_texts(box))
        labels = _labels(box)
        if len(labels) < MIN_LABELS or " ".join(labels) != " ".join(" ".join(own).split()):
            return False
        if any(self.runs[label] <= own[label] for label in labels):
            return False
        self.runs.subtract(own)
        return True

    def _is_new(self, text: str) -> bool:
        is_new = not text or text not in self.seen
        self.seen.add(text)
        return is_new


def _labels(box: Node) -> list[str]:
    """Return the labels of tabs: of the controls among them if there are any."""
    controls = [child for child in walk(box) if isinstance(child, Node) and child.tag == CONTROL]
    texts = [_text(control) for control in controls] if controls else list(_run_texts(box))
    return [text for text in texts if text]


def _run_texts(node: Node) -> Iterator[str]:
    """Yield the text of each run of words below *node*."""
    runs = (child for child in walk(node) if isinstance(child, Node) and child.tag in _RUNS)
    return (_text(run) for run in runs)


def _text(node: Node) -> str:
    return " ".join(words(node).split())


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


class _Opened:
    """The children of a node without its boxes.

    A heading above a removed box waits: the box may be all that it stands for, or the first thing
    of its section.
    """

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._is_waiting = False

    def add(self, child: Child) -> None:
        """Add a child; if it is another heading, the one that waits has nothing below it."""
        if self._is_waiting:
            is_bare = isinstance(child, Node) and child.tag in _ENDS
            self._settle(is_needed=not is_bare)
        self._children.append(child)

    def remove_box(self) -> None:
        """Note that a box was here."""
        last = self._children[-1] if self._children else None
        if isinstance(last, Node) and last.tag in HEADINGS:
            self._is_waiting = len(words(last)) <= _MAX_HEADING

    def end(self) -> list[Child]:
        """Return the children."""
        if self._is_waiting:
            self._settle(is_needed=False)
        return self._children

    def _settle(self, *, is_needed: bool) -> None:
        """Remove the heading that waits, unless it is needed and does not name the box."""
        self._is_waiting = False
        heading = self._children[-1]
        if isinstance(heading, Node) and not (is_needed and not _names_a_box(words(heading))):
            del self._children[-1]


def _names_a_box(heading: str) -> bool:
    names = labels_of(__file__, _folded)
    beginnings = tuple(name[:-1] for name in names if name.endswith("*"))
    found = _WORD.findall(_folded(heading))
    return any(word in names or word.startswith(beginnings) for word in found)


def _folded(text: str) -> str:
    return folded(text).strip()
