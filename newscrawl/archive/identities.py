"""Find the archived posts of a batch of arriving posts, with a few queries for the whole batch."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from newscrawl.archive.among import among
from newscrawl.archive.guids import with_guids
from newscrawl.archive.tables import posts
from newscrawl.urls.spelling import spelling_key, spellings
from newscrawl.wordpress.identity import (
    KnownPost,
    digest,
    is_double,
    place_of,
    same_elsewhere,
    same_post,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from newscrawl.items import Post

NEW: Final = 0
"""The row of a post that is not archived yet."""

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


class Identities:
    """The archived posts of a batch of arriving posts.

    Attributes:
        fresh: The columns of the rows to insert, by post id.
        shared: The ids of new posts whose guid another post has, too.
        twins: The ids of posts that another REST root of the same host has; set by the caller.
        displaced: Archived posts whose id now belongs to another post.
    """

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
        self.displaced: list[KnownPost] = []
        self._run_id = run_id
        self._trusts_guids = trusts_guids
        self._by_id: dict[int, list[KnownPost]] = defaultdict(list)
        self._by_guid: dict[str, list[KnownPost]] = defaultdict(list)
        self._all: dict[int, KnownPost] = {}
        ids = [post.post_id for post in arrived]
        named = [post.guid for post in arrived if post.guid and trusts_guids]
        self._alike = Counter(map(spelling_key, named))
        guids = {spelling for guid in named for spelling in spellings(guid)}
        places = {
            spelling for post in arrived for spelling in spellings(place_of(post)) if spelling
        }
        names = [name for post in arrived for name in self._names(post)]
        of_site = (posts.c.site_id == site_id) & ~posts.c.forgotten
        # Three queries: for one query with OR, SQLite would read all posts of the site.
        of_columns = select(*_IDENTITY).where(of_site)
        queries = (
            of_columns.where(among(connection, posts.c.post_id, ids)),
            with_guids(connection, _IDENTITY, of_site, guids),
            of_columns.where(among(connection, posts.c.place, places)),
        )
        rows = {row.row: row._asdict() for q in queries for row in connection.execute(q)}
        # Posts that are not deleted come first, then the oldest.
        for row in sorted(rows.values(), key=lambda row: (row["deleted"], row["row"])):
            seen = row.pop("seen_run") == run_id
            guid = row["guid"] if trusts_guids else ""
            self._remember(KnownPost(**{**row, "guid": guid, "seen": seen}))
        taken = select(posts.c.identity).where(
            posts.c.site_id == site_id, among(connection, posts.c.identity, names)
        )
        self._taken = set(connection.execute(taken).scalars())

    def known(self, post: Post, gone: frozenset[int] = frozenset()) -> KnownPost | None:
        """Return the archived post that *post* is; None if *post* is new."""
        same_id = self._by_id[post.post_id]
        guid = spelling_key(post.guid)
        same_guid = self._by_guid[guid] if self._alike[guid] == 1 else []
        known = same_post(post, same_id=same_id, same_guid=same_guid, gone=gone)
        if known is None:
            known = same_elsewhere(post, list(self._all.values()))
        if known is not None:
            self._all[known.row] = replace(known, seen=True)
        return known

    def find(self, post: Post, gone: frozenset[int]) -> KnownPost:
        """Return the archived post that *post* is; with the row `NEW` if *post* is new."""
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
        same_guid = self._by_guid[spelling_key(post.guid)]
        return next((known.post_id for known in same_guid if is_double(post, known)), None)

    def _add(self, post: Post, double_of: int | None) -> KnownPost:
        entry = KnownPost(
            row=NEW,
            guid=post.guid if self._trusts_guids else "",
            post_id=post.post_id,
            slug=post.slug,
            published=post.published,
            digest=digest(post),
            double_of=double_of,
        )
        if self._by_guid[spelling_key(post.guid)] and double_of is None:
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

    def _remember(self, known: KnownPost) -> None:
        if known.row != NEW:
            self._all[known.row] = known
        self._by_id[known.post_id].append(known)
        if known.guid and known.double_of is None and not known.deleted:
            self._by_guid[spelling_key(known.guid)].append(known)

    def _name(self, post: Post) -> str:
        name = next(name for name in self._names(post) if name not in self._taken)
        self._taken.add(name)
        return name

    def _names(self, post: Post) -> list[str]:
        """Return possible names for a new post, the best first; the first free one is taken."""
        own = f"id:{post.post_id}"
        names = [own, f"{own}:{post.guid}", f"{own}:{self._run_id}"]
        return [post.guid, *names] if post.guid and self._trusts_guids else names
