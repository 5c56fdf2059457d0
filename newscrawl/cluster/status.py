"""The state of a cluster: its workers, its jobs, its sites."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from newscrawl.archive import jobs
from newscrawl.exceptions import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

LATE_SECONDS: Final = 300
"""A site is late if its crawl did not start so long after it was due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """The jobs of a queue.

    Attributes:
        oldest_seconds: How long the oldest waiting job waits; 0 if no job waits. A job that failed
            does not count during its pause.
        failed: Jobs of the last days that were given up.
    """

    queue: str
    waiting: int
    running: int
    failed: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStatus:
    """A worker.

    Attributes:
        silent_seconds: Since its last heartbeat.
    """

    host: str
    pid: int
    version: str
    queues: str
    at_once: int
    running: int
    started: str
    silent_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterStatus:
    """The state of a cluster.

    Attributes:
        sites: The sites that are crawled when they are due.
        late: Those whose crawl did not start `LATE_SECONDS` after it was due.
        failing: Those whose last crawl failed.
        verdicts: The number of them by the result of their last crawl.
        exports: The exports that are written when they are due.
        failing_exports: Those that failed the last time.
        blocked_hosts: Hosts that refuse requests at present, so that no worker asks them.
    """

    workers: Sequence[WorkerStatus]
    queues: Sequence[QueueStatus]
    sites: int
    late: int
    failing: int
    verdicts: dict[str, int]
    exports: int
    failing_exports: int
    blocked_hosts: int


def status_of(connection: Connection) -> ClusterStatus:
    """Return the state of the cluster.

    Raises:
        ConfigurationError: If no worker ever used the archive.
    """
    if not jobs.has_workers(connection):
        raise ConfigurationError("No worker has used this archive yet: start one first")
    sites = connection.execute(_SITES, {"late": LATE_SECONDS}).mappings().one()
    return ClusterStatus(
        workers=[WorkerStatus(**row) for row in connection.execute(_WORKERS).mappings()],
        queues=[QueueStatus(**row) for row in connection.execute(_QUEUES).mappings()],
        **sites,
        verdicts={row.result: row.sites for row in connection.execute(_VERDICTS)},
        blocked_hosts=connection.execute(_BLOCKED, {"now": time.time()}).scalar_one(),
    )


_WORKERS: Final = text(
    "SELECT w.host, w.pid, w.version, w.queues, w.at_once,"
    " to_char(w.started AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS started,"
    " CAST(extract(epoch FROM now() - p.last_heartbeat) AS float) AS silent_seconds,"
    " (SELECT count(*) FROM procrastinate_jobs AS j WHERE j.worker_id = w.worker_id"
    " AND j.status = 'doing') AS running"
    " FROM cluster_workers AS w JOIN procrastinate_workers AS p ON p.id = w.worker_id"
    " ORDER BY w.host, w.pid"
)

_QUEUES: Final = text(
    "SELECT queue_name AS queue,"
    " count(*) FILTER (WHERE status = 'todo') AS waiting,"
    " count(*) FILTER (WHERE status = 'doing') AS running,"
    " count(*) FILTER (WHERE status = 'failed') AS failed,"
    " CAST(coalesce(extract(epoch FROM now() - (SELECT min(e.at) FROM procrastinate_events AS e"
    " JOIN procrastinate_jobs AS t ON t.id = e.job_id WHERE t.status = 'todo'"
    " AND t.queue_name = j.queue_name AND (t.scheduled_at IS NULL OR t.scheduled_at <= now())"
    ")), 0) AS float) AS oldest_seconds"
    " FROM procrastinate_jobs AS j GROUP BY queue_name ORDER BY queue_name"
)

_SITES: Final = text(
    "SELECT count(*) FILTER (WHERE NOT is_export) AS sites,"
    " count(*) FILTER (WHERE NOT is_export"
    " AND s.next_start < now() - :late * INTERVAL '1 second'"
    " AND coalesce(j.status, 'todo') != 'doing') AS late,"
    " count(*) FILTER (WHERE NOT is_export AND fails) AS failing,"
    " count(*) FILTER (WHERE is_export) AS exports,"
    " count(*) FILTER (WHERE is_export AND fails) AS failing_exports"
    " FROM cluster_sites AS s LEFT JOIN procrastinate_jobs AS j ON j.id = s.job_id"
    " CROSS JOIN LATERAL (SELECT CAST(s.memory->>'failures' AS integer) > 0 AS fails) AS f"
    " WHERE s.next_start IS NOT NULL"
)

_VERDICTS: Final = text(
    "SELECT memory->>'result' AS result, count(*) AS sites FROM cluster_sites"
    " WHERE next_start IS NOT NULL AND NOT is_export AND memory->>'result' IS NOT NULL"
    " GROUP BY 1 ORDER BY 1"
)

_BLOCKED: Final = text("SELECT count(*) FROM hosts WHERE blocked_until > :now")


def lines(status: ClusterStatus) -> list[str]:
    """Return the lines that show the state."""
    count = len(status.workers)
    shown = ["1 worker" if count == 1 else f"{count} workers"]
    shown += [
        f"  process {w.pid} of {w.host}, version {w.version}: {w.running} of {w.at_once} jobs of"
        f" {w.queues}, last sign {w.silent_seconds:.0f} s ago"
        for w in status.workers
    ]
    shown += [
        f"{q.queue}: {q.waiting} wait, the oldest for {q.oldest_seconds:.0f} s, {q.running} run,"
        f" {q.failed} given up"
        for q in status.queues
    ]
    verdicts = ", ".join(f"{count} {result}" for result, count in status.verdicts.items())
    shown.append(f"{status.sites} sites: {status.late} late, {status.failing} failing")
    shown.append(f"Last crawls: {verdicts or 'no crawl yet'}")
    if status.exports:
        shown.append(f"{status.exports} exports: {status.failing_exports} failing")
    shown.append(f"{status.blocked_hosts} hosts refuse requests at present")
    return shown
