"""Which archived post an arriving post is."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, func, insert, or_, select, update

from newscrawl.archive.tables import posts, sites
from newscrawl.identity import (
    Known,
    digest,
    is_double,
    is_familiar,
    place_of,
    raw_hash,
    same_elsewhere,
    same_post,
    stand_in,
)
from newscrawl.items import API

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from newscrawl.items import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The row of a post in the archive.

    Attributes:
        double_of: The id under which the same post is archived already; None for all others.
        shared: Its guid is another living post's, too.
    """

    row: int
    double_of: int | None = None
    shared: bool = False


def claim(
    connection: Connection,
    site_id: int,
    run_id: int,
    arrived: Sequence[Post],
    *,
    gone: frozenset[int] = frozenset(),
    trusts_guids: bool = True,
) -> list[Claim]:
    """Return the row of each post, a new one where no archived post is that post.

    Args:
        gone: Ids that the site was asked for and no longer has.
        trusts_guids: Whether guids tell the posts of this site apart; else their ids alone do.

    A site with several REST roots, one a language, is several sites here: a post that another of
    them has under the same id and link is that post, and so a double.

    A row without content, left by a crash between this and `save`, is a new post the next time.
    """
    book = _Identities(connection, site_id, run_id, arrived, trusts_guids=trusts_guids)
    book.twins = _twins(connection, site_id, arrived)
    found = [book.find(post, gone) for post in arrived]
    _displace(connection, book.displaced)
    rows = _insert(connection, book.fresh, site_id=site_id, seen_run=run_id)
    _number(connection, run_id, found, arrived)
    claims = [
        Claim(
            row=rows.get(known.post_id, known.row),
            double_of=known.double_of,
            shared=post.post_id in book.shared,
        )
        for known, post in zip(found, arrived, strict=True)
    ]
    doubles = [(c, p) for c, p in zip(claims, arrived, strict=True) if c.double_of is not None]
    if doubles:
        _note_doubles(connection, run_id, doubles)
    return claims


def _twins(connection: Connection, site_id: int, arrived: Sequence[Post]) -> set[int]:
    """Return the ids of posts that another REST root of the same host has, with the same link."""
    key = connection.execute(select(sites.c.key).where(sites.c.id == site_id)).scalar_one()
    host = key.partition("/")[0]
    # A range, as an index knows none of LIKE: what follows the host in a key is a path.
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
    return {row.post_id for row in rows if row.place and row.place == places[row.post_id]}


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
    """Tell whether guids tell posts apart: all but a small share of a site's have their own."""
    empty, shared, every = poor_guids(connection, site_id)
    return empty + shared <= every * MAX_POOR_SHARE


def familiar(
    connection: Connection, site_id: int, run_id: int, arrived: Sequence[Post]
) -> set[int]:
    """Return the ids of posts that came as before, or are known from a better source.

    So is one that this run has found under another address. For posts of a feed or a sitemap,
    where ids may be stand-ins. Notes that they were seen.
    """
    book = _Identities(connection, site_id, run_id, arrived)
    found = {}
    for post in arrived:
        known = book.known(post)
        if known is not None and (known.seen or is_familiar(post, known)):
            found[known.row] = post.post_id
    connection.execute(update(posts).where(posts.c.id.in_(list(found))).values(seen_run=run_id))
    return set(found.values())


def _number(
    connection: Connection, run_id: int, found: Sequence[Known], arrived: Sequence[Post]
) -> None:
    """Give posts that came without their id, or under another one, the one that the API tells."""
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


NEW: Final = 0
"""The row of a post that has none yet."""

_IDENTITY: Final = (
    posts.c.id.label("row"),
    posts.c.guid,
    posts.c.post_id,
    posts.c.slug,
    posts.c.published,
    posts.c.digest,
    posts.c.double_of,
    posts.c.deleted,
    posts.c.place,
    posts.c.source,
    posts.c.raw_hash,
    posts.c.seen_run,
)


class _Identities:
    """Who the arrived posts are, by a few look-ups for all of them."""

    def __init__(
        self,
        connection: Connection,
        site_id: int,
        run_id: int,
        arrived: Sequence[Post],
        *,
        trusts_guids: bool = True,
    ) -> None:
        self.fresh: dict[int, dict[str, Any]] = {}
        self.shared: set[int] = set()
        self.twins: set[int] = set()
        self.displaced: list[Known] = []
        self._run_id = run_id
        self._trusts_guids = trusts_guids
        self._by_id: dict[int, list[Known]] = defaultdict(list)
        self._by_guid: dict[str, list[Known]] = defaultdict(list)
        self._all: dict[int, Known] = {}
        ids = [post.post_id for post in arrived]
        guids = [post.guid for post in arrived if post.guid and trusts_guids]
        self._alike = Counter(guids)
        places = [place for post in arrived if (place := place_of(post))]
        names = [name for post in arrived for name in self._names(post)]
        of_site = posts.c.site_id == site_id
        # Single questions, as SQLite answers one with "or" by reading all posts of the site.
        rows = {
            row.row: row._asdict()
            for column, values in (
                (posts.c.post_id, ids),
                (posts.c.guid, guids),
                (posts.c.place, places),
            )
            for row in connection.execute(select(*_IDENTITY).where(of_site, column.in_(values)))
        }
        # The living ones win, and the oldest of them.
        for row in sorted(rows.values(), key=lambda row: (row["deleted"], row["row"])):
            seen = row.pop("seen_run") == run_id
            guid = row["guid"] if trusts_guids else ""
            self._remember(Known(**{**row, "guid": guid, "seen": seen}))
        taken = select(posts.c.identity).where(of_site, posts.c.identity.in_(names))
        self._taken = set(connection.execute(taken).scalars())

    def known(self, post: Post, gone: frozenset[int] = frozenset()) -> Known | None:
        """Return the archived post that *post* is; None where it is a new one."""
        same_id = self._by_id[post.post_id]
        same_guid = self._by_guid[post.guid] if self._alike[post.guid] == 1 else []
        known = same_post(post, same_id=same_id, same_guid=same_guid, gone=gone)
        if known is None:
            known = same_elsewhere(post, list(self._all.values()))
        if known is not None:
            self._all[known.row] = replace(known, seen=True)
        return known

    def find(self, post: Post, gone: frozenset[int]) -> Known:
        """Return who *post* is; of row `NEW` where it is a new one."""
        known = self.known(post, gone)
        double_of = None
        if known is None or known.double_of is not None:
            double_of = self._double_of(post)
        if known is None or known.post_id < 0 < post.post_id:
            self.displaced += [k for k in self._by_id[post.post_id] if not k.deleted and k.row]
        if known is not None:
            return replace(known, double_of=double_of)
        return self._add(post, double_of)

    def _double_of(self, post: Post) -> int | None:
        if post.post_id in self.twins:
            return post.post_id
        same_guid = self._by_guid[post.guid]
        return next((known.post_id for known in same_guid if is_double(post, known)), None)

    def _add(self, post: Post, double_of: int | None) -> Known:
        entry = Known(
            row=NEW,
            guid=post.guid if self._trusts_guids else "",
            post_id=post.post_id,
            slug=post.slug,
            published=post.published,
            digest=digest(post),
            double_of=double_of,
        )
        if self._by_guid[post.guid] and double_of is None:
            self.shared.add(post.post_id)
        self.fresh[post.post_id] = {
            "identity": self._name(post),
            "guid": post.guid,
            "post_id": post.post_id,
            "type": post.type,
            "slug": post.slug,
            "place": place_of(post),
            "source": post.source,
            "published": post.published,
            "digest": entry.digest,
        }
        self._remember(entry)
        return entry

    def _remember(self, known: Known) -> None:
        if known.row != NEW:
            self._all[known.row] = known
        self._by_id[known.post_id].append(known)
        if known.guid and known.double_of is None and not known.deleted:
            self._by_guid[known.guid].append(known)

    def _name(self, post: Post) -> str:
        name = next(name for name in self._names(post) if name not in self._taken)
        self._taken.add(name)
        return name

    def _names(self, post: Post) -> list[str]:
        """Return names for a new post, best first: its guid, where no other post has it."""
        own = f"id:{post.post_id}"
        names = [own, f"{own}:{post.guid}", f"{own}:{self._run_id}"]
        return [post.guid, *names] if post.guid and self._trusts_guids else names
