"""The archive: one database with one writer thread and short transactions."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DatabaseError

from newscrawl.archive import write_locks
from newscrawl.archive.database_errors import explained
from newscrawl.archive.engine import ONLY_READS, engine_of
from newscrawl.archive.migrate import migrate
from newscrawl.archive.postgres_lock import LockConnection, SharedLock
from newscrawl.archive.private_files import create_private
from newscrawl.archive.tables import metadata
from newscrawl.archive.transactions import Transactions, open_patiently
from newscrawl.exceptions import ArchiveError, ConfigurationError
from newscrawl.urls.credentials import shown_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from newscrawl.archive.copying import Copy

P = ParamSpec("P")
T = TypeVar("T")


class Archive:
    """An open archive: runs functions that take a connection, each in one transaction.

    The other modules of this package have the functions: ``await archive.run(runs.begin, ...)``.

    Attributes:
        location: The path or database URL, without its password.
    """

    def __init__(self, engine: Engine, location: str, *, ordered: bool = True) -> None:
        self.location = location
        self._engine = engine
        self._is_ordered = ordered
        # A thread, so that the event loop never waits for a disk; only one, as SQLite allows one
        # writer at a time.
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        # Another thread reads, so that queries don't wait for a commit.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive-reader")
        self._reads = engine.execution_options(**{ONLY_READS: True})
        self._transactions = Transactions(self.keep_locks)
        event.listen(engine, "connect", self._transactions.note_connection)
        self._locks = LockConnection(self._reads)

    @classmethod
    def open(cls, location: str, *, durable: bool = True, ordered: bool = True) -> Archive:
        """Open the archive at *location*, a path or a database URL; create or migrate it.

        Args:
            location: ``.newscrawl/archive.sqlite``, or ``postgresql+psycopg://...``.
            durable: Whether each commit waits for the disk. Without it, a power cut may undo the
                last commits.
            ordered: Whether its writers wait for others, see `newscrawl.archive.write_locks`.
                Without it, it may run only functions that lock the rows that they change.

        Raises:
            ConfigurationError: If the location can't be used.
            ArchiveError: If the archive is locked, damaged or written by a later version.
        """
        engine = engine_of(location, durable=durable)
        shown = shown_url(location)
        with explained(shown):
            if engine.dialect.name == "postgresql":
                open_patiently(partial(migrate, engine))
            else:
                migrate(engine)
        return cls(engine, shown, ordered=ordered)

    async def run(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return ``function(connection, ...)``; its transaction is committed.

        Nobody else writes to the archive at the same time, unless the function declares that less
        is enough: see `newscrawl.archive.write_locks`.

        Raises:
            ArchiveError: If the database fails; the message has the remedy.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._writer, lambda: self.call(function, *args, **kwargs)
        )

    def call(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do the same as `run`, for code that runs outside an event loop."""

        def locked(connection: Connection) -> T:
            if self._is_ordered:
                write_locks.lock_for(connection, function, args)
            return function(connection, *args, **kwargs)

        with explained(self.location):
            return self._transactions.run(self._engine, locked, writes=True)

    async def look(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return ``function(connection, ...)`` of a function that only reads.

        It does not wait for writers of this process.

        Raises:
            ArchiveError: If the database fails; the message has the remedy.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._reader, lambda: self.read(function, *args, **kwargs)
        )

    def read(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do the same as `look`, for code that runs outside an event loop."""
        with explained(self.location):
            return self._transactions.run(
                self._reads, lambda connection: function(connection, *args, **kwargs), writes=False
            )

    def shared_lock(self, name: str) -> SharedLock | None:
        """Return a lock for all machines that share the archive; None for an SQLite archive."""
        if self._engine.dialect.name != "postgresql":
            return None
        return SharedLock(self._locks, name)

    def keep_locks(self) -> None:
        """Take shared locks again if their connections were lost.

        Raises:
            ArchiveError: If another process took one of them in the meantime.
            OperationalError: If the database does not answer.
        """
        self._locks.keep()

    def retry_briefly(self, *, is_brief: bool = True) -> None:
        """Let transactions retry a lost connection for a few seconds only, from now on."""
        self._transactions.retry_briefly(is_brief=is_brief)

    def stop_waiting(self) -> None:
        """Let transactions fail at once if the connection is lost, from now on."""
        self._transactions.stop_waiting()

    def close(self) -> None:
        """Finish the running transaction, drop those that wait, and close the database."""
        self.stop_waiting()
        self._reader.shutdown(cancel_futures=True)
        self._writer.shutdown(cancel_futures=True)
        self._transactions.forget(self._engine)
        self.checkpoint()
        self._engine.dispose()

    def checkpoint(self) -> None:
        """Move the log of an SQLite archive to its main file, unless someone reads or writes it.

        SQLite does this on closing only if no other process has the archive open. Without it, a
        plain copy of the main file would lack the last commits. If the disk is full, the log
        stays, which is as durable.
        """
        if self._engine.dialect.name != "sqlite":
            return
        with (
            suppress(DatabaseError, sqlite3.Error),
            closing(self._engine.raw_connection()) as connection,
        ):
            connection.detach()  # no later transaction may use it, as it would not wait for others
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout = 0")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_to(self, location: str) -> Copy:
        """Begin or continue a copy of the archive to another database; nothing else may write.

        Raises:
            ConfigurationError: If the other database has an archive already.
            ArchiveError: If it can't be used.
        """
        from newscrawl.archive.copying import Copy

        return Copy(self._engine, location)

    def compact(self) -> bool:
        """Write the database anew, so that no deleted value is left in it.

        Return False if another process still reads the write-ahead log of an SQLite archive, so
        that the log keeps its old content until that process ends.

        Raises:
            ArchiveError: If the database fails, or another process uses an SQLite archive.
        """
        with explained(self.location):
            if self._engine.dialect.name == "postgresql":
                names = ", ".join(table.name for table in metadata.sorted_tables)
                direct = self._reads.execution_options(isolation_level="AUTOCOMMIT")
                with direct.connect() as connection:
                    connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {names}")
                return True
            with self._reads.connect() as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                raw.execute("VACUUM")
                return not raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    def back_up(self, file: Path) -> None:
        """Write a consistent copy of an SQLite archive; crawls may write to it at the same time.

        Raises:
            ConfigurationError: If the file exists, or the archive is on PostgreSQL.
            ArchiveError: If the copy can't be written.
        """
        if self._engine.dialect.name != "sqlite":
            raise ConfigurationError("The archive is on PostgreSQL: back it up with pg_dump")
        if file.exists():
            raise ConfigurationError(f"{file} exists: name a new file for the backup")
        part = file.with_name(f".{file.name}.part")
        try:
            part.unlink(missing_ok=True)
            create_private(part)
            with closing(self._engine.raw_connection()) as connection:
                source = connection.driver_connection
                assert isinstance(source, sqlite3.Connection)
                with closing(sqlite3.connect(part)) as target:
                    source.backup(target)
            descriptor = os.open(part, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            part.rename(file)
        except (OSError, sqlite3.Error) as error:
            part.unlink(missing_ok=True)
            raise ArchiveError(
                f"The backup {file} can't be written: {getattr(error, 'strerror', None) or error}"
            ) from error
