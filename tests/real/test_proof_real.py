"""A real WordPress whose lists do not do what they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crawls import COMPLETE, PARTIAL, Crawls

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.server import RealWordPress

POSTS = 40


@pytest.mark.parametrize(
    "fault",
    [
        *("window 25", "bound 10", "heavy 10", "more 7", "shuffled", "without per_page"),
        *("without offset", "without page", "without order", "without include"),
        *("without after", "without before"),
    ],
)
def test_all_posts_come_in_spite_of_the_limits_of_a_list(
    small_wordpress: RealWordPress, tmp_path: Path, fault: str
) -> None:
    crawl = Crawls(small_wordpress.url, tmp_path)
    with small_wordpress.fault(fault):
        assert crawl() == COMPLETE, crawl.log
    assert len(crawl.new("posts")) == POSTS


def test_posts_that_no_list_reaches_are_counted(
    small_wordpress: RealWordPress, tmp_path: Path
) -> None:
    crawl = Crawls(small_wordpress.url, tmp_path)
    with small_wordpress.fault("stripped"):
        assert crawl() == PARTIAL
    had = len(crawl.new("posts"))
    assert f"{POSTS - had} of {POSTS} posts can't be reached" in crawl.verdict()
