"""The sites of an archive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from newscrawl.archive.tables import posts, sites

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRow:
    """What the archive remembers of a site.

    Attributes:
        cursor: The modification time up to which everything is durable; None before the first
            complete run.
        listed, completed: When every id was last listed, and when a run was last complete.
        folder: The name of its folder of output files.
        alive: Its posts that are not deleted.
    """

    id: int
    cursor: str | None
    listed: str | None
    completed: str | None
    folder: str
    alive: int


def enter(connection: Connection, key: str, home: str) -> SiteRow:
    """Return the site's row; make it where the site is new."""
    row = connection.execute(select(sites).where(sites.c.key == key)).first()
    if row is None:
        connection.execute(insert(sites).values(key=key, home=home, folder=folder_name(key)))
        return enter(connection, key, home)
    alive = connection.execute(
        select(func.count()).where(posts.c.site_id == row.id, ~posts.c.deleted)
    ).scalar_one()
    return SiteRow(
        id=row.id,
        cursor=row.cursor,
        listed=row.listed,
        completed=row.completed,
        folder=row.folder,
        alive=alive,
    )


def advance(connection: Connection, site_id: int, **columns: str | None) -> None:
    """Set *cursor*, *listed* or *completed*."""
    connection.execute(update(sites).where(sites.c.id == site_id).values(**columns))


def folder_name(key: str) -> str:
    """Return a folder name that is safe everywhere and differs for every key.

    >>> folder_name("themintmagazine.com")
    'themintmagazine.com'
    >>> folder_name("127.0.0.1:8080/news")
    '127.0.0.1_8080_news-07840036'
    """
    safe = re.sub(r"[^a-z0-9.-]+", "_", key)[:100].strip("._-")
    return safe if safe == key else f"{safe}-{sha256(key.encode()).hexdigest()[:8]}"
