"""How many rows to request at once: a server's limit is learnt from its refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from newscrawl.wordpress.responses import Refusal

MIN_PATIENCE: Final = 10
"""Answers of one size, after which a larger one is tried; then twice as many."""
MIN_GAIN: Final = 8
"""A larger size is tried if it is larger by more than an eighth."""


class PageSize:
    """The number of rows to request from a list.

    A limit that the server names is used. Else the size is halved on a refusal, and later a
    size between the largest good one and the smallest bad one is tried. A failure is a weaker
    reason than a refusal: the server may have been busy, so the size that failed is tried again.

    Args:
        start: The size to begin with, from an earlier run.
        most: The largest size that is ever tried.
        patience: Answers of one size, after which a larger one is tried.

    Attributes:
        value: The size to request now.
    """

    def __init__(self, start: int, *, most: int, patience: int = MIN_PATIENCE) -> None:
        self.value = min(start, most)
        self._most = most
        self._good = 0
        # The smallest size that was refused, and whether the server refused it with a 400.
        self._bad = most + 1
        self._is_exact = False
        self._patience = patience
        self._answers = 0
        # The value before a trial; 0 while there is no trial.
        self._before_trial = 0
        # The smallest size that failed during a search for a fault, and the largest that came.
        self._fault_bad = self._fault_good = 0

    @property
    def is_trial(self) -> bool:
        """Whether the present size is a larger one that no answer has confirmed yet."""
        return self._before_trial > 0

    @property
    def confirmed(self) -> int:
        """The size to begin with the next time: a trial that no answer has confirmed is left."""
        return self._before_trial or self.value

    def note_success(self, size: int) -> None:
        """Note that a request for *size* rows was answered."""
        self._good = max(self._good, size)
        if size >= self._bad and not self._is_exact:
            self._bad, self._patience = self._most + 1, MIN_PATIENCE
        if self._fault_bad:
            self._fault_good = max(self._fault_good, size)
        if size < self.value:
            return
        self._before_trial = 0
        self._answers += 1
        larger = self._larger()
        if larger > self.value and (self._is_exact or self._answers >= self._patience):
            self._before_trial = self.value
            self.value, self._answers = larger, 0

    def _larger(self) -> int:
        """Return the next size to try; the present one if no larger one is worth a request."""
        limit = self._bad - 1
        if self._bad > self._most:
            return min(self._most, 2 * self.value)
        middle = (self.value + self._bad) // 2
        gain = 0 if self._is_exact else self.value // MIN_GAIN
        if middle - self.value > gain:
            return min(middle, limit)
        return self.value if self._is_exact else min(self._most, 2 * self.value)

    def note_refusal(self, size: int, refusal: Refusal) -> bool:
        """Note a 400; return whether a smaller size is worth a request."""
        if size <= 1 or size <= self._good:
            return False
        self._bad, self._is_exact = min(self._bad, size), True
        named = refusal.limit_below(size)
        if named:
            self._bad = named + 1
        self.value = named or self._good or max(1, size // 2)
        self._before_trial = 0
        return True

    def cap(self, size: int) -> None:
        """Note that no answer has more than *size* rows, however many are requested."""
        self.value, self._bad, self._is_exact, self._before_trial = size, size + 1, True, 0

    def give_up_trial(self) -> None:
        """Go back to the largest size that was answered: a larger one failed."""
        self._bad = min(self._bad, self.value)
        self.value, self._answers, self._before_trial = self._before_trial, 0, 0
        self._patience = max(MIN_PATIENCE, 2 * self._patience)

    def fail(self, size: int) -> None:
        """Note that a request for *size* rows failed: for its size, or for a row in it."""
        if size > self._fault_good:
            self._fault_bad = min(self._fault_bad or size, size)

    def end_fault(self, *, is_row: bool) -> None:
        """Note that the rows of the failed request came, in smaller pieces.

        Args:
            is_row: Whether one row was at fault; else the size may be. It is tried once more, and
                if it fails again, a smaller one is kept.
        """
        if self._fault_bad and self._fault_good and not is_row:
            self._before_trial = min(self.value, self._fault_good)
            self.value, self._answers = self._fault_bad, 0
        self._fault_bad = self._fault_good = 0
