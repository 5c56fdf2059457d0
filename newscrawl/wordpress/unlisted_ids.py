"""Ids to request for posts that a site shows by their ids, and that its lists leave out."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from newscrawl.wordpress.endpoints import PER_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyroaring import BitMap64

NEIGHBORS: Final = PER_PAGE // 4
"""Ids before the first and behind the last known post that are requested, and between them."""
CONTROLS: Final = 2
"""Known ids that are requested in the same request."""


def control_ids(known: BitMap64) -> set[int]:
    """Return known ids to request with `likely_ids`: an answer without them proves nothing.

    There are two, as a site may put one post, a featured one, into every answer.

    >>> from pyroaring import BitMap64
    >>> sorted(control_ids(BitMap64([2, 4, 9])))
    [2, 4]
    """
    return {known[0], known[len(known) // 2]} if known else set()


def likely_ids(known: BitMap64) -> list[int]:
    """Return ids that are not in *known*, for one request: before, behind and between them.

    Without a known id, these are the ids of a young site's first posts.

    >>> from pyroaring import BitMap64
    >>> likely_ids(BitMap64([2, 4]))[:3]
    [1, 5, 6]
    """
    if not known:
        return [*range(1, PER_PAGE + 1)]
    first, last = known[0], known[-1]
    between = last - first + 1 - len(known)
    ids = [*range(max(1, first - NEIGHBORS), first), *range(last + 1, last + 1 + NEIGHBORS)]
    for place in range(1, between + 1, max(1, between // NEIGHBORS)):
        at = bisect_left(range(first, last + 1), place, key=lambda n: n - first + 1 - known.rank(n))
        ids.append(first + at)
    return ids[: PER_PAGE - CONTROLS]


def id_ranges(known: BitMap64, most: int) -> Iterator[range]:
    """Yield up to *most* ranges of `PER_PAGE` ids, the largest first.

    A gap between two known ids that would take all of them is left out but for its start. Blogs
    that were merged have such gaps.

    >>> from pyroaring import BitMap64
    >>> [(ids[0], ids[-1]) for ids in id_ranges(BitMap64([50, 9_000]), 4)]
    [(8901, 9000), (51, 150), (1, 50)]
    """
    end = known[-1] if known else 0
    for _ in range(most):
        if end < 1:
            return
        yield range(max(1, end - PER_PAGE + 1), end + 1)
        end -= PER_PAGE
        count = known.rank(max(0, end))
        nearest = known[count - 1] if count else 0
        if end - nearest > most * PER_PAGE:
            end = nearest + PER_PAGE
