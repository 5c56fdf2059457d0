"""A post on which a pipeline fails is counted and logged, and costs no other post."""

from types import SimpleNamespace
from typing import Any

import pytest

from newscrawl.exceptions import ConfigurationError
from newscrawl.items import NormalizedPost
from newscrawl.pipelines.failed_posts import without_failed
from newscrawl.run_summary import Tally
from tests.archive.conftest import make_body, make_post


def of_three(answer: int | Exception, context: Any) -> list[tuple[int, int]]:
    """Return the ids and answers that are left if the second of three posts gets *answer*."""
    posts = [NormalizedPost(post=post, body=make_body(post)) for post in map(make_post, (1, 2, 3))]
    pairs = without_failed(context, posts, [10, answer, 30])
    return [(item.post.post_id, found) for item, found in pairs]


def test_an_error_is_counted_and_logged_with_the_name_of_its_post(
    caplog: pytest.LogCaptureFixture,
) -> None:
    context = SimpleNamespace(tally=Tally())
    assert of_three(ValueError("a fault"), context) == [(1, 10), (3, 30)]
    assert context.tally.errors == 1
    assert "Error processing post 2" in caplog.text
    assert "ValueError: a fault" in caplog.text


def test_an_error_that_ends_the_run_is_raised() -> None:
    with pytest.raises(ConfigurationError):
        of_three(ConfigurationError("no such folder"), SimpleNamespace(tally=Tally()))
