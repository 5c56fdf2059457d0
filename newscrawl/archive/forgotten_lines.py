"""Change and delete lines of an archive that were published; their files are to be written anew."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import delete, func, insert, select, update

from newscrawl.archive import forgotten, segments
from newscrawl.archive.codec import compress, pack
from newscrawl.archive.lines import COLUMNS, columns_of, line_in
from newscrawl.archive.tables import extras, posts, records, sites
from newscrawl.archive.tables import forgotten as forgotten_table
from newscrawl.archive.tables import segments as segment_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection

SCHEMA: Final = "1.0"
"""The version of `forgotten.schema.json`."""

BATCH_SIZE: Final = 200
"""The most lines in memory at once."""

EMPTY: Final = pack({})


@dataclass(slots=True)
class Forgotten:
    """What was taken out, or would be.

    Attributes:
        identities: The hash of each post, site or publisher.
        counts: The number of "posts", "records", "articles", "comments", "media" and "pages".
        segment_ids: The segments whose lines changed.
        paths: The files of media, in the site's folder.
    """

    identities: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    segment_ids: set[int] = field(default_factory=set)
    paths: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The origin of a line about what was forgotten.

    Attributes:
        run: The number of the run.
        at: ISO 8601 in UTC.
    """

    run: int
    at: str


def announce(
    connection: Connection, site_id: int, kind: str, identities: Sequence[str], event: Event
) -> None:
    """Issue a line for each identity. Call it before lines are deleted.

    So the ids of deleted lines, which are cursors of changes, are never given to other lines.
    """
    own = (extras.c.site_id == site_id) & (extras.c.kind == forgotten.KIND)
    last = connection.execute(select(func.max(extras.c.extra_id)).where(own)).scalar() or 0
    rows = []
    for number, identity in enumerate(identities, last + 1):
        line = {
            "schema": SCHEMA,
            "id": number,
            "kind": kind,
            "identity": identity,
            "revision": 1,
            "change": "forgotten",
            "crawled": event.at,
            "run": event.run,
        }
        added = connection.execute(
            insert(extras)
            .values(
                site_id=site_id,
                kind=forgotten.KIND,
                extra_id=number,
                raw_hash=b"",
                data=EMPTY,
                revision=1,
            )
            .returning(extras.c.id)
        )
        rows.append(
            {
                "extra": added.scalar_one(),
                "revision": 1,
                "change": "forgotten",
                "run": event.run,
                "line": compress(orjson.dumps(line)),
            }
        )
    segments.append(connection, site_id, forgotten.KIND, rows, time.time())
    segments.close(connection, site_id, opened_before=float("inf"))


def note(connection: Connection, kind: str, identity: str) -> None:
    if identity not in forgotten.names(connection, kind):
        connection.execute(insert(forgotten_table).values(kind=kind, identity=identity))


def lines(connection: Connection, site_id: int | None) -> Iterator[tuple[int, int, bytes]]:
    """Yield the id, the segment and the line of each record of posts, of a site or of all."""
    after = 0
    while True:
        query = (
            select(records.c.id, records.c.segment_id, *COLUMNS)
            .join(posts, posts.c.id == records.c.post)
            .where(records.c.id > after)
            .order_by(records.c.id)
            .limit(BATCH_SIZE)
        )
        if site_id is not None:
            query = query.where(posts.c.site_id == site_id)
        rows = connection.execute(query).all()
        if not rows:
            return
        after = rows[-1].id
        for row in rows:
            yield row.id, row.segment_id, line_in(row)


def replace_line(
    connection: Connection, row_id: int, segment_id: int, record: Any, done: Forgotten
) -> None:
    connection.execute(
        update(records).where(records.c.id == row_id).values(columns_of(orjson.dumps(record), None))
    )
    mark_segment(connection, segment_id, done)


def mark_segment(connection: Connection, segment_id: int, done: Forgotten) -> None:
    done.segment_ids.add(segment_id)
    connection.execute(
        update(segment_table)
        .where(segment_table.c.id == segment_id, segment_table.c.state == "done")
        .values(state=segments.REWRITE, sha256=None)
    )


def delete_records(connection: Connection, condition: ColumnElement[bool], done: Forgotten) -> int:
    counts = connection.execute(
        select(records.c.segment_id, func.count()).where(condition).group_by(records.c.segment_id)
    ).all()
    for segment_id, count in counts:
        connection.execute(
            update(segment_table)
            .where(segment_table.c.id == segment_id)
            .values(size=segment_table.c.size - count)
        )
        mark_segment(connection, segment_id, done)
    connection.execute(delete(records).where(condition))
    return sum(count for _, count in counts)


def files_of(connection: Connection, segment_ids: Collection[int]) -> list[str]:
    """Return the names of the files of segments, each with its folder."""
    rows = connection.execute(
        select(sites.c.folder, segment_table.c.kind, segment_table.c.number)
        .join(sites, sites.c.id == segment_table.c.site_id)
        .where(segment_table.c.id.in_(list(segment_ids)))
        .order_by(sites.c.folder, segment_table.c.kind, segment_table.c.number)
    )
    return [f"{row.folder}/{row.kind}-{row.number:06}.jsonl" for row in rows]


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH_SIZE] for start in range(0, len(ids), BATCH_SIZE))
