"""Articles that are fetched again because a user asks for it."""

from collections.abc import Iterator

import pytest

from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, FAILED, Crawls, Line

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite() as site:
        yield site


@pytest.fixture(scope="module")
def crawl(site: DemoSite, tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    crawl = Crawls(site.url, tmp_path_factory.mktemp("retry"))
    assert crawl("-a", "articles=1") == COMPLETE
    return crawl


@pytest.fixture(scope="module")
def gone(crawl: Crawls) -> Line:
    """The line of a post whose article is gone."""
    return next(line for line in crawl.new("posts") if line["article"]["outcome"] == "gone")


def queued(crawl: Crawls) -> int:
    return int(crawl.sql("SELECT count(*) FROM queue WHERE due = 0")[0][0])


def test_articles_are_chosen_by_outcome_publisher_and_age(crawl, gone):
    host = gone["article"]["link"].split("/")[2].partition(":")[0]
    assert crawl.scrapy("retry", "--outcome", "gone,paywall", "--dry-run") == COMPLETE
    assert "1 paywall" in crawl.said
    assert "2 articles would be due; nothing was changed" in crawl.said
    assert queued(crawl) == 0
    chosen = ("--outcome", "gone", "--publisher", host, "--dry-run")
    assert crawl.scrapy("retry", *chosen) == COMPLETE
    assert "1 articles would be due" in crawl.said
    url = f"https://{host}/news/"
    assert crawl.scrapy("retry", "--outcome", "gone", "--publisher", url, "--dry-run") == COMPLETE
    assert "1 articles would be due" in crawl.said
    assert crawl.scrapy("retry", *chosen, "--before", "2020-01-01") == COMPLETE
    assert "No article has this outcome, publisher and age" in crawl.said


def test_the_next_crawl_fetches_them_and_nothing_is_news(crawl, gone):
    assert crawl.scrapy("retry", "--outcome", "gone", crawl.url) == COMPLETE
    assert queued(crawl) == 1
    assert crawl("-a", "articles=1") == COMPLETE
    assert queued(crawl) == 0
    assert gone["guid"] not in [line["guid"] for line in crawl.new("posts")]


def test_an_unknown_outcome_is_a_usage_error(crawl):
    assert crawl.scrapy("retry", "--outcome", "lost") == 2
    assert "Unknown outcome 'lost'" in crawl.log


def test_a_publisher_that_is_no_host_is_an_error(crawl):
    assert crawl.scrapy("retry", "--publisher", "https://") == FAILED
    assert "--publisher=https://: expected a host, like reuters.com" in crawl.log
