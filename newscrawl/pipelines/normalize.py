"""The first pipeline: HTML as the site gave it becomes semantic HTML, Markdown and text."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Self

from newscrawl.crawl.context import context_of
from newscrawl.crawl.normalize_all import normalize_all
from newscrawl.items import NormalizedPost, PostBatch, PostBody
from newscrawl.runtime.worker_pool import WorkerError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.crawl.post_task import Normalized
    from newscrawl.items import Post, Record

logger = logging.getLogger(__name__)

NO_BODY: Final = PostBody(html="", markdown="", text="", title="", excerpt="")
MAX_FAILURE: Final = 300
"""Characters of a reason that are kept."""


class Normalize:
    """Normalize posts and choose their full-article links, in worker processes.

    Records pass through, as they pass through the other pipelines.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(
        self, item: PostBatch[Post] | Record
    ) -> PostBatch[NormalizedPost] | Record:
        if not isinstance(item, PostBatch):
            return item
        made = await normalize_all(context_of(self.crawler).workers, item.posts)
        return PostBatch([*map(self._normalized, item.posts, made)])

    def _normalized(self, post: Post, made: Normalized | Exception) -> NormalizedPost:
        if not isinstance(made, Exception):
            return NormalizedPost(post=post, **made._asdict())
        context_of(self.crawler).count("normalize/failed_count")
        is_bug = not isinstance(made, WorkerError)
        logger.warning(
            "Post %s can't be normalized: %s", post.label, made, exc_info=made if is_bug else None
        )
        failure = str(made) if not is_bug else f"{type(made).__name__}: {made}"
        return NormalizedPost(post=post, body=NO_BODY, failure=failure[:MAX_FAILURE])
