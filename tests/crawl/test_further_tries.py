"""Which articles are requested again in the same run, after a failure that often passes."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from newscrawl.archive.articles import Task
from newscrawl.crawl.article_fetcher import (
    MAX_FAILURES_IN_A_ROW,
    MAX_RETRY_SECONDS,
    RETRY_DELAYS,
    ArticleFetcher,
)


class Clock:
    """The fetcher's view of a host: for how long it refuses requests. No time passes."""

    article_delay = 0.0

    def __init__(self, blocked: float = 0.0) -> None:
        self.blocked = blocked

    def blocked_seconds(self, _: str) -> float:
        return self.blocked

    async def fetch(self, *_: object, **__: object) -> None:
        raise AssertionError("nothing is requested here")


def fetcher(clock: Clock) -> ArticleFetcher:
    async def run(*_: object) -> None:
        return None

    session: Any = SimpleNamespace(
        workers=None, policies=None, pages=0, archive=SimpleNamespace(run=run)
    )
    return ArticleFetcher(session, clock)  # type: ignore[arg-type]


def task(number: int = 1) -> Task:
    return Task(
        article_id=number,
        link=f"https://news.example/{number}",
        excerpt="",
        etag=None,
        last_modified=None,
        attempts=0,
        outcome="pending",
    )


@pytest.mark.parametrize(
    ("blocked", "expected"),
    [(0.0, True), (MAX_RETRY_SECONDS, True), (MAX_RETRY_SECONDS + 1, False)],
)
def test_a_host_that_refuses_for_longer_than_half_a_minute_is_left_to_the_next_run(
    blocked: float, expected: bool
) -> None:
    assert MAX_RETRY_SECONDS == 30
    assert fetcher(Clock(blocked))._is_tried_again(task(), "timeout") is expected


def test_only_failures_that_often_pass_are_tried_again() -> None:
    found = fetcher(Clock())
    outcomes = ("server_error", "timeout", "dns_error", "connection_error", "not_found", "paywall")
    assert [found._is_tried_again(task(), outcome) for outcome in outcomes] == [True] * 4 + [
        False
    ] * 2


def test_after_failures_in_a_row_a_host_gets_no_further_try() -> None:
    found = fetcher(Clock())
    tried = [found._is_tried_again(task(n), "timeout") for n in range(MAX_FAILURES_IN_A_ROW + 2)]
    assert tried == [True] * MAX_FAILURES_IN_A_ROW + [False] * 2
    assert found._is_tried_again(task(), "fetched") is False
    assert found._is_tried_again(task(), "timeout"), "an answer ends the row"


async def _postponed(found: ArticleFetcher) -> int:
    count = 0
    while count < 9 and found._is_tried_again(task(), "timeout"):
        await found._postpone(task())
        count += 1
    return count


def test_an_article_has_few_further_tries() -> None:
    assert asyncio.run(_postponed(fetcher(Clock()))) == len(RETRY_DELAYS)
