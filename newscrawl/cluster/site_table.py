"""The sites of a cluster's schedule, in the database: when each is due, and how it ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from newscrawl.schedule.due import Ending
from newscrawl.schedule.site_state import as_fields, from_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from newscrawl.schedule.due import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRow:
    """A site, or an export.

    Attributes:
        ending: The result of its job and the time of it; None if there is none.
        turns: See `newscrawl.cluster.planner.turns_of`; empty if the site is not on the list.
    """

    name: str
    memory: Memory
    turns: str = ""
    is_export: bool = False
    ending: tuple[Ending, datetime] | None = None


def database_time(connection: Connection) -> datetime:
    """Return the time on the database's clock, which all machines share."""
    return connection.execute(text("SELECT clock_timestamp()")).scalar_one()  # type: ignore[no-any-return]


def all_sites(connection: Connection) -> dict[str, SiteRow]:
    """Return all sites by name, without their endings."""
    rows = connection.execute(text("SELECT name, turns, memory FROM cluster_sites"))
    return {
        row.name: SiteRow(name=row.name, turns=row.turns, memory=from_fields(row.memory))
        for row in rows
    }


def save(connection: Connection, sites: Sequence[tuple[SiteRow, datetime | None]]) -> None:
    """Add sites or change them, each with its next start. Their jobs go on."""
    if not sites:
        return
    connection.execute(
        text(
            "INSERT INTO cluster_sites (name, is_export, turns, memory, next_start)"
            " VALUES (:name, :is_export, :turns, CAST(:memory AS jsonb), :next_start)"
            " ON CONFLICT (name) DO UPDATE SET is_export = excluded.is_export,"
            " turns = excluded.turns, memory = excluded.memory, next_start = excluded.next_start"
        ),
        [
            {
                "name": site.name,
                "is_export": site.is_export,
                "turns": site.turns,
                "memory": json.dumps(as_fields(site.memory)),
                "next_start": next_start,
            }
            for site, next_start in sites
        ],
    )


def switch_off_others(connection: Connection, names: Collection[str]) -> None:
    """Let the sites that are not among *names* have no turn."""
    connection.execute(
        text(
            "UPDATE cluster_sites SET next_start = NULL, turns = ''"
            " WHERE turns != '' AND name != ALL(:names)"
        ),
        {"names": list(names)},
    )


def due(connection: Connection, now: datetime, limit: int) -> list[SiteRow]:
    """Return sites that are due and have no job, the longest waiting first."""
    rows = connection.execute(
        text(
            "SELECT name, memory FROM cluster_sites WHERE job_id IS NULL AND next_start <= :now"
            " ORDER BY next_start, name LIMIT :limit FOR UPDATE"
        ),
        {"now": now, "limit": limit},
    )
    return [SiteRow(name=row.name, memory=from_fields(row.memory)) for row in rows]


def with_jobs(connection: Connection) -> list[str]:
    """Return the names of the sites that have a job."""
    rows = connection.execute(text("SELECT name FROM cluster_sites WHERE job_id IS NOT NULL"))
    return list(rows.scalars())


def begin(connection: Connection, name: str, memory: Memory, job_id: int) -> None:
    """Note the job of a site, and its state."""
    connection.execute(
        text(
            "UPDATE cluster_sites SET job_id = :job, memory = CAST(:memory AS jsonb), ending = NULL"
            " WHERE name = :name"
        ),
        {"job": job_id, "memory": json.dumps(as_fields(memory)), "name": name},
    )


def note_ending(connection: Connection, name: str, job_id: int, ending: Ending) -> None:
    """Keep the result of a site's job until the plan reads it."""
    connection.execute(
        text(
            "UPDATE cluster_sites SET ending = jsonb_build_array(CAST(:result AS text),"
            " CAST(:why AS text), clock_timestamp()) WHERE name = :name AND job_id = :job"
        ),
        {"result": ending.result, "why": ending.why, "name": name, "job": job_id},
    )


def ended(connection: Connection) -> list[SiteRow]:
    """Return the sites whose jobs are over."""
    rows = connection.execute(
        text(
            "SELECT s.name, s.memory, s.ending FROM cluster_sites AS s WHERE s.job_id IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM procrastinate_jobs AS j WHERE j.id = s.job_id"
            " AND j.status IN ('todo', 'doing')) FOR UPDATE OF s"
        )
    )
    return [
        SiteRow(name=row.name, memory=from_fields(row.memory), ending=_ending(row.ending))
        for row in rows
    ]


def finish(connection: Connection, name: str, memory: Memory, next_start: datetime | None) -> None:
    """Note that the job of a site is over, and when the next one is due."""
    connection.execute(
        text(
            "UPDATE cluster_sites SET job_id = NULL, ending = NULL, next_start = :next_start,"
            " memory = CAST(:memory AS jsonb) WHERE name = :name"
        ),
        {
            "next_start": next_start,
            "memory": json.dumps(as_fields(memory)),
            "name": name,
        },
    )


def _ending(value: Any) -> tuple[Ending, datetime] | None:
    if value is None:
        return None
    result, why, at = value
    return Ending(result, why), datetime.fromisoformat(at).astimezone(UTC)
