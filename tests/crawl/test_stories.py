"""The same wire text by two publishers, and in two posts: one story, and no line less."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newscrawl.testing.late_posts import late_paragraphs
from newscrawl.testing.post_markup import dressed
from newscrawl.testing.site import DemoSite
from tests.crawls import Crawls, Line
from tests.extract.test_fingerprint import OTHER


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        yield site


@pytest.fixture
def crawl(site: DemoSite, tmp_path: Path) -> Crawls:
    return Crawls(site.url, tmp_path)


def reprint(site: DemoSite, post_id: int, notify: str) -> int:
    """Publish a post of the same text at another publisher, with a paragraph more."""
    wire, paper = site.publishers["harborwire"], site.publishers["continental"]
    article = wire.article_at(site.magazine.posts[post_id].link or "")
    assert article is not None
    link = paper.add(replace(article, path="/again/", paragraphs=(*article.paragraphs, notify)))
    content = dressed("wire", article.paragraphs[:1], url=link, publisher=paper.title, lang="en")
    return site.add_post("Another title", content=content, link=link)


def stories(lines: list[Line]) -> dict[int, str | None]:
    return {line["post_id"]: line.get("story") for line in lines}


def test_two_publishers_have_one_story_and_both_their_lines(site, crawl):
    first = site.add_post()
    again = reprint(site, first, "This paper adds that the mayor was there, and had cake.")
    other = site.add_post()
    site.edit_article(other, paragraphs=tuple(OTHER.split("\n")))
    crawl("-a", "articles=1")
    lines = crawl.new("posts")
    assert {line["schema"] for line in lines} == {"1.3"}
    found = stories(lines)
    assert found.keys() == {first, again, other}
    assert found[first] == found[again] != found[other]


def test_a_story_that_comes_later_makes_no_new_line_of_the_first(site, crawl):
    first = site.add_post()
    crawl("-a", "articles=1")
    name = stories(crawl.new("posts"))[first]
    site.advance(hours=2)
    again = reprint(site, first, "Nobody else was there.")
    crawl("-a", "articles=1")
    assert stories(crawl.new("posts")) == {again: name}


def test_two_posts_with_the_same_text_of_their_own_are_one_story(site, crawl):
    text = "".join(f"<p>{words}</p>" for words in late_paragraphs(7))
    posts = [
        site.add_post(title, content=f"{text}<p>{title}.</p>")
        for title in ("In the morning paper", "In the evening paper")
    ]
    crawl()
    found = stories(crawl.new("posts"))
    assert found.keys() == set(posts)
    assert len(set(found.values())) == 1
    assert None not in found.values()
