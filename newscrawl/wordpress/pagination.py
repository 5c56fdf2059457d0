"""Read a list that changes meanwhile, without missing a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pyroaring import BitMap64

from newscrawl.wordpress.bisection import Bisection, is_hopeless
from newscrawl.wordpress.responses import Refusal
from newscrawl.wordpress.sequence import in_order, is_mostly_sorted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from newscrawl.wordpress.list_endpoint import Listing, Piece

STEP_BACK: Final = 10
"""Rows that a walk goes back if a piece does not join the one before; then 4 times more."""
MAX_STEPS_BACK: Final = 40
"""Steps back without a new row, after which a gap is left to the reconciliation."""
MAX_ALL_STEPS_BACK: Final = 100
ROWS_OF_A_STEP_BACK: Final = 200
"""The same for all steps back of a walk: so many, and one more for each of so many rows."""
MAX_FRUITLESS: Final = 100
"""The same for the requests since the last new row: each step back may look for a broken row."""
MAX_SAME: Final = 3
"""Times that different offsets give the same piece, before newscrawl takes "offset" as ignored."""
MAX_EMPTY: Final = 3
"""Pieces without a new row, after which the end by X-WP-Total is checked."""
MAX_REPEATED: Final = 50
"""Pieces without a new row in the whole, after which a site is only repeating itself."""
MAX_ROWS: Final = 10_000_000
"""The largest sites have a tenth of it: beyond, a server makes posts up."""
SURPLUS_FACTOR: Final = 2
SURPLUS_ROWS: Final = 1_000
"""The walk ends here at the latest: this factor times the first total of the site, and so many
more. A total may be stale; a list that is longer never ends."""
MAX_ROWS_WITHOUT_TOTAL: Final = 200_000
"""Rows that are read of a list without a total."""
MAX_SMALL: Final = 20
"""Rows of a piece that counts as small: an overlap of one row costs a twentieth or more."""
MAX_BROKEN: Final = 5
"""Rows in a row that can't be read, after which the site is taken for broken, not they."""


def most_rows(total: int | None) -> int:
    """Return how many rows are read of a list at most, by the total that the site gives."""
    if total is None:
        return MAX_ROWS_WITHOUT_TOTAL
    return min(MAX_ROWS, total * SURPLUS_FACTOR + SURPLUS_ROWS)


def endless(rows: int, total: int | None) -> Refusal:
    """Return the failure of a walk over a list that goes on after so many rows."""
    expected = "no total" if total is None else f"a total of {total}"
    return Refusal("shape", f"the list goes on after {rows} rows, and the site gave {expected}")


class Paginator:
    """Yields each row of a list once, by pieces that overlap.

    Each piece starts at the last row of the piece before. As long as it does hold a row of that
    piece, or starts before it, nothing can have slipped through between them, whatever was added or
    deleted meanwhile; else the walk steps back. A piece that fails is requested again, then halved
    down to the one row at fault.

    Args:
        listing: The list, sorted by id if *ascending*.
        ascending: Whether ids should ascend; a list whose ids do not is noted.
        start: The offset of the first piece: rows before it are known.
        overlaps: Whether pieces overlap if they are small, too: a listing that follows can make up
            for a row that slipped through, and a tenth of the requests is saved.

    Attributes:
        seen: Ids of all rows so far; a site may have a million, which a set takes 60 MB for.
        total: The last X-WP-Total of an answer with a row in it; None without such an answer.
        broken: Ids of rows that the site can't show, with the reason.
        failure: Why the walk ended before the end of the list; None if it read all of it.
        notes: Other oddities, each once, for people.
        doubts: Why the end of the list proves nothing; empty if it was read to its end.
        is_regular: Whether each piece began with the last row of the piece before, in order.
        is_sorted: Whether rows come in the requested order.
        has_unread: Whether the list has entries that are no rows with an id.
    """

    def __init__(
        self, listing: Listing, *, ascending: bool = True, start: int = 0, overlaps: bool = True
    ) -> None:
        self.listing = listing
        self.seen = BitMap64()
        self.total: int | None = None
        self._first_total: int | None = None
        self.broken: dict[int, str] = {}
        self.failure: Refusal | None = None
        self.notes: list[str] = []
        self.doubts: list[str] = []
        self.is_regular = True
        self.is_sorted = True
        self.has_unread = False
        # By the id before them, 0 at the start, and their number after it.
        self._unnamed: dict[tuple[int, int], str] = {}
        self._ascending = ascending
        self._offset = self._start = start
        self._overlaps = overlaps
        self._size = listing.per_page
        # The last piece that held a row.
        self._last: Piece | None = None
        # Whether the next piece starts beyond the last row on purpose, and can't overlap.
        self._jumped = False
        self._bisection = Bisection()
        self._broken_in_a_row = 0
        self._step = STEP_BACK
        self._steps_back = 0
        self._all_steps_back = 0
        # Requests of the list until the last new row.
        self._fruitful = 0
        self._same = 0
        # Rows of the last piece, if it was shorter than requested.
        self._short = 0
        # Pieces without a new row: in a row, and beyond what was walked before.
        self._empty = 0
        self._furthest = 0
        self._done = False

    @property
    def is_whole(self) -> bool:
        """Whether the list was read to its end, and each row of it that the site counts."""
        is_read = not (self.failure or self.doubts or self.broken or self._unnamed)
        return is_read and (self.total is None or self.total <= len(self.seen))

    @property
    def unnamed(self) -> list[str]:
        """Rows that the site can't show and does not name: the place of each, and why."""
        return list(self._unnamed.values())

    @property
    def unnamed_after(self) -> list[tuple[int, str]]:
        """The same lines, each with the id of the last row before it; 0 for the start."""
        return [(before, line) for (before, _), line in self._unnamed.items()]

    async def pages(self) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield new rows, as they came, until the list ends or the site fails."""
        while not self._done:
            if self._offset > MAX_ROWS:
                self._add_doubt(f"the walk stopped after {MAX_ROWS} rows")
                return
            self._size = min(self._size, self.listing.per_page)
            piece = await self._piece()
            self._size = min(self._size, self.listing.per_page)
            if isinstance(piece, Refusal):
                await self._shrink(piece)
            elif not self._joins(piece):
                self._step_back()
            else:
                new = self._take(piece)
                if new:
                    yield new
                if self._is_endless(piece):
                    return
                await self._move_on(piece, has_new=bool(new))

    async def _piece(self) -> Piece | Refusal:
        """Fetch the next piece; once more if it is empty where the site counted rows before."""
        piece = await self.listing.piece(self._offset, self._size)
        if isinstance(piece, Refusal) or piece.ids or piece.total:
            return piece
        if self.total is None or self.total <= self._offset:
            return piece
        return await self.listing.piece(self._offset, self._size)

    def _is_endless(self, piece: Piece) -> bool:
        """Return whether far more rows came than the site counts; the walk has failed then."""
        if self._first_total is None:
            self._first_total = piece.total
        if len(self.seen) <= most_rows(self._first_total):
            return False
        self._fail(endless(len(self.seen), self._first_total))
        return True

    # --- A piece that came -----------------------------------------------------------------------

    def _joins(self, piece: Piece) -> bool:
        """Return whether nothing can be hidden between the last piece and this one."""
        last = self._last
        if self._offset == 0 or last is None or self._has_stepped_enough:
            return True
        in_order = self._in_order(piece.ids)
        if self._jumped or self.listing.by_page:
            has_total = bool(piece.ids) and piece.total is not None and last.total is not None
            return not has_total or piece.total >= last.total  # type: ignore[operator]
        if self._ascending and in_order and in_order[0] <= self._in_order(last.ids)[-1]:
            self.is_regular &= in_order[0] == last.ids[-1]
            return True
        return not set(last.ids).isdisjoint(piece.ids)

    def _in_order(self, ids: list[int]) -> list[int]:
        """Return the ids that are in the order of the list, without those put among them."""
        return [ids[place] for place in in_order(ids)] if self._ascending else ids

    @property
    def _has_stepped_enough(self) -> bool:
        """Whether the walk steps back no more: the reconciliation finds what a gap hides."""
        most = MAX_ALL_STEPS_BACK + len(self.seen) // ROWS_OF_A_STEP_BACK
        is_fruitless = self.listing.requests - self._fruitful > MAX_FRUITLESS
        return (
            self._steps_back > MAX_STEPS_BACK
            or self._all_steps_back > most
            or (is_fruitless and self._steps_back > 0)
        )

    def _step_back(self) -> None:
        self._all_steps_back += 1
        if self._steps_back == MAX_STEPS_BACK or self._has_stepped_enough:
            self._add_doubt("the list moved faster than it could be walked")
        self._offset = max(0, self._offset - self._step)
        self._step *= 4
        self._steps_back += 1
        self._same = 0
        self._restart(self.listing.per_page)

    def _take(self, piece: Piece) -> list[dict[str, Any]]:
        """Return the new rows of a piece."""
        self._check_order(piece.ids)
        self.has_unread |= piece.has_unread
        new = []
        for row, row_id in zip(piece.rows, piece.ids, strict=True):
            if row_id not in self.seen:
                self.seen.add(row_id)
                self.broken.pop(row_id, None)
                new.append(row)
        # A piece that has only posts put there by the site, behind the last row, counts none.
        is_counted = piece.total is not None and 0 < len(piece.ids) <= piece.total
        if is_counted or (piece.total is not None and self._offset == self._start):
            self.total = piece.total
        self._broken_in_a_row = 0
        return new

    def _check_order(self, ids: list[int]) -> None:
        """Note if rows are not sorted, or are more than requested."""
        if len(ids) > self._size:
            self.is_regular = False
            if self._size == self.listing.per_page:
                self._note("the site gives more rows than it is asked for")
        if not self._ascending or ids == sorted(ids):
            return
        self.is_regular = False
        if is_mostly_sorted(ids):
            self._note("the site puts other posts among those that it is asked for")
        else:
            self._ascending = self.is_sorted = False
            self._note("the site does not sort by id")

    async def _move_on(self, piece: Piece, *, has_new: bool) -> None:
        """Choose the start of the next piece, or end after the last one."""
        # Rows that were put among the others take no place in the list.
        count = len(self._in_order(piece.ids))
        is_same = self._last is not None and self._last.ids == piece.ids and self._offset > 0
        self._same = self._same + 1 if is_same else 0
        self._step = STEP_BACK
        self._last = piece if piece.ids else self._last
        if has_new:
            self._steps_back = self._empty = 0
            self._fruitful = self.listing.requests
        elif self._offset + count > self._furthest:
            self._empty += 1
        self._furthest = max(self._furthest, self._offset + count)
        is_claimed = piece.total is not None and self._offset + count < piece.total
        # A total that is lower than the number of rows is wrong: it ends nothing.
        is_counted = piece.total is not None and piece.total >= self._offset + count
        is_short = len(piece.ids) < self._size or (count > self._size and not has_new)
        if is_short and not is_claimed and (is_counted or not has_new):
            self._done = True
        elif self._same == MAX_SAME and count > 1:
            self._change_query(count)
        elif count < min(self._size, 2) and not has_new:
            await self._skip_hidden(piece)
        else:
            self._note_cap(count if is_claimed and has_new else 0)
            self._advance(count)

    def _note_cap(self, count: int) -> None:
        """Request no more rows than the site gives, once two pieces ended at the same number."""
        if 0 < count == self._short <= self._size / 2:
            self._note(f"the site gives no more than {count} at once")
            self.listing.size.cap(count)
            self._size = count
        self._short = count

    def _advance(self, count: int) -> None:
        if self._empty > MAX_REPEATED:
            self._add_doubt("the site repeats itself")
            self._done = True
        # A single row that was requested by itself is not passed: the next piece starts with it.
        is_stuck = count == 1 and (self._size > 1 or self.listing.per_page == 1)
        is_apart = is_stuck or self._is_safe_apart(count)
        if self.listing.by_page:
            self._offset = (self._offset // self._size + 1) * self._size
        elif is_stuck:
            self._offset += 1
        else:
            self._offset += min(count, max(self._size, 2)) - (not is_apart)
        self._jumped = is_apart
        was_faulty = self._bisection.end > 0
        self._size = self._bisection.next_size(self._offset, self.listing.per_page)
        if was_faulty and not self._bisection.end:
            self.listing.size.end_fault(is_row=False)
            self._size = self.listing.per_page

    def _is_safe_apart(self, count: int) -> bool:
        """Return whether the next piece may start behind this one: its total shows a deletion."""
        if self._overlaps or not self.is_regular or self._bisection.end:
            return False
        has_total = self._last is not None and self._last.total is not None
        return has_total and count == self._size <= MAX_SMALL

    async def _skip_hidden(self, piece: Piece) -> None:
        """Continue if rows are counted but not shown, unless the count is wrong."""
        self._offset += max(1, self._size - 1)
        self._restart(self.listing.per_page)
        self._jumped = True
        if self._empty >= MAX_EMPTY and piece.total is not None:
            end = max(self._offset, piece.total - self._size)
            tail = await self.listing.piece(end, self._size, _fields="id")
            self._done = isinstance(tail, Refusal) or all(row in self.seen for row in tail.ids)
            self._empty = max(-(piece.total // self._size), -MAX_ROWS // self._size)

    def _change_query(self, count: int) -> None:
        """Request pieces in another way if the same piece comes for each request."""
        if self.listing.by_page:
            self._add_doubt("the site answers every page alike")
            self._done = True
            return
        self.is_regular = False
        self._note("the site does not know offset")
        self.listing.by_page = True
        self._same = 0
        self.listing.size.cap(count)
        self._offset = count
        self._restart(count)

    # --- A piece that did not come ---------------------------------------------------------------

    async def _shrink(self, refusal: Refusal) -> None:
        """Retry the request, then a smaller one, then skip the one row that is left."""
        if is_hopeless(refusal):
            return self._fail(refusal)
        if self.listing.size.is_trial:
            self.listing.size.give_up_trial()
            self._size = self.listing.per_page
            return None
        overlap = 0 if self._last is None or self._jumped or self.listing.by_page else 1
        is_new = not self._bisection.end
        size = self._bisection.halve(self._offset, self._size, overlap)
        if size is None:
            return await self._skip(self._offset + overlap, refusal)
        if is_new and size < self._size and not await self._is_alive(overlap):
            return self._fail(refusal)
        if size < self._size:
            self.listing.size.fail(self._size)
        self._size = size
        return None

    async def _is_alive(self, overlap: int) -> bool:
        """Request a row that was read before, else two others: an outage refuses all of them."""
        for offset in (self._offset,) if overlap else (self._offset, self._offset + self._size):
            if not isinstance(await self.listing.piece(offset, 1, _fields="id"), Refusal):
                return True
        return False

    async def _skip(self, offset: int, refusal: Refusal) -> None:
        """Leave out the row at *offset*: only it is at fault, and it is named if it can be."""
        self._broken_in_a_row += 1
        self.listing.size.end_fault(is_row=True)
        name = await self.listing.piece(offset, 1, _fields="id")
        if isinstance(name, Refusal) or not name.ids:
            before = self._last.ids[-1] if self._last else 0
            place = (before, self._broken_in_a_row)
            self._unnamed[place] = (
                f"number {place[1]} after {before}, at offset {offset}: {refusal}"
            )
        elif name.ids[0] not in self.seen:
            self.broken[name.ids[0]] = str(refusal)
        if self._broken_in_a_row >= MAX_BROKEN:
            self._fail(refusal)
        self._offset = offset + 1
        self._restart(1)
        self._jumped = True

    def _add_doubt(self, line: str) -> None:
        if line not in self.doubts:
            self.doubts.append(line)

    def _fail(self, refusal: Refusal) -> None:
        self.failure = refusal
        self._done = True

    def _restart(self, size: int) -> None:
        self._size = size
        self._jumped = False
        self._bisection = Bisection()

    def _note(self, line: str) -> None:
        if line not in self.notes:
            self.notes.append(line)
