"""A real WordPress whose API is closed today and open tomorrow: every post stays one post."""

from collections import defaultdict
from pathlib import Path

import pytest

from newscrawl.extract.links.choose import full_article_link
from newscrawl.extract.wordpress_page import read_own_page
from newscrawl.net.response import Answer
from tests.crawls import COMPLETE, PARTIAL, Crawls, Line
from tests.real.server import RealWordPress


@pytest.fixture
def crawl(wordpress: RealWordPress, tmp_path: Path) -> Crawls:
    return Crawls(wordpress.url, tmp_path)


def test_every_post_is_had_without_the_api_and_is_the_same_with_it(
    wordpress: RealWordPress, crawl: Crawls
) -> None:
    truth = wordpress.truth.of_type("post")
    with wordpress.fault("closed"):
        assert crawl() == PARTIAL, crawl.log
    closed = crawl.new("posts")
    assert sorted(line["url"] for line in closed) == sorted(post.url for post in truth.values())
    # A feed writes the scheme of a guid in lower case.
    guids = sorted(post.guid.lower() for post in truth.values())
    assert sorted(line["guid"].lower() for line in closed) == guids
    assert crawl() == COMPLETE, crawl.log
    told = crawl.new("posts")
    assert {line["post_id"] for line in told} <= truth.keys()
    assert {line["change"] for line in told} == {"updated"}
    revisions = defaultdict(list)
    for line in [*closed, *told]:
        revisions[line["url"]].append(line["revision"])
    assert all(counted in ([1], [1, 2]) for counted in revisions.values())
    assert len(revisions) == len(truth)


def test_data_of_the_api_is_kept_as_it_was(wordpress: RealWordPress, crawl: Crawls) -> None:
    assert crawl() == COMPLETE, crawl.log
    crawl.new("posts")
    with wordpress.fault("closed"):
        for words in ([], ["-a", "full=1"]):
            assert crawl(*words) == PARTIAL, crawl.log
    assert crawl.new("posts") == []
    assert crawl() == COMPLETE, crawl.log
    assert crawl.new("posts") == []


def test_a_post_of_several_pages_has_all_words_without_the_api(
    small_wordpress: RealWordPress, small: Crawls
) -> None:
    content = "First page.\n<!--nextpage-->\nSecond page.\n<!--nextpage-->\nThird page."
    small_wordpress.insert("In pages", content)
    with small_wordpress.fault("closed"):
        assert small("-a", "limit=4") == PARTIAL, small.log
    (line,) = [line for line in small.new("posts") if line["title"] == "In pages"]
    assert line["text"] == "First page.\n\nSecond page.\n\nThird page."
    asked = [request.path for request in small_wordpress.requests()]
    pages = [
        path for path in asked if path.startswith(line["url"].removeprefix(small_wordpress.url))
    ]
    assert len(pages) <= 5  # a page beyond the last one is redirected


@pytest.fixture
def small(small_wordpress: RealWordPress, tmp_path: Path) -> Crawls:
    return Crawls(small_wordpress.url, tmp_path)


def urls(lines: list[Line]) -> list[str]:
    return sorted(line["url"] for line in lines)


def all_urls(site: RealWordPress) -> list[str]:
    return sorted(post.url for post in site.published().values())


def test_without_pretty_addresses_the_api_is_the_same(
    small_wordpress: RealWordPress, small: Crawls
) -> None:
    with small_wordpress.fault("no_pretty"):
        assert small() == COMPLETE, small.log
    assert "reached only at ?rest_route=" in small.log
    assert urls(small.new("posts")) == all_urls(small_wordpress)
    post = small_wordpress.insert("Brand new", "Text.")
    for fault in ("", "no_pretty"):
        with small_wordpress.fault(fault):
            assert small() == COMPLETE, small.log
    assert [line["post_id"] for line in small.new("posts")] == [post]


def test_without_api_and_feed_the_sitemap_of_wordpress_is_read(
    small_wordpress: RealWordPress, small: Crawls
) -> None:
    with small_wordpress.fault("closed no_feed"):
        assert small() == PARTIAL, small.log
        closed = small.new("posts")
        assert small() == PARTIAL, small.log
        assert small.new("posts") == []
    assert "its sitemaps" in small.verdict()
    assert urls(closed) == all_urls(small_wordpress)
    assert small() == COMPLETE, small.log
    told = small.new("posts")
    assert {line["revision"] for line in told} == {2}
    assert {line["url"] for line in told} <= {line["url"] for line in closed}


def test_an_api_that_robots_txt_forbids_is_not_requested(
    small_wordpress: RealWordPress, small: Crawls
) -> None:
    with small_wordpress.fault("no_robots"):
        assert small() == PARTIAL, small.log
    assert urls(small.new("posts")) == all_urls(small_wordpress)
    asked = [(r.path, r.query) for r in small_wordpress.requests()]
    assert not [a for a in asked if "wp-json" in a[0] or "rest_route" in a[1]]


def test_the_page_of_a_post_gives_the_same_values_as_the_api(wordpress: RealWordPress) -> None:
    for post in wordpress.truth.of_type("post").values():
        if post.note:
            continue
        status, headers, body = wordpress.get(post.url.removeprefix(wordpress.url))
        read = read_own_page(Answer(url=post.url, status=status, headers=headers, body=body))
        assert isinstance(read, dict), post.url
        told = (read["id"], read["title"], read["published"])
        assert told == (post.id, post.title, post.published)
        link = full_article_link(read["content"], base_url=post.url, title=read["title"])
        assert (link.url if link else None) == post.link
        if post.id > 150:
            break
