"""Find the end of an article's text, and handle the lines after it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newscrawl.extract.content.density import HEADINGS, text_of
from newscrawl.extract.content.lines import ITEMS
from newscrawl.extract.content.phrases import MAX_LINE, is_comments, is_credit
from newscrawl.extract.person_names import is_byline

if TYPE_CHECKING:
    from newscrawl.extract.content.lines import Line

# A line after all prose with at most this many characters is removed if it is no sentence.
MAX_AFTER: Final = 60
# Characters of prose before which no line can be the heading of the comments.
MIN_TEXT: Final = 200
# Lines at the end that may be credits.
CREDIT_LINES: Final = 4

SENTENCE_END: Final = re.compile(r"[.!?:;,…。！？；：、」』”\"»)\]՝।؟۔]\W*$")
_RIGHT: Final = re.compile(r"text-align\s*:\s*(?:right|end)", re.IGNORECASE)
_EMPHASIS: Final = ("em", "i", "strong", "b")


def signatures(lines: list[Line]) -> list[str]:
    """Return the lines after the text that may name its authors."""
    return [line.text for line in _after_prose(lines) if _may_be_signature(line)]


def without_end(lines: list[Line]) -> list[Line]:
    """Return the lines without the headings, labels and credits after the last sentence."""
    after = _after_prose(lines)
    text = lines[: len(lines) - len(after)]
    kept = [*text, *(line for line in after if _is_part_of_end(line, text[-1]))]
    return [
        line
        for i, line in enumerate(kept)
        if i < len(kept) - CREDIT_LINES or line.is_figure or not is_credit(line.text)
    ]


def without_tail(lines: list[Line]) -> list[Line]:
    """Return the lines before the readers' comments."""
    whole = sum(len(line.text) for line in lines if line.is_prose)
    prose = 0
    for number, line in enumerate(lines):
        prose += len(line.text) * line.is_prose
        if prose < MIN_TEXT or line.is_prose or line.block.tag in ITEMS:
            continue
        # A link to the comments may be above the text too.
        if is_comments(line.text) and (line.block.tag in HEADINGS or 2 * prose >= whole):
            return lines[:number]
    return lines


def without_empty_sections(lines: list[Line]) -> list[Line]:
    """Return the lines without headings of empty sections.

    Such a heading is followed by one of its rank or a higher rank, or by the end.
    """
    kept: list[Line] = []
    for line in reversed(lines):
        rank = _rank(line)
        following = _rank(kept[-1]) if kept else 1
        if rank and following and following <= rank:
            continue
        kept.append(line)
    return kept[::-1]


def _after_prose(lines: list[Line]) -> list[Line]:
    for i in range(len(lines) - 1, -1, -1):
        if lines[i].is_prose and not is_credit(lines[i].text):
            return lines[i + 1 :]
    return []


def _may_be_signature(line: Line) -> bool:
    """Return whether a line after the text looks like a signature: by its words or its style."""
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


def _is_part_of_end(line: Line, last: Line) -> bool:
    if line.is_figure or line.block.tag in ITEMS:
        return True
    if line.block.tag in HEADINGS:
        return False
    if len(line.text) > MAX_AFTER or SENTENCE_END.search(line.text):
        return True
    # A greeting or an address is a paragraph like the last one.
    is_beside = line.block.tag == "p" and line.block.parent is last.block.parent
    return is_beside and not _may_be_signature(line)


def _rank(line: Line) -> int:
    """Return 1 to 6 for a heading, 0 for anything else."""
    return int(line.block.tag[1]) if line.block.tag in HEADINGS else 0
