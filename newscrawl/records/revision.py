"""Which change of a record is worth a revision: one that a reader would notice."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import orjson

from newscrawl.outcomes import FETCHED, PENDING
from newscrawl.urls.spelling import respelled, spellings

if TYPE_CHECKING:
    from collections.abc import Mapping

_URL_END: Final = re.compile(r"[)?\s]")
_QUERY_END: Final = re.compile(r"[)\s]")


def without_image_queries(markdown: str) -> str:
    """Return Markdown without the query strings of its images.

    A single pattern for this takes quadratic time for a long run of "![".

    >>> without_image_queries("![A map](https://example.org/map.png?ver=2) [b](c?d)")
    '![A map](https://example.org/map.png) [b](c?d)'
    """
    parts, kept = [], 0
    start = markdown.find("![")
    while start >= 0 and (closing := markdown.find("]", start + 2)) >= 0:
        position = closing + 1
        if markdown.startswith("(", position):
            end = _next_match(_URL_END, markdown, position + 1)
            if markdown.startswith("?", end):
                parts.append(markdown[kept:end])
                position = kept = _next_match(_QUERY_END, markdown, end)
            else:  # any other "](" before this end has the same end
                position = max(position, markdown.rfind("]", position, end) + 1)
        start = markdown.find("![", position)
    return "".join([*parts, markdown[kept:]])


def _next_match(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return the position of the next match; the end of the text without a match."""
    found = pattern.search(text, position)
    return found.start() if found else len(text)


def content_hash(line: Mapping[str, Any], image_id: int | None) -> str:
    """Return the digest of what a reader would notice of a record.

    Title, Markdown of post and article, URL, date of publication, and the ids of authors, terms and
    image; neither markup nor names of terms, nor the query strings of images, which carry versions.
    """
    article = line["article"] or {}
    noticed = [
        line["title"],
        without_image_queries(line["markdown"] or ""),
        without_image_queries(article.get("markdown") or ""),
        line["url"],
        line["published"],
        [
            [_name_of(thing) for thing in line[key] or []]
            for key in ("authors", "categories", "tags")
        ],
        {name: [term["id"] for term in terms] for name, terms in (line["terms"] or {}).items()},
        image_id,
    ]
    return sha256(orjson.dumps(noticed, option=orjson.OPT_SORT_KEYS)).hexdigest()


def is_unchanged(line: Mapping[str, Any], image_id: int | None, last_hash: str | None) -> bool:
    """Return whether a reader would notice nothing new since the record of the last hash.

    A site that is shown under another scheme or name of its host is no news: all spellings of its
    own addresses count as one.
    """
    if last_hash is None or content_hash(line, image_id) == last_hash:
        return last_hash is not None
    for markdown in respelled(line["markdown"] or "", line["url"]):
        for url in spellings(line["url"]):
            same = {**line, "url": url, "markdown": markdown}
            if content_hash(same, image_id) == last_hash:
                return True
    return False


def _name_of(thing: Mapping[str, Any]) -> Any:
    """Return the identity of an author or a term: its id, or its name if no id is known."""
    return thing["name"] if thing["id"] is None else thing["id"]


_WORTH: Final = {PENDING: 0, FETCHED: 3, "excerpt_only": 2}


def is_better(outcome: str | None, than: str | None) -> bool:
    """Return whether an article's outcome is worth a new record.

    >>> is_better("not_found", "pending"), is_better("timeout", "fetched")
    (True, False)
    """
    return _worth(outcome) > _worth(than)


def _worth(outcome: str | None) -> int:
    return -1 if outcome is None else _WORTH.get(outcome, 1)
