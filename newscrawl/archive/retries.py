"""Queue articles again because a user asks for it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, false, select

from newscrawl.archive.articles import add_to_queue
from newscrawl.archive.codec import unpack
from newscrawl.archive.tables import articles, posts
from newscrawl.urls.hosts import host_key, host_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

BATCH_SIZE: Final = 500
"""The most articles in one statement."""


def requeue(
    connection: Connection,
    site_id: int,
    *,
    outcomes: Collection[str],
    publishers: Collection[str] = (),
    before: str | None = None,
    changes: bool = True,
) -> Counter[str]:
    """Queue articles of a site's posts again, as due at once.

    Args:
        outcomes: Only articles with one of these outcomes.
        publishers: Only links to these hosts, or to hosts below them; empty for all.
        before: Only articles whose last attempt was before this time: ISO 8601 in UTC.
        changes: False only counts them.

    Returns:
        The number of articles by outcome.
    """
    columns = [articles.c.id, articles.c.link, articles.c.outcome]
    if before is not None:
        columns.append(articles.c.data)
    rows = connection.execute(
        select(*columns)
        .where(
            articles.c.outcome.in_(list(outcomes)),
            exists().where(
                posts.c.article_id == articles.c.id,
                posts.c.site_id == site_id,
                posts.c.deleted.is_(false()),
            ),
        )
        .order_by(articles.c.id)
    )
    found = [
        (row.id, host, row.outcome)
        for row in rows
        if _is_of(host_name(host := host_key(row.link)), publishers)
        and (before is None or _last_attempt(row.data) < before)
    ]
    if changes:
        for start in range(0, len(found), BATCH_SIZE):
            batch = found[start : start + BATCH_SIZE]
            add_to_queue(connection, site_id, {row_id: host for row_id, host, _ in batch})
    return Counter(outcome for _, _, outcome in found)


def _is_of(host: str, publishers: Collection[str]) -> bool:
    return not publishers or any(
        host == publisher or host.endswith(f".{publisher}") for publisher in publishers
    )


def _last_attempt(data: bytes | None) -> str:
    return (unpack(data).get("fetched") or "") if data else ""
