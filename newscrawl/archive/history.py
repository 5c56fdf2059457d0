"""Everything that an archive knows about one post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import func, or_, select

from newscrawl.archive.codec import unpack
from newscrawl.archive.guids import with_guids
from newscrawl.archive.lines import COLUMNS, line_in
from newscrawl.archive.tables import (
    article_pages,
    articles,
    pages,
    posts,
    queue,
    records,
    segments,
    sites,
    texts,
)
from newscrawl.wordpress.dates import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Row

MAX_FOUND: Final = 20
"""The most posts that one word finds; posts share an article, or have one id on several sites."""

MAX_SHARED: Final = 20
"""The most posts that are listed as sharing a story or an article."""

_TEXTS: Final = ("html", "markdown", "text", "excerpt")
"""Long fields: their values are not shown."""


def find(connection: Connection, word: str, place: str | None) -> list[int]:
    """Return the row ids of the posts that match a word; at most `MAX_FOUND`.

    Args:
        word: A guid, an id, or the URL of a post or an article.
        place: The word as a URL without trackers, bounded as in `newscrawl.wordpress.identity`;
            None if the word is not a URL.
    """
    of_sites = posts.c.site_id.in_(select(sites.c.id))  # the indexes begin with the site
    by_guid = with_guids(connection, [posts.c.id], of_sites, [word]).order_by(posts.c.id)
    rows = list(connection.execute(by_guid.limit(MAX_FOUND)).scalars())
    meant = []
    if word.isascii() and word.isdigit() and len(word) < 19:
        meant.append(posts.c.post_id == int(word))
    if place is not None:
        meant.append(posts.c.place == place)
    for condition in meant:
        found = select(posts.c.id).where(of_sites, condition).order_by(posts.c.id)
        rows += connection.execute(found.limit(MAX_FOUND)).scalars()
    article = select(articles.c.id).where(articles.c.key == place).scalar_subquery()
    by_article = select(posts.c.id).where(posts.c.article_id == article).order_by(posts.c.id)
    rows += connection.execute(by_article.limit(MAX_FOUND)).scalars()
    return list(dict.fromkeys(rows))[:MAX_FOUND]


def posts_named(connection: Connection, word: str, place: str | None) -> list[Row[Any]]:
    """Return the posts with this guid, id or URL that were not forgotten; at most `MAX_FOUND`.

    Args:
        word, place: As for `find`.
    """
    rows = find(connection, word, place)
    found = connection.execute(
        select(posts).where(posts.c.id.in_(rows), ~posts.c.forgotten).order_by(posts.c.id)
    ).all()
    is_named = [r for r in found if r.guid == word or (place and r.place == place)]
    return is_named or [row for row in found if str(row.post_id) == word]


def doubles_of(connection: Connection, site_id: int, post_id: int, guid: str) -> list[int]:
    """Return the rows of the posts that repeat a post."""
    is_double = posts.c.double_of == post_id
    if guid:
        is_double = or_(is_double, posts.c.guid == guid)
    found = select(posts.c.id).where(
        posts.c.site_id == site_id, posts.c.double_of.is_not(None), is_double
    )
    return list(connection.execute(found).scalars())


def history(connection: Connection, row_id: int) -> dict[str, Any]:
    """Return everything known about the post with this row id, as JSON values."""
    post = connection.execute(
        select(posts, sites.c.key.label("site"), sites.c.folder)
        .join(sites, sites.c.id == posts.c.site_id)
        .where(posts.c.id == row_id)
    ).one()
    return {
        "site": post.site,
        "guid": post.guid,
        "post_id": post.post_id if post.post_id > 0 else None,
        "type": post.type,
        "slug": post.slug,
        "place": post.place,
        "source": post.source,
        "published": post.published,
        "modified": utc(post.modified_gmt),
        "status": "deleted" if post.deleted else "publish",
        "double_of": post.double_of,
        "seen_in_run": post.seen_run,
        "waits_for_record": bool(post.stale),
        "failure": post.failure,
        "failures": post.failures,
        "revisions": list(_revisions(connection, post)),
        "link": post.link,
        "article": None if post.article_id is None else _article(connection, post),
        "story": _story(connection, post),
    }


def _revisions(connection: Connection, post: Row[Any]) -> Iterator[dict[str, Any]]:
    rows = connection.execute(
        select(
            records.c.id,
            records.c.revision,
            records.c.change,
            records.c.run,
            records.c.segment_id,
            *COLUMNS,
            segments.c.kind,
            segments.c.number,
            segments.c.state,
        )
        .join(posts, posts.c.id == records.c.post)
        .join(segments, segments.c.id == records.c.segment_id)
        .where(records.c.post == post.id)
        .order_by(records.c.revision)
    )
    before: dict[str, Any] = {}
    for row in rows.all():
        record = orjson.loads(line_in(row))
        place = select(func.count()).where(
            records.c.segment_id == row.segment_id, records.c.id <= row.id
        )
        yield {
            "revision": row.revision,
            "change": row.change,
            "crawled": record["crawled"],
            "run": row.run,
            "file": f"{post.folder}/{row.kind}-{row.number:06}.jsonl",
            "line": connection.execute(place).scalar_one(),
            "is_written": row.state == "done",
            "changed": changed(before, record) if before else {},
        }
        before = record


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any] | None]:
    """Return the old and the new value of each field that differs between two revisions.

    The value is None instead of a pair if the field is a long text, a list or a table.

    >>> changed({"title": "A", "article": {"outcome": "pending"}}, {"title": "B", "article": None})
    {'title': ['A', 'B'], 'article.outcome': ['pending', None]}
    """
    differences: dict[str, list[Any] | None] = {}
    old, new = _flat(before), _flat(after)
    for name in [*old, *(name for name in new if name not in old)]:
        was, now = old.get(name), new.get(name)
        if was != now:
            is_long = name.rpartition(".")[2] in _TEXTS or isinstance(was or now, list | dict)
            differences[name] = None if is_long else [was, now]
    return differences


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    own = ("revision", "change", "crawled", "run", "content_hash", "raw", "article", "schema")
    fields = {name: value for name, value in record.items() if name not in own}
    article = record.get("article") or {}
    return {**fields, **{f"article.{name}": value for name, value in article.items()}}


def _article(connection: Connection, post: Row[Any]) -> dict[str, Any]:
    row = connection.execute(select(articles).where(articles.c.id == post.article_id)).one()
    data = unpack(row.data) if row.data else {}
    fields = {name: value for name, value in data.items() if name not in _TEXTS}
    waiting = select(queue.c.host, queue.c.due).where(
        queue.c.site_id == post.site_id, queue.c.article_id == row.id
    )
    next_try = connection.execute(waiting).first()
    kept = (
        select(article_pages.c.part, pages.c.size)
        .join(pages, pages.c.hash == article_pages.c.hash)
        .where(article_pages.c.article_id == row.id)
        .order_by(article_pages.c.part)
    )
    others = select(posts.c.guid).where(posts.c.article_id == row.id, posts.c.id != post.id)
    return {
        **fields,
        "asked_for": row.link,
        "outcome": row.outcome,
        "last_answer": fields.get("outcome"),
        "attempts": row.attempts,
        "queued_at": None if next_try is None else next_try.host,
        "next_try": None if next_try is None else next_try.due,
        "read_by": row.read_by,
        "pages_kept": [part.size for part in connection.execute(kept)],
        "shared_with": list(connection.execute(others.limit(MAX_SHARED)).scalars()),
    }


def _story(connection: Connection, post: Row[Any]) -> dict[str, Any] | None:
    own = [texts.c.post == post.id]
    if post.article_id is not None:
        own.append(texts.c.article_id == post.article_id)
    name = connection.execute(select(texts.c.story).where(or_(*own)).limit(1)).scalar()
    if name is None:
        return None
    alike = select(texts.c.article_id, texts.c.post).where(texts.c.story == name)
    rows = connection.execute(alike.limit(MAX_SHARED)).all()
    shared = select(posts.c.guid, sites.c.key).join(sites, sites.c.id == posts.c.site_id)
    of_articles = posts.c.article_id.in_([row.article_id for row in rows if row.article_id])
    of_posts = posts.c.id.in_([row.post for row in rows if row.post])
    found = [
        *connection.execute(shared.where(of_articles, posts.c.id != post.id).limit(MAX_SHARED)),
        *connection.execute(shared.where(of_posts, posts.c.id != post.id).limit(MAX_SHARED)),
    ]
    return {"name": name, "shared_with": [{"site": row.key, "guid": row.guid} for row in found]}
