"""Read a date in any format that pages use: ISO 8601, mail, Java, seconds, or as people write.

Dates are returned as ISO 8601, in UTC if the page gives a zone. A date without a time stays a date
("2026-01-10"), and so does a midnight in a zone: CMSs write a day like this.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

from newscrawl.extract.metadata.written_dates import in_ascii_digits, month_number, written_date

# An earlier year is a mistake of the page.
MIN_YEAR: Final = 1990
# So is a date further in the future.
MAX_AHEAD: Final = timedelta(days=2)
_ISO: Final = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:(?:T|\s+)(\d\d):?(\d\d)(?::?(\d{1,2})(?:[.,:]\d+)?)?\s*(.*))?",
    re.DOTALL,
)
# A "+" may be lost, as in URLs: "10:30:00 0200".
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s*([+−-]|(?=\d{4}$))(\d{1,2}):?(\d\d)?")
# Java's format: "Fri Apr 28 19:20:36 CEST 2023".
_JAVA: Final = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) ([\d:]{8}) ([A-Z]{3,4}) (\d{4})"
)
_SLASHED: Final = re.compile(
    r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:\s+(\d{1,2}):(\d\d)(?::(\d\d))?)?"
)
_ZONE_NAME: Final = re.compile(r"\s((?:UTC|GMT)[+−-]\d{1,2}(?::?\d\d)?|[A-Z]{3,4})$")
# The offsets from UTC of the time zones that pages name, in hours.
_ZONES: Final = {
    "Z": 0.0, "UTC": 0.0, "GMT": 0.0, "WET": 0.0, "BST": 1.0, "CET": 1.0, "MEZ": 1.0, "WEST": 1.0,
    "CEST": 2.0, "MESZ": 2.0, "EET": 2.0, "SAST": 2.0, "EEST": 3.0, "MSK": 3.0, "EAT": 3.0,
    "IST": 5.5, "WIB": 7.0, "HKT": 8.0, "SGT": 8.0, "JST": 9.0, "KST": 9.0, "AEST": 10.0,
    "AEDT": 11.0, "EST": -5.0, "EDT": -4.0, "CST": -6.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0,
    "PST": -8.0, "PDT": -7.0,
}  # fmt: skip


def normalized(value: str, *, is_month_first: bool = False) -> str | None:
    """Return a date as ISO 8601, in UTC with ``Z`` if it has a zone; None if it is not a date.

    >>> normalized("2026-01-10T09:30:00+01:00"), normalized("Jan 10, 2026")
    ('2026-01-10T08:30:00Z', '2026-01-10')
    """
    value = in_ascii_digits(value.strip()[:100])
    for read in (_iso, _java, _epoch, _slashed, _mail):
        try:
            found = read(value)
        except (ValueError, OverflowError, TypeError, KeyError, IndexError):
            continue
        if found:
            return found if _is_likely(found) else None
    if _ISO.match(value):
        return None  # an impossible time
    found = written_date(value, is_month_first=is_month_first)
    return found if found and _is_likely(found) else None


def _iso(value: str) -> str | None:
    match = _ISO.match(value)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    date = datetime(int(year), int(month), int(day))  # noqa: DTZ001  the zone comes below
    if hour is None:
        return date.date().isoformat()
    moment = date.replace(hour=int(hour) % 24, minute=int(minute), second=min(int(second or 0), 59))
    offset = _offset(zone)
    if offset and not any(map(int, (hour, minute, second or 0))):
        return moment.date().isoformat()  # a day that a CMS wrote as a moment
    moment += timedelta(days=int(hour) // 24)  # 24:00 is the end of the day
    return _written(moment, offset)


def _offset(zone: str) -> timedelta | None:
    zone = zone.strip()
    match = _OFFSET.match(zone)
    if match:
        size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return size if match[1] in {"+", ""} else -size
    hours = _ZONES.get(zone.split(" ")[0].upper()) if zone else None
    return None if hours is None else timedelta(hours=hours)


def _java(value: str) -> str | None:
    match = _JAVA.match(value)
    if not match:
        return None
    month, day, clock, zone, year = match.groups()
    hour, minute, second = map(int, clock.split(":"))
    moment = datetime(int(year), month_number(month), int(day), hour, minute, second)  # noqa: DTZ001
    return _written(moment, _offset(zone))


def _epoch(value: str) -> str | None:
    if not re.fullmatch(r"1\d{9}(?:\d{3})?", value):
        return None
    seconds = int(value) / (1000 if len(value) > 10 else 1)
    return _written(datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None), timedelta(0))


def _slashed(value: str) -> str | None:
    match = _SLASHED.match(value)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    if year < MIN_YEAR:
        return None  # a year of another calendar
    moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  the page names no zone
    return moment.isoformat() if match[4] else moment.date().isoformat()


def _mail(value: str) -> str | None:
    if ":" not in value:
        return None
    moment = parsedate_to_datetime(value)
    zone = _ZONE_NAME.search(value)  # the parser knows only American zones
    offset = _offset(zone[1]) if zone else moment.utcoffset()
    return _written(moment.replace(tzinfo=None), offset)


def _written(moment: datetime, offset: timedelta | None) -> str:
    if offset is None:
        return moment.isoformat(timespec="seconds")
    moment = moment.replace(tzinfo=timezone(offset)).astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _is_likely(found: str) -> bool:
    date = datetime.fromisoformat(found[:10]).replace(tzinfo=UTC)
    return date.year >= MIN_YEAR and date <= datetime.now(UTC) + MAX_AHEAD
