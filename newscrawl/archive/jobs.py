"""Jobs for the workers of a cluster, added in the transaction that causes them; PostgreSQL only.

They are rows of Procrastinate's queue; `newscrawl.cluster` installs its tables.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import inspect, text

from newscrawl.archive.postgres_lock import holder_of
from newscrawl.archive.write_locks import lock_jobs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

WALKS: Final = "walks"
"""The queue of crawls of sites; the name of their task is "walk"."""

ARTICLES: Final = "articles"
"""The queue of what follows a walk. Its tasks: "articles" of a publisher, "publish" of a site."""

EXPORTS: Final = "exports"
"""The queue of exports; the name of their task is "export"."""

QUEUES: Final = (WALKS, ARTICLES, EXPORTS)
"""All queues."""

# Without queueing_lock: a job with one can't be given back while its successor waits. The jobs of a
# publisher have a lock: two at once would request the same articles twice.
_DEFER: Final = text(
    "SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW("
    ":queue, :task, 0, :lock, NULL, CAST(:args AS jsonb), NULL"
    ")::procrastinate_job_to_defer_v1]))"
)

# Until this transaction ends, workers skip the locked jobs, so each job sees what caused it.
_WAITING: Final = text(
    "SELECT lock FROM procrastinate_jobs WHERE status = 'todo' AND lock = ANY(:locks) FOR SHARE"
)

_SWEEPER: Final = 0x6E657775
"""The number of the advisory lock of who sweeps."""

_SWEEPS: Final = text("SELECT pg_try_advisory_xact_lock(:number)")

# Step from host to host in the index. DISTINCT would read every row of the queue.
_DUE_HOSTS: Final = text(
    "WITH RECURSIVE found AS (SELECT min(host) AS host FROM queue UNION ALL"
    " SELECT (SELECT min(q.host) FROM queue AS q WHERE q.host > found.host) FROM found"
    " WHERE found.host IS NOT NULL) SELECT host FROM found WHERE host IS NOT NULL"
    " AND EXISTS (SELECT FROM queue AS q WHERE q.host = found.host AND q.due <= :now)"
    # A host that refuses requests would get one job after another, each in vain.
    " AND NOT EXISTS (SELECT FROM hosts AS h WHERE h.host = found.host AND h.blocked_until > :now)"
)

# Posts that are not ready wait for their article, or a process has taken them to publish them.
_UNPUBLISHED: Final = text(
    "SELECT s.id, s.folder, bool_or(p.ready) AS ready FROM posts AS p"
    " JOIN sites AS s ON s.id = p.site_id WHERE p.stale AND p.failure IS NULL"
    " AND p.body IS NOT NULL AND (p.ready OR NOT EXISTS (SELECT FROM queue AS q"
    " WHERE q.site_id = p.site_id AND q.article_id = p.article_id)) GROUP BY s.id ORDER BY s.id"
)


def has_workers(connection: Connection) -> bool:
    """Return whether a worker has used the archive."""
    return inspect(connection).has_table("cluster_facts")


def forget_sites(connection: Connection, names: Iterable[str]) -> None:
    """Delete the states of sites in a cluster, by the names of their entries."""
    if connection.dialect.name == "postgresql" and has_workers(connection):
        states = text("DELETE FROM cluster_sites WHERE name = ANY(:names)")
        connection.execute(states, {"names": list(names)})


def defer(
    connection: Connection, queue: str, task: str, args: Mapping[str, Any], lock: str | None = None
) -> int:
    """Add a job; return its id. It exists if and only if the transaction is committed."""
    given = {"queue": queue, "task": task, "args": json.dumps(args), "lock": lock}
    return int(connection.execute(_DEFER, given).scalar_one())


def want_articles(connection: Connection, hosts: Iterable[str]) -> None:
    """Add a job for the articles of each publisher, if none waits that will see them."""
    _defer_missing(connection, "articles", {f"articles {host}": {"host": host} for host in hosts})


def want_publishing(connection: Connection, site_ids: Iterable[int]) -> None:
    """Add a job for the posts of each site that are ready, if none waits that will see them."""
    _defer_missing(connection, "publish", {f"publish {row}": {"site_id": row} for row in site_ids})


def _defer_missing(
    connection: Connection, task: str, wanted: Mapping[str, Mapping[str, Any]]
) -> None:
    """Add the jobs whose lock no waiting job has; *wanted* has their arguments by lock."""
    if not wanted:
        return
    lock_jobs(connection, wanted)
    waiting = set(connection.execute(_WAITING, {"locks": list(wanted)}).scalars())
    for lock in sorted(wanted.keys() - waiting):
        defer(connection, ARTICLES, task, wanted[lock], lock)


def sweep(connection: Connection, now: float) -> None:
    """Add the jobs for articles that are due again, and for posts that no walk published.

    Do nothing if another worker does it at this moment.

    Args:
        now: Unix seconds.
    """
    if not connection.execute(_SWEEPS, {"number": _SWEEPER}).scalar_one():
        return
    waiting = {
        row.lock
        for row in connection.execute(
            text(
                "SELECT lock FROM procrastinate_jobs"
                " WHERE status IN ('todo', 'doing') AND lock IS NOT NULL"
            )
        )
    }
    hosts = connection.execute(_DUE_HOSTS, {"now": now}).scalars()
    want_articles(connection, [host for host in hosts if f"articles {host}" not in waiting])
    sites = [
        row.id
        for row in connection.execute(_UNPUBLISHED)
        # Whoever took the posts holds the lock of the site, unless it was killed.
        if f"publish {row.id}" not in waiting
        and (row.ready or not holder_of(connection, row.folder))
    ]
    want_publishing(connection, sites)
