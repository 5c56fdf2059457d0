"""The posts of an archive: who they are, what came, and which of them are ready for a record."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, exists, insert, select, update

from newscrawl.archive.blobs import pack, unpack
from newscrawl.archive.tables import articles, posts, queue
from newscrawl.identity import Known, digest, is_double, raw_hash, same_post
from newscrawl.items import Link, PostBody

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from newscrawl.items import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What tells whether a post of a page is known as it is."""

    post_id: int
    guid: str
    raw_hash: bytes


def unchanged(
    connection: Connection, site_id: int, run_id: int, stamps: Sequence[Stamp]
) -> set[int]:
    """Return the ids of posts that came as they came before, and note that they were seen."""
    hashes = {stamp.post_id: (stamp.guid, stamp.raw_hash) for stamp in stamps}
    rows = connection.execute(
        select(posts.c.id, posts.c.post_id, posts.c.guid, posts.c.raw_hash).where(
            posts.c.site_id == site_id, posts.c.post_id.in_(list(hashes)), ~posts.c.deleted
        )
    )
    same = {r.id: r.post_id for r in rows if hashes[r.post_id] == (r.guid, r.raw_hash)}
    if same:
        connection.execute(update(posts).where(posts.c.id.in_(list(same))).values(seen_run=run_id))
    return set(same.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The row of a post in the archive.

    Attributes:
        double_of: The id under which the site lists the same post, too; None for all others.
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
) -> list[Claim]:
    """Return the row of each post, a new one where no archived post is that post.

    A row without content, left by a crash between this and `save`, is a new post the next time.
    """
    book = _Identities(connection, site_id, arrived)
    found = [book.find(post, gone) for post in arrived]
    rows = _insert(connection, book.fresh, site_id=site_id, seen_run=run_id)
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
)


class _Identities:
    """Who the arrived posts are, by three look-ups for all of them."""

    def __init__(self, connection: Connection, site_id: int, arrived: Sequence[Post]) -> None:
        self.fresh: dict[int, dict[str, Any]] = {}
        self.shared: set[int] = set()
        self._by_id: dict[int, Known] = {}
        self._by_guid: dict[str, Known] = {}
        ids = [post.post_id for post in arrived]
        guids = [post.guid for post in arrived if post.guid]
        names = [name for post in arrived for name in _names(post)]
        of_site = posts.c.site_id == site_id
        # Two questions, as SQLite answers one with "or" by reading all posts of the site.
        rows = {
            row.row: row._asdict()
            for asked in (posts.c.post_id.in_(ids), posts.c.guid.in_(guids))
            for row in connection.execute(select(*_IDENTITY).where(of_site, asked))
        }
        # The living ones win, and the oldest of them.
        for row in sorted(rows.values(), key=lambda row: (row.pop("deleted"), row["row"])):
            self._remember(Known(**row))
        taken = select(posts.c.identity).where(of_site, posts.c.identity.in_(names))
        self._taken = set(connection.execute(taken).scalars())

    def find(self, post: Post, gone: frozenset[int]) -> Known:
        """Return who *post* is; of row `NEW` where it is a new one."""
        by_guid = self._by_guid.get(post.guid)
        known = same_post(post, by_id=self._by_id.get(post.post_id), by_guid=by_guid, gone=gone)
        if by_guid is not None and (known is None or known.double_of is not None):
            double_of = by_guid.post_id if is_double(post, by_guid) else None
        else:
            double_of = None
        if known is not None:
            return replace(known, double_of=double_of)
        return self._add(post, double_of)

    def _add(self, post: Post, double_of: int | None) -> Known:
        entry = Known(
            row=NEW,
            guid=post.guid,
            post_id=post.post_id,
            slug=post.slug,
            published=post.published,
            digest=digest(post),
            double_of=double_of,
        )
        if post.guid in self._by_guid and double_of is None:
            self.shared.add(post.post_id)
        self.fresh[post.post_id] = {
            "identity": self._name(post),
            "guid": post.guid,
            "post_id": post.post_id,
            "type": post.type,
            "slug": post.slug,
            "published": post.published,
            "digest": entry.digest,
        }
        self._remember(entry)
        return entry

    def _remember(self, known: Known) -> None:
        self._by_id.setdefault(known.post_id, known)
        if known.guid and known.double_of is None:
            self._by_guid.setdefault(known.guid, known)

    def _name(self, post: Post) -> str:
        name = next(name for name in _names(post) if name not in self._taken)
        self._taken.add(name)
        return name


def _names(post: Post) -> list[str]:
    """Return names for a new post, best first: its guid, where no other post has it."""
    names = [f"id:{post.post_id}", f"id:{post.post_id}:{post.guid}"]
    return [post.guid, *names] if post.guid else names


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A post that the walk brought, as it is to be kept."""

    row: int
    post: Post
    raw_hash: bytes
    article_id: int | None


def save(
    connection: Connection, run_id: int, arrivals: Sequence[Arrival], waiting: Collection[int]
) -> None:
    """Keep what came; each post is stale now, and ready where nothing is missing for its record.

    Args:
        waiting: The articles that records wait for.
    """
    connection.execute(
        update(posts).where(posts.c.id == bindparam("at")),
        [
            {"at": each.row, "ready": each.article_id not in waiting, **_columns(each, run_id)}
            for each in arrivals
        ],
    )


def _columns(arrival: Arrival, run_id: int) -> dict[str, Any]:
    post = arrival.post
    return {
        "guid": post.guid,
        "post_id": post.post_id,
        "type": post.type,
        "slug": post.slug,
        "published": post.published,
        "modified_gmt": post.modified_gmt,
        "raw": pack(post.raw),
        "raw_hash": arrival.raw_hash,
        "digest": digest(post),
        "body": pack(asdict(post.body)) if post.body else None,
        "link": None if post.link is None else asdict(post.link),
        "article_id": arrival.article_id,
        "seen_run": run_id,
        "deleted": False,
        "double_of": None,
        "stale": True,
    }


def published(connection: Connection, rows: Sequence[int]) -> set[int]:
    """Return those rows of posts that have had a record before."""
    found = connection.execute(select(posts.c.id).where(posts.c.id.in_(rows), posts.c.revision > 0))
    return set(found.scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An archived post whose record can be made.

    Attributes:
        link: The full-article link; None where the post has none, and so no article.
        article: What is known of the article; None where it was not asked for yet.
        outcome: Of the article; None where the post has no link.
        deleted: The site no longer has the post: its record is a tombstone.
    """

    row: int
    raw: dict[str, Any]
    body: PostBody
    link: Link | None
    article: dict[str, Any] | None
    outcome: str | None
    deleted: bool


def take_ready(connection: Connection, site_id: int, limit: int) -> list[Ready]:
    """Take posts to be published; one that changes meanwhile is ready again."""
    rows = connection.execute(
        select(
            posts.c.id,
            posts.c.raw,
            posts.c.body,
            posts.c.link,
            posts.c.deleted,
            articles.c.data,
            articles.c.outcome,
        )
        .join_from(posts, articles, isouter=True)
        .where(posts.c.site_id == site_id, posts.c.stale, posts.c.ready)
        .order_by(posts.c.id)
        .limit(limit)
    ).all()
    if rows:
        connection.execute(
            update(posts).where(posts.c.id.in_([row.id for row in rows])).values(ready=False)
        )
    return [
        Ready(
            row=row.id,
            raw=unpack(row.raw),
            body=PostBody(**unpack(row.body)),
            link=None if row.link is None else Link(**row.link),
            article=None if row.data is None else unpack(row.data),
            outcome=row.outcome,
            deleted=row.deleted,
        )
        for row in rows
    ]


def make_ready(connection: Connection, site_id: int, *, but: float | None = None) -> int:
    """Make ready every stale post; return how many became so.

    What a crash left taken but unpublished comes back this way.

    Args:
        but: Those whose article is in the queue and due before this time (Unix seconds) stay as
            they are; None for none.
    """
    conditions = [posts.c.site_id == site_id, posts.c.stale, ~posts.c.ready]
    if but is not None:
        is_queued = exists().where(
            queue.c.site_id == site_id, queue.c.article_id == posts.c.article_id, queue.c.due <= but
        )
        conditions.append(~is_queued)
    result = connection.execute(update(posts).where(*conditions).values(ready=True))
    return result.rowcount
