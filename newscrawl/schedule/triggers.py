"""The times of crawls: by a cron expression in a time zone, or after a period."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Self

from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

UNITS: Final = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}

LONGEST_EXPRESSION: Final = 200
"""The most characters of a cron expression."""

FIELDS: Final = 5
"""The number of fields of a cron expression."""

_CRON_ADVICE: Final = (
    'expected minute, hour, day, month and weekday, like "0 * * * *" for each full hour'
)

SHORTEST_PERIOD: Final = timedelta(minutes=1)
"""The smallest value of ``every``."""

LONGEST_PERIOD: Final = timedelta(days=366)
"""The largest value of ``every``."""


@dataclass(frozen=True, slots=True)
class Cron:
    """The minutes that a cron expression matches on the clocks of a time zone.

    Changes of the clocks are handled as in Debian's cron. A job at a set time runs right after the
    change if the clocks skip its time, and only once if they show its time twice. A job of every
    hour or minute runs whenever the clocks show a match.
    """

    expression: str
    zone: ZoneInfo

    @classmethod
    def parse(cls, expression: str, zone: ZoneInfo) -> Self:
        """Return the cadence of five fields: minute, hour, day, month, weekday.

        Raises:
            ValueError: If the expression is invalid, or matches no day of the next fifty years.
        """
        fields = expression.split()
        if len(fields) != FIELDS or len(expression) > LONGEST_EXPRESSION:
            # The library would read a sixth field as seconds.
            raise ValueError(f"not a cron expression (expected {FIELDS} fields): {_CRON_ADVICE}")
        cron = cls(" ".join(fields), zone)
        try:
            cron.after(datetime.now(UTC))
        except (CronSimError, LookupError) as error:
            reason = str(error).lower()
            raise ValueError(f"not a cron expression ({reason}): {_CRON_ADVICE}") from error
        return cron

    def after(self, moment: datetime) -> datetime:
        """Return the first match after an aware *moment*, in UTC."""
        minute, hour, *_ = self.expression.split()
        if minute.startswith("*") or hour.startswith("*"):
            return self._next_shown(moment.astimezone(UTC))
        return self._next_of_set_time(moment.astimezone(UTC))

    def _next_shown(self, moment: datetime) -> datetime:
        """Return the next moment at which the clocks show a match, also in a repeated hour."""
        start, shown = moment, self._shown(moment)
        while True:
            offset = self._offset(start)
            match = next(self._matches(shown))
            found = match.replace(tzinfo=UTC) - offset
            change = self._change_of_clocks(start, found)
            if change is None:
                return found
            # No match before the clocks change: continue from the time that they show then.
            start, shown = change, self._shown(change) - timedelta(minutes=1)

    def _next_of_set_time(self, moment: datetime) -> datetime:
        """Return the moment of the next match; if the clocks skip it, the moment of the skip."""
        for match in self._matches(self._shown(moment)):
            found = self._moment_of(match)
            if found > moment:
                return found
        raise LookupError("it matches no day")

    def _matches(self, shown: datetime) -> Iterator[datetime]:
        """Yield the matches after a time on the clocks, as if the clocks never changed.

        CronSim's own times around a change are wrong if the clocks change by half an hour, or at
        midnight.

        Raises:
            LookupError: If there is no match in fifty years.
        """
        yield from CronSim(self.expression, shown)
        raise LookupError("it matches no day")

    def _moment_of(self, match: datetime) -> datetime:
        """Return the moment when the clocks first show a time, or when they skip it."""
        found = match.replace(tzinfo=self.zone).astimezone(UTC)
        if self._shown(found) == match:
            return found
        before = match.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        return self._change_of_clocks(before, found) or found

    def _change_of_clocks(self, start: datetime, end: datetime) -> datetime | None:
        """Return the first moment after *start*, up to *end*, with another offset from UTC."""
        offset = self._offset(start)
        while start < end:
            later = min(start + timedelta(days=1), end)
            if self._offset(later) != offset:
                while later - start > timedelta(seconds=1):
                    middle = start + (later - start) / 2
                    start, later = (
                        (middle, later) if self._offset(middle) == offset else (start, middle)
                    )
                return later.replace(microsecond=0)
            start = later
        return None

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.zone).utcoffset() or timedelta(0)

    def _shown(self, moment: datetime) -> datetime:
        """Return the time that the clocks show, without a time zone."""
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def at_or_after(self, moment: datetime) -> datetime:
        """Return *moment* if it matches, else the first match after it."""
        return self.after(moment - timedelta(microseconds=1))

    def __str__(self) -> str:
        return self.expression


@dataclass(frozen=True, slots=True)
class Every:
    """A fixed period from one start to the next; changes of the clocks have no effect.

    >>> str(Every(timedelta(minutes=90)))
    'every 1h30m'
    """

    period: timedelta

    def after(self, moment: datetime) -> datetime:
        """Return the start that follows one at *moment*, in UTC."""
        return moment.astimezone(UTC) + self.period

    def at_or_after(self, moment: datetime) -> datetime:
        """Return *moment* in UTC, as a start is possible at any time."""
        return moment.astimezone(UTC)

    def __str__(self) -> str:
        return f"every {shown(self.period)}"


@dataclass(frozen=True, slots=True)
class Auto(Every):
    """A period that is chosen again after each crawl; see `newscrawl.schedule.auto_period`.

    Attributes:
        why: The reason for the period; empty before it is chosen.
    """

    period: timedelta = timedelta(days=1)
    why: str = ""

    def __str__(self) -> str:
        return f"every {shown(self.period)} (auto: {self.why})" if self.why else "auto"


Cadence = Cron | Every


def shown(duration: timedelta) -> str:
    """Return a duration as `parse_duration` reads it; parts of a second are left out.

    >>> shown(timedelta(days=9, minutes=5))
    '1w2d5m'
    """
    rest, parts = duration, []
    for unit, length in UNITS.items():
        number, rest = divmod(rest, length)
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts)


def parse_duration(text: str, least: timedelta, most: timedelta) -> timedelta:
    """Return the duration in a text: numbers with the units w, d, h, m and s.

    Raises:
        ValueError: If it is not a duration, or not from *least* to *most*.

    >>> parse_duration("1h30m", timedelta(0), timedelta(days=1))
    datetime.timedelta(seconds=5400)
    """
    if re.fullmatch(r"([0-9]{1,7}[wdhms]\s*)+", text) and len(text) < 50:
        parts = re.findall(r"([0-9]{1,7})([wdhms])", text)
        duration = sum((int(number) * UNITS[unit] for number, unit in parts), timedelta(0))
        if least <= duration <= most:
            return duration
    bounds = f"{least.total_seconds():g} seconds to {most.days} days"
    raise ValueError(f'expected a duration from {bounds}, like "90m", "6h" or "1d"')
