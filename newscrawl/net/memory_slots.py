"""Memory slots: a bound on the pages in memory, from their request until they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from newscrawl.net.fair_slots import FairSlots


class MemorySlot:
    """One of a few slots for a page; a context manager, released at its end at the latest.

    Pages arrive faster than they are extracted, and each may be as large as the cap. Without a
    bound, enough hosts with large pages would fill the memory. Waiting for the turn of a host
    takes no slot, so a slow host delays no other.
    """

    def __init__(self, slots: FairSlots) -> None:
        self._slots = slots
        self._crawl: int | None = None

    async def acquire(self) -> None:
        """Wait for a slot, unless this has one."""
        if self._crawl is None:
            self._crawl = await self._slots.acquire()

    def release(self) -> None:
        """Release the slot: its page is not needed any more."""
        if self._crawl is not None:
            crawl, self._crawl = self._crawl, None
            self._slots.release(crawl)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
