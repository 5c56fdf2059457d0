"""Any WordPress site: what Scrapy sees of a crawl."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Self

from scrapy import Spider, signals

from newscrawl.arguments import Arguments
from newscrawl.crawl import Crawl
from newscrawl.net.fetcher import Fetcher
from newscrawl.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import Crawler

    from newscrawl.items import Post


class WordPressSpider(Spider):
    """Archives the WordPress site that ``-a site=URL`` names.

    The crawl itself knows no Scrapy; this lends it a downloader, pipelines and signals.
    """

    name = "wordpress"

    def __init__(self, **arguments: Any) -> None:
        super().__init__()
        self.arguments = Arguments.parse(arguments)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert crawler.stats is not None
        spider.session = Session.open(crawler.settings, crawler.stats)
        spider.fetcher = Fetcher.from_crawler(crawler, spider.session.clock)
        spider.crawl = Crawl(
            spider.session,
            spider.arguments,
            ask=partial(spider.fetcher.fetch, kind="api"),
            read=partial(spider.fetcher.fetch, kind="article"),
        )
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider.item_settled, signal)
        crawler.signals.connect(spider.closed_session, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Post]:
        async for post in self.crawl.items():
            yield post

    def stop(self) -> None:
        """End the run early, with a verdict."""
        self.crawl.stop()
