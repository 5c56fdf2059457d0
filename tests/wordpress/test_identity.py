"""The content hash: the parts of a text that don't count."""

import re

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.records.revision import without_image_queries
from newscrawl.wordpress.identity import MAX_PLACE, bounded, place_of
from tests.archive.conftest import make_post

# What the function means, in one pattern that takes quadratic time.
IMAGE_QUERY = re.compile(r"(!\[[^\]]*\]\([^)?\s]*)\?[^)\s]*")
PIECES = ("![", "]", "](", "(", ")", "?", " ", "\n", "a", "[", "!", "![b](c?d)")


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_queries_of_images_are_left_out_wherever_one_stands(markdown: str) -> None:
    assert without_image_queries(markdown) == IMAGE_QUERY.sub(r"\1", markdown)


def test_an_address_that_can_not_be_requested_is_not_made_canonical() -> None:
    url = "http://example.org/" + "%7e" * MAX_PLACE
    assert place_of(make_post(1, url=url)) == bounded(url)
