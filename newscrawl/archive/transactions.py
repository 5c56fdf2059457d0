"""Run transactions, and repeat them if the database restarts."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import uuid4

from sqlalchemy import delete, literal, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from newscrawl.archive.tables import commits

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

logger = logging.getLogger(__name__)

T = TypeVar("T")

RETRY_SECONDS: Final = 60.0
"""How long a lost connection is retried: a restart of PostgreSQL takes a few seconds. After this
time without an answer, each further transaction is tried twice only, so that a run can end."""

STOP_SECONDS: Final = 3.0
"""The same for a process that was told to end: its user waits for it."""

OPEN_SECONDS: Final = 10.0
"""The same for the first connection: a wrong address is an error of the user, who waits for it."""

PAUSE_SECONDS: Final = 0.5
"""The pause between two of these tries."""

UNDONE_TRIES: Final = 5
"""How often a transaction is tried that PostgreSQL undid, so that others could go on."""

FORGOTTEN_SECONDS: Final = 7 * 86_400.0
"""A process that was killed leaves its last commit's number; it is deleted after this time."""

_HAS_WRITTEN: Final = text("pg_current_xact_id_if_assigned() IS NOT NULL")
"""PostgreSQL's condition that the transaction has written something."""


def open_patiently(open_database: Callable[[], None]) -> None:
    """Call a function that opens a database; repeat it while the database restarts.

    Raises:
        DBAPIError: If it reports another error, or does not answer for `OPEN_SECONDS`.
    """
    started = time.monotonic()
    for attempt in count(1):
        try:
            return open_database()
        except DBAPIError as error:
            if not _is_lost(error) or time.monotonic() - started >= OPEN_SECONDS:
                raise
            if attempt == 1:
                logger.warning(
                    "The archive does not answer (%s): retrying for up to %d s",
                    " ".join(str(error.orig).split()),
                    OPEN_SECONDS,
                )
        time.sleep(PAUSE_SECONDS)
    return None


def _is_lost(error: DBAPIError) -> bool:
    """Return whether there is no connection, so that another try may succeed."""
    cannot_connect = isinstance(error, OperationalError) and error.statement is None
    return error.connection_invalidated or cannot_connect


def _was_undone(error: DBAPIError) -> bool:
    """Return whether PostgreSQL undid the transaction to end a deadlock, so it can be repeated."""
    return getattr(error.orig, "sqlstate", None) == "40P01"


class Transactions:
    """Run functions in transactions, on a connection that may be lost.

    A transaction that was not committed is repeated, also one that PostgreSQL undid to end a
    deadlock. Each transaction that writes saves its number in the table of commits. If the
    connection is lost during the commit, this number shows whether the commit was done, so no
    transaction is done twice. PostgreSQL's own transaction number can't show it, as PostgreSQL may
    use it again after a crash.

    Args:
        recover: Called before the first transaction on a new connection, because the locks of a
            lost connection are lost with it.
    """

    def __init__(self, recover: Callable[[], None]) -> None:
        self._recover = recover
        self._closing = threading.Event()
        self._has_new_connection = False
        self._lost_at: float | None = None  # monotonic seconds; None while the database answers
        self._retry_seconds = RETRY_SECONDS
        # Several threads write. Each has a row of its own, so that no thread overwrites the number
        # that another one looks for.
        self._process = uuid4().hex
        self._numbers = count(1)
        self._has_marks = False

    @property
    def _writer(self) -> str:
        return f"{self._process}-{threading.get_ident()}"

    def note_connection(self, *_: object) -> None:
        """Record that there is a new connection."""
        self._has_new_connection = True

    def retry_briefly(self, *, is_brief: bool = True) -> None:
        """Retry lost connections for `STOP_SECONDS` only; this holds for retries under way, too."""
        self._retry_seconds = STOP_SECONDS if is_brief else RETRY_SECONDS

    def stop_waiting(self) -> None:
        """Stop retrying lost connections: from now on, the error is raised at once."""
        self._closing.set()

    def forget(self, engine: Engine) -> None:
        """Delete the numbers of this process's last commits; not needed after closing."""
        if self._has_marks:
            with suppress(DBAPIError), engine.begin() as connection:
                old = commits.c.at < time.time() - FORGOTTEN_SECONDS
                own = commits.c.writer.like(f"{self._process}-%")
                connection.execute(delete(commits).where(own | old))

    def run(self, engine: Engine, function: Callable[[Connection], T], *, writes: bool) -> T:
        """Return ``function(connection)``; its transaction is committed.

        The function is called again if the connection was lost before the commit.

        Args:
            writes: Whether the function may write.

        Raises:
            DBAPIError: If the database reports an error, or does not answer for too long.
        """
        if engine.dialect.name != "postgresql":
            with engine.begin() as connection:
                return function(connection)
        done: list[T] = []  # the result, once the commit has begun; else empty
        number = next(self._numbers)
        for attempt in count(1):
            try:
                if done and self._was_committed(engine, number):
                    break
                done.clear()
                with engine.begin() as connection:
                    if self._has_new_connection:
                        self._has_new_connection = False
                        self._recover()
                    result = function(connection)
                    if writes:
                        self._mark(connection, number)
                    done.append(result)
                break
            except DBAPIError as error:
                if not writes:
                    done.clear()
                self._wait(error, attempt)
        self._lost_at = None
        return done[0]

    def _wait(self, error: DBAPIError, attempt: int) -> None:
        """Pause before the next try.

        Raises:
            DBAPIError: The error, if a retry can't help, or the deadline is over.
        """
        if _was_undone(error) and attempt < UNDONE_TRIES:
            logger.info("A transaction of the archive is repeated: %s", error.orig)
            return
        if not _is_lost(error):
            raise error
        now = time.monotonic()
        if self._lost_at is None:
            self._lost_at = now
            logger.warning(
                "The connection to the archive was lost (%s): retrying for up to %d s",
                " ".join(str(error.orig).split()),
                self._retry_seconds,
            )
        is_over = attempt > 1 and now - self._lost_at > self._retry_seconds
        if is_over or self._closing.wait(PAUSE_SECONDS):
            raise error

    def _mark(self, connection: Connection, number: int) -> None:
        """Save the transaction's number if the transaction has written something."""
        from sqlalchemy.dialects.postgresql import insert  # slow, and SQLite does not need it

        self._has_marks = True
        values = {"number": number, "at": time.time()}
        columns = {"writer": self._writer, **values}
        mark = insert(commits).from_select(
            list(columns),
            select(*(literal(value) for value in columns.values())).where(_HAS_WRITTEN),
        )
        connection.execute(mark.on_conflict_do_update(index_elements=["writer"], set_=values))

    def _was_committed(self, engine: Engine, number: int) -> bool:
        with engine.begin() as connection:
            last = select(commits.c.number).where(commits.c.writer == self._writer)
            return connection.execute(last).scalar() == number
