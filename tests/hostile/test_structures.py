"""No page and no post takes longer than its length allows, whatever it repeats."""

import pytest

from newscrawl.crawl.normalize import normalize_post
from newscrawl.extract.page import read_page
from newscrawl.net.response import Answer
from newscrawl.wordpress.posts import decode_post
from tests.hostile.structures import Structure, in_pages, in_posts
from tests.hostile.test_linear import grows_too_fast
from tests.wordpress.fake import SITE, post

pytestmark = pytest.mark.slow

URL = "https://paper.example/2025/05/12/a-story-1"
HEADERS = {"content-type": "text/html; charset=utf-8"}

RUNS = 15
"""Runs of what looks too slow: these times are longer, so a busy machine disturbs more of them."""


def read_as_page(text: str) -> None:
    read_page(Answer(url=URL, status=200, headers=HEADERS, body=text.encode()), "The council voted")


def read_as_post(text: str) -> None:
    normalize_post(decode_post(post(7, content=text, title="The tram line"), SITE))


@pytest.mark.parametrize("structure", in_pages(), ids=Structure.name)
def test_a_page_is_read_in_linear_time(structure: Structure) -> None:
    assert not grows_too_fast(read_as_page, structure, runs=RUNS)


@pytest.mark.parametrize("structure", in_posts(), ids=Structure.name)
def test_a_post_is_normalized_in_linear_time(structure: Structure) -> None:
    assert not grows_too_fast(read_as_post, structure, runs=RUNS)
