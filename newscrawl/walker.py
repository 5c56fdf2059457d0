"""The walk of a run: pages of posts from the API, sorted into known and new."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from newscrawl.archive import posts
from newscrawl.archive.posts import Stamp
from newscrawl.exceptions import ConfigurationError
from newscrawl.identity import raw_hash
from newscrawl.wordpress.posts import PostError, decode_post
from newscrawl.wordpress.walk import Walk, unwalked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from newscrawl.answer import Ask
    from newscrawl.arguments import Arguments
    from newscrawl.items import Post
    from newscrawl.outbox import Outbox
    from newscrawl.session import Session
    from newscrawl.wordpress.site import PostType
    from newscrawl.wordpress.walk import WalkReport

logger = logging.getLogger(__name__)


class Walker:
    """Walks the post types that a run was asked for, and hands on what is new or changed."""

    def __init__(self, session: Session, arguments: Arguments, *, ask: Ask, outbox: Outbox) -> None:
        self._session = session
        self._arguments = arguments
        self._ask = ask
        self._outbox = outbox

    async def run(self, *, on_page: Callable[[], None]) -> None:
        """Walk; call *on_page* after each page, when there may be articles to ask for."""
        session, kinds = self._session, self._types()
        for kind in kinds:
            await self._walk(kind, on_page)
        if self._arguments.limit:
            session.tally.partial.append(f"only the {self._arguments.limit} newest were asked for")
        elif self._arguments.since:
            session.tally.partial.append(f"only posts since {self._arguments.since} were asked for")
        else:
            walked = [kind.slug for kind in kinds]
            session.tally.unwalked = await unwalked(session.found, walked, self._ask)

    def _types(self) -> list[PostType]:
        site = self._session.found
        found = {name: site.type(name) for name in self._arguments.types}
        unknown = [name for name, kind in found.items() if kind is None]
        if unknown:
            known = ", ".join(kind.slug for kind in site.types)
            raise ConfigurationError(
                f"{site.key} has no type {unknown[0]!r}: its types are {known}"
            )
        return [kind for kind in found.values() if kind is not None]

    async def _walk(self, kind: PostType, on_page: Callable[[], None]) -> None:
        since = {"after": self._arguments.since} if self._arguments.since else None
        walk = Walk(self._session.found, kind, self._ask, extra=self._session.fields, query=since)
        async for page in self._pages(walk):
            await self._take(page)
            self._session.tally.seen += len(page)
            self._session.tally.told = walk.report.told
            on_page()
        self._report(walk.report)

    async def _pages(self, walk: Walk) -> AsyncIterator[list[dict[str, Any]]]:
        if self._arguments.limit:
            async for page in walk.newest(self._arguments.limit):
                yield page
            return
        async for page in walk.pages():
            yield page
        async for page in walk.reconcile():
            yield page

    def _report(self, report: WalkReport) -> None:
        tally = self._session.tally
        if report.expected is not None:
            tally.expected = (tally.expected or 0) + report.expected
        tally.missing |= report.missing
        tally.partial += [f"a post is missing: {line}" for line in report.unnamed]
        tally.notes += report.notes
        if report.failure is not None:
            tally.partial.append(f"the walk ended early: {report.failure}")

    async def _take(self, page: Iterable[dict[str, Any]]) -> None:
        """Hand on the posts of a page that are new or changed."""
        session = self._session
        arrived = {post.post_id: post for post in self._decoded(page)}
        stamps = [
            Stamp(post_id=post.post_id, guid=post.guid, raw_hash=raw_hash(post.raw))
            for post in arrived.values()
        ]
        same = await session.archive.run(posts.unchanged, session.site_id, session.run_id, stamps)
        session.tally.unchanged += len(same)
        for post_id, post in arrived.items():
            if post_id not in same:
                await self._outbox.put(post)

    def _decoded(self, page: Iterable[dict[str, Any]]) -> Iterable[Post]:
        for raw in page:
            try:
                yield decode_post(raw, self._session.found)
            except PostError as error:
                logger.warning("%s", error)
                self._session.tally.partial.append(str(error))
