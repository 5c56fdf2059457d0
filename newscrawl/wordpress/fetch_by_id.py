"""Rows of the API by their ids, a hundred at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.bisection import is_hopeless
from newscrawl.wordpress.endpoints import PER_PAGE, include
from newscrawl.wordpress.fields import row_id
from newscrawl.wordpress.responses import Refusal, fetch_decoded, objects, total

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from newscrawl.net.response import Answer, Fetch

MAX_FAILURES: Final = 12
"""Failures in a row after which a site is taken for down: the halves of a hundred are 8."""
MAX_ASKED: Final = 20
"""Rows that are requested by their own addresses after the list left them out."""
HOST_REASONS: Final = frozenset({"challenge", "tls_error", "unsafe_address"})
"""Reasons of a refusal that the host gives to all requests: they don't depend on the rows."""
SMALLEST_BOUND: Final = 9
"""Servers bound their answers at ten rows or more."""
GONE: Final = frozenset({"rest_post_invalid_id", "rest_forbidden"})
"""Errors of a row's own address that prove that it is not public."""


class FetchById:
    """Fetches rows by ``include=``; a request that fails is repeated, then halved.

    Args:
        fetch: Fetches a URL; never raises for a failure of the site.
        url_for: Builds the URL of the list with more of a query.
        max_failures: Failures in a row after which the rest is not requested.
        per_page: Rows per request.
        own_url: Builds the address of one row: for a site that ignores ``include=``, or counts rows
            that it leaves out.
        asks_absent: Whether rows that the list leaves out are requested by their own addresses, as
            many as `MAX_ASKED`: for rows that are known to be there.

    Attributes:
        absent: Ids that the site answered for, but left out: deleted, hidden, private.
        failed: Ids that it could not answer for, with the reason.
        denied: Those of the failed ids for which another request would fail, too.
        refusal: The answer after which no more was requested; None if there was no such answer.
        is_ignored: Whether the site proved to ignore ``include=``: it gave only other rows.
    """

    def __init__(
        self,
        fetch: Fetch,
        url_for: Callable[..., str],
        *,
        max_failures: int = MAX_FAILURES,
        per_page: int = PER_PAGE,
        own_url: Callable[[int], str] | None = None,
        asks_absent: bool = False,
    ) -> None:
        self.absent: set[int] = set()
        self.failed: dict[int, str] = {}
        self.denied: set[int] = set()
        self.refusal: Refusal | None = None
        self.requests = 0
        self.is_ignored = False
        self._own_url = own_url
        self._asks_absent = asks_absent
        self._fetch = fetch
        self._url_for = url_for
        self._max_failures = max_failures
        self._per_page = per_page
        self._failures = 0
        self._total: int | None = None

    async def pages(self, ids: Iterable[int]) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield the rows of *ids*, each once, as they come."""
        async for page in self._by_list(ids):
            yield page
        if self._asks_absent and self.refusal is None:
            rows = await self._one_by_one(sorted(self.absent)[:MAX_ASKED])
            self.absent -= rows.keys() | self.failed.keys()
            if rows:
                yield list(rows.values())

    async def _by_list(self, ids: Iterable[int]) -> AsyncIterator[list[dict[str, Any]]]:
        every = sorted(set(ids))
        size = self._per_page
        left = [every[n : n + size] for n in range(0, len(every), size)][::-1]
        fault: set[int] = set()  # the ids among which a row is at fault
        while left:
            wanted = left.pop()
            rows = await self._rows(wanted)
            is_worth_another_try = len(wanted) == 1 or fault.isdisjoint(wanted)
            is_worth_another_try &= self._max_failures > 0
            if isinstance(rows, Refusal) and is_worth_another_try and not is_hopeless(rows):
                rows = await self._rows(wanted)
            if not isinstance(rows, Refusal):
                # Some plugins hide a post in every list that counts it, and show it at its address.
                is_hidden = not rows and bool(self._total)
                if (self.is_ignored or is_hidden) and self._own_url is not None:
                    rows |= await self._one_by_one([row for row in wanted if row not in rows])
                left += self._still_wanted(wanted, rows)
                if rows:
                    yield list(rows.values())
            elif self._is_end(rows):
                self.refusal = rows
                left.append(wanted)
                self._fail([row for part in left for row in part], rows)
                return
            elif len(wanted) == 1:
                self._fail(wanted, rows)
            else:
                fault = set(wanted)
                half = len(wanted) // 2
                left += [wanted[half:], wanted[:half]]

    def _fail(self, ids: list[int], refusal: Refusal) -> None:
        self.failed.update((row, str(refusal)) for row in ids)
        if not refusal.is_passing and refusal.reason not in HOST_REASONS:
            self.denied.update(ids)

    def _is_end(self, refusal: Refusal) -> bool:
        # A site may allow fewer rows a page than WordPress does.
        is_final = is_hopeless(refusal) and not refusal.is_limit
        return self._failures > self._max_failures or is_final

    def _still_wanted(self, wanted: list[int], rows: dict[int, dict[str, Any]]) -> list[list[int]]:
        """Return the ids to request again: a site may give fewer rows than it counts."""
        rest = [row for row in wanted if row not in rows]
        # Without a total, a server that bounds its answers looks like one that lacks rows.
        is_more = self._total > len(rows) if self._total is not None else self._is_bounded(wanted)
        if rows and rest and is_more and not self.is_ignored:
            return [rest]
        self.absent.update(row for row in rest if row not in self.failed)
        return []

    def _is_bounded(self, wanted: list[int]) -> bool:
        return len(wanted) > SMALLEST_BOUND

    async def _one_by_one(self, ids: list[int]) -> dict[int, dict[str, Any]]:
        """Fetch rows by their own addresses."""
        assert self._own_url is not None
        rows = {}
        for wanted in ids:
            if self._failures > self._max_failures:
                self.failed[wanted] = "not asked for, after other failures"
                continue
            _, row = await fetch_decoded(self._counted, self._own_url(wanted))
            if isinstance(row, Refusal):
                if row.code in GONE:
                    continue
                self._failures += 1
                self.failed[wanted] = str(row)
            elif isinstance(row.value, dict) and row_id(row.value) == wanted:
                self._failures = 0
                rows[wanted] = row.value
        return rows

    async def _rows(self, ids: list[int]) -> dict[int, dict[str, Any]] | Refusal:
        url = self._url_for(include=include(ids), per_page=len(ids))
        answer, decoded = await fetch_decoded(self._counted, url)
        rows = objects(decoded)
        if isinstance(rows, Refusal):
            self._failures += 1
            return rows
        self._failures = 0
        self._total = total(answer)
        wanted = set(ids)
        found = {of: row for row in rows if (of := row_id(row)) in wanted}
        self.is_ignored |= len(rows) > 2 * len(found)
        return found

    async def _counted(self, url: str) -> Answer:
        self.requests += 1
        return await self._fetch(url)
