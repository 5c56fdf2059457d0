"""Describe a link as a reader sees it: its words, the words around it, and its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.extract.links import brands
from newscrawl.extract.links import vocabulary as words
from newscrawl.extract.links.blocklist import never_because
from newscrawl.extract.links.lines import ASIDE, CAPTION, EMBED, HEADING, ITEM, SKIP, Anchor, Line
from newscrawl.extract.links.target import (
    address,
    is_feed,
    is_front_page,
    site_of,
    site_of_parts,
    slug_words,
)
from newscrawl.urls.canonical import canonical_url
from newscrawl.urls.same_site import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

# Lines on each side of a link that are read to find a list of links.
BESIDE_LINES = 2
# Words of the link's sentence that are read before it, and after it.
LEAD_WORDS = 12
TAIL_WORDS = 12
# The first words of a sentence that can make it a call.
OPENING_WORDS = 2
OPENING_CHARS = 60
# Characters of a line that is a label; of a label that ends with a colon.
SHORT_LABEL_CHARS = 40
LABEL_CHARS = 90
# A link is at the post's end if at most this many characters follow its line,
EDGE_CHARS = 280
# and at its start if at most this many characters are before its line.
START_CHARS = 60
# Characters at the post's start that may hold a dateline.
DATELINE_CHARS = 400
# Kinds of words that make a button or a lone link a call, whatever the text around it says.
CALLS = (
    words.READ | words.MORE | words.ONWARD | words.WHOLE | words.ARTICLE | words.LEARN | words.ACT
)
# A sentence that starts with one of these words is no call.
FIRST_PERSON = frozenset({"i", "we", "ich", "wir", "je", "nous", "yo", "io"})
# Values of ``rel`` that no link to an article has.
NEVER_RELS = frozenset({"tag", "category", "author", "me", "bookmark", "license"})
_SENTENCE_END = re.compile(r"[.!?…]['\"”»)\]]*\s|[。！？]|[|•·]\s|\n")
_WRITTEN_ADDRESS = re.compile(r"https?://\S+")
_ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?", re.IGNORECASE)


@dataclass(slots=True)
class Words:
    """A text's folded words, and the kinds of each word."""

    words: list[str]
    kinds: list[int]

    def __len__(self) -> int:
        return len(self.words)


@dataclass(slots=True)
class Page:
    """The properties of a post that all its links share.

    Attributes:
        site: The post's registrable domain; "" if links to it are allowed, as in a feed.
        name: The name in this domain, or "".
        chars: The length of its text.
        slug: The words of its own URL.
        opening: Its first words, which may hold a dateline: "BEIJING, Jan 10 (Reuters)".
        headings: The numbers of the lines that are headings.
    """

    base_url: str
    site: str
    name: str
    lines: list[Line]
    chars: int
    slug: frozenset[str]
    title: list[str]
    opening: list[str]
    headings: list[int]


class Outward(NamedTuple):
    """A link to a page of another site that may be an article."""

    anchor: Anchor
    url: str
    parts: SplitResult


@dataclass(slots=True, kw_only=True)
class LinkContext:
    """A link that may lead to the article, and the text around it.

    Attributes:
        number: The number of its line in the page, from 0.
        before, after: Its sentence before and after it. If the link starts its line and the line
            above is a label, *before* is that label.
        own, lead, tail: The words of the link, of *before* and of *after*.
        opening: The first words of the sentence, which can make it a call.
        opens_line: Whether its sentence is the first of the line.
        is_alone: Whether the line has only the link.
        is_label_above: Whether *before* is the line above.
        brand: The host's name if the link's words or its sentence contain it, otherwise "".
        is_brand_own: Whether the link's own words contain the host's name.
        others: The number of other links to other sites in the same line or list.
        section: The kinds of the words in the nearest heading or label above, or-ed.
    """

    page: Page
    number: int
    line: Line
    link: Outward
    before: str
    after: str
    own: Words
    lead: Words
    tail: Words
    opening: Words
    opens_line: bool
    is_alone: bool
    is_label_above: bool
    brand: str
    is_brand_own: bool
    others: int
    section: int

    @property
    def anchor(self) -> Anchor:
        return self.link.anchor

    @property
    def key(self) -> str:
        """The canonical URL: equal for two links to one article."""
        return canonical_url(self.link.url)

    @property
    def is_at_end(self) -> bool:
        return self.page.chars - self.line.at - len(self.line.text) <= EDGE_CHARS

    @property
    def is_at_start(self) -> bool:
        return self.line.at <= START_CHARS

    @property
    def is_brand_at_start(self) -> bool:
        return brands.says(brands.name_of(self.link.parts.hostname), self.page.opening)


def page_of(lines: list[Line], base_url: str, title: str) -> Page:
    """Return the properties that all links of a post share.

    For a feed's URL, links to the same site are allowed: its posts are from many pages.
    """
    path = base_url.partition("?")[0].partition("//")[2].partition("/")[2]
    is_page = not is_feed(base_url)
    title_words = words.words_of(title)
    lines = [part for line in lines for part in _parted(line, title_words)]
    opening = " ".join(line.text for line in lines[:6])[:DATELINE_CHARS]
    return Page(
        base_url=base_url,
        site=site_of(base_url) if is_page else "",
        name=brands.name_of(host_of(base_url)) if is_page else "",
        lines=lines,
        chars=lines[-1].at + len(lines[-1].text) if lines else 0,
        slug=frozenset(map(words.fold, slug_words(path))) if is_page else frozenset(),
        title=title_words,
        opening=words.words_of(_WRITTEN_ADDRESS.sub("", opening)),
        headings=[number for number, line in enumerate(lines) if line.place & HEADING],
    )


def _parted(line: Line, title: list[str]) -> Iterator[Line]:
    """Yield the parts of a line: a button whose own words are a call is a line of its own."""
    start = 0
    kept: list[Anchor] = []
    for anchor in line.anchors:
        if not (anchor.button and _calls(anchor, title)):
            kept.append(anchor)
            continue
        yield from _cut(line, kept, start, anchor.start)
        button = replace(anchor, start=0, end=len(anchor.text))
        place = anchor.place & ~CAPTION
        yield Line(anchor.text, [button], place, line.at + anchor.start)
        start, kept = anchor.end, []
    if start:
        yield from _cut(line, kept, start, len(line.text))
    else:
        yield line


def _cut(line: Line, anchors: list[Anchor], start: int, end: int) -> Iterator[Line]:
    """Yield the part of a line from *start* to *end*, unless it is only white space."""
    text = line.text[start:end]
    if not text.strip() and not anchors:
        return
    moved = [replace(a, start=a.start - start, end=a.end - start) for a in anchors]
    yield Line(text, moved, line.place, line.at + start, line.is_under_image and not start)


def _calls(anchor: Anchor, title: list[str]) -> bool:
    """Return whether a link's own words are a call or the post's title."""
    if _is_url(anchor.text):
        return False
    own = _words(anchor.text)
    return bool(all_of(own.kinds) & CALLS) or (len(own) > 1 and own.words == title)


def contexts(page: Page) -> Iterator[LinkContext]:
    """Yield the links of a post that may lead to an article on another site."""
    section = 0
    for number, line in enumerate(page.lines):
        if not line.anchors and (line.place & HEADING or _is_label(line.text)):
            section = all_of(_words(line.text).kinds)
        outward = [found for anchor in line.anchors if (found := _outward(anchor, page))]
        others = len({link.url for link in outward}) - 1
        if line.place & ITEM or section & words.SOURCES:
            others += _linked_beside(page, number, line.place & ITEM)
        for link in (each for one in outward for each in _by_rows(one, page.title)):
            is_own_line = link.anchor.button or (_is_alone(link, line) and not line.place & ITEM)
            if is_own_line and _calls(link.anchor, page.title):
                above = _heading_above(page, number)
                yield _context(page, number, link, others=0, section=above)
            else:
                yield _context(page, number, link, others=others, section=section)


def _by_rows(link: Outward, title: list[str]) -> Iterator[Outward]:
    """Yield a link; then a button or a card again for each row, as if it had no other.

    One row may be the call and another a price or a credit. A first row that asks for something
    else than reading is the call of the whole link, unless it is the post's title.
    """
    yield link
    rows = link.anchor.rows
    if not rows:
        return
    first = _words(rows[0])
    if first.words == title or not all_of(first.kinds) & words.ACT:
        for row in rows:
            yield link._replace(anchor=replace(link.anchor, text=row, note=""))


def _is_alone(link: Outward, line: Line) -> bool:
    """Return whether a link is its whole line, except for arrows."""
    anchor = link.anchor
    around = line.text[: anchor.start].strip() + line.text[anchor.end :].strip(" .!»›→>")
    return not around


def _heading_above(page: Page, number: int) -> int:
    """Return the kinds of the words in the heading just above a line; 0 without a heading."""
    above = page.lines[number - 1] if number else None
    return all_of(_words(above.text).kinds) if above and above.place & HEADING else 0


def _outward(anchor: Anchor, page: Page) -> Outward | None:
    if anchor.place & (SKIP | EMBED | ASIDE) or not anchor.text or anchor.rel & NEVER_RELS:
        return None
    found = address(anchor.href, page.base_url)
    if not found or is_front_page(found.parts) or never_because(found.parts):
        return None
    site = site_of_parts(found.parts)
    if site == page.site or (page.site and page.site in found.parts.query):
        return None  # the site itself, or a service that gets the post's URL
    if page.name and brands.name_of(found.host) == page.name:
        return None  # its edition of another country: paper.de of paper.com
    return Outward(anchor, found.url, found.parts)


def _context(page: Page, number: int, link: Outward, *, others: int, section: int) -> LinkContext:
    anchor, line = link.anchor, page.lines[number]
    before = _SENTENCE_END.split(line.text[max(0, anchor.start - 300) : anchor.start])[-1]
    after = _SENTENCE_END.split(line.text[anchor.end : anchor.end + 200], maxsplit=1)[0]
    is_first = not line.text[: anchor.start].strip()
    is_alone = _is_alone(link, line)
    is_labeled = is_first and not (is_alone and _calls(anchor, page.title))
    label = _label_above(page, number) if is_labeled else ""
    before = _SENTENCE_END.split(label)[-1] or label or before
    # The words in a URL are no call: "/what-we-like-to-read-more".
    own = Words([], []) if _is_url(anchor.text) else _words(_own_text(anchor))
    lead, tail = _words(before), _words(after)
    lead = Words(lead.words[-LEAD_WORDS:], lead.kinds[-LEAD_WORDS:])
    name = brands.name_of(link.parts.hostname)
    noted = words.words_of(anchor.note)
    is_brand_own = brands.says(name, own.words) or brands.is_part(name, anchor.text, own.words)
    return LinkContext(
        page=page,
        number=number,
        line=line,
        link=link,
        before=before,
        after=after,
        own=own,
        lead=lead,
        tail=Words(tail.words[:TAIL_WORDS], tail.kinds[:TAIL_WORDS]),
        opening=_opening(f"{before} {anchor.text}"),
        opens_line=is_first or before.strip() == line.text[: anchor.start].strip(),
        is_alone=is_alone,
        is_label_above=bool(label),
        brand=name if is_brand_own or brands.says(name, [*lead.words, *tail.words, *noted]) else "",
        is_brand_own=is_brand_own,
        others=others,
        section=section,
    )


def _own_text(anchor: Anchor) -> str:
    """Return the words that a link is judged by: its label, or its note if the label is no call."""
    says_nothing = anchor.note and not all_of(_words(anchor.text).kinds) & CALLS
    return anchor.note if says_nothing else anchor.text


def _words(text: str) -> Words:
    found = words.words_of(text)
    return Words(found, words.kinds_in(found))


def _opening(sentence: str) -> Words:
    opening = _words(sentence[:OPENING_CHARS])
    is_call = opening.words and opening.words[0] not in FIRST_PERSON
    return Words(opening.words[:OPENING_WORDS], opening.kinds[:OPENING_WORDS] if is_call else [])


def is_address(text: str) -> bool:
    """Return whether a link's text is itself a URL or a host: https://a.example/x, a.example."""
    return bool(_ADDRESS.fullmatch(text))


def _is_url(text: str) -> bool:
    return "/" in text and is_address(text)


def _label_above(page: Page, number: int) -> str:
    above = page.lines[number - 1] if number else None
    return above.text if above and not above.anchors and _is_label(above.text) else ""


def _is_label(text: str) -> bool:
    text = text.rstrip()
    if text.endswith((":", "：")):
        return len(text) <= LABEL_CHARS
    return len(text) <= SHORT_LABEL_CHARS and not text.endswith((".", "!", "?", "…", "。"))


def _linked_beside(page: Page, number: int, place: int) -> int:
    """Return the number of lines with links next to this one that form a list with it."""
    above = page.lines[max(0, number - BESIDE_LINES) : number][::-1]
    below = page.lines[number + 1 : number + 1 + BESIDE_LINES]
    return sum(
        1
        for lines in (above, below)
        for line in takewhile(lambda one: one.anchors and one.place & place == place, lines)
    )


def all_of(kinds: list[int]) -> int:
    """Return the kinds of some words, or-ed."""
    found = 0
    for kind in kinds:
        found |= kind
    return found
