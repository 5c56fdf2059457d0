"""Log the progress of a crawl every 30 seconds."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from scrapy import signals

from newscrawl.exceptions import NewscrawlError
from newscrawl.spiders.wordpress import WordPressSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

LOG_SECONDS: Final = 30


class Progress:
    """Log the progress of the crawl while it runs."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._log())

    def spider_closed(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _log(self) -> None:
        while True:
            await asyncio.sleep(LOG_SECONDS)
            spider = self.crawler.spider
            if isinstance(spider, WordPressSpider) and spider.crawl is not None:
                with suppress(NewscrawlError):  # the crawl itself reports the error
                    logger.info("%s", await spider.crawl.progress())
