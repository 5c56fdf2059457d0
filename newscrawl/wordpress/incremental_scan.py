"""What changed on a site since an earlier run, found with a handful of requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from pyroaring import BitMap64

from newscrawl.wordpress.completeness import CompletenessCheck
from newscrawl.wordpress.cursor import OVERLAP_SECONDS, is_ahead
from newscrawl.wordpress.dates import shifted, utc
from newscrawl.wordpress.endpoints import (
    BY_ID,
    PER_PAGE,
    STAMP_FIELDS,
    post_fields,
    post_url,
    posts_url,
)
from newscrawl.wordpress.fetch_by_id import MAX_FAILURES, FetchById
from newscrawl.wordpress.fields import row_id
from newscrawl.wordpress.list_endpoint import Listing
from newscrawl.wordpress.pagination import Paginator
from newscrawl.wordpress.responses import Refusal, decode, objects, total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.list_endpoint import Piece
    from newscrawl.wordpress.site import PostType, Site

SAME_MOMENT_SECONDS: Final = 2
"""Two edits this close may leave one modification time, which has whole seconds."""
SURPLUS_FACTOR: Final = 2
SURPLUS_ROWS: Final = 100
"""A window with more posts than this factor times those of the archive, and so many more, is taken
for a parameter that the site ignores."""
FAR_FUTURE: Final = "2100-01-01T00:00:00Z"


class ArchivedStamps(Protocol):
    """What the archive knows of the posts of one type of a site, deleted ones left out."""

    async def stamps(self, ids: Sequence[int]) -> Mapping[int, str | None]:
        """Return ``modified_gmt``, as the API gave it, of those of *ids* that are known."""

    async def modified_since(self, time: str) -> int:
        """Return how many posts have a ``modified_gmt`` after *time* (ISO 8601 in UTC)."""

    async def published_since(self, time: str) -> int:
        """Return how many posts were published after *time* (ISO 8601 in UTC)."""


@dataclass(slots=True, kw_only=True)
class Changes:
    """Posts to request again.

    Attributes:
        ids: Posts that are new or changed, or may be.
        reported_total: X-WP-Total of all posts; None if the site sends no total.
        listed: Every id of the site, if all were listed; else None.
        has_modified_after: What is known of the site now, to be remembered.
        failure: Why not all could be looked at.
        doubts: Why it is not proved that the site has no other posts.
        unreachable: Posts that the site counts and that no way reaches.
        unnamed: Posts that could not be looked at, a line for each.
        notes: What else was odd, for people.
        unchecked: Requests of the check that got no answer, each with its reason.
        is_confirmed: Whether another answer than the list agrees with it.
        was_listed: Whether all ids were listed; *listed* is None if that proved nothing.
        requests: Requests made.
    """

    ids: set[int] = field(default_factory=set)
    reported_total: int | None = None
    listed: BitMap64 | None = None
    has_modified_after: bool | None = None
    failure: Refusal | None = None
    doubts: list[str] = field(default_factory=list)
    unreachable: int = 0
    unnamed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    is_confirmed: bool = False
    was_listed: bool = False
    requests: int = 0


async def has_modified_after(site: Site, post_type: PostType, fetch: Fetch) -> bool | None:
    """Return whether a site knows "modified_after": then no post was modified after the year 2100.

    Older sites ignore it, and answer with a post. None if the answer shows neither. 1 request.
    """
    asked = posts_url(site, post_type, modified_after=FAR_FUTURE, per_page=1, _fields="id")
    rows = objects(decode(await fetch(asked)))
    return None if isinstance(rows, Refusal) else not rows


class IncrementalScan:
    """Compares a site's lists with what is known; looks at no more than it must.

    Args:
        fetch: Asks for a URL; never raises for what a site does.
        known: The archive.
        settled: The server's Date when the last complete run started: posts that were modified
            since then may have been read before their last edit of that second.
        excess: By how many posts the site's totals are known to be too high.
        searches: Whether posts that a list may lack are searched. Else all posts are listed only if
            nothing else shows changes: for a site whose list proved nothing not long ago.
    """

    def __init__(
        self,
        site: Site,
        post_type: PostType,
        fetch: Fetch,
        known: ArchivedStamps,
        *,
        settled: str | None = None,
        excess: int = 0,
        searches: bool = True,
    ) -> None:
        self.changes = Changes(has_modified_after=site.has_modified_after)
        self._site = site
        # The lists of all languages: the archive counts the posts of all of them together.
        self._views = [view for _, view in site.all_views]
        self._post_type = post_type
        self._fetch = fetch
        self._known = known
        self._excess = max(0, excess)
        self._searches = searches
        self._settled = shifted(settled, -SAME_MOMENT_SECONDS) if settled else None

    async def since(self, cursor: str | None, *, checks_ends: bool = False) -> Changes:
        """Find what changed since a cursor: 3 requests if nothing did, 1 more the first time.

        By time of change, and by time of publication, as a scheduled post appears with an old time
        of change. If the site can't be asked by time of change, or there is no cursor to trust,
        all its posts are listed.

        Args:
            checks_ends: As for `all`, if all posts are listed.
        """
        changes = self.changes
        if changes.has_modified_after is None:
            found = await has_modified_after(self._site, self._post_type, self._fetch)
            changes.has_modified_after = found
            changes.requests += 1
        if not changes.has_modified_after or not cursor or is_ahead(cursor, self._site.date):
            return await self.all(checks_ends=checks_ends)
        start = shifted(cursor, -OVERLAP_SECONDS)
        changed = await self._known.modified_since(start)
        published = await self._known.published_since(start)
        is_whole = await self._window({"modified_after": start}, "modified", changed)
        is_whole &= await self._window({"after": start}, "date", published)
        if not is_whole and self._searches:
            return await self.all(checks_ends=checks_ends)
        await self._count()
        return changes

    async def _count(self) -> None:
        """Ask how many posts there are."""
        changes = self.changes
        reported_total: int | None = 0
        for view in self._views:
            changes.requests += 1
            answer = await self._fetch(posts_url(view, self._post_type, per_page=1, _fields="id"))
            counted = decode(answer)
            if isinstance(counted, Refusal):
                changes.failure = changes.failure or counted
                return
            reported_total = sum_of(reported_total, total(answer))
        changes.reported_total = reported_total

    async def all(self, *, checks_ends: bool = False) -> Changes:
        """List every post of the site, and compare; nothing else shows what was deleted.

        Args:
            checks_ends: Whether the newest and oldest posts prove a list that looks right. That
                takes 2 requests, which an hourly run does not send.
        """
        changes = self.changes
        changes.reported_total, changes.failure, changes.was_listed = 0, None, True
        listed = BitMap64()
        for view in self._views:
            listed |= await self._list(view, checks_ends=checks_ends)
        if not changes.doubts:
            changes.failure = None
            changes.listed = listed
        return changes

    async def _list(self, view: Site, *, checks_ends: bool) -> BitMap64:
        """List every post of one language, prove the list, and compare."""
        changes = self.changes
        paginator = await self._walk(view, {})
        changes.reported_total = sum_of(changes.reported_total, paginator.total)
        checker = CompletenessCheck(
            view,
            self._post_type,
            self._fetch,
            # Which language it belongs to is not known.
            excess=self._excess if len(self._views) == 1 else 0,
            checks_ends=checks_ends,
            scans=self._searches,
        )
        completeness = await checker.check(paginator, BitMap64(paginator.broken))
        changes.ids |= set(completeness.ids - paginator.seen)
        changes.doubts += completeness.doubts
        changes.unreachable += completeness.unreachable
        changes.notes += completeness.notes
        changes.unchecked += completeness.unchecked
        changes.is_confirmed |= completeness.is_confirmed
        changes.requests += completeness.requests
        changes.unnamed += [] if completeness.is_whole else paginator.unnamed
        return paginator.seen | completeness.ids

    async def _window(self, window: dict[str, object], order: str, expected: int) -> bool:
        """Compare the posts of a span of time: the latest hundred, or all of them.

        The latest hundred suffice if the others are as many as the archive has there. Returns False
        if the site shows fewer posts than the archive has there: some are deleted, or the list
        can't be believed.
        """
        listed, is_whole, is_ignored = BitMap64(), True, False
        for view in self._views:
            latest = self._latest(view, window, order)
            piece = await latest.piece(0, PER_PAGE)
            self.changes.requests += latest.requests
            if isinstance(piece, Refusal):
                is_whole = False
                continue
            new = await self._compare(piece.rows)
            listed.update(piece.ids)
            if self._is_whole(piece):
                continue
            is_whole = False
            is_ignored |= (piece.total or 0) > SURPLUS_FACTOR * expected + SURPLUS_ROWS
            is_known = piece.total == expected + new and self._is_latest(piece, order)
            if is_known and len(self._views) == 1:
                return True
        if is_whole:
            return len(listed) >= expected
        if is_ignored and not self._searches:
            return True  # it is the list of all posts, which is not read again so soon
        return await self._walk_window(window, expected)

    def _latest(self, view: Site, window: dict[str, object], order: str) -> Listing:
        url_for = partial(self._url_for(view), **window, orderby=order, order="desc")
        return Listing(self._fetch, url_for, per_page=view.per_page)

    async def _walk_window(self, window: dict[str, object], expected: int) -> bool:
        seen, has_failed = BitMap64(), False
        for view in self._views:
            paginator = await self._walk(view, window)
            self.changes.unnamed += paginator.unnamed
            seen |= paginator.seen
            has_failed |= paginator.failure is not None
        return has_failed or len(seen) >= expected

    def _url_for(self, view: Site) -> Callable[..., str]:
        return partial(posts_url, view, self._post_type, _fields=STAMP_FIELDS)

    async def _walk(self, view: Site, window: dict[str, object]) -> Paginator:
        url_for = partial(self._url_for(view), **window, **BY_ID)
        listing = Listing(self._fetch, url_for, per_page=view.per_page, most=PER_PAGE)
        paginator = Paginator(listing)
        async for rows in paginator.pages():
            await self._compare(rows)
        changes = self.changes
        changes.ids |= paginator.broken.keys()
        changes.failure = changes.failure or paginator.failure
        changes.notes += [note for note in paginator.notes if note not in changes.notes]
        changes.requests += paginator.listing.requests
        return paginator

    async def _compare(self, rows: list[dict[str, Any]]) -> int:
        """Note what is new or changed; return how many the archive does not know at all."""
        stamps = {found: row.get("modified_gmt") for row in rows if (found := row_id(row))}
        known = await self._known.stamps(list(stamps))
        self.changes.ids |= {
            post_id
            for post_id, stamp in stamps.items()
            if post_id not in known or known[post_id] != stamp or self._is_unsettled(stamp)
        }
        return len(stamps.keys() - known.keys())

    def _is_whole(self, piece: Piece) -> bool:
        """Return whether a piece from the start of a list is all of it that is shown."""
        rows = len(piece.ids)
        if piece.total is None or piece.total < rows:
            return rows < piece.requested
        surplus = piece.total - rows
        return surplus == 0 or (surplus <= self._excess and rows < piece.requested)

    def _is_latest(self, piece: Piece, order: str) -> bool:
        """Return whether nothing after a piece has changed: it starts with the latest change, as a
        site may ignore the order that is asked for, and reaches back to what has not changed.

        By date it does not matter: a post that is new there shows in the count.
        """
        if order != "modified" or not piece.rows:
            return True
        times = [utc(row.get("modified_gmt")) or "" for row in piece.rows]
        is_past = self._site.date is None or times[-1] <= self._site.date
        return (
            times == sorted(times, reverse=True)
            and is_past
            and piece.ids[-1] not in self.changes.ids
        )

    def _is_unsettled(self, stamp: Any) -> bool:
        time = utc(stamp)
        return bool(time and self._settled and time >= self._settled)


def sum_of(some: int | None, more: int | None) -> int | None:
    """Return the sum of two totals; None if one is unknown."""
    return None if some is None or more is None else some + more


def posts_by_id(
    site: Site,
    post_type: PostType,
    fetch: Fetch,
    extra: Iterable[str] = (),
    *,
    max_failures: int = MAX_FAILURES,
    asks_absent: bool = False,
) -> FetchById:
    """Return what asks for full posts by their ids."""
    fields = post_fields(site, post_type, extra)
    return FetchById(
        fetch,
        partial(posts_url, site, post_type, _fields=fields),
        max_failures=max_failures,
        per_page=min(site.per_page, site.full_per_page),
        own_url=partial(post_url, site, post_type, _fields=fields),
        asks_absent=asks_absent,
    )
