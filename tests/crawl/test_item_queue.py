"""The stream of items between a crawl and its pipelines."""

import asyncio

import pytest

from newscrawl.crawl.item_queue import IN_FLIGHT, MAX_BYTES, ItemQueue
from newscrawl.exceptions import ArchiveError
from newscrawl.items import PostBatch, ReadyPost
from newscrawl.records.record import Provenance, make_record
from tests.archive.conftest import make_body, make_post
from tests.wordpress.fake import SITE

PROVENANCE = Provenance(site=SITE, crawled="2026-01-01T00:00:00Z", run=1)
POST = make_post(1)
RECORD = make_record(ReadyPost(row=1, post=POST, body=make_body(POST)), {}, PROVENANCE)
ONE = PostBatch([POST])


def test_a_full_queue_waits_until_the_pipelines_are_done_with_an_item():
    async def main() -> None:
        item_queue = ItemQueue()
        for post_id in range(IN_FLIGHT):
            await item_queue.put(make_post(post_id))
        waiting = asyncio.create_task(item_queue.put(make_post(IN_FLIGHT)))
        await asyncio.sleep(0)
        assert not waiting.done()
        await item_queue.item_done(ONE)
        await waiting

    asyncio.run(main())


def test_large_items_wait_until_the_pipelines_are_drained():
    async def main() -> None:
        item_queue = ItemQueue()
        large = make_post(1, raw={"id": 1, "acf": "x" * (MAX_BYTES * 2 // 3)})
        await item_queue.put(large)
        waiting = [asyncio.create_task(item_queue.put(large)) for _ in range(2)]
        for left in (2, 1, 0):
            await asyncio.sleep(0.01)
            assert sum(not task.done() for task in waiting) == left
            await item_queue.item_done(ONE)

    asyncio.run(main())


def test_one_item_may_be_larger_than_all():
    async def main() -> None:
        large = make_post(1, raw={"id": 1, "acf": "x" * (MAX_BYTES + 1)})
        await ItemQueue().put(large)

    asyncio.run(main())


def test_items_come_out_in_their_order_posts_that_wait_together_and_then_the_end():
    async def main() -> list[list[int]]:
        item_queue = ItemQueue()
        for post_id in (3, 1, 2):
            await item_queue.put(make_post(post_id))
        await item_queue.put(RECORD)
        await item_queue.put(make_post(4))
        await item_queue.close()
        return [
            [post.post_id for post in item.posts] if isinstance(item, PostBatch) else []
            async for item in item_queue
        ]

    assert asyncio.run(main()) == [[3, 1, 2], [], [4]]


def test_it_is_drained_when_every_item_is_settled():
    async def main() -> None:
        item_queue = ItemQueue()
        await item_queue.put(make_post(1))
        drained = asyncio.create_task(item_queue.drained())
        await asyncio.sleep(0)
        assert not drained.done()
        await item_queue.item_done(ONE)
        await drained

    asyncio.run(main())


@pytest.mark.parametrize("wait", ["put", "drained"])
def test_waiting_for_pipelines_that_fail_raises_their_error(wait: str):
    async def main() -> None:
        item_queue = ItemQueue()
        for post_id in range(IN_FLIGHT):
            await item_queue.put(make_post(post_id))
        call = item_queue.drained() if wait == "drained" else item_queue.put(make_post(IN_FLIGHT))
        waiting = asyncio.create_task(call)
        await asyncio.sleep(0)
        await item_queue.fail(ArchiveError("the disk is full"))
        await waiting

    with pytest.raises(ArchiveError, match="the disk is full"):
        asyncio.run(main())


def test_a_record_from_within_the_pipelines_never_waits_for_the_posts_in_them():
    async def main() -> None:
        item_queue = ItemQueue()
        for post_id in range(IN_FLIGHT):
            await item_queue.put(make_post(post_id))
        await asyncio.wait_for(item_queue.add(RECORD), 1)
        waiting = asyncio.create_task(item_queue.put(make_post(IN_FLIGHT)))
        for _ in range(2):  # the record counts: room comes when two have left
            await asyncio.sleep(0)
            assert not waiting.done()
            await item_queue.item_done(ONE)
        await waiting

    asyncio.run(main())


def test_a_batch_makes_room_for_as_many_posts_as_it_has():
    async def main() -> None:
        item_queue = ItemQueue()
        for post_id in range(IN_FLIGHT):
            await item_queue.put(make_post(post_id))
        batch = await anext(aiter(item_queue))
        await item_queue.item_done(batch)
        await item_queue.drained()

    asyncio.run(main())
