"""The second pipeline: each post once, within a run and across runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from newscrawl.archive import matching
from newscrawl.crawl.context import context_of
from newscrawl.items import ClaimedPost, PostBatch
from newscrawl.pipelines.failed_posts import without_failed
from newscrawl.runtime.batcher import answers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler

    from newscrawl.items import NormalizedPost, Record

logger = logging.getLogger(__name__)


class Dedupe:
    """Find the archived post that a post is, by guid and id; drop one that is listed twice."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(
        self, item: PostBatch[NormalizedPost] | Record
    ) -> PostBatch[ClaimedPost] | Record:
        if not isinstance(item, PostBatch):
            return item
        claims = await answers_of(self._claim, item.posts)
        pairs = without_failed(context_of(self.crawler), item.posts, claims)
        claimed = (self._claimed(post, claim) for post, claim in pairs)
        return PostBatch([post for post in claimed if post is not None])

    def _claimed(self, item: NormalizedPost, claim: matching.Claim) -> ClaimedPost | None:
        """Return a post with its row; None if it was forgotten, or is listed twice."""
        post, context = item.post, context_of(self.crawler)
        if claim.forgotten:
            context.count("dedupe/forgotten_count")
            logger.debug("Post %s was forgotten: skipped", post.label)
            return None
        if claim.double_of is not None:
            context.count("dedupe/dropped_count")
            logger.debug(
                "Post %s is post %s again: same guid, same words", post.label, claim.double_of
            )
            return None
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
