"""The posts of an archive: what came, and which of them are ready for a record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import bindparam, exists, func, select, update

from newscrawl.archive import near_duplicates
from newscrawl.archive.codec import pack, unsqueeze
from newscrawl.archive.tables import articles, posts, queue, texts
from newscrawl.items import API, Link, PostBody
from newscrawl.urls.spelling import spelling_key
from newscrawl.wordpress.identity import digest, place_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from newscrawl.items import ClaimedPost


MAX_TAKEN: Final = 3 * 1024 * 1024
"""Bytes of JSON that are taken at once to be published."""

NOTHING: Final = pack(None)

_IS_WHOLE: Final = posts.c.failure.is_(None)
"""Of a post with a body: no failure of ours stands between what came and its record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The values that show whether a post is known unchanged."""

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
    same = {
        r.id: r.post_id
        for r in rows
        if hashes[r.post_id][1] == r.raw_hash
        and spelling_key(hashes[r.post_id][0]) == spelling_key(r.guid)
    }
    if same:
        connection.execute(update(posts).where(posts.c.id.in_(list(same))).values(seen_run=run_id))
    return set(same.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A post that the walk brought, as it is to be kept."""

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
    """Keep what came; each post is stale now, and ready if nothing is missing for its record.

    A post that could not be normalized keeps the body and the article that it had.

    Args:
        waiting: The articles that records wait for.
        taken: Rows whose records are made at once, as if they were taken in the same moment.
    """
    rows = [
        {
            "at": each.item.row,
            "ready": each.item.failure is None
            and each.article_id not in waiting
            and each.item.row not in taken,
            **_columns(each, run_id),
        }
        for each in arrivals
    ]
    for _, alike in groupby(sorted(rows, key=sorted), key=sorted):  # in their columns
        connection.execute(update(posts).where(posts.c.id == bindparam("at")), list(alike))
    failed = [each.item.row for each in arrivals if each.item.failure is not None]
    if failed:
        tried = {"failures": posts.c.failures + 1}
        connection.execute(update(posts).where(posts.c.id.in_(failed)).values(tried))
    signatures = {a.item.row: a.item.signature for a in arrivals if a.item.failure is None}
    near_duplicates.sign(connection, "post", signatures)


def _columns(arrival: Arrival, run_id: int) -> dict[str, Any]:
    post = arrival.item.post
    # Values that a source lacks stay as a better one gave them.
    told: dict[str, Any] = {"post_id": post.post_id} if post.post_id > 0 else {}
    if post.guid or post.source == API:
        told["guid"] = post.guid
    return {
        **told,
        "type": post.type,
        "slug": post.slug,
        "place": place_of(post),
        "source": post.source,
        "published": post.published,
        "modified_gmt": post.modified_gmt,
        "raw": pack(post.raw),
        "raw_hash": arrival.raw_hash,
        "digest": digest(post),
        **_made(arrival),
        "seen_run": run_id,
        "deleted": False,
        "double_of": None,
        "stale": True,
    }


def _made(arrival: Arrival) -> dict[str, Any]:
    """Return the columns of what was made of a post."""
    item = arrival.item
    if item.failure is not None:
        return {"failure": item.failure}
    return {
        "body": pack(item.body),
        "link": None if item.link is None else asdict(item.link),
        "article_id": arrival.article_id,
        "failure": None,
        "failures": 0,
    }


def edited(connection: Connection, arrived: Mapping[int, ClaimedPost]) -> set[int]:
    """Return those rows of posts that have had a record before and were edited since.

    The values of another source differ in any case, and are no edit; nor is a nonce. One
    that is known from an output file only comes for the first time.
    """
    found = connection.execute(
        select(posts.c.id, posts.c.source, posts.c.modified_gmt, posts.c.body).where(
            posts.c.id.in_(list(arrived)), posts.c.revision > 0, posts.c.raw_hash.is_not(None)
        )
    )
    return {
        row.id
        for row in found
        if row.source == (item := arrived[row.id]).post.source
        and (row.modified_gmt != item.post.modified_gmt or row.body != pack(item.body))
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyRow:
    """An archived post whose record can be made.

    Attributes:
        post_id: A stand-in below zero if no source has it.
        source: Which decoder reads *raw*.
        link: The full-article link; None if the post has no link, and so no article.
        article: What is known of the article; None if it was not asked for yet.
        story: The name of the story of the article, or of the post without one; None if
            the text is too short.
        deleted: The site no longer has the post: its record is a tombstone.
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


def take_ready(connection: Connection, site_id: int, limit: int) -> list[ReadyRow]:
    """Take posts to be published; one that changes meanwhile is ready again.

    Args:
        limit: How many at most; fewer come if they are large; an empty list if no post is ready.
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
        came, body, data = map(unsqueeze, (row.raw, row.body, row.data or NOTHING))
        size += len(came) + len(body) + len(data)
        if taken and size > MAX_TAKEN:
            rows.close()
            break
        taken.append(_ready(row, came, body, data))
    if taken:
        connection.execute(
            update(posts).where(posts.c.id.in_([one.row for one in taken])).values(ready=False)
        )
    return taken


def _ready(row: Any, came: bytes, body: bytes, data: bytes) -> ReadyRow:
    return ReadyRow(
        row=row.id,
        post_id=row.post_id,
        guid=row.guid,
        source=row.source,
        raw=orjson.loads(came),
        body=PostBody(**orjson.loads(body)),
        link=None if row.link is None else Link(**row.link),
        article=orjson.loads(data),
        story=row.story,
        deleted=row.deleted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRow:
    """A post that could not be normalized, as it came.

    Attributes:
        source: Which decoder reads *raw*.
    """

    row: int
    post_id: int
    guid: str
    source: str
    raw: dict[str, Any]


def failed_ids(connection: Connection, site_id: int, limit: int) -> list[int]:
    """Return the rows of living posts that could not be normalized, least often tried first."""
    return list(
        connection.execute(
            select(posts.c.id)
            .where(posts.c.site_id == site_id, posts.c.failure.is_not(None), ~posts.c.deleted)
            .order_by(posts.c.failures, posts.c.id)
            .limit(limit)
        ).scalars()
    )


def failed(connection: Connection, rows: Collection[int]) -> list[FailedRow]:
    """Return those of some posts that could not be normalized."""
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
            raw=orjson.loads(unsqueeze(row.raw)),
        )
        for row in found
    ]


def failures(connection: Connection, site_id: int, limit: int) -> dict[str, str]:
    """Return why posts could not be normalized, by the post's id, or its guid if it has no id."""
    found = connection.execute(
        select(posts.c.post_id, posts.c.guid, posts.c.failure)
        .where(posts.c.site_id == site_id, posts.c.failure.is_not(None), ~posts.c.deleted)
        .order_by(posts.c.failures, posts.c.id)
        .limit(limit)
    )
    return {str(row.post_id) if row.post_id > 0 else row.guid: row.failure for row in found}


def give_back(connection: Connection, rows: Sequence[int]) -> None:
    """Make ready again what was taken and not published."""
    connection.execute(update(posts).where(posts.c.id.in_(rows), posts.c.stale).values(ready=True))


def make_ready(connection: Connection, site_id: int, *, but: float | None = None) -> int:
    """Make ready every stale post; return how many became so.

    What a crash left taken but unpublished comes back this way.

    Args:
        but: Those whose article is in the queue and due before this time (Unix seconds) stay as
            they are, or None.
    """
    conditions = [posts.c.site_id == site_id, posts.c.stale, ~posts.c.ready, _IS_WHOLE]
    if but is not None:
        is_queued = exists().where(
            queue.c.site_id == site_id, queue.c.article_id == posts.c.article_id, queue.c.due <= but
        )
        conditions.append(~is_queued)
    result = connection.execute(update(posts).where(*conditions).values(ready=True))
    return result.rowcount
