"""One thing that is fetched outside a crawl, as politely and as safely as in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from scrapy import Spider

from newscrawl.archive.hosts import ArchivedHosts
from newscrawl.net.fetcher import Fetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from scrapy.crawler import CrawlerProcessBase

    from newscrawl.archive.database import Archive

T = TypeVar("T")

_UNDONE: Final = object()


class Errand(Spider):
    """Lends Scrapy's downloader to a function of a fetcher, and keeps what it returned."""

    name = "errand"
    custom_settings: ClassVar[dict[str, Any]] = {"ITEM_PIPELINES": {}}  # type: ignore[misc]
    result: Any = _UNDONE
    error: Exception | None = None

    def __init__(self, clock: Archive, errand: Callable[[Fetcher], Awaitable[Any]]) -> None:
        super().__init__()
        self._clock = clock
        self._errand = errand

    async def start(self) -> AsyncIterator[Any]:
        fetcher = Fetcher.from_crawler(self.crawler, ArchivedHosts(self._clock))
        try:
            self.result = await self._errand(fetcher)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the caller's
            self.error = error
        finally:
            await fetcher.close()
        nothing: list[Any] = []
        for request in nothing:  # as Scrapy takes a start that yields
            yield request


def run_errand(
    process: CrawlerProcessBase,
    clock: Archive,
    errand: Callable[[Fetcher], Awaitable[T]],
) -> T:
    """Return what *errand* returns for a fetcher; this starts and ends the process's event loop.

    Args:
        clock: Where the turns and rules of hosts are kept, which all crawls share.

    Raises:
        KeyboardInterrupt: If it was stopped before its end.
        Exception: What *errand* raised.
    """
    crawler = process.create_crawler(Errand)
    process.crawl(crawler, clock=clock, errand=errand)
    process.start()
    spider = crawler.spider
    if isinstance(spider, Errand) and spider.error is not None:
        raise spider.error
    if not isinstance(spider, Errand) or spider.result is _UNDONE:
        raise KeyboardInterrupt
    result: T = spider.result
    return result
