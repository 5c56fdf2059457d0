"""Heartbeats of workers, and the jobs of workers that died."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from newscrawl.archive import jobs
from newscrawl.cluster.dead_workers import SILENT_SECONDS
from newscrawl.schedule.due import backoff

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

MOST_TRIES: Final = 5
"""A walk or an export whose worker died so often is not tried again."""

FIRST_PAUSE: Final = timedelta(seconds=30)
"""The pause of an article job after its first failure; each further one doubles it."""

LONGEST_PAUSE: Final = timedelta(hours=1)
"""The longest pause of an article job: all sites of its publisher wait for it."""

_LOST: Final = text(
    "SELECT id, queue_name, attempts FROM procrastinate_jobs"
    " WHERE status = 'doing' AND (worker_id IS NULL OR worker_id = ANY(:workers))"
    " FOR UPDATE SKIP LOCKED"
)

_GIVE_BACK: Final = text("SELECT procrastinate_retry_job_v2(:id, now() + :pause, NULL, NULL, NULL)")

_GIVE_UP: Final = text("SELECT procrastinate_finish_job_v1(:id, 'failed', false)")


def heartbeats(connection: Connection) -> dict[int, datetime]:
    """Return the last heartbeat of each worker."""
    rows = connection.execute(text("SELECT id, last_heartbeat FROM procrastinate_workers"))
    return {row.id: row.last_heartbeat for row in rows}


def count_living(connection: Connection) -> int:
    """Return the number of workers that sent a heartbeat a moment ago; 0 without a cluster."""
    if not jobs.has_workers(connection):
        return 0
    count = text(
        "SELECT count(*) FROM procrastinate_workers"
        " WHERE last_heartbeat > now() - :silent * INTERVAL '1 second'"
    )
    return int(connection.execute(count, {"silent": SILENT_SECONDS}).scalar_one())


def introduce(connection: Connection, worker_id: int, description: Mapping[str, Any]) -> None:
    """Send the heartbeat of a worker, and keep who it is, for the status.

    Procrastinate's own worker sends no heartbeat while it stops.

    Args:
        description: Its host, pid, version, queues and at_once.
    """
    connection.execute(
        text("SELECT procrastinate_update_heartbeat_v1(:worker)"), {"worker": worker_id}
    )
    connection.execute(
        text(
            "INSERT INTO cluster_workers (worker_id, host, pid, version, queues, at_once)"
            " SELECT id, :host, :pid, :version, :queues, :at_once FROM procrastinate_workers"
            " WHERE id = :worker ON CONFLICT DO NOTHING"
        ),
        {"worker": worker_id, **description},
    )


def give_back(connection: Connection, dead: Collection[int]) -> int:
    """Give the jobs of dead workers to other ones; return how many.

    A job may be one that kills its worker. So after `MOST_TRIES` a walk or an export has failed,
    and the plan gives it a pause. The job of articles that are due would be added again at once: it
    has the pause itself.
    """
    lost = connection.execute(_LOST, {"workers": list(dead)}).all()
    for job in lost:
        deaths = job.attempts + 1
        if deaths >= MOST_TRIES and job.queue_name != jobs.ARTICLES:
            connection.execute(_GIVE_UP, {"id": job.id})
        else:
            pause = pause_after(deaths - MOST_TRIES + 1)
            connection.execute(_GIVE_BACK, {"id": job.id, "pause": pause})
    connection.execute(
        text("DELETE FROM procrastinate_workers WHERE id = ANY(:workers)"), {"workers": list(dead)}
    )
    return len(lost)


def pause_after(failures: int) -> timedelta:
    """Return the pause of an article job after so many failures.

    Without it, each sweep would start a job again that fails for a lasting reason.
    """
    return backoff(failures, FIRST_PAUSE, LONGEST_PAUSE)


def forget_old(connection: Connection, days: float) -> None:
    """Delete jobs that failed more than so many days ago; those that succeeded are gone already."""
    connection.execute(
        text(
            "DELETE FROM procrastinate_jobs AS j WHERE j.status NOT IN ('todo', 'doing')"
            " AND NOT EXISTS (SELECT FROM procrastinate_events AS e WHERE e.job_id = j.id"
            " AND e.at > now() - :days * INTERVAL '1 day')"
        ),
        {"days": days},
    )
