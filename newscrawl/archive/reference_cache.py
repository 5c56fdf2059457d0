"""The authors, terms and images that posts refer to, kept between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from newscrawl.archive.tables import things

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection

Related = dict[str, dict[int, dict[str, Any]]]
"""The fields of authors, terms and images: by type ("users", "media" or a taxonomy), then by id."""


def known(connection: Connection, site_id: int, ids: Mapping[str, Collection[int]]) -> Related:
    """Return the *ids* that were resolved before; *ids* are by type."""
    return {
        reference_type: _of_type(connection, site_id, reference_type, wanted) if wanted else {}
        for reference_type, wanted in ids.items()
    }


def _of_type(
    connection: Connection, site_id: int, reference_type: str, ids: Iterable[int]
) -> dict[int, dict[str, Any]]:
    rows = connection.execute(
        select(things.c.thing_id, things.c.data).where(
            things.c.site_id == site_id,
            things.c.kind == reference_type,
            things.c.thing_id.in_(list(ids)),
        )
    )
    return {row.thing_id: row.data for row in rows}


def save(
    connection: Connection, site_id: int, reference_type: str, by_id: Mapping[int, Any]
) -> None:
    """Save resolved references of one type; they replace the earlier ones with the same ids."""
    if not by_id:
        return
    connection.execute(
        delete(things).where(
            things.c.site_id == site_id,
            things.c.kind == reference_type,
            things.c.thing_id.in_(list(by_id)),
        )
    )
    connection.execute(
        insert(things),
        [
            {"site_id": site_id, "kind": reference_type, "thing_id": thing_id, "data": data}
            for thing_id, data in by_id.items()
        ],
    )
