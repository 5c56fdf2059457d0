"""The first pipeline: HTML as the site gave it becomes semantic HTML, Markdown and text."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Self

from newscrawl.crawl.context import session_of
from newscrawl.crawl.normalize import Normalized, normalize_all
from newscrawl.items import Post, PostBody
from newscrawl.runtime.batcher import Batcher
from newscrawl.runtime.worker_pool import WorkerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

GATHER_SECONDS: Final = 0.01
"""How long a post waits for others of its page: they go on together, to the last pipeline."""


class Normalize:
    """Normalize posts and choose their full-article links, in worker processes."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.posts = Batcher(self._normalize, seconds=GATHER_SECONDS)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Post) -> Post:
        if item.body is not None:  # made before, and kept in the archive
            return item
        made = await self.posts.add(item)
        if isinstance(made, Exception):
            # The post is kept as it came; its record is made without a text.
            item.body = PostBody(html="", markdown="", text="", title=item.slug, excerpt="")
            session_of(self.crawler).count("normalize/failed_count")
            fault = None if isinstance(made, WorkerError) else made  # of ours: told in full
            logger.warning("Post %s can't be normalized: %s", item.label, made, exc_info=fault)
        else:
            item.body, item.link, item.signature = made
        return item

    async def _normalize(self, posts: Sequence[Post]) -> Sequence[Normalized | Exception]:
        return await normalize_all(session_of(self.crawler).workers, posts)
