"""The runs of an archive: each crawl of a site is a row, with its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from newscrawl.archive.tables import runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection


def begin(
    connection: Connection,
    site_id: int,
    *,
    started: str,
    arguments: Mapping[str, Any],
    versions: Mapping[str, str],
) -> int:
    """Open a run and return its number; it has no verdict until `finish`."""
    result = connection.execute(
        insert(runs)
        .values(site_id=site_id, started=started, arguments=arguments, versions=versions)
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
