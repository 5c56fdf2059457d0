"""The full-article link of a post, found in other places than its text."""

from __future__ import annotations

from typing import Any

import pytest

from newscrawl.crawl.normalize import normalize_post
from newscrawl.wordpress.posts import decode_post
from tests.wordpress.fake import SITE, post

STORY = "https://paper.example/2026/01/02/tram-line?a=1&b=2"
PROSE = "<p>The council voted to extend the tram line to the harbour.</p>"


def found(content: str = PROSE, **fields: Any) -> str | None:
    link = normalize_post(decode_post(post(7, content=content, **fields), SITE)).link
    return link.url if link else None


@pytest.mark.parametrize(
    "fields",
    [
        {"link": STORY.replace("&", "&#038;"), "meta": {"_links_to": STORY}},
        {"link": STORY.replace("&", "&#038;"), "meta": []},
        {"meta": {"_links_to": STORY}},
        {"meta": {"_format_link_url": STORY}},
        {"meta": {"linked_list_url": STORY}},
        {"meta": {"feedzy_item_url": [STORY]}},
        {"meta": {"syndication_permalink": STORY}},
        {"meta": {"wpe_sourcepermalink": STORY}},
        {"meta": {"td_post_theme_settings": {"td_source": "Paper", "td_source_url": STORY}}},
        {"acf": {"source": f'<p><a href="{STORY}">The Paper</a></p>'}},
        {"acf": {"source": {"title": "The Paper", "url": STORY, "target": ""}}},
        {"acf": {"details": [{"label": "x", "article_url": STORY.replace("&", "&amp;")}]}},
        {"acf": False, "source_url": STORY},
        {"acf": {"sourceUrl": f" {STORY}\n"}},
    ],
)
def test_a_field_holds_the_link(fields: dict[str, Any]) -> None:
    assert found(**fields) == STORY


@pytest.mark.parametrize(
    "fields",
    [
        {"meta": {"_links_to": "https://example.org/b/"}},
        {
            "acf": {
                "source": '<a href="https://a.example/1">A</a> <a href="https://b.example/2">B</a>'
            }
        },
        {"acf": {"source": "see https://paper.example/2026/01/02/tram"}},
        {"acf": {"image_source_url": STORY}},
        {"_links": {"source_url": STORY}},
    ],
)
def test_another_field_has_no_link(fields: dict[str, Any]) -> None:
    assert found(**fields) is None


def test_a_post_of_the_format_for_links_leads_to_its_first_link() -> None:
    content = (
        f'{PROSE}<p>So <a href="{STORY}">they say</a>, and <a href="https://b.example/2">so</a>.'
    )
    assert found(content, format="link") == STORY
    assert found(content, format="standard") is None


def test_a_button_in_a_post_for_links_comes_first() -> None:
    content = (
        f'<p>As <a href="https://b.example/2026/01/the-other-story">others</a> say, it rains.</p>'
        f'<a class="su-button" href="{STORY}">Read the full article</a>'
    )
    assert found(content, format="link") == STORY
