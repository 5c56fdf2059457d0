"""Take articles and the kept pages of publishers out of an archive for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import delete, select, update

from newscrawl.archive import forgotten, near_duplicates, page_cache
from newscrawl.archive.codec import decompress, pack
from newscrawl.archive.forgotten_lines import (
    Forgotten,
    lines,
    note,
    parts,
    replace_line,
)
from newscrawl.archive.tables import (
    articles,
    posts,
    queue,
    records,
)
from newscrawl.outcomes import POLICY_SKIPPED
from newscrawl.records.record import stripped_article
from newscrawl.records.revision import content_hash
from newscrawl.urls.hosts import host_key
from newscrawl.wordpress.fields import image_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

STRIPPED: Final = {"outcome": POLICY_SKIPPED}
"""An article of a forgotten publisher, in the archive and in records."""


def articles_of(connection: Connection, identity: str) -> list[int]:
    """Return the articles whose link or final URL is of a publisher."""
    rows = connection.execute(select(articles.c.id, articles.c.link, articles.c.data)).all()
    found = []
    for row in rows:
        data = orjson.loads(decompress(row.data)) if row.data else {}
        if _is_of({"link": row.link, **(data or {})}, identity):
            found.append(row.id)
    return found


def sites_of(connection: Connection, article_ids: Sequence[int]) -> list[int]:
    """Return the sites whose posts have one of these articles."""
    found: set[int] = set()
    for some in parts(article_ids):
        rows = connection.execute(
            select(posts.c.site_id).where(posts.c.article_id.in_(some)).distinct()
        )
        found.update(rows.scalars())
    return sorted(found)


def _is_of(article: Mapping[str, Any], identity: str) -> bool:
    urls = [article.get("link"), article.get("url")]
    urls += [hop["url"] for hop in article.get("hops") or []]
    return any(forgotten.is_host_of(host_key(url), {identity}) for url in urls if url)


def forget_publisher(
    connection: Connection, identity: str, article_ids: Sequence[int]
) -> Forgotten:
    """Take the articles of a publisher out; their posts stay, with their links to it."""
    done = Forgotten([identity])
    note(connection, forgotten.PUBLISHER, identity)
    nothing = {"etag": None, "last_modified": None, "read_by": None}
    for some in parts(article_ids):
        done.counts["pages"] += page_cache.forget(connection, some)
        near_duplicates.sign(connection, "article_id", dict.fromkeys(some))
        connection.execute(delete(queue).where(queue.c.article_id.in_(some)))
        connection.execute(
            update(articles)
            .where(articles.c.id.in_(some))
            .values(outcome=POLICY_SKIPPED, data=pack(STRIPPED), **nothing)
        )
    done.counts["articles"] += len(article_ids)
    for row_id, segment_id, line in lines(connection, None):
        record = orjson.loads(line)
        if record["article"] and _is_of(record["article"], identity):
            _strip(connection, row_id, record)
            replace_line(connection, row_id, segment_id, record, done)
            done.counts["records"] += 1
    return done


def _strip(connection: Connection, row_id: int, record: dict[str, Any]) -> None:
    """Take the article out of a record, and of the hash of its post if it is the last record."""
    post = connection.execute(
        select(posts.c.id, posts.c.revision, posts.c.raw, posts.c.body)
        .join(records, records.c.post == posts.c.id)
        .where(records.c.id == row_id)
    ).one()
    body = decompress(post.body) if post.body else b""
    raw = orjson.loads(decompress(post.raw, beside=body)) if post.raw else {}
    record["article"] = stripped_article(record["article"])
    record.pop("story", None)
    if record["content_hash"] is None:  # a tombstone
        return
    record["content_hash"] = content_hash(record, image_id(raw))
    if post.revision == record["revision"]:
        connection.execute(
            update(posts)
            .where(posts.c.id == post.id)
            .values(content_hash=record["content_hash"], outcome=POLICY_SKIPPED)
        )


def delete_articles(connection: Connection, ids: Collection[int], done: Forgotten) -> None:
    """Delete the articles that no post has any more, with their kept pages."""
    alone: list[int] = []
    for some in parts(sorted(ids)):
        used = select(posts.c.article_id).where(posts.c.article_id.in_(some))
        alone += set(some) - set(connection.execute(used).scalars())
    for some in parts(alone):
        done.counts["pages"] += page_cache.forget(connection, some)
        near_duplicates.sign(connection, "article_id", dict.fromkeys(some))
        connection.execute(delete(queue).where(queue.c.article_id.in_(some)))
        connection.execute(delete(articles).where(articles.c.id.in_(some)))
    done.counts["articles"] += len(alone)
