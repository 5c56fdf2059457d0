"""A link as a reader meets it: its words, those before and after it, and where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.article import link_words as words
from newscrawl.article.link_hosts import never_because
from newscrawl.article.link_lines import ASIDE, EMBED, HEADING, ITEM, SKIP, Anchor, Line
from newscrawl.article.link_url import (
    SHORTENERS,
    address,
    canonical_url,
    is_article_shaped,
    is_feed,
    is_front_page,
    registrable,
    site_of,
    site_of_parts,
    slug_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

LEAD_WORDS = 12  # read before a link, in its sentence
TAIL_WORDS = 12  # and after it
SHORT_LABEL_CHARS = 40
LABEL_CHARS = 90  # a line of its own that introduces the next one
EDGE_CHARS = 280  # of other text between a link and the post's end still make it the end
START_CHARS = 60
OWN_WORDS = 40
OPENING_WORDS = 2
FIRST_PERSON = frozenset({"i", "we", "ich", "wir", "je", "nous", "yo", "io"})  # begin no call
_SENTENCE_END = re.compile(r"[.!?…]['\"”»)\]]*\s|[。！？]|[|•·]\s|\n")
_ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?", re.IGNORECASE)
_DATELINE_CHARS = 400
_BRAND_CHARS = 4
_BRAND_WORDS = 5
_NO_NAMES = frozenset({"news", "blog", "blogs", "online", "media", "post", "site", "here", "com"})


@dataclass(slots=True)
class Page:
    """What all links of a post share."""

    base_url: str
    site: str
    lines: list[Line]
    chars: int
    slug: frozenset[str]
    title: tuple[str, ...]
    opening: list[str]


@dataclass(slots=True, kw_only=True)
class Sight:
    """One link that may lead to the article, and what is around it, as words and their kinds.

    Attributes:
        lead, tail: The words of the sentence before and after; *lead* is the line above where the
            link begins its line and the line above is a label.
        opening_kinds: Of the first words of the sentence, which tell a call from a statement.
        brand: The host's name if the link's words or its sentence say it, else "".
        others: Further links out of the site in the same line or list.
        section: Kinds of the words of the nearest heading or label above.
    """

    page: Page
    line: Line
    anchor: Anchor
    url: str
    parts: SplitResult
    own: list[str]
    own_kinds: list[int]
    lead: list[str]
    lead_kinds: list[int]
    tail: list[str]
    tail_kinds: list[int]
    opening_kinds: list[int]
    before: str
    after: str
    is_alone: bool
    is_label_above: bool
    is_at_end: bool
    is_at_start: bool
    brand: str
    is_brand_own: bool
    is_brand_at_start: bool
    others: int
    section: int
    number: int

    @property
    def key(self) -> str:
        """The canonical address: equal for two links to one article."""
        return canonical_url(self.url)

    @property
    def is_shaped(self) -> bool:
        return is_article_shaped(self.parts)

    @property
    def is_shortened(self) -> bool:
        return (self.parts.hostname or "").removeprefix("www.") in SHORTENERS


def page_of(lines: list[Line], base_url: str, title: str) -> Page:
    feed = is_feed(base_url)
    path = base_url.partition("?")[0].partition("//")[2].partition("/")[2]
    return Page(
        base_url=base_url,
        site="" if feed else site_of(base_url),
        lines=lines,
        chars=lines[-1].at + len(lines[-1].text) if lines else 0,
        slug=frozenset() if feed else frozenset(map(words.fold, slug_words(path))),
        title=tuple(words.words_of(title)),
        opening=words.words_of(" ".join(line.text for line in lines[:6])[:_DATELINE_CHARS]),
    )


def sights(page: Page) -> Iterator[Sight]:
    """Yield the links of a post that could lead to an article on another site."""
    section = 0
    for number, line in enumerate(page.lines):
        outward = [found for anchor in line.anchors if (found := _outward(anchor, page))]
        if not line.anchors and (line.place & HEADING or _is_label(line.text)):
            section = all_of(words.kinds_in(words.words_of(line.text)))
        for anchor, url, parts in outward:
            others = len({other[1] for other in outward}) - 1
            if line.place & ITEM or section & words.SOURCES:
                others += _linked_beside(page, number, line.place & ITEM)
            yield _sight(page, number, anchor, url, parts, others, section)


def _outward(anchor: Anchor, page: Page) -> tuple[Anchor, str, SplitResult] | None:
    if anchor.place & (SKIP | EMBED | ASIDE) or not anchor.text:
        return None
    if anchor.rel & {"tag", "category", "author", "me", "bookmark", "license"}:
        return None
    found = address(anchor.href, page.base_url)
    if not found or is_front_page(found.parts) or never_because(found.parts):
        return None
    site = site_of_parts(found.parts)
    if site == page.site or (page.site and page.site in found.parts.query):
        return None  # the site itself, or a service that is handed the post
    return anchor, found.url, found.parts


def _sight(
    page: Page, number: int, anchor: Anchor, url: str, parts: SplitResult, others: int, section: int
) -> Sight:
    line = page.lines[number]
    before = _SENTENCE_END.split(line.text[max(0, anchor.start - 300) : anchor.start])[-1]
    after = _SENTENCE_END.split(line.text[anchor.end : anchor.end + 200], maxsplit=1)[0]
    is_alone = not line.text[: anchor.start].strip()
    is_label_above = False
    if is_alone and number:
        above = page.lines[number - 1]
        is_label_above = not above.anchors and _is_label(above.text)
        if is_label_above:
            before = _SENTENCE_END.split(above.text)[-1] or above.text
    own = words.words_of(anchor.text)[:OWN_WORDS]
    lead = words.words_of(before[-200:])[-LEAD_WORDS:]
    tail = words.words_of(after)[:TAIL_WORDS]
    name = registrable(parts.hostname or "")[1]
    is_brand_own = "/" not in anchor.text and _names(name, anchor.text, own, is_own=True)
    rest = f"{before} {after}"
    is_named = is_brand_own or _names(name, rest, [*lead, *tail], is_own=False)
    end = line.at + len(line.text)
    return Sight(
        page=page,
        line=line,
        anchor=anchor,
        url=url,
        parts=parts,
        own=own,
        own_kinds=words.kinds_in(own),
        lead=lead,
        lead_kinds=words.kinds_in(lead),
        tail=tail,
        tail_kinds=words.kinds_in(tail),
        opening_kinds=_opening_kinds(f"{before} {anchor.text}"),
        before=before,
        after=after,
        is_alone=is_alone and not line.text[anchor.end :].strip(" .!»›→>"),
        is_label_above=is_label_above,
        is_at_end=page.chars - end <= EDGE_CHARS,
        is_at_start=line.at <= START_CHARS,
        brand=name if is_named else "",
        is_brand_own=is_brand_own,
        is_brand_at_start=_names(name, "", page.opening, is_own=False),
        others=others,
        section=section,
        number=number,
    )


def _opening_kinds(sentence: str) -> list[int]:
    opening = words.words_of(sentence)[:OPENING_WORDS]
    return [] if opening and opening[0] in FIRST_PERSON else words.kinds_in(opening)


def is_address(text: str) -> bool:
    """Whether a link's text is an address itself: https://a.example/x, or a.example."""
    return bool(_ADDRESS.fullmatch(text))


def _is_label(text: str) -> bool:
    text = text.rstrip()
    if text.endswith((":", "：")):
        return len(text) <= LABEL_CHARS
    return len(text) <= SHORT_LABEL_CHARS and not text.endswith((".", "!", "?", "…", "。"))


def _linked_beside(page: Page, number: int, place: int) -> int:
    """Count the lines next to this one that have links, in a list where this one is."""
    beside = page.lines[max(0, number - 1) : number] + page.lines[number + 1 : number + 2]
    return sum(1 for line in beside if line.anchors and line.place & place == place)


def _names(name: str, text: str, text_words: list[str], *, is_own: bool) -> bool:
    """Whether a text says a host's name: "France Bleu" of francebleu.fr, "BBC" of bbc.co.uk."""
    name = words.fold(name).replace("-", "")
    if not name or name in _NO_NAMES or not text_words:
        return False
    if name not in "".join(text_words).replace("-", ""):
        return is_own and _names_in_part(name, text, text_words)
    for first in range(len(text_words)):
        joined = ""
        for word in text_words[first : first + _BRAND_WORDS]:
            joined += word.replace("-", "")
            if joined == name:
                return True
    return is_own and _names_in_part(name, text, text_words)


def _names_in_part(name: str, text: str, text_words: list[str]) -> bool:
    """Whether a link's few words are a part of a name: "Digby" of digbysblog."""
    return (
        len(text_words) <= _BRAND_WORDS
        and text[:1].isupper()
        and any(len(w) >= _BRAND_CHARS and w not in _NO_NAMES and w in name for w in text_words)
    )


def all_of(kinds: list[int]) -> int:
    found = 0
    for kind in kinds:
        found |= kind
    return found
