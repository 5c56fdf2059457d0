"""The plan of a schedule: its sites and its limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from newscrawl.archive.sites import folder_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from newscrawl.schedule.triggers import Cadence

AT_ONCE: Final = 16
"""The default number of crawls at once. Most of the time, a crawl waits for its site."""

LONGEST: Final = timedelta(hours=12)
"""The default time after which a crawl is stopped; the next crawl continues it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A site of the schedule, or an export.

    Attributes:
        name: A unique name, shown in logs and tables.
        spider: The name of its spider.
        url: Any URL of the site.
        key: The site's key, made from the URL. Entries with the same key are one site.
        cadence: The times of its turns.
        zone: The time zone of its cron expression and of the times shown for it.
        jitter: The most that is added to a start; None for a tenth of the time to the next, up to
            five minutes.
        arguments, settings: The arguments (``-a``) and settings (``-s``) of its crawls.
        own_process: Whether each crawl gets a process of its own.
        command: The words of the command that an export runs; empty for a site, which is crawled.
        enabled: Whether it is crawled.
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
    own_process: bool = False
    command: tuple[str, ...] = ()
    enabled: bool = True

    @property
    def file_name(self) -> str:
        """Return the name of its files without a suffix; it is safe on every system."""
        return folder_name(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The content of ``sites.toml``.

    Attributes:
        at_once: The most crawls that run at once.
        longest: The time after which a crawl is stopped.
    """

    entries: tuple[Entry, ...]
    at_once: int = AT_ONCE
    longest: timedelta = LONGEST
