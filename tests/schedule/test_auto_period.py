"""The period of ``every = "auto"``."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from newscrawl.archive import hosts, scheduled_sites
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import posts
from newscrawl.net.host_store import RobotsRow
from newscrawl.schedule.auto_period import LONGEST, SHORTEST, chosen, with_periods
from newscrawl.schedule.plan import Entry
from newscrawl.schedule.triggers import Auto
from tests.archive.conftest import archive, site_id
from tests.schedule.conftest import HOURLY, make_entry

__all__ = ["archive", "site_id"]

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL_DELAY = timedelta(seconds=1)


def evenly(count: int, apart: timedelta) -> list[datetime]:
    return [NOW - apart * number for number in range(1, count + 1)]


def publish(connection: Connection, site_id: int, *dates: str, post_type: str = "post") -> None:
    """Put posts of these dates into an archive."""
    for number, date in enumerate(dates, 1000 * len(post_type)):
        guid = f"{post_type} {number}"
        values = {"post_id": number, "guid": guid, "identity": guid, "slug": "", "seen_run": 0}
        connection.execute(
            insert(posts).values(site_id=site_id, type=post_type, published=date, **values)
        )


@pytest.mark.parametrize(
    ("apart", "period"),
    [
        (timedelta(minutes=1), SHORTEST),
        (HOUR, HOUR / 2),
        (DAY, DAY / 2),
        (5 * DAY, 5 * DAY / 2),
        (60 * DAY, LONGEST),
    ],
)
def test_a_site_is_crawled_twice_for_each_post_within_bounds(apart: timedelta, period: timedelta):
    assert chosen(evenly(20, apart), NOW, USUAL_DELAY).period == period


def test_a_site_that_falls_silent_is_crawled_less_and_less_often():
    dates = evenly(20, HOUR)
    periods = [chosen(dates, NOW + days * DAY, USUAL_DELAY).period for days in (0, 1, 10, 1000)]
    assert periods == sorted(periods)
    assert (periods[0], periods[-1]) == (HOUR / 2, LONGEST)


def test_a_site_without_posts_is_crawled_daily():
    assert str(chosen([], NOW, USUAL_DELAY)) == "every 1d (auto: no post is known)"


def test_a_crawl_without_news_takes_at_most_a_tenth_of_the_time_of_a_slow_site():
    found = chosen(evenly(20, timedelta(minutes=1)), NOW, timedelta(seconds=30))
    assert str(found) == "every 30m (auto: 20 posts in 20m, 30 s between two requests)"


def test_one_post_is_enough_for_a_period():
    assert str(chosen([NOW - DAY], NOW, USUAL_DELAY)) == "every 12h (auto: 1 post in 1d)"


def test_the_reason_has_at_most_two_units_of_time():
    found = chosen([NOW - timedelta(days=10, hours=5, minutes=7)], NOW, USUAL_DELAY)
    assert str(found).endswith("(auto: 1 post in 1w3d)")


def test_a_date_of_now_gives_the_shortest_period():
    assert chosen([NOW], NOW, USUAL_DELAY).period == SHORTEST


def cadences(archive: Archive, *entries: Entry) -> list[str]:
    found = archive.read(with_periods, entries, NOW, delay=1.0)
    return [str(entry.cadence) for entry in found]


def auto_entry(host: str, **settings: str) -> Entry:
    return make_entry(host, Auto(), url=f"https://{host}/", key=host, settings=settings)


def test_the_dates_in_the_archive_count(archive: Archive, site_id: int):
    to_come = "2026-07-01T12:00:00Z"
    days = [f"2026-06-0{day}T12:00:00Z" for day in (9, 8, 7)]
    archive.call(publish, site_id, *days, to_come)
    found = cadences(archive, auto_entry("example.org"), auto_entry("new.example"), make_entry("c"))
    assert found == [
        "every 12h (auto: 3 posts in 3d)",
        "every 1d (auto: no post is known)",
        str(HOURLY),
    ]


def test_the_delay_of_robots_txt_or_of_the_entry_counts(archive: Archive, site_id: int):
    archive.call(publish, site_id, "2026-06-10T11:30:00Z")
    robots = RobotsRow(200, "User-agent: *\nCrawl-delay: 40\n", 0.0)
    archive.call(hosts.write_robots, [("example.org", robots)])
    slow = [auto_entry("example.org"), auto_entry("example.org", DOWNLOAD_DELAY="60")]
    assert cadences(archive, *slow) == [
        "every 45m (auto: 1 post in 30m, 40 s between two requests)",
        "every 1h (auto: 1 post in 30m, 60 s between two requests)",
    ]


def test_the_newest_dates_are_those_of_the_types_that_are_crawled(archive: Archive, site_id: int):
    archive.call(publish, site_id, "2026-06-01T00:00:00Z", "2026-06-03T00:00:00Z")
    archive.call(publish, site_id, "2026-06-02T00:00:00Z", post_type="news")
    found = archive.read(
        scheduled_sites.newest_dates, site_id, ["post", "news"], until=NOW, limit=2
    )
    assert [date.day for date in found] == [3, 2]
