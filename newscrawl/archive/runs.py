"""The runs of an archive: each crawl of a site is a row, with its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, update

from newscrawl.archive.tables import runs, sites

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

CRAWL: Final = "crawl"
"""The command of most runs: those that ask a site."""


def begin(
    connection: Connection,
    site_id: int,
    *,
    started: str,
    arguments: Mapping[str, Any],
    versions: Mapping[str, str],
    command: str = CRAWL,
) -> int:
    """Open a run and return its number; it has no verdict until `finish`."""
    result = connection.execute(
        insert(runs)
        .values(
            site_id=site_id,
            command=command,
            started=started,
            arguments=arguments,
            versions=versions,
        )
        .returning(runs.c.id)
    )
    return int(result.scalar_one())


def finish(
    connection: Connection,
    run_id: int,
    *,
    ended: str,
    verdict: str,
    tally: Mapping[str, Any],
    traffic: Mapping[str, Any],
) -> None:
    """Close a run with its verdict."""
    connection.execute(
        update(runs)
        .where(runs.c.id == run_id)
        .values(ended=ended, verdict=verdict, tally=tally, traffic=traffic)
    )


def newest_id(connection: Connection) -> int:
    """Return the number of the newest run of all sites; 0 if there is no run."""
    return connection.execute(select(func.max(runs.c.id))).scalar() or 0


def reasons(connection: Connection, asked: str, *, after: int) -> tuple[str, ...]:
    """Return why the newest crawl of a URL was not complete; empty if there is no such crawl.

    Args:
        asked: The URL that the crawl was started with.
        after: Only runs with a higher number count.
    """
    rows = connection.execute(
        select(runs.c.arguments, runs.c.tally)
        .where(runs.c.id > after, runs.c.command == CRAWL)
        .order_by(runs.c.id.desc())
    )
    tally = next((row.tally for row in rows if row.arguments["site"] == asked), None)
    return _wrong(tally or {})


def has_ended(connection: Connection, asked: str, *, after: int) -> bool | None:
    """Return whether the newest crawl of a URL has a verdict; None if there is no such crawl.

    Args:
        asked: The URL that the crawl was started with.
        after: Only runs with a higher number count.
    """
    rows = connection.execute(
        select(runs.c.arguments, runs.c.verdict)
        .where(runs.c.id > after, runs.c.command == CRAWL)
        .order_by(runs.c.id.desc())
    )
    return next((row.verdict is not None for row in rows if row.arguments["site"] == asked), None)


def first_started(connection: Connection, site_id: int) -> str | None:
    """Return when the first run of a site started; None if there is none."""
    return connection.execute(
        select(func.min(runs.c.started)).where(runs.c.site_id == site_id)
    ).scalar()


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """The newest crawl of a site.

    Attributes:
        key, folder: The site's.
        asked: The URL that the run was started with.
        started, ended: ISO 8601 in UTC; not ended where it runs, or was cut off.
        verdict: "complete", "partial" or "failed"; None where it has not ended.
        wrong: Why it was not complete.
    """

    key: str
    folder: str
    asked: str
    started: str
    ended: str | None
    verdict: str | None
    wrong: tuple[str, ...]


def latest(connection: Connection) -> list[LastRun]:
    """Return the newest crawl of every site."""
    newest = select(func.max(runs.c.id)).where(runs.c.command == CRAWL).group_by(runs.c.site_id)
    rows = connection.execute(
        select(runs, sites.c.key, sites.c.folder)
        .join(sites, sites.c.id == runs.c.site_id)
        .where(runs.c.id.in_(newest))
        .order_by(runs.c.id)
    )
    return [
        LastRun(
            key=row.key,
            folder=row.folder,
            asked=row.arguments["site"],
            started=row.started,
            ended=row.ended,
            verdict=row.verdict,
            wrong=_wrong(row.tally or {}),
        )
        for row in rows
    ]


def _wrong(tally: Mapping[str, Any]) -> tuple[str, ...]:
    counts = {
        "posts missing": len(tally.get("missing", ())),
        "posts failed in a pipeline": tally.get("errors", 0),
    }
    told = (f"{count} {what}" for what, count in counts.items() if count)
    return (*tally.get("partial", ()), *told)
