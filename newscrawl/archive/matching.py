"""Which archived post an arriving post is, and whether guids distinguish the posts of a site."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, func, insert, or_, select, update

from newscrawl.archive.identities import NEW, Identities
from newscrawl.archive.tables import posts, sites
from newscrawl.items import API
from newscrawl.urls.spelling import spelling_key
from newscrawl.wordpress.identity import Known, is_familiar, place_of, raw_hash, stand_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from newscrawl.items import Post

MAX_POOR_SHARE: Final = 0.1
"""Of the posts of a site: above it, guids that are empty or shared are how it is run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The row of a post in the archive.

    Attributes:
        double_of: The id under which the same post is archived already; None for all others.
        shared: Its guid is another living post's, too.
        is_new: The row was made for this post, and for no other that came with it.
        guid: The guid that the archive has, if the post came with another spelling of it.
    """

    row: int
    double_of: int | None = None
    shared: bool = False
    is_new: bool = False
    guid: str | None = None


def claim(
    connection: Connection,
    site_id: int,
    run_id: int,
    arrived: Sequence[Post],
    *,
    gone: frozenset[int] = frozenset(),
    trusts_guids: bool = True,
) -> list[Claim]:
    """Return the row of each post, a new one if no archived post is that post.

    Args:
        gone: Ids that the site was asked for and no longer has.
        trusts_guids: Whether guids distinguish the posts of this site; else only their ids do.

    A site with several REST roots, one a language, is several sites here: a post that another of
    them has under the same id and link is that post, and so a double.

    A row without content, left by a crash between this and `save`, is a new post the next time.
    """
    book = Identities(connection, site_id, run_id, arrived, trusts_guids=trusts_guids)
    book.twins = _twins(connection, site_id, arrived)
    found = [book.find(post, gone) for post in arrived]
    _displace(connection, book.displaced)
    rows = _insert(connection, book.fresh, site_id=site_id, seen_run=run_id)
    _number(connection, run_id, found, arrived)
    times = Counter(known.post_id for known in found)
    claims = [
        Claim(
            row=rows.get(known.post_id, known.row),
            double_of=known.double_of,
            shared=post.post_id in book.shared,
            is_new=known.row == NEW and times[known.post_id] == 1,
            guid=_first_spelling(known.guid, post.guid),
        )
        for known, post in zip(found, arrived, strict=True)
    ]
    doubles = [(c, p) for c, p in zip(claims, arrived, strict=True) if c.double_of is not None]
    if doubles:
        _note_doubles(connection, run_id, doubles)
    return claims


def _first_spelling(known: str, guid: str) -> str | None:
    """Return the guid that is known if *guid* is another spelling of it; else None."""
    is_other = known != guid and spelling_key(known) == spelling_key(guid)
    return known if is_other else None


def _twins(connection: Connection, site_id: int, arrived: Sequence[Post]) -> set[int]:
    """Return the ids of posts that another REST root of the same host has, with the same link."""
    key = connection.execute(select(sites.c.key).where(sites.c.id == site_id)).scalar_one()
    host = key.partition("/")[0]
    # A range, as LIKE does not use an index: what follows the host in a key is a path.
    of_host = or_(sites.c.key == host, sites.c.key.between(f"{host}/", f"{host}0"))
    others = connection.execute(select(sites.c.id).where(of_host, sites.c.id != site_id))
    places = {post.post_id: place_of(post) for post in arrived}
    rows = connection.execute(
        select(posts.c.post_id, posts.c.place).where(
            posts.c.site_id.in_(list(others.scalars())),
            posts.c.post_id.in_(list(places)),
            posts.c.double_of.is_(None),
            ~posts.c.deleted,
        )
    )
    return {
        row.post_id
        for row in rows
        if row.place and spelling_key(row.place) == spelling_key(places[row.post_id])
    }


def familiar(
    connection: Connection, site_id: int, run_id: int, arrived: Sequence[Post]
) -> set[int]:
    """Return the ids of posts that came as before, or are known from a better source.

    So is one that this run has found under another address. For posts of a feed or a sitemap,
    if ids may be stand-ins. Notes that they were seen.
    """
    book = Identities(connection, site_id, run_id, arrived)
    found = {}
    for post in arrived:
        known = book.known(post)
        if known is not None and (known.seen or is_familiar(post, known)):
            found[known.row] = post.post_id
    connection.execute(update(posts).where(posts.c.id.in_(list(found))).values(seen_run=run_id))
    return set(found.values())


def recognized(connection: Connection, site_id: int, arrived: Sequence[Post]) -> set[int]:
    """Return the ids of those posts, of a feed or a sitemap, that the archive knows."""
    book = Identities(connection, site_id, 0, arrived)
    return {post.post_id for post in arrived if book.known(post) is not None}


def _number(
    connection: Connection, run_id: int, found: Sequence[Known], arrived: Sequence[Post]
) -> None:
    """Give posts that came without their id, or under another one, the id of the API."""
    told = [
        {"at": known.row, "post_id": post.post_id, "seen_run": run_id}
        for known, post in zip(found, arrived, strict=True)
        if known.row != NEW and known.post_id != post.post_id > 0
    ]
    if told:
        connection.execute(update(posts).where(posts.c.id == bindparam("at")), told)


def _displace(connection: Connection, displaced: Sequence[Known]) -> None:
    """Take their ids from posts that the site shows under these no more: others have them now.

    What became of them is seen when all ids are listed: at their own addresses.
    """
    if displaced:
        connection.execute(
            update(posts).where(posts.c.id == bindparam("at")),
            [
                {"at": known.row, "post_id": stand_in(known.guid, known.place)}
                for known in displaced
            ],
        )


def _insert(
    connection: Connection, fresh: dict[int, dict[str, Any]], **columns: int
) -> dict[int, int]:
    """Insert new posts; return their rows by post id."""
    if not fresh:
        return {}
    added = connection.execute(
        insert(posts).returning(posts.c.id, posts.c.post_id),
        [{**columns, **post} for post in fresh.values()],
    )
    return {row.post_id: row.id for row in added}


def _note_doubles(
    connection: Connection, run_id: int, doubles: Sequence[tuple[Claim, Post]]
) -> None:
    """Remember how doubles came, so that they count as known; they are never published."""
    connection.execute(
        update(posts).where(posts.c.id == bindparam("at")),
        [
            {
                "at": claim.row,
                "double_of": claim.double_of,
                "raw_hash": raw_hash(post.raw),
                "modified_gmt": post.modified_gmt,
                "published": post.published,
                "seen_run": run_id,
                "deleted": False,
            }
            for claim, post in doubles
        ],
    )


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
