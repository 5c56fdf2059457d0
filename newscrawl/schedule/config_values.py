"""The keys of sites.toml, each with a function that reads its value.

A function returns the parsed value, or raises a ValueError with what was expected.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from newscrawl.schedule.triggers import (
    LONGEST_PERIOD,
    SHORTEST_PERIOD,
    Auto,
    Every,
    parse_duration,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_AT_ONCE: Final = 200
"""The largest value of ``at_once``."""


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("expected a table of names and values, like { limit = 5 }")  # noqa: TRY004
    return value


def _tables(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise ValueError("expected a list: start each with a line [[site]] or [[export]]")  # noqa: TRY004
    return [_table(item) for item in value]


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("expected a text of one line, between quotes")
    return value.strip()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected true or false, without quotes")  # noqa: TRY004
    return value


def _at_once(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= MOST_AT_ONCE:  # true is an int, too
        raise ValueError(f"expected a number from 1 to {MOST_AT_ONCE}")
    return value


def _zone(value: Any) -> ZoneInfo:
    name = _text(value)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        known = sorted(available_timezones())
        close = difflib.get_close_matches(name, known, 1, 0.7) or ["Europe/London"]
        raise ValueError(f'expected a time zone like "{close[0]}"') from error


def _duration(least: timedelta, most: timedelta) -> Callable[[Any], timedelta]:
    return lambda value: parse_duration(_text(value), least, most)


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError('expected a list of texts, like ["example.org"]')  # noqa: TRY004
    return [_text(item) for item in value]


def _period(value: Any) -> Every:
    return Every(parse_duration(_text(value), SHORTEST_PERIOD, LONGEST_PERIOD))


def _every(value: Any) -> Every:
    if value == "auto":
        return Auto()
    try:
        return _period(value)
    except ValueError as error:
        raise ValueError(f'{error}, or "auto"') from error


Keys = dict[str, Callable[[Any], Any]]
"""The keys of a table, each with the function that reads its value."""

_JITTER: Final = _duration(timedelta(0), timedelta(days=1))

OF_FILE: Final[Keys] = {"schedule": _table, "site": _tables, "export": _tables}
"""The keys at the top of the file."""

OF_SCHEDULE: Final[Keys] = {
    "at_once": _at_once,
    "longest": _duration(timedelta(minutes=1), timedelta(days=30)),
    "timezone": _zone,
    "jitter": _JITTER,
    "own_process": _flag,
}
"""The keys of ``[schedule]``; those that are also keys of a site are its defaults."""

OF_SITE: Final[Keys] = {
    "name": _text,
    "spider": _text,
    "site": _text,
    "cron": _text,
    "every": _every,
    "timezone": _zone,
    "jitter": _JITTER,
    "arguments": _table,
    "settings": _table,
    "own_process": _flag,
    "enabled": _flag,
}
"""The keys of each ``[[site]]``."""

OF_EXPORT: Final[Keys] = {
    "name": _text,
    "file": _text,
    "format": _text,
    "sites": _texts,
    "type": _text,
    "latest": _flag,
    "cron": _text,
    "every": _period,
    "timezone": _zone,
    "jitter": _JITTER,
    "enabled": _flag,
}
"""The keys of each ``[[export]]``."""
