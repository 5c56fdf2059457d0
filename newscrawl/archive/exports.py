"""Read the records of an archive, all or a part of them, to export them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from newscrawl.archive.forgotten import KIND
from newscrawl.archive.lines import COLUMNS, MAX_READ, line_in, within_bound
from newscrawl.archive.tables import posts, records, segments, sites
from newscrawl.archive.write_locks import wait_for_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The records to export. An empty or None attribute does not limit them.

    Attributes:
        site_ids: Only records of these sites.
        types: Only these post types.
        since, until: Only posts published at *since* or later, and before *until*: ISO 8601, UTC.
        latest: Only the last revision of each post, without deleted posts.
    """

    site_ids: Sequence[int] = ()
    types: Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    latest: bool = False


def window(
    connection: Connection, meant: Slice, *, after: int, until: int, limit: int
) -> list[tuple[int, bytes | None]]:
    """Return the ids and lines of records with ids above *after*, up to *until*, in their order.

    A line is JSON without a line feed; it is None if the record is not in the slice.

    Args:
        limit: The most rows to return. Fewer are returned if they have more than `MAX_READ`
            bytes; an empty list is the end.
    """
    rows = connection.execute(
        select(
            records.c.id,
            records.c.revision,
            *COLUMNS,
            posts.c.site_id,
            posts.c.type,
            posts.c.published,
            posts.c.deleted,
            posts.c.revision.label("last"),
        )
        .outerjoin(posts, posts.c.id == records.c.post)
        .where(records.c.id > after, records.c.id <= until)
        .order_by(records.c.id)
        .limit(limit)
    )
    found: list[tuple[int, bytes | None]] = []
    size = 0
    for row in rows:
        is_meant = (
            row.site_id is not None
            and (not meant.site_ids or row.site_id in meant.site_ids)
            and (not meant.types or row.type in meant.types)
            and (not meant.latest or (row.revision == row.last and not row.deleted))
            and (meant.since is None or (row.published or "") >= meant.since)
            and (meant.until is None or (row.published or "~") < meant.until)
        )
        line = line_in(row) if is_meant else None
        found.append((row.id, line))
        size += len(line or b"")
        if size > MAX_READ:
            rows.close()
            break
    return found


def latest_by_date(connection: Connection, meant: Slice) -> list[int]:
    """Return the ids of the last records of posts that are not deleted, the newest post first."""
    query = (
        select(records.c.id)
        .join(posts, (posts.c.id == records.c.post) & (posts.c.revision == records.c.revision))
        .where(posts.c.deleted.is_(False))
        .order_by(posts.c.published.desc().nulls_last(), records.c.id.desc())
    )
    if meant.site_ids:
        query = query.where(posts.c.site_id.in_(meant.site_ids))
    if meant.types:
        query = query.where(posts.c.type.in_(meant.types))
    if meant.since is not None:
        query = query.where(posts.c.published >= meant.since)
    if meant.until is not None:
        query = query.where(posts.c.published < meant.until)
    return list(connection.execute(query).scalars())


def lines_of(connection: Connection, ids: Sequence[int]) -> list[tuple[int, bytes]]:
    """Return records of posts with these ids, in the order of *ids*.

    Fewer are returned if they have more than `MAX_READ` bytes. A record that is gone is left out.
    """
    # Not by date again: a crawl may have changed the date of a post since.
    place = case({record: n for n, record in enumerate(ids)}, value=records.c.id)
    query = (
        select(records.c.id, *COLUMNS)
        .join(posts, posts.c.id == records.c.post)
        .where(records.c.id.in_(ids))
        .order_by(place)
    )
    return [(row.id, line) for row, line in within_bound(connection, query)]


def site_keys(connection: Connection, site_ids: Sequence[int]) -> list[str]:
    """Return the keys of sites, such as "example.org", in order."""
    query = select(sites.c.key).where(sites.c.id.in_(site_ids)).order_by(sites.c.key)
    return list(connection.execute(query).scalars())


def last_id(connection: Connection) -> int:
    """Return the largest id of a record; no record with a smaller id appears later."""
    wait_for_order(connection)
    return connection.execute(select(func.max(records.c.id))).scalar() or 0


def changes(
    connection: Connection, site_ids: Sequence[int], *, after: int, until: int, limit: int
) -> list[tuple[int, str, bytes]]:
    """Return records of all kinds with ids above *after*, up to *until*.

    Args:
        site_ids: Only records of these sites; empty for all sites.
        limit: The most rows to return. Fewer are returned if they have more than `MAX_READ`
            bytes; an empty list is the end.

    Returns:
        The id, the kind of its file, such as "posts", and the line of each, in the order of issue.
    """
    query = (
        select(records.c.id, segments.c.kind, *COLUMNS)
        .outerjoin(posts, posts.c.id == records.c.post)
        .join(segments, segments.c.id == records.c.segment_id)
        .where(records.c.id > after, records.c.id <= until)
        .order_by(records.c.id)
        .limit(limit)
    )
    if site_ids:
        query = query.where(segments.c.site_id.in_(site_ids))
    return [(row.id, row.kind, line) for row, line in within_bound(connection, query)]


def post_lines(
    connection: Connection, site_ids: Sequence[int], *, after: int, until: int, limit: int
) -> list[tuple[int, int, bytes]]:
    """Return records of posts with ids above *after*, up to *until*, in the order of issue.

    Args:
        site_ids: Only records of these sites; empty for all sites.
        limit: The most rows to return. Fewer are returned if they have more than `MAX_READ`
            bytes; an empty list is the end.

    Returns:
        The id of each record, the row of its post, and its line.
    """
    query = (
        select(records.c.id, records.c.post, *COLUMNS)
        .join(posts, posts.c.id == records.c.post)
        .where(records.c.id > after, records.c.id <= until)
        .order_by(records.c.id)
        .limit(limit)
    )
    if site_ids:
        query = query.where(posts.c.site_id.in_(site_ids))
    return [(row.id, row.post, line) for row, line in within_bound(connection, query)]


def last_forgotten(connection: Connection) -> int:
    """Return the id of the last record about posts that were taken out for good; 0 for none."""
    of_kind = select(segments.c.id).where(segments.c.kind == KIND)
    query = select(func.max(records.c.id)).where(records.c.segment_id.in_(of_kind))
    return connection.execute(query).scalar() or 0


def line_of(connection: Connection, record_id: int) -> bytes | None:
    """Return the line of one record; None if there is no such record."""
    row = connection.execute(
        select(*COLUMNS)
        .select_from(records)
        .outerjoin(posts, posts.c.id == records.c.post)
        .where(records.c.id == record_id)
    ).first()
    return None if row is None else line_in(row)
