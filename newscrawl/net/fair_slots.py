"""Slots that the crawls of a process share: a free one goes to the crawl with the fewest."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CRAWL: Final[ContextVar[int]] = ContextVar("crawl", default=0)
"""The number of the crawl that runs in this context, in a process with several."""


class FairSlots:
    """A semaphore that no crawl can keep from the others.

    A crawl whose hundred hosts never finish an answer would stand before all others in a queue.

    Args:
        count: The number of slots.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._taken: Counter[int] = Counter()
        self._waiting: dict[int, deque[asyncio.Future[None]]] = {}

    async def acquire(self) -> int:
        """Wait for a slot; return the crawl that has it, for `release`."""
        crawl = CRAWL.get()
        if self._free:  # then nobody waits
            self._take(crawl)
            return crawl
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(crawl, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it got a slot at the same moment
                self.release(crawl)
            raise
        return crawl

    def release(self, crawl: int) -> None:
        """Give a slot of a crawl to the next one."""
        self._taken[crawl] -= 1
        if not self._taken[crawl]:
            del self._taken[crawl]
        self._free += 1
        while self._free and self._waiting:
            self._hand_on()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Have a slot during the block."""
        crawl = await self.acquire()
        try:
            yield
        finally:
            self.release(crawl)

    def _hand_on(self) -> None:
        """Give a slot to the crawl with the fewest; of equals, to the one that waits longest."""
        crawl = min(self._waiting, key=lambda waiting: self._taken[waiting])
        turns = self._waiting.pop(crawl)
        turn = turns.popleft()
        if turns:
            self._waiting[crawl] = turns
        if not turn.done():  # else it was cancelled
            self._take(crawl)
            turn.set_result(None)

    def _take(self, crawl: int) -> None:
        self._free -= 1
        self._taken[crawl] += 1
