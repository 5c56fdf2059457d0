"""Decide whether a changed record gets a new revision: only if a reader would notice the change."""

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
"""The end of an image's URL in Markdown, without its query string."""

_QUERY_END: Final = re.compile(r"[)\s]")
"""The end of its query string."""

_WORTH: Final = {PENDING: 0, FETCHED: 3, "excerpt_only": 2}
"""The rank of an outcome; a higher one is better. All other outcomes have 1, no article has -1."""


def without_image_queries(markdown: str) -> str:
    """Return Markdown without the query strings of its images.

    This is not one regular expression, because that takes quadratic time for many "![" in a row.

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
    """Return the position of the next match; the length of the text if there is no match."""
    found = pattern.search(text, position)
    return found.start() if found else len(text)


def content_hash(line: Mapping[str, Any], image_id: int | None) -> str:
    """Return the SHA-256, in hex, of the parts of a record whose change a reader would notice.

    These are the title, the Markdown of post and article, the URL, the date of publication, and the
    ids of authors, terms and image. HTML, the names of terms, and the query strings of images are
    left out: these query strings carry versions.

    Args:
        line: A record.
        image_id: The id of the post's image, or None.
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
    """Return whether a reader would notice no change since the record with the last hash.

    A change of the site's scheme or of the spelling of its host ("www.") is no change. For this,
    the hashes of all spellings of the site's own addresses are compared.

    Args:
        line: A record.
        image_id: The id of the post's image, or None.
        last_hash: The `content_hash` of the last record; None if there is no record.
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


def is_better(outcome: str | None, than: str | None) -> bool:
    """Return whether an article's outcome is better than another one, so that posts get a record.

    >>> is_better("not_found", "pending"), is_better("timeout", "fetched")
    (True, False)
    """
    return _worth(outcome) > _worth(than)


def _worth(outcome: str | None) -> int:
    return -1 if outcome is None else _WORTH.get(outcome, 1)
