"""When the next request to a host is allowed: the rules of its clock, on values.

A host has one clock, kept in the archive, for all requests to it: posts, articles, robots.txt
and redirects, of every process that shares the archive. All times are Unix seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Final

FIRST_BACKOFF_SECONDS: Final = 60.0
"""The first step of the back-off, in seconds; each further step doubles it."""
MAX_BLOCK_SECONDS: Final = 24 * 3600.0
"""The longest pause of a host, by Retry-After or by our own back-off."""
QUIET_SECONDS: Final = 30 * 60.0
"""After as long without a refusal, a host is in good standing again."""
JITTER: Final = 0.1
"""The largest share of a delay that is added at random; it never makes a delay shorter."""
LONGEST_QUEUE_SECONDS: Final = 600.0
"""A turn further away than this is not taken: others on the archive fill the time till then."""
LONGEST_PAUSE_DELAYS: Final = 25
LONGEST_PAUSE_SECONDS: Final = 150.0
"""The longest pause of a host after a turn, in delays or, if that is more, in seconds:
the pause before the last retry of an API (20 delays), a crawl-delay (120 s), and jitter."""

_RETRY_SECONDS: Final = re.compile(r"\s*([0-9]{1,9})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class HostTimes:
    """The state of a host's clock.

    Attributes:
        next_allowed: No request is sent before then.
        blocked_until: When the latest time of refusal ends.
        backoff: The latest step of the back-off, in seconds; 0 without one.
    """

    next_allowed: float = 0.0
    blocked_until: float = 0.0
    backoff: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """The time of the next request.

    Attributes:
        due: In Unix seconds.
        blocked: How many seconds of the wait till then a refusal is the reason of.
        until: The end of the time that was taken for it; 0 without one.
    """

    due: float
    blocked: float = 0.0
    until: float = field(default=0.0, compare=False)


def reserve_turn(
    times: HostTimes, now: float, delay: float, patience: float
) -> tuple[HostTimes, Turn | None]:
    """Take the host's next free moment, and put *delay* seconds between it and the one after.

    The delay covers the answer, as far as that can be known: requests do not overlap. `end_turn`
    corrects it when the answer is there.

    Returns no turn, and the same times, if the host refuses requests for more than *patience*
    seconds from now on.

    >>> times, turn = reserve_turn(HostTimes(next_allowed=105), now=100, delay=5, patience=600)
    >>> turn.due, times.next_allowed
    (105, 110)
    """
    times = _plausible(times, now)
    ahead = times.next_allowed - max(now, times.blocked_until)
    if ahead > LONGEST_QUEUE_SECONDS + max(LONGEST_PAUSE_DELAYS * delay, LONGEST_PAUSE_SECONDS):
        times = replace(times, next_allowed=now)  # no wait is that long: a clock was set back
    due = max(now, times.next_allowed, times.blocked_until)
    blocked = max(0.0, times.blocked_until - now)
    if blocked > patience or due - blocked - now > LONGEST_QUEUE_SECONDS:
        return times, None
    return replace(times, next_allowed=due + delay), Turn(due, blocked, due + delay)


def end_turn(times: HostTimes, now: float, pause: float, taken_until: float = 0.0) -> HostTimes:
    """Keep *pause* seconds between the end of an answer, which is *now*, and the next request.

    Args:
        taken_until: The end of the time that was taken for this answer. If no other
            request took the time after it, the rest of it is free again.
    """
    if times.next_allowed == taken_until:
        return replace(times, next_allowed=now + pause)
    return replace(times, next_allowed=max(times.next_allowed, now + pause))


def block(
    times: HostTimes,
    now: float,
    retry_after: float | None,
    *,
    in_a_row: int = 1,
    first: float = FIRST_BACKOFF_SECONDS,
    jitter: float = 0.0,
) -> HostTimes:
    """Stay away after a refusal.

    The host's own word is taken as it is, once: if it was followed and we are refused again, or
    if there was none, the back-off takes its next step. Refusals in a time when we stay away
    already, as of requests that were under way, are no further step.

    Args:
        retry_after: Seconds that the host named; None if it named no time.
        in_a_row: How many refusals there were since the last good answer, this one included.
        first: Seconds of the first step.
        jitter: From 0 to 1, by chance.
    """
    times = _plausible(times, now)
    if retry_after is not None:
        retry_after = min(retry_after, MAX_BLOCK_SECONDS)
    if now < times.blocked_until or (retry_after is not None and in_a_row <= 1):
        until = now + (retry_after or 0.0)
        return replace(times, blocked_until=max(times.blocked_until, until))
    is_quiet = now - times.blocked_until > QUIET_SECONDS
    step = first if is_quiet or not times.backoff else times.backoff * 2
    step = min(step, MAX_BLOCK_SECONDS)
    wait = max(step * (1 + JITTER * jitter), retry_after or 0.0)
    return replace(times, blocked_until=now + wait, backoff=step)


def _plausible(times: HostTimes, now: float) -> HostTimes:
    """Reset times so far ahead that only a clock that was set back explains them."""
    horizon = now + MAX_BLOCK_SECONDS * (1 + JITTER) + LONGEST_QUEUE_SECONDS
    if max(times.next_allowed, times.blocked_until) > horizon:
        return HostTimes()
    return times


def retry_after_seconds(value: str, date: str, now: float) -> float | None:
    """Return the seconds that a ``Retry-After`` header names; None if it names no time.

    Args:
        value: The header: seconds, or a date.
        date: The ``Date`` header of the same answer, "" without one: the host's own clock counts.
        now: Our own clock, if the host sent no date.

    >>> retry_after_seconds("120", "", 0.0)
    120.0
    >>> retry_after_seconds("Thu, 01 Jan 2026 00:01:00 GMT", "Thu, 01 Jan 2026 00:00:00 GMT", 0.0)
    60.0
    """
    seconds = _RETRY_SECONDS.fullmatch(value)
    if seconds:
        return min(float(seconds[1]), MAX_BLOCK_SECONDS)
    until = _timestamp(value)
    if until is None:
        return None
    seconds_left = _timestamp(date)
    return min(max(until - (now if seconds_left is None else seconds_left), 0.0), MAX_BLOCK_SECONDS)


def _timestamp(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date[:100]).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
