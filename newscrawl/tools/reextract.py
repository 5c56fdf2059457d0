"""The archive's kept pages, read again by the extractor of today: ``scrapy extract --again``."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import reextraction
from newscrawl.crawl.rereading import read_again
from newscrawl.exceptions import LockHeld
from newscrawl.extract.version import extractor_version
from newscrawl.net.log_records import printable
from newscrawl.rights.policy import policy
from newscrawl.run_summary import COMPLETE, PARTIAL
from newscrawl.runtime.run_lock import lock_of
from newscrawl.tools.difference import differences
from newscrawl.urls.hosts import host_key
from newscrawl.wordpress.identity import is_better

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from newscrawl.archive.database import Archive
    from newscrawl.archive.reextraction import KeptArticle, Reread
    from newscrawl.crawl.article_reader import Reading
    from newscrawl.crawl.publisher import Reissue
    from newscrawl.extract.page import Page

logger = logging.getLogger(__name__)

WINDOW: Final = 50
"""Articles that are settled in one transaction; of these, as many pages are in memory at once as
there are workers."""

MAX_OF_HOST: Final = 3
"""Samples of one publisher."""

TELL_SECONDS: Final = 30
LOCK: Final = "_extract"
"""The name of its own lock; no site's folder starts with an underscore."""


@dataclass(slots=True)
class Counts:
    """What came of the articles that were read again.

    Attributes:
        kept: Articles whose pages are kept, the others among them that need no second reading.
        failed: Those of which less came than before: they stay as they were.
        updated: Records that were issued.
        held: The folders of sites that a crawl is under way of.
    """

    kept: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    updated: int = 0
    held: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.changed + self.unchanged + self.failed


class Again:
    """Reads again what an older extractor read, or what a policy has changed for.

    Articles are read and settled window by window, whatever their sites: a kill costs a window.
    Then each site that has something to tell is published, under its lock.

    Args:
        site_ids: The sites that are meant; empty for all.
        samples: Changed articles of which the difference is shown.
        say: Takes lines for the user.
    """

    def __init__(
        self,
        archive: Archive,
        reading: Reading,
        *,
        site_ids: Collection[int],
        samples: int,
        say: Callable[[str], object],
    ) -> None:
        self._archive = archive
        self._reading = reading
        self._site_ids = site_ids
        self._samples = samples
        self._say = say
        self._shown: Counter[str] = Counter()
        self._version = extractor_version()
        self._places = asyncio.Semaphore(reading.workers.count)
        self.is_stopped = False
        self.counts = Counts()

    def stop(self) -> None:
        """End after the window that is under way; what was settled is published."""
        self.is_stopped = True

    async def run(self, reissue: Reissue | None) -> str:
        """Read and publish, and return the verdict.

        Args:
            reissue: Publishes; None for a dry run, which changes nothing.

        Raises:
            LockHeld: If another process does the same.
        """
        if reissue is None:
            await self._read_all(settles=False)
            return PARTIAL if self.is_stopped else COMPLETE
        lock = lock_of(self._archive, LOCK, "scrapy extract --again")
        lock.acquire()
        try:
            await self._read_all(settles=True)
            await self._publish(reissue)
        finally:
            lock.release()
        return PARTIAL if self.is_stopped or self.counts.held else COMPLETE

    async def _read_all(self, *, settles: bool) -> None:
        last, told = 0, time.monotonic()
        while not self.is_stopped:
            window = await self._archive.look(
                reextraction.window, after=last, limit=WINDOW, site_ids=self._site_ids
            )
            if not window:
                return
            last = window[-1].id
            self.counts.kept += len(window)
            read = await self._read_window([kept for kept in window if self._is_due(kept)])
            if settles and read:
                await self._archive.run(reextraction.settle, read, self._version)
            if time.monotonic() > told + TELL_SECONDS:
                told = time.monotonic()
                logger.info("Read again so far: %d articles", self.counts.total)

    def _is_due(self, kept: KeptArticle) -> bool:
        """Tell whether an article may come out otherwise today."""
        if kept.read_by != self._version:
            return True
        rights, host = kept.article["rights"], host_key(kept.article["url"])
        allowed = policy(rights, self._reading.policies, host)
        return bool(allowed != rights["policy"])

    async def _read_window(self, due: Sequence[KeptArticle]) -> list[Reread]:
        tasks = [asyncio.create_task(self._read(kept)) for kept in due]
        try:
            return [read for read in await asyncio.gather(*tasks) if read is not None]
        finally:  # where one fails, the others are not left to fail of that
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, kept: KeptArticle) -> Reread | None:
        """Return what comes of an article; None where its pages are gone, or less comes of them."""
        async with self._places:
            read = await read_again(self._archive, self._reading, kept)
        if read is None:
            return None
        before, page = kept.article, read.page
        if page.is_unread or is_better(before["outcome"], page.outcome):
            self.counts.failed += 1
            logger.info("Less came of %s: %s", printable(before["url"]), printable(_why(page)))
            return None
        self._tell(before, read.article)
        return read.settled()

    def _tell(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        lines = differences(before, after) if after != before else []
        if not lines:
            self.counts.unchanged += 1
            return
        self.counts.changed += 1
        host = host_key(before["url"])
        if self._shown.total() < self._samples and self._shown[host] < MAX_OF_HOST:
            self._shown[host] += 1
            self._say("\n".join([*lines, ""]))

    async def _publish(self, reissue: Reissue) -> None:
        for row in await self._archive.look(reextraction.unfinished, self._site_ids):
            try:
                self.counts.updated += (await reissue.of_site(row)).updated
            except LockHeld:
                self.counts.held.append(row.folder)


def _why(page: Page) -> str:
    return f"{page.outcome} ({page.detail})" if page.detail else page.outcome


def summary(again: Again, *, dry: bool) -> list[str]:
    """Return the lines that end it."""
    counts = again.counts
    told = f"{counts.changed} changed, {counts.unchanged} unchanged, {counts.failed} failed"
    lines = [f"Read again: {counts.total} of {counts.kept} articles; {told}"]
    if counts.failed:
        lines.append("Those that failed, of which less came than before, stay as they were")
    lines.append("A dry run: nothing is kept" if dry else f"Records: {counts.updated} updated")
    lines += [
        f"Left: a crawl of {folder} is under way; it or the next one publishes what has changed"
        for folder in counts.held
    ]
    if again.is_stopped:
        lines.append("Stopped before the end: the same command goes on from there")
    return lines
