"""Whole pages of publishers, in several scripts: every field, every paragraph, nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from newscrawl.extract import extract
from newscrawl.items import Extraction

PAGES = Path(__file__).parents[1] / "pages"
CASES = sorted(folder.name for folder in PAGES.iterdir() if (folder / "page.html").is_file())


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[Extraction, dict[str, Any]]:
    folder = PAGES / request.param
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    html = (folder / "page.html").read_text(encoding="utf-8")
    return extract(html, url=expected["asked"]), expected


def test_each_field_is_that_of_the_page(case):
    found, expected = case
    assert {name: getattr(found, name) for name in expected["fields"]} == expected["fields"]


def test_the_lead_image_comes_with_its_words(case):
    found, expected = case
    image = found.image and {name: getattr(found.image, name) for name in ("url", "alt", "caption")}
    assert image == expected["image"]


def test_the_text_is_the_article_in_order_and_nothing_else(case):
    found, expected = case
    assert [line for line in found.text.splitlines() if line] == expected["text"]


def test_html_keeps_what_plain_text_cannot_show(case):
    found, expected = case
    assert [part for part in expected["markup"] if part not in found.html] == []


def test_text_around_the_article_is_in_none_of_the_three_forms(case):
    found, expected = case
    forms = found.text, found.html, found.markdown
    assert [word for word in expected["absent"] if any(word in form for form in forms)] == []


def test_each_field_that_was_found_names_its_place(case):
    found, expected = case
    named = {name for name, value in expected["fields"].items() if value}
    assert named - {"url"} <= set(found.sources)
