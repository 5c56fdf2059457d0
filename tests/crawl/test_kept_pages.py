"""Which pages of publishers are kept, and how many."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from newscrawl.testing.late_posts import late_paragraphs
from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, Crawls

ARTICLES = ("-a", "articles=1")
MIB = 1 << 20
PAGES = 12


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        yield site


def kept(crawl: Crawls) -> tuple[int, int]:
    """How many pages are kept, and their bytes."""
    ((count, size),) = crawl.sql("SELECT count(*), sum(length(body)) FROM pages")
    return count, size or 0


@pytest.mark.parametrize(
    "setting", [{"NEWSCRAWL_PAGES": 0}, {"NEWSCRAWL_POLICY": "127.0.0.2=metadata"}]
)
def test_no_page_is_kept_against_the_setting_or_the_policy(site, tmp_path, setting):
    site.add_post()
    crawl = Crawls(site.url, tmp_path)
    assert crawl(*ARTICLES, **setting) == COMPLETE
    (line,) = crawl.new("posts")
    assert line["article"]["outcome"] == "fetched"
    assert kept(crawl) == (0, 0)


def test_an_article_that_no_longer_may_be_kept_takes_its_page_with_it(site, tmp_path):
    post = site.add_post()
    crawl = Crawls(site.url, tmp_path)
    crawl(*ARTICLES)
    assert kept(crawl)[0] == 1
    site.advance(hours=2)
    site.edit(post, title="Asked again")
    site.edit_article(post, paragraphs=late_paragraphs(9))
    crawl(*ARTICLES, NEWSCRAWL_POLICY="127.0.0.2=excerpt")
    assert kept(crawl) == (0, 0)


def test_the_budget_holds_for_crawls_at_once_and_costs_no_record(tmp_path):
    with DemoSite(empty=True) as one, DemoSite(empty=True) as other:
        for site in (one, other):
            for _ in range(PAGES):
                words = tuple(random.randbytes(100).hex() for _ in range(1500))
                site.edit_article(site.add_post(), paragraphs=words)
        crawls = [Crawls(site.url, tmp_path) for site in (one, other)]
        with ThreadPoolExecutor() as threads:
            ended = threads.map(lambda crawl: crawl(*ARTICLES, NEWSCRAWL_PAGES_MIB=1), crawls)
            assert list(ended) == [COMPLETE, COMPLETE]
    lines = crawls[0].new("posts")
    assert [line["article"]["outcome"] for line in lines] == ["fetched"] * 2 * PAGES
    count, size = kept(crawls[0])
    assert 0 < count < 2 * PAGES
    assert size <= MIB
