"""Take the addresses of posts out of what runs noted about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, update

from newscrawl.archive.tables import (
    runs,
    sites,
    walks,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


def scrub_notes(connection: Connection, site_id: int, needles: Sequence[str]) -> None:
    """Take the addresses of posts out of what runs noted."""
    tables: list[tuple[Any, Sequence[str]]] = [
        (runs, ("tally",)),
        (walks, ("missing", "unproved", "unlisted")),
    ]
    for table, columns in tables:
        keys = list(table.primary_key.columns)
        for row in connection.execute(select(table).where(table.c.site_id == site_id)).all():
            values = {name: _scrubbed(getattr(row, name), needles) for name in columns}
            is_it = and_(*(key == getattr(row, key.name) for key in keys))
            if any(values[name] != getattr(row, name) for name in columns):
                connection.execute(update(table).where(is_it).values(values))


def scrub_start(connection: Connection, site_id: int, needles: Sequence[str]) -> None:
    """Replace the URL that crawls were started with, any URL of the site, if a post has it."""
    site = connection.execute(select(sites).where(sites.c.id == site_id)).one()
    home = site.facts.get("home") or ""
    if _has(site.asked, needles):
        connection.execute(update(sites).where(sites.c.id == site_id).values(asked=home))
    for row in connection.execute(select(runs).where(runs.c.site_id == site_id)).all():
        if _has(row.arguments.get("site"), needles):
            values = {"arguments": {**row.arguments, "site": home}}
            connection.execute(update(runs).where(runs.c.id == row.id).values(values))


def _scrubbed(value: Any, needles: Sequence[str]) -> Any:
    """Return a JSON value without the texts that contain one of the needles.

    >>> _scrubbed({"partial": ["https://a.example/x is gone", "b"], "new": 2}, ["a.example/x"])
    {'partial': ['b'], 'new': 2}
    """
    if isinstance(value, dict):
        return {
            key: _scrubbed(item, needles)
            for key, item in value.items()
            if not _has(key, needles) and not _has(item, needles)
        }
    if isinstance(value, list):
        return [_scrubbed(item, needles) for item in value if not _has(item, needles)]
    return value


def _has(value: Any, needles: Sequence[str]) -> bool:
    return isinstance(value, str) and any(needle in value for needle in needles)
