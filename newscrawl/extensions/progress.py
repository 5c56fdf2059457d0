"""Show the progress of a crawl: live on a terminal, else as a line of the log every 30 seconds."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from scrapy import signals

from newscrawl.exceptions import NewscrawlError
from newscrawl.spiders.wordpress import WordPressSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.crawl.progress_report import ProgressReport
    from newscrawl.extensions.live_lines import LiveLines

logger = logging.getLogger(__name__)

LOG_SECONDS: Final = 30
LIVE_SECONDS: Final = 2
"""The time between two reports. Each counts the queue: 50 ms for 100,000 articles."""


class Progress:
    """Show the progress of the crawl while it runs."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._task: asyncio.Task[None] | None = None
        self._lines: LiveLines | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        if isinstance(self.crawler.spider, WordPressSpider) and is_live_terminal():
            from newscrawl.extensions.live_lines import LiveLines

            self._lines = LiveLines()
            self._lines.start()
        self._task = asyncio.get_running_loop().create_task(self._report())

    def spider_closed(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._lines is not None:
            self._lines.stop()

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(LOG_SECONDS if self._lines is None else LIVE_SECONDS)
            spider = self.crawler.spider
            if isinstance(spider, WordPressSpider) and spider.crawl is not None:
                with suppress(NewscrawlError):  # the crawl itself reports the error
                    self._show(await spider.crawl.progress())

    def _show(self, report: ProgressReport) -> None:
        if self._lines is None:
            logger.info("%s", report)
        else:
            self._lines.show(report)


def is_live_terminal() -> bool:
    """Return whether the log goes to a terminal that can move its cursor."""
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb", "unknown")
