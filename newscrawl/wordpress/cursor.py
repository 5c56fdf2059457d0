"""The time from which the next run reads changes, by the server's own clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newscrawl.wordpress.dates import shifted, utc

if TYPE_CHECKING:
    from collections.abc import Iterable

OVERLAP_SECONDS: Final = 86_400
"""How far before the cursor is looked again: lists come from caches that lag by hours."""


def next_cursor(previous: str | None, stamps: Iterable[str | None], date: str | None) -> str | None:
    """Return where the next run starts: the largest modification time, by the server's own clock.

    Args:
        previous: The cursor so far; it goes back only if the server's clock was set back.
        stamps: ``modified_gmt`` of posts that are durable, as the API gave it.
        date: The server's Date when the run started. Later times are dates that people typed, and
            count for nothing; without a Date, they can't be recognized.

    >>> next_cursor(None, ["2026-01-10T19:05:00", "2099-01-01T00:00:00"], "2026-01-11T00:00:00Z")
    '2026-01-10T19:05:00Z'
    """
    if date is None:
        return previous
    if is_ahead(previous, date):
        previous = None
    times = (time for stamp in stamps if (time := utc(stamp)) and time <= date)
    return max((*times, *([previous] if previous else ())), default=None)


def is_ahead(cursor: str | None, date: str | None) -> bool:
    """Return whether a cursor is in the future: the server's clock was ahead, and was set back.

    A page from a cache has an old Date, too: the overlap makes up for that much.
    """
    return bool(cursor and date) and shifted(cursor or "", -OVERLAP_SECONDS) > (date or "")
