"""Classes and ids that name a part of a page."""

import tomllib
from pathlib import Path

import pytest

from newscrawl.extract.content import class_names
from newscrawl.extract.content.class_names import mark_of_name


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("post__author", "HARD"),
        ("call-to-action", "HARD"),
        ("story__caption", "CAPTION"),
        ("wp-captions", "CAPTION"),
        ("reading", "NONE"),
        ("module-before-navigation", "NONE"),
        ("item after-ad", "NONE"),
        ("row-without-sidebar", "NONE"),
        ("share-after-content", "HARD"),
    ],
)
def test_a_name_is_known_by_its_words(name: str, mark: str) -> None:
    assert mark_of_name(name)[0].name == mark


def test_no_part_of_a_phrase_is_optional() -> None:
    """Else not all words of a phrase are known, and names with the others are not searched."""
    tables = tomllib.loads(Path(class_names.__file__).with_suffix(".toml").read_text("utf-8"))
    assert "?" not in "".join(tables["phrases"].values())
