"""The walk over all posts of a type, and the proof that it saw them all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pyroaring import BitMap64

from newscrawl.wordpress.completeness import CompletenessCheck
from newscrawl.wordpress.date_scan import MAX_EXCLUDED
from newscrawl.wordpress.dates import shifted, utc
from newscrawl.wordpress.endpoints import BY_ID, PER_PAGE, include, post_fields, post_url, posts_url
from newscrawl.wordpress.fetch_by_id import FetchById
from newscrawl.wordpress.fields import row_id
from newscrawl.wordpress.list_endpoint import Listing
from newscrawl.wordpress.page_size import MIN_PATIENCE
from newscrawl.wordpress.pagination import Paginator
from newscrawl.wordpress.probes import confirm_gone
from newscrawl.wordpress.responses import Refusal, decode
from newscrawl.wordpress.scan_report import ScanReport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping

    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.completeness import Completeness
    from newscrawl.wordpress.site import PostType, Site

MAX_GAP: Final = 50
"""Ids after a post that are tried as the id of one that no list shows."""

MAX_CONFIRMED: Final = 100
"""Posts that are asked for one by one to learn why they are not shown."""

ROUNDS: Final = 2
"""Times that a missing post is asked for: one may come back while the first answers are read."""


class FullScan:
    """Hands out all posts of a type, by id: first :meth:`pages`, then :meth:`reconcile`.

    Args:
        fetch: Asks for a URL; never raises for what a site does.
        extra: More fields of a post to request.
        query: What else the list is limited by: ``{"after": "2026-01-01T00:00:00Z"}``.
        fields: All that is asked for, if the rows are not posts.
        checks_ends: Whether the newest and oldest are asked for to prove a list that looks right.

    Attributes:
        report: What was seen so far; to be read when the walk is over.
    """

    def __init__(
        self,
        site: Site,
        post_type: PostType,
        fetch: Fetch,
        *,
        extra: Iterable[str] = (),
        query: Mapping[str, object] | None = None,
        fields: str | None = None,
        checks_ends: bool = False,
    ) -> None:
        self.report = ScanReport(per_page=site.per_page, full_per_page=site.full_per_page)
        self._checks_ends = checks_ends
        self._site = site
        self._post_type = post_type
        self._fetch = fetch
        limits = dict(query or {})
        self._fields = fields or post_fields(site, post_type, extra)
        self._full = partial(posts_url, site, post_type, **limits, _fields=self._fields)
        self._lean = partial(posts_url, site, post_type, **limits, **BY_ID, _fields="id")

    async def pages(self, start: int = 0) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield all posts, as they come, each once.

        Args:
            start: How many posts of the list are known already, and passed over.
        """
        listing = self._listing(partial(self._full, **BY_ID), self._site.full_per_page)
        paginator = Paginator(listing, start=start, overlaps=False)
        async for rows in paginator.pages():
            self._note_seen(rows)
            self.report.reported_total = paginator.total
            yield rows
        self._note_end(paginator)
        if paginator.failure is None:
            self.report.full_per_page = listing.size.confirmed

    async def newest(self, limit: int) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield the *limit* newest posts by date, newest first.

        Posts that share a date have no order among them, which may differ from piece to piece. So
        each piece starts with the date that the one before ended with, without the posts that were
        seen, and not at an offset.
        """
        seen = self.report.seen
        before: str | None = None
        tied: list[int] = []
        while len(seen) < limit:
            url_for = partial(
                self._full,
                orderby="date",
                order="desc",
                before=before,
                exclude=include(tied[:MAX_EXCLUDED]) or None,
            )
            size = min(PER_PAGE, limit - len(seen))
            new: list[dict[str, Any]] = []
            async for rows in self._piece(url_for, size):
                fresh = [row for row in rows if (row_id(row) or 0) not in seen][: limit - len(seen)]
                if fresh:
                    self._note_seen(fresh)
                    new += fresh
                    yield fresh
            dates = [date for row in new if (date := utc(row.get("date")))]
            if not dates:
                return
            # The site's own time, as "date" is: a time without a zone.
            oldest = shifted(min(dates), 1).removesuffix("Z")
            ids = [post_id for row in new if (post_id := row_id(row))]
            before, tied = oldest, (tied + ids if oldest == before else ids)

    async def _piece(
        self, url_for: Callable[..., str], size: int
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield the first rows of a list, as many as *size* with those that are broken."""
        listing = Listing(self._fetch, url_for, per_page=min(size, self._site.full_per_page))
        paginator = Paginator(listing, ascending=False)
        async for rows in paginator.pages():
            yield rows
            if len(paginator.seen) + len(paginator.broken) + len(paginator.unnamed) >= size:
                break
        self._note_end(paginator)

    async def reconcile(self) -> AsyncIterator[list[dict[str, Any]]]:
        """Compare what was seen with a listing of ids; yield what was missed and can be had."""
        report = self.report
        size = min(self._site.per_page, report.full_per_page)
        listing = self._listing(self._lean, size, patience=1)
        paginator = Paginator(listing)
        async for _ in paginator.pages():
            pass
        completeness = await self._checker().check(
            paginator, report.seen | BitMap64(report.missing)
        )
        if not completeness.doubts:
            # What the walk could not name is in the listing with its id, if it is anywhere.
            report.unnamed, report.failure = [], None
            report.listed = paginator.seen | completeness.ids
            if not paginator.is_whole:
                # The walk has read what this listing could not read.
                report.listed |= report.seen | BitMap64(report.missing)
            report.vanished = set(report.seen - report.listed)
            if paginator.failure is None:
                report.per_page = listing.size.confirmed
        self._note_end(paginator, is_proved=not completeness.doubts)
        if completeness.is_whole:
            report.unnamed = []
        self._note_completeness(completeness)
        missed = set((paginator.seen | completeness.ids | BitMap64(report.missing)) - report.seen)
        for _ in range(ROUNDS):
            by_id = self._by_id()
            async for rows in by_id.pages(missed):
                self._note_seen(rows)
                yield rows
            report.requests += by_id.requests
            report.failure = by_id.refusal or report.failure
            report.missing.update(by_id.failed)
            missed = await self._sort_absent(sorted(by_id.absent))
        for before, line in () if completeness.is_whole else paginator.unnamed_after:
            await self._find_id_of(before, line, paginator.seen)

    def _checker(self) -> CompletenessCheck:
        return CompletenessCheck(
            self._site, self._post_type, self._fetch, checks_ends=self._checks_ends
        )

    def _by_id(self) -> FetchById:
        own = partial(post_url, self._site, self._post_type, _fields=self._fields)
        size = min(self._site.per_page, self.report.full_per_page)
        return FetchById(self._fetch, self._full, per_page=size, own_url=own)

    def _note_completeness(self, completeness: Completeness) -> None:
        report = self.report
        report.doubts += completeness.doubts
        report.unreachable += completeness.unreachable
        report.notes += completeness.notes
        report.unchecked += completeness.unchecked
        report.is_confirmed = completeness.is_confirmed
        report.requests += completeness.requests
        if report.listed is not None and report.reported_total not in (None, len(report.listed)):
            report.notes.append(
                f"X-WP-Total says {report.reported_total}, the list has {len(report.listed)}"
            )

    async def _find_id_of(self, before: int, line: str, seen: BitMap64) -> None:
        """Find the id of a post that breaks every list it is in: its own address fails as well."""
        report = self.report
        after = min((post_id for post_id in seen if post_id > before), default=before + MAX_GAP)
        for post_id in range(before + 1, min(after, before + MAX_GAP)):
            if post_id in report.missing:
                continue
            report.requests += 1
            answer = decode(await self._fetch(self._own_url(post_id)))
            if isinstance(answer, Refusal) and answer.is_passing and line in report.unnamed:
                report.unnamed.remove(line)
                report.missing[post_id] = str(answer)

    def _listing(
        self, url_for: Callable[..., str], size: int, patience: int = MIN_PATIENCE
    ) -> Listing:
        return Listing(self._fetch, url_for, per_page=size, most=PER_PAGE, patience=patience)

    def _own_url(self, post_id: int) -> str:
        return post_url(self._site, self._post_type, post_id, _fields="id")

    async def _sort_absent(self, absent: list[int]) -> set[int]:
        """Sort posts into those that are gone by now and those that are listed and not shown."""
        report = self.report
        report.missing.update(dict.fromkeys(absent, "listed, but not shown"))
        for post_id in absent[:MAX_CONFIRMED]:
            report.requests += 1
            fate = await confirm_gone(self._site, self._post_type, post_id, self._fetch)
            if fate in ("gone", "private"):
                report.vanished.add(post_id)
                del report.missing[post_id]
        return set(absent) & report.missing.keys()

    def _note_seen(self, rows: list[dict[str, Any]]) -> None:
        ids = {found for row in rows if (found := row_id(row)) is not None}
        self.report.seen.update(ids)
        for found in ids & self.report.missing.keys():
            del self.report.missing[found]

    def _note_end(self, paginator: Paginator, *, is_proved: bool = False) -> None:
        report = self.report
        report.reported_total = (
            paginator.total if paginator.total is not None else report.reported_total
        )
        report.missing.update(
            (row, reason) for row, reason in paginator.broken.items() if row not in report.seen
        )
        report.unnamed += paginator.unnamed
        if not is_proved:
            report.failure = paginator.failure or report.failure
        report.notes += [note for note in paginator.notes if note not in report.notes]
        report.requests += paginator.listing.requests
