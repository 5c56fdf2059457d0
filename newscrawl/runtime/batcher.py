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

    If a batch fails, only the bad value fails: see `answers_of`. After an ArchiveError, the whole
    batch fails.

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
            answers = await answers_of(self._function, [value for value, _ in batch])
        except ArchiveError as error:
            answers = [error] * len(batch)
        for (_, future), answer in zip(batch, answers, strict=True):
            if isinstance(answer, Exception):
                _settle(future, error=answer)
            else:
                _settle(future, answer)


async def answers_of(
    function: Callable[[Sequence[A]], Awaitable[Sequence[B]]], values: Sequence[A]
) -> Sequence[B | Exception]:
    """Return the function's results, in the order of the values.

    If it fails, it is called for each value, so that only the bad value fails; its result is the
    error.

    Raises:
        ArchiveError: The function's error: each value would fail the same way, and each may take
            the full timeout.
    """
    try:
        return await function(values)
    except ArchiveError:
        raise
    except Exception as error:  # noqa: BLE001 - any error belongs to the bad value
        if len(values) == 1:
            return [error]
    return [(await answers_of(function, [value]))[0] for value in values]


def _settle(
    future: asyncio.Future[B], answer: B | None = None, *, error: Exception | None = None
) -> None:
    if future.done():  # its caller was cancelled
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(answer)  # type: ignore[arg-type]
