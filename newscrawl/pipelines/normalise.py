"""The first pipeline: HTML as the site gave it becomes semantic HTML, Markdown and text."""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Self, TypeAlias

from newscrawl.archive.batcher import Batcher
from newscrawl.items import Post, PostBody
from newscrawl.normalise import normalise_posts
from newscrawl.session import session_of
from newscrawl.workers import WorkerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler

    from newscrawl.items import Link

logger = logging.getLogger(__name__)


Normalised: TypeAlias = "tuple[PostBody, Link | None]"

AT_ONCE: Final = 10
"""Posts in one call of a worker; they share its limits, until one of them breaks these."""


class Normalise:
    """Normalise posts and choose their full-article links, in worker processes."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.posts = Batcher(self._normalise)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Post) -> Post:
        if item.body is not None:  # made before, and kept in the archive
            return item
        # Of what came, a worker needs the fields that may hold a link; the rest stays here.
        lean = replace(item, raw={key: item.raw.get(key) for key in ("acf", "meta")})
        made = await self.posts.add(lean)
        if isinstance(made, WorkerError):
            # The post is kept as it came; its record is made without a text.
            item.body = PostBody(html="", markdown="", text="", title=item.slug, excerpt="")
            session_of(self.crawler).count("normalise/failed_count")
            logger.warning("Post %s can't be normalised: %s", item.label, made)
        else:
            item.body, item.link = made
        return item

    async def _normalise(self, posts: Sequence[Post]) -> Sequence[Normalised | WorkerError]:
        size = min(AT_ONCE, math.ceil(len(posts) / session_of(self.crawler).workers.count))
        parts = [posts[start : start + size] for start in range(0, len(posts), size)]
        return [made for part in await asyncio.gather(*map(self._part, parts)) for made in part]

    async def _part(self, posts: Sequence[Post]) -> Sequence[Normalised | WorkerError]:
        """Normalise posts in one call; one by one where that fails, so that one fails alone."""
        try:
            return await session_of(self.crawler).workers.run(normalise_posts, posts)
        except WorkerError as error:
            if len(posts) == 1:
                return [error]
        return [(await self._part([post]))[0] for post in posts]
