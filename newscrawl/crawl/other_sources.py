"""Feed and sitemap of a site whose posts were listed: do they name a post that the list lacks?"""

from __future__ import annotations

import logging
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import hosts, matching
from newscrawl.crawl.site_lookup import parse_in
from newscrawl.outcomes import HEALING
from newscrawl.runtime.worker_pool import WorkerError
from newscrawl.urls.hosts import host_key
from newscrawl.wordpress.fallback_posts import is_post_page, page_post
from newscrawl.wordpress.feed import Channel, Feed
from newscrawl.wordpress.responses import PASSING_STATUS, Refusal
from newscrawl.wordpress.sitemap import Sitemap

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from newscrawl.crawl.context import CrawlContext
    from newscrawl.items import Post
    from newscrawl.net.response import Answer, Fetch
    from newscrawl.wordpress.sitemap import Entry

logger = logging.getLogger(__name__)

BATCH_SIZE: Final = 100
"""Addresses that are looked up at once: each is compared with all others of its batch."""
MAX_PLACES: Final = 2
"""Places where a sitemap is looked for: of the questions that prove a list, no more than needed."""
MAX_COMPARED: Final = 50_000
"""Addresses of a sitemap that are looked up: its format allows no more."""
MAX_LOOKED_AT: Final = 5
"""Pages of unknown addresses that are read; more of them would only confirm the same."""
MAX_RETRIED: Final = 20
"""Pages that a later run reads again."""
MAX_UNLISTED: Final = 1_000
"""Addresses that are kept for later runs."""
UNANSWERED: Final = -1
"""In the place of an id: the page did not answer, so it is not known whether it is a post."""
TAKEN: Final = -2
"""In the place of an id: the API shows the post by its id, and only its list leaves it out."""


class OtherSources:
    """Compares the newest items of the feed and the newest sitemap with the archive.

    4 requests at most if all is known: the feed, a sitemap in one of two places, its newest part.

    Args:
        take: Fetches posts by their ids; returns the ids that the API showed.
        unlisted: Posts that an earlier run found in these sources, by URL; see `unlisted`.

    Attributes:
        unlisted: Posts that these sources name and the API does not show: URL to id, 0 if it is
            unknown, or `UNANSWERED`. A later run tries again until the post is archived, or its
            page is gone.
        is_confirmed: Whether the feed or a sitemap answered.
        unchecked: Sources that did not answer, each with its reason.
    """

    def __init__(
        self,
        context: CrawlContext,
        fetch: Fetch,
        take: Callable[[set[int]], Awaitable[set[int]]],
        unlisted: dict[str, int],
    ) -> None:
        self.unlisted = unlisted
        self.is_confirmed = False
        self.unchecked: list[str] = []
        self._context = context
        self._fetch = fetch
        self._take = take
        self._parse = parse_in(context.workers)

    # --- Posts of earlier runs -------------------------------------------------------------------

    async def retry(self, *, reads_pages: bool) -> None:
        """Fetch the posts that an earlier run did not get; forget those that are gone.

        One request for all ids, and one for each of `MAX_RETRIED` pages.

        Args:
            reads_pages: Whether to request also the pages of posts whose ids are known.
        """
        unknown = {post.url for post in await self._unknown(map(_post_of, self.unlisted))}
        ids = {found for url, found in self.unlisted.items() if url in unknown and found > 0}
        taken = await self._take(ids) if ids else set()
        left = {url: n for url, n in self.unlisted.items() if url in unknown and n not in taken}
        pages = [url for url, found in left.items() if reads_pages or found <= 0]
        for url in pages[:MAX_RETRIED]:
            before = left.pop(url)
            found = await self._look_at(_post_of(url))
            if found is not None and found != TAKEN:
                # At the end: the next run begins with others.
                left[url] = before if found == UNANSWERED else found
        self.unlisted = left
        self._add_reasons()

    def _add_reasons(self) -> None:
        tally = self._context.tally
        posts = [url for url, found in self.unlisted.items() if found != UNANSWERED]
        if posts:
            tally.partial.append(
                f"{len(posts)} posts that the feed or a sitemap names are not shown by the API:"
                f" {_some(posts)}"
            )

    def note_unanswered(self) -> None:
        """Add to the summary how many pages did not answer, so that a later run reads them."""
        if more := sum(found == UNANSWERED for found in self.unlisted.values()):
            self._context.tally.notes.append(
                f"{more} pages that the feed or a sitemap names did not answer, and will be tried"
                " again"
            )

    # --- What the sources name now ---------------------------------------------------------------

    async def check(self) -> None:
        """Add to the verdict what these sources name and the list of posts does not have."""
        home = self._context.site.home.rstrip("/")
        feed = Feed(f"{home}/feed/", self._fetch, self._parse)
        channel = await feed.open()
        if isinstance(channel, Channel) and channel.content == "posts":
            self.is_confirmed = True
            newest: list[Post] = await anext(feed.pages(), [])
            await self._compare("feed", newest)
        else:
            self._note_unchecked("feed", channel)
        entries = await self._of_sitemap(home)
        posts = (page_post({"link": entry.url, "lastmod": entry.modified}) for entry in entries)
        await self._compare("sitemap", islice(posts, MAX_COMPARED))

    def _note_unchecked(self, source: str, answer: Channel | Refusal) -> None:
        """Note why a source was of no use, unless the site does not have it."""
        if isinstance(answer, Channel):
            self.unchecked.append(f"the {source}: it has {answer.content}")
        elif answer.status not in (404, 410):
            self.unchecked.append(f"the {source}: {answer}")

    async def _of_sitemap(self, home: str) -> list[Entry]:
        """Return the newest sitemap; an empty list if it names other pages, too."""
        context = self._context
        robots = await context.archive.look(hosts.read_robots, host_key(home))
        sitemap = Sitemap(home, self._fetch, robots.text if robots else "", parse=self._parse)
        if not await sitemap.open(most=MAX_PLACES) or sitemap.is_mixed:
            for refusal in list(sitemap.failures.values())[-1:]:
                self._note_unchecked("sitemap", refusal)
            return []
        entries = await sitemap.newest()
        if isinstance(entries, Refusal):
            self._note_unchecked("sitemap", entries)
            return []
        self.is_confirmed = True
        if sitemap.count == 1 and len(entries) < context.tally.seen:
            context.tally.notes.append(
                f"The sitemap names {len(entries)} posts, fewer than the {context.tally.seen}"
                " listed"
            )
        return entries

    async def _compare(self, source: str, posts: Iterable[Post]) -> None:
        unknown = [post for post in await self._unknown(posts) if post.url not in self.unlisted]
        looked_at = unknown[:MAX_LOOKED_AT]
        left_out = []
        for post in looked_at:
            found = await self._look_at(post)
            if found is None:
                continue
            if found != TAKEN:
                self.unlisted[post.url] = found
            if found != UNANSWERED:
                left_out.append(post.url)
        if not left_out:
            return
        more = [post.url for post in unknown[MAX_LOOKED_AT:]]
        self.unlisted |= dict.fromkeys(more[:MAX_UNLISTED], 0)
        self._context.tally.partial.append(
            f"the {source} names {len(left_out)} posts that the list of posts leaves out"
            + (f", and {len(more)} more addresses that it does not have" if more else "")
            + f": {', '.join(left_out)}"
        )

    # --- Both ------------------------------------------------------------------------------------

    async def _unknown(self, posts: Iterable[Post]) -> list[Post]:
        """Return the posts that the archive does not have."""
        rest = iter(posts)
        unknown: list[Post] = []
        while some := list(islice(rest, BATCH_SIZE)):
            known = await self._context.archive.look(
                matching.recognized, self._context.site_id, some
            )
            unknown += [post for post in some if post.post_id not in known]
        return unknown

    async def _look_at(self, post: Post) -> int | None:
        """Read the page of an address, and take its post if the API shows it.

        Returns:
            The id of a post that the API does not show, 0 if the page does not name it, `TAKEN`,
            `UNANSWERED`, or None for a page that is no post, or one of this very moment.
        """
        answer = await self._fetch(post.url)
        is_error = answer.outcome is None and answer.status in PASSING_STATUS
        if is_error or answer.outcome in HEALING:
            return UNANSWERED
        if answer.outcome is not None or answer.status != 200:
            return None
        read = await self._read(answer, post.url)
        if read is None:
            return 0
        if isinstance(read, str) or not is_post_page(read):
            return None
        moved = page_post({"link": answer.url, "lastmod": None, "extracted": read})
        if not await self._unknown([moved]):
            return None
        found: int = read["id"] or 0
        if found and await self._take({found}):
            published = post.published or read["published"] or ""
            return None if published >= self._context.started else TAKEN
        return found

    async def _read(self, answer: Answer, url: str) -> dict[str, Any] | str | None:
        """Return the values of a page, or why it is no post; None if newscrawl fails to read it."""
        from newscrawl.extract.wordpress_page import read_own_page  # slow to import, seldom needed

        try:
            return await self._context.workers.run(read_own_page, answer)
        except Exception as error:
            is_bug = not isinstance(error, WorkerError)
            logger.warning("%s can't be read: %s", url, error, exc_info=is_bug)
            self._context.tally.partial.append(
                f"it is not known whether {url} is a post: newscrawl failed to read it ({error})"
            )
            return None


def _post_of(url: str) -> Post:
    return page_post({"link": url, "lastmod": None})


def _some(urls: Sequence[str]) -> str:
    return ", ".join(urls[:MAX_LOOKED_AT]) + (", ..." if len(urls) > MAX_LOOKED_AT else "")
