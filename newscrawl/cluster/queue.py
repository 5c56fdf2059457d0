"""Heartbeats of workers, and the jobs of workers that died."""

from __future__ import annotations

import logging
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

logger = logging.getLogger(__name__)

DEATHS_BEFORE_PAUSE: Final = 5
"""A job whose worker died so often has a pause before it is tried again."""

FIRST_PAUSE: Final = timedelta(seconds=30)
"""The first pause of a job; each further failure, or worker that died, doubles it."""

LONGEST_PAUSE: Final = timedelta(hours=1)
"""The longest pause of a job: a site, or all sites of a publisher, wait for it."""

_LOST: Final = text(
    "SELECT id, task_name, args, attempts FROM procrastinate_jobs"
    " WHERE status = 'doing' AND (worker_id IS NULL OR worker_id = ANY(:workers))"
    " FOR UPDATE SKIP LOCKED"
)

_GIVE_BACK: Final = text("SELECT procrastinate_retry_job_v2(:id, now() + :pause, NULL, NULL, NULL)")


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

    A job may be one that kills its worker, so after `DEATHS_BEFORE_PAUSE` it has a pause. It is
    not given up: its worker may have died of another cause each time.
    """
    lost = connection.execute(_LOST, {"workers": list(dead)}).all()
    for job in lost:
        deaths = job.attempts + 1
        pause = pause_after(deaths - DEATHS_BEFORE_PAUSE + 1)
        connection.execute(_GIVE_BACK, {"id": job.id, "pause": pause})
        if pause:
            logger.warning(
                "%s %s: %d workers ended, next try in %s",
                job.task_name,
                _what(job.args),
                deaths,
                pause,
            )
    connection.execute(
        text("DELETE FROM procrastinate_workers WHERE id = ANY(:workers)"), {"workers": list(dead)}
    )
    return len(lost)


def pause_after(failures: int) -> timedelta:
    """Return the pause of a job after so many failures.

    Without it, a job that fails for a lasting reason would start again at once.
    """
    return backoff(failures, FIRST_PAUSE, LONGEST_PAUSE)


def _what(args: Mapping[str, Any]) -> object:
    """Return the site, the publisher or the number of a site that a job is about."""
    return args.get("site") or args.get("host") or args.get("site_id")


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
