"""The articles of one publisher, for all sites of an archive."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from scrapy import Spider, signals

from newscrawl.archive import articles, reextraction
from newscrawl.exceptions import LockHeld, NewscrawlError
from newscrawl.run_summary import COMPLETE, FAILED, PARTIAL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import Crawler

    from newscrawl.crawl.article_fetcher import ArticleFetcher
    from newscrawl.crawl.context import CrawlContext
    from newscrawl.crawl.resources import Resources
    from newscrawl.net.fetcher import Fetcher

logger = logging.getLogger(__name__)

NAME: Final = "host articles"
"""The name of the spider; no spider of the project has a space in its name."""

TASKS_AT_ONCE: Final = 20
"""Articles of a site that are read before those of the next site get their turn."""

PUBLISH_SECONDS: Final = 60.0
"""While a publisher has more articles, those that are finished are published so often."""


class HostArticles(Spider):
    """Fetches the articles of one publisher that are due, then publishes the posts that wait.

    It takes no site's lock while it fetches, so a slow publisher delays no walk.

    Args:
        host: The publisher's key in the queue; empty to publish only.
        site_id: A site whose posts are published, too; empty for none.
    """

    name = NAME
    custom_settings: ClassVar[dict[str, Any]] = {"ITEM_PIPELINES": {}}  # type: ignore[misc]
    context: CrawlContext
    fetcher: Fetcher
    shared: Resources | None = None
    verdict = FAILED

    def __init__(self, host: str = "", site_id: str = "", **_: str) -> None:
        super().__init__()
        self._host = host
        self._stopping = asyncio.Event()
        self._unpublished = {int(site_id)} if site_id else set[int]()

    @property
    def stopped(self) -> bool:
        """Whether it ends early."""
        return self._stopping.is_set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> HostArticles:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.spider_closed, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        # Workers import this module for the name of the spider, and do not need these slow imports.
        from newscrawl.crawl.article_fetcher import ArticleFetcher
        from newscrawl.crawl.context import CrawlContext
        from newscrawl.crawl.host_store import ArchivedHosts
        from newscrawl.net.fetcher import Fetcher

        try:
            self.context = await CrawlContext.open(self.crawler, self.shared)
            resources = self.context.resources
            hosts = ArchivedHosts(resources.clock)
            self.fetcher = Fetcher.from_crawler(self.crawler, hosts, resources.memory_slots)
            await self._fetch_all(ArticleFetcher(self.context, self.fetcher))
            self.verdict = PARTIAL if self.stopped else COMPLETE
        except NewscrawlError as error:
            logger.error("%s", error)
        nothing: list[Any] = []
        for request in nothing:  # Scrapy needs a start() that yields
            yield request

    async def spider_closed(self) -> None:
        if hasattr(self, "fetcher"):
            await self.fetcher.close()
            await self.context.close()

    def stop(self) -> None:
        """End early; unfinished articles stay in the queue."""
        self._stopping.set()

    async def _fetch_all(self, fetching: ArticleFetcher) -> None:
        """Fetch until no article is due."""
        published, is_open = time.monotonic(), bool(self._host)
        while is_open and not self.stopped:
            site_ids = await self.context.archive.look(articles.sites_due, self._host, time.time())
            if not site_ids and not await self._wait(fetching.next_retry()):
                break
            for site_id in site_ids:
                is_open = is_open and await self._fetch(fetching, site_id)
            if time.monotonic() - published > PUBLISH_SECONDS:
                await self._publish()
                published = time.monotonic()
        await self._publish()
        if self._host:
            logger.info("Articles of %s: %s", self._host, dict(self.context.tally.outcomes))

    async def _wait(self, until: float | None) -> bool:
        """Wait for the next try of an article; return False if none is due again in this run."""
        if until is None:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), max(0.0, until - time.time()))
        return True

    async def _fetch(self, fetching: ArticleFetcher, site_id: int) -> bool:
        """Fetch some articles of a site; return False if the publisher has no turn for us."""
        tasks = await self.context.archive.look(
            articles.next_tasks, site_id, self._host, time.time(), TASKS_AT_ONCE
        )
        for task in tasks:
            if self.stopped or not await fetching.read(task):
                return False
            self._unpublished.add(site_id)
        return True

    async def _publish(self) -> None:
        """Publish posts whose articles are finished; a walk of the site does it if one runs."""
        from newscrawl.crawl.publisher import OfflinePublisher

        if not self._unpublished:
            return
        context, fetch = self.context, partial(self.fetcher.fetch, request_type="api")
        publisher = OfflinePublisher(
            archive=context.archive, output=context.output, raw=context.raw, fetch=fetch
        )
        rows = await context.archive.look(reextraction.unfinished, self._unpublished)
        for row in rows:
            try:
                await publisher.of_site(row)
            except LockHeld:
                logger.info("%s is being crawled: that crawl publishes its posts", row.key)
        self._unpublished.clear()
