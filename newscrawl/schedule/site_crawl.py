"""Crawl a site for a schedule or a worker: start the crawl, bound its time, return its result."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from newscrawl.archive import runs
from newscrawl.exceptions import ArchiveError
from newscrawl.run_summary import COMPLETE, FAILED, HELD, PARTIAL
from newscrawl.schedule.crawl_process import ending_of
from newscrawl.schedule.due import ARCHIVE_FAILED, STOPPED, Ending
from newscrawl.schedule.plan import LONGEST
from newscrawl.schedule.shared_process import ProcessLost

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta
    from pathlib import Path

    from newscrawl.archive.database import Archive
    from newscrawl.schedule.crawl_process import RunningCrawl
    from newscrawl.schedule.plan import Entry

logger = logging.getLogger(__name__)

GRACE_SECONDS: Final = 300.0
"""A crawl that was stopped because it took too long is killed after this time."""


class StartCrawl(Protocol):
    """Starts the crawl of a site; see `newscrawl.schedule.shared_process.Crawls.start`."""

    async def __call__(self, entry: Entry, log: Path, *, alone: bool = False) -> RunningCrawl: ...


@dataclass(slots=True, kw_only=True)
class SiteCrawls:
    """The crawls of a process.

    Attributes:
        start: Starts the crawl of a site that writes to a log, in a process of its own if *alone*.
            Raises an OSError if it can't be started.
        folder: The folder of the logs of sites.
        archive: The archive with the runs of the crawls; None if crawls save no runs.
        longest: A crawl is stopped after this time.
        on_start: Called when the crawl of a site has started.
        stops: How often `stop` was called.
    """

    start: StartCrawl
    folder: Path
    archive: Archive | None = None
    longest: timedelta = LONGEST
    on_start: Callable[[Entry], None] = lambda _: None
    stops: int = 0
    _running: dict[str, RunningCrawl] = field(default_factory=dict)

    def stop(self) -> None:
        """Stop all crawls, which end with a verdict. The second call kills the crawls."""
        self.stops += 1
        if self.archive is not None:
            self.archive.retry_briefly()
            if self.stops > 1:
                self.archive.stop_waiting()
        action = "Waiting for the verdicts of" if self.stops == 1 else "Killing"
        logger.info("%s %d crawls, then stopping", action, len(self._running))
        for crawl in self._running.values():
            self._stop(crawl)

    def _stop(self, crawl: RunningCrawl) -> None:
        if self.stops == 1:
            crawl.stop()
        elif self.stops:
            crawl.kill()

    async def crawl(self, entry: Entry) -> Ending:
        """Crawl a site and return the result; a failure is a result, too."""
        log = self._log(entry)
        newest = await self._newest_run()
        try:
            code = await self._run(entry)
        except OSError as error:
            return Ending(FAILED, f"it can't be started: {error}")
        ending = ending_of(code, await self._reasons(entry, newest), log)
        if ending.result == FAILED and await self._has_archive_failed(entry, newest):
            ending = Ending(ARCHIVE_FAILED, f"see {log}")
        if self.stops and ending.result != COMPLETE:
            ending = Ending(STOPPED, ending.why)
        return ending

    async def _run(self, entry: Entry) -> int:
        """Crawl a site, and return the exit code of the crawl.

        Raises:
            OSError: If it can't be started.
        """
        try:
            return await self.run(entry)
        except ProcessLost:
            if self.stops:
                return -signal.SIGKILL
            # The site that ends a process with many crawls has to end its own one, too.
            logger.warning("%s: its process ended, crawling it again in one of its own", entry.name)
            return await self.run(entry, alone=True)

    async def run(self, entry: Entry, *, alone: bool = False) -> int:
        """Run a crawl and return its exit code, or the negative number of a signal.

        Raises:
            OSError: If it can't be started.
            ProcessLost: If its process ended first: another crawl may be the cause.
        """
        log = self._log(entry)
        crawl = await self.start(entry, log, alone=alone)
        logger.info("%s: %s, see %s", entry.name, "exporting" if entry.command else "crawling", log)
        self._running[entry.name] = crawl
        self.on_start(entry)
        self._stop(crawl)  # if a signal arrived while it was starting
        try:
            return await self._ended(entry, crawl)
        finally:
            del self._running[entry.name]

    def _log(self, entry: Entry) -> Path:
        return self.folder / f"{entry.file_name}.log"

    async def _ended(self, entry: Entry, crawl: RunningCrawl) -> int:
        """Wait for a crawl, and return its exit code; stop it, then kill it, if it takes too long.

        Otherwise it would block a place that other sites need.
        """
        end = asyncio.create_task(crawl.wait())
        longest = self.longest.total_seconds()
        for seconds, cut in ((longest, crawl.stop), (GRACE_SECONDS, crawl.kill)):
            await asyncio.wait([end], timeout=seconds)
            if end.done():
                break
            logger.warning("%s: takes too long, ending it", entry.name)
            cut()
        return await end

    async def _newest_run(self) -> int:
        """Return the number of the newest run of all sites; 0 if it can't be read."""
        if self.archive is not None:
            with suppress(ArchiveError):
                return await self.archive.look(runs.newest_id)
        return 0

    async def _reasons(self, entry: Entry, newest: int) -> Sequence[str]:
        """Return the reasons why a crawl was not complete; empty if the archive has no run of it.

        Args:
            newest: The number of the newest run before the crawl started.
        """
        if self.archive is not None:
            with suppress(ArchiveError):
                return await self.archive.look(runs.reasons, entry.url, after=newest)
        return ()

    async def _has_archive_failed(self, entry: Entry, newest: int) -> bool:
        """Return whether a crawl failed because of the archive: then its run has no verdict.

        Args:
            newest: The number of the newest run before the crawl started.
        """
        if self.archive is None:
            return False
        try:
            ended = await self.archive.look(runs.has_ended, entry.url, after=newest)
        except ArchiveError:
            return True
        return ended is False


def log_ending(entry: Entry, ending: Ending) -> None:
    """Log the result of a crawl."""
    # A run that is partial because of its arguments has no reason, and is not a problem.
    is_wrong = ending.result in {FAILED, ARCHIVE_FAILED} or (
        ending.result == PARTIAL and ending.why
    )
    level = logging.WARNING if is_wrong else logging.INFO
    result = f"skipped, {HELD}" if ending.result == HELD else ending.result
    why = f": {ending.why}" if ending.why else ""
    logger.log(level, "%s: %s%s", entry.name, result, why)
