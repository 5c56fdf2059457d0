"""What posts point to, remembered between runs: authors, terms, images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from newscrawl.archive.tables import things

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection

Related = dict[str, dict[int, dict[str, Any]]]
"""By kind ("users", "media", or a taxonomy), then by id."""


def known(connection: Connection, site_id: int, ids: Mapping[str, Collection[int]]) -> Related:
    """Return those of *ids* that were resolved before."""
    return {
        kind: _of_kind(connection, site_id, kind, wanted) if wanted else {}
        for kind, wanted in ids.items()
    }


def _of_kind(
    connection: Connection, site_id: int, kind: str, ids: Iterable[int]
) -> dict[int, dict[str, Any]]:
    rows = connection.execute(
        select(things.c.thing_id, things.c.data).where(
            things.c.site_id == site_id, things.c.kind == kind, things.c.thing_id.in_(list(ids))
        )
    )
    return {row.thing_id: row.data for row in rows}


def save(connection: Connection, site_id: int, kind: str, by_id: Mapping[int, Any]) -> None:
    """Keep what was resolved, in place of what was known before."""
    if not by_id:
        return
    connection.execute(
        delete(things).where(
            things.c.site_id == site_id, things.c.kind == kind, things.c.thing_id.in_(list(by_id))
        )
    )
    connection.execute(
        insert(things),
        [
            {"site_id": site_id, "kind": kind, "thing_id": thing_id, "data": data}
            for thing_id, data in by_id.items()
        ],
    )
