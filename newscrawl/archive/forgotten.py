"""Recognize what was forgotten: only hashes of it are left, and they keep it out of the archive.

The identity of a post is the SHA-256 of its guid, or of "id:" and its id if posts share the guid.
That of a site is the SHA-256 of its key, that of a publisher the SHA-256 of its host.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select, true, update

from newscrawl.archive.among import among
from newscrawl.archive.tables import forgotten, posts
from newscrawl.urls.hosts import host_name
from newscrawl.urls.spelling import spellings
from newscrawl.wordpress.identity import place_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from newscrawl.items import Post

KIND: Final = "forgotten"
"""The kind of the segments with a line for each post, site or publisher that was forgotten."""

SITE: Final = "site"
POST: Final = "post"
PUBLISHER: Final = "publisher"

MARK: Final = "forgotten:"
"""The start of the identity, guid and place of a forgotten post; a hash follows."""

_MAX_LABELS: Final = 127
"""Labels of the longest name that DNS has."""


def hash_of(name: str) -> str:
    """Return the SHA-256 of a guid, a key or a host, in hex."""
    return sha256(name.encode()).hexdigest()


def folder_of(identity: str) -> str:
    """Return the name of the output folder that shows that a site was forgotten."""
    return f"forgotten-{identity[:16]}"


def mark_of(name: str) -> str:
    """Return the value that replaces a name in the archive."""
    return f"{MARK}{hash_of(name)}"


def recognized(
    connection: Connection, site_id: int, arrived: Sequence[Post], *, trusts_guids: bool = True
) -> dict[int, int]:
    """Return the row of each arriving post that was forgotten, by its id.

    Args:
        trusts_guids: Whether guids distinguish the posts of this site; else only their ids do.
    """
    known = connection.execute(
        select(posts.c.id, posts.c.identity, posts.c.place, posts.c.post_id).where(
            # The condition of the index of forgotten posts, which is empty for nearly every site.
            posts.c.site_id == site_id,
            posts.c.forgotten == true(),
        )
    ).all()
    if not known:
        return {}
    ids = {row.post_id: row.id for row in known}
    marks = {row.identity: row.id for row in known} | {row.place: row.id for row in known}
    found = {}
    for post in arrived:
        names = [f"id:{post.post_id}", *(spellings(post.guid) if post.guid else [])]
        names += [place for place in spellings(place_of(post)) if place]
        rows = [marks.get(mark_of(name)) for name in names] if trusts_guids else []
        rows += [] if trusts_guids else [ids.get(post.post_id)]
        if row := next((row for row in rows if row), None):
            found[post.post_id] = row
    others = _living(connection, site_id, [one for one in found if one not in ids])
    return {post_id: row for post_id, row in found.items() if post_id not in others}


def _living(connection: Connection, site_id: int, ids: Sequence[int]) -> set[int]:
    """Return those of the ids that other posts have: they share the guid of a forgotten one."""
    rows = connection.execute(
        select(posts.c.post_id).where(
            posts.c.site_id == site_id, among(connection, posts.c.post_id, ids), ~posts.c.forgotten
        )
    )
    return set(rows.scalars())


def note_seen(
    connection: Connection, run_id: int, arrived: Sequence[Post], rows: dict[int, int]
) -> None:
    """Save when forgotten posts were changed on the site, so that they count as known."""
    values = [
        {
            "at": rows[post.post_id],
            "modified_gmt": post.modified_gmt,
            "published": post.published,
            "seen_run": run_id,
            **({"post_id": post.post_id} if post.post_id > 0 else {}),
        }
        for post in arrived
        if post.post_id in rows
    ]
    for value in values:
        columns = {name: found for name, found in value.items() if name != "at"}
        is_it = posts.c.id == bindparam("at")
        connection.execute(update(posts).where(is_it).values(columns), {"at": value["at"]})


def forgotten_ids(connection: Connection, site_id: int, ids: Collection[int]) -> set[int]:
    """Return those of a site's post ids whose posts were forgotten."""
    rows = connection.execute(
        select(posts.c.post_id).where(posts.c.site_id == site_id, posts.c.forgotten == true())
    )
    return set(rows.scalars()).intersection(ids)


def names(connection: Connection, kind: str) -> frozenset[str]:
    """Return the identities of all sites or of all publishers that were forgotten."""
    rows = connection.execute(select(forgotten.c.identity).where(forgotten.c.kind == kind))
    return frozenset(rows.scalars())


def is_host_of(host: str, identities: Collection[str]) -> bool:
    """Return whether a host, or a domain above it, is one of forgotten publishers."""
    if not identities:
        return False
    labels = host_name(host).split(".")[-_MAX_LABELS:]
    domains = (".".join(labels[start:]) for start in range(len(labels)))
    return any(hash_of(domain) in identities for domain in domains)
