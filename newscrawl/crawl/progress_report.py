"""How far a crawl is: the same figures for a line of the log and for the terminal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressReport:
    """The progress of one crawl.

    Attributes:
        site: The URL of the crawl.
        is_found: Whether the API of the site is known.
        seconds: The time since the start.
        walked: The number of posts that were read.
        expected: The number of posts that the site names; None if it is not known yet.
        published: The number of new and updated records.
        outcomes: The outcomes of the articles that this run fetched.
        pending: The number of queued articles without an outcome.
        waiting: The hosts that requests wait for, with the remaining seconds.
    """

    site: str
    is_found: bool = True
    seconds: float = 0
    walked: int = 0
    expected: int | None = None
    published: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    pending: int = 0
    waiting: Mapping[str, float] = field(default_factory=dict)

    @property
    def articles(self) -> int:
        """The number of articles that have an outcome."""
        return self.outcomes.total()

    def rate(self, count: int) -> float:
        """Return *count* per second of this run."""
        return count / self.seconds if self.seconds else 0

    def seconds_left(self) -> float | None:
        """Return the time that the queued articles need at the present rate; None if unknown.

        >>> outcomes = Counter(fetched=6)
        >>> ProgressReport(site="a.test", seconds=60, outcomes=outcomes, pending=3).seconds_left()
        30.0
        """
        if not (self.articles and self.pending):
            return None
        return self.pending / self.rate(self.articles) if self.seconds else None

    def longest_wait(self) -> tuple[str, float] | None:
        """Return the host that is waited for longest, with the remaining seconds."""
        return max(self.waiting.items(), key=lambda item: item[1]) if self.waiting else None

    def __str__(self) -> str:
        """Return the line for the log."""
        if not self.is_found:
            return f"Looking for the API of {self.site}"
        expected = "" if self.expected is None else f" of {self.expected}"
        line = (
            f"Posts: {self.walked}{expected} walked, {self.published} published;"
            f" articles: {self.articles} done, {self.pending} pending"
        )
        if wait := self.longest_wait():
            line += (
                f"; waiting for {len(self.waiting)} hosts, longest for {wait[0]} ({wait[1]:.0f} s)"
            )
        left = self.seconds_left()
        return line if left is None else f"{line}; about {minutes(left)} left"


def minutes(seconds: float) -> str:
    """Return a time in full minutes.

    >>> minutes(20), minutes(100), minutes(7300)
    ('1 min', '2 min', '2 h 2 min')
    """
    hours, rest = divmod(max(1, round(seconds / 60)), 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"
