"""Read articles again from their kept pages: choose the articles, and save the results.

A crawl may fetch an article while it is read again from its kept pages. Then the second of the two
finds that the article's data changed, and does not overwrite it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, exists, insert, literal_column, select, update

from newscrawl.archive import articles as article_rows
from newscrawl.archive import near_duplicates, page_cache
from newscrawl.archive.articles import is_news
from newscrawl.archive.codec import pack, unpack
from newscrawl.archive.tables import article_pages, articles, posts, queue, segments, sites
from newscrawl.archive.write_locks import writes_rows
from newscrawl.outcomes import EXTRACTION_FAILED
from newscrawl.urls.hosts import host_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

_HAS_FAILED: Final = articles.c.outcome == literal_column(f"'{EXTRACTION_FAILED}'")
"""The condition in the words of its index; with a bound parameter, SQLite would not use it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptArticle:
    """An article with kept pages.

    Attributes:
        data: The record's ``article`` without its link, packed as in the archive.
        article: The same, unpacked.
        read_by: The version of the extractor that read it; None if no extractor did.
        excerpt: The text of a post that has the link, to compare the page with; may be empty.
    """

    id: int
    data: bytes
    article: dict[str, Any]
    read_by: str | None
    excerpt: str


def window(
    connection: Connection, *, after: int, limit: int, site_ids: Collection[int]
) -> list[KeptArticle]:
    """Return up to *limit* articles with ids above *after*, in the order of their ids.

    They have kept pages, and a post that is not deleted.

    Args:
        site_ids: Only articles of these sites; of all sites if it is empty.
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
    # "+ 0" keeps SQLite from the index by site: with it, each article would cost a search of all
    # posts of the site.
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
    """Return an article with kept pages that a version other than *version* failed to read.

    None if the article is not one of these.
    """
    rows = connection.execute(
        select(articles.c.id, articles.c.data, articles.c.read_by).where(
            articles.c.id == article_id,
            articles.c.outcome == EXTRACTION_FAILED,
            articles.c.read_by.is_distinct_from(version),
            exists().where(article_pages.c.article_id == article_id),
        )
    ).all()
    return next(iter(_with_excerpts(connection, rows)), None)


@writes_rows
def requeue_failed(connection: Connection, site_id: int, version: str, now: float) -> int:
    """Queue the articles of a site that no extractor could read; return how many.

    Another version than *version* failed on them, or newscrawl itself did.

    Args:
        now: The time when they are due, in Unix seconds. Articles without any attempt are due at 0,
            so they come first.
    """
    rows = connection.execute(
        select(articles.c.id, articles.c.link)
        .where(
            articles.c.id > 0,  # makes SQLite search the index instead of scanning it
            _HAS_FAILED,
            articles.c.read_by.is_distinct_from(version),
            _has_living_posts([site_id]),
        )
        .order_by(articles.c.id)
        .with_for_update(key_share=True)
    ).all()
    if rows:
        ids = [row.id for row in rows]
        # With the validators, the publisher would answer "not modified", without a page to read.
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
    """The result of reading an article again.

    Attributes:
        before: The article's data when its pages were read.
        article: The record's new ``article``; None if it is unchanged.
        signature: The signature of its text; None if it has no signature.
        may_keep: Whether its pages may still be kept.
        is_unread: Whether newscrawl failed on one of its pages. Then no extractor has read it.
    """

    id: int
    before: bytes
    article: Mapping[str, Any] | None
    signature: bytes | None = None
    may_keep: bool = True
    is_unread: bool = False


@writes_rows
def save_rereads(connection: Connection, rereads: Sequence[Reread], version: str) -> None:
    """Save the results, and make ready the posts of articles that changed.

    Args:
        version: The version of the extractor that read them.
    """
    now = article_rows.lock(connection, [reread.id for reread in rereads])
    article_rows.lock_posts(connection, list(now))
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
    # Also posts that are taken for a record at this moment: that record has the old article.
    with_news = posts.c.article_id.in_(news) & ~posts.c.deleted & posts.c.raw.is_not(None)
    connection.execute(update(posts).where(with_news).values(ready=True, stale=True))


@writes_rows
def finish(
    connection: Connection, reread: Reread, version: str, *, again: float | None = None
) -> None:
    """Save the result of an article that was queued to be read again.

    Args:
        again: The time of the next try in Unix seconds; None removes it from every queue.
    """
    save_rereads(connection, [reread], version)
    queued = queue.c.article_id == reread.id
    if again is None:
        connection.execute(delete(queue).where(queued))
        return
    connection.execute(update(queue).where(queued).values(due=again))
    tried = update(articles).where(articles.c.id == reread.id)
    connection.execute(tried.values(attempts=articles.c.attempts + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedSite:
    """A site, with what is needed to make its records.

    Attributes:
        facts: A `newscrawl.wordpress.site.Site` as JSON.
    """

    id: int
    key: str
    folder: str
    facts: dict[str, Any]


def unfinished(connection: Connection, site_ids: Collection[int]) -> list[UnfinishedSite]:
    """Return the sites with a stale post or an unwritten file; among *site_ids*, if not empty."""
    # Both values of "ready": so SQLite prefers the index of stale posts to one of all posts.
    is_any = posts.c.ready.in_((False, True))
    is_stale = exists().where(posts.c.site_id == sites.c.id, posts.c.stale, is_any)
    has_file = exists().where(segments.c.site_id == sites.c.id, segments.c.state != "done")
    of_sites = [sites.c.id.in_(list(site_ids))] if site_ids else []
    rows = connection.execute(
        select(sites).where(is_stale | has_file, *of_sites).order_by(sites.c.id)
    )
    return [UnfinishedSite(id=r.id, key=r.key, folder=r.folder, facts=r.facts) for r in rows]
