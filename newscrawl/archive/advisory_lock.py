"""A lock in a database that several machines share: held by a connection, and gone with it."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from newscrawl.exceptions import ArchiveError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

LONGEST_NAME: Final = 63
"""Bytes of an application's name that PostgreSQL keeps."""

# An advisory lock on a bigint has its upper half as classid, its lower one as objid.
_HOLDER: Final = text(
    "SELECT a.application_name AS who, a.backend_start AS since"
    " FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND ((l.classid::bigint << 32) | l.objid::bigint) = :number"
)


class SharedLock:
    """Holds a name for this process, on whichever machine it is; PostgreSQL alone.

    Args:
        engine: Of the archive. The lock has a connection of its own for as long as it is held.
        name: What is locked.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._number = _number(name)
        self._connection: Connection | None = None

    def acquire(self) -> str | None:
        """Take the lock; return None, or who has it where another process does.

        Raises:
            ArchiveError: If the database does not answer.
        """
        try:
            return self._acquire()
        except DatabaseError as error:
            raise ArchiveError(f"The archive can't be locked: {error.orig}") from error

    def _acquire(self) -> str | None:
        connection = self._engine.connect()
        me = f"process {os.getpid()} of {socket.gethostname()}"[:LONGEST_NAME]
        connection.execute(text("SELECT set_config('application_name', :me, false)"), {"me": me})
        took = text("SELECT pg_try_advisory_lock(:number)")
        if not connection.execute(took, {"number": self._number}).scalar_one():
            holder = self._told(connection)
            connection.close()
            return holder or "its process did not say which it is"
        with suppress(DatabaseError):  # a server before PostgreSQL 14 ends no idle session
            connection.execute(text("SELECT set_config('idle_session_timeout', '0', false)"))
        self._connection = connection
        return None

    def holder(self) -> str | None:
        """Return who has the lock, "process 12 of example, since ..."; None where nobody does."""
        with self._engine.connect() as connection:
            return self._told(connection)

    def release(self) -> None:
        """Let go of the name."""
        if self._connection is not None:
            self._connection.invalidate()  # it is closed, and goes back to no pool
            self._connection.close()
            self._connection = None

    def _told(self, connection: Connection) -> str | None:
        row = connection.execute(_HOLDER, {"number": self._number}).first()
        if row is None:
            return None
        since = datetime.fromtimestamp(row.since.timestamp(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{row.who}, since {since}"


def _number(name: str) -> int:
    """Return the number of a name's lock: 63 bits, so that both halves fit PostgreSQL's oid."""
    return int.from_bytes(sha256(f"newscrawl {name}".encode()).digest()[:8]) >> 1
