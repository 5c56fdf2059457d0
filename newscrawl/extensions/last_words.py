"""The verdict, as the last lines of the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals

from newscrawl.run_summary import FAILED
from newscrawl.spiders.wordpress import WordPressSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class LastWords:
    """Log how a crawl ended, after everything that Scrapy logs of it.

    Scrapy logs its statistics when the spider closes. After the verdict they would look like a part
    of it, and some look like a loss: "item_dropped_count".
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        spider = self.crawler.spider
        if isinstance(spider, WordPressSpider):
            headline, *others = spider.summary()
            logger.log(_level(spider), "%s", headline)
            for line in others:
                logger.info("%s", line)


def _level(spider: WordPressSpider) -> int:
    """Return the level of a verdict; a run that is partial as its user asked is not a warning."""
    if spider.verdict == FAILED:
        return logging.ERROR
    is_lacking = spider.crawl is not None and spider.crawl.context.tally.reasons()
    return logging.WARNING if is_lacking else logging.INFO
