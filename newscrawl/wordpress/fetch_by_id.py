"""Rows of the API by their ids, a hundred at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.endpoints import PER_PAGE, include
from newscrawl.wordpress.faults import is_hopeless
from newscrawl.wordpress.fields import row_id
from newscrawl.wordpress.responses import Refusal, decode, objects, total

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from newscrawl.net.response import Ask

MAX_FAILURES: Final = 12
"""Failures in a row after which a site is taken for down: the halves of a hundred are 8."""


class ById:
    """Asks for rows by ``include=``; a request that fails is made again, then halved.

    Args:
        ask: Asks for a URL; never raises for what a site does.
        url_for: Builds the URL of the list with more of a query.
        max_failures: In a row, after which the rest is not asked for.
        per_page: So many at once.

    Attributes:
        absent: Ids that the site answered for, but left out: deleted, hidden, private.
        failed: Ids that it could not answer for, with the reason.
        refusal: The answer that ended it all; None where there was none.
    """

    def __init__(
        self,
        ask: Ask,
        url_for: Callable[..., str],
        *,
        max_failures: int = MAX_FAILURES,
        per_page: int = PER_PAGE,
    ) -> None:
        self.absent: set[int] = set()
        self.failed: dict[int, str] = {}
        self.refusal: Refusal | None = None
        self.requests = 0
        self._ask = ask
        self._url_for = url_for
        self._max_failures = max_failures
        self._per_page = per_page
        self._failures = 0
        self._total: int | None = None

    async def pages(self, ids: Iterable[int]) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield the rows of *ids*, each once, as they come."""
        every = sorted(set(ids))
        size = self._per_page
        left = [every[n : n + size] for n in range(0, len(every), size)][::-1]
        fault: set[int] = set()  # where a row at fault is looked for
        while left:
            wanted = left.pop()
            rows = await self._rows(wanted)
            is_worth_another_try = len(wanted) == 1 or fault.isdisjoint(wanted)
            is_worth_another_try &= self._max_failures > 0
            if isinstance(rows, Refusal) and is_worth_another_try and not is_hopeless(rows):
                rows = await self._rows(wanted)
            if not isinstance(rows, Refusal):
                left += self._still_wanted(wanted, rows)
                if rows:
                    yield list(rows.values())
            elif self._is_end(rows):
                self.refusal = rows
                left.append(wanted)
                self.failed.update((row, str(rows)) for part in left for row in part)
                return
            elif len(wanted) == 1:
                self.failed[wanted[0]] = str(rows)
            else:
                fault = set(wanted)
                half = len(wanted) // 2
                left += [wanted[half:], wanted[:half]]

    def _is_end(self, refusal: Refusal) -> bool:
        is_too_much = refusal.status == 400  # fewer rows a page than WordPress allows
        return self._failures > self._max_failures or (is_hopeless(refusal) and not is_too_much)

    def _still_wanted(self, wanted: list[int], rows: dict[int, dict[str, Any]]) -> list[list[int]]:
        """Return what to ask for again: a site may give fewer rows than it says it has."""
        rest = [row for row in wanted if row not in rows]
        if rows and rest and (self._total or 0) > len(rows):
            return [rest]
        self.absent.update(rest)
        return []

    async def _rows(self, ids: list[int]) -> dict[int, dict[str, Any]] | Refusal:
        self.requests += 1
        answer = await self._ask(self._url_for(include=include(ids), per_page=len(ids)))
        rows = objects(decode(answer))
        if isinstance(rows, Refusal):
            self._failures += 1
            return rows
        self._failures = 0
        self._total = total(answer)
        wanted = set(ids)
        return {found: row for row in rows if (found := row_id(row)) in wanted}
