"""Issue the revisions of posts, each once, into numbered segments of the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import bindparam, select, update

from newscrawl.archive import segments, targets
from newscrawl.archive.among import among
from newscrawl.archive.lines import columns_of
from newscrawl.archive.tables import posts
from newscrawl.archive.write_locks import writes_site
from newscrawl.records.record import DELETED, make_record
from newscrawl.records.revision import content_hash, is_better, is_unchanged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from newscrawl.archive.reference_cache import Related
    from newscrawl.items import ReadyPost, Record
    from newscrawl.records.record import Provenance


@writes_site
def issue(
    connection: Connection,
    site_id: int,
    ready: Sequence[ReadyPost],
    known: Related,
    provenance: Provenance,
    *,
    now: float,
) -> dict[int, Record]:
    """Issue a revision of each post in which a reader would notice a change; return them by row.

    The caller's transaction has the revisions, their lines and the posts' states. So a crash leaves
    all or nothing.

    Args:
        ready: The posts, each once.
        known: The authors, terms and images that the posts refer to.
        now: Unix seconds.
    """
    if not ready:
        return {}
    before = _published(connection, [item.row for item in ready])
    issued = {}
    for item in ready:
        draft = make_record(item, known, provenance)
        if record := _revision(draft, item.post.image, before[item.row]):
            issued[item.row] = record
    targets.resolve(connection, site_id, list(issued.values()))
    bodies = {row: state.body for row, state in before.items()}
    _write(connection, site_id, issued, bodies, now)
    _save_revisions(connection, list(before), issued)
    return issued


def _published(connection: Connection, rows: Sequence[int]) -> dict[int, Any]:
    """Return the last published revision, content hash and outcome of posts, by row.

    Each also has the compressed body of its post.
    """
    state = (posts.c.revision, posts.c.content_hash, posts.c.outcome, posts.c.body)
    found = connection.execute(
        select(posts.c.id, *state).where(among(connection, posts.c.id, rows))
    )
    return {row.id: row for row in found}


def _revision(record: Record, image_id: int | None, last: Any) -> Record | None:
    """Return the record with its revision; None if a reader would notice no change."""
    change = "updated" if last.revision else "created"
    if _is_empty(record):
        if not last.content_hash:  # its tombstone is published already, or it never had a record
            return None
        change = "deleted"
    else:
        record["content_hash"] = content_hash(record, image_id)
        # In this order: a post whose article came is news, and needs no comparison.
        is_news = not last.revision or is_better(outcome_of(record), last.outcome)
        if not is_news and is_unchanged(record, image_id, last.content_hash):
            return None
    record["revision"], record["change"] = last.revision + 1, change
    return record


def _is_empty(record: Record) -> bool:
    return record["status"] == DELETED


def outcome_of(record: Record) -> str | None:
    """Return the outcome of the record's article; None if the record has no article."""
    article = record["article"]
    return None if article is None else str(article["outcome"])


def _write(
    connection: Connection,
    site_id: int,
    issued: Mapping[int, Record],
    bodies: Mapping[int, bytes | None],
    now: float,
) -> None:
    rows = [
        {
            "post": row,
            "revision": record["revision"],
            "change": record["change"],
            "run": record["run"],
            **columns_of(orjson.dumps(record), None if _is_empty(record) else bodies[row]),
        }
        for row, record in issued.items()
    ]
    segments.append(connection, site_id, "posts", rows, now)


def _save_revisions(
    connection: Connection, rows: Sequence[int], issued: Mapping[int, Record]
) -> None:
    """Save the last published revision of each post; the posts are no longer stale."""
    values: list[dict[str, Any]] = [
        {
            "at": row,
            "revision": record["revision"],
            "content_hash": record["content_hash"],
            "outcome": outcome_of(record),
        }
        for row, record in issued.items()
    ]
    if values:
        connection.execute(update(posts).where(posts.c.id == bindparam("at")), values)
    connection.execute(
        update(posts)
        .where(among(connection, posts.c.id, rows))
        # A post that changed while its record was made is ready again, so it stays stale.
        .values(stale=posts.c.ready)
    )
