"""Bodies as editors, page builders and plugins make them, and what they become.

The cases are in ``cases/``: a name, the source or several with the same result, and the forms:

    ### What is shown by it
    drop: https://example.org/the-link-to-drop
    <p>source</p>
    --- or
    <div>source</div>
    --> html
    <p>source</p>
    --> text
    source
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.markup.reading import body

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One source with the forms that are expected of it."""

    source: str
    drop: str | None
    forms: dict[str, str]


def cases(name: str) -> list[ParameterSet]:
    text = (CASES / f"{name}.txt").read_text(encoding="utf-8")
    return [param for part in re.split(r"(?m)^### ", text)[1:] for param in _of(part)]


def _of(part: str) -> list[ParameterSet]:
    title, _, content = part.partition("\n")
    drop = re.match(r"drop: (.*)\n", content)
    sources, *forms = re.split(r"(?m)^--> (?=\w+$)", content[drop.end() if drop else 0 :])
    expected = {form: text.strip("\n") for form, _, text in (f.partition("\n") for f in forms)}
    return [
        pytest.param(Case(source.strip("\n"), drop[1] if drop else None, expected), id=title)
        for source in re.split(r"(?m)^--- or\n", sources)
    ]


def check(case: Case) -> None:
    once = body(case.source, case.drop)
    assert {form: getattr(once, form) for form in case.forms} == case.forms
    assert body(once.html) == once


@pytest.mark.parametrize("case", cases("editors"))
def test_what_editors_write(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("builders"))
def test_what_page_builders_write(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("panels"))
def test_what_a_reader_could_reach_is_kept(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("furniture"))
def test_what_is_not_the_posts_own_is_left_out(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("media"))
def test_pictures_embeds_and_tables(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("buttons"))
def test_the_button_is_dropped(case: Case) -> None:
    check(case)


def test_captions_can_be_left_out_of_only_the_text() -> None:
    html = '<p>a</p><figure><img src="/i.png"><figcaption>A cat</figcaption></figure>'
    once = body(html, captions_in_text=False)
    assert once.text == "a"
    assert "A cat" in once.markdown
    assert "A cat" in once.html
