"""What newscrawl itself fails on is named, tried again, and costs no good text."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, Crawls

LITTLE_TIME = 0.1
"""CPU seconds: enough for a post of the demo, and not for a page of a few megabytes."""
LONG = tuple(f"Paragraph {n} tells of the bridge and of the weir of Oxley." for n in range(6_000))


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        yield site


@pytest.fixture
def crawl(site: DemoSite, tmp_path: Path) -> Crawls:
    return Crawls(site.url, tmp_path)


def test_an_article_that_took_too_long_is_read_by_the_next_run_and_not_asked_for_again(
    site: DemoSite, crawl: Crawls
):
    post = site.add_post()
    site.edit_article(post, paragraphs=LONG)
    articles = ("-a", "articles=1")
    assert crawl(*articles, NEWSCRAWL_WORKER_SECONDS=LITTLE_TIME) == COMPLETE
    assert "1 extraction_failed (1 will be tried again)" in crawl.log
    assert [line["article"]["outcome"] for line in crawl.new("posts")] == ["extraction_failed"]
    visits = len(site.visits("harborwire"))
    assert crawl(*articles) == COMPLETE
    (line,) = crawl.new("posts")
    assert (line["revision"], line["article"]["outcome"]) == (2, "fetched")
    assert LONG[999] in line["article"]["text"]
    assert len(site.visits("harborwire")) == visits
    assert crawl(*articles) == COMPLETE
    assert crawl.new("posts") == []


def test_a_good_article_outlives_a_reading_that_took_too_long(site: DemoSite, crawl: Crawls):
    post = site.add_post()
    crawl("-a", "articles=1")
    site.edit_article(post, paragraphs=LONG)
    site.edit(post, title="Edited")
    crawl("-a", "articles=1", NEWSCRAWL_WORKER_SECONDS=LITTLE_TIME)
    first, second = crawl.new("posts")
    assert second["title"] == "Edited"
    assert second["article"] == first["article"]
