"""The runs of an archive: each crawl of a site is a row, with its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, exists, func, insert, null, select, update

from newscrawl.archive.forgotten import MARK
from newscrawl.archive.tables import records, run_totals, runs, sites
from newscrawl.archive.write_locks import writes_rows, writes_site

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row

CRAWL: Final = "crawl"
"""The command of a run that crawls a site."""

VERDICTS: Final = ("complete", "partial", "failed")
"""Columns of the totals: numbers of runs."""

CHANGES: Final = ("new", "updated", "deleted")
"""Columns of the totals: numbers of posts."""

MAX_FORGOTTEN: Final = 500
"""The most old runs that one run deletes."""


@writes_site
def begin(
    connection: Connection,
    site_id: int,
    *,
    started: str,
    arguments: Mapping[str, Any],
    versions: Mapping[str, str],
    command: str = CRAWL,
) -> int:
    """Insert a run and return its number; it has no verdict until `finish`.

    Args:
        started: ISO 8601 in UTC.
        arguments: The arguments of the crawl; "site" is the URL it was started with.
        versions: The versions of newscrawl and its libraries, by name.
    """
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


@writes_site
def begin_crawl(
    connection: Connection, /, site_id: int, *, forget_before: str, **values: Any
) -> tuple[int, str | None]:
    """Insert the run of a crawl, and delete old runs of its site.

    Args:
        forget_before: See `forget_old`.
        values: Those of `begin`.

    Returns:
        The number of the run, and the verdict of the site's last crawl that ended, or None.
    """
    last = last_verdict(connection, site_id)
    number = begin(connection, site_id, **values)
    forget_old(connection, site_id, forget_before)
    return number, last


def last_verdict(connection: Connection, site_id: int) -> str | None:
    """Return the verdict of the last crawl of a site that ended; None if there is none."""
    return connection.execute(
        select(runs.c.verdict)
        .where(runs.c.site_id == site_id, runs.c.command == CRAWL, runs.c.verdict.is_not(None))
        .order_by(runs.c.id.desc())
        .limit(1)
    ).scalar()


@writes_rows
def finish(
    connection: Connection,
    run_id: int,
    *,
    ended: str,
    verdict: str,
    tally: Mapping[str, Any],
    traffic: Mapping[str, Any],
) -> None:
    """Save the verdict of a run.

    Args:
        ended: ISO 8601 in UTC.
        tally: A `newscrawl.run_summary.Tally` as JSON.
        traffic: Requests, bytes and the most requests within a minute, by host.
    """
    connection.execute(
        update(runs)
        .where(runs.c.id == run_id)
        .values(ended=ended, verdict=verdict, tally=tally, traffic=traffic)
    )


def newest_id(connection: Connection) -> int:
    """Return the number of the newest run of all sites; 0 if there is no run."""
    return connection.execute(select(func.max(runs.c.id))).scalar() or 0


def reasons(connection: Connection, asked: str, *, after: int) -> tuple[str, ...]:
    """Return the reasons why the newest crawl of a URL was not complete.

    Empty if the crawl was complete, or if there is no such crawl.

    Args:
        asked: The URL that the crawl was started with.
        after: Only runs with a higher number count.
    """
    run = _newest_crawl(connection, asked, after)
    return _wrong(run.tally or {}) if run else ()


def has_ended(connection: Connection, asked: str, *, after: int) -> bool | None:
    """Return whether the newest crawl of a URL has a verdict; None if there is no such crawl.

    Args:
        asked: The URL that the crawl was started with.
        after: Only runs with a higher number count.
    """
    run = _newest_crawl(connection, asked, after)
    return None if run is None else run.verdict is not None


def _newest_crawl(connection: Connection, asked: str, after: int) -> Row[Any, Any, Any] | None:
    rows = connection.execute(
        select(runs.c.arguments, runs.c.verdict, runs.c.tally)
        .where(runs.c.id > after, runs.c.command == CRAWL)
        .order_by(runs.c.id.desc())
    )
    return next((row for row in rows if row.arguments["site"] == asked), None)


def first_started(connection: Connection, site_id: int) -> str | None:
    """Return the start of the first run of a site, ISO 8601 in UTC; None if it has no run."""
    since = select(run_totals.c.since).where(run_totals.c.site_id == site_id)
    first = select(func.min(runs.c.started)).where(runs.c.site_id == site_id)
    return connection.execute(since).scalar() or connection.execute(first).scalar()


def forget_old(connection: Connection, site_id: int, before: str) -> None:
    """Delete up to `MAX_FORGOTTEN` runs of a site that started before a time; keep their totals.

    The newest run is not deleted. A run that published a record loses only its tally and traffic.

    Args:
        before: ISO 8601 in UTC.
    """
    newest = select(func.max(runs.c.id)).where(runs.c.site_id == site_id).scalar_subquery()
    is_named = exists().where(records.c.run == runs.c.id)
    rows = connection.execute(
        select(runs, is_named.label("is_named"))
        .where(
            runs.c.site_id == site_id,
            runs.c.id < newest,
            runs.c.started < before,
            runs.c.tally.is_not(None) | ~is_named,
        )
        .order_by(runs.c.id)
        .limit(MAX_FORGOTTEN)
    ).all()
    if not rows:
        return
    _add_to_totals(connection, site_id, rows)
    gone = [row.id for row in rows if not row.is_named]
    kept = [row.id for row in rows if row.is_named]
    connection.execute(delete(runs).where(runs.c.id.in_(gone)))
    nothing = {"tally": null(), "traffic": null()}
    connection.execute(update(runs).where(runs.c.id.in_(kept)).values(nothing))


def _add_to_totals(connection: Connection, site_id: int, rows: Sequence[Any]) -> None:
    before = totals(connection, site_id)
    tallies = [row.tally or {} for row in rows]
    hosts = [host for row in rows for host in (row.traffic or {}).values()]
    added = {
        "runs": len(rows),
        **{name: sum(row.verdict == name for row in rows) for name in VERDICTS},
        **{name: sum(tally.get(name, 0) for tally in tallies) for name in CHANGES},
        "requests": sum(host["requests"] for host in hosts),
        "bytes": sum(host["bytes"] for host in hosts),
    }
    values = {name: count + before.get(name, 0) for name, count in added.items()}
    since = before.get("since") or min(row.started for row in rows)
    connection.execute(delete(run_totals).where(run_totals.c.site_id == site_id))
    connection.execute(insert(run_totals).values(site_id=site_id, since=since, **values))


def totals(connection: Connection, site_id: int) -> dict[str, Any]:
    """Return the sums over the deleted runs of a site; empty if no run was deleted."""
    row = connection.execute(select(run_totals).where(run_totals.c.site_id == site_id)).first()
    return {} if row is None else row._asdict()


def totals_of_sites(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return the `totals` of all sites that have them, by the site's key."""
    rows = connection.execute(
        select(sites.c.key, run_totals).join(sites, sites.c.id == run_totals.c.site_id)
    )
    return {row.key: row._asdict() for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """The newest crawl of a site.

    Attributes:
        key, folder: The site's key, and the name of its folder of output files.
        asked: The URL that the run was started with.
        started, ended: ISO 8601 in UTC; *ended* is None if the run is running or was killed.
        verdict: "complete", "partial" or "failed"; None if *ended* is None.
        wrong: The reasons why it was not complete.
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
    counted = (f"{count} {what}" for what, count in counts.items() if count)
    return (*tally.get("partial", ()), *counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run, from its row.

    Attributes:
        command: "crawl", "extract" or "restore".
        ended, verdict: None if the run is running or was killed.
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
    """Return the last *limit* runs of each site, newest first, with the site's key.

    Args:
        site_ids: Only these sites; all sites if it is empty.
    """
    meant: list[ColumnElement[bool]] = [~sites.c.key.startswith(MARK)]  # no forgotten site
    if site_ids:
        meant.append(sites.c.id.in_(list(site_ids)))
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
