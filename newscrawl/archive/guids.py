"""Whether guids distinguish the posts of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import case, func, select

from newscrawl.archive.tables import posts
from newscrawl.items import API

if TYPE_CHECKING:
    from sqlalchemy import Connection

MAX_POOR_SHARE: Final = 0.1
"""Of the posts of a site: above it, guids that are empty or shared are how it is run."""


def poor_guids(connection: Connection, site_id: int) -> tuple[int, int, int]:
    """Return how many living posts have an empty guid, how many share one, and how many are."""
    alive = (posts.c.site_id == site_id) & ~posts.c.deleted & posts.c.double_of.is_(None)
    by_guid = (
        select(posts.c.guid, func.count().label("posts"))
        .where(alive, posts.c.source == API)
        .group_by(posts.c.guid)
        .subquery()
    )
    row = connection.execute(
        select(
            func.sum(case((by_guid.c.guid == "", by_guid.c.posts), else_=0)),
            func.sum(case(((by_guid.c.guid != "") & (by_guid.c.posts > 1), by_guid.c.posts))),
            func.sum(by_guid.c.posts),
        )
    ).one()
    empty, shared, every = (int(count or 0) for count in row)
    return empty, shared, every


def trusts_guids(connection: Connection, site_id: int) -> bool:
    """Return whether guids distinguish posts: nearly all posts of the site have their own."""
    empty, shared, every = poor_guids(connection, site_id)
    return empty + shared <= every * MAX_POOR_SHARE
