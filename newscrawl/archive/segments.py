"""The segments of an archive: each is the content of one output file.

A segment is *open* while records are added to it, *closed* when its bytes no longer change, and
*done* when its file is durable under its name. After a crash, open and closed segments are written
again, from the same rows and so with the same bytes. If records are forgotten, the segment is
*rewrite* until its file is written anew without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, update

from newscrawl.archive.lines import COLUMNS, within_bound
from newscrawl.archive.tables import posts, records, segments, sites
from newscrawl.archive.write_locks import share_order, writes_rows, writes_site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

REWRITE: Final = "rewrite"
"""The state of a segment whose file has forgotten records."""

MAX_RECORDS: Final = 1000
"""The most records in a segment."""

MAX_SECONDS: Final = 600.0
"""A segment is closed after this time, so that a long crawl shows results early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment; *kind* ("posts", "comments" or "media") and *number* make the name of its file."""

    id: int
    kind: str
    number: int

    @property
    def file(self) -> str:
        """Return the name of its file."""
        return f"{self.kind}-{self.number:06}.jsonl"


def _is(site_id: int, *states: str) -> ColumnElement[bool]:
    """Return the condition for the segments of a site in one of these states, but not "done".

    It repeats the condition of the index of unfinished segments, which is not used otherwise.
    """
    of_site, found = segments.c.site_id == site_id, segments.c.state
    return of_site & (found != "done") & found.in_(states)


def room(connection: Connection, site_id: int, kind: str, now: float) -> tuple[int, int]:
    """Return the id of the open segment, and how many records it has room for.

    If no segment is open, open one; *now* is its time in Unix seconds.
    """
    rows = connection.execute(
        select(segments.c.id, segments.c.size, segments.c.kind).where(_is(site_id, "open"))
    )
    row = next((row for row in rows if row.kind == kind), None)
    if row is not None:
        return row.id, MAX_RECORDS - row.size
    last = connection.execute(
        select(func.max(segments.c.number)).where(
            segments.c.site_id == site_id, segments.c.kind == kind
        )
    ).scalar()
    added = connection.execute(
        insert(segments)
        .values(site_id=site_id, kind=kind, number=(last or 0) + 1, state="open", opened=now)
        .returning(segments.c.id)
    )
    return int(added.scalar_one()), MAX_RECORDS


def append(
    connection: Connection, site_id: int, kind: str, rows: Sequence[dict[str, Any]], now: float
) -> None:
    """Insert records into the open segment, and into new ones if it is full.

    Args:
        rows: Rows for the table of records, without ``segment_id``.
        now: Unix seconds.
    """
    if rows:
        share_order(connection)
    while rows:
        segment_id, free = room(connection, site_id, kind, now)
        some, rows = rows[:free], rows[free:]
        connection.execute(insert(records), [{**row, "segment_id": segment_id} for row in some])
        join(connection, segment_id, len(some))


def join(connection: Connection, segment_id: int, count: int) -> None:
    """Add *count* to the size of a segment; close it if it is full."""
    connection.execute(
        update(segments).where(segments.c.id == segment_id).values(size=segments.c.size + count)
    )
    connection.execute(
        update(segments)
        .where(segments.c.id == segment_id, segments.c.size >= MAX_RECORDS)
        .values(state="closed")
    )


def has_work(connection: Connection, site_id: int, *, opened_before: float) -> bool:
    """Return whether a site has segments to write: not done, unless open and opened later.

    Args:
        opened_before: Unix seconds.
    """
    is_later = (segments.c.state == "open") & (segments.c.opened >= opened_before)
    found = select(segments.c.id).where(
        segments.c.site_id == site_id, segments.c.state != "done", ~is_later
    )
    return connection.execute(found.limit(1)).first() is not None


@writes_site
def close(connection: Connection, site_id: int, *, opened_before: float) -> bool:
    """Close the segments opened before a time; return whether files of the site must be written.

    Args:
        opened_before: Unix seconds.
    """
    connection.execute(
        update(segments)
        .where(_is(site_id, "open"), segments.c.opened < opened_before)
        .values(state="closed")
    )
    return bool(_segments(connection, _is(site_id, "closed", REWRITE)))


def closed(connection: Connection, site_id: int) -> list[Segment]:
    """Return the closed segments, whose files must be written, in the order of their ids."""
    return _segments(connection, _is(site_id, "closed"))


def to_rewrite(connection: Connection, site_id: int) -> list[Segment]:
    """Return the segments whose files have forgotten records, in the order of their ids."""
    return _segments(connection, _is(site_id, REWRITE))


def written_files(connection: Connection, site_id: int) -> list[str]:
    """Return the names of the files of a site that were written, in the order of writing."""
    is_done = (segments.c.site_id == site_id) & (segments.c.state == "done")
    return [segment.file for segment in _segments(connection, is_done)]


def _segments(connection: Connection, condition: ColumnElement[bool]) -> list[Segment]:
    query = select(segments.c.id, segments.c.kind, segments.c.number)
    rows = connection.execute(query.where(condition).order_by(segments.c.id))
    return [Segment(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A finished output file: its site's folder, its name, its records, and its SHA-256 in hex."""

    site: str
    file: str
    records: int
    sha256: str


def manifest(connection: Connection, *, after: int, limit: int) -> list[tuple[int, WrittenFile]]:
    """Return finished files of all sites, whichever machine wrote them, each with its id.

    Args:
        after: Only files with ids above this one; 0 for the first files.
    """
    rows = connection.execute(
        select(segments, sites.c.folder)
        .join_from(segments, sites)
        .where(segments.c.id > after, segments.c.state == "done")
        .order_by(segments.c.id)
        .limit(limit)
    )
    return [
        (
            row.id,
            WrittenFile(
                site=row.folder,
                file=Segment(id=row.id, kind=row.kind, number=row.number).file,
                records=row.size,
                sha256=row.sha256,
            ),
        )
        for row in rows
    ]


def lines(
    connection: Connection, segment_id: int, *, after: int, limit: int
) -> list[tuple[int, bytes]]:
    """Return lines of a segment in their order, each with its record's id.

    Args:
        after: Only records with ids above this one; 0 for the first lines.
        limit: The most lines to return. Fewer are returned if they have more than `MAX_READ`
            bytes; an empty list is the end.
    """
    query = (
        select(records.c.id, *COLUMNS)
        .outerjoin(posts, posts.c.id == records.c.post)
        .where(records.c.segment_id == segment_id, records.c.id > after)
        .order_by(records.c.id)
        .limit(limit)
    )
    return [(row.id, line) for row, line in within_bound(connection, query)]


def renumber(connection: Connection, segment: Segment, taken: int) -> Segment:
    """Give a segment a new number, because a foreign file has its name.

    The number is above *taken*, and above all numbers of the site's segments of this kind.
    """
    last = connection.execute(
        select(func.max(segments.c.number)).where(
            segments.c.site_id
            == select(segments.c.site_id).where(segments.c.id == segment.id).scalar_subquery(),
            segments.c.kind == segment.kind,
        )
    ).scalar_one()
    number = max(last, taken) + 1
    connection.execute(update(segments).where(segments.c.id == segment.id).values(number=number))
    return Segment(id=segment.id, kind=segment.kind, number=number)


@writes_rows
def done(connection: Connection, segment_id: int, sha256: str) -> None:
    """Mark a segment as done: its file, with this SHA-256 in hex, is durable."""
    connection.execute(
        update(segments).where(segments.c.id == segment_id).values(state="done", sha256=sha256)
    )
