"""The check that a list was complete: does the site have a post that its list does not show?"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from pyroaring import BitMap64

from newscrawl.wordpress.bisection import is_outage
from newscrawl.wordpress.date_scan import DATE_FIELDS, DateScan
from newscrawl.wordpress.endpoints import posts_url
from newscrawl.wordpress.fetch_by_id import FetchById
from newscrawl.wordpress.fields import row_id
from newscrawl.wordpress.list_endpoint import Listing
from newscrawl.wordpress.pagination import MAX_ROWS_WITHOUT_TOTAL, Paginator
from newscrawl.wordpress.probes import count_in_category
from newscrawl.wordpress.responses import Refusal, decode, objects, total
from newscrawl.wordpress.unlisted_ids import control_ids, id_ranges, likely_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.net.response import Answer, Fetch
    from newscrawl.wordpress.site import PostType, Site

MIN_RANGE_REQUESTS: Final = 50
MAX_FACTOR: Final = 2
"""Posts that are listed by date: twice the total, which may be wrong, plus
`MAX_ROWS_WITHOUT_TOTAL`."""
MAX_STALE: Final = 10
"""Posts by which a cached total may be too low. A larger difference means that it is wrong."""
RANGE_SHARE: Final = 0.2
"""Requests for ranges of ids: so many, or a fifth of the posts if that is more."""


@dataclass(slots=True, kw_only=True)
class Completeness:
    """The result of the check that a list was complete.

    Attributes:
        ids: Posts that the requests of the check showed, known ones among them.
        doubts: Why it is not proved that all posts are known; empty if it is.
        is_whole: Whether these requests showed all posts, even if the list did not.
        unreachable: How many posts the site counts and no way reaches.
        notes: What was done about a list that could not be believed, for people.
        unchecked: Requests that the site did not answer, each with its reason.
        is_confirmed: Whether another answer than the list agrees with it.
        requests: Requests made.
    """

    ids: BitMap64 = field(default_factory=BitMap64)
    doubts: list[str] = field(default_factory=list)
    is_whole: bool = False
    unreachable: int = 0
    notes: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    is_confirmed: bool = False
    requests: int = 0


class CompletenessCheck:
    """Compares the posts of a list with the answers of the site to other requests.

    The newest and the oldest hundred posts by date must be known. If one is not, or the list could
    not be read to its end, or the site counts more posts than the list has, the ids are read again
    by date, and then by ranges of ids. If the site's total does not support the list, a plain
    request and some ids that are not known must show no other post.

    Args:
        site: The site, or one language of it.
        excess: By how many posts the site's total is known to be too high.
        checks_ends: Whether the newest and oldest are asked for if nothing is wrong with the list.
        scans: Whether posts that the list may lack are searched, which takes as many requests as
            the list itself.
    """

    def __init__(
        self,
        site: Site,
        post_type: PostType,
        fetch: Fetch,
        *,
        excess: int = 0,
        checks_ends: bool = True,
        scans: bool = True,
    ) -> None:
        self._site = site
        self._post_type = post_type
        self._fetch = fetch
        self._excess = max(0, excess)
        self._checks_ends = checks_ends
        self._scans = scans
        self._known = BitMap64()
        self._reported_total: int | None = None
        self._has_unread = False
        # Whether the site answers a request for ids, as far as that was tried.
        self._answers_ids = True
        self._completeness = Completeness()

    async def check(self, read: Paginator, known: BitMap64) -> Completeness:
        """Return what the list that was *read* does not show.

        Args:
            known: Ids that are known beyond those of the list.
        """
        completeness, self._reported_total = self._completeness, read.total
        self._known, self._has_unread = read.seen | known, read.has_unread
        if read.failure is not None and (read.failure.is_closed or is_outage(read.failure)):
            completeness.doubts.append(f"its list ends early: {read.failure}")
            return completeness
        if read.failure is not None and read.failure.reason == "shape":
            completeness.doubts.append(f"its list does not end: {read.failure}")
            return completeness
        doubts = self._doubts(read)
        if self._checks_ends:
            doubts += await self._check_ends() if self._known else []
            doubts += await self._check_uncounted() if not doubts else []
        if doubts and self._scans:
            await self._scan_by_date(doubts)
        else:
            completeness.doubts += doubts
            completeness.unreachable = (self._missing or 0) if doubts else 0
        if self._has_unread and not self._is_counted:
            self._add_unread()
        return completeness

    def _add_unread(self) -> None:
        """Doubt a list with entries that can't be read: the site counts them as posts."""
        completeness = self._completeness
        completeness.is_whole = False
        completeness.doubts.append("its list has entries without an id")
        completeness.unreachable = self._missing or 0

    def _doubts(self, read: Paginator) -> list[str]:
        doubts = [*read.doubts]
        if read.failure is not None:
            doubts.append(f"its list ends early: {read.failure}")
        if not read.is_sorted:
            doubts.append("the site does not sort by id")
        if self._known and not read.seen:
            doubts.append("its list of ids is empty")
        count, total = len(self._known), self._reported_total
        if total is not None and total > count + self._excess + len(read.unnamed):
            doubts.append(f"it counts {total} posts and lists {count}")
        # Without what is known from before: many of these may have been deleted since.
        listed = len(read.seen)
        if total is not None and listed > total + MAX_STALE:
            doubts.append(f"it counts {total} posts and lists {listed}")
        elif (total is None or total < count) and not read.is_regular:
            doubts.append("its list is out of order, and it does not count its posts")
        return doubts

    async def _check_uncounted(self) -> list[str]:
        """Look for other posts if no total supports the list; return what is wrong.

        At most 2 requests: a plain one, which no parameter spoils, and one for ids; or, if there is
        no post at all, one for the counts of categories.
        """
        if self._known and self._is_counted:
            return []
        answer = await self._counted(posts_url(self._site, self._post_type))
        rows, counted = objects(decode(answer)), total(answer) or 0
        if isinstance(rows, Refusal):
            if not self._known or self._reported_total == 0:
                self._completeness.doubts.append(
                    f"its list counts no posts, and a plain request fails: {rows}"
                )
            return []
        before = self._everything
        self._completeness.ids.update(found for row in rows if (found := row_id(row)))
        if counted > len(before) + self._excess or self._everything != before:
            self._reported_total = max(counted, self._reported_total or 0) or None
            return ["a plain request shows posts that its list does not have"]
        if self._known and await self._shows_others():
            return ["its list leaves out posts that it shows by their ids"]
        return await self._check_empty() if not self._known else []

    async def _check_empty(self) -> list[str]:
        """Look for a category with posts, as no list has any; return what is wrong."""
        counted = await count_in_category(self._site, self._post_type, self._counted)
        return [f"its list is empty, and a category counts {counted} posts"] if counted else []

    async def _check_ends(self) -> list[str]:
        """Look for the newest and the oldest posts in what is known; return what is wrong."""
        doubts = []
        for newest_first in (True, False):
            scan = self._scan(newest_first=newest_first)
            await scan.step()
            self._has_unread |= scan.has_unread
            end = "newest" if newest_first else "oldest"
            if scan.ids:
                doubts += self._compare_end(scan, end)
            elif scan.is_whole:
                doubts.append("its list by date is empty")
            else:
                self._completeness.unchecked.append(f"its {end} posts by date: {scan.doubt}")
        return doubts

    def _compare_end(self, scan: DateScan, end: str) -> list[str]:
        """Take the posts of one end of the list by date; return a doubt if they are not known."""
        self._completeness.ids |= scan.ids
        self._completeness.is_confirmed = True
        unknown = len(self._completeness.ids - self._known)
        # A post that was published meanwhile is counted: the list has grown by it.
        if self._reported_total is not None and scan.total == self._reported_total + unknown:
            self._reported_total, self._known = scan.total, self._everything
            return []
        return [f"its list does not have its {end} posts"] if unknown else []

    async def _scan_by_date(self, doubts: list[str]) -> None:
        for newest_first in (True, False):
            scan = self._scan(newest_first=newest_first)
            await scan.run()
            self._has_unread |= scan.has_unread
            self._completeness.ids |= scan.ids
            if not self._known and not self._reported_total:
                self._reported_total = scan.total  # the list itself was empty
            if scan.is_whole and scan.ids and self._everything <= scan.ids:
                if not await self._hides_posts():
                    return self._note("by date")
                doubts.append(
                    "its lists leave out posts that it shows by their ids"
                    if self._answers_ids
                    else "it does not answer a request for ids"
                )
                return await self._scan_by_id(doubts, is_short=True)
            doubt = scan.doubt or "its list by date has fewer posts"
            if doubt not in doubts:
                doubts.append(doubt)
        return await self._scan_by_id(doubts, is_short=bool(self._missing))

    async def _scan_by_id(self, doubts: list[str], *, is_short: bool) -> None:
        """Look for the posts that no list shows by their ids, if the lists are too short."""
        if is_short and self._answers_ids:
            most = max(MIN_RANGE_REQUESTS, int((self._reported_total or 0) * RANGE_SHARE))
            await self._scan_ranges(most)
        if not self._is_counted or await self._shows_others() or not self._answers_ids:
            self._completeness.doubts = doubts
            self._completeness.unreachable = self._missing or 0
        elif is_short:
            self._note("by their ids")

    async def _hides_posts(self) -> bool:
        """Return whether the site may have posts that no list has: it shows one by its id.

        1 request and some ranges of ids, if the total is not the number of posts in its lists.
        Mostly the others are private, but nothing shows that if a site with a larger total does
        not answer for ids.
        """
        if self._is_counted:
            return False
        if await self._shows_others():
            return True
        if not self._answers_ids:
            return bool(self._missing)
        before = len(self._everything)
        await self._scan_ranges(MIN_RANGE_REQUESTS)
        return len(self._everything) > before

    @property
    def _everything(self) -> BitMap64:
        """The ids of all posts that the walk or this check has seen."""
        return self._known | self._completeness.ids

    @property
    def _is_counted(self) -> bool:
        """Return whether all that the site counts is known: that proves what the list does not."""
        total, found = self._reported_total, len(self._everything)
        return total is not None and found <= total <= found + self._excess

    async def _shows_others(self) -> bool:
        """Return whether the site shows a post by its id that is not known. 1 request.

        A list that ends at a number of rows has a total that ends there, too. If the site shows no
        such post, `_answers_ids` has whether that proves anything.
        """
        everything = self._everything
        controls = control_ids(everything)
        by_id = await self._take_by_id([*controls, *likely_ids(everything)])
        shows_others = not self._completeness.ids <= everything
        is_answer = bool(controls) and controls.isdisjoint(by_id.absent | by_id.failed.keys())
        self._answers_ids = shows_others or (is_answer and not by_id.is_ignored)
        return shows_others

    @property
    def _missing(self) -> int | None:
        """How many posts are counted and not known; None if the site does not count."""
        if self._reported_total is None:
            return None
        return max(0, self._reported_total - self._excess - len(self._everything))

    def _note(self, way: str) -> None:
        self._completeness.is_whole = True
        self._completeness.notes.append(
            f"The site's list does not prove itself: it was read {way}, too"
        )

    async def _scan_ranges(self, most: int) -> None:
        """Request ids from the largest known one down, a hundred at a time, up to *most* times."""
        if not self._everything:
            await self._shows_others()
        for ids in id_ranges(self._everything, most):
            if self._is_counted:
                return
            by_id = await self._take_by_id(ids)
            if by_id.is_ignored or by_id.refusal:
                return

    async def _take_by_id(self, ids: Sequence[int]) -> FetchById:
        """Note which of *ids* the site shows."""
        by_id = FetchById(
            self._fetch,
            partial(posts_url, self._site, self._post_type, _fields="id"),
            per_page=self._site.per_page,
        )
        async for rows in by_id.pages(ids):
            self._completeness.ids.update(found for row in rows if (found := row_id(row)))
        self._completeness.requests += by_id.requests
        return by_id

    def _scan(self, *, newest_first: bool) -> DateScan:
        url_for = partial(posts_url, self._site, self._post_type, _fields=DATE_FIELDS)
        listing = Listing(self._counted, url_for, per_page=self._site.per_page)
        most = (
            MAX_ROWS_WITHOUT_TOTAL
            if self._reported_total is None
            else MAX_FACTOR * self._reported_total + MAX_ROWS_WITHOUT_TOTAL
        )
        return DateScan(listing, newest_first=newest_first, most=most)

    async def _counted(self, url: str) -> Answer:
        self._completeness.requests += 1
        return await self._fetch(url)
