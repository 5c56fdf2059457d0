"""Posts and sites that an older archive has twice, under two spellings of one address."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from newscrawl.archive.tables import posts, sites
from newscrawl.urls.spelling import spelling_key

if TYPE_CHECKING:
    from sqlalchemy import Connection


def doubled_posts(connection: Connection, site_id: int) -> list[tuple[str, str]]:
    """Return pairs of published posts whose guids differ only in spelling, as pairs of guids.

    For posts without a guid, the addresses are compared and returned.
    """
    rows = connection.execute(
        select(posts.c.guid, posts.c.place)
        .where(
            posts.c.site_id == site_id,
            ~posts.c.deleted,
            posts.c.double_of.is_(None),
            posts.c.revision > 0,
        )
        .order_by(posts.c.id)
    )
    first: dict[int, str] = {}
    found = []
    for row in rows:
        name = row.guid or row.place
        known = first.setdefault(hash(spelling_key(name)), name)
        if known != name and spelling_key(known) == spelling_key(name):
            found.append((known, name))
    return found


def doubled_sites(connection: Connection) -> list[list[str]]:
    """Return groups of keys that are one site, with its host in Unicode and in punycode."""
    alike: dict[str, list[str]] = defaultdict(list)
    for key in connection.execute(select(sites.c.key).order_by(sites.c.id)).scalars():
        alike[spelling_key(f"https://{key}")].append(key)
    return [keys for keys in alike.values() if len(keys) > 1]
