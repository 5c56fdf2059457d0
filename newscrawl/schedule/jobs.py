"""What a schedule is asked for: its sites, and how many at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from newscrawl.archive.sites import folder_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from newscrawl.schedule.triggers import Cadence

AT_ONCE: Final = 4
"""The default number of crawls at once: they mostly wait, each for another site."""

LONGEST: Final = timedelta(hours=12)
"""The default time after which a crawl is asked to end; the next one continues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A site of the schedule.

    Attributes:
        name: A unique name for people.
        url: Any URL of the site.
        key: The same for every entry of one site, as far as the URL shows.
        zone: The time zone of its cron expression and of the times shown for it.
        jitter: The most that is added to a start; None for a tenth of the time to the next, up to
            five minutes.
        arguments, settings: For its crawls, as after ``-a`` and ``-s``.
    """

    name: str
    spider: str
    url: str
    key: str
    cadence: Cadence
    zone: ZoneInfo
    jitter: timedelta | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = True

    @property
    def file_name(self) -> str:
        """The stem of its files, safe on every system."""
        return folder_name(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All of ``sites.toml``.

    Attributes:
        at_once: The most crawls that run at once.
        longest: How long a crawl may take.
    """

    entries: tuple[Entry, ...]
    at_once: int = AT_ONCE
    longest: timedelta = LONGEST
