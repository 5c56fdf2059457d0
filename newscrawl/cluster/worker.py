"""A worker of a cluster: takes jobs, plans, and looks for workers that died."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from newscrawl.archive import jobs
from newscrawl.archive.private_files import make_private_folder
from newscrawl.cluster import install, queue, site_table
from newscrawl.cluster.dead_workers import LOOK_SECONDS, DeadWorkers
from newscrawl.cluster.metrics import FILE_NAME, metrics_of
from newscrawl.cluster.status import status_of
from newscrawl.cluster.tasks import Tasks
from newscrawl.exceptions import ArchiveError, NewscrawlError
from newscrawl.extensions.metrics import write_metrics
from newscrawl.settings import VERSION

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from newscrawl.cluster.connector import PatientArchive
    from newscrawl.cluster.planner import Planner
    from newscrawl.schedule.site_crawl import SiteCrawls

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 1.0
"""Between two looks for new jobs."""

PLAN_SECONDS: Final = 2.0
"""Between two looks for sites that are due."""

CHECK_SECONDS: Final = 60.0
"""Between two looks at versions and clocks, and at the list of sites."""

MAX_CLOCK_SECONDS: Final = 2.0
"""The most that this machine's clock may differ from the database's: waits between requests to one
host are kept by the clocks of all machines."""

KEPT_DAYS: Final = 7.0
"""How long jobs that failed are kept."""

SWEEP_SECONDS: Final = 30.0
"""Between two looks for articles that are due again, and between two files of metrics."""

_FOREVER: Final = 10 * 365 * 86_400.0
"""Procrastinate declares no worker dead: after a restart of the database, it would take all of them
for dead. `DeadWorkers` does it."""


@dataclass(slots=True, kw_only=True)
class ClusterWorker:
    """Takes jobs until it is stopped.

    Attributes:
        read_sites: Reads the list of sites again, and returns who plans its crawls; None if there
            is no list. Raises a NewscrawlError if the list has mistakes.
        queues: The queues to take jobs from.
        at_once: The most jobs at once.
        planner: Plans the crawls of the list of sites; None if there is no list.
        metrics: The folder of files for Prometheus; None for no file.
    """

    database: PatientArchive
    crawls: SiteCrawls
    read_sites: Callable[[], Planner | None]
    queues: Sequence[str]
    at_once: int
    planner: Planner | None = None
    metrics: Path | None = None
    _error: NewscrawlError | None = None
    _worker: Worker | None = None
    _dead: DeadWorkers = field(default_factory=DeadWorkers)

    async def run(self) -> None:
        """Work until `stop`.

        Raises:
            NewscrawlError: If this worker can't work with the other ones.
        """
        make_private_folder(self.crawls.folder)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        await self._check()
        if self.planner is not None:
            await self.database.run(self.planner.publish)
        chores = [
            asyncio.create_task(self._repeat(work, seconds))
            for work, seconds in (
                (self._look_after, LOOK_SECONDS),
                (self._plan, PLAN_SECONDS),
                (self._sweep, SWEEP_SECONDS),
                (self._measure, SWEEP_SECONDS),
                (self._check, CHECK_SECONDS),
                (self._read_again, CHECK_SECONDS),
            )
        ]
        try:
            while not self.crawls.stops:
                await self._take_jobs()
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Take no more jobs, let the crawls end with a verdict, then end.

        The second call kills the crawls, and waits for no database; the first one does so for a few
        seconds only. Other workers continue what is left.
        """
        self.crawls.stop()
        self.database.give_up(at_once=self.crawls.stops > 1)
        if self._worker is not None:
            self._worker.stop()  # type: ignore[no-untyped-call]

    async def _take_jobs(self) -> None:
        """Run Procrastinate's worker until this one is stopped, or counted as dead."""
        self._worker = Worker(
            Tasks(self.database, self.crawls).app(),
            queues=list(self.queues),
            concurrency=self.at_once,
            fetch_job_polling_interval=POLL_SECONDS,
            listen_notify=False,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=LOOK_SECONDS,
            stalled_worker_timeout=_FOREVER,
        )
        try:
            await self._worker.run()  # type: ignore[no-untyped-call]
        except ConnectorException as error:
            if not self.crawls.stops:
                # The others took this one for dead, so its number is gone: it takes a new one.
                logger.error("The jobs can't be taken, starting again: %s", error)
                await asyncio.sleep(POLL_SECONDS)

    # --- Chores -----------------------------------------------------------------------------------

    async def _repeat(self, work: Callable[[], Awaitable[None]], seconds: float) -> None:
        while True:
            try:
                await work()
            except NewscrawlError as error:
                if self.crawls.stops:  # from then on, nothing waits for the database
                    return
                self._error = error
                logger.error("%s", error)
                self.stop()
            except Exception:  # a bug in a chore must not end the jobs
                logger.exception("A chore of the worker failed")
            await asyncio.sleep(seconds)

    async def _look_after(self) -> None:
        """Send a heartbeat, and give the jobs of dead workers back."""
        worker_id = self._worker.worker_id if self._worker is not None else None
        if worker_id is not None:
            await self.database.run(queue.introduce, worker_id, self._description())
        heartbeats = await self.database.run(queue.heartbeats)
        dead = self._dead.look(heartbeats, time.monotonic())
        count = await self.database.run(queue.give_back, dead)
        if dead or count:
            logger.warning("%d workers are dead; others get their %d jobs", len(dead), count)

    def _description(self) -> dict[str, Any]:
        return {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "version": VERSION,
            "queues": ",".join(self.queues),
            "at_once": self.at_once,
        }

    async def _plan(self) -> None:
        if self.planner is None or self.crawls.stops:
            return
        if count := await self.database.run(self.planner.tick):
            logger.info("%d sites are due", count)

    async def _read_again(self) -> None:
        """Read the list of sites again; a list that changed replaces those of all workers."""
        try:
            planner = await asyncio.to_thread(self.read_sites)
        except NewscrawlError as error:
            logger.error("The list of sites is not read again: %s", error)
            return
        if planner is None and self.planner is not None:
            planner = self.planner.without_sites()  # the last site was removed
        known = self.planner.digest if self.planner is not None else None
        if planner is not None and planner.digest != known:
            logger.info("The list of sites has changed")
            await self.database.run(planner.publish)
            self.planner = planner

    async def _sweep(self) -> None:
        """Add jobs for what no transaction added them for, as a retry of an article."""
        await self.database.run(jobs.sweep, time.time())

    async def _measure(self) -> None:
        if self.metrics is not None:
            status = await self.database.run(status_of)
            write_metrics(self.metrics / FILE_NAME, metrics_of(status))

    async def _check(self) -> None:
        """Check what may have changed since the start.

        Raises:
            ArchiveError: If this worker can't work with the other ones any more.
        """
        await self.database.run(install.check_versions)
        before = datetime.now(UTC)
        shared = await self.database.run(site_table.database_time)
        after = datetime.now(UTC)
        apart = max(before - shared, shared - after, timedelta(0)).total_seconds()
        if apart > MAX_CLOCK_SECONDS:
            raise ArchiveError(
                f"The clock of this machine and that of the database are {apart:.0f} s apart, so"
                " waits between requests would be wrong: let both follow a time server (NTP)"
            )
        await self.database.run(queue.forget_old, KEPT_DAYS)
