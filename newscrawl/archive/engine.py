"""Open the database of an archive: an SQLite file, or a PostgreSQL database."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from newscrawl.archive.private_files import create_private, make_private, make_private_folder
from newscrawl.exceptions import ArchiveError, ConfigurationError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

BUSY_SECONDS: Final = 30
"""How long a transaction waits for another process that writes to the same archive."""

PAGE_BYTES: Final = 8192
"""The page size of a new SQLite archive. A post has 2.4 kB: a third of SQLite's 4 kB would stay
empty beside it. An existing archive keeps its page size."""

LOG_PAGES: Final = 4_000
"""The write-ahead log of an SQLite archive moves to the main file after this many pages of 8 kB.
SQLite's default is 1,000. In a large archive one transaction fills most of that, so each one would
rewrite the same pages of the main file."""

CLOCK_CACHE_KIB: Final = 256
"""The cache of a connection that is not durable. It reads only the clocks and rules of hosts, and
SQLite's default is 2 MB for each connection."""

CONNECTION: Final = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Parameters of a connection to PostgreSQL, which a database URL may replace: seconds, and the last
one in milliseconds. Without them, a network that swallows packets would be waited for for hours."""

IDLE_SECONDS: Final = 60.0
"""PostgreSQL ends a connection that is idle in a transaction for so long. Else a machine that lost
its power would keep its locks, and all others would wait for them."""

EXAMPLE_URL: Final = "postgresql+psycopg://USER:PASSWORD@HOST/NAME"
"""The form of a database URL, for messages."""

ONLY_READS: Final = "newscrawl_only_reads"
"""SQLAlchemy's execution option for connections that only read."""


def engine_of(location: str, *, durable: bool) -> Engine:
    """Return an engine for *location*, a path or a database URL; the file is created if missing.

    Args:
        durable: Whether commits to an SQLite file wait for the disk. On PostgreSQL they always do:
            after a crash, hosts would be asked too soon without their clocks.

    Raises:
        ConfigurationError: If the location can't be used.
    """
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
    _configure_sqlite(engine, location, durable=durable)
    return engine


def _engine_of_url(location: str) -> Engine:
    scheme = location.partition("://")[0]
    if not re.fullmatch(r"postgresql(\+psycopg)?", scheme):
        raise ConfigurationError(
            f"NEWSCRAWL_ARCHIVE: {scheme}:// is not supported. Expected a path, or a PostgreSQL"
            f" database: {EXAMPLE_URL}"
        )
    try:
        url = _checked(make_url(location))
        given = {name: value for name, value in CONNECTION.items() if name not in url.query}
        # A statement must see what others committed while it waited for a lock.
        engine = create_engine(url, isolation_level="READ COMMITTED", connect_args=given)
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

    event.listen(engine, "connect", _bound_idle_transactions)
    event.listen(engine, "before_cursor_execute", _without_nul, retval=True)
    return engine


def _bound_idle_transactions(connection: Any, _record: object) -> None:
    connection.execute(
        "SELECT set_config('idle_in_transaction_session_timeout', %s, false)",
        [f"{IDLE_SECONDS * 1000:.0f}"],
    )
    connection.commit()


def _without_nul(
    _connection: object,
    _cursor: object,
    statement: str,
    parameters: Any,
    *_: object,
) -> tuple[str, Any]:
    """Take NUL out of texts: PostgreSQL refuses it, and one text of a site would end the crawl.

    The parameters are of one row or of several: for many rows with RETURNING, SQLAlchemy passes one
    dictionary, and says that it has several.
    """
    if isinstance(parameters, list):
        return statement, [_row_without_nul(row) for row in parameters]
    return statement, _row_without_nul(parameters)


def _row_without_nul(row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    return {
        name: value.replace("\0", "") if isinstance(value, str) else value
        for name, value in row.items()
    }


def _checked(url: URL) -> URL:
    """Return the URL.

    Raises:
        ValueError: If its host or database has an "@": then the password has an unescaped one.
    """
    if "@" in f"{url.host}{url.database}":
        raise ValueError("the password has an @")
    return url


def _configure_sqlite(engine: Engine, location: str, *, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        # Only the "begin" below opens transactions. The driver by itself opens no transaction
        # before DDL, so a crash could leave half a migration committed.
        connection.isolation_level = None
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
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
        if not durable:
            connection.execute(f"PRAGMA cache_size = -{CLOCK_CACHE_KIB}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later could fail at the write with "busy".
        only_reads = connection.get_execution_options().get(ONLY_READS)
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
