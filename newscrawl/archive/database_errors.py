"""Errors of the database, as messages with the remedy."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError

from newscrawl.exceptions import ArchiveError
from newscrawl.zstd import zstd

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAMAGED: Final = (
    "it is damaged: restore a copy, or move it away; then crawl again. Lines of newer output files"
    " are taken back into it"
)

_NO_ANSWER: Final = (
    "start the database or correct NEWSCRAWL_ARCHIVE, then run again: what was committed is kept"
)

_FULL: Final = "the disk is full: make room, then run again; what was committed is kept"

_NO_CONNECTION: Final = (
    "it has no free connection: raise max_connections of PostgreSQL, or run fewer programs at once"
)

_ADVICE: Final = (
    ("locked", "another process holds it: wait for that run to end, or stop it"),
    ("disk is full", _FULL),
    ("no space left", _FULL),
    ("too many clients", _NO_CONNECTION),
    ("too many connections", _NO_CONNECTION),
    ("connection slots are reserved", _NO_CONNECTION),
    ("malformed", _DAMAGED),
    ("not a database", "it is not an archive: set NEWSCRAWL_ARCHIVE to another path"),
    ("readonly", "it can't be written: correct its permissions"),
    ("disk i/o error", "the disk failed: check it, then run again; what was committed is kept"),
    ("unable to open", "it can't be opened: set NEWSCRAWL_ARCHIVE to a path that can be written"),
)
"""The remedy for each error of a database, by a part of its message in lower case."""


@contextmanager
def explained(location: str) -> Iterator[None]:
    """Raise an error of the database as an ArchiveError: one line with the remedy."""
    try:
        yield
    except (DataError, IntegrityError, ProgrammingError):
        raise  # a fault of a value or a query, not of the archive
    except DatabaseError as error:
        message = " ".join(str(error.orig).split())
        advice = next((text for sign, text in _ADVICE if sign in message.lower()), None)
        if error.connection_invalidated or error.statement is None:
            advice = advice or f"it does not answer ({message}): {_NO_ANSWER}"
        advice = advice or f"{message}: fix that, or set NEWSCRAWL_ARCHIVE to another archive"
        raise ArchiveError(f"The archive {location}: {advice}") from error
    except zstd.ZstdError as error:  # damage that the database did not notice
        raise ArchiveError(f"The archive {location}: {_DAMAGED}") from error
