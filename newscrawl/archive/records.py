"""The revisions of an archive: each is issued once, into a numbered segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import bindparam, select, update

from newscrawl.archive import segments
from newscrawl.archive.codec import squeeze
from newscrawl.archive.tables import posts
from newscrawl.wordpress.identity import content_hash, is_better

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from newscrawl.items import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record that has no revision yet; it gets one only if it differs from the last."""

    row: int
    record: Record
    image_id: int | None


def issue(
    connection: Connection, site_id: int, run_id: int, drafts: Sequence[Draft], *, now: float
) -> list[Record | None]:
    """Return each draft as a record with its revision; None where nothing has changed.

    The revision, its line and the post's state are one transaction: a crash leaves all or nothing.
    """
    before = _published(connection, [draft.row for draft in drafts])
    issued = [_issued(draft, *before[draft.row]) for draft in drafts]
    fresh = [(d, r) for d, r in zip(drafts, issued, strict=True) if r is not None]
    _write(connection, site_id, run_id, fresh, now)
    _settle(connection, drafts, issued)
    return issued


def _published(
    connection: Connection, rows: Sequence[int]
) -> dict[int, tuple[int, str | None, str | None]]:
    found = connection.execute(
        select(posts.c.id, posts.c.revision, posts.c.content_hash, posts.c.outcome).where(
            posts.c.id.in_(rows)
        )
    )
    return {row.id: (row.revision, row.content_hash, row.outcome) for row in found}


def _issued(
    draft: Draft, revision: int, last_hash: str | None, last_outcome: str | None
) -> Record | None:
    record = draft.record
    if record["status"] == "deleted":
        # One tombstone, and none for what nobody was told of.
        return _revised(record, revision, "deleted") if revision and last_hash else None
    record["content_hash"] = content_hash(record, draft.image_id)
    better = is_better(outcome_of(record), last_outcome)
    if revision and record["content_hash"] == last_hash and not better:
        return None
    return _revised(record, revision, "updated" if revision else "created")


def _revised(record: Record, revision: int, change: str) -> Record:
    record["revision"], record["change"] = revision + 1, change
    return record


def outcome_of(record: Record) -> str | None:
    """Return how the record's article ended; None where it has none."""
    article = record["article"]
    return None if article is None else str(article["outcome"])


def _write(
    connection: Connection,
    site_id: int,
    run_id: int,
    fresh: Sequence[tuple[Draft, Record]],
    now: float,
) -> None:
    rows = [
        {
            "post": draft.row,
            "revision": record["revision"],
            "change": record["change"],
            "run": run_id,
            "line": squeeze(orjson.dumps(record)),
        }
        for draft, record in fresh
    ]
    segments.append(connection, site_id, "posts", rows, now)


def _settle(
    connection: Connection, drafts: Sequence[Draft], issued: Sequence[Record | None]
) -> None:
    """Note on each post what was published; none of them is stale any more."""
    values: list[dict[str, Any]] = [
        {
            "at": draft.row,
            "revision": record["revision"],
            "content_hash": record["content_hash"],
            "outcome": outcome_of(record),
        }
        for draft, record in zip(drafts, issued, strict=True)
        if record is not None
    ]
    if values:
        connection.execute(update(posts).where(posts.c.id == bindparam("at")), values)
    connection.execute(
        update(posts)
        .where(posts.c.id.in_([draft.row for draft in drafts]))
        # One that changed while its record was made is ready again, and so stays stale.
        .values(stale=posts.c.ready)
    )
