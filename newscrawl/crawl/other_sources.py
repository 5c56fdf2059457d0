"""Feed and sitemap of a site whose posts were listed: do they name a post that the list lacks?"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import hosts, matching
from newscrawl.runtime.worker_pool import WorkerError
from newscrawl.urls.hosts import host_key
from newscrawl.wordpress.fallback_posts import page_post
from newscrawl.wordpress.feed import Channel, Feed
from newscrawl.wordpress.responses import Refusal
from newscrawl.wordpress.sitemap import Sitemap

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from newscrawl.crawl.context import CrawlContext
    from newscrawl.items import Post
    from newscrawl.net.response import Fetch

logger = logging.getLogger(__name__)

BATCH_SIZE: Final = 100
"""Addresses that are looked up at once: each is compared with all others of its batch."""
MAX_PLACES: Final = 2
"""Places where a sitemap is looked for: of the questions that prove a list, no more than needed."""
MAX_LOOKED_AT: Final = 5
"""Pages of unknown addresses that are read; more of them would only confirm the same."""


class OtherSources:
    """Compares the newest items of the feed and the newest sitemap with the archive.

    4 requests at most if all is known: the feed, a sitemap in one of two places, its newest part.

    Args:
        take: Takes the post of an id, if the API shows it; returns whether it did.
    """

    def __init__(
        self, context: CrawlContext, fetch: Fetch, take: Callable[[int], Awaitable[bool]]
    ) -> None:
        self._context = context
        self._fetch = fetch
        self._take = take

    async def check(self) -> None:
        """Add to the verdict what these sources name and the list of posts does not have."""
        home = self._context.site.home.rstrip("/")
        feed = Feed(f"{home}/feed/", self._fetch)
        channel = await feed.open()
        if isinstance(channel, Channel) and channel.content == "posts":
            newest: list[Post] = await anext(feed.pages(), [])
            await self._compare("feed", newest)
        await self._compare("sitemap", await self._of_sitemap(home))

    async def _of_sitemap(self, home: str) -> list[Post]:
        """Return the posts of the newest sitemap; an empty list if it names other pages, too."""
        context = self._context
        robots = await context.archive.run(hosts.read_robots, host_key(home))
        sitemap = Sitemap(home, self._fetch, robots.text if robots else "")
        if not await sitemap.open(most=MAX_PLACES) or sitemap.is_mixed:
            return []
        entries = await sitemap.newest()
        if isinstance(entries, Refusal):
            return []
        posts = [page_post({"link": entry.url, "lastmod": entry.modified}) for entry in entries]
        if sitemap.count == 1 and len(posts) < context.tally.seen:
            context.tally.notes.append(
                f"The sitemap names {len(posts)} posts, fewer than the {context.tally.seen} listed"
            )
        return posts

    async def _compare(self, source: str, posts: Sequence[Post]) -> None:
        context = self._context
        unknown: list[Post] = []
        for start in range(0, len(posts), BATCH_SIZE):
            some = posts[start : start + BATCH_SIZE]
            known = await context.archive.look(matching.recognized, context.site_id, some)
            unknown += [post for post in some if post.post_id not in known]
        looked_at = unknown[:MAX_LOOKED_AT]
        left_out = [post.url for post in looked_at if await self._is_left_out(post)]
        if not left_out:
            return
        more = len(unknown) - len(looked_at)
        context.tally.partial.append(
            f"the {source} names {len(left_out)} posts that the list of posts leaves out"
            + (f", and {more} more addresses that it does not have" if more else "")
            + f": {', '.join(left_out)}"
        )

    async def _is_left_out(self, post: Post) -> bool:
        """Return whether an address is that of a post of before this run that no list shows."""
        from newscrawl.extract.wordpress_page import read_own_page  # slow to import, seldom needed

        answer = await self._fetch(post.url)
        if answer.outcome is not None or answer.status != 200:
            return False
        try:
            read = await self._context.workers.run(read_own_page, answer)
        except Exception as error:
            is_bug = not isinstance(error, WorkerError)
            logger.warning("%s can't be read: %s", post.url, error, exc_info=is_bug)
            self._context.tally.partial.append(
                f"it is not known whether {post.url} is a post: newscrawl failed to read it"
                f" ({error})"
            )
            return False
        if isinstance(read, str) or not _is_post(read):
            return False
        moved = page_post({"link": answer.url, "lastmod": None, "extracted": read})
        if await self._context.archive.run(matching.recognized, self._context.site_id, [moved]):
            return False
        published = post.published or read["published"] or ""
        is_taken = bool(read["id"]) and await self._take(read["id"])
        return not (is_taken and published >= self._context.started)


def _is_post(read: dict[str, Any]) -> bool:
    return read["type"] == "post" or (read["type"] is None and bool(read["published"]))
