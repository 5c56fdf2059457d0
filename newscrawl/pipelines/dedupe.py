"""The second pipeline: each post once, within a run and across runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from newscrawl.archive import matching
from newscrawl.crawl.context import session_of
from newscrawl.runtime.batcher import Batcher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler

    from newscrawl.items import Post

logger = logging.getLogger(__name__)


class Dedupe:
    """Find the archived post that a post is, by guid and id; drop one that is listed twice."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.claims = Batcher(self._claim)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Post) -> Post:
        if item.row is not None:  # it comes from the archive, which knows who it is
            return item
        claim = await self.claims.add(item)
        session = session_of(self.crawler)
        if claim.double_of is not None:
            session.count("dedupe/dropped_count")
            raise DropItem(
                f"Post {item.label} is post {claim.double_of} again: same guid, same words",
                log_level="DEBUG",
            )
        if claim.shared:
            session.count("dedupe/shared_guid_count")
            logger.debug("Post %s shares its guid with another post: both are kept", item.label)
        if not item.guid:
            session.count("dedupe/empty_guid_count")
        item.row, item.is_new = claim.row, claim.is_new
        return item

    async def _claim(self, items: Sequence[Post]) -> Sequence[matching.Claim]:
        session = session_of(self.crawler)
        return await session.archive.run(
            matching.claim,
            session.site_id,
            session.run_id,
            items,
            gone=frozenset(session.gone),
            trusts_guids=session.trusts_guids,
        )
