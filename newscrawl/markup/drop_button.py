"""Remove the full-article button from a body, with the words that only introduce it.

The link is chosen elsewhere. This module decides only how much is removed with it:

| the anchor is | removed |
|---|---|
| its whole line, except for brackets and arrows | the line |
| after a few words: "Read more:", "(via" | the words too, back to the end of a sentence |
| among the author's words | nothing: it is a link of the text |
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from newscrawl.markup.allowlist import LINES
from newscrawl.markup.builder import Format
from newscrawl.markup.tree import Node, has, walk, words

# An anchor with more words is a text, or a card with the article's summary.
_MAX_WORDS: Final = 20
# More words before the link don't only introduce it.
_MAX_INTRODUCTION: Final = 6
_RUNS: Final = LINES | {"p"}
# A word; in scripts without spaces, two characters.
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]{1,2}|[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END: Final = re.compile(
    r".*[.!?…。！？](?:[\"'”’»)\]]*)(?=\s|$|[(\[])|.*[。！？]", re.DOTALL
)


@dataclass(slots=True)
class _Piece:
    """A string, picture or line break of a run of words, and its place.

    Attributes:
        link: The anchor around it, if that leads to the article; otherwise None.
    """

    parent: Node
    place: int
    link: Node | None

    @property
    def text(self) -> str:
        child = self.parent.children[self.place]
        return child if isinstance(child, str) else ""

    @property
    def tag(self) -> str:
        child = self.parent.children[self.place]
        return "" if isinstance(child, str) else child.tag

    def replace(self, text: str) -> None:
        self.parent.children[self.place] = text


def drop_button(root: Node, anchors: list[Format], built: list[Format]) -> None:
    """Remove the full-article button and its repetitions from the tree.

    Args:
        root: The tree.
        anchors: All anchors that lead to the article; the last one with words is the button.
        built: The anchors among them that look like buttons.
    """
    buttons = set(built)
    callers = [anchor for anchor in anchors if _is_call(anchor, is_button=anchor in buttons)]
    if not callers:
        return
    wanted = _words_of(callers[-1])
    equal = {
        id(mark)
        for one in callers
        if _words_of(one) == wanted or one in buttons
        for mark in one.marks
    }
    last = {id(mark) for mark in callers[-1].marks}
    for run in _runs(root):
        for line in _lines(run, equal):
            links = {id(piece.link) for piece in line if piece.link}
            if links:
                _drop_from(line, with_introduction=bool(links & last))


def _is_call(anchor: Format, *, is_button: bool) -> bool:
    """Return whether an anchor only calls to read the article; a button may have a logo."""
    if not anchor.marks or (not is_button and any(has(mark, "img") for mark in anchor.marks)):
        return False
    return 0 < _count(_words_of(anchor)) <= _MAX_WORDS


def _words_of(anchor: Format) -> str:
    return " ".join(words(mark) for mark in anchor.marks)


def _count(text: str) -> int:
    return len(_WORD.findall(text))


def _runs(root: Node) -> list[Node]:
    return [node for node in walk(root) if isinstance(node, Node) and node.tag in _RUNS]


def _lines(run: Node, marks: set[int]) -> list[list[_Piece]]:
    """Return the pieces of a run of words for each line; a line ends with its line break."""
    lines: list[list[_Piece]] = [[]]
    for piece in _pieces(run, None, marks):
        lines[-1].append(piece)
        if piece.tag == "br":
            lines.append([])
    return lines


def _pieces(node: Node, link: Node | None, marks: set[int]) -> Iterator[_Piece]:
    if id(node) in marks:
        link = node
    for place, child in enumerate(node.children):
        if isinstance(child, Node) and child.tag not in {"br", "img"}:
            yield from _pieces(child, link, marks)
        else:
            yield _Piece(node, place, link)


def _drop_from(line: list[_Piece], *, with_introduction: bool) -> None:
    """Remove the link from a line, with the words that only introduce it."""
    first = next(place for place, piece in enumerate(line) if piece.link)
    before = [piece for piece in line[:first] if not piece.link]
    after = [piece for piece in line[first:] if not piece.link]
    introduction = "".join(piece.text for piece in before)
    if any(piece.tag == "img" and not piece.link for piece in line) or _count(
        "".join(piece.text for piece in after)
    ):
        return
    limit = _MAX_INTRODUCTION if with_introduction else 0
    kept = _end_of_sentence(introduction)
    if _count(introduction[kept:]) > limit:
        return
    _shorten(before, kept)
    for piece in line[first:]:
        piece.replace("")


def _end_of_sentence(text: str) -> int:
    match = _SENTENCE_END.match(text)
    return match.end() if match else 0


def _shorten(pieces: list[_Piece], length: int) -> None:
    """Keep the first *length* characters of a line."""
    for piece in pieces:
        text = piece.text
        piece.replace(text[:length])
        length = max(0, length - len(text))
