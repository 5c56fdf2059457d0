"""Normalize posts in workers: in batches, and one by one if a batch exceeds a limit."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from newscrawl.crawl.post_task import normalize_posts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawl.crawl.post_task import Normalized
    from newscrawl.items import Post
    from newscrawl.runtime.worker_pool import Workers

BATCH_SIZE: Final = 25
"""Posts in one call of a worker. If one exceeds its limits, they are tried one by one."""

_LARGE_FIELDS: Final = frozenset({"content", "excerpt", "_embedded", "_links"})


async def normalize_all(workers: Workers, posts: Sequence[Post]) -> list[Normalized | Exception]:
    """Normalize posts in workers; the result of a post that exceeds a limit is the error."""
    size = min(BATCH_SIZE, math.ceil(len(posts) / workers.count))
    # Of the raw post, a worker needs only the fields that may have a link.
    lean = [replace(post, raw=_lean(post.raw)) for post in posts]
    parts = [lean[start : start + size] for start in range(0, len(lean), size)]
    made = await asyncio.gather(*(_part(workers, part) for part in parts))
    return [normalized for part in made for normalized in part]


def _lean(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key not in _LARGE_FIELDS}


async def _part(workers: Workers, posts: Sequence[Post]) -> Sequence[Normalized | Exception]:
    """Normalize posts in one call; if it fails, one by one, so that only one post fails."""
    try:
        return await workers.run(normalize_posts, posts)
    except Exception as error:  # noqa: BLE001 - any error costs one post only
        if len(posts) == 1:
            return [error]
    return [(await _part(workers, [post]))[0] for post in posts]
