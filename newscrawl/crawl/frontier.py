"""The articles of a run: taken from the archive host by host, one at a time per host."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final

from newscrawl.archive import articles

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from newscrawl.archive.database import Archive

logger = logging.getLogger(__name__)

HOSTS_AT_ONCE: Final = 200
"""Hosts that are fetched from at the same time: the number of coroutines, for any queue."""

BATCH_SECONDS: Final = 0.05
"""Between two searches for hosts that are due: many hosts finish at about the same time."""

TASKS_AT_ONCE: Final = 5
"""Articles of a host that are read at once; they stay in the queue until they are finished."""


class Frontier:
    """Fetches the articles in a site's queue.

    The queue is in the archive: this holds only one task for each active host. So a slow host
    delays no other host.

    Args:
        read: Fetches one article and keeps the result; returns False to leave its host for the run.
        seconds: How long, from the first article on; 0 for no bound. The rest stays in the queue.
        next_retry: Returns when an article of this run is due again, in Unix seconds; None if no
            article waits for that.
    """

    def __init__(
        self,
        archive: Archive,
        site_id: int,
        read: Callable[[articles.Task], Awaitable[bool]],
        *,
        seconds: float,
        next_retry: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._archive = archive
        self._site_id = site_id
        self._read = read
        self._seconds = seconds
        self._next_retry = next_retry
        self._deadline: float | None = None
        self._notified = asyncio.Event()
        self._walking = True
        self._stopped = False
        self._active: dict[str, asyncio.Task[None]] = {}
        self._left: set[str] = set()

    @property
    def is_out_of_time(self) -> bool:
        """Whether the time for articles is used up."""
        return self._deadline is not None and time.monotonic() >= self._deadline

    def notify(self) -> None:
        """Report that there may be new articles in the queue."""
        self._notified.set()

    def end_of_walk(self) -> None:
        """Report that no more articles will be queued."""
        self._walking = False
        self._notified.set()

    def stop(self) -> None:
        """End at once; unfinished articles stay in the queue."""
        self._stopped = True
        self._notified.set()

    async def run(self) -> None:
        """Return when no article in the queue can be fetched now, or the time is up."""
        try:
            while not self.is_out_of_time and not self._stopped:
                now = time.time()
                await self._start_hosts(now)
                if not self._active and not self._walking and not self._has_retry_after(now):
                    return
                await self._wait_for_change()
                await asyncio.sleep(BATCH_SECONDS)
        finally:
            await self._end()

    def _has_retry_after(self, now: float) -> bool:
        """Return whether an article is due again later. One that is due now could start already."""
        retry = self._next_retry()
        return retry is not None and retry > now

    async def _start_hosts(self, now: float) -> None:
        if len(self._active) >= HOSTS_AT_ONCE:
            return
        due = await self._archive.look(articles.hosts_due, self._site_id, now)
        for host in due:
            if host in self._active or host in self._left:
                continue
            if len(self._active) >= HOSTS_AT_ONCE:
                break
            if self._deadline is None and self._seconds:
                self._deadline = time.monotonic() + self._seconds
            self._active[host] = asyncio.create_task(self._fetch_articles(host))

    async def _fetch_articles(self, host: str) -> None:
        """Fetch a host's articles; a later search finds the host again if it has more."""
        tasks: list[articles.Task] | None = None
        while tasks is None or len(tasks) == TASKS_AT_ONCE:
            tasks = await self._archive.look(
                articles.next_tasks, self._site_id, host, time.time(), TASKS_AT_ONCE
            )
            for task in tasks:
                if not await self._read(task):
                    self._left.add(host)
                    return

    async def _wait_for_change(self) -> None:
        """Wait until a host is finished, articles were queued, or the time is up."""
        notified = asyncio.create_task(self._notified.wait())
        left = self._seconds_left()
        try:
            await asyncio.wait(
                [notified, *self._active.values()],
                timeout=left,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            notified.cancel()
        self._notified.clear()
        for host, task in list(self._active.items()):
            if task.done():
                del self._active[host]
                task.result()  # an error here is a bug: it ends the run

    def _seconds_left(self) -> float | None:
        """Return the seconds until the time is up or an article is due again; None for never."""
        ends = [] if self._deadline is None else [self._deadline - time.monotonic()]
        retry = self._next_retry()
        if retry is not None:
            ends.append(retry - time.time())
        return max(0.0, min(ends)) if ends else None

    async def _end(self) -> None:
        for task in self._active.values():
            task.cancel()
        await asyncio.gather(*self._active.values(), return_exceptions=True)
        self._active.clear()
