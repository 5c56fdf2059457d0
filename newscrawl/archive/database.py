"""The archive: one database with one writer thread and short transactions."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
)
from zstandard import ZstdError

from newscrawl.archive.migrate import migrate
from newscrawl.archive.postgres_lock import SharedLock
from newscrawl.archive.private_files import create_private, make_private, make_private_folder
from newscrawl.archive.transactions import Transactions
from newscrawl.exceptions import ArchiveError, ConfigurationError
from newscrawl.urls.credentials import shown_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL, Connection, Engine

P = ParamSpec("P")
T = TypeVar("T")

BUSY_SECONDS: Final = 30
"""How long a transaction waits for another process that writes to the same archive."""

LOG_PAGES: Final = 8_000
"""The write-ahead log of an SQLite archive moves to the main file after this many pages of 4 kB.
SQLite's default is 1,000. In a large archive one transaction fills most of that, so each one would
rewrite the same pages of the main file."""

EXAMPLE_URL: Final = "postgresql+psycopg://USER:PASSWORD@HOST/NAME"
"""The form of a database URL, for messages."""

_ONLY_READS: Final = "newscrawl_only_reads"
"""SQLAlchemy's execution option for connections that only read."""

_WRITER: Final = 0x6E657773
"""The number of the advisory lock that each writing transaction takes on PostgreSQL."""


class Archive:
    """An open archive: runs functions that take a connection, each in one transaction.

    The other modules of this package have the functions: ``await archive.run(runs.begin, ...)``.

    Attributes:
        location: The path or database URL, without its password.
    """

    def __init__(self, engine: Engine, location: str) -> None:
        self.location = location
        self._engine = engine
        # A thread, so that the event loop never waits for a disk; only one, as SQLite allows one
        # writer at a time.
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        # Another thread reads, so that queries don't wait for a commit.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive-reader")
        self._reads = engine.execution_options(**{_ONLY_READS: True})
        self._transactions = Transactions(self.keep_locks)
        event.listen(engine, "connect", self._transactions.note_connection)
        self._locks: list[SharedLock] = []

    @classmethod
    def open(cls, location: str, *, durable: bool = True) -> Archive:
        """Open the archive at *location*, a path or a database URL; create or migrate it.

        Args:
            location: ``.newscrawl/archive.sqlite``, or ``postgresql+psycopg://...``.
            durable: Whether each commit waits for the disk. Without it, a power cut may undo the
                last commits.

        Raises:
            ConfigurationError: If the location can't be used.
            ArchiveError: If the archive is locked, damaged or written by a later version.
        """
        engine = _engine(location, durable=durable)
        shown = shown_url(location)
        with _explained(shown):
            migrate(engine)
        return cls(engine, shown)

    async def run(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return ``function(connection, ...)``; its transaction is committed.

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
        with _explained(self.location):
            return self._transactions.run(
                self._engine, lambda connection: function(connection, *args, **kwargs), writes=True
            )

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
        with _explained(self.location):
            return self._transactions.run(
                self._reads, lambda connection: function(connection, *args, **kwargs), writes=False
            )

    def shared_lock(self, name: str) -> SharedLock | None:
        """Return a lock for all machines that share the archive; None for an SQLite archive."""
        if self._engine.dialect.name != "postgresql":
            return None
        lock = SharedLock(self._reads, name)  # so it does not wait for the lock of the writers
        self._locks.append(lock)
        return lock

    def keep_locks(self) -> None:
        """Take shared locks again if their connections were lost.

        Raises:
            ArchiveError: If another process took one of them in the meantime.
            OperationalError: If the database does not answer.
        """
        for lock in self._locks:
            lock.keep()

    def close(self) -> None:
        """Finish the running transaction, drop those that wait, and close the database."""
        self._transactions.stop_waiting()
        self._reader.shutdown(cancel_futures=True)
        self._writer.shutdown(cancel_futures=True)
        self._transactions.forget(self._engine)
        self._checkpoint()
        self._engine.dispose()

    def _checkpoint(self) -> None:
        """Move the log of an SQLite archive to its main file, unless another process reads it.

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
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout = 0")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

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
            raise ArchiveError(f"The backup {file} can't be written: {error}") from error


def _engine(location: str, *, durable: bool) -> Engine:
    if "://" in location:
        return _engine_of_url(location)
    path = Path(location).expanduser()
    try:
        make_private_folder(path.parent)
        # An existing archive is not opened here. SQLite's locks belong to the process, and closing
        # any other file descriptor of the archive would release them.
        with suppress(FileExistsError):
            create_private(path)
    except OSError as error:
        reason = error.strerror or error
        raise ConfigurationError(
            f"The archive {location} can't be written ({reason}): set NEWSCRAWL_ARCHIVE to a path"
            " that can"
        ) from error
    # SQLite gives its log the mode of the archive. An archive of an early release may be readable
    # by everyone.
    for suffix in ("", "-wal", "-shm"):
        make_private(path.with_name(path.name + suffix))
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})
    _use_sqlite_well(engine, location, durable=durable)
    return engine


def _engine_of_url(location: str) -> Engine:
    scheme = location.partition("://")[0]
    if not re.fullmatch(r"postgresql(\+\w+)?", scheme):
        raise ConfigurationError(
            f"NEWSCRAWL_ARCHIVE: {scheme}:// is not supported. Expected a path, or a PostgreSQL"
            f" database: {EXAMPLE_URL}"
        )
    try:
        engine = create_engine(_checked(make_url(location)))
    except (ImportError, NoSuchModuleError) as error:
        raise ConfigurationError(
            "NEWSCRAWL_ARCHIVE: a PostgreSQL database needs psycopg: use uv run --extra postgresql,"
            " or pip install 'psycopg[binary]'"
        ) from error
    except (ArgumentError, ValueError):
        # The parser's own message contains the URL with its password.
        raise ConfigurationError(
            f"NEWSCRAWL_ARCHIVE can't be used: expected {EXAMPLE_URL}; in a user name or a"
            " password, write @ as %40, / as %2F, : as %3A"
        ) from None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # One writer at a time, as with SQLite, so that the functions need no second set of rules.
        if not connection.get_execution_options().get(_ONLY_READS):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")

    return engine


def _checked(url: URL) -> URL:
    """Return the URL.

    Raises:
        ValueError: If its host or database has an "@": then the password has an unescaped one.
    """
    if "@" in f"{url.host}{url.database}":
        raise ValueError("the password has an @")
    return url


def _use_sqlite_well(engine: Engine, location: str, *, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        # Only the "begin" below opens transactions. The driver by itself opens no transaction
        # before DDL, so a crash could leave half a migration committed.
        connection.isolation_level = None
        mode = _write_ahead(connection)
        if mode != "wal":
            raise ArchiveError(
                f"The archive {location} is on a file system without write-ahead logging"
                " (a network share?): set NEWSCRAWL_ARCHIVE to a local path"
            )
        # With NORMAL, a power cut may undo commits whose lines are already in output files.
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later could fail at the write with "busy".
        only_reads = connection.get_execution_options().get(_ONLY_READS)
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _write_ahead(connection: sqlite3.Connection) -> str:
    """Turn on write-ahead logging; return the mode of the journal, "wal" if it worked.

    If two processes do this at once for a new archive, SQLite refuses both at once, without
    waiting. So this function tries again for up to `BUSY_SECONDS`.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.05)


_DAMAGED: Final = (
    "it is damaged: restore a copy and move newer output files away, or move both away; then crawl"
    " again"
)

_NO_ANSWER: Final = (
    "start the database or correct NEWSCRAWL_ARCHIVE, then run again: what was committed is kept"
)

_ADVICE: Final = (
    ("locked", "another process holds it: wait for that run to end, or stop it"),
    ("disk is full", "the disk is full: make room, then run again; what was committed is kept"),
    ("malformed", _DAMAGED),
    ("not a database", "it is no archive: set NEWSCRAWL_ARCHIVE to another path"),
    ("readonly", "it can't be written: correct its permissions"),
    ("disk i/o error", "the disk failed: check it, then run again; what was committed is kept"),
    ("unable to open", "it can't be opened: set NEWSCRAWL_ARCHIVE to a path that can be written"),
)
"""The remedy for each error of a database, by a part of its message in lower case."""


@contextmanager
def _explained(location: str) -> Iterator[None]:
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
    except ZstdError as error:  # damage that the database did not notice
        raise ArchiveError(f"The archive {location}: {_DAMAGED}") from error
