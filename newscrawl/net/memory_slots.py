"""Memory slots: a bound on the pages in memory, from their request until they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType


class MemorySlot:
    """One of a few slots for a page; a context manager, released at its end at the latest.

    Pages arrive faster than they are extracted, and each may be as large as the cap. Without a
    bound, enough hosts with large pages would fill the memory. Waiting for the turn of a host
    takes no slot, so a slow host delays no other.
    """

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free = free
        self._is_taken = False

    async def acquire(self) -> None:
        """Wait for a slot, unless this has one."""
        if not self._is_taken:
            await self._free.acquire()
            self._is_taken = True

    def release(self) -> None:
        """Release the slot: its page is not needed any more."""
        if self._is_taken:
            self._is_taken = False
            self._free.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
