"""Which archived post an arriving post is, and whether guids distinguish the posts of a site."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, func, insert, or_, select, update

from newscrawl.archive import forgotten
from newscrawl.archive.among import among
from newscrawl.archive.identities import NEW, Identities
from newscrawl.archive.tables import posts, sites
from newscrawl.archive.write_locks import writes_site
from newscrawl.items import API
from newscrawl.urls.spelling import spelling_key
from newscrawl.wordpress.identity import KnownPost, is_familiar, place_of, raw_hash, stand_in_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from newscrawl.items import Post

MAX_POOR_SHARE: Final = 0.1
"""If more than this share of a site's posts have an empty or a shared guid, the site does not
maintain its guids, and only ids distinguish its posts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The row of a post in the archive.

    Attributes:
        double_of: The id of the same post that is archived already; None if it is not a double.
        shared: Whether another post that is not deleted has the same guid.
        is_new: Whether the row is new, and no other post of the batch has it.
        guid: The guid in the archive if the post came with another spelling of it; else None.
        forgotten: Whether the post was taken out for good.
    """

    row: int
    double_of: int | None = None
    shared: bool = False
    is_new: bool = False
    guid: str | None = None
    forgotten: bool = False


@writes_site
def claim(
    connection: Connection,
    site_id: int,
    run_id: int,
    arrived: Sequence[Post],
    *,
    gone: frozenset[int] = frozenset(),
    trusts_guids: bool = True,
) -> list[Claim]:
    """Return the row of each post; insert a row for each new post.

    If a site has one REST root for each language, each root is a site of the archive. A post that
    another root has under the same id and link is a double.

    A crash between this function and `save` leaves a row without content. The next run treats it
    as a new post.

    Args:
        gone: Ids that the site no longer has; each was requested.
        trusts_guids: Whether guids distinguish the posts of this site; else only their ids do.
    """
    away = forgotten.recognized(connection, site_id, arrived, trusts_guids=trusts_guids)
    forgotten.note_seen(connection, run_id, arrived, away)
    others = [post for post in arrived if post.post_id not in away]
    found = _claim(connection, site_id, run_id, others, gone=gone, trusts_guids=trusts_guids)
    claims = iter(found)
    return [
        Claim(row=away[post.post_id], forgotten=True) if post.post_id in away else next(claims)
        for post in arrived
    ]


def _claim(
    connection: Connection,
    site_id: int,
    run_id: int,
    arrived: Sequence[Post],
    *,
    gone: frozenset[int],
    trusts_guids: bool,
) -> list[Claim]:
    """Do the same for posts that were not forgotten."""
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
    """Return the guid *known* if *guid* is another spelling of it; else None."""
    is_other = known != guid and spelling_key(known) == spelling_key(guid)
    return known if is_other else None


def _twins(connection: Connection, site_id: int, arrived: Sequence[Post]) -> set[int]:
    """Return the ids of posts that another REST root of the same host has with the same link."""
    key = connection.execute(select(sites.c.key).where(sites.c.id == site_id)).scalar_one()
    host = key.partition("/")[0]
    # A path follows the host in a key. "0" is the character after "/", so this range has all paths
    # of the host. LIKE would not use the index.
    of_host = or_(sites.c.key == host, sites.c.key.between(f"{host}/", f"{host}0"))
    others = connection.execute(select(sites.c.id).where(of_host, sites.c.id != site_id)).scalars()
    if not (other_ids := others.all()):
        return set()
    places = {post.post_id: place_of(post) for post in arrived}
    rows = connection.execute(
        select(posts.c.post_id, posts.c.place).where(
            posts.c.site_id.in_(other_ids),
            among(connection, posts.c.post_id, places),
            posts.c.double_of.is_(None),
            ~posts.c.deleted,
        )
    )
    return {
        row.post_id
        for row in rows
        if row.place and spelling_key(row.place) == spelling_key(places[row.post_id])
    }


@writes_site
def unchanged_posts(
    connection: Connection, site_id: int, run_id: int, arrived: Sequence[Post]
) -> set[int]:
    """Return the ids of posts that need no work, and record that this run saw them.

    These posts are unchanged, known from a better source, or already seen by this run under
    another address. The posts come from a feed or a sitemap, so an id may be a negative stand-in.
    """
    book = Identities(connection, site_id, run_id, arrived)
    found = {}
    for post in arrived:
        known = book.known(post)
        if known is not None and (known.seen or is_familiar(post, known)):
            found[known.row] = post.post_id
    away = forgotten.recognized(connection, site_id, arrived)
    seen = [*found, *away.values()]
    connection.execute(update(posts).where(posts.c.id.in_(seen)).values(seen_run=run_id))
    return {*found.values(), *away}


def recognized(connection: Connection, site_id: int, arrived: Sequence[Post]) -> set[int]:
    """Return the ids of the posts, from a feed or a sitemap, that the archive knows."""
    book = Identities(connection, site_id, 0, arrived)
    known = {post.post_id for post in arrived if book.known(post) is not None}
    return known | forgotten.recognized(connection, site_id, arrived).keys()


def _number(
    connection: Connection, run_id: int, found: Sequence[KnownPost], arrived: Sequence[Post]
) -> None:
    """Save the API's id of posts that were archived with a stand-in or another id."""
    numbered = [
        {"at": known.row, "post_id": post.post_id, "seen_run": run_id}
        for known, post in zip(found, arrived, strict=True)
        if known.row != NEW and known.post_id != post.post_id > 0
    ]
    if numbered:
        connection.execute(update(posts).where(posts.c.id == bindparam("at")), numbered)


def _displace(connection: Connection, displaced: Sequence[KnownPost]) -> None:
    """Replace the ids of posts by stand-ins, because other posts have these ids now.

    The next listing of all ids requests the displaced posts at their own addresses.
    """
    if displaced:
        connection.execute(
            update(posts).where(posts.c.id == bindparam("at")),
            [
                {"at": known.row, "post_id": stand_in_id(known.guid, known.place)}
                for known in displaced
            ],
        )


def _insert(
    connection: Connection, fresh: dict[int, dict[str, Any]], **columns: int
) -> dict[int, int]:
    """Insert new posts; return their row ids by post id."""
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
    """Save the hashes and dates of doubles, so that they count as known. They get no record."""
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
    """Return three counts of posts that are not deleted: with an empty guid, a shared one, and all.

    Only posts from the API count.
    """
    alive = (posts.c.site_id == site_id) & ~posts.c.deleted & posts.c.double_of.is_(None)
    alive &= ~posts.c.forgotten
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
    empty, shared, total = (int(count or 0) for count in row)
    return empty, shared, total


def trusts_guids(connection: Connection, site_id: int) -> bool:
    """Return whether guids distinguish the site's posts: nearly every post has its own guid."""
    empty, shared, total = poor_guids(connection, site_id)
    return empty + shared <= total * MAX_POOR_SHARE
