"""The second pipeline: each post once, within a run and across runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from newscrawl.archive import matching
from newscrawl.crawl.context import context_of
from newscrawl.items import ClaimedPost, NormalizedPost
from newscrawl.runtime.batcher import Batcher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler

    from newscrawl.items import Record

logger = logging.getLogger(__name__)


class Dedupe:
    """Find the archived post that a post is, by guid and id; drop one that is listed twice."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.claims = Batcher(self._claim)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: NormalizedPost | Record) -> ClaimedPost | Record:
        if not isinstance(item, NormalizedPost):
            return item
        post, claim = item.post, await self.claims.add(item)
        context = context_of(self.crawler)
        if claim.forgotten:
            context.count("dedupe/forgotten_count")
            raise DropItem(f"Post {post.label} was forgotten: skipped", log_level="DEBUG")
        if claim.double_of is not None:
            context.count("dedupe/dropped_count")
            raise DropItem(
                f"Post {post.label} is post {claim.double_of} again: same guid, same words",
                log_level="DEBUG",
            )
        if claim.shared:
            context.count("dedupe/shared_guid_count")
            logger.debug("Post %s shares its guid with another post: both are kept", post.label)
        if not post.guid:
            context.count("dedupe/empty_guid_count")
        post.guid = post.guid if claim.guid is None else claim.guid
        return ClaimedPost(
            post=post,
            body=item.body,
            link=item.link,
            signature=item.signature,
            failure=item.failure,
            row=claim.row,
            is_new=claim.is_new,
        )

    async def _claim(self, items: Sequence[NormalizedPost]) -> Sequence[matching.Claim]:
        context = context_of(self.crawler)
        return await context.archive.run(
            matching.claim,
            context.site_id,
            context.run_id,
            [item.post for item in items],
            gone=frozenset(context.gone),
            trusts_guids=context.trusts_guids,
        )
