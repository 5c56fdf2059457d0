"""The scheduler: start crawls when they are due, wait for them, and stop them with a verdict."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from newscrawl.archive.private_files import make_private_folder
from newscrawl.exceptions import ArchiveError
from newscrawl.run_summary import COMPLETE, EXIT_CODES, FAILED, HELD, PARTIAL
from newscrawl.schedule import site_state
from newscrawl.schedule.auto_period import with_periods
from newscrawl.schedule.due import STOPPED, Agenda, Ending
from newscrawl.schedule.site_crawl import SiteCrawls, log_ending
from newscrawl.schedule.triggers import Auto

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from newscrawl.archive.database import Archive
    from newscrawl.schedule.plan import Entry, Plan
    from newscrawl.schedule.site_crawl import StartCrawl

logger = logging.getLogger(__name__)

LONGEST_SLEEP: Final = 60.0
"""The longest wait in seconds before the clock is read again: it may have been set, or the computer
may have slept."""

_BADNESS: Final = tuple(EXIT_CODES[verdict] for verdict in (COMPLETE, PARTIAL, FAILED))
"""Exit codes, the worst one last."""


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


async def sleep(woken: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so many seconds."""
    with suppress(TimeoutError):
        await asyncio.wait_for(woken.wait(), seconds)


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
        self._crawls = SiteCrawls(
            start=environment.start,
            folder=environment.folder,
            archive=environment.archive,
            longest=plan.longest,
            on_start=self._save,
        )
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
        self._memories = site_state.load_all(self._environment.folder, self._plan.entries, now)
        for entry in self._plan.entries:
            if self._memories[entry.name].turn is None:
                self._save(entry)  # saves the time when the schedule first knew it
        self._agenda = Agenda(self._plan, self._memories, once=now if self._once else None)
        self._listen()
        logger.info("%d sites, %d of them due", len(self._memories), self._agenda.count_due(now))
        async with asyncio.TaskGroup() as crawls:
            while not self._crawls.stops and not (self._once and self._agenda.is_over):
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
        self._crawls.stop()
        self._woken.set()

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
        ending = await self._crawls.crawl(entry)
        (entry,) = await self._paced([entry])
        self._finished(entry, ending)

    async def _paced(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Return entries; those with ``every = "auto"`` have the period that fits now."""
        archive, delay = self._environment.archive, self._environment.delay
        if archive is None or not any(isinstance(entry.cadence, Auto) for entry in entries):
            return entries
        with suppress(ArchiveError):
            return await archive.look(with_periods, entries, self._environment.now(), delay=delay)
        return entries

    def _finished(self, entry: Entry, ending: Ending) -> None:
        self._agenda.ended(entry, ending, self._environment.now())
        self._save(entry)
        code = 0 if ending.result in {HELD, STOPPED} else EXIT_CODES.get(ending.result, 1)
        self._worst = max(self._worst, code, key=_BADNESS.index)
        log_ending(entry, ending)
        self._woken.set()

    def _save(self, entry: Entry) -> None:
        try:
            site_state.save(self._environment.folder, entry, self._memories[entry.name])
        except OSError as error:
            # The schedule continues with the state in memory; only a restart would lack it.
            logger.error("%s: its state can't be saved: %s", entry.name, error)
