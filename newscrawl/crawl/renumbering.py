"""Posts whose id has changed: a site that was moved gives its posts new ids."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from newscrawl.archive import matching, sync_state
from newscrawl.wordpress.endpoints import posts_url
from newscrawl.wordpress.fetch_by_id import FetchById
from newscrawl.wordpress.probes import confirm_gone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.crawl.context import CrawlContext
    from newscrawl.items import Post
    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.site import PostType

MAX_CONFIRMED: Final = 20
"""Posts of a run whose old ids are confirmed by single requests.

If these are gone, as the list shows, the others are taken as gone without a request.
"""


class Renumbering:
    """Finds out whether posts whose guid has another id in the archive are gone from that id."""

    def __init__(self, context: CrawlContext, fetch: Fetch) -> None:
        self._context = context
        self._fetch = fetch
        self._confirmed = 0
        self._is_believed = True
        self._has_looked = False

    async def look_for(self, changed: Sequence[Post]) -> None:
        """Add the old ids of posts that are gone to ``session.gone``."""
        context = self._context
        if not changed:
            return
        if not self._has_looked:
            self._has_looked = True
            context.trusts_guids = await context.archive.look(
                matching.trusts_guids, context.site_id
            )
        if not context.trusts_guids:
            return
        named = {post.post_id: post.guid for post in changed}
        with_other_id = await context.archive.look(sync_state.with_other_id, context.site_id, named)
        olds: dict[str, set[int]] = defaultdict(set)
        for post in changed:
            if post.post_id in with_other_id:
                olds[post.type].add(with_other_id[post.post_id])
        for slug, ids in olds.items():
            post_type = context.site.type(slug)
            if post_type is not None:
                context.gone |= await self._gone(post_type, ids - context.gone)

    async def _gone(self, post_type: PostType, ids: set[int]) -> set[int]:
        site = self._context.site
        url_for = partial(posts_url, site, post_type, _fields="id")
        by_id = FetchById(self._fetch, url_for, per_page=site.per_page)
        async for _ in by_id.pages(ids):
            pass
        gone = set()
        for post_id in sorted(by_id.absent):
            if self._confirmed < MAX_CONFIRMED:
                self._confirmed += 1
                fate = await confirm_gone(site, post_type, post_id, self._fetch)
                if fate not in ("gone", "private"):
                    self._is_believed = False
                    continue
            elif not self._is_believed:
                break
            gone.add(post_id)
        return gone

    async def add_notes(self) -> None:
        """Add to the summary how many posts have no guid of their own."""
        context = self._context
        if not self._has_looked:
            return
        empty, shared, every = await context.archive.look(matching.poor_guids, context.site_id)
        if empty or shared:
            is_poor = empty + shared > every * matching.MAX_POOR_SHARE
            which = "All posts of the site" if is_poor else "These"
            context.tally.notes.append(
                f"Posts without a guid: {empty} of {every}; with the guid of another post:"
                f" {shared}. {which} are identified by their ids only"
            )
