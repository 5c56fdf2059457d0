"""Times of the API and of HTTP as ISO 8601 in UTC, with "Z"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import tzinfo

FIRST_YEAR: Final = 2
"""MySQL's zero date arrives as year 0000, -0001 or 0001, moved by the zone."""
_ZONE_NAME: Final = re.compile(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}")
"""Python imports a package for each part of a zone's name, so a long one would end in an error."""


def utc(said: object, zone: tzinfo = UTC) -> str | None:
    """Return a time of the API as UTC, or None for a zero date and for a text that is no time.

    Args:
        said: ``2026-01-10T19:05:00``, with or without an offset.
        zone: What a time without an offset is in.

    >>> utc("2026-01-10T19:05:00"), utc("2016-07-26T22:10:20+04:00"), utc("-0001-11-30T00:00:00")
    ('2026-01-10T19:05:00Z', '2016-07-26T18:10:20Z', None)
    """
    if not isinstance(said, str):
        return None
    try:
        time = datetime.fromisoformat(said.strip())
        time = (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return iso(time) if time.year >= FIRST_YEAR else None


def iso(time: datetime) -> str:
    """Return an aware time in UTC to the second, as the API and the record write it."""
    return time.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def shifted(time: str, seconds: float) -> str:
    """Return a time of :func:`utc`, moved.

    >>> shifted("2026-01-10T00:00:00Z", -1)
    '2026-01-09T23:59:59Z'
    """
    try:
        return iso(datetime.fromisoformat(time) + timedelta(seconds=seconds))
    except OverflowError:
        return time


def zone_of(name: str, gmt_offset: float) -> tzinfo:
    """Return the zone of a site: its name, else its hours ahead of UTC, else UTC.

    >>> zone_of("", 5.5)
    datetime.timezone(datetime.timedelta(seconds=19800))
    >>> zone_of("a/" * 1000, 0)
    datetime.timezone.utc
    """
    if _ZONE_NAME.fullmatch(name):
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            pass
    try:
        return timezone(timedelta(hours=gmt_offset))
    except (ValueError, OverflowError):
        return UTC


def http_date(header: str | None) -> str | None:
    """Return a Date header as UTC, or None.

    >>> http_date("Tue, 14 Jul 2020 11:30:11 GMT")
    '2020-07-14T11:30:11Z'
    """
    try:
        time = parsedate_to_datetime(header or "")
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return iso(time if time.tzinfo else time.replace(tzinfo=UTC))
