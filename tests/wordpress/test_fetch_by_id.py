"""Rows by their ids: posts that a list counts and leaves out."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from newscrawl.wordpress.endpoints import post_url, posts_url
from newscrawl.wordpress.fetch_by_id import FetchById
from newscrawl.wordpress.site import POST
from tests.wordpress.fake import SITE, FakeSite, answer

if TYPE_CHECKING:
    from newscrawl.net.response import Answer


class MembersSite(FakeSite):
    """A site whose lists hide the posts of members, which their own addresses show."""

    def _one(self, post_id: int) -> Answer:
        return answer(self.posts[post_id])


def fetched(site: FakeSite, ids: set[int]) -> tuple[list[int], set[int]]:
    by_id = FetchById(
        site.fetch, partial(posts_url, SITE, POST), own_url=partial(post_url, SITE, POST)
    )

    async def rows() -> list[int]:
        return [row["id"] async for page in by_id.pages(ids) for row in page]

    return sorted(asyncio.run(rows())), by_id.absent


def test_a_post_that_lists_hide_is_fetched_at_its_own_address() -> None:
    assert fetched(MembersSite.of(5, hidden={2, 4}), {1, 2, 4, 5}) == ([1, 2, 4, 5], set())


def test_a_post_that_its_own_address_hides_too_is_absent() -> None:
    assert fetched(FakeSite.of(5, hidden={2, 4}), {1, 2, 4, 5}) == ([1, 5], {2, 4})
