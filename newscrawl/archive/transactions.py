"""Transactions that are repeated if the database restarts under them."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import uuid4

from sqlalchemy import delete, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, OperationalError

from newscrawl.archive.tables import commits

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

logger = logging.getLogger(__name__)

T = TypeVar("T")

RETRY_SECONDS: Final = 60.0
"""How long a lost connection is tried again: a restart of PostgreSQL takes a few seconds."""

PAUSE_SECONDS: Final = 0.5

FORGOTTEN_SECONDS: Final = 7 * 86_400.0
"""After which the last commit of a process that was killed is deleted."""

_HAS_WRITTEN: Final = text("pg_current_xact_id_if_assigned() IS NOT NULL")


class Transactions:
    """Runs functions in transactions, on a connection that may be lost.

    A transaction that was not committed is repeated. Each one that writes leaves its number in the
    table of commits. If the connection is lost during the commit, that number shows whether it was
    done; so none is done twice. PostgreSQL's own number of a transaction does not show it: after a
    crash it may be given to another one.

    Args:
        recover: Called before the first transaction on a new connection: the one before may have
            been lost, and locks with it.
    """

    def __init__(self, recover: Callable[[], None]) -> None:
        self._recover = recover
        self._closing = threading.Event()
        self._has_new_connection = False
        self._writer = uuid4().hex
        self._number = 0

    def note_connection(self, *_: object) -> None:
        """Note that a connection was made."""
        self._has_new_connection = True

    def stop_waiting(self) -> None:
        """Wait for no database any longer."""
        self._closing.set()

    def forget(self, engine: Engine) -> None:
        """Delete the number of the last commit, as nobody will ask for it."""
        if self._number:
            with suppress(DBAPIError), engine.begin() as connection:
                old = commits.c.at < time.time() - FORGOTTEN_SECONDS
                connection.execute(delete(commits).where((commits.c.writer == self._writer) | old))

    def run(self, engine: Engine, function: Callable[[Connection], T], *, writes: bool) -> T:
        """Return what the function returns for a connection, committed.

        The function is called again if the connection was lost before the commit.

        Raises:
            OperationalError: If the connection is not back after `RETRY_SECONDS`.
        """
        if engine.dialect.name != "postgresql":
            with engine.begin() as connection:
                return function(connection)
        deadline: float | None = None
        done: list[T] = []  # at most one: the result, if the commit was begun
        while True:
            try:
                if done and self._was_committed(engine):
                    return done[0]
                done.clear()
                with engine.begin() as connection:
                    if self._has_new_connection:
                        self._has_new_connection = False
                        self._recover()
                    result = function(connection)
                    if writes:
                        self._mark(connection)
                        done.append(result)
            except DBAPIError as error:
                deadline = self._wait(error, deadline)
            else:
                return result

    def _wait(self, error: DBAPIError, deadline: float | None) -> float:
        """Pause before the next try; return until when there is one.

        Raises:
            DBAPIError: The error, if no further try helps.
        """
        cannot_connect = isinstance(error, OperationalError) and error.statement is None
        if not error.connection_invalidated and not cannot_connect:
            raise error
        now = time.monotonic()
        if deadline is None:
            deadline = now + RETRY_SECONDS
            logger.warning(
                "The connection to the archive is lost (%s): trying again for up to %d s",
                " ".join(str(error.orig).split()),
                RETRY_SECONDS,
            )
        if now > deadline or self._closing.wait(PAUSE_SECONDS):
            raise error
        return deadline

    def _mark(self, connection: Connection) -> None:
        """Leave the transaction's number, if it has written anything."""
        self._number += 1
        values = {"number": self._number, "at": time.time()}
        columns = {"writer": self._writer, **values}
        mark = insert(commits).from_select(
            list(columns),
            select(*(literal(value) for value in columns.values())).where(_HAS_WRITTEN),
        )
        connection.execute(mark.on_conflict_do_update(index_elements=["writer"], set_=values))

    def _was_committed(self, engine: Engine) -> bool:
        with engine.begin() as connection:
            last = select(commits.c.number).where(commits.c.writer == self._writer)
            return connection.execute(last).scalar() == self._number
