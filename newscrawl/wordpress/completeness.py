"""The check that a list was complete: does the site have a post that its list does not show?"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from pyroaring import BitMap64

from newscrawl.wordpress.bisection import is_outage
from newscrawl.wordpress.date_scan import DATE_FIELDS, DateScan
from newscrawl.wordpress.endpoints import PER_PAGE, posts_url
from newscrawl.wordpress.fetch_by_id import FetchById
from newscrawl.wordpress.fields import row_id
from newscrawl.wordpress.list_endpoint import Listing
from newscrawl.wordpress.pagination import MAX_ROWS_WITHOUT_TOTAL, Paginator
from newscrawl.wordpress.responses import Refusal, decode, objects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.net.response import Answer, Fetch
    from newscrawl.wordpress.site import PostType, Site

MIN_RANGE_REQUESTS: Final = 50
MAX_FACTOR: Final = 2
"""Posts that are listed by date: twice the total, which may be wrong, plus
`MAX_ROWS_WITHOUT_TOTAL`."""
NEIGHBORS: Final = PER_PAGE // 4
"""Ids before the first and behind the last known post that are requested, and between them."""
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
    by date, and then by ranges of ids.

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
        self._completeness = Completeness()

    async def check(self, read: Paginator, known: BitMap64) -> Completeness:
        """Return what the list that was *read* does not show.

        Args:
            known: Ids that are known beyond those of the list.
        """
        completeness, self._reported_total = self._completeness, read.total
        self._known = read.seen | known
        if read.failure is not None and (read.failure.is_closed or is_outage(read.failure)):
            completeness.doubts.append(f"its list ends early: {read.failure}")
            return completeness
        if read.failure is not None and read.failure.reason == "shape":
            completeness.doubts.append(f"its list does not end: {read.failure}")
            return completeness
        doubts = self._doubts(read)
        if self._checks_ends:
            doubts += await (self._check_ends() if self._known else self._check_empty())
        if doubts and self._scans:
            await self._scan_by_date(doubts)
        else:
            completeness.doubts = doubts
            completeness.unreachable = (self._missing or 0) if doubts else 0
        if read.has_unread and not self._is_counted:
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

    async def _check_empty(self) -> list[str]:
        """Request the list without parameters, if it is empty with them. 1 request."""
        rows = objects(decode(await self._counted(posts_url(self._site, self._post_type))))
        if isinstance(rows, Refusal) or not rows:
            return []
        self._known.update(found for row in rows if (found := row_id(row)))
        return ["its list is empty, and a plain request shows posts"]

    async def _check_ends(self) -> list[str]:
        """Look for the newest and the oldest posts in what is known; return what is wrong."""
        doubts = []
        for newest_first in (True, False):
            scan = self._scan(newest_first=newest_first)
            await scan.step()
            if not scan.ids:
                end = "newest" if newest_first else "oldest"
                self._completeness.unchecked.append(
                    f"its {end} posts by date: {scan.doubt or 'no posts'}"
                )
                continue
            self._completeness.ids |= scan.ids
            self._completeness.is_confirmed = True
            unknown = len(self._completeness.ids - self._known)
            # A post that was published meanwhile is counted: the list has grown by it.
            has_grown = (
                self._reported_total is not None and scan.total == self._reported_total + unknown
            )
            if unknown and not has_grown:
                end = "newest" if newest_first else "oldest"
                doubts.append(f"its list does not have its {end} posts")
        return doubts

    async def _scan_by_date(self, doubts: list[str]) -> None:
        completeness, hides_posts = self._completeness, False
        for newest_first in (True, False):
            scan = self._scan(newest_first=newest_first)
            await scan.run()
            completeness.ids |= scan.ids
            if scan.is_whole and self._known <= scan.ids:
                hides_posts = await self._hides_posts()
                if not hides_posts:
                    self._note("by date")
                    return
                doubts.append("its lists leave out posts that it shows by their ids")
                break
            doubt = scan.doubt or "its list by date has fewer posts"
            if doubt not in doubts:
                doubts.append(doubt)
        is_short = hides_posts or bool(self._missing)
        if is_short:
            await self._scan_ranges()
        if not self._is_counted or await self._has_others():
            completeness.doubts = doubts
            completeness.unreachable = self._missing or 0
        elif is_short:
            self._note("by their ids")

    async def _hides_posts(self) -> bool:
        """Return whether the site counts posts that no list has, and shows one by its id.

        1 request, if it counts more posts than its lists have: mostly these are private.
        """
        everything = self._known | self._completeness.ids
        if self._missing:
            await self._has_others()
        return not self._completeness.ids <= everything

    @property
    def _everything(self) -> BitMap64:
        """The ids of all posts that the walk or this check has seen."""
        return self._known | self._completeness.ids

    @property
    def _is_counted(self) -> bool:
        """Return whether all that the site counts is known: that proves what the list does not."""
        total, found = self._reported_total, len(self._everything)
        return total is not None and found <= total <= found + self._excess

    async def _has_others(self) -> bool:
        """Return whether the site shows a post by its id that is not known, or ignores the ids.

        A list that ends at a number of rows has a total that ends there, too. 1 request, for ids
        before the first known post, behind the last, and between them.
        """
        everything = self._everything
        if not everything:
            return False
        first, last = everything[0], everything[-1]
        between = last - first + 1 - len(everything)
        ids = [*range(max(1, first - NEIGHBORS), first), *range(last + 1, last + 1 + NEIGHBORS)]
        for place in range(1, between + 1, max(1, between // NEIGHBORS)):
            at = bisect_left(
                range(first, last + 1), place, key=lambda n: n - first + 1 - everything.rank(n)
            )
            ids.append(first + at)
        by_id = await self._take_by_id(ids[:PER_PAGE])
        return by_id.is_ignored or not self._completeness.ids <= everything

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

    async def _scan_ranges(self) -> None:
        """Ask for ids from the largest known one down, a hundred at a time, without their names."""
        largest = max(self._everything, default=0)
        most = max(MIN_RANGE_REQUESTS, int((self._reported_total or 0) * RANGE_SHARE))
        for end in range(largest, max(0, largest - most * PER_PAGE), -PER_PAGE):
            by_id = await self._take_by_id(range(max(1, end - PER_PAGE + 1), end + 1))
            if by_id.is_ignored or by_id.refusal or not self._missing:
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
