"""The whole walk: every post, the proof of it, and the reasons for missing ones."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.wordpress.full_scan import FullScan
from newscrawl.wordpress.probes import confirm_gone, count, unwalked
from newscrawl.wordpress.site import POST, PostType
from tests.wordpress.fake import HOME, SITE, FakeSite, error, post

if TYPE_CHECKING:
    from newscrawl.net.response import Answer

Rows = AsyncIterator[list[dict[str, Any]]]


async def ids_of(pages: Rows) -> list[int]:
    return [row["id"] async for rows in pages for row in rows]


def walk(site: FakeSite) -> tuple[FullScan, list[int]]:
    walker = FullScan(SITE, POST, site.fetch)

    async def run() -> list[int]:
        return await ids_of(walker.pages()) + await ids_of(walker.reconcile())

    return walker, asyncio.run(run())


@pytest.mark.parametrize("number", [0, 1, 100, 500, 1000])
def test_all_posts_come_within_the_promised_number_of_requests(number: int) -> None:
    site = FakeSite.of(number)
    walker, ids = walk(site)
    report = walker.report
    assert sorted(ids) == sorted(site.posts)
    assert (report.is_whole, report.expected, report.reported_total) == (True, number, number)
    assert report.requests == len(site.asked) <= 2 * number / 100 + 10


@pytest.mark.parametrize("number", [900, 2500])
def test_a_bound_that_the_server_names_costs_a_tenth_more_requests_at_most(number: int) -> None:
    site = FakeSite.of(
        number,
        refused_above=10,
        limit_message="per_page must be between 1 (inclusive) and 10 (inclusive)",
    )
    walker = FullScan(SITE, POST, site.fetch, checks_ends=True)

    async def run() -> set[int]:
        found = {row["id"] async for rows in walker.pages() for row in rows}
        return found | {row["id"] async for rows in walker.reconcile() for row in rows}

    assert asyncio.run(run()) == set(site.posts)
    least = 2 * number / 10 + 2  # the posts, the listing that proves them, and its two ends
    assert len(site.asked) <= 1.1 * least


@pytest.mark.parametrize("status", [200, 406, 413, 422])
def test_a_bound_is_learnt_whatever_the_status_of_its_error(status: int) -> None:
    walker, ids = walk(FakeSite.of(60, refused_above=10, refused_status=status))
    assert len(ids) == 60
    assert walker.report.is_whole


def test_a_size_that_no_answer_has_confirmed_is_not_remembered() -> None:
    for number in range(200, 300):  # some of these lists end when a larger size is to be tried
        walker, _ = walk(FakeSite.of(number, heavy_above=30))
        assert walker.report.full_per_page <= 30, number


def spoiled(site: FakeSite, share: float, seed: int) -> FakeSite:
    """Return a site whose answers lose their second half at random, or all of it."""
    fetch, chance = site.fetch, random.Random(seed)

    async def spoil(url: str) -> Answer:
        answer = await fetch(url)
        is_spoiled = chance.random() < share
        return replace(answer, body=answer.body[: len(answer.body) // 2]) if is_spoiled else answer

    site.fetch = spoil  # type: ignore[method-assign]
    return site


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("number", [50, 250, 1000])
def test_a_site_that_fails_at_random_costs_requests_in_proportion(number: int, seed: int) -> None:
    site = spoiled(FakeSite.of(number), 0.3, seed)
    walker, ids = walk(site)
    assert set(ids) == set(site.posts)
    assert not walker.report.vanished
    assert len(site.asked) <= 30 + number / 4


def test_a_size_that_failed_for_a_moment_is_used_again() -> None:
    site = FakeSite.of(2000)

    def fail_for_a_moment(site: FakeSite) -> None:
        site.heavy_above = 12 if 4 < len(site.asked) < 10 else 1000

    site.between = fail_for_a_moment
    walker, ids = walk(site)
    assert set(ids) == set(site.posts)
    assert walker.report.full_per_page == 100
    assert len(site.asked) <= 2 * 2000 / 100 + 25


@pytest.mark.parametrize("seed", range(40))
def test_a_moving_site_is_archived_whole_and_nothing_twice(seed: int) -> None:
    chance = random.Random(seed)
    site = FakeSite({n: post(n) for n in chance.sample(range(1, 1500), chance.randint(1, 600))})
    site.broken = set(chance.sample(sorted(site.posts), min(2, len(site.posts))))
    site.total = chance.choice((lambda n: n, lambda _: None, lambda n: n - 7 if n > 7 else n))
    stayed = set(site.posts)

    def change(site: FakeSite) -> None:
        for _ in range(chance.choice((0, 0, 0, 1, 20))):
            new = chance.randint(1, 1600)
            if chance.random() < 0.5:
                site.posts.setdefault(new, post(new))
            elif site.posts:
                gone = chance.choice(sorted(site.posts))
                del site.posts[gone]
                stayed.discard(gone)

    site.between = change
    walker, ids = walk(site)
    assert len(ids) == len(set(ids))
    assert stayed - site.broken <= set(ids)
    assert stayed & site.broken <= walker.report.missing.keys() <= site.broken


def test_a_broken_post_is_named_with_its_reason() -> None:
    walker, ids = walk(FakeSite.of(150, broken={70}))
    report = walker.report
    assert len(ids) == 149
    assert report.missing == {70: "HTTP 500 internal_server_error"}
    assert (report.is_whole, report.expected, report.unnamed) == (False, 150, [])


def test_a_post_that_can_not_even_be_listed_is_placed() -> None:
    walker, ids = walk(FakeSite.of(150, broken={70}, broken_everywhere=True))
    assert len(ids) == 149
    assert walker.report.missing == {}
    assert walker.report.unnamed == [
        "number 1 after 69, at offset 69: HTTP 500 internal_server_error"
    ]
    assert walker.report.expected == 150


def test_posts_that_are_counted_and_not_listed_are_reported() -> None:
    walker, ids = walk(FakeSite.of(61, hidden=set(range(3, 61, 3))))
    assert len(ids) == walker.report.expected == 41
    assert walker.report.is_whole
    assert walker.report.notes[-1] == "X-WP-Total says 61, the list has 41"


def test_a_post_that_appears_during_the_walk_comes_with_the_reconciliation() -> None:
    def publish(site: FakeSite) -> None:
        if len(site.asked) == 3:
            site.posts[1] = post(1)

    site = FakeSite({n: post(n) for n in range(2, 250)}, between=publish)
    walker, ids = walk(site)
    assert ids[-1] == 1
    assert walker.report.expected == 249


def test_a_post_that_went_meanwhile_is_not_missing() -> None:
    def delete(site: FakeSite) -> None:
        if len(site.asked) == 3:
            del site.posts[1]

    walker, ids = walk(FakeSite.of(250, between=delete))
    assert 1 in ids
    assert walker.report.vanished == {1}
    assert walker.report.expected == 249
    assert walker.report.is_whole


def test_posts_that_a_site_lists_and_does_not_show_are_missing() -> None:
    site = FakeSite.of(3)
    whole = site.fetch

    async def fetch(url: str) -> Any:
        if "content" in url:
            site.hidden = {2}
        else:
            site.hidden = set()
        return await whole(url)

    walker = FullScan(SITE, POST, fetch)

    async def run() -> list[int]:
        return await ids_of(walker.pages()) + await ids_of(walker.reconcile())

    assert asyncio.run(run()) == [1, 3]
    assert walker.report.missing == {2: "listed, but not shown"}


def test_an_outage_in_the_middle_is_made_good_by_the_reconciliation() -> None:
    site = FakeSite.of(500, down_after=3)
    walker = FullScan(SITE, POST, site.fetch)
    first = asyncio.run(ids_of(walker.pages()))
    assert (len(first), walker.report.is_whole) == (298, False)
    site.down_after = 1000
    rest = asyncio.run(ids_of(walker.reconcile()))
    assert sorted(first + rest) == sorted(site.posts)
    assert walker.report.is_whole


def test_a_site_that_stays_down_proves_nothing() -> None:
    walker, ids = walk(FakeSite.of(500, down_after=3))
    report = walker.report
    assert len(ids) == 298
    assert (report.is_whole, report.listed, report.expected) == (False, None, 500)


@pytest.mark.parametrize(("limit", "requests"), [(1, 1), (99, 1), (100, 1), (101, 2), (250, 3)])
def test_a_sample_is_the_newest_posts_by_date(limit: int, requests: int) -> None:
    site = FakeSite.of(300)
    chance = random.Random(limit)
    for row in site.posts.values():
        row["date"] = f"2026-01-01T00:{chance.randint(0, 40):02}:00"
    walker = FullScan(SITE, POST, site.fetch)
    ids = asyncio.run(ids_of(walker.newest(limit)))
    dates = sorted((row["date"] for row in site.posts.values()), reverse=True)
    assert [site.posts[n]["date"] for n in ids] == dates[:limit]
    assert len(set(ids)) == limit
    assert len(site.asked) == requests


@pytest.mark.parametrize("limit", [150, 10_000])
def test_a_sample_of_posts_that_share_one_date_has_no_double(limit: int) -> None:
    site = FakeSite.of(250)
    for row in site.posts.values():
        row["date"] = "2026-01-01T00:00:00"
    ids = asyncio.run(ids_of(FullScan(SITE, POST, site.fetch).newest(limit)))
    assert len(ids) == len(set(ids)) == min(limit, 250)


def test_a_broken_post_does_not_spoil_a_sample() -> None:
    site = FakeSite.of(50, broken={48})
    walker = FullScan(SITE, POST, site.fetch)
    assert asyncio.run(ids_of(walker.newest(5))) == [50, 49, 47, 46, 45]
    assert walker.report.missing.keys() == {48}


def test_a_posts_own_address_shows_if_it_was_deleted() -> None:
    site = FakeSite.of(3, hidden={2})
    fates = [asyncio.run(confirm_gone(SITE, POST, n, site.fetch)) for n in (1, 2, 4)]
    assert fates == ["alive", "private", "gone"]


@pytest.mark.parametrize(("code", "status"), [("rest_cannot_access", 401), ("wp_die", 500)])
def test_a_closed_or_failing_site_confirms_no_deletion(code: str, status: int) -> None:
    async def fetch(url: str) -> Any:
        return error(code, status)

    assert asyncio.run(confirm_gone(SITE, POST, 1, fetch)) == "unknown"
    assert asyncio.run(count(SITE, POST, fetch)) is None


def test_public_types_that_were_not_walked_are_named_with_their_counts() -> None:
    site = FakeSite.of(5, others={"news": {1: {"id": 1}}, "books": {}, "media": {1: {"id": 1}}})
    names = {"post": "posts", "news": "news", "book": "books", "attachment": "media", "x": "xs"}
    types = tuple(PostType(slug=slug, rest_base=base) for slug, base in names.items())
    found = asyncio.run(unwalked(SITE.replaced(types=types), ["post"], site.fetch))
    assert found == {"news": 1}
    assert site.asked[0] == f"{HOME}/wp-json/wp/v2/news?per_page=1&_fields=id"
