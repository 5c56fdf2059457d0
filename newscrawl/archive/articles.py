"""The articles of an archive, and the queue of the articles to fetch."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, exists, func, insert, select, update

from newscrawl.archive import forgotten, near_duplicates, page_cache
from newscrawl.archive.codec import pack, unpack
from newscrawl.archive.tables import articles, posts, queue
from newscrawl.archive.write_locks import lock_sites, writes_rows
from newscrawl.outcomes import FETCHED, PENDING, POLICY_SKIPPED
from newscrawl.records.revision import is_better

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from newscrawl.archive.page_cache import KeptPage


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedArticle:
    """A full-article link of a post.

    Attributes:
        key: The link without trackers and redirectors. Posts with the same key share one article.
        link: The URL to fetch.
        host: The publisher's key in the queue.
    """

    key: str
    link: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An article to fetch.

    Attributes:
        excerpt: The text of a post that has the link, to compare the page with; may be empty.
        outcome: The outcome of the last attempt; "pending" before the first one.
        attempts: The number of attempts so far.
        etag, last_modified: The validators of the last good response, or None.
    """

    article_id: int
    link: str
    excerpt: str
    outcome: str
    attempts: int
    etag: str | None
    last_modified: str | None


def enqueue(
    connection: Connection,
    site_id: int,
    wanted: Sequence[WantedArticle],
    *,
    again: Collection[str] = (),
) -> dict[str, int]:
    """Return the id of each article by its key; queue the articles that have no outcome yet.

    Args:
        again: Keys of articles to fetch again, whatever their outcome is.
    """
    by_key = {article.key: article for article in wanted}
    if not by_key:
        return {}
    known = _known(connection, by_key)
    if fresh := [by_key[key] for key in sorted(by_key.keys() - known.keys())]:
        _insert(connection, fresh)
        known = _known(connection, by_key)
    asked = {key for key, (_, outcome) in known.items() if outcome == PENDING or key in again}
    add_to_queue(connection, site_id, {known[key][0]: by_key[key].host for key in asked})
    return {key: row_id for key, (row_id, _) in known.items()}


def _known(
    connection: Connection, by_key: Mapping[str, WantedArticle]
) -> dict[str, tuple[int, str]]:
    """Return the id and the outcome of each known article, by key; their rows are locked."""
    rows = connection.execute(
        select(articles.c.id, articles.c.key, articles.c.outcome)
        .where(articles.c.key.in_(list(by_key)))
        .order_by(articles.c.id)
        .with_for_update(key_share=True)
    )
    return {row.key: (row.id, row.outcome) for row in rows}


def _insert(connection: Connection, fresh: Sequence[WantedArticle]) -> None:
    """Insert articles, unless another site's crawl did so a moment ago."""
    # ON CONFLICT is not standard SQL, so each dialect has an insert of its own.
    new = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(articles)
    connection.execute(
        new.on_conflict_do_nothing(), [{"key": one.key, "link": one.link} for one in fresh]
    )


def lock(connection: Connection, ids: Collection[int]) -> dict[int, Any]:
    """Lock the rows of articles; return their outcomes and data by id."""
    rows = connection.execute(
        select(articles.c.id, articles.c.outcome, articles.c.data)
        .where(articles.c.id.in_(list(ids)))
        .order_by(articles.c.id)
        .with_for_update(key_share=True)
    )
    return {row.id: row for row in rows}


def lock_posts(connection: Connection, ids: Collection[int]) -> None:
    """Lock the sites of the posts that have articles; the rows of the articles are locked."""
    of_articles = posts.c.article_id.in_(list(ids))
    found = connection.execute(select(posts.c.site_id).where(of_articles).distinct())
    lock_sites(connection, found.scalars().all())


def add_to_queue(connection: Connection, site_id: int, hosts: Mapping[int, str]) -> None:
    """Queue articles as due at once, and reset their number of attempts.

    Articles of publishers that were forgotten are not queued; they are "policy_skipped".
    """
    away = forgotten.names(connection, forgotten.PUBLISHER) if hosts else ()
    skipped = [row_id for row_id, host in hosts.items() if forgotten.is_host_of(host, away)]
    if skipped:
        values = {"outcome": POLICY_SKIPPED, "data": pack({"outcome": POLICY_SKIPPED})}
        connection.execute(update(articles).where(articles.c.id.in_(skipped)).values(values))
        hosts = {row_id: host for row_id, host in hosts.items() if row_id not in skipped}
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
    """Return the *ids* that are in the queue and due at *now*, in Unix seconds."""
    rows = connection.execute(
        select(queue.c.article_id).where(
            queue.c.site_id == site_id, queue.c.article_id.in_(list(ids)), queue.c.due <= now
        )
    )
    return set(rows.scalars())


def hosts_of(connection: Connection, site_id: int, ids: Iterable[int]) -> set[str]:
    """Return the hosts of the articles among *ids* that are in the site's queue."""
    rows = connection.execute(
        select(queue.c.host).where(queue.c.site_id == site_id, queue.c.article_id.in_(list(ids)))
    )
    return set(rows.scalars())


def sites_due(connection: Connection, host: str, now: float) -> list[int]:
    """Return the sites with an article of *host* to fetch at *now*, in Unix seconds."""
    rows = connection.execute(
        select(queue.c.site_id).where(queue.c.host == host, queue.c.due <= now).distinct()
    )
    return list(rows.scalars())


def hosts_due(connection: Connection, site_id: int, now: float) -> list[str]:
    """Return the hosts that have an article to fetch at *now*, in Unix seconds."""
    # Step from host to host in the index. DISTINCT would read every row of the queue.
    of_site = queue.c.site_id == site_id
    hosts = select(func.min(queue.c.host).label("host")).where(of_site).cte(recursive=True)
    after = select(func.min(queue.c.host)).where(of_site, queue.c.host > hosts.c.host)
    hosts = hosts.union_all(select(after.scalar_subquery()).where(hosts.c.host.is_not(None)))
    is_due = exists().where(of_site, queue.c.host == hosts.c.host, queue.c.due <= now)
    return list(connection.execute(select(hosts.c.host).where(is_due)).scalars())


def next_tasks(
    connection: Connection, site_id: int, host: str, now: float, limit: int
) -> list[Task]:
    """Return up to *limit* articles of *host* that are due, the longest waiting first.

    Args:
        now: Unix seconds.
    """
    of_host = {"site_id": site_id, "host": host, "now": now, "limit": limit}
    rows = connection.execute(_NEXT_TASKS, of_host).all()
    ids = {"ids": [row.id for row in rows]}
    texts = {r.article_id: r.body for r in connection.execute(_BODIES, ids)} if rows else {}
    return [
        Task(
            article_id=row.id,
            link=row.link,
            excerpt=unpack(texts[row.id])["text"] if row.id in texts else "",
            outcome=row.outcome,
            attempts=row.attempts,
            etag=row.etag,
            last_modified=row.last_modified,
        )
        for row in rows
    ]


# Built once: building these queries takes longer than running them.
_NEXT_TASKS: Final = (
    select(
        articles.c.id,
        articles.c.link,
        articles.c.outcome,
        articles.c.attempts,
        articles.c.etag,
        articles.c.last_modified,
    )
    .join_from(queue, articles)
    .where(
        queue.c.site_id == bindparam("site_id"),
        queue.c.host == bindparam("host"),
        queue.c.due <= bindparam("now"),
    )
    .order_by(queue.c.due, queue.c.article_id)
    .limit(bindparam("limit"))
)
_BODIES: Final = select(posts.c.article_id, posts.c.body).where(
    posts.c.article_id.in_(bindparam("ids", expanding=True)), posts.c.body.is_not(None)
)


def count_queued(connection: Connection, site_id: int) -> tuple[int, int]:
    """Return how many queued articles have no outcome yet, and how many wait for a retry."""
    is_pending = articles.c.outcome == PENDING
    pending, again = connection.execute(
        select(func.count().filter(is_pending), func.count().filter(~is_pending))
        .join_from(queue, articles)
        .where(queue.c.site_id == site_id)
    ).one()
    return pending, again


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleResult:
    """The result of one attempt to fetch an article.

    Attributes:
        article: The record's ``article`` without its link; it has an ``outcome``.
        validators: The ETag and Last-Modified of the response.
        again: The time of the next attempt in Unix seconds; None removes it from every queue.
        pages: The pages it was read from, if they may be kept.
        signature: The signature of its text; None if it has no signature.
        is_unread: Whether newscrawl failed on one of its pages. Then no extractor has read it.
    """

    article_id: int
    article: Mapping[str, Any]
    validators: tuple[str | None, str | None] = (None, None)
    again: float | None = None
    pages: Sequence[KeptPage] = ()
    signature: bytes | None = None
    is_unread: bool = False


@writes_rows
def save_results(connection: Connection, results: Sequence[ArticleResult], *, read_by: str) -> None:
    """Save the results of articles, and make ready every post that waits for them.

    A later failure never replaces a good article or an excerpt.

    Args:
        read_by: The version of the extractor.
    """
    ids = [result.article_id for result in results]
    columns = {result.article_id: _columns(result, read_by) for result in results}
    before = {row_id: row.outcome for row_id, row in lock(connection, ids).items()}
    lock_posts(connection, ids)
    connection.execute(
        update(articles).where(articles.c.id.in_(ids)).values(attempts=articles.c.attempts + 1)
    )
    fresh = [
        result
        for result in results
        if not is_better(before[result.article_id], result.article["outcome"])
    ]
    if fresh:
        connection.execute(
            update(articles).where(articles.c.id == bindparam("at")),
            [columns[result.article_id] for result in fresh],
        )
        page_cache.replace(connection, {result.article_id: result.pages for result in fresh})
        near_duplicates.sign(
            connection, "article_id", {result.article_id: result.signature for result in fresh}
        )
    _dequeue(connection, results)
    better = {e.article_id for e in results if is_news(e.article["outcome"], before[e.article_id])}
    _make_posts_ready(connection, better, stale=True)
    _make_posts_ready(connection, set(ids) - better)


def _columns(result: ArticleResult, read_by: str) -> dict[str, Any]:
    # Without a good article there is nothing to keep if the publisher answers "not modified".
    is_good = result.article["outcome"] == FETCHED and not result.is_unread
    etag, last_modified = result.validators if is_good else (None, None)
    return {
        "at": result.article_id,
        "outcome": result.article["outcome"],
        "data": pack(result.article),
        "etag": etag,
        "last_modified": last_modified,
        "read_by": None if result.is_unread else read_by,
    }


def _dequeue(connection: Connection, results: Sequence[ArticleResult]) -> None:
    """Remove articles from every queue, or set the time of their next attempt."""
    over = [result.article_id for result in results if result.again is None]
    connection.execute(delete(queue).where(queue.c.article_id.in_(over)))
    for result in results:
        if result.again is not None:
            connection.execute(
                update(queue)
                .where(queue.c.article_id == result.article_id)
                .values(due=result.again)
            )


@writes_rows
def postpone(connection: Connection, article_id: int, due: float) -> None:
    """Delay an article in every queue until *due*, in Unix seconds; its outcome stays."""
    lock(connection, [article_id])
    connection.execute(update(queue).where(queue.c.article_id == article_id).values(due=due))


@writes_rows
def note_unmodified(connection: Connection, article_id: int) -> None:
    """Remove an article from every queue, because its publisher answered "not modified"."""
    lock(connection, [article_id])
    lock_posts(connection, [article_id])
    connection.execute(delete(queue).where(queue.c.article_id == article_id))
    _make_posts_ready(connection, {article_id})


def is_news(outcome: str, before: str) -> bool:
    """Return whether posts need a new record: the article is fetched, or better than *before*."""
    return outcome == FETCHED or is_better(outcome, before)


def _make_posts_ready(connection: Connection, ids: Collection[int], **also: bool) -> None:
    """Make ready the posts that waited for articles; set the columns *also* on them, too."""
    if ids:
        waiting = posts.c.article_id.in_(list(ids)) & ~posts.c.deleted & posts.c.raw.is_not(None)
        connection.execute(update(posts).where(waiting).values(ready=True, **also))
