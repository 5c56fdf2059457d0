"""Sites whose lists lack posts without a sign of it in their answers."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.wordpress.full_scan import FullScan
from newscrawl.wordpress.site import POST
from tests.wordpress.fake import SITE, FakeSite, post

if TYPE_CHECKING:
    from newscrawl.net.response import Answer
    from newscrawl.wordpress.scan_report import ScanReport

PAGING = {"offset", "page", "orderby", "order"}


def walk(site: FakeSite) -> tuple[ScanReport, set[int]]:
    walker = FullScan(SITE, POST, site.fetch, checks_ends=True)

    async def run() -> list[int]:
        walked = [row["id"] async for rows in walker.pages() for row in rows]
        return walked + [row["id"] async for rows in walker.reconcile() for row in rows]

    ids = asyncio.run(run())
    assert len(ids) == len(set(ids))
    return walker.report, set(ids)


@pytest.mark.parametrize(
    "faults",
    [
        {"ignored": {"offset"}},
        {"ignored": {"offset", "page"}},
        {"ignored": {"order"}},
        {"ignored": {"orderby"}},
        {"ignored": {"per_page"}},
        {"ignored": {"include"}},
        {"ignored": {"exclude"}},
        {"ignored": {"offset", "page", "before"}},
        {"ignored": {"offset", "page", "before", "after"}},
        {"ignored": PAGING},
        {"ignored": PAGING | {"per_page"}},
        {"ignored": PAGING | {"per_page", "exclude"}},
        {"ignored": PAGING | {"include"}},
        {"ignored": {*PAGING, "before", "after"}},
        {"ignored": {"offset", "page", "order", "before"}},
        {"ignored": {"offset"}, "total": lambda _: None},
        {"ignored": {"offset", "page"}, "total": lambda _: None},
        {"ignored": PAGING | {"per_page"}, "total": lambda _: None},
        {"featured": (50, 110, 120)},
        {"featured": (50, 110, 120), "are_featured_extra": False},
        {"featured": (350,), "total": lambda _: None},
        *({"window": 250, "beyond": beyond} for beyond in ("empty", "last", "500", "400")),
        *(
            {"window": 250, "beyond": beyond, "total": lambda n: 400 if n == 250 else n}
            for beyond in ("empty", "last", "500", "400")
        ),
        {"window": 250, "beyond": "empty", "total": lambda _: None},
        {"window": 100, "beyond": "last"},
        {"window": 100, "beyond": "last", "ignored": {"order", "include"}},
        {"ignored": {"order", "per_page"}, "total": lambda _: 0},
        {"ignored": {"include"}, "cap": 20, "featured": (1, 2), "total": lambda n: n // 2},
        {"empty": {"orderby"}},
        {"empty": {"orderby"}, "featured": (400,)},
    ],
)
def test_all_posts_come_whatever_a_site_does_not_know(faults: dict[str, Any]) -> None:
    site = FakeSite.of(400, **faults)
    report, ids = walk(site)
    assert ids == set(site.posts)
    assert report.is_whole, report


@pytest.mark.parametrize(
    "faults",
    [
        {"ignored": {*PAGING, "per_page", "include", "exclude", "before", "after"}},
        {"ignored": {*PAGING, "include", "before", "after"}},
        {"ignored": {*PAGING, "include", "before", "after"}, "total": lambda _: None},
        {"ignored": {*PAGING, "include", "before"}, "cap": 20},
    ],
)
def test_posts_that_no_way_reaches_are_counted_and_nothing_is_called_whole(
    faults: dict[str, Any],
) -> None:
    site = FakeSite.of(400, **faults)
    report, ids = walk(site)
    assert not report.is_whole
    assert report.listed is None
    assert report.unreachable == (400 - len(ids) if report.reported_total else 0)


def test_posts_of_one_date_are_read_though_the_list_can_not_be_paged() -> None:
    site = FakeSite.of(250, ignored={"offset", "page"})
    for row in site.posts.values():
        row["date"] = "2026-01-01T00:00:00"
    report, ids = walk(site)
    assert ids == set(site.posts)
    assert report.is_whole


@pytest.mark.parametrize(
    "faults",
    [
        {"empty": {"per_page"}, "total": lambda _: None},
        {"empty": {"_fields"}, "featured": (7,), "cap": 10},
        {"empty": {"_fields"}},
        {"window": 100, "ignored": {"before", "order"}},
        {"window": 350, "ignored": {"before", "order"}},
        {"window": 350, "ignored": {"before", "order", "include"}},
        {"window": 50, "cap": 10, "ignored": {"before", "after"}, "beyond": "last"},
        {"window": 100, "empty": {"before"}, "ignored": {"after", "include"}},
        {"cap": 50, "featured": (130, 131), "total": lambda _: None}
        | {"ignored": {"offset", "page", "before", "after", "include"}},
    ],
)
def test_a_wrong_total_or_an_empty_answer_proves_nothing(faults: dict[str, Any]) -> None:
    site = FakeSite.of(400, **faults)
    report, ids = walk(site)
    assert len(ids) < 400
    assert not report.is_whole


def test_a_total_that_is_far_too_low_is_a_doubt_of_its_own() -> None:
    site = FakeSite.of(400, window=390, total=lambda n: n // 2)
    dates = [row["date"] for row in site.posts.values()]
    by_date = [*range(1, 196), *range(391, 401), *range(196, 391)]  # those of no list are inside
    for post_id, date in zip(by_date, dates, strict=True):
        site.posts[post_id]["date"] = date
    report, ids = walk(site)
    assert ids == set(site.posts)
    assert report.is_whole


@pytest.mark.parametrize("count", [2, 12, 130])
@pytest.mark.parametrize(
    "faults",
    [
        {"empty": {"orderby"}, "featured": (1,)},
        {"empty": {"order"}, "window": 1, "beyond": "500"},
        {"empty": {"_fields"}, "window": 1, "beyond": "400", "featured": (2,)},
        {"empty": {"per_page"}, "unlisted": set(range(1, 131))},
        {"empty": {"include"}, "unlisted": {1}},
        {"ignored": {"include"}, "unlisted": {2}},
        {"unlisted": {1}, "total": lambda _: None},
        {"unlisted": {2}, "featured": (1,)},
    ],
)
def test_no_pair_of_faults_makes_a_list_whole_that_lacks_posts(
    count: int, faults: dict[str, Any]
) -> None:
    site = FakeSite.of(count, **faults)
    report, ids = walk(site)
    assert ids == set(site.posts) or not report.is_whole


def test_a_featured_post_in_each_answer_does_not_show_that_ids_are_answered() -> None:
    report, ids = walk(FakeSite.of(12, empty={"include"}, unlisted={2}, featured=(1,)))
    assert ids == set(range(1, 13)) - {2}
    assert not report.is_whole


@pytest.mark.parametrize("post_id", [40, 4000])
def test_the_only_post_of_a_list_that_shows_none_is_found_or_doubted(post_id: int) -> None:
    site = FakeSite({post_id: post(post_id)}, unlisted={post_id})
    report, ids = walk(site)
    assert (ids == {post_id}) == report.is_whole == (post_id < 100)


def test_an_empty_list_takes_two_more_requests_than_its_walk_and_its_listing() -> None:
    site = FakeSite.of(0)
    report, _ = walk(site)
    assert report.is_whole
    assert len(site.asked) == 4


@pytest.mark.parametrize("count", [3, 300])
def test_a_site_whose_lists_are_empty_for_a_while_is_not_an_empty_site(count: int) -> None:
    site = FakeSite.of(count, others={"categories": {1: {"id": 1, "count": count}}})
    posts, site.posts = site.posts, {}

    def come_back(site: FakeSite) -> None:
        site.posts = posts if len(site.asked) > 4 else {}

    site.between = come_back
    report, ids = walk(site)
    assert ids == set(posts)
    assert report.is_whole


def test_an_empty_list_whose_category_has_posts_proves_nothing() -> None:
    site = FakeSite.of(0, others={"categories": {1: {"id": 1, "count": 7}}})
    report, _ = walk(site)
    assert not report.is_whole
    assert "its list is empty, and a category counts 7 posts" in report.doubts


@pytest.mark.parametrize("kind", ["empty", "truncated", "short"])
def test_what_a_listing_could_not_read_did_not_go_meanwhile(kind: str) -> None:
    site = FakeSite.of(300)
    fetch = site.fetch

    async def spoil(url: str) -> Answer:
        answer = await fetch(url)
        is_listing = "_fields=id&" in url and "orderby=id" in url
        if not is_listing or (kind != "empty" and "offset=99" not in url):
            return answer
        bodies = {"empty": b"[]", "truncated": answer.body[:50], "short": b'[{"id": 100}]'}
        return replace(answer, headers={"x-wp-total": "300"}, body=bodies[kind])

    site.fetch = spoil  # type: ignore[method-assign]
    report, ids = walk(site)
    assert ids == set(site.posts)
    assert report.is_whole
    assert (report.vanished, report.expected) == (set(), 300)


def test_one_post_between_many_free_ids_is_found_if_the_total_counts_it() -> None:
    site = FakeSite({n: post(n) for n in range(50, 1500, 11)}, unlisted={50 + 11 * 60})
    report, ids = walk(site)
    assert ids == set(site.posts)
    assert report.is_whole
    assert len(site.asked) < 30


def test_posts_before_a_gap_of_merged_blogs_are_found_if_the_total_counts_them() -> None:
    ids_of_two_blogs = [*range(1, 151), 10**9]
    site = FakeSite({n: post(n) for n in ids_of_two_blogs}, unlisted={40, 90})
    report, ids = walk(site)
    assert ids == set(site.posts)
    assert report.is_whole
    assert len(site.asked) < 30


def test_an_entry_without_an_id_that_only_the_list_by_date_has_is_a_doubt() -> None:
    site = FakeSite.of(250, empty={"offset"}, damaged={125: None})
    report, ids = walk(site)
    assert ids == set(site.posts) - {125}
    assert "its list has entries without an id" in report.doubts


def test_posts_behind_the_last_page_leave_the_total_as_it_is() -> None:
    report, _ = walk(FakeSite.of(130, featured=(130,)))
    assert (report.reported_total, report.is_whole) == (130, True)


@pytest.mark.parametrize("count", [1, 99, 100, 1000, 5000])
def test_two_questions_prove_an_ordinary_list(count: int) -> None:
    site = FakeSite.of(count)
    walk(site)
    walked = FakeSite.of(count)
    walker = FullScan(SITE, POST, walked.fetch)

    async def run() -> None:
        async for _ in walker.pages():
            pass
        async for _ in walker.reconcile():
            pass

    asyncio.run(run())
    assert len(site.asked) == len(walked.asked) + 2


def test_a_post_that_is_published_meanwhile_makes_no_second_walk() -> None:
    def publish(site: FakeSite) -> None:
        if "orderby=date" in site.asked[-1]:
            site.posts.setdefault(1001, post(1001))

    site = FakeSite.of(1000, between=publish)
    report, ids = walk(site)
    assert 1001 in ids
    assert report.is_whole
    assert len(site.asked) < 30


def test_posts_that_are_counted_and_never_shown_are_noted_only() -> None:
    report, ids = walk(FakeSite.of(400, hidden=set(range(3, 400, 3))))
    assert len(ids) == 267
    assert report.is_whole
    assert "X-WP-Total says 400, the list has 267" in report.notes


@pytest.mark.parametrize("entry", [None, "junk", {"title": "no id"}, {"id": None}, {"id": 2**70}])
@pytest.mark.parametrize("total", [lambda n: n, lambda _: None])
def test_entries_without_an_id_are_posts_that_are_missing(entry: Any, total: Any) -> None:
    report, ids = walk(FakeSite.of(150, damaged={40: entry, 77: entry}, total=total))
    assert len(ids) == 148
    assert not report.is_whole
    assert "its list has entries without an id" in report.doubts


def test_entries_that_no_total_counts_are_no_posts() -> None:
    damaged = {40: {"promotion": "Subscribe!"}}
    report, ids = walk(FakeSite.of(150, damaged=damaged, total=lambda n: n - 1))
    assert len(ids) == 149
    assert report.is_whole


def test_an_id_may_be_a_number_with_a_point() -> None:
    site = FakeSite.of(150, damaged={n: post(n, id=float(n)) for n in range(1, 151)})
    report, ids = walk(site)
    assert ids == set(site.posts)
    assert report.is_whole


@pytest.mark.parametrize("count", [150, 400])
def test_posts_that_only_their_ids_show_are_found(count: int) -> None:
    site = FakeSite.of(count, unlisted={3, 60, 61, 130})
    report, ids = walk(site)
    assert ids == set(site.posts)
    assert report.is_whole
    assert len(site.asked) < 40


def test_posts_that_only_their_ids_show_beside_hidden_ones_are_found_and_doubted() -> None:
    site = FakeSite.of(150, unlisted={60, 61}, hidden={70})
    report, ids = walk(site)
    assert ids == site.shown
    assert not report.is_whole


def test_a_list_whose_pieces_never_join_takes_a_bounded_number_of_requests() -> None:
    site = FakeSite.of(150)

    async def fetch(url: str) -> Answer:
        answer = await site.fetch(url)
        rows = [row for row in json.loads(answer.body) for _ in range(2)]
        return replace(answer, body=json.dumps(rows[:5]).encode())

    walker = FullScan(SITE, POST, fetch)

    async def run() -> None:
        async for _ in walker.pages():
            pass

    asyncio.run(run())
    assert len(site.asked) < 300


def test_rows_that_come_twice_beside_a_broken_one_take_a_bounded_number_of_requests() -> None:
    site = FakeSite.of(12, broken={8})

    async def fetch(url: str) -> Answer:
        answer = await site.fetch(url)
        rows = json.loads(answer.body)
        if not isinstance(rows, list):
            return answer
        twice = [row for row in rows for _ in range(2)]
        total = str(2 * int(answer.headers["x-wp-total"]))
        return replace(answer, headers={"x-wp-total": total}, body=json.dumps(twice).encode())

    walker = FullScan(SITE, POST, fetch)

    async def run() -> None:
        async for _ in walker.pages():
            pass

    asyncio.run(run())
    assert len(site.asked) < 250
