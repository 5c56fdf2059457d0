"""Closing in on the one row of a list that makes its site fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from newscrawl.wordpress.responses import Refusal

OUTAGE_REASONS: Final = frozenset(
    {"rate_limited", "dns_error", "tls_error", "unsafe_address", "redirect_loop"}
)
"""Reasons for which a smaller request would fail, too."""


class Bisection:
    """The size of the next request after a failure: the same once more, then halves, then one row.

    Attributes:
        end: The offset before which the row at fault is; 0 while no row is looked for.
    """

    def __init__(self) -> None:
        self.end = 0
        self._was_repeated = False

    def halve(self, offset: int, size: int, overlap: int) -> int | None:
        """Return the size of the next request after a failure at *size*; None if one row is left.

        Args:
            overlap: 1 if the piece starts with a row that was read before, else 0.
        """
        wanted = size - overlap
        if not self._was_repeated and (wanted <= 1 or not self.end):
            self._was_repeated = True
            return size
        self._was_repeated = False
        if wanted <= 1:
            self.end = 0
            return None
        self.end = offset + size
        return overlap + wanted // 2

    def next_size(self, offset: int, per_page: int) -> int:
        """Return the size of the next request from *offset* on, after one that succeeded."""
        self._was_repeated = False
        left = self.end - offset - 1
        if left < 1:
            self.end = 0
            return per_page
        return min(per_page, 1 + max(1, left // 2))


def is_outage(refusal: Refusal) -> bool:
    """Return whether a host does not answer at all, so that no other request helps."""
    return refusal.reason in OUTAGE_REASONS


def is_hopeless(refusal: Refusal) -> bool:
    """Return whether a smaller piece would be refused too."""
    if refusal.reason == "error":
        return not refusal.is_passing
    return refusal.is_closed or refusal.reason in OUTAGE_REASONS
