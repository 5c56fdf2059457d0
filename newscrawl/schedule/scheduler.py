"""The scheduler: start crawls when they are due, wait for them, and stop them with a verdict."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from newscrawl.archive import runs
from newscrawl.archive.private_files import make_private_folder
from newscrawl.exceptions import ArchiveError
from newscrawl.run_summary import COMPLETE, EXIT_CODES, FAILED, HELD, PARTIAL
from newscrawl.schedule import job_state
from newscrawl.schedule.auto_period import with_periods
from newscrawl.schedule.crawl_process import ending_of
from newscrawl.schedule.due import ARCHIVE_FAILED, STOPPED, Agenda, Ending
from newscrawl.schedule.shared_process import ProcessLost
from newscrawl.schedule.triggers import Auto

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from newscrawl.archive.database import Archive
    from newscrawl.schedule.crawl_process import RunningCrawl
    from newscrawl.schedule.jobs import Entry, Plan

logger = logging.getLogger(__name__)

LONGEST_SLEEP: Final = 60.0
"""The longest wait in seconds before the clock is read again: it may have been set, or the computer
may have slept."""

GRACE_SECONDS: Final = 300.0
"""A crawl that was stopped because it took too long is killed after this time."""

_BADNESS: Final = tuple(EXIT_CODES[verdict] for verdict in (COMPLETE, PARTIAL, FAILED))
"""Exit codes, the worst one last."""


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


async def sleep(woken: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so many seconds."""
    with suppress(TimeoutError):
        await asyncio.wait_for(woken.wait(), seconds)


class StartCrawl(Protocol):
    """Starts the crawl of a site; see `newscrawl.schedule.shared_process.Crawls.start`."""

    async def __call__(self, entry: Entry, log: Path, *, alone: bool = False) -> RunningCrawl: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The environment of a scheduler; tests replace parts of it.

    Attributes:
        start: Starts the crawl of a site that writes to a log, in a process of its own if *alone*.
            Raises an OSError if it can't be started.
        folder: The folder of the states and logs of sites.
        archive: The archive with the runs of the crawls; None if crawls save no runs.
        keep_lock: Takes the schedule's lock again if it was lost. Returns False while the archive
            does not answer; raises an ArchiveError if another process has the lock.
        now: Returns the current time in UTC.
        sleep: Waits for an event or a number of seconds, whichever is first.
        delay: Seconds between two requests to a site without a setting of its own.
    """

    start: StartCrawl
    folder: Path
    archive: Archive | None = None
    keep_lock: Callable[[], bool] = lambda: True
    now: Callable[[], datetime] = utc_now
    sleep: Callable[[asyncio.Event, float], Awaitable[None]] = sleep
    delay: float = 0.0


class Scheduler:
    """Crawl the sites of a plan when they are due.

    Args:
        once: Whether to crawl only the sites that are due now, and then end.
    """

    def __init__(self, plan: Plan, environment: Environment, *, once: bool = False) -> None:
        self._plan = plan
        self._environment = environment
        self._once = once
        self._woken = asyncio.Event()
        self._running: dict[str, RunningCrawl] = {}
        self._stops = 0
        self._worst = 0
        self._is_lock_lost = False

    async def run(self) -> int:
        """Crawl until stopped; return the exit code.

        It is 0; with *once* it is the worst exit code of the crawls; it is that of a failure if
        another schedule has taken the lock.
        """
        now = self._environment.now()
        make_private_folder(self._environment.folder)
        self._plan = replace(self._plan, entries=tuple(await self._paced(self._plan.entries)))
        self._memories = job_state.load_all(self._environment.folder, self._plan.entries, now)
        for entry in self._plan.entries:
            if self._memories[entry.name].turn is None:
                self._save(entry)  # saves the time when the schedule first knew it
        self._agenda = Agenda(self._plan, self._memories, once=now if self._once else None)
        self._listen()
        logger.info("%d sites, %d of them due", len(self._memories), self._agenda.count_due(now))
        async with asyncio.TaskGroup() as crawls:
            while not self._stops and not (self._once and self._agenda.is_over):
                now = self._environment.now()
                for entry in self._agenda.due(now) if await self._has_lock() else ():
                    self._agenda.started(entry, now)
                    crawls.create_task(self._crawl(entry))
                await self._rest(now)
        return self._worst if self._once or self._is_lock_lost else 0

    async def _has_lock(self) -> bool:
        """Return whether crawls may be started; stop if another schedule has taken the lock."""
        try:
            return await asyncio.to_thread(self._environment.keep_lock)
        except ArchiveError as error:
            logger.error("%s", error)
            self._is_lock_lost, self._worst = True, EXIT_CODES[FAILED]
            self.stop()
            return False

    def stop(self) -> None:
        """Stop all crawls, which end with a verdict, then end. The second call kills the crawls."""
        self._stops += 1
        action = "Waiting for the verdicts of" if self._stops == 1 else "Killing"
        logger.info("%s %d crawls, then stopping", action, len(self._running))
        for crawl in self._running.values():
            self._stop(crawl)
        self._woken.set()

    def _stop(self, crawl: RunningCrawl) -> None:
        if self._stops == 1:
            crawl.stop()
        elif self._stops:
            crawl.kill()

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)

    async def _rest(self, now: datetime) -> None:
        """Wait until a crawl ends, a site is due, or a signal arrives."""
        start = self._agenda.next_start(now)
        seconds = LONGEST_SLEEP if start is None else (start - now).total_seconds()
        await self._environment.sleep(self._woken, min(seconds, LONGEST_SLEEP))
        self._woken.clear()

    # --- One crawl --------------------------------------------------------------------------------

    async def _crawl(self, entry: Entry) -> None:
        log = self._environment.folder / f"{entry.file_name}.log"
        newest = await self._newest_run()
        try:
            code = await self._run(entry, log)
        except OSError as error:
            self._finished(entry, Ending(FAILED, f"it can't be started: {error}"))
            return
        ending = ending_of(code, await self._reasons(entry, newest), log)
        if ending.result == FAILED and await self._has_archive_failed(entry, newest):
            ending = Ending(ARCHIVE_FAILED, f"see {log}")
        if self._stops and ending.result != COMPLETE:
            ending = Ending(STOPPED, ending.why)
        (entry,) = await self._paced([entry])
        self._finished(entry, ending)

    async def _run(self, entry: Entry, log: Path) -> int:
        """Crawl a site, and return the exit code of the crawl.

        Raises:
            OSError: If it can't be started.
        """
        try:
            return await self._run_in(entry, log, alone=False)
        except ProcessLost:
            if self._stops:
                return -signal.SIGKILL
            # The site that ends a process with many crawls has to end its own one, too.
            logger.warning("%s: its process ended, crawling it again in one of its own", entry.name)
            return await self._run_in(entry, log, alone=True)

    async def _run_in(self, entry: Entry, log: Path, *, alone: bool) -> int:
        crawl = await self._environment.start(entry, log, alone=alone)
        logger.info("%s: crawling, see %s", entry.name, log)
        self._running[entry.name] = crawl
        self._save(entry)
        self._stop(crawl)  # if a signal arrived while it was starting
        try:
            return await self._ended(entry, crawl)
        finally:
            del self._running[entry.name]

    async def _paced(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Return entries; those with ``every = "auto"`` have the period that fits now."""
        archive, delay = self._environment.archive, self._environment.delay
        if archive is None or not any(isinstance(entry.cadence, Auto) for entry in entries):
            return entries
        with suppress(ArchiveError):
            return await archive.look(with_periods, entries, self._environment.now(), delay=delay)
        return entries

    async def _newest_run(self) -> int:
        """Return the number of the newest run of all sites; 0 if it can't be read."""
        if self._environment.archive is not None:
            with suppress(ArchiveError):
                return await self._environment.archive.look(runs.newest_id)
        return 0

    async def _reasons(self, entry: Entry, newest: int) -> Sequence[str]:
        """Return the reasons why a crawl was not complete; empty if the archive has no run of it.

        Args:
            newest: The number of the newest run before the crawl started.
        """
        if self._environment.archive is not None:
            with suppress(ArchiveError):
                return await self._environment.archive.look(runs.reasons, entry.url, after=newest)
        return ()

    async def _has_archive_failed(self, entry: Entry, newest: int) -> bool:
        """Return whether a crawl failed because of the archive: then its run has no verdict.

        Args:
            newest: The number of the newest run before the crawl started.
        """
        if self._environment.archive is None:
            return False
        try:
            ended = await self._environment.archive.look(runs.has_ended, entry.url, after=newest)
        except ArchiveError:
            return True
        return ended is False

    async def _ended(self, entry: Entry, crawl: RunningCrawl) -> int:
        """Wait for a crawl, and return its exit code; stop it, then kill it, if it takes too long.

        Otherwise it would block a place that other sites need.
        """
        end = asyncio.create_task(crawl.wait())
        longest = self._plan.longest.total_seconds()
        for seconds, cut in ((longest, crawl.stop), (GRACE_SECONDS, crawl.kill)):
            await asyncio.wait([end], timeout=seconds)
            if end.done():
                break
            logger.warning("%s: takes too long, ending it", entry.name)
            cut()
        return await end

    def _finished(self, entry: Entry, ending: Ending) -> None:
        self._agenda.ended(entry, ending, self._environment.now())
        self._save(entry)
        code = 0 if ending.result in {HELD, STOPPED} else EXIT_CODES.get(ending.result, 1)
        self._worst = max(self._worst, code, key=_BADNESS.index)
        # A run that is partial because of its arguments has no reason, and is no problem.
        is_wrong = ending.result in {FAILED, ARCHIVE_FAILED} or (
            ending.result == PARTIAL and ending.why
        )
        level = logging.WARNING if is_wrong else logging.INFO
        result = f"skipped, {HELD}" if ending.result == HELD else ending.result
        why = f": {ending.why}" if ending.why else ""
        logger.log(level, "%s: %s%s", entry.name, result, why)
        self._woken.set()

    def _save(self, entry: Entry) -> None:
        try:
            job_state.save(self._environment.folder, entry, self._memories[entry.name])
        except OSError as error:
            # The schedule continues with the state in memory; only a restart would lack it.
            logger.error("%s: its state can't be saved: %s", entry.name, error)
