"""From the archive to records and files, while a crawl fills the archive."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from typing import TYPE_CHECKING, Final

from newscrawl.archive import posts
from newscrawl.archive.segments import MAX_SECONDS
from newscrawl.items import API
from newscrawl.output.writer import write_and_tell
from newscrawl.records.record import DELETED
from newscrawl.wordpress.fallback_posts import unnumbered_post
from newscrawl.wordpress.posts import decode_post

if TYPE_CHECKING:
    from newscrawl.archive.posts import Ready
    from newscrawl.crawl.context import Session
    from newscrawl.crawl.item_queue import Outbox
    from newscrawl.crawl.reference_resolver import Related
    from newscrawl.items import Post
    from newscrawl.wordpress.site import Site

logger = logging.getLogger(__name__)

WINDOW: Final = 100
"""Posts on their way from the archive to records at once, however large the site."""

HELD: Final = 500
"""Posts that wait until what they point to is known; it is asked for when so many do."""

LOOK_SECONDS: Final = 1.0
"""Between two looks for posts that became ready and files that are due."""


class Publishing:
    """Sends what is ready to the pipelines, and writes the files that are due."""

    def __init__(self, session: Session, outbox: Outbox, related: Related) -> None:
        self._session = session
        self._outbox = outbox
        self._related = related
        self._held: list[int] = []

    async def run_beside(self, under_way: set[asyncio.Task[None]]) -> None:
        """Publish what becomes ready until the tasks are done that make it so."""
        while under_way:
            self._outbox.check()
            if await self._publish_window() < WINDOW:
                await self.write_files(opened_before=time.time() - MAX_SECONDS)
                _, under_way = await asyncio.wait(under_way, timeout=LOOK_SECONDS)

    async def finish(self) -> None:
        """Publish the rest, whatever is pending of it."""
        await self._outbox.drained()
        await self._publish_all()  # all that is known; what is not, is asked for now
        await self._related.flush()
        await self._publish_all()
        await self._outbox.drained()

    async def write_files(self, *, opened_before: float = math.inf) -> None:
        """Write the files of segments that are closed, or were opened before then."""
        session = self._session
        await write_and_tell(
            session.archive, session.site_id, session.folder, opened_before=opened_before
        )

    async def _publish_all(self) -> None:
        session = self._session
        await session.archive.run(posts.make_ready, session.site_id)
        while await self._publish_window():
            pass

    async def _publish_window(self) -> int:
        """Send posts that are ready to the pipelines; return how many were looked at."""
        session = self._session
        taken = await session.archive.run(posts.take_ready, session.site_id, WINDOW)
        ready = [post_of(row, session.found) for row in taken]
        known = await self._related.of(ready) if ready else {}
        for post in ready:
            # What points to something unknown waits for others that do, or for the end.
            if self._related.are_known(post):
                post.related = known
                await self._outbox.put(post)
            else:
                self._held.append(post.row or 0)
        if len(self._held) >= HELD:
            await self._ask_for_held()
        return len(taken)

    async def _ask_for_held(self) -> None:
        """Ask for what posts wait for; they are looked at again if any of it came."""
        if await self._related.flush():
            await self._session.archive.run(posts.give_back, self._held)
        self._held.clear()  # else they wait for the end


def post_of(row: Ready, site: Site) -> Post:
    """Return an archived post as it is on its way to a record."""
    if row.source == API:
        post = decode_post(row.raw, site)
    else:
        post = unnumbered_post(row.raw, row.source)
        post.post_id, post.guid = row.post_id, row.guid  # the API may have told them
    post.row, post.body, post.link, post.article = row.row, row.body, row.link, row.article
    post.story = row.story
    if row.deleted:
        post.status = DELETED
    return post
