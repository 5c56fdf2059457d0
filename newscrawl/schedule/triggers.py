"""How often a site is crawled: a cron expression in a time zone, or an interval."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Self

from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

UNITS: Final = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}

LONGEST_EXPRESSION: Final = 200
"""Characters: more is no expression that a person wrote."""

FIELDS: Final = 5
_CRON_ADVICE: Final = (
    'give minute, hour, day, month and weekday, like "0 * * * *" for each full hour'
)

SHORTEST_PERIOD: Final = timedelta(minutes=1)
LONGEST_PERIOD: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Cron:
    """The minutes that a cron expression matches on the clocks of a time zone.

    As in Debian's cron: a job of a set time that the change to summer time leaves out runs right
    after it, and one that the change back would run twice runs once.
    """

    expression: str
    zone: ZoneInfo

    @classmethod
    def parse(cls, expression: str, zone: ZoneInfo) -> Self:
        """Return the cadence of five fields: minute, hour, day, month, weekday.

        Raises:
            ValueError: If it is none, or matches no day of the next fifty years.
        """
        fields = expression.split()
        if len(fields) != FIELDS or len(expression) > LONGEST_EXPRESSION:
            # The library would read a sixth field as seconds.
            raise ValueError(f"no cron expression (it has not {FIELDS} fields): {_CRON_ADVICE}")
        cron = cls(" ".join(fields), zone)
        try:
            cron.after(datetime.now(UTC))
        except (CronSimError, LookupError) as error:
            reason = str(error).lower()
            raise ValueError(f"no cron expression ({reason}): {_CRON_ADVICE}") from error
        return cron

    def after(self, moment: datetime) -> datetime:
        """Return the first match after an aware *moment*, in UTC."""
        # In the hour that the clocks repeat, the library may start in its first pass.
        for match in CronSim(self.expression, moment.astimezone(self.zone)):
            found = match.astimezone(UTC)
            if found > moment:
                return found
        raise LookupError("it matches no day")

    def at_or_after(self, moment: datetime) -> datetime:
        """Return *moment* if it matches, else the first match after it."""
        return self.after(moment - timedelta(microseconds=1))

    def __str__(self) -> str:
        return self.expression


@dataclass(frozen=True, slots=True)
class Every:
    """A period from one start to the next, whatever the clocks show.

    >>> str(Every(timedelta(minutes=90)))
    'every 1h30m'
    """

    period: timedelta

    def after(self, moment: datetime) -> datetime:
        """Return the start that follows one at *moment*, in UTC."""
        return moment.astimezone(UTC) + self.period

    def at_or_after(self, moment: datetime) -> datetime:
        """Return *moment*: any will do."""
        return moment.astimezone(UTC)

    def __str__(self) -> str:
        rest, parts = self.period, []
        for unit, length in UNITS.items():
            number, rest = divmod(rest, length)
            if number:
                parts.append(f"{number}{unit}")
        return f"every {''.join(parts)}"


Cadence = Cron | Every


def parse_duration(text: str, least: timedelta, most: timedelta) -> timedelta:
    """Return how long a text says, in weeks, days, hours, minutes and seconds.

    Raises:
        ValueError: If it says no duration, or one out of bounds.

    >>> parse_duration("1h30m", timedelta(0), timedelta(days=1))
    datetime.timedelta(seconds=5400)
    """
    if re.fullmatch(r"([0-9]{1,7}[wdhms]\s*)+", text) and len(text) < 50:
        parts = re.findall(r"([0-9]+)([wdhms])", text)
        duration = sum((int(number) * UNITS[unit] for number, unit in parts), timedelta(0))
        if least <= duration <= most:
            return duration
    bounds = f"{least.total_seconds():g} seconds to {most.days} days"
    raise ValueError(f'no duration from {bounds}: give one like "90m", "6h" or "1d"')
