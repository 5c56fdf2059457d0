"""One list of the API, requested piece by piece with the parameters that its site supports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.endpoints import PER_PAGE
from newscrawl.wordpress.fields import row_id
from newscrawl.wordpress.page_size import MIN_PATIENCE, PageSize
from newscrawl.wordpress.responses import Refusal, entry_count, fetch_decoded, objects, total

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.net.response import Answer, Fetch


MAX_ROWS: Final = 2_000
"""Rows of one answer that are read, as a site may give more than it is asked for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of a list as they came, those with an id, and X-WP-Total with them.

    Attributes:
        requested: How many rows were requested: fewer than the caller wanted if the site has a
            bound.
        has_unread: Whether the list has entries that are no rows with an id.
    """

    rows: list[dict[str, Any]]
    ids: list[int]
    total: int | None
    requested: int
    has_unread: bool = False


class Listing:
    """A list of the API: posts of a type, comments, media.

    Args:
        fetch: Fetches a URL; never raises for a failure of the site.
        url_for: Builds the URL of the list with more of a query; None leaves a parameter out.
        per_page: Rows to request at first: the known limit of the site.
        most: Rows that are ever requested at once.
        patience: Answers after which a larger size is tried.

    Attributes:
        size: The number of rows to request, as far as the site's limit is learnt.
        by_page: Whether pieces are requested by "page": the site ignores "offset".
        is_sorted: Whether "orderby" and "order" are sent.
        requests: Requests made so far.
    """

    def __init__(
        self,
        fetch: Fetch,
        url_for: Callable[..., str],
        *,
        per_page: int = PER_PAGE,
        most: int | None = None,
        patience: int = MIN_PATIENCE,
    ) -> None:
        self.size = PageSize(per_page, most=per_page if most is None else most, patience=patience)
        self.by_page = False
        self.is_sorted = True
        self.requests = 0
        self._fetch = fetch
        self._url_for = url_for

    @property
    def per_page(self) -> int:
        """Rows to request at once."""
        return self.size.value

    async def piece(self, offset: int, size: int, **query: object) -> Piece | Refusal:
        """Fetch the rows from *offset* on; a site's wishes about the query are followed."""
        while True:
            asked = min(size, self.per_page)
            piece = await self._once(offset, asked, query)
            if not isinstance(piece, Refusal):
                self.size.note_success(asked)
                return piece
            if not self._adapt(piece, asked):
                return piece

    async def _once(self, offset: int, size: int, query: dict[str, object]) -> Piece | Refusal:
        asked: dict[str, object] = {"per_page": size, **query}
        if self.by_page:
            asked["page"] = offset // size + 1
        elif offset:
            asked["offset"] = offset
        if not self.is_sorted:
            asked |= {"orderby": None, "order": None}
        answer, decoded = await fetch_decoded(self._counted, self._url_for(**asked))
        rows = objects(decoded)
        if isinstance(rows, Refusal):
            is_end = rows.code.endswith("_invalid_page_number")
            return Piece([], [], 0, size) if is_end else rows
        # Further ones come again with the next piece, which starts with the last row of this one.
        some = rows[:MAX_ROWS]
        known = [(row, found) for row in some if (found := row_id(row)) is not None]
        ids = [found for _, found in known]
        has_unread = len(known) < len(some) or len(rows) < entry_count(decoded)
        return Piece([row for row, _ in known], ids, total(answer), size, has_unread)

    async def _counted(self, url: str) -> Answer:
        self.requests += 1
        return await self._fetch(url)

    def _adapt(self, refusal: Refusal, size: int) -> bool:
        """Change the request as an error wants it; return False if that does not help."""
        if not refusal.is_limit:
            return False
        if {"orderby", "order"} & set(refusal.parameters) and self.is_sorted:
            self.is_sorted = False
        elif "offset" in refusal.parameters and not self.by_page:
            self.by_page = True
        else:
            return self.size.note_refusal(size, refusal)
        return True
