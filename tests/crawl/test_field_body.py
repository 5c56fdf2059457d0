"""A post whose words are in custom fields instead of its content."""

from __future__ import annotations

from typing import Any

import pytest

from newscrawl.crawl.normalize import normalize_post
from newscrawl.wordpress.field_body import fields_with_prose
from tests.archive.conftest import make_post

PROSE = "<p>The whole text lives in a field.</p>"


def text_of(content: str, acf: Any, *, protected: bool = False) -> str:
    post = make_post(8, content=content, raw={"id": 8, "acf": acf}, protected=protected)
    return normalize_post(post).body.text


@pytest.mark.parametrize(
    ("name", "acf"),
    [
        ("a field", {"source": None, "body": PROSE, "event_date": "20260312", "related": [6, 7]}),
        ("a group", {"story": {"body": PROSE}}),
        ("a row of a layout", {"layout": [{"acf_fc_layout": "text", "words": PROSE}]}),
        ("the same field twice", {"body": PROSE, "amp_body": PROSE}),
    ],
)
def test_the_text_is_taken_from(name: str, acf: Any) -> None:
    assert text_of("", acf) == "The whole text lives in a field.", name


def test_fields_keep_their_order() -> None:
    acf = {"intro": "<p>First.</p>", "body": "<p>Second.</p>"}
    assert text_of("<p></p>", acf) == "First.\n\nSecond."


def test_a_post_with_a_text_of_its_own_keeps_it() -> None:
    assert text_of("<p>Its own.</p>", {"body": PROSE}) == "Its own."


def test_a_protected_post_takes_no_text_from_fields() -> None:
    assert text_of("", {"body": PROSE}, protected=True) == ""


@pytest.mark.parametrize("acf", [None, [], {}, {"source": "Reuters", "n": 7}, "x", {"a": {"b": 1}}])
def test_fields_without_prose_give_no_text(acf: Any) -> None:
    assert text_of("", acf) == ""


def test_the_text_may_be_in_a_field_that_the_operator_chose() -> None:
    post = make_post(8, content="", raw={"id": 8, "acf": [], "story_body": PROSE})
    assert normalize_post(post).body.text == "The whole text lives in a field."


@pytest.mark.parametrize(
    ("name", "value", "is_found"),
    [
        ("story_body", PROSE, True),
        ("story", {"parts": [{"words": PROSE}]}, True),
        ("summary", "Words without a tag are a caption.", False),
        ("yoast_head", "<p>a</p>", False),
        ("excerpt", {"rendered": PROSE}, False),
    ],
)
def test_fields_with_prose_are_found(name: str, value: Any, *, is_found: bool) -> None:
    assert fields_with_prose({"id": 8, name: value}) == [name] * is_found
