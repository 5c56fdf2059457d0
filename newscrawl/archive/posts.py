"""The posts of an archive: saving them, and finding those that are ready for a record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import bindparam, exists, func, select, update

from newscrawl.archive import lines, near_duplicates
from newscrawl.archive.among import among
from newscrawl.archive.codec import compress, decompress, pack
from newscrawl.archive.tables import articles, posts, queue, texts
from newscrawl.archive.write_locks import writes_site
from newscrawl.items import API, Link, PostBody
from newscrawl.urls.spelling import spelling_key
from newscrawl.wordpress.identity import digest, place_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from newscrawl.items import ClaimedPost


MAX_TAKEN: Final = 3 * 1024 * 1024
"""The most bytes of JSON that are taken at once to be published, if more than one post."""

NOTHING: Final = pack(None)
"""The data of a missing article."""

_IS_WHOLE: Final = posts.c.failure.is_(None) & posts.c.body.is_not(None)
"""The condition that newscrawl normalized the post; a post that failed gets no record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The values that show whether a post is known unchanged."""

    post_id: int
    guid: str
    raw_hash: bytes


@writes_site
def unchanged(
    connection: Connection, site_id: int, run_id: int, stamps: Sequence[Stamp]
) -> set[int]:
    """Return the ids of posts that have not changed, and record that this run saw them."""
    hashes = {stamp.post_id: (stamp.guid, stamp.raw_hash) for stamp in stamps}
    rows = connection.execute(
        select(posts.c.id, posts.c.post_id, posts.c.guid, posts.c.raw_hash).where(
            posts.c.site_id == site_id,
            among(connection, posts.c.post_id, hashes),
            ~posts.c.deleted,
        )
    )
    same = {
        r.id: r.post_id
        for r in rows
        if hashes[r.post_id][1] == r.raw_hash
        and spelling_key(hashes[r.post_id][0]) == spelling_key(r.guid)
    }
    if same:
        connection.execute(
            update(posts).where(among(connection, posts.c.id, same)).values(seen_run=run_id)
        )
    return set(same.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A post from the site, to be saved.

    Attributes:
        raw_hash: The hash of the post as the site sent it.
        article_id: The article of its link; None if it has no link.
    """

    item: ClaimedPost
    raw_hash: bytes
    article_id: int | None


def save(
    connection: Connection,
    run_id: int,
    arrivals: Sequence[Arrival],
    waiting: Collection[int],
    *,
    taken: Collection[int] = (),
) -> None:
    """Save posts and mark each as stale; it is ready if nothing is missing for its record.

    A post that could not be normalized keeps its earlier body and article.

    Args:
        waiting: The articles that records wait for.
        taken: Rows whose records the caller makes at once, so they do not become ready.
    """
    rows = [
        {
            "at": arrival.item.row,
            "ready": arrival.item.failure is None
            and arrival.article_id not in waiting
            and arrival.item.row not in taken,
            **_columns(arrival, run_id),
        }
        for arrival in arrivals
    ]
    known = {arrival.item.row for arrival in arrivals if not arrival.item.is_new}
    bodies = {row["at"]: row["body"] for row in rows if row["at"] in known and "body" in row}
    lines.detach(connection, bodies)
    for _, alike in groupby(sorted(rows, key=sorted), key=sorted):  # rows with the same columns
        connection.execute(update(posts).where(posts.c.id == bindparam("at")), list(alike))
    failed = [arrival.item.row for arrival in arrivals if arrival.item.failure is not None]
    if failed:
        tried = {"failures": posts.c.failures + 1}
        connection.execute(update(posts).where(posts.c.id.in_(failed)).values(tried))
    signatures = {a.item.row: a.item.signature for a in arrivals if a.item.failure is None}
    near_duplicates.sign(connection, "post", signatures)


def _columns(arrival: Arrival, run_id: int) -> dict[str, Any]:
    post = arrival.item.post
    # If the source has no id or guid, the row keeps the one of a better source.
    identity: dict[str, Any] = {"post_id": post.post_id} if post.post_id > 0 else {}
    if post.guid or post.source == API:
        identity["guid"] = post.guid
    return {
        **identity,
        "type": post.type,
        "slug": post.slug,
        "place": place_of(post),
        "source": post.source,
        "published": post.published,
        "modified_gmt": post.modified_gmt,
        "raw_hash": arrival.raw_hash,
        "digest": digest(post),
        **_made(arrival),
        "seen_run": run_id,
        "deleted": False,
        "double_of": None,
        "stale": True,
    }


def _made(arrival: Arrival) -> dict[str, Any]:
    """Return the columns of the post and of its normalized body, or of its failure.

    The body has most of the post's words, so the post is compressed beside it.
    """
    item = arrival.item
    if item.failure is not None:  # the row may keep an earlier body
        return {"raw": pack(item.post.raw), "failure": item.failure}
    body = orjson.dumps(item.body)
    return {
        "raw": pack(item.post.raw, beside=body),
        "body": compress(body),
        "link": None if item.link is None else asdict(item.link),
        "article_id": arrival.article_id,
        "failure": None,
        "failures": 0,
    }


def edited(connection: Connection, arrived: Mapping[int, ClaimedPost]) -> set[int]:
    """Return the rows of posts that had a record before and were edited since.

    Not edits: a change of source, as its values always differ; a nonce in the raw post, as only
    normalized bodies are compared; a post that the archive knows only from an output file.

    Args:
        arrived: The posts from the site, by row.
    """
    found = connection.execute(
        select(posts.c.id, posts.c.source, posts.c.modified_gmt, posts.c.body).where(
            among(connection, posts.c.id, arrived),
            posts.c.revision > 0,
            posts.c.raw_hash.is_not(None),
            posts.c.body.is_not(None),  # from a file, and its first post from the site failed
        )
    )
    return {
        row.id
        for row in found
        if row.source == (item := arrived[row.id]).post.source
        and (
            row.modified_gmt != item.post.modified_gmt
            or decompress(row.body) != orjson.dumps(item.body)
        )
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyRow:
    """An archived post whose record can be made.

    Attributes:
        post_id: The id; a stand-in below zero if it is unknown.
        source: The source of *raw*, which decides how it is decoded.
        raw: The post as the site sent it.
        link: The full-article link; None if the post has no link, and so no article.
        article: The fields of the article; None if it was not fetched yet.
        story: The name of the story of the article, or of the post if it has no article; None if
            the text is too short.
        deleted: Whether the site no longer has the post. Then its record is a tombstone.
    """

    row: int
    post_id: int
    guid: str
    source: str
    raw: dict[str, Any]
    body: PostBody
    link: Link | None
    article: dict[str, Any] | None
    story: str | None
    deleted: bool


def is_any_ready(connection: Connection, site_id: int) -> bool:
    """Return whether a post of a site is ready to be published."""
    is_ready = (posts.c.site_id == site_id, posts.c.stale, posts.c.ready, _IS_WHOLE)
    return connection.execute(select(posts.c.id).where(*is_ready).limit(1)).first() is not None


@writes_site
def take_ready(connection: Connection, site_id: int, limit: int) -> list[ReadyRow]:
    """Take posts to publish. A post that changes after this is ready again.

    Args:
        limit: The most posts to return. Fewer are returned if they have more than `MAX_TAKEN`
            bytes; an empty list means that no post is ready.
    """
    behind, own = texts.alias("behind"), texts.alias("own")
    rows = connection.execute(
        select(
            posts.c.id,
            posts.c.post_id,
            posts.c.guid,
            posts.c.source,
            posts.c.raw,
            posts.c.body,
            posts.c.link,
            posts.c.deleted,
            articles.c.data,
            func.coalesce(behind.c.story, own.c.story).label("story"),
        )
        .join_from(posts, articles, isouter=True)
        .join(behind, behind.c.article_id == posts.c.article_id, isouter=True)
        .join(own, own.c.post == posts.c.id, isouter=True)
        .where(posts.c.site_id == site_id, posts.c.stale, posts.c.ready, _IS_WHOLE)
        .order_by(posts.c.id)
        .limit(limit)
    )
    taken: list[ReadyRow] = []
    size = 0
    for row in rows:
        body, data = map(decompress, (row.body, row.data or NOTHING))
        raw = decompress(row.raw, beside=body)
        size += len(raw) + len(body) + len(data)
        if taken and size > MAX_TAKEN:
            rows.close()
            break
        taken.append(_ready(row, raw, body, data))
    if taken:
        connection.execute(
            update(posts)
            .where(among(connection, posts.c.id, [post.row for post in taken]))
            .values(ready=False)
        )
    return taken


def _ready(row: Any, raw: bytes, body: bytes, data: bytes) -> ReadyRow:
    return ReadyRow(
        row=row.id,
        post_id=row.post_id,
        guid=row.guid,
        source=row.source,
        raw=orjson.loads(raw),
        body=PostBody(**orjson.loads(body)),
        link=None if row.link is None else Link(**row.link),
        article=orjson.loads(data),
        story=row.story,
        deleted=row.deleted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRow:
    """A post that could not be normalized.

    Attributes:
        source: The source of *raw*, which decides how it is decoded.
        raw: The post as the site sent it.
    """

    row: int
    post_id: int
    guid: str
    source: str
    raw: dict[str, Any]


def failed_ids(connection: Connection, site_id: int, limit: int) -> list[int]:
    """Return the rows of posts that could not be normalized, those with the fewest tries first.

    Deleted posts are left out.
    """
    return list(
        connection.execute(
            select(posts.c.id)
            .where(posts.c.site_id == site_id, posts.c.failure.is_not(None), ~posts.c.deleted)
            .order_by(posts.c.failures, posts.c.id)
            .limit(limit)
        ).scalars()
    )


def failed(connection: Connection, rows: Collection[int]) -> list[FailedRow]:
    """Return the posts of these rows that could not be normalized and are not deleted."""
    found = connection.execute(
        select(posts.c.id, posts.c.post_id, posts.c.guid, posts.c.source, posts.c.raw).where(
            posts.c.id.in_(list(rows)), posts.c.failure.is_not(None), ~posts.c.deleted
        )
    )
    return [
        FailedRow(
            row=row.id,
            post_id=row.post_id,
            guid=row.guid,
            source=row.source,
            raw=orjson.loads(decompress(row.raw)),
        )
        for row in found
    ]


def failures(connection: Connection, site_id: int, limit: int) -> dict[str, str]:
    """Return the reasons why posts could not be normalized, by id, or by guid without an id."""
    found = connection.execute(
        select(posts.c.post_id, posts.c.guid, posts.c.failure)
        .where(posts.c.site_id == site_id, posts.c.failure.is_not(None), ~posts.c.deleted)
        .order_by(posts.c.failures, posts.c.id)
        .limit(limit)
    )
    return {str(row.post_id) if row.post_id > 0 else row.guid: row.failure for row in found}


@writes_site
def give_back(connection: Connection, site_id: int, rows: Collection[int]) -> None:
    """Make posts of a site ready again that were taken but not published."""
    are_they = (posts.c.site_id == site_id) & posts.c.id.in_(rows) & posts.c.stale
    connection.execute(update(posts).where(are_they).values(ready=True))


def count_unpublished(connection: Connection, site_id: int, *, but: float | None = None) -> int:
    """Return how many posts have a body and no record of their present state.

    Args:
        but: Unix seconds. Posts whose queued article is due by this time are not counted, nor those
            that are ready: their article came a moment ago, and others publish them.
    """
    conditions = [posts.c.site_id == site_id, posts.c.stale, _IS_WHOLE]
    if but is not None:
        conditions += [~posts.c.ready, ~_waits_for_article(site_id, but)]
    return int(connection.execute(select(func.count()).where(*conditions)).scalar_one())


def _waits_for_article(site_id: int, by: float) -> ColumnElement[bool]:
    return exists().where(
        queue.c.site_id == site_id, queue.c.article_id == posts.c.article_id, queue.c.due <= by
    )


@writes_site
def make_ready(
    connection: Connection,
    site_id: int,
    *,
    but: float | None = None,
    held: Sequence[int] = (),
) -> int:
    """Make ready every stale post; return how many posts became ready.

    Among them are posts that were taken before a crash and not published.

    Args:
        but: Unix seconds. Posts whose queued article is due by this time do not become ready,
            as the run fetches it first. None if there is no such exception.
        held: Rows that do not become ready.
    """
    conditions = [posts.c.site_id == site_id, posts.c.stale, ~posts.c.ready, _IS_WHOLE]
    if held:
        conditions.append(posts.c.id.not_in(held))
    if but is not None:
        conditions.append(~_waits_for_article(site_id, but))
    result = connection.execute(update(posts).where(*conditions).values(ready=True))
    return result.rowcount
