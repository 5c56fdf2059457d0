"""The posts of a site whose API is closed: from its feed, then from the pages in its sitemaps."""

from __future__ import annotations

import asyncio
import heapq
import logging
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import matching, sites
from newscrawl.archive.sites import Progress
from newscrawl.crawl.context import now_iso
from newscrawl.crawl.own_pages import OwnPages
from newscrawl.exceptions import ConfigurationError
from newscrawl.items import EXTRACTED
from newscrawl.wordpress import feed, sitemap
from newscrawl.wordpress.fallback_posts import (
    IS_CUT,
    completed,
    feed_post,
    is_post_page,
    is_shortened,
    page_post,
)
from newscrawl.wordpress.identity import place_of, stand_in_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from newscrawl.crawl.context import CrawlContext
    from newscrawl.crawl.item_queue import ItemQueue
    from newscrawl.crawl.options import Arguments
    from newscrawl.items import Post
    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.fallback import FallbackSources

logger = logging.getLogger(__name__)

FEED_WALK: Final = "+feed"
"""The key of the archive's row with the time of the last complete walk of the feed."""

BATCH_SIZE: Final = 100
"""Pages that are looked up in the archive at once."""


class FallbackSync:
    """Replaces `PostSync` while the API is closed, as far as robots.txt allows.

    The feed is walked to its end the first time, if a listing is due, and with ``full``; else until
    a page has nothing new. Then the sitemaps add the posts that the feed left out.

    Args:
        on_page: Called after each page of posts, when there may be new articles to fetch.
    """

    sample = None

    def __init__(
        self,
        context: CrawlContext,
        arguments: Arguments,
        *,
        fallback_sources: FallbackSources,
        fetch: Fetch,
        item_queue: ItemQueue,
        on_page: Callable[[], None],
    ) -> None:
        self._context = context
        self._arguments = arguments
        self._fallback_sources = fallback_sources
        self._own_pages = OwnPages(context.workers, fetch)
        self._item_queue = item_queue
        self._on_page = on_page
        self._left = arguments.limit
        self._is_whole = False
        self._seen: set[int] = set()  # numbers of posts: addresses would take ten times the memory
        self._from_pages = 0

    async def run(self) -> None:
        """Take new posts, from the feed and from the sitemaps."""
        self._check_types()
        if self._fallback_sources.feed is not None:
            await self._walk_feed(self._fallback_sources.feed)
        has_sitemap = False
        if self._is_more_wanted():
            await self._item_queue.drained()
            has_sitemap = await self._fallback_sources.sitemap.open()
            await self._walk_sitemaps()
        self._context.tally.seen = len(self._seen)
        self._add_reasons(has_sitemap=has_sitemap)

    async def conclude(self) -> None:
        """Store that the feed was walked to its end. Call it when all posts are durable."""
        if self._is_whole:
            await self._context.archive.run(
                sites.advance, self._context.site_id, FEED_WALK, Progress(listed=now_iso())
            )

    def _check_types(self) -> None:
        others = [name for name in self._arguments.types if name not in ("post", "posts")]
        if len(others) == len(self._arguments.types):
            raise ConfigurationError(
                f"{self._context.site.key} shows only posts while its REST API is closed: leave out"
                " -a types"
            )
        if others:
            self._context.tally.partial.append(f"not requested: {', '.join(others)}")

    # --- The feed --------------------------------------------------------------------------------

    async def _walk_feed(self, walked: feed.Feed) -> None:
        context, arguments = self._context, self._arguments
        progress = await context.archive.look(sites.progress, context.site_id, FEED_WALK)
        is_due = arguments.full or progress.is_listing_due(context.listing_days)
        async for page in walked.pages():
            posts = self._wanted(page)
            new = await self._take_feed(walked, posts)
            is_over = not posts if arguments.since else self._left == 0
            if is_over or not (new or is_due or arguments.samples):
                return
        if walked.failure is not None:
            context.tally.partial.append(f"the feed ended early: {walked.failure}")
        self._is_whole = walked.failure is None and not arguments.samples

    def _wanted(self, posts: list[Post]) -> list[Post]:
        """Return the posts of a page that the arguments select."""
        if self._arguments.since:
            return [post for post in posts if (post.published or "") >= self._arguments.since]
        if self._left is not None:
            posts = posts[: self._left]
            self._left -= len(posts)
        return posts

    async def _take_feed(self, walked: feed.Feed, posts: Sequence[Post]) -> int:
        """Pass on new and changed posts; return their number."""
        new = await self._new_or_changed(posts)
        self._note_seen(posts)
        if new:
            has_texts = any(post.content for post in posts)
            cut = (
                await self._cut(walked, new) if has_texts else {post.post_id: False for post in new}
            )
            new = [
                await self._completed(post, goes_on=cut[post.post_id])
                if post.post_id in cut
                else post
                for post in new
            ]
            if cut:  # a post that is cut as in the last run is not new
                new = await self._new_or_changed(new)
        await self._queue(new)
        return len(new)

    async def _cut(self, walked: feed.Feed, posts: Sequence[Post]) -> dict[int, bool]:
        """Return the posts whose text is cut in the feed, or is not known to be whole.

        Returns:
            By id, whether the feed shows that the post has a second page.
        """
        continued = await walked.continued(posts)
        cut = {}
        for post in posts:
            goes_on = (post.guid, post.url) in (continued or ())
            if post.content and (continued is None or goes_on or is_shortened(post)):
                cut[post.post_id] = goes_on
        return cut

    async def _completed(self, post: Post, *, goes_on: bool) -> Post:
        """Return a post of a feed with the words of its own pages, if they can be read."""
        pages = self._own_pages
        is_readable = post.url and not pages.is_given_up
        read = await pages.read(post.url, goes_on=goes_on) if is_readable else None
        if read is not None:
            return completed(post, read, is_cut=post.url in pages.cut)
        pages.cut[post.url or post.guid] = "its page can't be read"
        return feed_post({**post.raw, IS_CUT: True})

    # --- The sitemaps ----------------------------------------------------------------------------

    def _is_more_wanted(self) -> bool:
        """Return whether the sitemaps may have posts that the feed left out."""
        walked = self._fallback_sources.feed
        if walked is None:
            return True
        is_challenged = walked.failure is not None and walked.failure.reason == "challenge"
        return not is_challenged and self._arguments.since is None and self._left != 0

    async def _walk_sitemaps(self) -> None:
        found = self._fallback_sources.sitemap
        if self._left is None:
            async for entries in found.pages():
                await self._take_entries(entries)
        else:  # any of the sitemaps may have the newest posts
            await self._take_entries(await self._newest(found, self._left))
        if found.place is not None:
            self._context.tally.partial += [
                f"a sitemap could not be read: {place}: {refusal}"
                for place, refusal in found.failures.items()
            ]

    async def _newest(self, found: sitemap.Sitemap, limit: int) -> list[sitemap.Entry]:
        """Return the newest addresses that no post of the feed has."""
        newest: list[sitemap.Entry] = []
        async for entries in found.pages():
            for start in range(0, len(entries), BATCH_SIZE):
                some = entries[start : start + BATCH_SIZE]
                newest += [entry for entry in some if _number(_post_of(entry)) not in self._seen]
                newest = heapq.nlargest(limit, newest, key=lambda entry: entry.modified or "")
                await asyncio.sleep(0)  # a sitemap may have 200,000 addresses
        return newest

    async def _take_entries(self, entries: Sequence[sitemap.Entry]) -> None:
        """Read the pages of new and changed posts that the arguments select."""
        since = self._arguments.since
        for start in range(0, len(entries), BATCH_SIZE):
            batch = entries[start : start + BATCH_SIZE]
            wanted = [entry for entry in batch if not since or (entry.modified or "") >= since]
            some = [_post_of(entry) for entry in wanted]
            new = await self._new_or_changed(some)
            unknown = {post.post_id for post in new}
            self._note_seen([post for post in some if post.post_id not in unknown])
            for post in new:
                if self._own_pages.is_given_up:
                    return
                read = await self._own_pages.read(post.url)
                if read is not None and self._is_post(read):
                    self._from_pages += 1
                    self._note_seen([post])
                    # The post may be in the archive under another address.
                    mark = {IS_CUT: True} if post.url in self._own_pages.cut else {}
                    full = page_post({**post.raw, **mark, EXTRACTED: read})
                    await self._queue(await self._new_or_changed([full]))

    def _is_post(self, read: Mapping[str, Any]) -> bool:
        """Return whether a page is a post's: some sitemaps name all pages of a site."""
        return not self._fallback_sources.sitemap.is_mixed or is_post_page(read)

    # --- Both ------------------------------------------------------------------------------------

    async def _new_or_changed(self, posts: Sequence[Post]) -> list[Post]:
        context = self._context
        known = await context.archive.run(
            matching.unchanged_posts, context.site_id, context.run_id, posts
        )
        return [post for post in posts if post.post_id not in known]

    def _note_seen(self, posts: Sequence[Post]) -> None:
        self._seen.update(map(_number, posts))
        self._context.tally.walked = len(self._seen)

    async def _queue(self, posts: Sequence[Post]) -> None:
        for post in posts:
            await self._item_queue.put(post)
        self._on_page()

    def _add_reasons(self, *, has_sitemap: bool) -> None:
        """Add the source of the posts to the verdict, and the parts that it does not have."""
        tally, fallback_sources = self._context.tally, self._fallback_sources
        ways, unseen = [], []
        if fallback_sources.feed is not None:
            ways.append("its feed")
            unseen.append(f"Its feed can't show {', '.join(feed.UNSEEN)}")
        if has_sitemap:
            ways.append(f"its sitemaps ({self._from_pages} posts read from their pages)")
            unseen.append(f"Its sitemaps and pages can't show {', '.join(sitemap.UNSEEN)}")
        tally.partial.append(
            f"the REST API is closed ({fallback_sources.why}): posts came from {' and '.join(ways)}"
        )
        tally.notes += unseen
        tally.partial += self._own_pages.reasons()
        if self._arguments.comments or self._arguments.media:
            tally.notes.append("Comments and media are told by the REST API alone")


def _number(post: Post) -> int:
    """Return the number of a post's place, by which it is counted once."""
    return stand_in_id(place_of(post) or post.guid, "")


def _post_of(entry: sitemap.Entry) -> Post:
    return page_post({"link": entry.url, "lastmod": entry.modified})
