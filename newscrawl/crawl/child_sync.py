"""The walk over the children of posts: comments, and attached images and files."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pyroaring import BitMap64

from newscrawl.archive import children, sites
from newscrawl.archive.children import Arrival, Issuer
from newscrawl.archive.sites import Progress
from newscrawl.crawl.context import now_iso
from newscrawl.crawl.deletions import UNCLEAR, allowance, refusal
from newscrawl.run_summary import Count
from newscrawl.wordpress.children import MEDIA
from newscrawl.wordpress.endpoints import PER_PAGE, include, posts_url
from newscrawl.wordpress.fetch_by_id import FetchById
from newscrawl.wordpress.fields import row_id
from newscrawl.wordpress.full_scan import FullScan
from newscrawl.wordpress.identity import raw_hash
from newscrawl.wordpress.incremental_scan import sum_of
from newscrawl.wordpress.json_document import is_too_deep
from newscrawl.wordpress.list_endpoint import Listing
from newscrawl.wordpress.pagination import endless, most_rows
from newscrawl.wordpress.probes import confirm_gone
from newscrawl.wordpress.responses import Refusal
from newscrawl.wordpress.scan_report import merged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from newscrawl.crawl.context import CrawlContext
    from newscrawl.crawl.ingest import Page
    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.children import ChildType
    from newscrawl.wordpress.scan_report import ScanReport
    from newscrawl.wordpress.site import Site

logger = logging.getLogger(__name__)

BATCH_SIZE: Final = 500
"""Lines that are issued in one transaction."""

MAX_RETRIED: Final = 1_000
"""Rows that are read again at the end of a run."""


@dataclass(slots=True)
class Sample:
    """The posts of a part of a site, and the images that they show."""

    posts: set[int] = field(default_factory=set)
    images: set[int] = field(default_factory=set)


async def publish_lines(context: CrawlContext, kind: str, count: Count) -> None:
    """Issue the lines of a kind that are due, and count them.

    Args:
        kind: "comments", "media", "terms" or "authors".
    """
    issuer = Issuer(site=context.site.home, crawled=context.started, run=context.run_id)
    # None is the end; an empty count is of lines without a change.
    while (
        issued := await context.archive.run(
            children.issue, context.site_id, kind, issuer, limit=BATCH_SIZE, now=time.time()
        )
    ) is not None:
        count.new += issued["created"]
        count.updated += issued["updated"]
        count.deleted += issued["deleted"]


class ChildSync:
    """Walks the comments or the media of a site into the archive, and issues their lines.

    All are read the first time, if a listing is due, and with ``full``: nothing else shows an
    edited comment. Else a run reads the latest, and compares the site's total with the archive. If
    they differ, all ids are listed.

    Args:
        publishes_at_once: Whether lines are issued during the walk; else only by `publish`.
    """

    def __init__(
        self,
        context: CrawlContext,
        child_type: ChildType,
        fetch: Fetch,
        *,
        publishes_at_once: bool = True,
    ) -> None:
        self._publishes_at_once = publishes_at_once
        self._context = context
        self._archive = context.archive
        self._type = child_type
        self._fetch = fetch
        self._where = (context.site_id, child_type.name)
        self._progress_key = f"+{child_type.name}"
        self._count = context.tally.extras[child_type.name] = Count()
        self._failed: dict[int, dict[str, Any]] = {}  # rows that newscrawl could not read

    async def run(self, *, full: bool, sample: Sample | None) -> None:
        """Walk all children, the latest, or those of some posts.

        Args:
            full: Read all again.
            sample: The posts whose children are read; None for all posts.
        """
        if sample is not None:
            await self._walk_sample(sample)
            return
        progress = await self._archive.look(
            sites.progress, self._context.site_id, self._progress_key
        )
        if full or progress.is_listing_due(self._context.listing_days):
            await self._walk_all()
        else:
            await self._walk_latest(progress)
        if self._failed:
            await self._retry()
        self._count.seen = await self._archive.look(children.count_alive, *self._where)

    async def publish(self) -> None:
        """Issue the lines that are due."""
        await publish_lines(self._context, self._type.name, self._count)

    # --- Walking ---------------------------------------------------------------------------------

    async def _walk_sample(self, sample: Sample) -> None:
        ids, seen = sorted(sample.posts), set[int]()
        for start in range(0, len(ids), PER_PAGE):
            posts = include(ids[start : start + PER_PAGE])
            walk = self._new_walk({self._type.posts_parameter: posts})
            await self._take_all(walk.pages())
            self._count_walk(walk.report)
            seen.update(walk.report.seen)
        if self._type is MEDIA:
            by_id = await self._take_by_id(sample.images - seen)
            seen |= sample.images - by_id.failed.keys() - by_id.absent
        self._count.seen = self._count.expected = len(seen)

    async def _walk_all(self) -> None:
        reports = []
        for view in await self._views():
            walk = self._new_walk(view=view)
            await self._take_all(walk.pages())
            await self._take_all(walk.reconcile())
            reports.append(walk.report)
        await self._settle(merged(reports), listed=now_iso())

    async def _walk_latest(self, progress: Progress) -> None:
        by_id = await self._take_by_id(progress.missing)
        left = by_id.absent | by_id.failed.keys()
        missing = {found: reason for found, reason in progress.missing.items() if found in left}
        views, reported_total = await self._views(), None
        for view in views:
            count = await self._take_latest(view)
            if isinstance(count, Refusal):
                self._refused(count)
                return
            reported_total = count if view is views[0] else sum_of(reported_total, count)
        alive = await self._archive.look(children.alive, *self._where)
        if reported_total is None or reported_total - progress.excess == len(alive):
            await self._advance(progress, progress.listed, missing)
            self._count.expected = (
                None if reported_total is None else reported_total - progress.excess
            )
            self._context.tally.notes.append(
                f"{self._type.name.capitalize()}: all were last read at {progress.listed}"
            )
            return
        reports = []
        for view in views:
            walk = self._new_walk(view=view)
            walk.report.seen.update(alive)
            await self._take_all(walk.reconcile())
            reports.append(walk.report)
        await self._settle(merged(reports), listed=progress.listed)

    async def _views(self) -> list[Site]:
        """Return the site as each of its lists shows it: several only if languages are apart."""
        own, *others = (view for _, view in self._context.site.all_views)
        if not others:
            return [own]
        first = await self._latest(own).piece(0, PER_PAGE)
        ids = None if isinstance(first, Refusal) else first.ids
        views = [own]
        for view in others:
            piece = await self._latest(view).piece(0, PER_PAGE)
            if not isinstance(piece, Refusal) and piece.ids != ids:
                views.append(view)
        return views

    def _latest(self, view: Site) -> Listing:
        url_for = partial(self._url_for, view, orderby=self._type.order, order="desc")
        return Listing(self._fetch, url_for, per_page=view.per_page)

    def _url_for(self, view: Site, **query: object) -> str:
        return posts_url(view, self._type.post_type, _fields=self._type.api_fields, **query)

    async def _take_latest(self, view: Site) -> int | Refusal | None:
        """Take the latest, until nothing is new; return the total that the site gives."""
        listing = self._latest(view)
        offset = 0
        while True:
            piece = await listing.piece(offset, PER_PAGE)
            if isinstance(piece, Refusal):
                return piece
            new = await self._take(piece.rows)
            if not new or len(piece.ids) < listing.per_page:
                return piece.total
            offset += len(piece.ids) - 1
            if offset > most_rows(piece.total):
                return endless(offset, piece.total)

    async def _take_by_id(self, ids: Iterable[int]) -> FetchById:
        """Take some by id; the result has the ids that could not be fetched."""
        site = self._context.site
        by_id = FetchById(self._fetch, partial(self._url_for, site), per_page=site.per_page)
        await self._take_all(by_id.pages(ids))
        return by_id

    def _new_walk(
        self, query: dict[str, object] | None = None, view: Site | None = None
    ) -> FullScan:
        wanted = self._type
        return FullScan(
            view or self._context.site,
            wanted.post_type,
            self._fetch,
            query=query,
            fields=wanted.api_fields,
        )

    # --- Keeping ---------------------------------------------------------------------------------

    async def _take_all(self, pages: AsyncIterator[Page]) -> None:
        async for page in pages:
            await self._take(page)

    async def _take(self, page: Page) -> int:
        """Keep new and changed rows; return their number."""
        rows = {found: row for row in page if (found := row_id(row)) is not None}
        # A row without a hash is read, and fails there.
        hashes = {found: raw_hash(row) for found, row in rows.items() if not is_too_deep(row)}
        same = await self._archive.look(children.unchanged, *self._where, hashes)
        changed = [row for found, row in rows.items() if found not in same]
        if changed:
            arrived = await asyncio.gather(*map(self._read, changed))
            kept = [arrival for arrival in arrived if arrival is not None]
            await self._archive.run(children.save, *self._where, kept)
            if self._publishes_at_once:
                await self.publish()
        return len(changed)

    async def _read(self, row: dict[str, Any]) -> Arrival | None:
        """Return a row as a value; None if newscrawl failed on it: then it is missing."""
        found = row_id(row) or 0
        try:
            arrival = await self._decode(row)
        except Exception as error:  # noqa: BLE001 - any error costs this row only
            self._failed[found] = row
            self._count.missing[found] = f"it could not be processed: {error}"
            self._context.count("normalize/failed_count")
            logger.warning("%s: %s could not be processed: %s", self._type.name, found, error)
            return None
        if self._failed.pop(found, None) is not None:
            del self._count.missing[found]
        return arrival

    async def _decode(self, row: dict[str, Any]) -> Arrival:
        """Return a row as a value; the text of a comment is normalized in a worker."""
        context = self._context
        child = self._type.decode(row, context.site)
        if child.html is not None:
            from newscrawl.markup import normalize  # slow, and not for unchanged ones

            url = child.fields["url"] or context.site.home
            body = await context.workers.run(normalize, child.html, url)
            child = replace(child, fields={**child.fields, "html": body.html, "text": body.text})
        return Arrival(child=child, raw_hash=raw_hash(row))

    async def _retry(self) -> None:
        """Read the failed rows again; the next run fetches those that fail again by id."""
        rows = list(self._failed.values())[:MAX_RETRIED]
        for start in range(0, len(rows), PER_PAGE):
            await self._take(rows[start : start + PER_PAGE])
        progress = await self._archive.look(
            sites.progress, self._context.site_id, self._progress_key
        )
        healed = progress.missing.keys() & {row_id(row) for row in rows} - self._failed.keys()
        missing = {found: why for found, why in progress.missing.items() if found not in healed}
        await self._advance(progress, progress.listed, missing)

    # --- Concluding ------------------------------------------------------------------------------

    async def _settle(self, report: ScanReport, *, listed: str | None) -> None:
        """Delete children that are gone, and store how far this type is known."""
        self._count_walk(report)
        if report.listed is None or report.failure is not None:
            return
        if not await self._delete_absent(report.listed | BitMap64(report.missing)):
            return
        alive = await self._archive.look(children.count_alive, *self._where)
        reported_total = (
            len(report.listed) if report.reported_total is None else report.reported_total
        )
        missing = report.missing | self._count.missing
        await self._advance(Progress(excess=reported_total - alive), listed, missing)

    async def _advance(
        self, progress: Progress, listed: str | None, missing: dict[int, str]
    ) -> None:
        missing = missing | {found: self._count.missing[found] for found in self._failed}
        self._count.missing |= missing
        known = Progress(listed=listed, missing=missing, excess=progress.excess)
        await self._archive.run(sites.advance, self._context.site_id, self._progress_key, known)

    async def _delete_absent(self, listed: BitMap64) -> bool:
        """Give tombstones to what is not listed: its post is gone, or its own address says so.

        Returns False if that is more than can be believed: then nothing is deleted.
        """
        alive = await self._archive.look(children.alive, *self._where)
        absent = {found for found in alive if found not in listed}
        gone = await self._archive.look(children.orphans, *self._where, absent)
        allowed = allowance(len(alive), self._context.deleted_share)
        if len(absent - gone) > allowed:
            self._context.tally.partial.append(
                refusal(len(absent - gone), len(alive), self._type.name, allowed)
            )
            return False
        for found in sorted(absent - gone):
            fate = await confirm_gone(self._context.site, self._type.post_type, found, self._fetch)
            if fate in ("gone", "private"):
                gone.add(found)
            elif fate == "unknown":
                self._count.missing[found] = UNCLEAR
        await self._archive.run(children.mark_deleted, *self._where, gone)
        if self._publishes_at_once:
            await self.publish()
        return True

    def _count_walk(self, report: ScanReport) -> None:
        tally = self._context.tally
        if report.expected is not None:
            self._count.expected = (self._count.expected or 0) + report.expected
        self._count.missing |= report.missing
        tally.partial += [f"{self._type.name}: one is missing: {line}" for line in report.unnamed]
        tally.notes += [f"{self._type.name.capitalize()}: {note}" for note in report.notes]
        if report.failure is not None:
            self._refused(report.failure)

    def _refused(self, refusal: Refusal) -> None:
        """Add a list that ended early to the verdict; to the notes if the site hides it."""
        tally, name = self._context.tally, self._type.name
        is_hidden = refusal.is_closed or refusal.code == "rest_no_route"
        if is_hidden and refusal.reason == "error":
            tally.notes.append(f"{name.capitalize()}: the site shows them to nobody ({refusal})")
        else:
            tally.partial.append(f"the walk over {name} ended early: {refusal}")
