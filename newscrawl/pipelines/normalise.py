"""The first pipeline: HTML as the site gave it becomes semantic HTML, Markdown and text."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from newscrawl.items import Post, PostBody
from newscrawl.normalise import normalise_post
from newscrawl.session import session_of
from newscrawl.workers import WorkerError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class Normalise:
    """Normalise a post and choose its full-article link, in a worker process."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Post) -> Post:
        if item.body is not None:  # made before, and kept in the archive
            return item
        # Of what came, a worker needs the fields that may hold a link; the rest stays here.
        lean = replace(item, raw={key: item.raw.get(key) for key in ("acf", "meta")})
        try:
            item.body, item.link = await session_of(self.crawler).workers.run(normalise_post, lean)
        except WorkerError as error:
            # The post is kept as it came; its record is made without a text.
            item.body = PostBody(html="", markdown="", text="", title=item.slug, excerpt="")
            session_of(self.crawler).count("normalise/failed_count")
            logger.warning("Post %s can't be normalised: %s", item.label, error)
        return item
