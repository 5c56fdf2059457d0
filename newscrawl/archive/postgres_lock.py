"""A lock in a PostgreSQL database that several machines share; it ends with its connection."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from newscrawl.exceptions import ArchiveError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

logger = logging.getLogger(__name__)

LONGEST_NAME: Final = 63
"""PostgreSQL keeps this many bytes of an application's name."""

_HOLDER: Final = text(
    "SELECT a.application_name AS who, a.backend_start AS since"
    " FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND ((l.classid::bigint << 32) | l.objid::bigint) = :number"
)
"""The process that has a lock. PostgreSQL splits the lock's number: classid has the upper 32 bits,
objid the lower ones."""


class LockConnection:
    """A connection that holds all locks of a process; PostgreSQL releases them when it ends.

    Args:
        engine: The archive's engine. The connection is opened for the first lock.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None
        self._names: set[str] = set()
        # Several threads may find that the connection is lost.
        self._guard = Lock()

    def acquire(self, name: str) -> str | None:
        """Take a lock; return None, or the holder if another process has it.

        Raises:
            ArchiveError: If the database does not answer.
        """
        with self._guard:
            try:
                self._keep()
                holder = self._acquire(name)
            except DatabaseError as error:
                raise ArchiveError(f"The archive can't be locked: {error.orig}") from error
            if holder is None:
                self._names.add(name)
            else:
                self._close_if_unused()
            return holder

    def keep(self) -> None:
        """Take the locks again if the connection was lost.

        Raises:
            ArchiveError: If another process took one of them in the meantime.
            OperationalError: If the database does not answer.
        """
        with self._guard:
            self._keep()

    def release(self, name: str) -> None:
        """Release a lock; do nothing if it is not held."""
        with self._guard:
            if name not in self._names:
                return
            self._names.discard(name)
            if self._names:
                self._unlock(name)
            self._close_if_unused()

    def holder(self, name: str) -> str | None:
        """Return the holder of a lock, "process 12 of example, since ..."; None if it is free."""
        with self._engine.connect() as connection:
            return holder_of(connection, name)

    def _keep(self) -> None:
        if self._is_alive():
            return
        self._drop()
        taken = {}
        for name in sorted(self._names):
            logger.warning("The lock of %s was lost with its connection: taking it again", name)
            if holder := self._acquire(name):
                taken[name] = holder
        for name, holder in taken.items():
            raise ArchiveError(
                f"The lock of {name} was lost with its connection, and now another"
                f" process has it ({holder}): wait for that process to end, then run again"
            )

    def _acquire(self, name: str) -> str | None:
        if self._connection is None:
            self._connection = self._connected()
        took = text("SELECT pg_try_advisory_lock(:number)")
        if self._connection.execute(took, {"number": _number(name)}).scalar_one():
            return None
        return holder_of(self._connection, name) or "an unknown process"

    def _unlock(self, name: str) -> None:
        # A lost connection has released it.
        if self._connection is not None and not self._connection.invalidated:
            with suppress(DatabaseError):
                unlock = text("SELECT pg_advisory_unlock(:number)")
                self._connection.execute(unlock, {"number": _number(name)})

    def _connected(self) -> Connection:
        connection = self._engine.connect()
        me = f"process {os.getpid()} of {socket.gethostname()}"[:LONGEST_NAME]
        try:
            connection.execute(
                text("SELECT set_config('application_name', :me, false)"), {"me": me}
            )
        except DatabaseError:
            connection.close()
            raise
        with suppress(DatabaseError):  # PostgreSQL before 14 has no such setting
            connection.execute(text("SELECT set_config('idle_session_timeout', '0', false)"))
        return connection

    def _is_alive(self) -> bool:
        # SQLAlchemy has no DatabaseError for a connection that it knows to be lost.
        if self._connection is None or self._connection.invalidated:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DatabaseError:
            return False
        return True

    def _close_if_unused(self) -> None:
        if not self._names:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # closes it instead of returning it to the pool
            self._connection.close()
            self._connection = None


class SharedLock:
    """Lock a name for this process against processes on all machines; PostgreSQL only.

    Args:
        connection: The connection of the archive's locks.
        name: The name to lock. Two locks of one name in a process do not exclude each other.
    """

    def __init__(self, connection: LockConnection, name: str) -> None:
        self._connection = connection
        self._name = name

    def acquire(self) -> str | None:
        """Take the lock; see `LockConnection.acquire`."""
        return self._connection.acquire(self._name)

    def keep(self) -> None:
        """Take the lock again if it was lost; see `LockConnection.keep`."""
        self._connection.keep()

    def holder(self) -> str | None:
        """Return the holder of the lock; see `LockConnection.holder`."""
        return self._connection.holder(self._name)

    def release(self) -> None:
        """Release the lock; do nothing if it is not held."""
        self._connection.release(self._name)


def holder_of(connection: Connection, name: str) -> str | None:
    """Return the holder of a lock, "process 12 of example, since ..."; None if it is free."""
    row = connection.execute(_HOLDER, {"number": _number(name)}).first()
    if row is None:
        return None
    since = datetime.fromtimestamp(row.since.timestamp(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{row.who}, since {since}"


def _number(name: str) -> int:
    """Return the number of a name's lock: 63 bits, a non-negative bigint."""
    return int.from_bytes(sha256(f"newscrawl {name}".encode()).digest()[:8]) >> 1
