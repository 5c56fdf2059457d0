"""Lists that move, lie and fail while they are walked."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from typing import Any

import pytest

from newscrawl.wordpress import pagination
from newscrawl.wordpress.endpoints import posts_url
from newscrawl.wordpress.list_endpoint import Listing
from newscrawl.wordpress.pagination import SURPLUS_FACTOR, SURPLUS_ROWS, Paginator
from newscrawl.wordpress.site import POST
from tests.wordpress.fake import SITE, FakeSite, post


def walk(site: FakeSite, **options: Any) -> tuple[Paginator, list[int]]:
    """Walk a site to its end; return the walk and the ids in the order they came."""
    url_for = partial(posts_url, SITE, POST, orderby="id", order="asc", _fields="id,content")
    paginator = Paginator(Listing(site.fetch, url_for, **options))

    async def run() -> list[int]:
        return [row["id"] async for rows in paginator.pages() for row in rows]

    return paginator, asyncio.run(run())


@pytest.mark.parametrize("count", [0, 1, 2, 99, 100, 101, 199, 250, 500])
def test_a_list_without_changes_is_read_with_the_fewest_requests(count: int) -> None:
    site = FakeSite.of(count)
    paginator, ids = walk(site)
    assert ids == sorted(site.posts)
    assert (paginator.total, paginator.failure, paginator.notes) == (count, None, [])
    assert len(site.asked) <= count / 99 + 2


@pytest.mark.parametrize("seed", range(80))
def test_posts_that_come_and_go_hide_and_double_no_other(seed: int) -> None:
    chance = random.Random(seed)
    site = FakeSite({n: post(n) for n in chance.sample(range(1, 2000), chance.randint(1, 700))})
    stayed = set(site.posts)
    per_page = chance.choice((100, 10, 4))

    def change(site: FakeSite) -> None:
        for _ in range(chance.choice((0, 0, 1, per_page // 3))):
            new = chance.randint(1, 2100)
            if chance.random() < 0.5:
                site.posts.setdefault(new, post(new))
            elif site.posts:
                gone = chance.choice(list(site.posts))
                del site.posts[gone]
                stayed.discard(gone)

    site.between = change
    paginator, ids = walk(site, per_page=per_page)
    assert paginator.failure is None
    assert len(ids) == len(set(ids))
    assert stayed <= set(ids)


def test_deletions_before_the_next_piece_make_the_walk_step_back() -> None:
    def drop_first(site: FakeSite) -> None:
        if len(site.asked) == 2:
            for gone in range(1, 31):
                del site.posts[gone]

    site = FakeSite.of(250, between=drop_first)
    _, ids = walk(site)
    assert ids == list(range(1, 251))
    assert len(site.asked) == 5


def shown(count: int) -> list[int]:
    return list(range(1, count + 1))


@pytest.mark.parametrize(
    ("faults", "note"),
    [
        ({"total": lambda _: None}, ""),
        ({"total": lambda _: 5}, ""),
        ({"total": lambda _: 9999}, ""),
        ({"total": lambda _: 0}, ""),
        ({"cap": 10}, "no more than 10"),
        ({"cap": 1}, "no more than 1"),
        ({"cap": 10, "total": lambda _: None}, ""),
        ({"refused_above": 50}, ""),
        ({"refused_above": 1}, ""),
        ({"ignored": {"offset"}}, "does not know offset"),
        ({"ignored": {"offset"}, "cap": 10}, "does not know offset"),
        ({"ignored": {"per_page"}}, "no more than 10"),
        ({"ignored": {"orderby"}}, ""),
        ({"ignored": {"order"}}, "does not sort by id"),
        ({"ignored": {"orderby", "order", "offset"}}, "does not know offset"),
    ],
)
def test_a_site_with_ways_of_its_own_is_read_whole(faults: dict[str, Any], note: str) -> None:
    site = FakeSite.of(123, **faults)
    paginator, ids = walk(site)
    assert sorted(ids) == shown(123)
    assert note in " ".join(paginator.notes)


def test_a_site_that_answers_every_page_alike_ends_the_walk() -> None:
    site = FakeSite.of(123, ignored={"offset", "page", "per_page", "orderby", "order"})
    paginator, ids = walk(site)
    assert len(ids) == 10
    assert paginator.doubts == ["the site answers every page alike"]
    assert len(site.asked) < 10


@pytest.mark.parametrize("hidden", [{5}, {1, 2, 3}, {123}, set(range(20, 90)), set(range(1, 123))])
def test_posts_that_are_counted_but_not_shown_hide_no_other(hidden: set[int]) -> None:
    site = FakeSite.of(123, hidden=hidden)
    for per_page in (100, 10):
        _, ids = walk(site, per_page=per_page)
        assert set(ids) == site.shown


def test_a_long_stretch_of_hidden_posts_is_passed_over() -> None:
    site = FakeSite.of(2500, hidden=set(range(200, 2400)))
    assert set(walk(site)[1]) == site.shown


@pytest.mark.parametrize(
    "broken", [{37}, {1}, {100}, {123}, {5, 6}, {1, 2, 3, 4}, {99, 100, 101}, {10, 60, 110}]
)
@pytest.mark.parametrize("everywhere", [False, True])
def test_a_broken_post_does_not_cost_others(broken: set[int], everywhere: bool) -> None:
    site = FakeSite.of(123, broken=broken, broken_everywhere=everywhere)
    paginator, ids = walk(site)
    assert set(ids) == set(shown(123)) - broken
    assert paginator.failure is None
    if not everywhere:
        assert paginator.broken == dict.fromkeys(broken, "HTTP 500 internal_server_error")
    assert len(paginator.broken) + len(paginator.unnamed) == len(broken)
    assert len(site.asked) <= 5 + 14 * len(broken)


@pytest.mark.parametrize("requests", range(7))
def test_a_site_that_goes_down_gets_no_request_for_each_post(requests: int) -> None:
    site = FakeSite.of(500, down_after=requests)
    paginator, ids = walk(site)
    assert len(ids) < 500 or requests == 6
    assert (paginator.failure is None) == (requests == 6)
    assert len(site.asked) <= requests + 4


def test_a_passing_fault_loses_nothing() -> None:
    site = FakeSite.of(300)

    def fail_once(site: FakeSite) -> None:
        site.broken = {150} if len(site.asked) == 2 else set()

    site.between = fail_once
    paginator, ids = walk(site)
    assert ids == shown(300)
    assert paginator.broken == {}


def test_a_closed_list_is_requested_once() -> None:
    site = FakeSite.of(3)

    async def closed(url: str) -> Any:
        from tests.wordpress.fake import error

        site.asked.append(url)
        return error("rest_cannot_access", 401)

    site.fetch = closed  # type: ignore[method-assign]
    paginator, _ = walk(site)
    assert paginator.failure is not None
    assert paginator.failure.is_closed
    assert len(site.asked) == 1


def test_a_list_that_always_has_new_posts_ends_far_past_its_first_total() -> None:
    def grow(site: FakeSite) -> None:
        last = max(site.posts)
        site.posts.update((n, post(n)) for n in range(last + 1, last + 101))

    site = FakeSite.of(300, between=grow)
    paginator, ids = walk(site)
    assert "goes on after" in str(paginator.failure)
    assert "a total of 400" in str(paginator.failure)
    assert len(ids) < 400 * SURPLUS_FACTOR + SURPLUS_ROWS + 200


def test_a_list_without_a_total_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "MAX_ROWS_WITHOUT_TOTAL", 500)
    paginator, ids = walk(FakeSite.of(2000, total=lambda _: None))
    assert "gave no total" in str(paginator.failure)
    assert len(ids) < 700
