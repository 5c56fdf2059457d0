"""The posts of a run: all of them, or what has changed; sorted into known and new."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import changes, posts, sites
from newscrawl.archive.known import KnownPosts
from newscrawl.archive.posts import Stamp
from newscrawl.archive.sites import Progress
from newscrawl.burial import Burial
from newscrawl.exceptions import ConfigurationError
from newscrawl.extras import Sample
from newscrawl.identity import raw_hash
from newscrawl.session import now_iso
from newscrawl.wordpress.changes import Comparison, next_cursor, posts_by_id
from newscrawl.wordpress.posts import PostError, decode_post
from newscrawl.wordpress.walk import Walk, confirm_gone, history_is_public, unwalked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from newscrawl.answer import Ask
    from newscrawl.arguments import Arguments
    from newscrawl.items import Post
    from newscrawl.outbox import Outbox
    from newscrawl.session import Session
    from newscrawl.wordpress.changes import Changes
    from newscrawl.wordpress.site import PostType
    from newscrawl.wordpress.walk import WalkReport

logger = logging.getLogger(__name__)

MAX_MOVED: Final = 100
"""Posts of a run whose guid is known under another id, and that are asked for under the old one."""

Page = list[dict[str, Any]]


class Walker:
    """Walks the post types that a run was asked for, and hands on what is new or changed.

    A type is walked whole until that was complete once, and with ``full``; after that only what has
    changed is asked for.

    Args:
        on_page: Called after each page, when there may be articles to ask for.

    Attributes:
        sample: What a part of the site consists of, where a part was asked for; else None.
    """

    def __init__(
        self,
        session: Session,
        arguments: Arguments,
        *,
        ask: Ask,
        outbox: Outbox,
        on_page: Callable[[], None],
    ) -> None:
        self._session = session
        self._arguments = arguments
        self._ask = ask
        self._outbox = outbox
        self._on_page = on_page
        self.sample = Sample() if arguments.samples else None
        # How far each type is known once all that was handed on is durable.
        self._progress: dict[str, Progress] = {}

    async def run(self) -> None:
        """Walk every type."""
        kinds = self._types()
        for kind in kinds:
            await self._walk(kind)
        if not self._arguments.samples:
            walked = [kind.slug for kind in kinds]
            if any(self._is_listed_now(kind) for kind in walked):
                self._session.tally.unwalked = await unwalked(
                    self._session.found, walked, self._ask
                )

    async def conclude(self) -> None:
        """Keep how far each type is known; to be called when all posts are durable."""
        session = self._session
        for kind, progress in self._progress.items():
            latest = None
            if session.found.date:
                latest = await session.archive.run(
                    changes.latest_change, session.site_id, kind, session.found.date
                )
            cursor = next_cursor(progress.cursor, [latest], session.found.date)
            await session.archive.run(
                sites.advance, session.site_id, kind, replace(progress, cursor=cursor)
            )

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

    async def _walk(self, kind: PostType) -> None:
        arguments, session = self._arguments, self._session
        if arguments.limit:
            await self._sample(kind)
        elif arguments.since:
            await self._since(kind, arguments.since)
        else:
            progress = await session.archive.run(sites.progress, session.site_id, kind.slug)
            if arguments.full or progress.cursor is None:
                await self._all(kind)
            else:
                await self._changes(kind, progress)

    # --- A part ----------------------------------------------------------------------------------

    async def _sample(self, kind: PostType) -> None:
        limit = self._arguments.limit or 0
        walk = self._new_walk(kind)
        await self._take_all(walk.newest(limit))
        self._tell(walk.report)
        self._session.tally.partial.append(f"only the {limit} newest were asked for")

    async def _since(self, kind: PostType, since: str) -> None:
        for window in ("after", "modified_after"):
            walk = self._new_walk(kind, {window: since})
            await self._take_all(walk.pages())
            self._tell(walk.report)
        self._session.tally.partial.append(f"only posts since {since} were asked for")

    # --- All -------------------------------------------------------------------------------------

    async def _all(self, kind: PostType) -> None:
        walk = self._new_walk(kind)
        async for page in walk.pages():
            self._session.tally.told = walk.report.told
            await self._take(page)
        await self._take_all(walk.reconcile())
        report = walk.report
        self._tell(report)
        if report.listed is not None:
            await self._outbox.drained()  # what came without its id has it now
            await Burial(self._session, kind, self._ask).of_absent(
                report.listed | report.missing.keys()
            )
        if report.failure is None and not report.unnamed:
            self._progress[kind.slug] = Progress(
                settled=self._session.found.date,
                listed=now_iso(),
                missing=report.missing,
                excess=(report.told or 0) - len(report.seen - report.vanished),
            )
        if report.seen and self._session.tally.history is None:
            await self._look_for_history(kind, min(report.seen))

    async def _look_for_history(self, kind: PostType, post_id: int) -> None:
        is_public = await history_is_public(self._session.found, kind, post_id, self._ask)
        if is_public is not None:
            self._session.tally.history = "public" if is_public else "not public"

    def _new_walk(self, kind: PostType, query: dict[str, object] | None = None) -> Walk:
        return Walk(self._session.found, kind, self._ask, extra=self._session.fields, query=query)

    def _tell(self, report: WalkReport) -> None:
        tally = self._session.tally
        tally.seen += len(report.seen - report.vanished)
        if report.expected is not None:
            tally.expected = (tally.expected or 0) + report.expected
        tally.missing |= report.missing
        tally.partial += [f"a post is missing: {line}" for line in report.unnamed]
        tally.notes += report.notes
        if report.failure is not None:
            tally.partial.append(f"the walk ended early: {report.failure}")

    # --- What has changed ------------------------------------------------------------------------

    async def _changes(self, kind: PostType, progress: Progress) -> None:
        session = self._session
        known = KnownPosts(session.archive, session.site_id, kind.slug)
        comparison = Comparison(session.found, kind, self._ask, known, progress.settled)
        found = await comparison.since(progress.cursor or "")
        if found.listed is None and (
            progress.is_listing_due(session.listing_days)
            or await self._is_total_unexplained(known, found, progress)
        ):
            found = await comparison.all()
        absent, failed = await self._ask_for(kind, found.ids | progress.missing.keys())
        burial = Burial(session, kind, self._ask)
        await burial.of(absent)
        if found.listed is not None:
            await self._outbox.drained()
            if not await burial.of_absent(found.listed | failed.keys()):
                found.listed = None  # not to be believed: the next run lists again
        await self._tell_changes(kind, found, failed, progress)

    async def _is_total_unexplained(
        self, known: KnownPosts, found: Changes, progress: Progress
    ) -> bool:
        """Tell whether the site's total is not what the archive has and the new posts."""
        if found.told is None:
            return False
        alive = await self._alive(known.kind)
        new = found.ids - (await known.stamps(list(found.ids))).keys()
        return found.told - progress.excess != alive + len(new)

    async def _ask_for(self, kind: PostType, ids: set[int]) -> tuple[set[int], dict[int, str]]:
        """Take posts by their ids; return those that are not shown, and those that failed."""
        by_id = posts_by_id(self._session.found, kind, self._ask, self._session.fields)
        await self._take_all(by_id.pages(ids))
        if by_id.refusal is not None:
            self._session.tally.partial.append(f"not all could be asked for: {by_id.refusal}")
        return set(by_id.absent), dict(by_id.failed)

    async def _tell_changes(
        self, kind: PostType, found: Changes, failed: dict[int, str], progress: Progress
    ) -> None:
        tally, site = self._session.tally, self._session.found
        await self._outbox.drained()
        alive = await self._alive(kind.slug)
        told = found.told if found.told is not None else alive
        tally.seen += alive
        tally.missing |= failed
        tally.partial += [f"a post is missing: {line}" for line in found.unnamed]
        tally.notes += found.notes
        self._session.site = site.replaced(has_modified_after=found.has_modified_after)
        if found.failure is not None:
            tally.partial.append(f"the comparison ended early: {found.failure}")
            return
        excess = told - alive if found.listed is not None else progress.excess
        tally.expected = (tally.expected or 0) + told - excess
        if found.listed is None and progress.listed:
            tally.notes.append(f"Deleted posts were last looked for at {progress.listed}")
        self._progress[kind.slug] = Progress(
            cursor=progress.cursor,
            settled=site.date,
            listed=now_iso() if found.listed is not None else progress.listed,
            missing=failed,
            excess=excess,
        )

    async def _alive(self, kind: str) -> int:
        return await self._session.archive.run(changes.count_alive, self._session.site_id, kind)

    def _is_listed_now(self, kind: str) -> bool:
        progress = self._progress.get(kind)
        return progress is not None and (progress.listed or "") >= self._session.started

    # --- Pages -----------------------------------------------------------------------------------

    async def _take_all(self, pages: AsyncIterator[Page]) -> None:
        async for page in pages:
            await self._take(page)

    async def _take(self, page: Page) -> None:
        """Hand on the posts of a page that are new or changed."""
        session = self._session
        arrived = {post.post_id: post for post in self._decoded(page)}
        if self.sample is not None:
            self.sample.posts |= arrived.keys()
            self.sample.images |= {post.image for post in arrived.values() if post.image}
        session.tally.walked += len(arrived)
        stamps = [
            Stamp(post_id=post.post_id, guid=post.guid, raw_hash=raw_hash(post.raw))
            for post in arrived.values()
        ]
        same = await session.archive.run(posts.unchanged, session.site_id, session.run_id, stamps)
        changed = [post for post_id, post in arrived.items() if post_id not in same]
        await self._look_for_moved(changed)
        for post in changed:
            await self._outbox.put(post)
        self._on_page()

    def _decoded(self, page: Page) -> Iterable[Post]:
        for raw in page:
            try:
                yield decode_post(raw, self._session.found)
            except PostError as error:
                logger.warning("%s", error)
                self._session.tally.partial.append(str(error))

    async def _look_for_moved(self, changed: list[Post]) -> None:
        """Learn whether posts whose guid is known under another id are gone from there."""
        session = self._session
        guids = {post.post_id: post.guid for post in changed}
        elsewhere = await session.archive.run(changes.elsewhere, session.site_id, guids)
        types = {post.post_id: post.type for post in changed}
        for post_id, old in elsewhere.items():
            kind = session.found.type(types[post_id])
            if kind is None or old in session.gone or len(session.gone) >= MAX_MOVED:
                continue
            if await confirm_gone(session.found, kind, old, self._ask) == "gone":
                session.gone.add(old)
