"""Find the rows of an answer that are in the requested order, without rows put among them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def in_order(keys: Sequence[Any]) -> list[int]:
    """Return the positions of the longest part of *keys* that ascends; equal keys may follow.

    Sites put featured posts before, behind or among the requested rows.

    >>> in_order([50, 110, 1, 2, 3])
    [2, 3, 4]
    """
    ends: list[Any] = []
    at: list[int] = []
    before: list[int] = []
    for place, key in enumerate(keys):
        length = bisect_right(ends, key)
        before.append(at[length - 1] if length else -1)
        if length == len(ends):
            ends.append(key)
            at.append(place)
        else:
            ends[length], at[length] = key, place
    found = []
    place = at[-1] if at else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return found[::-1]


def is_mostly_sorted(keys: Sequence[Any]) -> bool:
    """Return whether more than half of *keys* ascend; a short list proves nothing and is."""
    return len(keys) < 3 or 2 * len(in_order(keys)) > len(keys)
