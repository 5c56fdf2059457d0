"""The table of sites that the schedule crawls, and how often each site publishes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from newscrawl.archive.tables import posts, scheduled_sites

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection

BATCH_SIZE = 500
"""Names in one statement: databases limit its parameters."""


def save(connection: Connection, entries: Mapping[str, Mapping[str, Any]]) -> int:
    """Save entries by name; return how many of them replaced an entry.

    Args:
        entries: Each with the keys and values of a ``[[site]]`` of sites.toml.
    """
    replaced = remove(connection, entries)
    rows = [{"name": name, "entry": dict(entry)} for name, entry in entries.items()]
    if rows:
        connection.execute(insert(scheduled_sites), rows)
    return replaced


def remove(connection: Connection, names: Iterable[str]) -> int:
    """Remove entries by name; return how many were in the table."""
    names, removed = list(names), 0
    for start in range(0, len(names), BATCH_SIZE):
        some = names[start : start + BATCH_SIZE]
        gone = delete(scheduled_sites).where(scheduled_sites.c.name.in_(some))
        removed += connection.execute(gone).rowcount
    return removed


def load(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return all entries by name, in the order of names."""
    rows = connection.execute(select(scheduled_sites).order_by(scheduled_sites.c.name))
    return {row.name: row.entry for row in rows}


def newest_dates(
    connection: Connection, site_id: int, types: Collection[str], *, until: datetime, limit: int
) -> list[datetime]:
    """Return when a site's newest living posts were published, newest first.

    Args:
        types: Their post types.
        until: Posts with a later date are left out.
        limit: The most posts.
    """
    dates: list[str] = []
    for post_type in types:  # one by one, so that the index gives them in their order
        found = (
            select(posts.c.published)
            .where(
                posts.c.site_id == site_id,
                posts.c.type == post_type,
                ~posts.c.deleted,
                posts.c.published <= until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            )
            .order_by(posts.c.published.desc())
            .limit(limit)
        )
        dates += connection.execute(found).scalars()
    return [datetime.fromisoformat(date) for date in sorted(dates, reverse=True)[:limit]]
