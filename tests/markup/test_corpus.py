"""The same laws over bodies of real sites, and over whole pages."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

import pytest

from newscrawl.markup import normalize
from newscrawl.markup.unicode import cleaned
from tests.markup.reading import (
    COMMONMARK,
    article_lines,
    formats,
    letters,
    opened_texts,
    outline,
    seen_text,
    start_tags,
    targets,
    without_shortcodes,
    words,
)

if TYPE_CHECKING:
    from pathlib import Path

# Words of a part that may be the labels of its controls.
MOST_LABELS = 3
# Fewer would mean that they were not found.
LEAST_PARTS = 30
Sources: TypeAlias = list[tuple[str, str, str]]


def test_no_word_that_a_reader_saw_is_lost(bodies: Sources) -> None:
    for name, url, html in bodies:
        seen = words(without_shortcodes(cleaned(seen_text(cleaned(html)))))
        found = words(normalize(html, url).text)
        if "<sup" in html:  # what is raised may be a word of its own, or the end of another
            seen, found = list("".join(seen)), list("".join(found))
        assert not Counter(seen) - Counter(found), name


@pytest.mark.slow
def test_articles_lose_no_line_but_named_furniture(articles: Sources) -> None:
    for name, url, html in articles:
        found = letters(normalize(html, url).text)
        lines = (line for line in article_lines(cleaned(html)) if not line.is_named_furniture)
        lost = [line for line in lines if letters(without_shortcodes(line.text)) not in found]
        assert not lost, (name, lost)


@pytest.mark.slow
def test_no_word_that_a_click_opens_is_lost(bodies: Sources, folded: Sources) -> None:
    count = 0
    for name, url, html in bodies + folded:
        parts = opened_texts(cleaned(html))
        found = set(words(normalize(html, url).markdown)) if parts else set()
        for part in parts:
            lost = [word for word in dict.fromkeys(words(part)) if word not in found]
            assert len(lost) <= MOST_LABELS, (name, lost)
        count += len(parts)
    assert count >= LEAST_PARTS


def test_a_count_beside_a_table_changes_nothing_else(bodies: Sources) -> None:
    with_tables = [(name, url, html) for name, url, html in bodies if "<table" in html]
    assert with_tables
    for name, url, html in with_tables:
        assert normalize(f"<p>12 views</p>{html}", url) == normalize(html, url), name


def test_normalizing_twice_changes_nothing(bodies: Sources, pages: Sources) -> None:
    for name, url, html in bodies + pages:
        once = normalize(html, url)
        assert normalize(once.html, url) == once, name


def test_there_are_never_more_tags(bodies: Sources) -> None:
    for name, url, html in bodies:
        if "[vc_row" not in html:  # a builder's shortcodes become tags
            assert len(start_tags(normalize(html, url).html)) <= len(start_tags(html)), name


def test_markdown_has_the_words_of_the_html(bodies: Sources, pages: Sources) -> None:
    for name, url, html in bodies + pages:
        once = normalize(html, url)
        rendered = COMMONMARK.render(once.markdown)
        assert outline(rendered) == outline(once.html), name
        assert formats(rendered) == formats(once.html), name
        assert targets(rendered) == targets(once.html), name


def test_the_seed_post_is_its_two_paragraphs(corpus: Path) -> None:
    [path] = (corpus / "seeds").glob("*.txt")
    post = json.loads(path.read_text(encoding="utf-8"))
    [button] = [url for url in targets(post["content"]["rendered"]) if "closing" in url]
    once = normalize(post["content"]["rendered"], post["link"], drop_link=button)
    assert [tag for tag, _ in start_tags(once.html)] == ["p", "p", "a"]
    assert once.text.startswith("BEIJING, Jan 10 (Reuters) – China can narrow")
    assert once.text.endswith("alternatives to advanced U.S. technology.")
