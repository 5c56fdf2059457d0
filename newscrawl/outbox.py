"""Between the work of a crawl and Scrapy's pipelines: a bounded stream of items."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from newscrawl.exceptions import NewscrawlError
    from newscrawl.items import Post

IN_FLIGHT: Final = 200
"""Items in the pipelines at once: Scrapy takes whatever a spider's start yields, without bound."""


class Outbox:
    """Hands items to the spider's ``start()``, and knows when the pipelines are done with them."""

    def __init__(self) -> None:
        self._items: deque[Post] = deque()
        self._in_flight = 0
        self._closed = False
        self._error: NewscrawlError | None = None
        self._changed = asyncio.Condition()

    async def put(self, item: Post) -> None:
        """Hand over an item; wait while too many are in the pipelines.

        Raises:
            NewscrawlError: If the pipelines `fail`.
        """
        async with self._changed:
            await self._wait_for(lambda: self._in_flight < IN_FLIGHT)
            self._items.append(item)
            self._in_flight += 1
            self._changed.notify_all()

    async def settled(self) -> None:
        """Say that an item left the pipelines, as a record, dropped, or with an error."""
        async with self._changed:
            self._in_flight -= 1
            self._changed.notify_all()

    async def drained(self) -> None:
        """Return when no item is in the pipelines.

        Raises:
            NewscrawlError: If the pipelines `fail`.
        """
        async with self._changed:
            await self._wait_for(lambda: self._in_flight == 0)

    async def fail(self, error: NewscrawlError) -> None:
        """Say that the pipelines can't go on: whoever waits for them, now or later, is told why."""
        async with self._changed:
            self._error = error
            self._changed.notify_all()

    def check(self) -> None:
        """Raise what made the pipelines `fail`."""
        if self._error is not None:
            raise self._error

    async def _wait_for(self, predicate: Callable[[], bool]) -> None:
        await self._changed.wait_for(lambda: self._error is not None or predicate())
        self.check()

    async def close(self) -> None:
        """Say that no more items will come."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def __aiter__(self) -> AsyncIterator[Post]:
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._items or self._closed)
                if not self._items:
                    return
                item = self._items.popleft()
            yield item
