"""Taking out of an article's text the lines that are none: labels, teasers, bylines, ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from turbohtml import Element, Node, Text

from newscrawl.article.blocks import BLOCKS, HEADINGS, MAX_TEASER, Block, text_of
from newscrawl.article.figures import caption_picture
from newscrawl.article.names import is_byline, names_in
from newscrawl.article.phrases import (
    MAX_LINE,
    is_caption,
    is_credit,
    is_furniture,
    is_label,
    is_teaser,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

# Characters of a line before or after all prose that is no sentence, and so no part of the article.
MAX_BEFORE: Final = 40
MAX_DATE: Final = 60
MAX_AFTER: Final = 60
# Characters of a line that names the authors.
MAX_BYLINE: Final = 100
# Lines that are parts of a table or a list.
CELLS: Final = frozenset({"dd", "dt", "td", "th"})
ITEMS: Final = CELLS | {"li"}
# Lines at the end that may name those who worked on the article.
CREDIT_LINES: Final = 4
# Elements between a line and the box that it stands in.
BOX_LEVELS: Final = 4
# Characters from which a paragraph that was read before is a copy, not a refrain.
MIN_COPY: Final = 60

_SENTENCE_END: Final = re.compile(r"[.!?:;,…。！？；：、」』”\"»)\]՝।؟۔]\W*$")
_DATE: Final = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\d{1,2}\s?(?:月|日|시|분)|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"
)
_RIGHT: Final = re.compile(r"text-align\s*:\s*(?:right|end)", re.IGNORECASE)
_EMPHASIS: Final = ("em", "i", "strong", "b")


class Line:
    """A block without blocks in it: a paragraph, a heading, a cell; or a whole figure."""

    __slots__ = ("block", "is_figure", "is_prose", "text")

    def __init__(self, block: Block) -> None:
        self.block = block
        self.is_figure = block.is_picture
        self.is_prose = bool(block.prose) and not self.is_figure
        self.text = text_of(block.element)

    def drop(self) -> None:
        """Take the line out of the page's tree."""
        self.block.element.decompose()


def polish(block: Block, *, title: str | None, authors: Collection[str]) -> list[str]:
    """Take the lines that are none of the article out of *block*, which was pruned.

    Returns:
        The lines after the text that may be its signature.
    """
    lines = list(_lines(block))
    kept = _without_captions(_without_copies(_without_furniture(lines)))
    signatures: list[str] = []
    first = next((i for i, line in enumerate(kept) if line.is_prose), None)
    if first is not None:
        known = {_bare(name) for name in (*authors, title or "") if name}
        kept = [
            line
            for i, line in enumerate(kept)
            if not (_is_byline(line, known) or (i < first and _is_heading_matter(line, known)))
        ]
        signatures = [line.text for line in _after_prose(kept) if _may_be_signature(line)]
        kept = _without_empty_sections(_without_end(kept))
    staying = set(kept)
    for line in lines:
        if line not in staying:
            line.drop()
    return signatures


def _lines(block: Block) -> Iterator[Line]:
    stack = [block]
    while stack:
        current = stack.pop()
        inner = [child for child in current.children if _is_line_of_its_own(child)]
        if not inner or current.is_picture or current.tag == "figcaption":
            if current is not block and (current.chars or current.is_picture):
                yield Line(current)
        else:
            stack.extend(reversed(inner))


def _is_line_of_its_own(block: Block) -> bool:
    """Say whether a part of a block starts a line: a block, or what stands alone between two."""
    if block.tag in BLOCKS or block.holds_block:
        return True
    siblings = block.parent.children if block.parent is not None else []
    if not block.chars or not any(one.tag in BLOCKS for one in siblings):
        return False
    element = block.element
    return _is_edge(element.previous_siblings) and _is_edge(element.next_siblings)


def _is_edge(siblings: Iterable[Node]) -> bool:
    """Say whether a line ends here: at a block, or at the end of the one around it."""
    for one in siblings:
        if isinstance(one, Element):
            return one.tag in BLOCKS
        if isinstance(one, Text) and one.data.strip():
            return False
    return True


def _without_furniture(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without labels, teasers and offers, and without the boxes below those."""
    kept = []
    in_list = False
    box: Block | None = None
    for line in lines:
        if box is not None and box in line.block.around(BOX_LEVELS):
            continue
        furniture = _is_furniture(line)
        in_list = furniture or (in_list and line.block.tag == "li")
        if not in_list:
            kept.append(line)
        if furniture and is_teaser(f"{line.text}:"):
            box = _small_box(line)
    return kept


def _small_box(line: Line) -> Block | None:
    """Return the box that a teaser's label opens: small, with a link into the site."""
    for box in line.block.around(BOX_LEVELS):
        if box.chars > MAX_TEASER or not text_of(box.element).startswith(line.text):
            return None
        if box.inner_links:
            return box
    return None


def _is_furniture(line: Line) -> bool:
    if line.is_figure or len(line.text) > MAX_LINE or line.block.tag in CELLS:
        return False
    linked = line.block.linked
    return (
        is_label(line.text)
        or is_furniture(line.text)
        or (is_teaser(line.text) and (bool(linked) or line.text.endswith(":")))
    )


def _without_copies(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without the paragraphs that stand there for a second time."""
    seen: set[str] = set()
    kept = []
    for line in lines:
        if line.is_prose and len(line.text) >= MIN_COPY:
            if line.text in seen:
                continue
            seen.add(line.text)
        kept.append(line)
    return kept


def _without_captions(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without captions, which are given to the pictures that they follow."""
    kept: list[Line] = []
    for line in lines:
        if line.is_figure or line.block.tag in CELLS or not _captions(line):
            kept.append(line)
        else:
            figure = kept[-1].block.element if kept and kept[-1].is_figure else None
            caption_picture(line.block.element, figure)
    return kept


def _captions(line: Line) -> bool:
    return line.block.tag == "figcaption" or is_caption(line.text)


def _is_byline(line: Line, known: Collection[str]) -> bool:
    """Say whether a line, wherever it stands, names an author of the article and little else."""
    return (
        not line.is_figure
        and len(line.text) <= MAX_BYLINE
        and is_byline(line.text)
        and any(_bare(name) in known for name in names_in(line.text))
    )


def _is_heading_matter(line: Line, known: Collection[str]) -> bool:
    """Say whether a line before all prose is the title, a byline, a date, a kicker."""
    if line.is_figure:
        return False
    if _bare(line.text) in known or is_byline(line.text):
        return True
    if line.block.tag in HEADINGS:
        return False
    if len(line.text) <= MAX_DATE and _DATE.search(line.text):
        return True
    return len(line.text) <= MAX_BEFORE and not _SENTENCE_END.search(line.text)


def _after_prose(lines: list[Line]) -> list[Line]:
    prose = [i for i, line in enumerate(lines) if line.is_prose and not is_credit(line.text)]
    return lines[prose[-1] + 1 :] if prose else []


def _without_end(lines: list[Line]) -> list[Line]:
    """Return the lines without what stands after the last sentence: headings, labels, credits."""
    after = _after_prose(lines)
    text = lines[: len(lines) - len(after)]
    kept = [*text, *(line for line in after if _is_part_of_end(line))]
    return [
        line
        for i, line in enumerate(kept)
        if i < len(kept) - CREDIT_LINES or line.is_figure or not is_credit(line.text)
    ]


def _may_be_signature(line: Line) -> bool:
    """Say whether a line after the text is set off from it as the names of its authors are."""
    if line.is_figure or line.block.tag in ITEMS:
        return False
    if len(line.text) > MAX_AFTER:
        return len(line.text) <= MAX_LINE and is_credit(line.text)
    element = line.block.element
    return (
        is_byline(line.text)
        or bool(_RIGHT.search(element.attr("style") or ""))
        or any((one := element.find(tag)) and text_of(one) == line.text for tag in _EMPHASIS)
    )


def _is_part_of_end(line: Line) -> bool:
    if line.is_figure or line.block.tag in ITEMS:
        return True
    if line.block.tag in HEADINGS:
        return False
    return len(line.text) > MAX_AFTER or bool(_SENTENCE_END.search(line.text))


def _without_empty_sections(lines: list[Line]) -> list[Line]:
    """Return the lines without headings that a heading of their rank, or the end, follows."""
    kept: list[Line] = []
    for line in reversed(lines):
        rank = _rank(line)
        following = _rank(kept[-1]) if kept else 1
        if rank and following and following <= rank:
            continue
        kept.append(line)
    return kept[::-1]


def _rank(line: Line) -> int:
    """Return 1 to 6 for a heading, 0 for anything else."""
    return int(line.block.tag[1]) if line.block.tag in HEADINGS else 0


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).casefold().strip()
