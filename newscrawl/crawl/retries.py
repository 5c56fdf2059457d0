"""Posts that newscrawl failed to normalize, in this run or an earlier one, tried again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from newscrawl.archive import posts
from newscrawl.crawl.publisher import decoded
from newscrawl.wordpress.posts import PostError

if TYPE_CHECKING:
    from newscrawl.crawl.context import CrawlContext

logger = logging.getLogger(__name__)

MAX_POSTS: Final = 10_000
"""Posts that are tried at once; the others are tried by the next run."""

BATCH_SIZE: Final = 50
"""After this many failures in a row, the rest is skipped: each may take seconds of CPU time."""

MAX_NAMED: Final = 1_000
"""Posts that the row of a run names."""


async def retry_failed(context: CrawlContext) -> None:
    """Send the posts that could not be normalized through the pipelines once more."""
    archive, item_queue = context.archive, context.item_queue
    rows = await archive.look(posts.failed_ids, context.site_id, MAX_POSTS)
    for start in range(0, len(rows), BATCH_SIZE):
        batch = rows[start : start + BATCH_SIZE]
        for row in await archive.look(posts.failed, batch):
            try:
                await item_queue.put(decoded(row, context.site))
            except PostError as error:  # it could be decoded when it came
                logger.warning("%s", error)
        await item_queue.drained()
        left = await archive.look(posts.failed, batch)
        logger.info("Tried %d posts again that failed before: %d failed", len(batch), len(left))
        if len(left) == len(batch) == BATCH_SIZE:
            return
