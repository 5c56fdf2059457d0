"""Find the dates of publication and of the last change of an article.

Dates are ISO 8601, in UTC if the page gives a zone. A date without a time stays a date
("2026-01-10").
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from newscrawl.extract import jsonld
from newscrawl.extract.content.density import text_of
from newscrawl.extract.metadata.date_search import CHANGED, dated_texts
from newscrawl.extract.metadata.near_headline import (
    EMBEDS,
    headline_of,
    holders_of,
    is_elsewhere,
    lines_near_headline,
)
from newscrawl.extract.metadata.written_dates import month_number, written_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from turbohtml import Node

    from newscrawl.extract.document import Document

# Keys of JSON-LD and meta tags with the dates of publication and change, the surest first.
PUBLISHED_KEYS: Final = ("datePublished", "dateCreated", "uploadDate")
MODIFIED_KEYS: Final = ("dateModified",)
PUBLISHED_META: Final = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished",
    "publishdate", "publish-date", "publish_date", "pubdate", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date",
    "dc.date.created", "cxenseparse:recs:publishtime", "displaydate", "article.published",
    "date", "citation_publication_date",
)  # fmt: skip
MODIFIED_META: Final = (
    "article:modified_time", "og:article:modified_time", "datemodified", "og:updated_time",
    "article:modified", "dcterms.modified", "dc.date.modified", "last-modified", "lastmod",
)  # fmt: skip
# An earlier year is a mistake of the page.
MIN_YEAR: Final = 1990
# So is a date further in the future.
MAX_AHEAD: Final = timedelta(days=2)
# ``<time>`` elements that are read.
MAX_TIMES: Final = 20
# Elements with "date" in their class that are read.
MAX_DATED: Final = 12
# Characters of such an element's text; a longer text is not a date.
MAX_DATE_TEXT: Final = 100
_DATED: Final = ", ".join(
    f'[class*="{part}" i]' for part in ("date", "publish", "fecha", "datum", "posted", "tarih")
)
# Elements that are marked as the date of publication.
_CLAIMED: Final = (
    '[itemprop~="datePublished" i], time[class*="publish" i], time[itemprop*="publish" i],'
    " time[pubdate]"
)

_ISO: Final = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:(?:T|\s+)(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(.*))?",
    re.DOTALL,
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s*([+-−])(\d{1,2}):?(\d\d)?")
# Java's format: "Fri Apr 28 19:20:36 CEST 2023".
_JAVA: Final = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) ([\d:]{8}) ([A-Z]{3,4}) (\d{4})"
)
_SLASHED: Final = re.compile(
    r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:\s+(\d{1,2}):(\d\d)(?::(\d\d))?)?"
)
_ZONE_NAME: Final = re.compile(r"\s((?:UTC|GMT)[+−-]\d{1,2}(?::?\d\d)?|[A-Z]{3,4})$")
_ADDRESS: Final = re.compile(r"/((?:19|20)\d\d)[/-]?(\d\d)[/-]?(\d\d)(?:[/_-]|$)")
# The offsets from UTC of the time zones that pages name, in hours.
_ZONES: Final = {
    "Z": 0.0, "UTC": 0.0, "GMT": 0.0, "WET": 0.0, "BST": 1.0, "CET": 1.0, "MEZ": 1.0, "WEST": 1.0,
    "CEST": 2.0, "MESZ": 2.0, "EET": 2.0, "SAST": 2.0, "EEST": 3.0, "MSK": 3.0, "EAT": 3.0,
    "IST": 5.5, "WIB": 7.0, "HKT": 8.0, "SGT": 8.0, "JST": 9.0, "KST": 9.0, "AEST": 10.0,
    "AEDT": 11.0, "EST": -5.0, "EDT": -4.0, "CST": -6.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0,
    "PST": -8.0, "PDT": -7.0,
}  # fmt: skip


def published(document: Document, title: str | None = None) -> tuple[str, str] | None:
    """Return when the article was published, and the source; None if the page has no date.

    Args:
        document: The page, before its tree is reduced to the text.
        title: The page's title; a date near it is the article's.
    """
    is_month_first = _is_american(document)
    holders = holders_of(headline_of(document, title))
    return (
        _first(_stated(document, PUBLISHED_KEYS, PUBLISHED_META), is_month_first)
        or _first(_claimed_times(document, holders), is_month_first)
        or _in_address(document.url)
        or _first(_near_headline(document, title), is_month_first)
        or _first(_named_dates(document, holders), is_month_first)
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


def normalized(value: str, *, is_month_first: bool = False) -> str | None:
    """Return a date as ISO 8601, in UTC with ``Z`` if it has a zone; None if it is not a date.

    >>> normalized("2026-01-10T09:30:00+01:00"), normalized("Jan 10, 2026")
    ('2026-01-10T08:30:00Z', '2026-01-10')
    """
    value = value.strip()[:100]
    for read in (_iso, _java, _epoch, _slashed, _mail):
        try:
            found = read(value)
        except (ValueError, OverflowError, TypeError, KeyError, IndexError):
            continue
        if found:
            return found if _is_likely(found) else None
    if _ISO.match(value):
        return None  # an impossible time
    found = written_date(value, is_month_first=is_month_first)
    return found if found and _is_likely(found) else None


def _stated(
    document: Document, keys: tuple[str, ...], names: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for key in keys:
        value = document.article.get(key)
        if isinstance(value, str | int):
            yield str(value), "json-ld"
    for name in names:
        for value in document.meta.get(name, ()):
            yield value, f"meta {name}"
    for node in document.nodes:
        for key in keys:
            if isinstance(node.get(key), str) and "WebPage" in jsonld.types_of(node):
                yield node[key], "json-ld"


def _claimed_times(document: Document, holders: Collection[Node]) -> Iterator[tuple[str, str]]:
    """Yield the values of the ``<time>`` elements that mark this article's publication."""
    for element in document.tree.select(_CLAIMED)[:MAX_TIMES]:
        if not element.closest(EMBEDS) and not is_elsewhere(element, holders):
            yield element.attr("datetime") or element.attr("content") or element.text, "time"


def _in_address(url: str) -> tuple[str, str] | None:
    """Return the date in the path of an article's URL: "/2024/05/02/"."""
    found = _ADDRESS.search(urlsplit(url).path)
    value = normalized("-".join(found.groups())) if found else None
    return (value, "url") if value else None


def _near_headline(document: Document, title: str | None) -> Iterator[tuple[str, str]]:
    lines = list(lines_near_headline(document, title))
    for text, element in sorted(lines, key=lambda line: bool(CHANGED.match(line[0]))):
        for time in element.find_all("time", limit=2) or filter(None, [element.closest("time")]):
            yield time.attr("datetime") or time.text, "time"
        yield text, "headline"


def _named_dates(document: Document, holders: Collection[Node]) -> Iterator[tuple[str, str]]:
    """Yield the short texts whose class marks them as the article's date."""
    for element in document.tree.select(_DATED)[:MAX_DATED]:
        text = text_of(element)
        if len(text) > MAX_DATE_TEXT or element.closest(EMBEDS):
            continue
        if not is_elsewhere(element, holders):
            yield text, "date"


def _is_american(document: Document) -> bool:
    """Return whether the page writes the month first: "10/11/2025" is in October."""
    root = document.tree.root
    language = (root.attr("lang") or "" if root is not None else "") or next(
        iter(document.meta.get("og:locale", ())), ""
    )
    return language.replace("_", "-").lower() == "en-us"


def _first(values: Iterator[tuple[str, str]], is_month_first: bool) -> tuple[str, str] | None:
    for value, source in values:
        found = normalized(value, is_month_first=is_month_first)
        if found:
            return found, source
    return None


def _iso(value: str) -> str | None:
    match = _ISO.match(value)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    date = datetime(int(year), int(month), int(day))  # noqa: DTZ001  the zone comes below
    if hour is None:
        return date.date().isoformat()
    moment = date.replace(hour=int(hour) % 24, minute=int(minute), second=min(int(second or 0), 59))
    moment += timedelta(days=int(hour) // 24)  # 24:00 is the end of the day
    return _written(moment, _offset(zone))


def _offset(zone: str) -> timedelta | None:
    zone = zone.strip()
    match = _OFFSET.match(zone)
    if match:
        size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return size if match[1] == "+" else -size
    hours = _ZONES.get(zone.split(" ")[0].upper()) if zone else None
    return None if hours is None else timedelta(hours=hours)


def _java(value: str) -> str | None:
    match = _JAVA.match(value)
    if not match:
        return None
    month, day, clock, zone, year = match.groups()
    hour, minute, second = map(int, clock.split(":"))
    moment = datetime(int(year), month_number(month), int(day), hour, minute, second)  # noqa: DTZ001
    return _written(moment, _offset(zone))


def _epoch(value: str) -> str | None:
    if not re.fullmatch(r"1\d{9}(?:\d{3})?", value):
        return None
    seconds = int(value) / (1000 if len(value) > 10 else 1)
    return _written(datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None), timedelta(0))


def _slashed(value: str) -> str | None:
    match = _SLASHED.match(value)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  the page names no zone
    return moment.isoformat() if match[4] else moment.date().isoformat()


def _mail(value: str) -> str | None:
    if ":" not in value:
        return None
    moment = parsedate_to_datetime(value)
    zone = _ZONE_NAME.search(value)  # the parser knows only American zones
    offset = _offset(zone[1]) if zone else moment.utcoffset()
    return _written(moment.replace(tzinfo=None), offset)


def _written(moment: datetime, offset: timedelta | None) -> str:
    if offset is None:
        return moment.isoformat(timespec="seconds")
    moment = moment.replace(tzinfo=timezone(offset)).astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _is_likely(found: str) -> bool:
    date = datetime.fromisoformat(found[:10]).replace(tzinfo=UTC)
    return date.year >= MIN_YEAR and date <= datetime.now(UTC) + MAX_AHEAD
