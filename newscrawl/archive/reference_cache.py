"""The authors, terms and images that posts refer to, kept between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, func, insert, select, update

from newscrawl.archive.among import among
from newscrawl.archive.tables import posts, things, unresolved
from newscrawl.archive.write_locks import writes_site

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

Related = dict[str, dict[int, dict[str, Any]]]
"""The fields of authors, terms and images: by type ("users", "media" or a taxonomy), then by id.

The fields are empty if the site failed to answer for the reference in `MAX_WAITS` runs.
"""

MAX_PARAMETERS: Final = 10_000
"""Ids in one statement: SQLite takes 32,766 parameters, and PostgreSQL 65,535."""

MAX_WAITS: Final = 3
"""The runs in which the site fails to answer for a reference, before posts are published without
its fields."""

RETRY_DAYS: Final = (1, 2, 4, 7)
"""Days until such a reference is requested again; the last number is repeated."""

HIDDEN_DAYS: Final = 30
"""Days until a reference that the site hides is requested again, if a post refers to it."""

DAY_SECONDS: Final = 86_400

REISSUED: Final = "resolved"
"""The content hash of a post whose reference was resolved after its record. The hash does not cover
names and addresses, so without this value the post would get no new record."""


def known(
    connection: Connection, site_id: int, ids: Mapping[str, Collection[int]], now: float
) -> Related:
    """Return the *ids* that were resolved before, or failed too often; *ids* are by type.

    Args:
        now: Unix seconds.
    """
    return {
        reference_type: _of_type(connection, site_id, reference_type, list(wanted), now)
        for reference_type, wanted in ids.items()
    }


def _of_type(
    connection: Connection, site_id: int, reference_type: str, ids: Sequence[int], now: float
) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), MAX_PARAMETERS):
        rows = connection.execute(
            select(things.c.thing_id, things.c.data, things.c.failures, things.c.due).where(
                things.c.site_id == site_id,
                things.c.kind == reference_type,
                among(connection, things.c.thing_id, ids[start : start + MAX_PARAMETERS]),
            )
        )
        found |= {
            row.thing_id: row.data
            for row in rows
            if row.failures >= MAX_WAITS or (not row.failures and not 0 < row.due <= now)
        }
    return found


@writes_site
def save(
    connection: Connection, site_id: int, reference_type: str, by_id: Mapping[int, Any], now: float
) -> None:
    """Save resolved references of one type; they replace the earlier ones with the same ids.

    Posts that were published without them get new records.
    """
    if not by_id:
        return
    due = now + HIDDEN_DAYS * DAY_SECONDS
    _replace(
        connection,
        site_id,
        reference_type,
        [
            {
                "thing_id": thing_id,
                "data": data,
                "failures": 0,
                "due": due if _is_hidden(data) else 0,
            }
            for thing_id, data in by_id.items()
        ],
    )
    is_waiting = and_(
        unresolved.c.site_id == site_id,
        unresolved.c.kind == reference_type,
        unresolved.c.thing_id.in_(list(by_id)),
    )
    waiting = connection.execute(select(unresolved.c.post).where(is_waiting)).scalars().all()
    if waiting:
        connection.execute(
            update(posts)
            .where(posts.c.id.in_(waiting), ~posts.c.deleted, posts.c.revision > 0)
            .values(stale=True, ready=True, content_hash=REISSUED)
        )
        connection.execute(delete(unresolved).where(is_waiting))


def _is_hidden(data: Mapping[str, Any]) -> bool:
    return not any(value for name, value in data.items() if name != "id")


@writes_site
def fail(
    connection: Connection, site_id: int, reference_type: str, ids: Collection[int], now: float
) -> None:
    """Note that the site failed to answer for references, once for each run."""
    if not ids:
        return
    before = connection.execute(
        select(things.c.thing_id, things.c.failures).where(
            things.c.site_id == site_id,
            things.c.kind == reference_type,
            things.c.thing_id.in_(list(ids)),
        )
    )
    failures = {row.thing_id: row.failures for row in before}
    rows = []
    for thing_id in ids:
        count = failures.get(thing_id, 0) + 1
        days = RETRY_DAYS[min(max(0, count - MAX_WAITS), len(RETRY_DAYS) - 1)]
        rows.append(
            {
                "thing_id": thing_id,
                "data": {},
                "failures": count,
                "due": now + days * DAY_SECONDS,
            }
        )
    _replace(connection, site_id, reference_type, rows)


def _replace(
    connection: Connection, site_id: int, reference_type: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    connection.execute(
        delete(things).where(
            things.c.site_id == site_id,
            things.c.kind == reference_type,
            things.c.thing_id.in_([row["thing_id"] for row in rows]),
        )
    )
    same = {"site_id": site_id, "kind": reference_type}
    connection.execute(insert(things), [{**same, **row} for row in rows])


@writes_site
def wait_for(connection: Connection, site_id: int, waiting: Iterable[tuple[str, int, int]]) -> None:
    """Note the posts that are published without a reference.

    Args:
        waiting: The type and id of a reference, and the row of a post.
    """
    rows = [
        {"site_id": site_id, "kind": reference_type, "thing_id": thing_id, "post": post}
        for reference_type, thing_id, post in sorted(set(waiting))
    ]
    for row in rows:
        is_it = [unresolved.c[name] == value for name, value in row.items()]
        connection.execute(delete(unresolved).where(*is_it))
    connection.execute(insert(unresolved), rows)


def due(connection: Connection, site_id: int, now: float, limit: int) -> list[tuple[str, int, int]]:
    """Return references that posts were published without and that are to be requested now.

    Returns:
        The type and id of each, and the id of one of these posts.
    """
    is_waiting = unresolved.c.site_id == site_id
    if connection.execute(select(unresolved.c.post).where(is_waiting).limit(1)).first() is None:
        return []  # the usual case, without a look at all references of the site
    found = connection.execute(
        select(things.c.kind, things.c.thing_id, func.min(posts.c.post_id).label("post_id"))
        .join(
            unresolved,
            and_(
                unresolved.c.site_id == things.c.site_id,
                unresolved.c.kind == things.c.kind,
                unresolved.c.thing_id == things.c.thing_id,
            ),
        )
        .join(posts, posts.c.id == unresolved.c.post)
        .where(things.c.site_id == site_id, things.c.failures > 0, things.c.due <= now)
        .group_by(things.c.kind, things.c.thing_id)
        .limit(limit)
    )
    return [(row.kind, row.thing_id, row.post_id) for row in found]


def failing(connection: Connection, site_id: int) -> dict[str, list[int]]:
    """Return the references that posts were published without, by type."""
    found: dict[str, list[int]] = {}
    rows = connection.execute(
        select(unresolved.c.kind, unresolved.c.thing_id)
        .where(unresolved.c.site_id == site_id)
        .distinct()
        .order_by(unresolved.c.kind, unresolved.c.thing_id)
    )
    for row in rows:
        found.setdefault(row.kind, []).append(row.thing_id)
    return found
