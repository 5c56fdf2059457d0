"""Between the work of a crawl and Scrapy's pipelines: a bounded stream of items."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

import orjson

from newscrawl.items import Post

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from newscrawl.exceptions import NewscrawlError
    from newscrawl.items import Record

IN_FLIGHT: Final = 200
"""Items in the pipelines at once: Scrapy takes whatever a spider's start yields, without bound."""

MAX_BYTES: Final = 4 * 1024 * 1024
"""Bytes of JSON that go into the pipelines before these are drained: there they become several
times as many. Some hundred posts of common length have as much: a short wait, now and then."""


class Outbox:
    """Hands items to the spider's ``start()``, and knows when the pipelines are done with them."""

    def __init__(self) -> None:
        self._items: deque[Post | Record] = deque()
        self._in_flight = 0
        self._bytes = 0  # since the pipelines were last drained
        self._closed = False
        self._error: NewscrawlError | None = None
        self._changed = asyncio.Condition()

    async def add(self, record: Record) -> None:
        """Hand over a record from within the pipelines, without waiting.

        Its post is about to leave the pipelines. If it waited for room, it would keep that post
        there, and others with it.
        """
        async with self._changed:
            self._append(record, size_of(record))

    async def put(self, item: Post | Record) -> None:
        """Hand over an item; wait while too many, or too large ones, are in the pipelines.

        Raises:
            NewscrawlError: If the pipelines `fail`.
        """
        size = size_of(item)
        async with self._changed:
            await self._wait_for(lambda: self._has_room(size))
            self._append(item, size)

    def _append(self, item: Post | Record, size: int) -> None:
        self._items.append(item)
        self._bytes = size + (self._bytes if self._in_flight else 0)
        self._in_flight += 1
        self._changed.notify_all()

    def _has_room(self, size: int) -> bool:
        is_small = self._in_flight < IN_FLIGHT and self._bytes + size <= MAX_BYTES
        return is_small or not self._in_flight

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

    async def __aiter__(self) -> AsyncIterator[Post | Record]:
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._items or self._closed)
                if not self._items:
                    return
                item = self._items.popleft()
            yield item


def size_of(item: Post | Record) -> int:
    """Return the bytes of a post as it came, or the characters of a record's texts."""
    if isinstance(item, Post):
        return len(orjson.dumps(item.raw))
    texts = (*item.values(), *(item["article"] or {}).values())
    return sum(len(text) for text in texts if isinstance(text, str))
