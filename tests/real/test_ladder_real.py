"""A real WordPress whose API is closed today and open tomorrow: every post stays one post."""

from collections import defaultdict
from pathlib import Path

import pytest

from newscrawl.answer import Answer
from newscrawl.article.link import full_article_link
from newscrawl.article.own_page import read_own_page
from tests.crawls import COMPLETE, PARTIAL, Crawls
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


def test_what_the_api_told_is_left_as_it_was(wordpress: RealWordPress, crawl: Crawls) -> None:
    assert crawl() == COMPLETE, crawl.log
    crawl.new("posts")
    with wordpress.fault("closed"):
        for words in ([], ["-a", "full=1"]):
            assert crawl(*words) == PARTIAL, crawl.log
    assert crawl.new("posts") == []
    assert crawl() == COMPLETE, crawl.log
    assert crawl.new("posts") == []


def test_the_page_of_a_post_says_what_the_api_would(wordpress: RealWordPress) -> None:
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
