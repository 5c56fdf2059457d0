"""Find posts by their guids, with two indexes: most guids are the identity of their post, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, union_all

from newscrawl.archive.among import among
from newscrawl.archive.tables import posts

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, CompoundSelect, Connection


def with_guids(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    of_sites: ColumnElement[bool],
    guids: Collection[str],
) -> CompoundSelect[Any]:
    """Return the query for the posts with these guids.

    Args:
        columns: What to read of each post.
        of_sites: The condition that names the sites: both indexes begin with them.
    """
    found = select(*columns).where(of_sites)
    is_own = among(connection, posts.c.identity, guids) & (posts.c.guid == posts.c.identity)
    is_other = among(connection, posts.c.guid, guids) & (posts.c.guid != posts.c.identity)
    return union_all(found.where(is_own), found.where(is_other))
