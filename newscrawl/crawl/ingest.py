"""The posts of a page: skipped if they are unchanged, else passed on to the pipelines."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import posts
from newscrawl.archive.posts import Stamp
from newscrawl.crawl.renumbering import Renumbering
from newscrawl.wordpress.endpoints import post_field_names
from newscrawl.wordpress.fields import MAX_IDS
from newscrawl.wordpress.identity import raw_hash
from newscrawl.wordpress.json_document import is_too_deep
from newscrawl.wordpress.posts import PostError, decode_post
from newscrawl.wordpress.requested_fields import requested_only

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from newscrawl.crawl.child_sync import Sample
    from newscrawl.crawl.context import CrawlContext
    from newscrawl.crawl.item_queue import ItemQueue
    from newscrawl.items import Post
    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.site import PostType

logger = logging.getLogger(__name__)

MAX_REASONS: Final = 20
"""Reasons in a verdict, before only the log names further ones."""
MORE_FAILURES: Final = "more posts can't be read: see the log"

ANY_SIZE: Final = frozenset({"meta", "acf"})
"""Fields that are no lists of ids."""

_SIZED: Final = (dict, list)  # "dict | list" would be made anew for each value

Page = list[dict[str, Any]]


class Ingest:
    """Finds the new and changed posts of a walk.

    Args:
        on_page: Called after each page, when there may be new articles to fetch.
        sample: Filled with the posts of the walk; None if the whole site is walked.
    """

    def __init__(
        self,
        context: CrawlContext,
        *,
        fetch: Fetch,
        item_queue: ItemQueue,
        on_page: Callable[[], None],
        sample: Sample | None,
    ) -> None:
        self.renumbering = Renumbering(context, fetch)
        self._context = context
        self._item_queue = item_queue
        self._on_page = on_page
        self._sample = sample

    async def take_all(self, pages: AsyncIterator[Page], post_type: PostType) -> None:
        """Take every page, while the next one is fetched."""
        page = await anext(pages, None)
        while page is not None:
            async with asyncio.TaskGroup() as tasks:
                coming = tasks.create_task(_next(pages))
                tasks.create_task(self.take(page, post_type))
            page = coming.result()

    async def take(self, page: Page, post_type: PostType) -> None:
        """Pass on the new and changed posts of a page."""
        context = self._context
        arrived = {post.post_id: post async for post in self._decoded(page, post_type)}
        if self._sample is not None:
            self._sample.posts |= arrived.keys()
            self._sample.images |= {post.image for post in arrived.values() if post.image}
        context.tally.walked += len(arrived)
        stamps = [
            Stamp(post_id=post.post_id, guid=post.guid, raw_hash=raw_hash(post.raw))
            for post in arrived.values()
        ]
        same = await context.archive.run(posts.unchanged, context.site_id, context.run_id, stamps)
        changed = [post for post_id, post in arrived.items() if post_id not in same]
        await self.renumbering.look_for(changed)
        for post in changed:
            await self._item_queue.put(post)
        self._on_page()

    async def _decoded(self, page: Page, post_type: PostType) -> AsyncIterator[Post]:
        site = self._context.site
        names = frozenset(post_field_names(site, post_type))
        # For "seo.title", the server sends the object "seo".
        chosen = frozenset(name.partition(".")[0] for name in self._context.fields)
        for row in page:
            await asyncio.sleep(0)  # a row may take a tenth of a second
            raw = row if is_too_deep(row) else requested_only(row, names, chosen)
            self._note_surplus(raw, names)
            # Types of some plugins leave it out; such a row would be taken for a post.
            typed = raw if raw.get("type") == post_type.slug else {**raw, "type": post_type.slug}
            try:
                yield decode_post(typed, site)
            except PostError as error:
                logger.warning("%s", error)
                self._name_failure(str(error))

    def _name_failure(self, reason: str) -> None:
        """Add a reason why the run is partial, each once, as many as a verdict can show."""
        reasons = self._context.tally.partial
        if reason in reasons or MORE_FAILURES in reasons:
            return
        reasons.append(reason if len(reasons) < MAX_REASONS else MORE_FAILURES)

    def _note_surplus(self, raw: dict[str, Any], names: Iterable[str]) -> None:
        """Note the lists of ids that `as_ids` cuts."""
        for name in names:
            value = raw.get(name)
            if isinstance(value, _SIZED) and len(value) > MAX_IDS and name not in ANY_SIZE:
                note = f"Some posts have more than {MAX_IDS} {name}: the first {MAX_IDS} are kept"
                if note not in self._context.tally.notes:
                    self._context.tally.notes.append(note)


async def _next(pages: AsyncIterator[Page]) -> Page | None:
    return await anext(pages, None)
