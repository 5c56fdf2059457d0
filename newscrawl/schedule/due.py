"""Decide which sites are due, from the clock, the plan and earlier crawls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from newscrawl.run_summary import COMPLETE, FAILED, HELD, PARTIAL
from newscrawl.schedule.triggers import Every

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.schedule.plan import Entry, Plan

STOPPED: Final = "stopped"
"""The result of a crawl that was stopped before its verdict."""

ARCHIVE_FAILED: Final = "archive failed"
"""The result of a crawl that could not use the archive. It is not a failure of the site."""

FIRST_BACKOFF: Final = timedelta(minutes=15)
"""The pause of a site after its first failure; each further failure in a row doubles it."""

LONGEST_BACKOFF: Final = timedelta(days=1)
"""The longest pause of a site that failed."""

HELD_RETRY: Final = timedelta(minutes=10)
"""A site that another run has, or whose crawl could not use the archive, is tried again after this
time, or in its next turn if earlier."""

USUAL_JITTER: Final = timedelta(minutes=5)
"""The most that is added to a start if the plan has no jitter, and no more than a tenth of the
time to the next."""

LONGEST_TOLERANCE: Final = timedelta(minutes=1)
"""The most that a site is early with ``--once``, and no more than a tenth of its period."""


@dataclass(slots=True, kw_only=True)
class Memory:
    """The state of a site that outlives a run of the schedule.

    Attributes:
        since: The time when the schedule first knew the site.
        turn: The time of its last turn; None before the first one.
        ended: The time when the crawl of that turn ended.
        result: "complete", "partial", "failed", "held", "stopped" or "archive failed".
        why: The problem, in one line.
        failures: The number of failed crawls in a row.
    """

    since: datetime
    turn: datetime | None = None
    ended: datetime | None = None
    result: str | None = None
    why: str = ""
    failures: int = 0

    def is_ahead(self, now: datetime) -> bool:
        """Return whether it has a time in the future; see `clamp`."""
        return any(time and time > now for time in (self.since, self.turn, self.ended))

    def clamp(self, now: datetime) -> None:
        """Move future times to now. A wrong clock wrote them; they would delay a site for long."""
        self.since = min(self.since, now)
        self.turn = self.turn and min(self.turn, now)
        self.ended = self.ended and min(self.ended, now)


@dataclass(frozen=True, slots=True)
class Ending:
    """The result of a crawl, one of those of `Memory`, and its problem in one line."""

    result: str
    why: str = ""


# --- When ---------------------------------------------------------------------------------------


def backoff(
    failures: int, first: timedelta = FIRST_BACKOFF, longest: timedelta = LONGEST_BACKOFF
) -> timedelta:
    """Return the pause after so many failures in a row; without other limits, that of a site.

    >>> [str(backoff(failures)) for failures in (0, 1, 2, 3, 99)]
    ['0:00:00', '0:15:00', '0:30:00', '1:00:00', '1 day, 0:00:00']
    """
    if failures <= 0:
        return timedelta(0)
    doublings = min(failures - 1, 30)
    return min(first * (1 << doublings), longest)


def next_turn(entry: Entry, memory: Memory) -> datetime:
    """Return the time of a site's next turn, without jitter; missed turns count as one.

    A site without any turn so far has one at once if it comes ``every`` so often, else when its
    cron expression is due.
    """
    if memory.turn is None:
        return entry.cadence.at_or_after(memory.since)
    turn = entry.cadence.after(memory.turn)
    if memory.ended is None:
        return turn
    if memory.result == STOPPED:
        return memory.ended
    if memory.result in {HELD, ARCHIVE_FAILED}:
        return min(turn, memory.ended + HELD_RETRY)
    quiet_until = memory.ended + backoff(memory.failures)
    # A site that failed is crawled only at the times of its cron expression, too.
    return turn if quiet_until <= turn else entry.cadence.at_or_after(quiet_until)


def jitter(entry: Entry, turn: datetime) -> timedelta:
    """Return the delay that is added to a turn, so that sites do not start all at once.

    It depends only on the site and the turn, so `--list` shows the real times. It never reaches the
    next turn.
    """
    gap = entry.cadence.after(turn) - turn
    most = min(gap / 10, USUAL_JITTER) if entry.jitter is None else min(gap / 2, entry.jitter)
    digest = sha256(f"{entry.name} {turn.isoformat()}".encode()).digest()
    return most * (int.from_bytes(digest[:8]) / 2**64)


def start_time(entry: Entry, memory: Memory) -> datetime:
    """Return the time of the next crawl of a site, if it can start then."""
    turn = next_turn(entry, memory)
    is_at_once = turn == memory.since or memory.result in {HELD, STOPPED, ARCHIVE_FAILED}
    return turn if is_at_once else turn + jitter(entry, turn)


def start_turn(entry: Entry, memory: Memory, now: datetime) -> None:
    """Record in the memory that the crawl of the site's turn starts."""
    turn = next_turn(entry, memory)
    # A late start does not move later turns, unless it is closer to the next one.
    is_near = now - turn < (entry.cadence.after(turn) - turn) / 2
    memory.turn, memory.ended = turn if is_near else now, None


def end_turn(entry: Entry, memory: Memory, ending: Ending, now: datetime) -> None:
    """Record the result of a crawl in the memory."""
    memory.ended, memory.result, memory.why = now, ending.result, ending.why
    if ending.result in {COMPLETE, PARTIAL}:
        memory.failures = 0
    elif ending.result == FAILED:
        memory.failures += 1
    if memory.turn and entry.cadence.after(memory.turn) <= now:
        memory.turn = now  # turns during the crawl are dropped


# --- Who ----------------------------------------------------------------------------------------


class Agenda:
    """The sites of a plan: waiting, being crawled, or finished.

    Args:
        plan: The sites; those that are not enabled have no turn.
        memories: The states of the sites by name.
        once: None for a schedule that continues. Else the moment whose due sites are crawled once,
            without jitter.
    """

    def __init__(
        self, plan: Plan, memories: Mapping[str, Memory], *, once: datetime | None = None
    ) -> None:
        self.crawled: dict[str, Entry] = {}
        self._memories = memories
        self._at_once = plan.at_once
        self._goes_on = once is None
        self._entries = {entry.name: entry for entry in plan.entries if entry.enabled}
        when = start_time if once is None else next_turn
        starts = {name: when(entry, memories[name]) for name, entry in self._entries.items()}
        if once is not None:
            early = {name: at - _tolerance(self._entries[name]) for name, at in starts.items()}
            starts = {name: min(starts[name], once) for name in starts if early[name] <= once}
        self._starts = starts

    def due(self, now: datetime) -> list[Entry]:
        """Return the sites to crawl now, the longest waiting first.

        They are limited by the places that are free, and have only one entry of a site.
        """
        free = self._at_once - len(self.crawled)
        busy = {entry.key for entry in self.crawled.values()}
        chosen: list[Entry] = []
        waiting = [(at, name) for name, at in self._starts.items() if at <= now]
        for _, name in sorted(waiting):
            entry = self._entries[name]
            if len(chosen) >= free:
                break
            if entry.key not in busy:
                busy.add(entry.key)
                chosen.append(entry)
        return chosen

    def count_due(self, now: datetime) -> int:
        """Return how many sites are due, whether they may start now or wait for a free place."""
        return sum(at <= now for at in self._starts.values())

    def next_start(self, now: datetime) -> datetime | None:
        """Return when the next site comes due after *now*; None if no site will by itself."""
        return min((at for at in self._starts.values() if at > now), default=None)

    @property
    def is_over(self) -> bool:
        """Return whether all crawls are finished and no further one will start."""
        return not self._starts and not self.crawled

    def started(self, entry: Entry, now: datetime) -> None:
        """Record that the crawl of a site's turn started."""
        start_turn(entry, self._memories[entry.name], now)
        self.crawled[entry.name] = entry
        del self._starts[entry.name]

    def ended(self, entry: Entry, ending: Ending, now: datetime) -> None:
        """Record the result of a crawl, and the time of the next one.

        The entry replaces the one that was crawled: its period may have changed.
        """
        memory = self._memories[entry.name]
        end_turn(entry, memory, ending, now)
        del self.crawled[entry.name]
        self._entries[entry.name] = entry
        if self._goes_on:
            self._starts[entry.name] = start_time(entry, memory)


def _tolerance(entry: Entry) -> timedelta:
    """Return how much too early a site may start with *once*.

    Cron starts ``--once`` some seconds earlier or later each time. Without a tolerance, an hourly
    site would miss every turn for which cron is a second early.
    """
    if not isinstance(entry.cadence, Every):
        return timedelta(0)
    return min(LONGEST_TOLERANCE, entry.cadence.period / 10)
