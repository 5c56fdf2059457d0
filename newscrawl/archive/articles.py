"""The articles of an archive, and the queue of those that are still to be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, func, insert, select, update

from newscrawl.archive.blobs import pack, unpack
from newscrawl.archive.tables import articles, posts, queue
from newscrawl.identity import is_better
from newscrawl.outcomes import FETCHED, PENDING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A full-article link, as posts want it.

    Attributes:
        key: The link without trackers and redirectors: who shares it, shares the article.
        link: What is asked for.
        host: The publisher's key in the queue.
    """

    key: str
    link: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An article to ask for.

    Attributes:
        excerpt: The body of a post that has the link, to compare the page with.
        etag, last_modified: Of the last good answer; None where there was none.
    """

    article_id: int
    link: str
    excerpt: str
    attempts: int
    etag: str | None
    last_modified: str | None


def want(
    connection: Connection, site_id: int, wanted: Sequence[Wanted], *, again: Collection[str] = ()
) -> dict[str, int]:
    """Return the id of each article by its key; queue those that have no outcome yet.

    Args:
        again: Keys of articles that are asked for again, whatever came of them before.
    """
    by_key = {article.key: article for article in wanted}
    if not by_key:
        return {}
    known = _known(connection, by_key)
    fresh = [article for key, article in by_key.items() if key not in known]
    if fresh:
        connection.execute(
            insert(articles), [{"key": article.key, "link": article.link} for article in fresh]
        )
        known = _known(connection, by_key)
    asked = {key for key, (_, outcome) in known.items() if outcome == PENDING or key in again}
    _enqueue(connection, site_id, {known[key][0]: by_key[key].host for key in asked})
    return {key: row_id for key, (row_id, _) in known.items()}


def _known(connection: Connection, by_key: Mapping[str, Wanted]) -> dict[str, tuple[int, str]]:
    rows = connection.execute(
        select(articles.c.id, articles.c.key, articles.c.outcome).where(
            articles.c.key.in_(list(by_key))
        )
    )
    return {row.key: (row.id, row.outcome) for row in rows}


def _enqueue(connection: Connection, site_id: int, hosts: Mapping[int, str]) -> None:
    """Queue articles, due at once, with the ladder of attempts before them."""
    if not hosts:
        return
    ids = list(hosts)
    connection.execute(delete(queue).where(queue.c.site_id == site_id, queue.c.article_id.in_(ids)))
    connection.execute(
        insert(queue),
        [{"site_id": site_id, "article_id": row_id, "host": hosts[row_id]} for row_id in ids],
    )
    connection.execute(update(articles).where(articles.c.id.in_(ids)).values(attempts=0))


def waiting(connection: Connection, site_id: int, ids: Collection[int], now: float) -> set[int]:
    """Return those of *ids* that are in the queue and due."""
    rows = connection.execute(
        select(queue.c.article_id).where(
            queue.c.site_id == site_id, queue.c.article_id.in_(list(ids)), queue.c.due <= now
        )
    )
    return set(rows.scalars())


def hosts_due(connection: Connection, site_id: int, now: float) -> list[str]:
    """Return the hosts that have an article to ask for now."""
    # From host to host by the index, however many articles each has.
    of_site = queue.c.site_id == site_id
    hosts = select(func.min(queue.c.host).label("host")).where(of_site).cte(recursive=True)
    after = select(func.min(queue.c.host)).where(of_site, queue.c.host > hosts.c.host)
    hosts = hosts.union_all(select(after.scalar_subquery()).where(hosts.c.host.is_not(None)))
    is_due = exists().where(of_site, queue.c.host == hosts.c.host, queue.c.due <= now)
    return list(connection.execute(select(hosts.c.host).where(is_due)).scalars())


def next_task(connection: Connection, site_id: int, host: str, now: float) -> Task | None:
    """Return the article of *host* that has waited longest; None where none is due."""
    row = connection.execute(
        select(
            articles.c.id,
            articles.c.link,
            articles.c.attempts,
            articles.c.etag,
            articles.c.last_modified,
        )
        .join_from(queue, articles)
        .where(queue.c.site_id == site_id, queue.c.host == host, queue.c.due <= now)
        .order_by(queue.c.due, queue.c.article_id)
        .limit(1)
    ).first()
    if row is None:
        return None
    body = connection.execute(
        select(posts.c.body).where(posts.c.article_id == row.id, posts.c.body.is_not(None)).limit(1)
    ).scalar()
    return Task(
        article_id=row.id,
        link=row.link,
        excerpt="" if body is None else unpack(body)["text"],
        attempts=row.attempts,
        etag=row.etag,
        last_modified=row.last_modified,
    )


def count_queued(connection: Connection, site_id: int) -> tuple[int, int]:
    """Return how many articles are still to be asked for, and how many are to be tried again."""
    rows = connection.execute(
        select(articles.c.outcome == PENDING, func.count())
        .join_from(queue, articles)
        .where(queue.c.site_id == site_id)
        .group_by(articles.c.outcome == PENDING)
    )
    counts = {bool(is_pending): count for is_pending, count in rows}
    return counts.get(True, 0), counts.get(False, 0)


def settle(
    connection: Connection,
    article_id: int,
    article: Mapping[str, Any],
    *,
    validators: tuple[str | None, str | None] = (None, None),
    again: float | None = None,
) -> None:
    """Keep how an article ended, and make ready every post that waits for it.

    A good article is never given up for a failure that came later.

    Args:
        article: The record's ``article``, less its link; its ``outcome`` counts.
        validators: The answer's ETag and Last-Modified.
        again: Unix seconds of the next attempt; None takes it off every queue.
    """
    before = connection.execute(
        select(articles.c.outcome).where(articles.c.id == article_id)
    ).scalar_one()
    kept = before == FETCHED and article["outcome"] != FETCHED
    columns: dict[str, Any] = {"attempts": articles.c.attempts + 1}
    if not kept:
        etag, last_modified = validators
        columns |= {"outcome": article["outcome"], "data": pack(article)}
        columns |= {"etag": etag, "last_modified": last_modified}
    connection.execute(update(articles).where(articles.c.id == article_id).values(**columns))
    if again is None:
        connection.execute(delete(queue).where(queue.c.article_id == article_id))
    else:
        connection.execute(update(queue).where(queue.c.article_id == article_id).values(due=again))
    _wake(connection, article_id, article["outcome"], before)


def keep(connection: Connection, article_id: int) -> None:
    """Take an article off every queue: its publisher says that it has not changed."""
    connection.execute(delete(queue).where(queue.c.article_id == article_id))
    _wake(connection, article_id, PENDING, FETCHED)


def _wake(connection: Connection, article_id: int, outcome: str, before: str) -> None:
    """Make ready the posts that waited, and those whose record would tell something better."""
    waiting = (posts.c.article_id == article_id) & ~posts.c.deleted
    values: dict[str, Any] = {"ready": True}
    if outcome == FETCHED or is_better(outcome, before):
        values["stale"] = True
    connection.execute(update(posts).where(waiting, posts.c.raw.is_not(None)).values(**values))
