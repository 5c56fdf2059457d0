"""``scrapy changes``: the records since a cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from newscrawl.archive import exports
from newscrawl.exceptions import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.archive.database import Archive

BATCH_SIZE: Final = 200
"""The most rows in memory at once."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The lines since a cursor, and the cursor that continues after them."""

    lines: Iterator[bytes]
    next_cursor: int


def read_changes(archive: Archive, site_ids: Sequence[int], *, since: int) -> Changes:
    """Return the records of these sites, or of all, that were issued after a cursor.

    Raises:
        ConfigurationError: If the cursor is not one of this archive.
    """
    until = archive.read(exports.last_id)
    if since > until:
        raise ConfigurationError(
            f"--since={since}: the last cursor of this archive is {until}; the cursor is of another"
            " archive, or this one is an older copy"
        )
    return Changes(_lines(archive, site_ids, since, until), until)


def _lines(archive: Archive, site_ids: Sequence[int], after: int, until: int) -> Iterator[bytes]:
    def read(limit: int) -> list[tuple[int, str, bytes]]:
        return archive.read(exports.changes, site_ids, after=after, until=until, limit=limit)

    while batch := read(BATCH_SIZE):
        after = batch[-1][0]
        for cursor, kind, line in batch:
            yield b'{"cursor":"%d","kind":"%s","record":%s}' % (cursor, kind.encode(), line)
