"""Posts are normalized in batches; one that kills its worker fails without the others."""

import asyncio
import os
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from newscrawl.crawl.normalize_all import BATCH_SIZE
from newscrawl.items import NormalizedPost, Post, PostBatch
from newscrawl.pipelines.normalize import Normalize
from newscrawl.runtime.worker_pool import Workers
from tests.archive.conftest import make_post


class Deadly:
    """Ends the process that unpickles it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (3,)


class Faulty:
    """Raises what nobody expects in the process that unpickles it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return int, ("no number",)


async def normalized(posts: Sequence[Post], counted: list[str]) -> list[NormalizedPost]:
    workers = Workers(2, seconds=30, memory_mib=500)
    context = SimpleNamespace(workers=workers, count=counted.append)
    crawler: Any = SimpleNamespace(spider=SimpleNamespace(context=context))
    pipeline = Normalize(crawler)
    try:
        done = await pipeline.process_item(PostBatch(posts))
        assert isinstance(done, PostBatch)
        return [*done.posts]
    finally:
        await workers.close()


@pytest.mark.parametrize("trap", [Deadly(), Faulty()])
def test_a_post_that_kills_its_worker_fails_without_the_others(trap: object):
    posts = [make_post(number) for number in range(2 * BATCH_SIZE)]
    posts[3].raw["acf"] = trap
    counted: list[str] = []
    done = asyncio.run(normalized(posts, counted))
    assert [item.post.post_id for item in done if item.failure is not None] == [3]
    assert counted == ["normalize/failed_count"]
