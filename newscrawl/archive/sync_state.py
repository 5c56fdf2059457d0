"""The archive's posts of one type, to compare with the site's; "living" means not deleted."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from newscrawl.archive.among import among
from newscrawl.archive.guids import with_guids
from newscrawl.archive.tables import posts
from newscrawl.archive.write_locks import writes_site
from newscrawl.items import API
from newscrawl.urls.spelling import spelling_key, spellings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pyroaring import BitMap64
    from sqlalchemy import ColumnElement, Connection

    from newscrawl.archive.database import Archive


def _alive(site_id: int, post_type: str) -> list[ColumnElement[bool]]:
    return [posts.c.site_id == site_id, posts.c.type == post_type, ~posts.c.deleted]


def stamps(
    connection: Connection, site_id: int, post_type: str, ids: Sequence[int]
) -> dict[int, Any]:
    """Return the ``modified_gmt``, as the API gave it, of the *ids* that are known."""
    rows = connection.execute(
        select(posts.c.post_id, posts.c.modified_gmt, posts.c.type, posts.c.deleted).where(
            posts.c.site_id == site_id, posts.c.post_id.in_(ids), posts.c.raw_hash.is_not(None)
        )
    )
    # With the type in the query, SQLite would read all posts of the type instead of these.
    return {r.post_id: r.modified_gmt for r in rows if r.type == post_type and not r.deleted}


def count_since(
    connection: Connection, site_id: int, post_type: str, *, column: str, time: str
) -> int:
    """Return how many living posts are later than *time*.

    Args:
        column: "modified_gmt" or "published".
        time: ISO 8601 in UTC.
    """
    # The site gives modification times without a zone; the archive's own end in "Z".
    time = time.removesuffix("Z") if column == "modified_gmt" else time
    return int(
        connection.execute(
            select(func.count()).where(*_alive(site_id, post_type), posts.c[column] > time)
        ).scalar_one()
    )


def count_alive(connection: Connection, site_id: int, post_type: str) -> int:
    """Return the number of living posts."""
    return int(
        connection.execute(select(func.count()).where(*_alive(site_id, post_type))).scalar_one()
    )


def count_walked(connection: Connection, site_id: int, post_type: str) -> int:
    """Return the number of living posts that came from the API with their content."""
    is_walked = (
        posts.c.source == API,
        posts.c.raw_hash.is_not(None),
        posts.c.post_id > 0,
    )
    return int(
        connection.execute(
            select(func.count()).where(*_alive(site_id, post_type), *is_walked)
        ).scalar_one()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPost:
    """What names an archived post wherever its site lives; *published* is ISO 8601 in UTC."""

    post_id: int
    slug: str
    published: str | None


def newest_posts(connection: Connection, site_id: int, most: int) -> list[NamedPost]:
    """Return the living posts with the largest ids, as many as *most*."""
    rows = connection.execute(
        select(posts.c.post_id, posts.c.slug, posts.c.published)
        .where(*_alive(site_id, "post"), ~posts.c.forgotten, posts.c.post_id > 0)
        .order_by(posts.c.post_id.desc())
        .limit(most)
    )
    return [NamedPost(**row._asdict()) for row in rows]


def latest_change(connection: Connection, site_id: int, post_type: str, until: str) -> str | None:
    """Return the largest modification time that is no later than *until* (ISO 8601 in UTC)."""
    return connection.execute(
        select(func.max(posts.c.modified_gmt)).where(
            *_alive(site_id, post_type), posts.c.modified_gmt <= until.removesuffix("Z")
        )
    ).scalar()


def absent(connection: Connection, site_id: int, post_type: str, listed: BitMap64) -> list[int]:
    """Return the ids of living posts that are not in *listed*, the ids of the whole site."""
    rows = connection.execute(select(posts.c.post_id).where(*_alive(site_id, post_type)))
    return sorted({found for found in rows.scalars() if found > 0 and found not in listed})


def without_id(connection: Connection, site_id: int, post_type: str) -> dict[int, str]:
    """Return the addresses of living posts whose id is unknown, by their stand-ins (below zero)."""
    rows = connection.execute(
        select(posts.c.post_id, posts.c.place, posts.c.type, posts.c.deleted).where(
            posts.c.site_id == site_id, posts.c.post_id < 0, ~posts.c.forgotten
        )
    )
    return {row.post_id: row.place for row in rows if row.type == post_type and not row.deleted}


def with_other_id(connection: Connection, site_id: int, guids: Mapping[int, str]) -> dict[int, int]:
    """Return, for posts whose id is unknown, the id of the one archived post with their guid.

    A post is left out if its guid is empty, or if several posts have it.

    Args:
        guids: The guids of posts, by id.
    """
    known = set(
        connection.execute(
            select(posts.c.post_id).where(
                posts.c.site_id == site_id,
                among(connection, posts.c.post_id, guids),
                ~posts.c.deleted,
            )
        ).scalars()
    )
    unknown = {
        post_id: spelling_key(guid)
        for post_id, guid in guids.items()
        if guid and post_id not in known
    }
    asked = {spelling for post_id in unknown for spelling in spellings(guids[post_id])}
    named = Counter(unknown.values())
    columns = (posts.c.guid, posts.c.post_id, posts.c.deleted)
    query = with_guids(connection, columns, posts.c.site_id == site_id, asked)
    rows = connection.execute(query)
    homes = defaultdict(list)
    for row in rows:
        # Not a condition of the query: with it, SQLite would read all posts of the site.
        if row.post_id > 0 and not row.deleted:
            homes[spelling_key(row.guid)].append(row.post_id)
    return {
        post_id: homes[guid][0]
        for post_id, guid in unknown.items()
        if named[guid] == 1 == len(homes[guid])
    }


@writes_site
def mark_deleted(connection: Connection, site_id: int, ids: Collection[int]) -> None:
    """Mark posts as deleted. Each gets a tombstone if it was published.

    If the site has the same post under another id, the post gets that id and is not deleted.
    """
    gone = (posts.c.site_id == site_id) & posts.c.post_id.in_(list(ids)) & ~posts.c.deleted
    connection.execute(
        update(posts).where(gone, posts.c.double_of.is_not(None)).values(deleted=True)
    )
    doubles = connection.execute(
        select(posts.c.id, posts.c.post_id, posts.c.double_of).where(
            posts.c.site_id == site_id, posts.c.double_of.in_(list(ids)), ~posts.c.deleted
        )
    ).all()
    for double in doubles:
        connection.execute(
            update(posts)
            .where(posts.c.id == double.id)
            .values(deleted=True, double_of=None, raw_hash=None)
        )
        connection.execute(
            update(posts)
            .where(posts.c.site_id == site_id, posts.c.post_id == double.double_of)
            .values(post_id=double.post_id, stale=True, ready=True)
        )
    # A post without a body was never published.
    had_body = posts.c.body.is_not(None)
    values = {"deleted": True, "stale": had_body, "ready": had_body, "failure": None}
    connection.execute(update(posts).where(gone).values(values))


@dataclass(frozen=True, slots=True)
class KnownPosts:
    """The living posts of one type of a site."""

    archive: Archive
    site_id: int
    post_type: str

    async def stamps(self, ids: Sequence[int]) -> Mapping[int, str | None]:
        """Return the ``modified_gmt``, as the API gave it, of the *ids* that are known."""
        return await self.archive.look(stamps, self.site_id, self.post_type, ids)

    async def modified_since(self, time: str) -> int:
        """Return how many posts were modified after *time*, ISO 8601 in UTC."""
        return await self.archive.look(
            count_since, self.site_id, self.post_type, column="modified_gmt", time=time
        )

    async def published_since(self, time: str) -> int:
        """Return how many posts were published after *time*, ISO 8601 in UTC."""
        return await self.archive.look(
            count_since, self.site_id, self.post_type, column="published", time=time
        )
