"""Let Procrastinate use the archive's own connection, which survives restarts of the database."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from procrastinate.connector import BaseAsyncConnector, BaseConnector
from procrastinate.exceptions import ConnectorException, NoResult
from psycopg.types.json import Jsonb
from sqlalchemy.exc import DBAPIError, OperationalError

from newscrawl.exceptions import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from newscrawl.archive.database import Archive

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

PAUSE_SECONDS: Final = 2.0
"""Between two tries if the database does not answer."""


class PatientArchive:
    """An archive whose calls wait for as long as the database does not answer."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._has_failed = False
        self._gives_up = False
        self._has_given_up = False

    def give_up(self, *, at_once: bool) -> None:
        """Let calls raise an ArchiveError if the database does not answer for a few seconds.

        Args:
            at_once: Whether they do not even wait for these seconds.
        """
        self._gives_up = True
        self._archive.retry_briefly()
        if at_once:
            self._archive.stop_waiting()

    async def run(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return ``function(connection, ...)``; its transaction is committed once.

        Raises:
            ArchiveError: If waiting can't help, or after `give_up`.
        """
        while True:
            try:
                result = await self._archive.run(function, *args, **kwargs)
            except ArchiveError as error:
                if self._gives_up or not isinstance(error.__cause__, OperationalError):
                    self._note_end(error)
                    raise
                if not self._has_failed:
                    logger.warning("%s. Trying again until it answers", error)
                self._has_failed = True
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                if self._has_failed:
                    logger.info("The archive answers again")
                self._has_failed = False
                return result

    def _note_end(self, error: ArchiveError) -> None:
        """Log, once, that nothing of this worker is saved any more."""
        if not self._has_given_up:
            logger.error("%s. The jobs of this worker are left to others", error)
        self._has_given_up = True


class ArchiveConnector(BaseAsyncConnector):
    """Runs Procrastinate's queries in transactions of the archive.

    Procrastinate's own connector raises if the database restarts. Then its worker stops, and a job
    whose end could not be saved stays "doing" for as long as the worker lives.

    Args:
        database: Opened with ``ordered=False``, so that jobs do not wait for those who write posts.
    """

    def __init__(self, database: PatientArchive) -> None:
        self._database = database

    def get_sync_connector(self) -> BaseConnector:
        return self

    async def open_async(self, pool: Any = None) -> None:
        """Do nothing: the archive is open."""

    async def close_async(self) -> None:
        """Do nothing: who opened the archive closes it."""

    async def execute_query_async(self, query: str, **arguments: Any) -> None:
        await self._rows(query, arguments)

    async def execute_query_one_async(self, query: str, **arguments: Any) -> dict[str, Any]:
        rows = await self._rows(query, arguments)
        if not rows:
            raise NoResult
        return rows[0]

    async def execute_query_all_async(self, query: str, **arguments: Any) -> list[dict[str, Any]]:
        return await self._rows(query, arguments)

    async def _rows(self, query: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            return await self._database.run(_execute, query, arguments)
        except (ArchiveError, DBAPIError) as error:
            raise ConnectorException(" ".join(str(error).split())) from error


def _execute(connection: Connection, query: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    given = {k: Jsonb(v) if isinstance(v, dict) else v for k, v in arguments.items()}
    result = connection.exec_driver_sql(query, given)
    return [dict(row) for row in result.mappings()] if result.returns_rows else []
