"""One log for each of the crawls that run side by side in a process."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any, Final

from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from newscrawl.archive.private_files import make_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from scrapy.settings import BaseSettings
    from twisted.internet.interfaces import IDelayedCall

_LOG: Final[ContextVar[logging.Handler | None]] = ContextVar("log", default=None)
"""The log of the crawl that runs in this context."""

REACTOR: Final = "newscrawl.schedule.crawl_logs.ContextReactor"
"""The value of TWISTED_REACTOR in a process with several crawls."""


class ContextReactor(AsyncioSelectorReactor):
    """Twisted's asyncio reactor, whose delayed calls run in the context that asked for them.

    Twisted runs them in the context of the call that happened to be the next one, so in that of
    any crawl. Tasks of asyncio keep their contexts by themselves.
    """

    def callLater(  # noqa: N802 - Twisted's name
        self,
        delay: float,
        callable: Callable[..., Any],  # noqa: A002
        *args: Any,
        **kwargs: Any,
    ) -> IDelayedCall:
        call: IDelayedCall = super().callLater(  # type: ignore[no-untyped-call]
            delay, copy_context().run, callable, *args, **kwargs
        )
        return call


class CrawlLogs(logging.Handler):
    """Write each record to the log of its crawl; records of no crawl go to *other*."""

    def __init__(self, other: logging.Handler, settings: BaseSettings) -> None:
        super().__init__(settings.get("LOG_LEVEL"))
        self._other = other
        self._formatter = logging.Formatter(
            fmt=settings.get("LOG_FORMAT"), datefmt=settings.get("LOG_DATEFORMAT")
        )
        other.setFormatter(self._formatter)

    def emit(self, record: logging.LogRecord) -> None:
        (_LOG.get() or self._other).handle(record)

    @contextmanager
    def writing_to(self, file: Path) -> Iterator[None]:
        """Let the records of this context, and of what it starts, go to *file*.

        Raises:
            OSError: If the file can't be opened.
        """
        log = logging.FileHandler(file, encoding="utf-8")
        make_private(file)
        log.setFormatter(self._formatter)
        token = _LOG.set(log)
        try:
            yield
        finally:
            _LOG.reset(token)
            log.close()
