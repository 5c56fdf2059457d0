"""``scrapy extract --again``: read the kept pages again with the present extractor."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import reextraction
from newscrawl.crawl.article_reader import read_again
from newscrawl.exceptions import LockHeld
from newscrawl.extract.version import extractor_version
from newscrawl.net.log_records import printable
from newscrawl.records.revision import is_better
from newscrawl.rights.policy import policy
from newscrawl.run_summary import COMPLETE, PARTIAL
from newscrawl.runtime.site_lock import lock_of
from newscrawl.urls.hosts import host_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from newscrawl.archive.database import Archive
    from newscrawl.archive.reextraction import KeptArticle, Reread
    from newscrawl.crawl.article_reader import ArticleReader
    from newscrawl.crawl.publisher import OfflinePublisher
    from newscrawl.extract.page_result import Page

logger = logging.getLogger(__name__)

BATCH_SIZE: Final = 50
"""The articles in one transaction. Only as many pages as workers are in memory at once."""

MAX_OF_HOST: Final = 3
"""The most samples of one publisher."""

PROGRESS_SECONDS: Final = 30
"""Seconds between two lines about the progress."""

FIELDS: Final = (
    *("outcome", "title", "authors", "published", "modified", "language", "publisher"),
    *("word_count", "policy"),
)
"""The fields that are compared, beside the text, in the order of the output."""

MAX_LINES: Final = 12
"""The most lines of text that are shown of one article."""

MAX_WIDTH: Final = 160
"""The most characters that are shown of a line or a field."""

SHOWN_BEFORE: Final = 40
"""The characters of a long line that are shown before the first difference."""

LOCK: Final = "_extract"
"""The name of the lock; the folder of a site never starts with an underscore."""


@dataclass(slots=True)
class Counts:
    """The results of the articles that were read again.

    Attributes:
        kept: Articles with kept pages, including those that need no second reading.
        failed: Articles that came out worse; they stay unchanged.
        updated: Records that were issued.
        held: The folders of sites that another run has.
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


class Reextraction:
    """Read articles again that an older extractor read, or whose policy has changed.

    Articles are read and settled in batches across all sites, so a kill costs one batch. Then each
    site with changes is published under its lock.

    Args:
        site_ids: The sites to read; empty for all.
        samples: The number of changed articles whose difference is shown.
        say: Prints lines for the user.
    """

    def __init__(
        self,
        archive: Archive,
        reading: ArticleReader,
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
        """End after the present batch; settled articles are published."""
        self.is_stopped = True

    async def run(self, reissue: OfflinePublisher | None) -> str:
        """Read and publish, and return the verdict.

        Args:
            reissue: Publishes; None for a dry run, which changes nothing.

        Raises:
            LockHeld: If another process does the same.
        """
        if reissue is None:
            await self._read_all(settles=False)
            return PARTIAL if self.is_stopped else COMPLETE
        with lock_of(self._archive, LOCK, "scrapy extract --again"):
            await self._read_all(settles=True)
            await self._publish(reissue)
        return PARTIAL if self.is_stopped or self.counts.held else COMPLETE

    async def _read_all(self, *, settles: bool) -> None:
        last, last_line = 0, time.monotonic()
        while not self.is_stopped:
            window = await self._archive.look(
                reextraction.window, after=last, limit=BATCH_SIZE, site_ids=self._site_ids
            )
            if not window:
                return
            last = window[-1].id
            self.counts.kept += len(window)
            read = await self._read_window([kept for kept in window if self._is_due(kept)])
            if settles and read:
                await self._archive.run(reextraction.save_rereads, read, self._version)
            if time.monotonic() > last_line + PROGRESS_SECONDS:
                last_line = time.monotonic()
                logger.info("Read again so far: %d articles", self.counts.total)

    def _is_due(self, kept: KeptArticle) -> bool:
        """Return whether the result of an article may differ now."""
        if kept.read_by != self._version:
            return True
        rights, host = kept.article["rights"], host_key(kept.article["url"])
        allowed = policy(rights, self._reading.policies, host)
        return bool(allowed != rights["policy"])

    async def _read_window(self, due: Sequence[KeptArticle]) -> list[Reread]:
        tasks = [asyncio.create_task(self._read(kept)) for kept in due]
        try:
            return [read for read in await asyncio.gather(*tasks) if read is not None]
        finally:  # if one fails, the others are canceled
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, kept: KeptArticle) -> Reread | None:
        """Return the new result of an article; None if its pages are gone, or it came out worse."""
        async with self._places:
            read = await read_again(self._archive, self._reading, kept)
        if read is None:
            return None
        before, page = kept.article, read.page
        if page.is_unread or is_better(before["outcome"], page.outcome):
            self.counts.failed += 1
            logger.info(
                "%s came out worse, so it stays unchanged: %s",
                printable(before["url"]),
                printable(_why(page)),
            )
            return None
        self._log_progress(before, read.article)
        return read.settled()

    def _log_progress(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        lines = differences(before, after) if after != before else []
        if not lines:
            self.counts.unchanged += 1
            return
        self.counts.changed += 1
        host = host_key(before["url"])
        if self._shown.total() < self._samples and self._shown[host] < MAX_OF_HOST:
            self._shown[host] += 1
            self._say("\n".join([*lines, ""]))

    async def _publish(self, reissue: OfflinePublisher) -> None:
        for row in await self._archive.look(reextraction.unfinished, self._site_ids):
            try:
                self.counts.updated += (await reissue.of_site(row)).updated
            except LockHeld:
                self.counts.held.append(row.folder)


def _why(page: Page) -> str:
    return f"{page.outcome} ({page.detail})" if page.detail else page.outcome


def summary(again: Reextraction, *, dry: bool) -> list[str]:
    """Return the last lines of the command."""
    counts = again.counts
    results = f"{counts.changed} changed, {counts.unchanged} unchanged, {counts.failed} failed"
    lines = [f"Read again: {counts.total} of {counts.kept} articles; {results}"]
    if counts.failed:
        lines.append("Failed articles came out worse than before and stay unchanged")
    lines.append("Dry run: nothing is kept" if dry else f"Records: {counts.updated} updated")
    lines += [
        f"Left: a crawl of {folder} is under way; it or the next one publishes the changes"
        for folder in counts.held
    ]
    if again.is_stopped:
        lines.append("Stopped before the end: run the same command again to continue")
    return lines


# --- Differences ---------------------------------------------------------------------------------


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the changes of an article as lines; an empty list if a reader sees no change.

    >>> differences({"url": "https://a.test/", "title": "Old"}, {"title": "New"})
    ['https://a.test/', '  title       Old -> New']
    """
    pairs = [(name, _value(before, name), _value(after, name)) for name in FIELDS]
    fields = [f"  {name:11} {old} -> {new}" for name, old, new in pairs if old != new]
    texts = (before.get("markdown") or "", after.get("markdown") or "")
    removed, added = _without(*texts), _without(*reversed(texts))
    lines = list(islice(_lines(removed, added), MAX_LINES))
    left = len(removed) + len(added) - len(lines)
    shown = fields + lines + ([f"  ... and {left} more lines"] if left else [])
    return [printable(str(before.get("url"))), *shown] if shown else []


def _value(article: Mapping[str, Any], name: str) -> str:
    value = article.get(name) if name != "policy" else article.get("rights", {}).get("policy")
    words = "; ".join(map(str, value)) if isinstance(value, list) else str(value or "-")
    return printable(words[:MAX_WIDTH])


def _without(text: str, other: str) -> list[str]:
    """Return the lines that are in *text* more often than in *other*, in linear time."""
    known = Counter(filter(None, other.split("\n")))
    lines = []
    for line in filter(None, text.split("\n")):
        known[line] -= 1
        if known[line] < 0:
            lines.append(line)
    return lines


def _lines(removed: list[str], added: list[str]) -> Iterator[str]:
    """Yield removed and added lines in pairs, as they are shown."""
    for old, new in zip_longest(removed, added, fillvalue=""):
        alike = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
        start = max(0, alike - SHOWN_BEFORE)
        if old:
            yield f"  - {_cut(old, start)}"
        if new:
            yield f"  + {_cut(new, start)}"


def _cut(line: str, start: int) -> str:
    if len(line) <= MAX_WIDTH:
        return printable(line)
    ahead, end = "..." if start else "", "..." if len(line) > start + MAX_WIDTH else ""
    return f"{ahead}{printable(line[start : start + MAX_WIDTH])}{end}"
