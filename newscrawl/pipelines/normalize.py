"""The first pipeline: HTML as the site gave it becomes semantic HTML, Markdown and text."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Self

from newscrawl.crawl.context import context_of
from newscrawl.crawl.normalize_all import normalize_all
from newscrawl.items import NormalizedPost, Post, PostBody
from newscrawl.runtime.batcher import Batcher
from newscrawl.runtime.worker_pool import WorkerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler

    from newscrawl.crawl.post_task import Normalized
    from newscrawl.items import Record

logger = logging.getLogger(__name__)

NO_BODY: Final = PostBody(html="", markdown="", text="", title="", excerpt="")
MAX_FAILURE: Final = 300
"""Characters of a reason that are kept."""

GATHER_SECONDS: Final = 0.01
"""Seconds that a post waits for others of its page. They pass the later pipelines together."""


class Normalize:
    """Normalize posts and choose their full-article links, in worker processes.

    Records pass through, as they pass through the other pipelines.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.posts = Batcher(self._normalize, seconds=GATHER_SECONDS)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Post | Record) -> NormalizedPost | Record:
        if not isinstance(item, Post):
            return item
        made = await self.posts.add(item)
        if not isinstance(made, Exception):
            return NormalizedPost(post=item, **made._asdict())
        context_of(self.crawler).count("normalize/failed_count")
        is_bug = not isinstance(made, WorkerError)
        logger.warning(
            "Post %s can't be normalized: %s", item.label, made, exc_info=made if is_bug else None
        )
        failure = str(made) if not is_bug else f"{type(made).__name__}: {made}"
        return NormalizedPost(post=item, body=NO_BODY, failure=failure[:MAX_FAILURE])

    async def _normalize(self, posts: Sequence[Post]) -> Sequence[Normalized | Exception]:
        return await normalize_all(context_of(self.crawler).workers, posts)
