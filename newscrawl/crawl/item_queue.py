"""The items of a crawl on their way to Scrapy's pipelines, bounded in number and size."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

import orjson

from newscrawl.items import Post, PostBatch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from newscrawl.exceptions import NewscrawlError
    from newscrawl.items import Record

IN_FLIGHT: Final = 200
"""Items in the pipelines at once: Scrapy takes all that a spider's start yields, without bound."""

MAX_BYTES: Final = 4 * 1024 * 1024
"""Bytes of JSON that enter the pipelines before the queue waits until they are empty: in the
pipelines, items take several times as much memory. A few hundred usual posts have as many bytes."""


class ItemQueue:
    """Gives items to the spider's ``start()``, and knows when they have left the pipelines."""

    def __init__(self) -> None:
        self._items: deque[Post | Record] = deque()
        self._in_flight = 0
        self._bytes = 0  # since the pipelines were last drained
        self._closed = False
        self._error: NewscrawlError | None = None
        self._changed = asyncio.Condition()

    async def add(self, record: Record) -> None:
        """Add a record from within the pipelines, without waiting.

        Its post is about to leave the pipelines. If this waited for room, it would wait for that
        post, and for itself.
        """
        async with self._changed:
            self._append(record, size_of(record))

    async def put(self, item: Post | Record) -> None:
        """Add an item; wait while the pipelines are full.

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

    async def item_done(self, item: PostBatch[Post] | Record) -> None:
        """Report that an item left the pipelines: scraped, dropped, or with an error."""
        async with self._changed:
            self._in_flight -= len(item.posts) if isinstance(item, PostBatch) else 1
            self._changed.notify_all()

    async def drained(self) -> None:
        """Return when no item is in the pipelines.

        Raises:
            NewscrawlError: If the pipelines `fail`.
        """
        async with self._changed:
            await self._wait_for(lambda: self._in_flight == 0)

    async def fail(self, error: NewscrawlError) -> None:
        """Report an error of the pipelines: all calls that wait for them raise it."""
        async with self._changed:
            self._error = error
            self._changed.notify_all()

    def check(self) -> None:
        """Raise the error of the pipelines, if there is one."""
        if self._error is not None:
            raise self._error

    async def _wait_for(self, predicate: Callable[[], bool]) -> None:
        await self._changed.wait_for(lambda: self._error is not None or predicate())
        self.check()

    async def close(self) -> None:
        """Report that no more items will be added."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def __aiter__(self) -> AsyncIterator[PostBatch[Post] | Record]:
        """Yield records, and the posts that wait together as one item."""
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._items or self._closed)
                if not self._items:
                    return
                item = self._next()
            yield item

    def _next(self) -> PostBatch[Post] | Record:
        item = self._items.popleft()
        if not isinstance(item, Post):
            return item
        posts = [item]
        while self._items and isinstance(following := self._items[0], Post):
            posts.append(following)
            self._items.popleft()
        return PostBatch(posts)


def size_of(item: Post | Record) -> int:
    """Return the bytes of a post as it came, or the characters of a record's texts."""
    if isinstance(item, Post):
        return len(orjson.dumps(item.raw))
    texts = (*item.values(), *(item["article"] or {}).values())
    return sum(len(text) for text in texts if isinstance(text, str))
