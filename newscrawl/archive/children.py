"""The comments and media ("children") of an archive: their current state and their lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import bindparam, exists, func, insert, select, update

from newscrawl.archive import files, forgotten, segments
from newscrawl.archive.codec import compress, pack, unpack
from newscrawl.archive.tables import extras, posts
from newscrawl.archive.write_locks import writes_site
from newscrawl.records.child_record import make_line
from newscrawl.wordpress.children import COMMENTS, MEDIA
from newscrawl.wordpress.terms import USER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row

    from newscrawl.wordpress.children import Child


OF_POSTS: Final = (COMMENTS.name, MEDIA.name)
"""The kinds that belong to posts; terms and authors do not."""

BATCH_SIZE: Final = 1000
"""The most ids in one statement; databases limit the number of parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A comment or an image from the site, to be saved; the text of a comment is normalized."""

    child: Child
    raw_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """The run that issues lines.

    Attributes:
        site: The URL of the site's home page.
        crawled: When the run started, ISO 8601 in UTC.
        run: The run's number.
    """

    site: str
    crawled: str
    run: int


def _of_type(site_id: int, child_type: str) -> ColumnElement[bool]:
    return (extras.c.site_id == site_id) & (extras.c.kind == child_type)


def _alive(site_id: int, child_type: str) -> ColumnElement[bool]:
    return _of_type(site_id, child_type) & ~extras.c.deleted


def unchanged(
    connection: Connection, site_id: int, child_type: str, hashes: Mapping[int, bytes]
) -> set[int]:
    """Return the ids whose hash is the one in the archive, or that were forgotten.

    Args:
        kind: "comments" or "media", as in all functions of this module.
        hashes: The hash of each row from the site, by id.
    """
    rows = connection.execute(
        select(extras.c.extra_id, extras.c.raw_hash, extras.c.forgotten).where(
            _alive(site_id, child_type), extras.c.extra_id.in_(list(hashes))
        )
    )
    return {row.extra_id for row in rows if row.forgotten or hashes[row.extra_id] == row.raw_hash}


@writes_site
def save(connection: Connection, site_id: int, child_type: str, arrived: Sequence[Arrival]) -> None:
    """Save new and changed children, and mark that they need a new line.

    A child that was forgotten, or that belongs to a forgotten post, is kept without its words.
    """
    by_id = {arrival.child.id: arrival for arrival in arrived}
    posts_of = {arrival.child.post_id for arrival in arrived if arrival.child.post_id}
    away = forgotten.forgotten_ids(connection, site_id, posts_of)
    rows = connection.execute(
        select(extras.c.id, extras.c.extra_id, extras.c.forgotten).where(
            _of_type(site_id, child_type), extras.c.extra_id.in_(list(by_id))
        )
    )
    found = rows.all()
    known = {row.extra_id: row.id for row in found}
    gone = {row.extra_id for row in found if row.forgotten}
    columns = {
        i: _columns(arrival, child_type, is_forgotten=i in gone or arrival.child.post_id in away)
        for i, arrival in by_id.items()
    }
    changed = [{"at": known[i], **columns[i]} for i in by_id if i in known]
    if changed:
        connection.execute(update(extras).where(extras.c.id == bindparam("at")), changed)
    fresh = [
        {"site_id": site_id, "kind": child_type, "extra_id": i, **columns[i]}
        for i in by_id
        if i not in known
    ]
    if fresh:
        connection.execute(insert(extras), fresh)


def _columns(arrival: Arrival, child_type: str, *, is_forgotten: bool) -> dict[str, Any]:
    has_file = child_type == MEDIA.name and not is_forgotten
    return {
        "post_id": arrival.child.post_id,
        "raw_hash": b"" if is_forgotten else arrival.raw_hash,
        "data": pack({} if is_forgotten else arrival.child.fields),
        "url": (arrival.child.fields.get("url") or "") if has_file else "",
        "deleted": False,
        "stale": not is_forgotten,
        "forgotten": is_forgotten,
    }


def alive(connection: Connection, site_id: int, child_type: str) -> set[int]:
    """Return the ids of the children that the archive has and the site has not deleted."""
    rows = connection.execute(select(extras.c.extra_id).where(_alive(site_id, child_type)))
    return set(rows.scalars())


def count_alive(connection: Connection, site_id: int, child_type: str) -> int:
    """Return the number of children that `alive` returns."""
    counted = select(func.count()).select_from(extras).where(_alive(site_id, child_type))
    return int(connection.execute(counted).scalar_one())


def orphans(
    connection: Connection, site_id: int, child_type: str, ids: Collection[int]
) -> set[int]:
    """Return the *ids* whose post was deleted from the site."""
    of_post = (posts.c.site_id == site_id) & (posts.c.post_id == extras.c.post_id)
    found: set[int] = set()
    for some in _parts(ids):
        rows = connection.execute(
            select(extras.c.extra_id).where(
                _alive(site_id, child_type),
                extras.c.extra_id.in_(some),
                exists().where(of_post, posts.c.deleted),
                ~exists().where(of_post, ~posts.c.deleted),
            )
        )
        found.update(rows.scalars())
    return found


def of_lists(
    connection: Connection,
    site_id: int,
    child_type: str,
    ids: Collection[int],
    lists: Collection[str],
) -> set[int]:
    """Return the *ids* of terms whose taxonomy is one of *lists*, or of authors if "user" is."""
    found: set[int] = set()
    for some in _parts(ids):
        rows = connection.execute(
            select(extras.c.extra_id, extras.c.data).where(
                _alive(site_id, child_type), extras.c.extra_id.in_(some)
            )
        )
        found |= {row.extra_id for row in rows if unpack(row.data).get("taxonomy", USER) in lists}
    return found


@writes_site
def mark_deleted(
    connection: Connection, site_id: int, child_type: str, ids: Collection[int]
) -> None:
    """Mark children as deleted. Each gets a tombstone if it had a line."""
    for some in _parts(ids):
        connection.execute(
            update(extras)
            .where(_alive(site_id, child_type), extras.c.extra_id.in_(some))
            .values(deleted=True, stale=True)
        )


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    """Yield ids in parts of at most `BATCH_SIZE`."""
    every = list(ids)
    return (every[start : start + BATCH_SIZE] for start in range(0, len(every), BATCH_SIZE))


@writes_site
def issue(
    connection: Connection, site_id: int, child_type: str, issuer: Issuer, *, limit: int, now: float
) -> Counter[str] | None:
    """Issue up to *limit* lines that are due, with their revisions, in one transaction.

    An image gets a line when it belongs to a post: it was uploaded to the post, or the post
    shows it.

    Args:
        now: Unix seconds.

    Returns:
        How many lines are "created", "updated" and "deleted"; None if no line was due.
    """
    due = _due(connection, site_id, child_type, limit)
    if not due:
        return None
    guids = _guids(connection, site_id, {row.post_id for row in due if row.post_id})
    known = _with_files(connection, site_id, child_type, due)
    lines = [_line(known[row.id], row, issuer, guids.get(row.post_id)) for row in due]
    rows = [
        {
            "extra": row.id,
            "revision": line["revision"],
            "change": line["change"],
            "run": issuer.run,
            "line": compress(orjson.dumps(line)),
        }
        for row, line in zip(due, lines, strict=True)
        if line is not None
    ]
    segments.append(connection, site_id, child_type, rows, now)
    _save_revisions(connection, due, lines)
    return Counter(row["change"] for row in rows)


def _due(connection: Connection, site_id: int, child_type: str, limit: int) -> Sequence[Row[Any]]:
    wanted = _of_type(site_id, child_type) & extras.c.stale
    if child_type == MEDIA.name:
        wanted &= files.belongs_to_post(site_id)
    statement = select(extras).where(wanted).order_by(extras.c.id).limit(limit)
    return connection.execute(statement).all()


def _guids(connection: Connection, site_id: int, ids: Collection[int]) -> dict[int, str]:
    rows = connection.execute(
        select(posts.c.post_id, posts.c.guid)
        .where(posts.c.site_id == site_id, posts.c.post_id.in_(list(ids)))
        # The dictionary keeps the last row: a post that is not deleted, and the oldest of these.
        .order_by(posts.c.deleted.desc(), posts.c.id.desc())
    )
    return {row.post_id: row.guid for row in rows}


def _with_files(
    connection: Connection, site_id: int, child_type: str, due: Sequence[Row[Any]]
) -> dict[int, dict[str, Any]]:
    """Return the fields of children by row, those of media with their files."""
    fields = {row.id: unpack(row.data) for row in due}
    if child_type == MEDIA.name:
        urls = [some["url"] for some in fields.values() if some.get("url")]
        found = files.of_urls(connection, site_id, urls)
        return {
            row: {**some, "file": found.get(some.get("url") or "")} for row, some in fields.items()
        }
    return fields


def _line(
    fields: dict[str, Any], row: Row[Any], issuer: Issuer, guid: str | None
) -> dict[str, Any] | None:
    """Return a line with its revision; None if a reader would notice no change."""
    head = {
        "site": issuer.site,
        "id": row.extra_id,
        **({"post_id": row.post_id, "post_guid": guid} if row.kind in OF_POSTS else {}),
        "revision": row.revision + 1,
        "change": "updated" if row.revision else "created",
    }
    foot = {"crawled": issuer.crawled, "run": issuer.run}
    line = make_line(row.kind, fields, head=head, foot=foot, deleted=row.deleted)
    if row.deleted:
        return {**line, "change": "deleted"} if row.content_hash else None
    return None if line["content_hash"] == row.content_hash else line


def _save_revisions(
    connection: Connection, due: Sequence[Row[Any]], lines: Sequence[dict[str, Any] | None]
) -> None:
    settled = [
        {
            "at": row.id,
            "revision": line["revision"] if line else row.revision,
            "content_hash": line["content_hash"] if line else row.content_hash,
            "stale": False,
        }
        for row, line in zip(due, lines, strict=True)
    ]
    connection.execute(update(extras).where(extras.c.id == bindparam("at")), settled)
