"""The posts of a run: all of them, or the changes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from pyroaring import BitMap64

from newscrawl.archive import runs, sites, sync_state
from newscrawl.archive.sites import Progress
from newscrawl.archive.sync_state import KnownPosts
from newscrawl.crawl.child_sync import Sample
from newscrawl.crawl.deletions import Deletions
from newscrawl.crawl.ingest import Ingest
from newscrawl.crawl.other_sources import OtherSources
from newscrawl.crawl.post_fetcher import PostFetcher
from newscrawl.crawl.post_progress import PostProgress, is_retried_soon
from newscrawl.crawl.proof import Proof
from newscrawl.exceptions import ConfigurationError
from newscrawl.wordpress.fields import row_id
from newscrawl.wordpress.full_scan import FullScan
from newscrawl.wordpress.incremental_scan import (
    IncrementalScan,
    has_modified_after,
)
from newscrawl.wordpress.probes import history_is_public, is_since, unwalked
from newscrawl.wordpress.responses import ListsClosed
from newscrawl.wordpress.scan_report import merged
from newscrawl.wordpress.site import POST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from newscrawl.crawl.context import CrawlContext
    from newscrawl.crawl.ingest import Page
    from newscrawl.crawl.item_queue import ItemQueue
    from newscrawl.crawl.options import Arguments
    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.incremental_scan import Changes
    from newscrawl.wordpress.responses import Refusal
    from newscrawl.wordpress.scan_report import ScanReport
    from newscrawl.wordpress.site import PostType, Site


class PostSync:
    """Walks the post types of a run, and passes on new and changed posts.

    A type is walked whole until a walk was complete once, and with ``full``. After that, only the
    changes are fetched.

    Args:
        fetch_once: Fetches without retries.
        on_page: Called after each page, when there may be new articles to fetch.

    Attributes:
        sample: The posts of the part that is walked; None if the whole site is.
    """

    def __init__(
        self,
        context: CrawlContext,
        arguments: Arguments,
        *,
        fetch: Fetch,
        fetch_once: Fetch,
        item_queue: ItemQueue,
        on_page: Callable[[], None],
    ) -> None:
        self._context = context
        self._arguments = arguments
        self._fetch = fetch
        self._item_queue = item_queue
        self.sample = Sample() if arguments.samples else None
        self._ingest = Ingest(
            context, fetch=fetch, item_queue=item_queue, on_page=on_page, sample=self.sample
        )
        self._posts = PostFetcher(context, self._ingest, fetch=fetch, fetch_once=fetch_once)
        self._progress = PostProgress(context)

    async def run(self) -> None:
        """Walk every type."""
        post_types = self._types()
        for post_type in post_types:
            await self._sync_type(post_type)
        await self._item_queue.drained()
        if not self._arguments.samples:
            await self._check_other_sources()
            await self._progress.add_proof()
        self._context.tally.partial += [
            f"posts in {language} are in no list" for language in self._context.site.unreachable
        ]
        await self._ingest.renumbering.add_notes()
        if self._progress.listed:
            walked = [post_type.slug for post_type in post_types]
            self._context.tally.unwalked = await unwalked(self._context.site, walked, self._fetch)

    async def _check_other_sources(self) -> None:
        """Compare feed and sitemap with the list of posts; fetch what they named before."""
        progress, proof = (
            self._progress.of_type.get(POST.slug),
            self._progress.proofs.get(POST.slug),
        )
        if progress is None or not (proof or progress.unlisted):
            return
        sources = OtherSources(self._context, self._fetch, self._take_by_id, progress.unlisted)
        await sources.retry(reads_pages=proof is not None)
        if proof is not None:
            await sources.check()
            proof.unchecked += sources.unchecked
            proof.is_confirmed |= sources.is_confirmed
        sources.note_unanswered()
        await self._item_queue.drained()
        self._progress.of_type[POST.slug] = replace(progress, unlisted=sources.unlisted)

    async def _take_by_id(self, ids: set[int]) -> set[int]:
        """Take posts by their ids; return the ids that the API showed."""
        post_type = self._context.site.type(POST.slug)
        if post_type is None:
            return set()
        absent, failed = await self._posts.take_by_id(post_type, ids, are_there=True)
        return ids - absent - failed.keys()

    async def conclude(self) -> None:
        """Store how far each type is known. Call it when all posts are durable."""
        await self._progress.conclude()

    def _types(self) -> list[PostType]:
        site = self._context.site
        found = {name: site.type(name) for name in self._arguments.types}
        unknown = [name for name, post_type in found.items() if post_type is None]
        if unknown:
            known = ", ".join(post_type.slug for post_type in site.types)
            raise ConfigurationError(
                f"{site.key} has no type {unknown[0]!r}: its types are {known}"
            )
        return [post_type for post_type in found.values() if post_type is not None]

    async def _sync_type(self, post_type: PostType) -> None:
        arguments, context = self._arguments, self._context
        if arguments.limit:
            await self._sync_newest(post_type)
        elif arguments.since:
            await self._sync_since(post_type, arguments.since)
        else:
            progress = await context.archive.look(sites.progress, context.site_id, post_type.slug)
            durable_count, is_first = 0, not progress.was_listed
            if is_first and not arguments.full:
                durable_count = await context.archive.look(
                    sync_state.count_walked, context.site_id, post_type.slug
                )
            if durable_count:
                await self._resume(post_type, durable_count)
            elif arguments.full or is_first:
                await self._sync_all(post_type, progress)
            else:
                await self._sync_changes(post_type, progress)

    # --- A part ----------------------------------------------------------------------------------

    async def _sync_newest(self, post_type: PostType) -> None:
        await self._posts.find_languages()
        views = self._context.site.all_views
        each, more = divmod(self._arguments.limit or 0, len(views))
        for number, (tag, view) in enumerate(views):
            walk = self._new_walk(post_type, view=view)
            newest = walk.newest(each + (number < more))
            await self._posts.take_pages(newest, post_type, tag)
            self._count_walk(walk.report)

    async def _sync_since(self, post_type: PostType, since: str) -> None:
        tally, before = self._context.tally, self._context.tally.seen
        seen: set[int] = set()
        await self._posts.find_languages()
        windows = product(("after", "modified_after"), self._context.site.all_views)
        for window, (tag, view) in windows:
            walk = self._new_walk(post_type, {window: since}, view)
            async for page in self._posts.in_language(walk.pages(), tag):
                rows = [row for row in page if is_since(row, since)]
                seen.update(found for row in rows if (found := row_id(row)))
                await self._ingest.take(rows, post_type)
            self._count_walk(walk.report)
        tally.seen, tally.expected = before + len(seen), None  # the site gives no total

    # --- All -------------------------------------------------------------------------------------

    async def _sync_all(self, post_type: PostType, before: Progress) -> None:
        context = self._context
        await self._posts.find_languages()
        reports = []
        for tag, view in context.site.all_views:
            walk = self._new_walk(post_type, view=view)
            await self._posts.take_pages(self._noting_total(walk), post_type, tag)
            await self._posts.take_pages(walk.reconcile(), post_type, tag)
            reports.append(walk.report)
        report = merged(reports)
        self._count_walk(report)
        self._progress.proofs[post_type.slug] = Proof(
            unchecked=report.unchecked, is_confirmed=report.is_confirmed
        )
        await self._item_queue.drained()  # posts that came without an id have it now
        deletions = Deletions(context, post_type, self._fetch)
        if report.listed is not None:
            await deletions.delete_absent(report.listed | BitMap64(report.missing))
        missing = report.missing | deletions.unconfirmed
        known = missing.keys() | set(report.seen) | report.vanished
        older = {found: why for found, why in before.missing.items() if found not in known}
        missing |= await self._posts.still_missing(post_type, older)
        context.tally.missing |= missing
        await self._progress.keep_scan(
            post_type, report, replace(before, cursor=None, missing=missing)
        )
        if report.seen:
            await self._probe_site(post_type, min(report.seen))

    async def _resume(self, post_type: PostType, durable_count: int) -> None:
        """Walk the rest of a list whose first walk did not end, and compare all of it.

        The ids are ascending, so the posts that are durable stand at its start. If some of them do
        not, or were edited since, the comparison finds that.

        Args:
            durable_count: How many posts are durable.
        """
        context = self._context
        await self._posts.find_languages()
        walk = self._new_walk(post_type)
        await self._posts.take_pages(self._noting_total(walk, start=durable_count - 1), post_type)
        await self._item_queue.drained()
        began = await context.archive.look(runs.first_started, context.site_id)
        comparison = self._comparison(post_type, Progress(settled=began), is_due=True)
        found = await comparison.all(checks_ends=True)
        context.site = context.site.replaced(full_per_page=walk.report.full_per_page)
        self._progress.proofs[post_type.slug] = Proof(
            unchecked=found.unchecked, is_confirmed=found.is_confirmed
        )
        context.tally.notes.append(
            f"The walk continued after {durable_count} posts of an earlier run"
        )
        await self._take_changes(post_type, found, Progress())
        if found.listed:
            await self._probe_site(post_type, min(found.listed))

    async def _noting_total(self, walk: FullScan, start: int = 0) -> AsyncIterator[Page]:
        """Yield the pages of a walk, and note for the progress line how many posts there are."""
        async for page in walk.pages(start):
            self._context.tally.told = walk.report.reported_total
            yield page

    async def _probe_site(self, post_type: PostType, post_id: int) -> None:
        """Find out facts that change rarely, so that other runs need fewer requests."""
        context = self._context
        if context.site.has_modified_after is None:
            has_it = await has_modified_after(context.site, post_type, self._fetch)
            context.site = context.site.replaced(has_modified_after=has_it)
        if context.tally.history is None:
            is_public = await history_is_public(context.site, post_type, post_id, self._fetch)
            if is_public is not None:
                context.tally.history = "public" if is_public else "not public"

    def _new_walk(
        self,
        post_type: PostType,
        query: dict[str, object] | None = None,
        view: Site | None = None,
    ) -> FullScan:
        context = self._context
        return FullScan(
            view or context.site,
            post_type,
            self._fetch,
            extra=context.fields,
            query=query,
            checks_ends=not query,
        )

    def _count_walk(self, report: ScanReport) -> None:
        tally = self._context.tally
        tally.seen += report.count_seen
        if report.expected is not None:
            tally.expected = (tally.expected or 0) + report.expected
        tally.missing |= report.missing
        tally.partial += [f"a post is missing: {line}" for line in report.unnamed]
        tally.notes += report.notes
        if report.failure is not None:
            self._check_open(report.failure, has_any=bool(report.seen or report.listed))
            tally.partial.append(f"the walk ended early: {report.failure}")

    def _check_open(self, refusal: Refusal, *, has_any: bool) -> None:
        is_closed = refusal.is_closed or refusal.code == "rest_no_route"
        if is_closed and not has_any and not self._context.tally.walked:
            raise ListsClosed(refusal)

    # --- What has changed ------------------------------------------------------------------------

    async def _sync_changes(self, post_type: PostType, progress: Progress) -> None:
        is_due = progress.is_listing_due(self._context.listing_days)
        comparison = self._comparison(post_type, progress, is_due=is_due)
        found = await comparison.since(progress.cursor, checks_ends=is_due)
        is_wanted = is_due or (
            not progress.unproved
            and await self._is_total_unexplained(self._known_posts(post_type), found, progress)
        )
        if is_wanted and not found.was_listed:
            found = await comparison.all(checks_ends=is_due)
        if is_due:
            self._progress.proofs[post_type.slug] = Proof(
                unchecked=found.unchecked, is_confirmed=found.is_confirmed
            )
        await self._take_changes(post_type, found, progress)

    def _known_posts(self, post_type: PostType) -> KnownPosts:
        return KnownPosts(self._context.archive, self._context.site_id, post_type.slug)

    def _comparison(
        self, post_type: PostType, progress: Progress, *, is_due: bool
    ) -> IncrementalScan:
        """Return the comparison of a site with the archive.

        The surplus of a total that was never explained is what a listing that is due looks for.
        """
        is_unproved = bool(progress.unproved)
        return IncrementalScan(
            self._context.site,
            post_type,
            self._fetch,
            self._known_posts(post_type),
            settled=progress.settled,
            excess=0 if is_due and is_unproved else progress.excess,
            searches=is_due or not is_unproved,
        )

    async def _take_changes(self, post_type: PostType, found: Changes, progress: Progress) -> None:
        """Take what a comparison found, delete what is gone, and keep how far the type is known."""
        context = self._context
        again = progress.missing
        if found.listed is None:
            absent, missing = await self._posts.take_by_id(post_type, found.ids - again.keys())
            missing |= await self._posts.retry_missing(post_type, again)
        else:
            listed = {post_id for post_id in again if post_id in found.listed}
            absent, missing = await self._posts.take_by_id(post_type, found.ids | listed)
            older = {post_id: why for post_id, why in again.items() if post_id not in listed}
            missing |= await self._posts.still_missing(post_type, older)
        deletions = Deletions(context, post_type, self._fetch)
        await deletions.delete_unshown(absent)
        if found.listed is not None:
            await self._item_queue.drained()
            if not await deletions.delete_absent(found.listed | BitMap64(missing)):
                found.listed = None  # it is not believed: the next run lists again
                found.was_listed = False
        await self._note_changes(post_type, found, missing | deletions.unconfirmed, progress)

    async def _is_total_unexplained(
        self, known: KnownPosts, found: Changes, progress: Progress
    ) -> bool:
        """Return whether the site's total differs from the archive plus the new posts."""
        if found.reported_total is None:
            return False
        alive = await self._progress.count_alive(known.post_type)
        new = found.ids - (await known.stamps(list(found.ids))).keys()
        return found.reported_total - progress.excess != alive + len(new)

    async def _note_changes(
        self, post_type: PostType, found: Changes, missing: dict[int, str], progress: Progress
    ) -> None:
        tally, site = self._context.tally, self._context.site
        await self._item_queue.drained()
        alive = await self._progress.count_alive(post_type.slug)
        reported_total = found.reported_total if found.reported_total is not None else alive
        tally.seen += alive
        tally.missing |= missing
        tally.partial += [f"a post is missing: {line}" for line in found.unnamed]
        tally.notes += found.notes
        self._context.site = site.replaced(has_modified_after=found.has_modified_after)
        if found.failure is not None:
            self._check_open(found.failure, has_any=bool(found.ids or found.reported_total))
            tally.partial.append(f"the comparison ended early: {found.failure}")
            if is_retried_soon(found.failure) or not found.was_listed:
                return
        known = replace(progress, settled=site.date, missing=missing)
        self._progress.keep_changes(post_type, found, known, alive)
        known = self._progress.of_type[post_type.slug]
        tally.expected = (
            (tally.expected or 0) + reported_total - (0 if known.unproved else known.excess)
        )
        if found.listed is None and known.listed:
            tally.notes.append(f"Deleted posts were last looked for at {known.listed}")
