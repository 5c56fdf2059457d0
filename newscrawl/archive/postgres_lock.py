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


class SharedLock:
    """Lock a name for this process against processes on all machines; PostgreSQL only.

    Args:
        engine: The archive's engine. A lock that is held uses a connection of its own.
        name: The name to lock.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._name = name
        self._number = _number(name)
        self._connection: Connection | None = None
        # The writer and the reader of an archive may both find that the connection is gone.
        self._guard = Lock()

    def acquire(self) -> str | None:
        """Take the lock; return None, or the holder if another process has it.

        Raises:
            ArchiveError: If the database does not answer.
        """
        try:
            return self._acquire()
        except DatabaseError as error:
            raise ArchiveError(f"The archive can't be locked: {error.orig}") from error

    def _acquire(self) -> str | None:
        connection = self._engine.connect()
        try:
            return self._acquire_on(connection)
        except DatabaseError:
            connection.close()
            raise

    def _acquire_on(self, connection: Connection) -> str | None:
        me = f"process {os.getpid()} of {socket.gethostname()}"[:LONGEST_NAME]
        connection.execute(text("SELECT set_config('application_name', :me, false)"), {"me": me})
        took = text("SELECT pg_try_advisory_lock(:number)")
        if not connection.execute(took, {"number": self._number}).scalar_one():
            holder = self._holder_on(connection)
            connection.close()
            return holder or "an unknown process"
        with suppress(DatabaseError):  # PostgreSQL before 14 has no such setting
            connection.execute(text("SELECT set_config('idle_session_timeout', '0', false)"))
        self._connection = connection
        return None

    @property
    def is_held(self) -> bool:
        """Whether the lock was taken and not released."""
        return self._connection is not None

    def keep(self) -> None:
        """Take the lock again if it was held and its connection was lost.

        Raises:
            ArchiveError: If another process took the lock in the meantime.
            OperationalError: If the database does not answer.
        """
        with self._guard:
            if self._connection is None or self._is_alive(self._connection):
                return
            self._drop()
            logger.warning(
                "The lock of %s was lost with its connection: taking it again", self._name
            )
            if holder := self._acquire():
                raise ArchiveError(
                    f"The lock of {self._name} was lost with its connection, and now another"
                    f" process has it ({holder}): wait for that process to end, then run again"
                )

    @staticmethod
    def _is_alive(connection: Connection) -> bool:
        try:
            connection.execute(text("SELECT 1"))
        except DatabaseError:
            return False
        return True

    def holder(self) -> str | None:
        """Return the holder of the lock, "process 12 of example, since ..."; None if it is free."""
        with self._engine.connect() as connection:
            return self._holder_on(connection)

    def release(self) -> None:
        """Release the lock; do nothing if it is not held."""
        with self._guard:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # closes it instead of returning it to the pool
            self._connection.close()
            self._connection = None

    def _holder_on(self, connection: Connection) -> str | None:
        row = connection.execute(_HOLDER, {"number": self._number}).first()
        if row is None:
            return None
        since = datetime.fromtimestamp(row.since.timestamp(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{row.who}, since {since}"


def _number(name: str) -> int:
    """Return the number of a name's lock: 63 bits, a non-negative bigint."""
    return int.from_bytes(sha256(f"newscrawl {name}".encode()).digest()[:8]) >> 1
