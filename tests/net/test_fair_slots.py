"""Slots of several crawls: none waits for the endless work of another one."""

import asyncio
from contextlib import suppress

from newscrawl.net.fair_slots import CRAWL, FairSlots


async def start(slots: FairSlots, crawl: int, order: list[int], *, ends: bool) -> None:
    """Start work of a crawl that takes a slot, and keeps it unless it ends."""
    CRAWL.set(crawl)
    async with slots.taken():
        order.append(crawl)
        if not ends:
            await asyncio.Event().wait()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_a_free_slot_goes_to_the_crawl_with_the_fewest() -> None:
    async def run() -> list[int]:
        slots = FairSlots(4)
        order: list[int] = []
        greedy = [asyncio.create_task(start(slots, 1, order, ends=False)) for _ in range(100)]
        await settle()
        others = [
            asyncio.create_task(start(slots, crawl, order, ends=True))
            for crawl in (2, 3)
            for _ in range(3)
        ]
        await settle()
        assert order == [1, 1, 1, 1]
        greedy[0].cancel()
        await settle()
        assert all(task.done() for task in others)
        for task in greedy:
            task.cancel()
        await asyncio.gather(*greedy, return_exceptions=True)
        return order

    assert sorted(asyncio.run(run())[4:11]) == [1, 2, 2, 2, 3, 3, 3]


def test_the_calls_of_one_crawl_keep_their_order() -> None:
    async def run() -> list[int]:
        slots = FairSlots(1)
        order: list[int] = []

        async def call(number: int) -> None:
            async with slots.taken():
                await asyncio.sleep(0)
                order.append(number)

        await asyncio.gather(*map(call, range(20)))
        return order

    assert asyncio.run(run()) == list(range(20))


def test_a_slot_is_not_lost_if_its_call_is_cancelled_at_that_moment() -> None:
    async def run() -> None:
        slots = FairSlots(1)
        first = await slots.acquire()
        waiting = asyncio.create_task(slots.acquire())
        cancelled = asyncio.create_task(slots.acquire())
        await settle()
        cancelled.cancel()
        slots.release(first)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        await asyncio.wait_for(slots.acquire(), 1)

    asyncio.run(run())
