"""What holds for every body, whatever is in it."""

from __future__ import annotations

import re
from collections import Counter

import nh3
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.markup import excerpt_text, plain_text, safe_url
from newscrawl.markup.allowlist import ALLOWED
from newscrawl.markup.unicode import cleaned, single_spaced
from tests.markup.reading import (
    COMMONMARK,
    URL,
    body,
    formats,
    outline,
    seen_text,
    start_tags,
    targets,
    without_readings,
    words,
)
from tests.markup.soups import documents, hostile_soups, runs, soups


@given(soups | runs | hostile_soups)
@settings(max_examples=400)
def test_normalizing_twice_changes_nothing(html: str) -> None:
    once = body(html)
    assert body(once.html) == once


@given(soups | hostile_soups)
def test_only_tags_and_attributes_of_the_table_come_out(html: str) -> None:
    for tag, attrs in start_tags(body(html).html):
        assert attrs.keys() <= ALLOWED[tag]


@given(soups | hostile_soups)
def test_every_url_is_one_of_the_web(html: str) -> None:
    for _, attrs in start_tags(body(html).html):
        for name in {"cite", "href", "src"} & attrs.keys():
            assert attrs[name].startswith(("https://", "http://"))
            assert safe_url(attrs[name], "") == attrs[name]


@given(soups | hostile_soups)
def test_a_sanitiser_finds_nothing_more_to_do(html: str) -> None:
    once = body(html).html
    attributes = {tag: set(names) for tag, names in ALLOWED.items()}
    assert nh3.clean(once, tags=set(ALLOWED), attributes=attributes, link_rel=None) == once


@given(soups | hostile_soups)
def test_no_form_holds_what_is_no_text(html: str) -> None:
    once = body(html)
    for form in (once.html, once.markdown, once.text):
        assert form == cleaned(form)


@given(soups)
def test_the_text_has_all_words_of_the_html(html: str) -> None:
    once = body(html)
    seen = seen_text(without_readings(once.html))
    assert not Counter(words(seen)) - Counter(words(once.text))


@given(soups)
@settings(max_examples=400)
def test_markdown_has_the_words_of_the_html_and_no_more(html: str) -> None:
    once = body(html)
    rendered = COMMONMARK.render(once.markdown)
    assert outline(rendered) == outline(once.html)
    if "<pre" not in once.html:  # what is in code has no links
        assert targets(rendered) == targets(once.html)


@given(runs)
@settings(max_examples=400)
def test_markdown_has_only_formats_of_the_html(html: str) -> None:
    once = body(html)
    rendered = COMMONMARK.render(once.markdown)
    assert outline(rendered) == outline(once.html)
    for (letter, there), (wanted, here) in zip(formats(rendered), formats(once.html), strict=True):
        assert letter == wanted
        assert there <= here


@given(soups | hostile_soups)
def test_markdown_holds_no_html(html: str) -> None:
    tokens = COMMONMARK.parse(body(html).markdown)
    inner = [child for token in tokens for child in token.children or ()]
    assert not [token for token in tokens + inner if token.type.startswith("html")]


@given(documents)
def test_no_word_is_lost_or_moved(html: str) -> None:
    assert re.findall(r"word\d+x", body(html).text) == re.findall(r"word\d+x", html)


@given(documents)
def test_there_are_never_more_tags(html: str) -> None:
    once = body(html).html
    assert len(start_tags(once)) <= len(start_tags(html)) + once.count("<tbody>")


@given(st.text() | soups)
def test_a_title_is_a_line_of_text(html: str) -> None:
    for line in (plain_text(html), excerpt_text(html, URL)):
        assert line == " ".join(cleaned(line).split())


@given(st.text(), st.sampled_from(("https://example.org/a/", "http://example.org", "")))
def test_a_safe_url_is_safe_again_and_absolute(url: str, base: str) -> None:
    found = safe_url(url, base)
    if found is not None:
        assert safe_url(found, "https://other.org/") == found
        assert re.fullmatch(r"https?://[^\s<>\"\\]+", found)


@given(st.text(alphabet="ab é\xa0\u2003\u3000\u2028\u200b\t\n\x0b\x0c\r\x1c\x1f\x85\xad\ue000"))
def test_single_spaced_text_has_the_same_words(text: str) -> None:
    assert single_spaced(text) == " ".join(text.split())
