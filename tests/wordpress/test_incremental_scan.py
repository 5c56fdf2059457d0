"""What is found to have changed, and with how few requests."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.wordpress.cursor import next_cursor
from newscrawl.wordpress.incremental_scan import (
    Changes,
    IncrementalScan,
    has_modified_after,
    posts_by_id,
)
from newscrawl.wordpress.site import POST
from tests.wordpress.fake import SITE, FakeSite, post

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

NOW = SITE.replaced(date="2026-03-01T00:00:00Z", has_modified_after=True)


class Archive:
    """What was known when the site was last looked at."""

    def __init__(self, site: FakeSite) -> None:
        self.posts = {n: dict(site.posts[n]) for n in site.shown}

    async def stamps(self, ids: Collection[int]) -> Mapping[int, str | None]:
        return {n: self.posts[n]["modified_gmt"] for n in ids if n in self.posts}

    async def modified_since(self, time: str) -> int:
        return sum(row["modified_gmt"] > time.rstrip("Z") for row in self.posts.values())

    async def published_since(self, time: str) -> int:
        return sum(row["date_gmt"] > time.rstrip("Z") for row in self.posts.values())


def dated(count: int, step: int, **faults: Any) -> FakeSite:
    """Posts *step* hours apart, the last one on 1 February 2026."""
    site = FakeSite.of(count, **faults)
    for n, row in site.posts.items():
        hours = (count - n) * step
        time = f"2026-01-{31 - hours // 24:02}T{23 - hours % 24:02}:00:00" if hours < 700 else None
        for key in ("date", "date_gmt", "modified", "modified_gmt"):
            row[key] = time or f"2025-01-01T00:00:{n % 60:02}"
    return site


CURSOR = "2026-01-31T23:00:00Z"


def compare(
    site: FakeSite,
    archive: Archive,
    *,
    known_site: Any = NOW,
    settled: str | None = None,
    cursor: str | None = CURSOR,
) -> Changes:
    site.asked.clear()
    comparison = IncrementalScan(known_site, POST, site.fetch, archive, settled=settled)
    return asyncio.run(comparison.since(cursor))


@pytest.mark.parametrize(("count", "step"), [(0, 1), (50, 1), (500, 24), (500, 1), (2000, 0)])
def test_nothing_new_costs_three_requests_however_many_posts_are_recent(
    count: int, step: int
) -> None:
    site = dated(count, step)
    changes = compare(site, Archive(site))
    assert (changes.ids, changes.reported_total, changes.failure) == (set(), count, None)
    assert len(site.asked) == changes.requests == 3


def edit(site: FakeSite, post_id: int, time: str = "2026-02-01T10:00:00") -> None:
    site.posts[post_id] |= {"modified": time, "modified_gmt": time}


def publish(site: FakeSite, post_id: int, date: str, modified: str) -> None:
    times = {"date": date, "date_gmt": date, "modified": modified, "modified_gmt": modified}
    site.posts[post_id] = post(post_id, **times)


@pytest.mark.parametrize("count", [50, 500])
def test_edited_new_and_scheduled_posts_are_found(count: int) -> None:
    site = dated(count, 1)
    archive = Archive(site)
    edit(site, 3)
    publish(site, 1000, date="2026-02-01T09:00:00", modified="2026-02-01T09:00:00")
    publish(site, 1001, date="2026-02-01T09:30:00", modified="2025-11-01T00:00:00")
    changes = compare(site, archive)
    assert changes.ids == {3, 1000, 1001}
    assert changes.reported_total == count + 2


def test_a_post_that_a_lagging_list_hid_is_found_by_its_count() -> None:
    site = dated(500, 0)
    archive = Archive(site)
    del archive.posts[77]
    assert compare(site, archive).ids == {77}


def test_a_site_that_ignores_the_order_is_compared_whole() -> None:
    site = dated(500, 0)
    for n in site.posts:
        publish(site, n, f"2026-01-31T22:{n // 60:02}:{n % 60:02}", f"2026-01-31T22:{n % 60:02}:00")
    archive = Archive(site)
    edit(site, 250)
    site.ignored = {"orderby"}
    assert compare(site, archive).ids == {250}


def test_many_posts_that_are_edited_again_within_the_overlap_are_all_found() -> None:
    site = dated(500, 24)
    for n in range(1, 251):
        edit(site, n, "2026-02-01T00:00:00")
    archive = Archive(site)
    for n in range(1, 251):
        edit(site, n, f"2026-02-01T01:{n // 60:02}:{n % 60:02}")
    assert compare(site, archive, settled="2026-02-01T00:30:00Z").ids == set(range(1, 251))


def test_posts_dated_far_ahead_hide_no_edit() -> None:
    site = dated(500, 24)
    for n in range(1, 151):
        edit(site, n, "2099-01-01T00:00:00")
    edit(site, 300, "2026-02-01T00:00:00")
    archive = Archive(site)
    edit(site, 300, "2026-02-01T02:00:00")
    assert compare(site, archive).ids == {300}


@pytest.mark.parametrize("window", ["modified_after", "after"])
def test_a_window_that_is_emptier_than_the_archive_is_not_believed(window: str) -> None:
    site = dated(50, 1)
    archive = Archive(site)
    edit(site, 7)
    site.empty = {window}
    changes = compare(site, archive)
    assert (changes.ids, set(changes.listed or ())) == ({7}, site.shown)


def test_a_site_with_fewer_rows_than_requested_and_no_total_is_read_to_its_end() -> None:
    site = dated(90, 0, refused_above=50, total=lambda _: None)
    archive = Archive(site)
    edit(site, 7)
    for n in range(20, 80):
        edit(site, n, "2026-02-01T03:00:00")
    assert compare(site, archive).ids == {7, *range(20, 80)}


def test_a_full_answer_to_a_smaller_request_is_not_the_end_of_the_changes() -> None:
    site = dated(60, 24, refused_above=5, total=lambda _: None)
    archive = Archive(site)
    for n in range(1, 9):
        edit(site, n)
    assert compare(site, archive).ids >= set(range(1, 9))


def test_a_total_that_can_not_be_had_is_no_proof() -> None:
    site = dated(50, 1)
    archive = Archive(site)
    site.down_after = 2
    changes = compare(site, archive)
    assert (changes.reported_total, changes.failure is not None) == (None, True)


@pytest.mark.parametrize("cursor", [None, "2027-01-01T00:00:00Z"])
def test_without_a_cursor_to_trust_all_posts_are_compared(cursor: str | None) -> None:
    """Without a Date header there is no cursor; one from a clock that is ahead is ignored."""
    site = dated(250, 24)
    archive = Archive(site)
    edit(site, 3, "2025-12-01T00:00:00")
    assert compare(site, archive, cursor=cursor).ids == {3}
    assert len(site.asked) <= 4


@pytest.mark.parametrize("known_site", [NOW, SITE.replaced(date=NOW.date)])
def test_an_old_site_is_compared_by_its_listing(known_site: Any) -> None:
    site = dated(500, 1, ignored={"modified_after"})
    archive = Archive(site)
    edit(site, 3)
    changes = compare(site, archive, known_site=known_site)
    assert changes.ids == {3}
    if not known_site.has_modified_after:
        assert changes.has_modified_after is False
        assert set(changes.listed or ()) == site.shown


@pytest.mark.parametrize(("ignored", "expected"), [(set(), True), ({"modified_after"}, False)])
def test_support_is_detected_with_the_year_2100(ignored: set[str], expected: bool) -> None:
    site = FakeSite.of(3, ignored=ignored)
    assert asyncio.run(has_modified_after(SITE, POST, site.fetch)) is expected
    assert "modified_after=2100-01-01T00:00:00Z" in site.asked[0]


def test_an_edit_within_the_second_of_the_last_one_is_not_lost() -> None:
    site = dated(50, 1)
    archive = Archive(site)
    assert compare(site, archive, settled="2026-01-31T23:00:01Z").ids == {50}
    assert compare(site, archive, settled="2026-01-31T23:00:09Z").ids == set()


def test_a_listing_shows_what_was_deleted() -> None:
    site = dated(250, 1)
    archive = Archive(site)
    del site.posts[7]
    comparison = IncrementalScan(NOW, POST, site.fetch, archive)
    listed = asyncio.run(comparison.all()).listed
    assert listed is not None
    assert archive.posts.keys() - set(listed) == {7}


def test_an_outage_finds_nothing_and_is_reported() -> None:
    site = dated(250, 1)
    archive = Archive(site)
    site.down_after = 0
    changes = compare(site, archive)
    assert (changes.ids, changes.reported_total, changes.listed) == (set(), None, None)
    assert changes.failure is not None
    assert len(site.asked) < 15


PREVIOUS = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        (["2026-01-10T19:05:00", "2026-01-09T00:00:00"], "2026-01-10T19:05:00Z"),
        (["2099-01-01T00:00:00", "2026-01-10T19:05:00"], "2026-01-10T19:05:00Z"),
        (["2099-01-01T00:00:00"], PREVIOUS),
        (["-0001-11-30T00:00:00", "0000-00-00T00:00:00", None], PREVIOUS),
        (["2025-01-01T00:00:00"], PREVIOUS),
        ([], PREVIOUS),
    ],
)
def test_the_cursor_is_the_latest_time_that_can_be_true(
    stamps: list[str | None], expected: str
) -> None:
    assert next_cursor(PREVIOUS, stamps, "2026-02-01T00:00:00Z") == expected


def test_a_cursor_of_a_clock_that_was_ahead_goes_back() -> None:
    assert next_cursor("2027-01-01T00:00:00Z", ["2026-01-10T19:05:00"], "2026-02-01T00:00:00Z") == (
        "2026-01-10T19:05:00Z"
    )
    # A page from a cache has the time of the day before: no reason to go back.
    assert next_cursor(PREVIOUS, [], "2025-12-31T09:00:00Z") == PREVIOUS


def test_without_the_servers_clock_the_cursor_stays() -> None:
    assert next_cursor(PREVIOUS, ["2026-01-10T19:05:00"], None) == PREVIOUS


@pytest.mark.parametrize("seed", range(40))
def test_whatever_changed_is_found(seed: int) -> None:
    chance = random.Random(seed)
    site = dated(chance.choice((30, 300)), chance.choice((0, 1, 24)))
    archive = Archive(site)
    changed = set()
    for number in range(chance.randint(0, 6)):
        kind = chance.choice(("edit", "new", "scheduled", "hidden"))
        if kind == "edit":
            changed.add(chosen := chance.choice(sorted(site.posts)))
            edit(site, chosen, f"2026-02-01T{number:02}:00:00")
        elif kind == "hidden":
            changed.discard(chosen := chance.choice(sorted(site.posts)))
            site.posts.pop(chosen)
        else:
            changed.add(5000 + number)
            old = "2025-06-01T00:00:00" if kind == "scheduled" else "2026-02-01T00:00:00"
            publish(site, 5000 + number, date="2026-02-01T00:00:00", modified=old)
    changes = compare(site, archive)
    assert changes.ids == changed
    rows = posts_by_id(NOW, POST, site.fetch)

    async def fetched() -> set[int]:
        return {row["id"] async for page in rows.pages(changes.ids) for row in page}

    assert asyncio.run(fetched()) == changed
