"""Read a list a second time: by date, without an offset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pyroaring import BitMap64

from newscrawl.wordpress.dates import shifted, utc
from newscrawl.wordpress.endpoints import include
from newscrawl.wordpress.fields import row_id
from newscrawl.wordpress.responses import Refusal
from newscrawl.wordpress.sequence import in_order

if TYPE_CHECKING:
    from newscrawl.wordpress.list_endpoint import Listing, Piece

MAX_EXCLUDED: Final = 500
"""Ids that a URL may name: servers allow 8 kB."""
DATE_FIELDS: Final = "id,date"


class DateScan:
    """Reads the ids of a list by date, with ``before`` or ``after`` in place of an offset.

    It needs neither "offset" nor "page", and no order by id. Posts that share a date are excluded
    by their ids from the next answer.

    Args:
        listing: The list, of ``DATE_FIELDS``, without an order.
        most: Rows after which the scan ends: a server that makes posts up never ends.
        newest_first: From the newest with ``before``; else from the oldest with ``after``.

    Attributes:
        ids: Ids so far.
        is_whole: Whether the scan reached the other end of the list, and left no gap.
        total: X-WP-Total of the first answer.
        doubt: Why it did not reach the end; "" if it did.
        has_unread: Whether an answer had entries that are no rows with an id.
    """

    def __init__(self, listing: Listing, *, newest_first: bool, most: int) -> None:
        self.ids = BitMap64()
        self.is_whole = False
        self.total: int | None = None
        self.doubt = ""
        self.has_unread = False
        self._listing = listing
        self._most = most
        self._name = "before" if newest_first else "after"
        self._order = "desc" if newest_first else "asc"
        self._newest_first = newest_first
        self._bound: str | None = None
        self._tied: list[int] = []
        self._outside: set[int] = set()
        self._largest = 0
        self._has_gap = False

    async def run(self) -> None:
        """Read until the list ends, or the site shows that it ignores the parameters."""
        while await self.step():
            pass

    async def step(self) -> bool:
        """Read one piece; return whether there is more to read."""
        query: dict[str, object] = {
            "orderby": "date",
            "order": self._order,
            self._name: self._bound,
            "exclude": include(self._tied[:MAX_EXCLUDED]) or None,
        }
        piece = await self._listing.piece(0, self._listing.per_page, **query)
        if isinstance(piece, Refusal):
            return self._end(str(piece))
        self.has_unread |= piece.has_unread
        if self._bound is None:
            self.total = piece.total
        if not piece.ids:
            is_hidden = (piece.total or 0) > self._listing.per_page
            return self._end("it shows none of the posts that it counts" if is_hidden else "")
        return self._take(piece)

    def _take(self, piece: Piece) -> bool:
        dates = {found: date for row in piece.rows if (found := row_id(row)) and (date := _at(row))}
        inside = {found: date for found, date in dates.items() if self._is_inside(date)}
        keys = list(inside.values())[:: -1 if self._newest_first else 1]
        sorted_keys = [keys[place] for place in in_order(keys)]
        outside = dates.keys() - inside.keys()
        # A few featured posts are in every answer, even in one without other posts.
        if len(outside) > max(len(inside), self._largest // 2):
            return self._end(f'the site ignores "{self._name}"')
        if not inside:
            is_end = bool(outside) and outside <= self._outside
            return self._end("" if is_end else f'the site ignores "{self._name}"')
        self._outside |= outside
        if 2 * len(sorted_keys) <= len(keys) and len(keys) > 2:
            return self._end("the site does not sort by date")
        new = [found for found in piece.ids if found not in self.ids]
        self.ids.update(new)
        if len(self.ids) > self._most:
            return self._end(f"its posts go on after {len(self.ids)}")
        if not new and piece.total is not None and piece.total <= len(inside):
            return self._end("")
        return self._move_on(inside, sorted_keys[0 if self._newest_first else -1], new, piece.total)

    def _move_on(
        self, inside: dict[int, str], edge: str, new: list[int], total: int | None
    ) -> bool:
        """Start the next piece at the date *edge*, the last one of this piece."""
        bound = shifted(edge, 1 if self._newest_first else -1).removesuffix("Z")
        count, self._largest = len(inside), max(self._largest, len(inside))
        if bound != self._bound:
            self._tied = [found for found, date in inside.items() if date == edge]
        elif new:
            self._tied += new
        elif total is None and (count < self._largest or count == 1):
            return self._end("")  # all that is left was read before: "exclude" is ignored
        else:
            self._has_gap, self._tied, bound = True, [], edge.removesuffix("Z")
        self._bound = bound
        return True

    def _is_inside(self, date: str) -> bool:
        """Return whether a date is in the window of the request: a site may ignore the window."""
        if self._bound is None:
            return True
        bound = f"{self._bound}Z"
        return date < bound if self._newest_first else date > bound

    def _end(self, doubt: str) -> bool:
        if self._has_gap:
            doubt = doubt or "more posts share a date than the site gives at once"
        self.doubt, self.is_whole = doubt, not doubt
        return False


def _at(row: dict[str, Any]) -> str | None:
    """Return the site's own time of a row, ending in "Z" to be compared as text."""
    return utc(row.get("date"))
