"""The pages of a closed site's posts: a failure of newscrawl is no failure of the site."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from newscrawl.crawl.own_pages import MAX_FAILURES, OwnPages
from newscrawl.net.response import Answer
from newscrawl.runtime.worker_pool import WorkerTimeout

if TYPE_CHECKING:
    from newscrawl.runtime.worker_pool import Workers


class BusyWorkers:
    """Workers that are ended before they have read a page."""

    async def run(self, *_: Any) -> Any:
        raise WorkerTimeout("not done after 10 s of CPU time")


async def page(url: str) -> Answer:
    return Answer(url=url, status=200, headers={"content-type": "text/html"}, body=b"<p>Hi")


async def error_page(url: str) -> Answer:
    return Answer(url=url, outcome="server_error", status=500)


def test_pages_that_newscrawl_fails_to_read_do_not_end_the_walk() -> None:
    pages = OwnPages(cast("Workers", BusyWorkers()), page)
    for number in range(MAX_FAILURES + 1):
        assert asyncio.run(pages.read(f"https://example.org/{number}/")) is None
    assert not pages.is_given_up
    assert "11 pages can't be read" in pages.reasons()[0]
    assert "newscrawl failed to read it: not done after 10 s" in pages.reasons()[0]


def test_a_site_that_refuses_ten_pages_in_a_row_is_not_asked_for_more() -> None:
    pages = OwnPages(cast("Workers", BusyWorkers()), error_page)
    for number in range(MAX_FAILURES):
        assert not pages.is_given_up
        asyncio.run(pages.read(f"https://example.org/{number}/"))
    assert pages.is_given_up
