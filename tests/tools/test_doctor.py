"""A report on a site for a user, made with few requests."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from newscrawl.testing.site import DemoSite
from newscrawl.tools.doctor import Diagnosis, Manners, lines
from newscrawl.wordpress.site import PostType, Site
from tests.crawls import COMPLETE, FAILED, PARTIAL, Crawls

MAX_REQUESTS = 30


@pytest.fixture
def crawl(site: DemoSite, tmp_path: Path) -> Crawls:
    return Crawls(site.url, tmp_path)


def test_an_open_site_shows_what_a_crawl_would_find(crawl, site):
    assert crawl.scrapy("doctor", f"{crawl.url}/") == COMPLETE
    assert f"API        {crawl.url}/wp-json/ (pretty URLs)" in crawl.said
    assert f"{len(site.expected('post'))} of post" in crawl.said
    assert "of the 20 newest posts have a full-article link: 127.0.0." in crawl.said
    assert "by modified_after: yes" in crawl.said
    assert "robots.txt allowed" in crawl.said
    assert "Rights     no signals" in crawl.said
    assert f"Feed       {crawl.url}/feed/" in crawl.said
    entry = tomllib.loads(crawl.said[crawl.said.index("[[site]]") :])["site"][0]
    assert entry["site"] == f"{crawl.url}/"
    assert len(site.log) <= MAX_REQUESTS
    assert crawl.scrapy("doctor", crawl.url, "--json") == COMPLETE
    found = json.loads(crawl.said)
    assert found["posts"]["post"] == len(site.expected("post"))
    assert found["api"] == f"{crawl.url}/wp-json/"
    assert not (crawl.folder / "output").exists()


def test_a_closed_site_shows_what_would_replace_its_api(crawl, site):
    site.set_fault("rest-closed-401")
    assert crawl.scrapy("doctor", crawl.url) == PARTIAL
    assert "API        closed: " in crawl.said
    assert f"Feed       {crawl.url}/feed/" in crawl.said


@pytest.mark.parametrize("url", ["no where", "ftp://a.test/", "http://127.0.0.1:1/"])
def test_a_site_that_cannot_be_crawled_gives_one_line(crawl: Crawls, url: str) -> None:
    assert crawl.scrapy("doctor", url) == FAILED
    assert crawl.log.startswith("scrapy doctor: ")
    assert len(crawl.log.splitlines()) == 1


SITE = Site(key="news.test", home="https://news.test", root="https://news.test/wp-json/", v2="")


def test_the_time_follows_what_is_slowest() -> None:
    found = Diagnosis(asked="https://news.test/", site=SITE, counts={"post": 10_000}, sampled=20)
    found.publishers = Counter({"a.test": 10, "b.test": 5})
    told = "\n".join(lines(found, Manners(api=1, article=5, crawl_delay=10)))
    assert (
        "about 310 requests to the site, 10.0 s each: 52 min; about 7500 articles, 6.9 h for"
        in told
    )


def test_a_type_that_lists_only_some_of_its_posts_has_the_route_that_lists_all() -> None:
    events = PostType(slug="tribe_events", rest_base="tribe_events")
    with_events = SITE.replaced(types=(events,), namespaces=("wp/v2", "tribe/events/v1"))
    found = Diagnosis(asked="https://news.test/", site=with_events)
    told = "\n".join(lines(found, Manners(api=1, article=5)))
    assert "tribe_events lists only coming ones; tribe/events/v1/events?start_date=" in told


def test_nothing_of_a_site_reaches_the_terminal_or_the_file_unescaped() -> None:
    hostile = SITE.replaced(name="x\x1b[2J\n[[site]]")
    found = Diagnosis(asked='https://news.test/"\x1b', site=hostile, counts={'a"b': 1})
    told = "\n".join(lines(found, Manners(api=1, article=5)))
    assert "\x1b" not in told
    assert told.count("\n[[site]]") == 1
    entry = tomllib.loads(told[told.rindex("[[site]]") :])["site"][0]
    assert entry["arguments"] == {"types": 'post,a"b'}
