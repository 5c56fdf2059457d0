"""Remove lines that are not part of an article's text: labels, teasers, bylines, credits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from newscrawl.extract.content.boilerplate import calls_reader, is_date, is_offer, is_time
from newscrawl.extract.content.density import HEADINGS, MAX_TEASER, TEASER_TAGS, Block, text_of
from newscrawl.extract.content.endings import (
    SENTENCE_END,
    signatures,
    without_empty_sections,
    without_end,
    without_tail,
)
from newscrawl.extract.content.figures import caption_picture
from newscrawl.extract.content.lines import CELLS, ITEMS, Line, lines_of
from newscrawl.extract.content.phrases import (
    MAX_LINE,
    is_caption,
    is_furniture,
    is_label,
    is_teaser,
)
from newscrawl.extract.person_names import is_byline, names_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# A line before all prose is removed if it is no sentence and has at most this many characters,
MAX_BEFORE: Final = 40
# or if it has a date and at most this many characters.
MAX_DATE: Final = 60
# Characters of a line that only names the authors.
MAX_BYLINE: Final = 100
# A date may be removed from this many lines at the text's start and at its end.
EDGE_LINES: Final = 4
# Levels between a line and the box around it.
BOX_LEVELS: Final = 4
# Pictures of an article whose alternative texts are read.
MAX_PICTURES: Final = 200
# A shorter alternative text may be only a name, so it is not compared with lines.
MIN_ALTERNATIVE: Final = 20
# A repeated paragraph with fewer characters is a refrain, not a copy.
MIN_COPY: Final = 60

_WORD: Final = re.compile(r"[^\W_]+")
_NO_WORD: Final = re.compile(r"[\W_]+")
_AFTER_LABEL: Final = re.compile(r"^.{2,30}?[:|]\s")  # "Read more: the other river"
_DATE: Final = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\d{1,2}\s?(?:月|日|시|분)"
    r"|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"
)

# Names and titles without signs, by their first words.
_Known: TypeAlias = dict[str, set[str]]


def polish(block: Block, *, title: str | None, authors: Collection[str]) -> list[str]:
    """Remove the lines that are not part of the article from *block*, which must be pruned.

    Returns:
        The lines before and after the text that may name its authors.
    """
    lines = list(lines_of(block))
    kept = _without_captions(_without_copies(_without_furniture(without_tail(lines))), block)
    signed: list[str] = []
    first = next((i for i, line in enumerate(kept) if line.is_prose), None)
    if first is not None:
        known = _known((*authors, title or ""))
        bylines = [line.text for line in kept[:first] if _is_byline(line)]
        kept = [
            line
            for i, line in enumerate(kept)
            if not (
                _says_again(line, known)
                or (i < first and _is_heading_matter(line, known, kept[first]))
            )
            and not _is_date_alone(kept, i)
        ]
        signed = [*bylines[:1], *signatures(kept)]
        kept = without_empty_sections(without_end(kept))
    staying = set(kept)
    for line in lines:
        if line not in staying:
            line.drop()
    return signed


def _without_furniture(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without labels, teasers and offers, and without the boxes of these."""
    kept = []
    in_list = False
    box: Block | None = None
    for line in lines:
        if box is not None and box in line.block.around(BOX_LEVELS):
            continue
        offer = is_offer(line)
        furniture = offer or _is_furniture(line)
        in_list = furniture or (in_list and line.block.tag == "li")
        if not in_list:
            kept.append(line)
        if offer or (furniture and is_teaser(f"{line.text}:")):
            box = _small_box(line, linked=not offer)
    return kept


def _small_box(line: Line, *, linked: bool) -> Block | None:
    """Return the small box that starts with a label, or None. If *linked*, it needs a site link."""
    for box in line.block.around(BOX_LEVELS):
        if box.chars > MAX_TEASER or not text_of(box.element).startswith(line.text):
            return None
        if box.inner_links or (not linked and box is not line.block and box.tag in TEASER_TAGS):
            return box
    return None


def _is_furniture(line: Line) -> bool:
    if line.is_figure or len(line.text) > MAX_LINE or line.block.tag in CELLS:
        return False
    linked = line.block.linked
    is_heading = line.block.tag in HEADINGS and bool(_AFTER_LABEL.search(line.text))
    return (
        is_label(line.text)
        or is_furniture(line.text)
        or is_time(line.text)
        or calls_reader(line)
        or (is_teaser(line.text) and (bool(linked) or line.text.endswith(":") or is_heading))
    )


def _without_copies(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without the second copy of a box, for example the one for phones."""
    first: dict[str, int] = {}
    kept = []
    for i, line in enumerate(lines):
        is_long = line.is_prose and len(line.text) >= MIN_COPY
        before = first.setdefault(line.text, i) if is_long else i
        if before == i or not _is_copied_box(lines, before, i):
            kept.append(line)
    return kept


def _is_copied_box(lines: Sequence[Line], first: int, second: int) -> bool:
    """Return whether two equal lines are in two equal boxes: a line beside them is equal too.

    A line that is equal on its own is a refrain, or a question put to several people.
    """
    if lines[first].block.parent is lines[second].block.parent:
        return False
    return second == first + 1 or any(
        first + step >= 0
        and second + step < len(lines)
        and lines[first + step].text == lines[second + step].text
        for step in (-1, 1)
    )


def _without_captions(lines: Sequence[Line], block: Block) -> list[Line]:
    """Return the lines without captions; each caption is moved to the picture before it."""
    kept: list[Line] = []
    said = _alternatives(block)
    for line in lines:
        if line.is_figure or line.block.tag in CELLS or not _captions(line, said):
            kept.append(line)
        else:
            figure = kept[-1].block.element if kept and kept[-1].is_figure else None
            caption_picture(line.block.element, figure)
    return kept


def _captions(line: Line, said: Collection[str]) -> bool:
    return (
        line.block.tag == "figcaption"
        or is_caption(line.text)
        or (line.block.tag not in HEADINGS and line.text in said)
    )


def _alternatives(block: Block) -> set[str]:
    """Return the alternative texts of the pictures; these often repeat the captions."""
    pictures = block.element.find_all("img", limit=MAX_PICTURES)
    texts = (" ".join((one.attr("alt") or "").split()) for one in pictures)
    return {text for text in texts if len(text) >= MIN_ALTERNATIVE}


def _known(names: Iterable[str]) -> _Known:
    """Return names to compare lines with, by their first word: few lines need more of it read."""
    known: _Known = {}
    for name in filter(None, names):
        known.setdefault(_first_word(name), set()).add(_bare(name))
    return known


def _is_known(text: str, known: _Known) -> bool:
    names = known.get(_first_word(text))
    return names is not None and _bare(text) in names


def _says_again(line: Line, known: _Known) -> bool:
    """Return whether a line is the title, or only names an author."""
    if (line.block.tag in HEADINGS or line.is_prose) and _is_known(line.text, known):
        return True
    return _is_byline(line) and any(_is_known(name, known) for name in names_in(line.text))


def _is_byline(line: Line) -> bool:
    return not line.is_figure and len(line.text) <= MAX_BYLINE and is_byline(line.text)


def _is_heading_matter(line: Line, known: _Known, first: Line) -> bool:
    """Return whether a line before all prose is the title, a byline, a date or a kicker."""
    if line.is_figure:
        return False
    if _is_known(line.text, known) or is_byline(line.text):
        return True
    if line.block.tag in HEADINGS:
        return False
    if line.block.tag == "p" and line.block.parent is first.block.parent:
        return is_date(line.text)  # a paragraph like the first one
    if len(line.text) <= MAX_DATE and _DATE.search(line.text):
        return True
    return len(line.text) <= MAX_BEFORE and not SENTENCE_END.search(line.text)


def _is_date_alone(lines: Sequence[Line], number: int) -> bool:
    """Return whether a line near an end of the text is only a date; several are a calendar."""
    if EDGE_LINES <= number < len(lines) - EDGE_LINES:
        return False
    line, *beside = (lines[i] for i in (number, number - 1, number + 1) if 0 <= i < len(lines))
    return (
        is_date(line.text)
        and line.block.tag not in HEADINGS | ITEMS
        and not any(is_date(one.text) for one in beside)
    )


def _first_word(text: str) -> str:
    found = _WORD.search(text)
    return found.group().casefold() if found else ""


def _bare(text: str) -> str:
    return _NO_WORD.sub(" ", text).casefold().strip()
