"""Classes and ids that name a part of a page."""

import re
import tomllib
from pathlib import Path

import pytest

from newscrawl.extract.content import class_names
from newscrawl.extract.content.class_names import mark_of_name


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("editors-picks", "HARD"),
        ("editorPick", "HARD"),
        ("story__photocredit", "CAPTION"),
        ("photo-credit", "CAPTION"),
        ("pie-foto", "CAPTION"),
        ("wp-captions", "CAPTION"),
        ("reading", "NONE"),
    ],
)
def test_a_name_is_known_in_each_form_of_its_pattern(name: str, mark: str) -> None:
    assert mark_of_name(name)[0].name == mark


def test_only_a_final_s_a_space_or_a_group_is_optional_in_a_pattern() -> None:
    """Else not all words of a pattern are known, and names with the others are not searched."""
    tables = tomllib.loads(Path(class_names.__file__).with_suffix(".toml").read_text("utf-8"))
    lines = [line for name in ("phrases", "caption") for line in tables[name].values()]
    optional = set(re.findall(r"\w+\?|\W\?", "\n".join(lines)))
    assert {part[-2:] for part in optional} <= {"s?", " ?", ")?"}
