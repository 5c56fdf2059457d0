"""The spider for any WordPress site."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Self

from scrapy import Spider, signals

from newscrawl.crawl.options import Arguments
from newscrawl.exceptions import NewscrawlError
from newscrawl.run_summary import FAILED, Tally, headline

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from newscrawl.crawl.context import CrawlContext
    from newscrawl.crawl.crawl import Crawl
    from newscrawl.crawl.resources import Resources
    from newscrawl.items import Post, PostBatch, Record
    from newscrawl.net.fetcher import Fetcher

logger = logging.getLogger(__name__)


class WordPressSpider(Spider):
    """Archives the WordPress site that ``-a site=URL`` names.

    The crawl itself does not import Scrapy; this gives it a downloader, pipelines and signals.
    """

    name = "wordpress"
    context: CrawlContext
    fetcher: Fetcher
    shared: Resources | None = None
    """The resources of a process with several crawls; it sets them before the crawl starts."""
    crawl: Crawl | None = None
    stopped = False
    failure = ""

    def __init__(self, **arguments: Any) -> None:
        super().__init__()
        self.arguments = Arguments.parse(arguments)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.item_done, signals.item_scraped)
        crawler.signals.connect(spider.item_done, signals.item_dropped)
        crawler.signals.connect(spider.item_failed, signals.item_error)
        crawler.signals.connect(spider.spider_closed, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[PostBatch[Post] | Record]:
        # Scrapy imports each spider to list its name; only a crawl needs these slow imports.
        from newscrawl.crawl.context import CrawlContext
        from newscrawl.crawl.crawl import Crawl
        from newscrawl.crawl.host_store import ArchivedHosts
        from newscrawl.net.fetcher import Fetcher

        try:
            self.context = await CrawlContext.open(self.crawler, self.shared)
        except NewscrawlError as error:  # since the settings were checked
            logger.error("%s", error)
            self.failure = str(error)
            return
        resources = self.context.resources
        hosts = ArchivedHosts(resources.clock)
        self.fetcher = Fetcher.from_crawler(self.crawler, hosts, resources.memory_slots)
        self.crawl = Crawl(self.context, self.arguments, self.fetcher)
        if self.stopped:
            self.stop()
        async for item in self.crawl.items():
            yield item

    @property
    def verdict(self) -> str:
        """How the run ended."""
        return FAILED if self.crawl is None else self.crawl.verdict

    def summary(self) -> list[str]:
        """Return the lines that end the run, the verdict first."""
        if self.crawl is None:
            reasons = [self.failure] if self.failure else []
            return [headline(Tally(partial=reasons), FAILED)]
        return self.crawl.summary()

    async def item_done(self, item: PostBatch[Post] | Record) -> None:
        await self.context.item_queue.item_done(item)

    async def item_failed(self, item: PostBatch[Post] | Record, failure: Failure) -> None:
        """Count an unexpected error of a pipeline for the verdict, or end the run."""
        self.context.tally.errors += 1
        if isinstance(failure.value, NewscrawlError):
            await self.context.item_queue.fail(failure.value)
        await self.item_done(item)

    async def spider_closed(self) -> None:
        if self.crawl is None:
            return
        await self.fetcher.close()
        await self.context.close()

    def stop(self) -> None:
        """End the run early, with a verdict."""
        self.stopped = True
        if self.crawl is not None:
            if self.shared is None:  # else other crawls may have the time
                self.context.resources.retry_briefly()
            self.crawl.stop()
