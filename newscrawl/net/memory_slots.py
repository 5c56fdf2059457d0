"""Desks: how many pages may be in memory at once, from the moment they are asked for until read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType


class Desk:
    """One of a few places for a page; a context manager, left at its end at the latest.

    Pages come faster than they are extracted, and each may be as large as the cap. Without a bound
    on those that wait, as many hosts as send large ones would fill the memory. Waiting for the turn
    of a host takes no desk, so a slow host holds up no other.
    """

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free = free
        self._is_taken = False

    async def take(self) -> None:
        """Wait for a place, unless it has one."""
        if not self._is_taken:
            await self._free.acquire()
            self._is_taken = True

    def leave(self) -> None:
        """Give the place back: what is on it is not needed any more."""
        if self._is_taken:
            self._is_taken = False
            self._free.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.leave()
