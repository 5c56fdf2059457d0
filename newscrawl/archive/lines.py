"""The published lines in the archive: each is compressed beside the body of its post.

A line repeats the body, so only the rest of it takes space. Before a post gets another body, its
lines are written again as they are: a published line never changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, null, select, update

from newscrawl.archive.codec import compress, decompress
from newscrawl.archive.tables import posts, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Row, Select

COLUMNS = (
    records.c.line,
    case((records.c.beside, posts.c.body), else_=null()).label("body"),
)
"""What `line_in` needs of a row of records, joined from the left with posts."""

MAX_READ: Final = 4 * 1024 * 1024
"""Lines are read until they have more than this number of bytes."""


def line_in(row: Any) -> bytes:
    """Return the line of a row with `COLUMNS`: JSON without a line feed.

    Raises:
        zstd.ZstdError: If the bytes are damaged.
    """
    beside = b"" if row.body is None else decompress(row.body)
    return decompress(row.line, beside=beside)


def within_bound(connection: Connection, query: Select[Any]) -> Iterator[tuple[Row[Any], bytes]]:
    """Yield rows of a query for `COLUMNS` with their lines, until these exceed `MAX_READ`."""
    size = 0
    with connection.execute(query) as rows:
        for row in rows:
            line = line_in(row)
            yield row, line
            size += len(line)
            if size > MAX_READ:
                return


def columns_of(line: bytes, body: bytes | None) -> dict[str, Any]:
    """Return the columns of a new line.

    Args:
        body: The compressed body of its post; None if the line does not repeat it.
    """
    if body is None:
        return {"line": compress(line), "beside": False}
    return {"line": compress(line, beside=decompress(body)), "beside": True}


def detach(connection: Connection, bodies: Mapping[int, bytes]) -> None:
    """Make lines independent of the bodies of their posts, before these are replaced.

    Args:
        bodies: The new compressed bodies, by the row of the post. A post that keeps its body keeps
            its lines as they are.
    """
    if not bodies:
        return
    found = connection.execute(
        select(records.c.id, records.c.post, *COLUMNS)
        .join(posts, posts.c.id == records.c.post)
        .where(records.c.post.in_(list(bodies)), records.c.beside)
    )
    rows = [
        {"at": row.id, **columns_of(line_in(row), None)}
        for row in found
        # Not the compressed bytes: an earlier version compressed the same body in another way.
        if decompress(row.body) != decompress(bodies[row.post])
    ]
    if rows:
        connection.execute(update(records).where(records.c.id == bindparam("at")), rows)
