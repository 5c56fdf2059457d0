"""The runs of an archive, newest first, for those that read about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newscrawl.archive.tables import runs, sites

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run, from its row.

    Attributes:
        command: "crawl" or "extract".
        ended, verdict: None if it is under way, or was cut off.
        tally: The `newscrawl.run_summary.Tally`; empty if the run has not ended.
        traffic: Requests, bytes and the most requests within a minute, by host.
    """

    id: int
    command: str
    started: str
    ended: str | None
    verdict: str | None
    tally: dict[str, Any]
    traffic: dict[str, dict[str, int]]


def runs_of_sites(
    connection: Connection, site_ids: Collection[int], limit: int
) -> list[tuple[str, list[Run]]]:
    """Return the last runs of these sites, by the site's key; of all sites if the list is empty."""
    meant = [sites.c.id.in_(list(site_ids))] if site_ids else []
    known = connection.execute(
        select(sites.c.id, sites.c.key).where(*meant).order_by(sites.c.key)
    ).all()
    return [(row.key, _runs(connection, row.id, limit)) for row in known]


def _runs(connection: Connection, site_id: int, limit: int) -> list[Run]:
    rows = connection.execute(
        select(runs).where(runs.c.site_id == site_id).order_by(runs.c.id.desc()).limit(limit)
    )
    return [
        Run(
            id=row.id,
            command=row.command,
            started=row.started,
            ended=row.ended,
            verdict=row.verdict,
            tally=row.tally or {},
            traffic=row.traffic or {},
        )
        for row in rows
    ]
