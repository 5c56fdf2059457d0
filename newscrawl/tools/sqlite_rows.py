"""The rows of ``scrapy export --format sqlite`` that one record gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Row = dict[str, Any]
"""Values of a row, by column."""


def post_row(post: int, record: Mapping[str, Any]) -> Row:
    """Return the row of a post.

    Args:
        post: The id of the row.
        record: The last record of the post.
    """
    article = record["article"] or {}
    published = record["published"]
    same = (
        *("site", "guid", "post_id", "type", "status", "url", "slug", "revision", "published"),
        *("modified", "title", "excerpt", "text", "html", "language", "crawled", "run"),
    )
    return {
        "id": post,
        **{name: record[name] for name in same},
        "year": int(published[:4]) if published else None,
        **{name: _names(record[name]) for name in ("authors", "categories", "tags")},
        "image": (record["image"] or {}).get("url"),
        "protected": record.get("protected"),
        "story": record.get("story"),
        "outcome": article.get("outcome"),
        "publisher": article.get("publisher") or _host(article),
    }


def article_row(post: int, article: Mapping[str, Any]) -> Row:
    """Return the row of an article; *post* is the id of its post."""
    same = (
        *("link", "link_text", "link_score", "url", "outcome", "http_status", "publisher", "title"),
        *("published", "modified", "text", "html", "language", "word_count", "extractor"),
        *("confidence", "fetched"),
    )
    return {
        "post": post,
        **{name: article[name] for name in same},
        "image": (article["image"] or {}).get("url"),
        **{name: _json(article[name] or []) for name in ("authors", "hops")},
        "rights": _json(article["rights"] or {}),
    }


def revision_row(cursor: int, post: int, record: Mapping[str, Any]) -> Row:
    """Return the row of a revision; *cursor* is the id of its record in the archive."""
    article = record["article"] or {}
    same = (
        *("revision", "change", "published", "modified", "title", "text", "content_hash"),
        *("crawled", "run"),
    )
    return {
        "id": cursor,
        "post": post,
        **{name: record[name] for name in same},
        "outcome": article.get("outcome"),
        "article_title": article.get("title"),
        "article_text": article.get("text"),
    }


def author_rows(record: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the rows of a post's authors."""
    yield from _things(record["site"], "author_id", record["authors"])


def term_rows(record: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the rows of a post's categories, tags and other terms."""
    taxonomies = {
        "category": record["categories"],
        "post_tag": record["tags"],
        **(record["terms"] or {}),
    }
    for taxonomy, things in taxonomies.items():
        for row in _things(record["site"], "term_id", things):
            yield {**row, "taxonomy": taxonomy}


def link_rows(post: int, record: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the rows of the links in a post's body."""
    for position, link in enumerate(record.get("links") or (), 1):
        yield {"post": post, "position": position, **link}


def _things(site: str, key: str, things: Sequence[Mapping[str, Any]] | None) -> Iterator[Row]:
    """Yield the rows of things that have an id or a name."""
    for thing in things or ():
        if thing["id"] is not None or thing["name"] is not None:
            named = {name: thing[name] for name in ("name", "slug", "url")}
            yield {"site": site, key: thing["id"], **named}


def _host(article: Mapping[str, Any]) -> str | None:
    """Return the host of an article whose page did not name its publisher."""
    try:
        return urlsplit(article.get("url") or article.get("link") or "").hostname
    except ValueError:  # an invalid IPv6 address
        return None


def _names(things: Sequence[Mapping[str, Any]] | None) -> str:
    return _json([thing["name"] for thing in things or () if thing["name"]])


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
