"""The period of ``every = "auto"``: by how often a site publishes, and by its manners."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from newscrawl.archive import hosts, scheduled_sites, sites
from newscrawl.rights.robots import Robots
from newscrawl.schedule.triggers import Auto, shown
from newscrawl.urls.hosts import host_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from newscrawl.schedule.plan import Entry

SHORTEST: Final = timedelta(minutes=15)
"""The shortest period, and the step of periods."""

LONGEST: Final = timedelta(days=7)
"""The longest period: a site that published its last post years ago is crawled so often."""

UNKNOWN: Final = timedelta(days=1)
"""The period of a site without any post. It is crawled once at once, so this is rarely used."""

NEWEST: Final = 20
"""The number of posts that count: with fewer, one busy day would decide; with more, it takes long
until a site that changed its pace has another period."""

CRAWLS_PER_POST: Final = 2
"""With two crawls for each post, a post waits a quarter of the usual time between two posts."""

DELAYS_PER_PERIOD: Final = 60
"""The shortest period of a site, in delays between two requests to it. A crawl without news sends
up to six requests, so it takes at most a tenth of the site's time."""


def chosen(dates: Sequence[datetime], now: datetime, delay: timedelta) -> Auto:
    """Return the period of a site.

    Args:
        dates: When its newest posts were published, up to `NEWEST`, in any order.
        now: The current time.
        delay: The time between two requests to the site.

    >>> from datetime import UTC, datetime
    >>> now = datetime(2026, 6, 10, tzinfo=UTC)
    >>> dates = [now - timedelta(hours=10 * number) for number in range(1, 13)]
    >>> str(chosen(dates, now, timedelta(seconds=1)))
    'every 5h (auto: 12 posts in 5d)'
    """
    least = max(SHORTEST, _whole_steps(delay * DELAYS_PER_PERIOD))
    if not dates:
        return Auto(max(UNKNOWN, least), "no post is known")
    span = now - min(dates)
    count = "1 post" if len(dates) == 1 else f"{len(dates)} posts"
    why = f"{count} in {_rounded(span)}"
    period = _whole_steps(span / (CRAWLS_PER_POST * len(dates)))
    if period < least and least > SHORTEST:
        why += f", {delay.total_seconds():g} s between two requests"
    return Auto(min(max(period, least), max(LONGEST, least)), why)


def with_periods(
    connection: Connection, entries: Iterable[Entry], now: datetime, *, delay: float
) -> list[Entry]:
    """Return entries; those with ``every = "auto"`` have the period that fits now.

    Args:
        delay: Seconds between two requests to a site, if an entry has no other setting.
    """
    return [
        replace(entry, cadence=_period(connection, entry, now, delay))
        if isinstance(entry.cadence, Auto)
        else entry
        for entry in entries
    ]


def _period(connection: Connection, entry: Entry, now: datetime, delay: float) -> Auto:
    dates: list[datetime] = []
    site_id = sites.named(connection, entry.url, entry.key)
    if site_id is not None:
        types = entry.arguments.get("types", "post").split(",")
        dates = scheduled_sites.newest_dates(
            connection, site_id, [name.strip() for name in types], until=now, limit=NEWEST
        )
    robots = hosts.read_robots(connection, host_key(entry.url))
    asked = Robots(robots.status, robots.text).crawl_delay if robots else 0.0
    own = float(entry.settings.get("DOWNLOAD_DELAY", delay))
    return chosen(dates, now, timedelta(seconds=max(own, asked)))


def _whole_steps(period: timedelta) -> timedelta:
    """Return a period, rounded up to whole steps."""
    return -(-period // SHORTEST) * SHORTEST


def _rounded(span: timedelta) -> str:
    """Return a time in its two largest units, at most."""
    steps = {timedelta(weeks=1): timedelta(days=1), timedelta(days=1): timedelta(hours=1)}
    step = next((step for length, step in steps.items() if span >= length), timedelta(minutes=1))
    return shown(max(step, span // step * step))
