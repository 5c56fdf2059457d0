"""How far the posts of each type are known after a run, and whether that is proved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawl.archive import sites, sync_state
from newscrawl.crawl.context import now_iso
from newscrawl.crawl.proof import RETRY_DAYS, Proof, verdict_of, without_confirmation, without_proof
from newscrawl.wordpress.bisection import is_outage
from newscrawl.wordpress.cursor import next_cursor
from newscrawl.wordpress.site import POST

if TYPE_CHECKING:
    from newscrawl.archive.sites import Progress
    from newscrawl.crawl.context import CrawlContext
    from newscrawl.wordpress.incremental_scan import Changes
    from newscrawl.wordpress.responses import Refusal
    from newscrawl.wordpress.scan_report import ScanReport
    from newscrawl.wordpress.site import PostType


class PostProgress:
    """Keeps how far each type is known, and stores it once all its posts are durable.

    Attributes:
        of_type: The progress of each type, by slug.
        proofs: By slug, of the types that this run lists to prove that it knows all their posts.
        listed: The types that this run listed, for any reason.
    """

    def __init__(self, context: CrawlContext) -> None:
        self.of_type: dict[str, Progress] = {}
        self.proofs: dict[str, Proof] = {}
        self.listed: set[str] = set()
        self._context = context
        self._totals: dict[str, int | None] = {}  # the site's own

    async def add_proof(self) -> None:
        """Add to the verdict why it is not proved that the archive has all posts of a type.

        Call it when all posts are durable.
        """
        tally = self._context.tally
        for slug, proof in self.proofs.items():
            progress = self.of_type.get(slug)
            if progress is None or progress.unproved:
                continue
            if slug == POST.slug and not proof.is_confirmed and self._totals[slug] != 0:
                self.of_type[slug] = without_confirmation(progress, proof)
            else:
                tally.notes += proof.notes()
        tally.partial += [
            verdict_of(progress, self._totals[slug], await self.count_alive(slug))
            for slug, progress in self.of_type.items()
            if progress.unproved
        ]

    async def conclude(self) -> None:
        """Store how far each type is known. Call it when all posts are durable."""
        context = self._context
        for post_type, progress in self.of_type.items():
            latest = None
            if context.site.date:
                latest = await context.archive.look(
                    sync_state.latest_change, context.site_id, post_type, context.site.date
                )
            cursor = next_cursor(progress.cursor, [latest], context.site.date)
            await context.archive.run(
                sites.advance, context.site_id, post_type, replace(progress, cursor=cursor)
            )

    async def keep_scan(self, post_type: PostType, report: ScanReport, known: Progress) -> None:
        """Keep how far a type is known after a walk, unless the next run has to walk again."""
        context, failure = self._context, report.failure
        if failure is not None and (is_retried_soon(failure) or not report.seen):
            return
        self.listed.add(post_type.slug)
        self._totals[post_type.slug] = report.reported_total
        known = replace(known, settled=context.site.date, unproved=(), list_again=None)
        if report.listed is not None:
            excess = (
                0 if report.reported_total is None else report.reported_total - report.count_seen
            )
            known = replace(known, listed=now_iso(), excess=excess)
            context.site = context.site.replaced(
                per_page=report.per_page, full_per_page=report.full_per_page
            )
        if doubts := [*report.doubts, *report.unnamed, *([str(failure)] if failure else [])]:
            days = RETRY_DAYS if failure else context.listing_days
            alive = await self.count_alive(post_type.slug)
            known = without_proof(
                known, doubts, days, alive=alive, reported_total=report.reported_total
            )
        self.of_type[post_type.slug] = known

    def keep_changes(
        self, post_type: PostType, found: Changes, known: Progress, alive: int
    ) -> None:
        """Keep how far a type is known after a comparison."""
        self._totals[post_type.slug] = found.reported_total
        if found.was_listed:
            self.listed.add(post_type.slug)
        self.of_type[post_type.slug] = self._advanced(found, known, alive)

    def _advanced(self, found: Changes, known: Progress, alive: int) -> Progress:
        """Return how far a type is known after a comparison."""
        if found.listed is not None:
            excess = 0 if found.reported_total is None else found.reported_total - alive
            return replace(known, listed=now_iso(), excess=excess, unproved=(), list_again=None)
        if found.was_listed:
            days = RETRY_DAYS if found.failure else self._context.listing_days
            return without_proof(
                known, found.doubts, days, alive=alive, reported_total=found.reported_total
            )
        return known

    async def count_alive(self, post_type: str) -> int:
        """Return how many posts of a type the archive has, deleted ones left out."""
        return await self._context.archive.look(
            sync_state.count_alive, self._context.site_id, post_type
        )


def is_retried_soon(failure: Refusal) -> bool:
    """Return whether the next run has to read a list again that could not be read to its end."""
    return failure.is_passing or failure.is_closed or is_outage(failure)
