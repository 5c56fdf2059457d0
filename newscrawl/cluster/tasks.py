"""The tasks of a cluster's jobs: crawl a site, fetch a publisher's articles, publish, export."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from procrastinate import App
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from newscrawl.cluster import queue, site_table
from newscrawl.cluster.connector import ArchiveConnector
from newscrawl.cluster.job_args import entry_of, entry_of_articles
from newscrawl.run_summary import COMPLETE, EXIT_CODES, FAILED, HELD, PARTIAL
from newscrawl.schedule.shared_process import ProcessLost
from newscrawl.schedule.site_crawl import log_ending

if TYPE_CHECKING:
    from procrastinate import JobContext
    from procrastinate.jobs import Job

    from newscrawl.cluster.connector import PatientArchive
    from newscrawl.schedule.due import Ending
    from newscrawl.schedule.plan import Entry
    from newscrawl.schedule.site_crawl import SiteCrawls

logger = logging.getLogger(__name__)

HELD_SECONDS: Final = (1, 5, 10, 20, 30)
"""Waits for the crawl of a worker that was killed a moment ago to end."""

_GOOD: Final = {EXIT_CODES[COMPLETE], EXIT_CODES[PARTIAL]}
"""Exit codes of article jobs that did not fail."""


class FollowUpFailed(Exception):
    """The crawl of an article job failed, or its process ended."""


class GrowingPauses(BaseRetryStrategy):
    """Lets a job that failed be tried again, each time after a longer pause."""

    def get_retry_decision(self, *, job: Job, **_: object) -> RetryDecision:
        pause = queue.pause_after(job.attempts + 1)
        return RetryDecision(retry_in={"seconds": int(pause.total_seconds())})


@dataclass(frozen=True, slots=True)
class Tasks:
    """The tasks; their names and arguments are those of `newscrawl.archive.jobs`."""

    database: PatientArchive
    crawls: SiteCrawls

    def app(self) -> App:
        """Return a new app of Procrastinate that has all tasks."""
        app = App(connector=ArchiveConnector(self.database))
        for name in ("walk", "export"):
            app.task(name=name, pass_context=True)(self._turn)
        app.task(name="articles", retry=GrowingPauses())(self._articles)
        app.task(name="publish", retry=GrowingPauses())(self._publish)
        return app

    async def _turn(self, context: JobContext, /, **given: Any) -> None:
        """Crawl a site, or write an export. A failure is a result of that, not of the job."""
        entry = entry_of(given)
        ending = await self._crawled(entry)
        log_ending(entry, ending)
        assert context.job.id is not None
        await self.database.run(site_table.note_ending, entry.name, context.job.id, ending)

    async def _crawled(self, entry: Entry) -> Ending:
        ending = await self.crawls.crawl(entry)
        for seconds in HELD_SECONDS:
            if ending.result != HELD or self.crawls.stops:
                break
            await asyncio.sleep(seconds)
            ending = await self.crawls.crawl(entry)
        return ending

    async def _articles(self, host: str) -> None:
        """Fetch the articles of a publisher that are due."""
        await self._follow(f"articles of {host}", {"host": host})

    async def _publish(self, site_id: int) -> None:
        """Publish the posts of a site that are ready."""
        await self._follow(f"posts of site {site_id}", {"site_id": str(site_id)})

    async def _follow(self, name: str, arguments: dict[str, str]) -> None:
        """Do what follows a walk. What a stop leaves undone is due again with the next sweep.

        Raises:
            FollowUpFailed: If it failed: then the job is tried again after a pause.
        """
        entry = entry_of_articles(name, arguments)
        why = "it failed, see its log"
        try:
            code = await self.crawls.run(entry)
        except (OSError, ProcessLost) as error:
            code, why = EXIT_CODES[FAILED], str(error) or "its process ended"
        if code not in _GOOD and not self.crawls.stops:
            logger.warning("%s: %s", name, why)
            raise FollowUpFailed(f"{name}: {why}")
