"""Articles whose pages were kept: which of them would be read otherwise today, and settling that.

A crawl may read an article anew while it is read again from what was kept: who comes second finds
its data changed, and leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, exists, insert, literal_column, select, update

from newscrawl.archive import near_duplicates, page_cache
from newscrawl.archive.articles import is_news
from newscrawl.archive.codec import pack, unpack
from newscrawl.archive.tables import article_pages, articles, posts, queue, segments, sites
from newscrawl.outcomes import EXTRACTION_FAILED
from newscrawl.urls.hosts import host_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

_HAS_FAILED: Final = articles.c.outcome == literal_column(f"'{EXTRACTION_FAILED}'")
"""As the index for it has it, word for word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptArticle:
    """An article that was read before.

    Attributes:
        data: Its ``article``, packed as the archive has it.
        article: The record's ``article``, less its link.
        read_by: The version of the extractor that read it.
        excerpt: The body of a post that has the link, to compare the page with.
    """

    id: int
    data: bytes
    article: dict[str, Any]
    read_by: str | None
    excerpt: str


def window(
    connection: Connection, *, after: int, limit: int, site_ids: Collection[int]
) -> list[KeptArticle]:
    """Return articles with kept pages and living posts, in their order, from beyond *after*.

    Args:
        site_ids: The sites whose articles are meant; empty for all.
    """
    rows = connection.execute(
        select(articles.c.id, articles.c.data, articles.c.read_by)
        .where(
            articles.c.id > after,
            exists().where(article_pages.c.article_id == articles.c.id),
            _has_living_posts(site_ids),
        )
        .order_by(articles.c.id)
        .limit(limit)
    ).all()
    return _with_excerpts(connection, rows)


def _has_living_posts(site_ids: Collection[int]) -> ColumnElement[bool]:
    # By only a column's name, SQLite would look among all posts of the site, for each article.
    of_sites = [(posts.c.site_id + 0).in_(list(site_ids))] if site_ids else []
    return exists().where(posts.c.article_id == articles.c.id, ~posts.c.deleted, *of_sites)


def _with_excerpts(connection: Connection, rows: Sequence[Any]) -> list[KeptArticle]:
    if not rows:
        return []
    found = connection.execute(
        select(posts.c.article_id, posts.c.body).where(
            posts.c.article_id.in_([row.id for row in rows]), posts.c.body.is_not(None)
        )
    )
    bodies = {row.article_id: row.body for row in found}
    return [
        KeptArticle(
            id=row.id,
            data=row.data,
            article=unpack(row.data),
            read_by=row.read_by,
            excerpt=unpack(bodies[row.id])["text"] if row.id in bodies else "",
        )
        for row in rows
    ]


def failed(connection: Connection, article_id: int, version: str) -> KeptArticle | None:
    """Return an article that another extractor failed on, if its pages were kept; else None."""
    rows = connection.execute(
        select(articles.c.id, articles.c.data, articles.c.read_by).where(
            articles.c.id == article_id,
            articles.c.outcome == EXTRACTION_FAILED,
            articles.c.read_by.is_distinct_from(version),
            exists().where(article_pages.c.article_id == article_id),
        )
    ).all()
    return next(iter(_with_excerpts(connection, rows)), None)


def requeue_failed(connection: Connection, site_id: int, version: str, now: float) -> int:
    """Queue the articles of a site that were not read; return how many.

    Another extractor failed on them, or we did. They are due *now*, in Unix seconds: after those
    that were never asked for.
    """
    rows = connection.execute(
        select(articles.c.id, articles.c.link).where(
            articles.c.id > 0,  # so that the index is searched, not scanned
            _HAS_FAILED,
            articles.c.read_by.is_distinct_from(version),
            _has_living_posts([site_id]),
        )
    ).all()
    if rows:
        ids = [row.id for row in rows]
        # Without what would make its publisher answer that nothing has changed.
        fresh = {"attempts": 0, "etag": None, "last_modified": None}
        connection.execute(update(articles).where(articles.c.id.in_(ids)).values(fresh))
        queued = (queue.c.site_id == site_id) & queue.c.article_id.in_(ids)
        connection.execute(delete(queue).where(queued))
        connection.execute(
            insert(queue),
            [
                {"site_id": site_id, "article_id": row.id, "host": host_key(row.link), "due": now}
                for row in rows
            ],
        )
    return len(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What came of an article that was read again.

    Attributes:
        before: Its data when its pages were read.
        article: The record's ``article`` now; None if it stays as it was.
        signature: Of its text; None if it has none.
        may_keep: Whether its pages may still be kept.
        is_unread: We failed on a page of it: it counts as read by no extractor.
    """

    id: int
    before: bytes
    article: Mapping[str, Any] | None
    signature: bytes | None = None
    may_keep: bool = True
    is_unread: bool = False


def settle(connection: Connection, rereads: Sequence[Reread], version: str) -> None:
    """Keep what came of articles, and make ready the posts of those that have changed."""
    found = connection.execute(
        select(articles.c.id, articles.c.data, articles.c.outcome).where(
            articles.c.id.in_([reread.id for reread in rereads])
        )
    )
    now = {row.id: row for row in found}
    valid = [reread for reread in rereads if now[reread.id].data == reread.before]
    for is_unread, read_by in ((False, version), (True, None)):
        ids = [reread.id for reread in valid if reread.is_unread == is_unread]
        connection.execute(update(articles).where(articles.c.id.in_(ids)).values(read_by=read_by))
    page_cache.replace(connection, {reread.id: () for reread in valid if not reread.may_keep})
    changed = {r.id: r.article for r in valid if r.article is not None}
    if not changed:
        return
    connection.execute(
        update(articles).where(articles.c.id == bindparam("at")),
        [
            {"at": row_id, "outcome": article["outcome"], "data": pack(article)}
            for row_id, article in changed.items()
        ],
    )
    signatures = {r.id: r.signature for r in valid if r.article is not None}
    near_duplicates.sign(connection, "article_id", signatures)
    news = [i for i, article in changed.items() if is_news(article["outcome"], now[i].outcome)]
    # Also those that are taken for a record at this moment: that record has the old article.
    told = posts.c.article_id.in_(news) & ~posts.c.deleted & posts.c.raw.is_not(None)
    connection.execute(update(posts).where(told).values(ready=True, stale=True))


def finish(
    connection: Connection, reread: Reread, version: str, *, again: float | None = None
) -> None:
    """Settle an article that was queued to be read again.

    Args:
        again: Unix seconds of the next try; None takes it off every queue.
    """
    settle(connection, [reread], version)
    queued = queue.c.article_id == reread.id
    if again is None:
        connection.execute(delete(queue).where(queued))
        return
    connection.execute(update(queue).where(queued).values(due=again))
    tried = update(articles).where(articles.c.id == reread.id)
    connection.execute(tried.values(attempts=articles.c.attempts + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedSite:
    """A site with all that its records need."""

    id: int
    key: str
    folder: str
    facts: dict[str, Any]


def unfinished(connection: Connection, site_ids: Collection[int]) -> list[UnfinishedSite]:
    """Return the sites that may have something to publish: a post that changed, or a file."""
    is_stale = exists().where(posts.c.site_id == sites.c.id, posts.c.stale)
    has_file = exists().where(segments.c.site_id == sites.c.id, segments.c.state != "done")
    of_sites = [sites.c.id.in_(list(site_ids))] if site_ids else []
    rows = connection.execute(
        select(sites).where(is_stale | has_file, *of_sites).order_by(sites.c.id)
    )
    return [UnfinishedSite(id=r.id, key=r.key, folder=r.folder, facts=r.facts) for r in rows]
