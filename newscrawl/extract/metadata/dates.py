"""Find the dates of publication and of the last change of an article.

`date_formats` shows the form of the dates.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from turbohtml import Text

from newscrawl.extract import jsonld
from newscrawl.extract.content.density import text_of
from newscrawl.extract.document import OTHER_ITEMS
from newscrawl.extract.metadata.date_formats import normalized
from newscrawl.extract.metadata.date_search import CHANGED, POSTED, dated_texts
from newscrawl.extract.metadata.near_headline import (
    headline_of,
    holders_of,
    is_elsewhere,
    is_embedded,
    is_in_teaser,
    is_listed,
    lines_near_headline,
)
from newscrawl.extract.metadata.written_dates import month_number, written_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from turbohtml import Element, Node

    from newscrawl.extract.document import Document

# Keys of JSON-LD and meta tags with the dates of publication and change, the surest first.
PUBLISHED_KEYS: Final = ("datePublished", "dateCreated", "uploadDate")
MODIFIED_KEYS: Final = ("dateModified",)
PUBLISHED_META: Final = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished",
    "publishdate", "publish-date", "publish_date", "pubdate", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dcterms.date",
    "dc.date", "dc.date.created", "cxenseparse:recs:publishtime", "displaydate",
    "article.published", "date", "citation_publication_date",
)  # fmt: skip
MODIFIED_META: Final = (
    "article:modified_time", "og:article:modified_time", "datemodified", "og:updated_time",
    "article:modified", "dcterms.modified", "dc.date.modified", "last-modified", "lastmod",
)  # fmt: skip
# Their values may be of the last change. Then the page shows the day of publication.
_MAYBE_CHANGED: Final = frozenset({"meta date", "meta dc.date", "meta dcterms.date"})
# A line that names its date as the one of a change: "Last updated".
_IS_CHANGED: Final = re.compile(rf"\D{{0,25}}?(?:{CHANGED.pattern})", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"(?:\S+\s+){5}.*[^\W\d_]{3}[.!?]\W*$|。$")
# A journal shows these days of a paper before its publication.
_RECEIVED: Final = re.compile(r"accepted|received", re.IGNORECASE)
# A site that moves to another system may state the day of the move. If the day in the path is
# more days earlier, it is the day of publication.
_MOVED: Final = 60
# ``<time>`` elements that are read.
MAX_TIMES: Final = 20
# Elements with "date" in their class that are read.
MAX_DATED: Final = 12
# Characters of such an element's text; a longer text is not a date.
MAX_DATE_TEXT: Final = 100
_OF_POST: Final = ".entry-date, .post-date, .article-date"
_DATED: Final = ", ".join(
    f'[class*="{part}" i]' for part in ("date", "publish", "fecha", "datum", "posted", "tarih")
)
# Elements that are marked as the date of publication.
_CLAIMED: Final = (
    '[itemprop~="datePublished" i], time[class*="publish" i], time[itemprop*="publish" i],'
    " time[pubdate], .published[title], .date[title],"
    ' [property~="dc:date"][content], [property~="schema:dateCreated"][content]'
)

_ADDRESS: Final = re.compile(
    r"/((?:19|20)\d\d)(?:[/-]?(\d\d)[/-]?(\d\d)|/(\d\d?|[a-z]{3,9})/(\d\d?))(?:[/_-]|$)"
)
# A date that is a part of a name in the path is less sure: it may be the day of an event.
_IN_SLUG: Final = re.compile(
    r"[/_-]((?:19|20)\d\d)([_-]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?=[/._-]|$)"
)
# A moment in UTC that is midnight in a zone east of it.
_MAYBE_MIDNIGHT: Final = re.compile(r"T(?:1\d|2[0-3]):[03]0(?::00(?:\.0+)?)?(?:Z|\+00:?00)$")


def published(document: Document, title: str | None = None) -> tuple[str, str] | None:
    """Return when the article was published, and the source; None if the page has no date.

    Args:
        document: The page, before its tree is reduced to the text.
        title: The page's title; a date near it is the article's.
    """
    is_month_first = _is_american(document)
    found = _publication(document, title, is_month_first)
    if found:
        return found
    holders = holders_of(headline_of(document, title))
    return (
        _first(_claimed_times(document, holders), is_month_first)
        or _in_address(document.url)
        or _first(_named_dates(document, holders, _OF_POST), is_month_first)
        or _first(_near_headline(document, title), is_month_first)
        or _first(_named_dates(document, holders, _DATED), is_month_first)
        or _in_address(document.url, _IN_SLUG)
        or _guessed(document, title, is_month_first)
    )


def modified(document: Document) -> tuple[str, str] | None:
    """Return when the article was last changed, and the source; None if the page has no date."""
    return _first(_stated(document, MODIFIED_KEYS, MODIFIED_META), _is_american(document))


def _guessed(document: Document, title: str | None, is_month_first: bool) -> tuple[str, str] | None:
    """Return a date from anywhere in the page. It is often wrong, so it is the last resort."""
    nodes = [one for one in document.nodes if not isinstance(one, jsonld.Listed)]
    stated = [one.get(key) for one in nodes for key in PUBLISHED_KEYS]
    texts = chain((one for one in stated if isinstance(one, str)), dated_texts(document, title))
    return _first(((text, "guess") for text in texts), is_month_first)


def _stated(
    document: Document, keys: tuple[str, ...], names: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for key in keys:
        value = document.article.get(key)
        yield str(value) if isinstance(value, int) else jsonld.text_in(value, "@value"), "json-ld"
    for name in names:
        for value in document.meta.get(name, ()):
            yield value, f"meta {name}"
    for node in document.nodes:
        for key in keys:
            if isinstance(node.get(key), str) and "WebPage" in jsonld.types_of(node):
                yield node[key], "json-ld"


def _publication(
    document: Document, title: str | None, is_month_first: bool
) -> tuple[str, str] | None:
    """Return the date that the page's metadata states, and the source; or None.

    Some CMSs write a day as its midnight, in UTC: that is the day before, but readers see the day.
    """
    for value, source in _stated(document, PUBLISHED_KEYS, PUBLISHED_META):
        found = normalized(value, is_month_first=is_month_first)
        if not found:
            continue
        if _MAYBE_MIDNIGHT.search(value):
            shown = _first(_near_headline(document, title), is_month_first)
            if shown and shown[0] == _day_after(found):
                return shown[0], source
        if source in _MAYBE_CHANGED:
            lines = (one for one in _near_headline(document, title) if not _RECEIVED.search(one[0]))
            shown = _first(lines, is_month_first)
            if shown and shown[0][:10] < found[:10]:
                return shown
        return _before_move(document.url, found) or (found, source)
    return None


def _day_after(moment: str) -> str:
    return (datetime.fromisoformat(moment[:10]) + timedelta(days=1)).date().isoformat()


def _before_move(url: str, stated: str) -> tuple[str, str] | None:
    """Return the date in the path of an article's URL if *stated* may be the day of a move."""
    found = _in_address(url)
    is_moved = found and found[0] < stated and _days_between(found[0], stated) > _MOVED
    return found if is_moved else None


def _claimed_times(document: Document, holders: Collection[Node]) -> Iterator[tuple[str, str]]:
    """Yield the values of the ``<time>`` elements that mark this article's publication."""
    for element in document.tree.select(_CLAIMED)[:MAX_TIMES]:
        is_other = is_embedded(element, holders) or is_elsewhere(element, holders)
        is_other = is_other or element.closest(OTHER_ITEMS) is not None
        if not is_other and not is_listed(element, holders):
            yield _value_of(element), "time"
            yield element.attr("title") or "", "time"  # its text is "2 days ago"


def _value_of(element: Element) -> str:
    """Return the date in an element: its attribute, or its text if a reader sees another day."""
    text = text_of(element)[:MAX_DATE_TEXT]
    stated = element.attr("datetime") or element.attr("content")
    shown = written_date(text)
    if not stated or not shown:
        return stated or text
    is_clear = shown == written_date(text, is_month_first=True) and not CHANGED.search(text)
    day = normalized(stated)
    return text if is_clear and day and _days_between(shown, day) > 1 else stated


def _days_between(first: str, second: str) -> int:
    return abs((datetime.fromisoformat(first[:10]) - datetime.fromisoformat(second[:10])).days)


def _in_address(url: str, form: re.Pattern[str] = _ADDRESS) -> tuple[str, str] | None:
    """Return the date in the path of an article's URL: "/2024/05/02/", "/2024/may/02/"."""
    found = form.search(urlsplit(url).path)
    if not found:
        return None
    year, month, day = (part for part in found.groups() if part and part.isalnum())
    value = normalized(f"{year}/{month_number(month)}/{day}")
    return (value, "url") if value else None


def _near_headline(document: Document, title: str | None) -> Iterator[tuple[str, str]]:
    lines = list(lines_near_headline(document, title))
    for text, element in sorted(lines, key=_rank):
        is_other = _IS_CHANGED.match(text) or _RECEIVED.match(text)
        later = POSTED.search(text) if is_other else None
        if later:
            yield text[later.start() :], "headline"
        times = element.find_all("time", limit=2) or filter(None, [element.closest("time")])
        for one in sorted(times, key=_is_after_change):
            yield _value_of(one), "time"
        yield _without_change(text, element), "headline"
        yield text, "headline"


def _without_change(line: str, element: Element) -> str:
    """Return a line without the hidden moment of the last change that hAtom asks for."""
    changed = element.select_one(".updated")
    return line if changed is None else line.replace(text_of(changed), "")


def _is_after_change(element: Element) -> bool:
    """Return whether the text before a ``<time>`` means that it is of a change."""
    before = next((one for one in islice(element.preceding, 3) if isinstance(one, Text)), None)
    return before is not None and bool(CHANGED.search(before.data))


def _rank(line: tuple[str, Element]) -> int:
    """Return 0 for a line that names its date as the publication's, then 1 for a mere date.

    Return 2 for a sentence, whose date may be an event's, and 3 for a change.
    """
    text = line[0]
    if POSTED.match(text):
        return 0
    if _IS_CHANGED.match(text):
        return 3
    return 2 if _SENTENCE.search(text) else 1


def _named_dates(
    document: Document, holders: Collection[Node], selector: str
) -> Iterator[tuple[str, str]]:
    """Yield the short texts whose class marks them as the article's date."""
    for element in document.tree.select(selector)[:MAX_DATED]:
        text = text_of(element)
        if len(text) > MAX_DATE_TEXT or is_embedded(element, holders):
            continue
        is_other = is_elsewhere(element, holders) or is_in_teaser(element, holders)
        if not is_other and not is_listed(element, holders):
            yield _value_of(element.find("time") or element), "date"


def _is_american(document: Document) -> bool:
    """Return whether the page writes the month first: "10/11/2025" is in October."""
    root = document.tree.root
    language = (root.attr("lang") or "").lower() if root is not None else ""
    if language in {"", "en"}:
        language = next(iter(document.meta.get("og:locale", ())), "").replace("_", "-").lower()
    return language == "en-us"


def _first(values: Iterator[tuple[str, str]], is_month_first: bool) -> tuple[str, str] | None:
    for value, source in values:
        found = normalized(value, is_month_first=is_month_first)
        if found:
            return found, source
    return None
