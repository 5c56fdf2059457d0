"""Requests outside a crawl, as polite and as safe as in a crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from scrapy import Spider

from newscrawl.crawl.host_store import ArchivedHosts
from newscrawl.net.fetcher import Fetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from scrapy.crawler import CrawlerProcessBase

    from newscrawl.archive.database import Archive

T = TypeVar("T")

_UNDONE: Final = object()


class OneOff(Spider):
    """Gives Scrapy's downloader to a function of a fetcher, and keeps its result."""

    name = "one_off"
    custom_settings: ClassVar[dict[str, Any]] = {"ITEM_PIPELINES": {}}  # type: ignore[misc]
    result: Any = _UNDONE
    error: Exception | None = None

    def __init__(self, clock: Archive, task: Callable[[Fetcher], Awaitable[Any]]) -> None:
        super().__init__()
        self._clock = clock
        self._task = task

    async def start(self) -> AsyncIterator[Any]:
        fetcher = Fetcher.from_crawler(self.crawler, ArchivedHosts(self._clock))
        try:
            self.result = await self._task(fetcher)
        except Exception as error:  # noqa: BLE001 - the caller raises it
            self.error = error
        finally:
            await fetcher.close()
        nothing: list[Any] = []
        for request in nothing:  # Scrapy needs a start() that yields
            yield request


def run_one_off(
    process: CrawlerProcessBase,
    clock: Archive,
    task: Callable[[Fetcher], Awaitable[T]],
) -> T:
    """Return the result of *task* for a fetcher; this starts and ends the process's event loop.

    Args:
        clock: The archive with the turns and rules of hosts, which all crawls share.

    Raises:
        KeyboardInterrupt: If it was stopped before its end.
        Exception: The error of *task*.
    """
    crawler = process.create_crawler(OneOff)
    process.crawl(crawler, clock=clock, task=task)
    process.start()
    spider = crawler.spider
    if isinstance(spider, OneOff) and spider.error is not None:
        raise spider.error
    if not isinstance(spider, OneOff) or spider.result is _UNDONE:
        raise KeyboardInterrupt
    result: T = spider.result
    return result
