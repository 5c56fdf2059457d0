"""Combine many small calls to the archive into few transactions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

from newscrawl.exceptions import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

A = TypeVar("A")
B = TypeVar("B")


class Batcher(Generic[A, B]):
    """Call a function of many values with batches of single values.

    The values that arrive while the function runs are the next batch. So a single value does not
    wait, and a hundred values at once share one transaction.

    If a batch fails, the function is called for each of its values, so that only the bad value
    fails. But after an ArchiveError the whole batch fails: each value would fail the same way, and
    each may take the full timeout.

    Args:
        function: Returns one result for each value, in their order.
        seconds: The time in which a batch waits for one more value; 0 for no wait. Each arrival
            starts the wait again, so callers must limit the number of values that are pending.
    """

    def __init__(
        self, function: Callable[[Sequence[A]], Awaitable[Sequence[B]]], *, seconds: float = 0.0
    ) -> None:
        self._function = function
        self._seconds = seconds
        self._waiting: list[tuple[A, asyncio.Future[B]]] = []
        self._busy: asyncio.Task[None] | None = None

    async def add(self, value: A) -> B:
        """Return the function's result for *value*.

        Raises:
            Exception: The function's error for this value.
        """
        future: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self._waiting.append((value, future))
        if self._busy is None:
            self._busy = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            if self._seconds:
                await self._gather()
            batch, self._waiting = self._waiting, []
            await self._answer(batch)
        self._busy = None

    async def _gather(self) -> None:
        count = 0
        while count < len(self._waiting):
            count = len(self._waiting)
            await asyncio.sleep(self._seconds)

    async def _answer(self, batch: list[tuple[A, asyncio.Future[B]]]) -> None:
        try:
            answers = await self._function([value for value, _ in batch])
        except Exception as error:  # noqa: BLE001 - any error belongs to the waiting callers
            if len(batch) > 1 and not isinstance(error, ArchiveError):
                for single in batch:
                    await self._answer([single])
                return
            for _, future in batch:
                _settle(future, error=error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            _settle(future, answer)


def _settle(
    future: asyncio.Future[B], answer: B | None = None, *, error: Exception | None = None
) -> None:
    if future.done():  # its caller was cancelled
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(answer)  # type: ignore[arg-type]
