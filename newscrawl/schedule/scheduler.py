"""The schedule itself: starts crawls when their turn comes, waits for them, and stops gently."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from newscrawl.archive import runs
from newscrawl.archive.private_files import make_private_folder
from newscrawl.exceptions import ArchiveError
from newscrawl.run_summary import COMPLETE, EXIT_CODES, FAILED, HELD, PARTIAL
from newscrawl.schedule import job_state
from newscrawl.schedule.crawl_process import CrawlProcess, ending_of
from newscrawl.schedule.due import ARCHIVE_FAILED, STOPPED, Agenda, Ending

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from newscrawl.archive.database import Archive
    from newscrawl.schedule.jobs import Entry, Plan

logger = logging.getLogger(__name__)

LONGEST_NAP: Final = 60.0
"""Seconds between two looks at the clock: it may have been set, or the computer have slept."""

GRACE_SECONDS: Final = 300.0
"""What a crawl that took too long has for its verdict before it is killed."""

_BADNESS: Final = tuple(EXIT_CODES[verdict] for verdict in (COMPLETE, PARTIAL, FAILED))


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


async def nap(woken: asyncio.Event, seconds: float) -> None:
    """Wait for the event, so many seconds at most."""
    with suppress(TimeoutError):
        await asyncio.wait_for(woken.wait(), seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a schedule has to do its work with; tests give it others.

    Attributes:
        command: The words that crawl a site.
        folder: The folder of the states and logs of sites.
        archive: Has the runs of crawls, with their reasons; None if crawls leave no runs.
        keep_lock: Takes the schedule's lock again if it was lost. Returns False while the archive
            does not answer; raises an ArchiveError if another process has the lock.
        now: The clock, UTC.
        nap: Waits for an event or a number of seconds, whichever is first.
    """

    command: Callable[[Entry], list[str]]
    folder: Path
    archive: Archive | None = None
    keep_lock: Callable[[], bool] = lambda: True
    now: Callable[[], datetime] = utc_now
    nap: Callable[[asyncio.Event, float], Awaitable[None]] = nap


class Scheduler:
    """Keeps the sites of a plan fresh.

    Args:
        once: Whether to crawl what is due now, and end.
    """

    def __init__(self, plan: Plan, means: Means, *, once: bool = False) -> None:
        self._plan = plan
        self._means = means
        self._once = once
        self._woken = asyncio.Event()
        self._processes: dict[str, CrawlProcess] = {}
        self._stops = 0
        self._worst = 0
        self._is_lock_lost = False

    async def run(self) -> int:
        """Crawl until stopped, and return the exit code.

        It is 0, or with *once* that of the crawl that went worst.
        """
        now = self._means.now()
        make_private_folder(self._means.folder)
        self._memories = job_state.load_all(self._means.folder, self._plan.entries, now)
        for entry in self._plan.entries:
            if self._memories[entry.name].turn is None:
                self._save(entry)  # since when it is known
        self._agenda = Agenda(self._plan, self._memories, once=now if self._once else None)
        self._listen()
        logger.info("%d sites, %d of them due", len(self._memories), self._agenda.count_due(now))
        async with asyncio.TaskGroup() as crawls:
            while not self._stops and not (self._once and self._agenda.is_over):
                now = self._means.now()
                for entry in self._agenda.due(now) if await self._has_lock() else ():
                    self._agenda.started(entry, now)
                    crawls.create_task(self._crawl(entry))
                await self._rest(now)
        return self._worst if self._once or self._is_lock_lost else 0

    async def _has_lock(self) -> bool:
        """Return whether crawls may be started; stop if another schedule has taken the lock."""
        try:
            return await asyncio.to_thread(self._means.keep_lock)
        except ArchiveError as error:
            logger.error("%s", error)
            self._is_lock_lost, self._worst = True, EXIT_CODES[FAILED]
            self.stop()
            return False

    def stop(self) -> None:
        """Ask all crawls to end with a verdict, and end after them; asked again, kill them."""
        self._stops += 1
        told = "Waiting for the verdicts of" if self._stops == 1 else "Killing"
        logger.info("%s %d crawls, then stopping", told, len(self._processes))
        for process in self._processes.values():
            self._stop(process)
        self._woken.set()

    def _stop(self, process: CrawlProcess) -> None:
        if self._stops == 1:
            process.stop()
        elif self._stops:
            process.kill()

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)

    async def _rest(self, now: datetime) -> None:
        """Wait until a crawl ends, the next turn comes, or a signal does."""
        start = self._agenda.next_start(now)
        seconds = LONGEST_NAP if start is None else (start - now).total_seconds()
        await self._means.nap(self._woken, min(seconds, LONGEST_NAP))
        self._woken.clear()

    # --- One crawl --------------------------------------------------------------------------------

    async def _crawl(self, entry: Entry) -> None:
        log = self._means.folder / f"{entry.file_name}.log"
        newest = await self._newest_run()
        try:
            process = await CrawlProcess.start(self._means.command(entry), log)
        except OSError as error:
            self._finished(entry, Ending(FAILED, f"it can't be started: {error}"))
            return
        logger.info("%s: crawling, see %s", entry.name, log)
        self._processes[entry.name] = process
        self._save(entry)
        self._stop(process)  # for a signal that came while it started
        code = await self._ended(entry, process)
        del self._processes[entry.name]
        ending = ending_of(code, await self._reasons(entry, newest), log)
        if ending.result == FAILED and await self._has_archive_failed(entry, newest):
            ending = Ending(ARCHIVE_FAILED, f"see {log}")
        if self._stops and ending.result != COMPLETE:
            ending = Ending(STOPPED, ending.why)
        self._finished(entry, ending)

    async def _newest_run(self) -> int:
        """Return the number of the newest run of all sites; 0 if it can't be read."""
        if self._means.archive is not None:
            with suppress(ArchiveError):
                return await self._means.archive.look(runs.newest_id)
        return 0

    async def _reasons(self, entry: Entry, newest: int) -> Sequence[str]:
        """Return why the run of a crawl was not complete; empty if the crawl left no run.

        Args:
            newest: The newest run when the crawl started.
        """
        if self._means.archive is not None:
            with suppress(ArchiveError):
                return await self._means.archive.look(runs.reasons, entry.url, after=newest)
        return ()

    async def _has_archive_failed(self, entry: Entry, newest: int) -> bool:
        """Return whether a crawl failed because of the archive: then it could not give a verdict.

        Args:
            newest: The newest run when the crawl started.
        """
        if self._means.archive is None:
            return False
        try:
            ended = await self._means.archive.look(runs.has_ended, entry.url, after=newest)
        except ArchiveError:
            return True
        return ended is False

    async def _ended(self, entry: Entry, process: CrawlProcess) -> int:
        """Wait for a crawl, but not for ever: others want its place. Return its exit code."""
        end = asyncio.create_task(process.wait())
        longest = self._plan.longest.total_seconds()
        for seconds, cut in ((longest, process.stop), (GRACE_SECONDS, process.kill)):
            await asyncio.wait([end], timeout=seconds)
            if end.done():
                break
            logger.warning("%s: it takes too long, and is told to end", entry.name)
            cut()
        return await end

    def _finished(self, entry: Entry, ending: Ending) -> None:
        self._agenda.ended(entry, ending, self._means.now())
        self._save(entry)
        code = 0 if ending.result in {HELD, STOPPED} else EXIT_CODES.get(ending.result, 1)
        self._worst = max(self._worst, code, key=_BADNESS.index)
        # A run that is partial because of its arguments has no reason: nothing is wrong.
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
            job_state.save(self._means.folder, entry, self._memories[entry.name])
        except OSError as error:
            # It goes on with what it has in memory; a restart would know less.
            logger.error("%s: what is remembered of it can't be written: %s", entry.name, error)
