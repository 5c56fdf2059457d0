"""Articles over time: asked again when their posts change, and on a ladder when they failed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from newscrawl.crawl.article_fetcher import RETRY_SECONDS
from newscrawl.testing.publisher_faults import FAULTS, Exchange, Fault
from newscrawl.testing.site import DemoSite
from newscrawl.testing.web import Reply, html
from tests.crawls import COMPLETE, Crawls, Line

ARTICLES = ("-a", "articles=1")


@pytest.fixture
def site() -> Any:
    with DemoSite(empty=True) as site:
        yield site


@pytest.fixture
def crawl(site: DemoSite, tmp_path: Path) -> Crawls:
    return Crawls(site.url, tmp_path)


def pass_time(crawl: Crawls, seconds: float) -> None:
    crawl.sql(f"UPDATE queue SET due = due - {seconds}")


def asked(site: DemoSite) -> int:
    return len(site.visits("harborwire", "/")) - len(site.visits("harborwire", "/robots.txt"))


def one(lines: list[Line]) -> tuple[str, int, str]:
    (line,) = lines
    return line["change"], line["revision"], line["article"]["outcome"]


def test_a_failure_that_may_pass_is_tried_again_on_a_ladder_and_given_up(
    site: DemoSite, crawl: Crawls
) -> None:
    post = site.add_post("News")
    site.edit_article(post, fault="server-error")
    assert crawl(*ARTICLES) == COMPLETE
    assert one(crawl.new("posts")) == ("created", 1, "server_error")
    for step, wait in enumerate(RETRY_SECONDS):
        before = asked(site)
        pass_time(crawl, wait - 60)
        assert crawl(*ARTICLES) == COMPLETE
        assert asked(site) == before, step
        assert "1 will be tried again" in crawl.log
        pass_time(crawl, 60)
        assert crawl(*ARTICLES) == COMPLETE
        assert asked(site) > before, step
    assert "1 given up after a week" in crawl.log
    assert crawl.sql("SELECT count(*) FROM queue") == [(0,)]
    assert crawl.new("posts") == []


def test_an_article_that_heals_is_the_next_revision(site: DemoSite, crawl: Crawls) -> None:
    post = site.add_post("News")
    site.edit_article(post, fault="server-error")
    crawl(*ARTICLES)
    crawl.new("posts")
    site.edit_article(post, fault=None)
    pass_time(crawl, RETRY_SECONDS[0])
    assert crawl(*ARTICLES) == COMPLETE
    assert one(crawl.new("posts")) == ("updated", 2, "fetched")


def test_an_article_that_gets_worse_keeps_its_last_good_state(
    site: DemoSite, crawl: Crawls
) -> None:
    post = site.add_post("News")
    crawl(*ARTICLES)
    (first,) = crawl.new("posts")
    site.edit_article(post, fault="server-error")
    site.edit(post, title="Edited")
    assert crawl(*ARTICLES) == COMPLETE
    (line,) = crawl.new("posts")
    assert (line["title"], line["revision"]) == ("Edited", 2)
    assert line["article"] == first["article"]


def test_an_unchanged_link_is_requested_conditionally(site: DemoSite, crawl: Crawls) -> None:
    post = site.add_post("News")
    crawl(*ARTICLES)
    (first,) = crawl.new("posts")
    before = asked(site)
    site.edit(post, title="Edited")
    assert crawl(*ARTICLES) == COMPLETE
    (line,) = crawl.new("posts")
    assert [visit.status for visit in site.visits("harborwire", "/")][before - asked(site) :] == [
        304
    ]
    assert line["article"] == first["article"]


def test_a_changed_article_behind_the_same_link_is_a_revision(
    site: DemoSite, crawl: Crawls
) -> None:
    long_ago = "2026-01-10T14:05:00"  # else a quick crawl sees no edit: dates have whole seconds
    post = site.add_post("News", modified=long_ago, modified_gmt=long_ago)
    crawl(*ARTICLES)
    crawl.new("posts")
    paragraphs = tuple(f"Paragraph {n} was written anew, at some length, today." for n in range(9))
    site.edit_article(post, paragraphs=paragraphs)
    site.edit(post, title="News")
    assert crawl(*ARTICLES) == COMPLETE
    (line,) = crawl.new("posts")
    assert line["revision"] == 2
    assert "written anew" in line["article"]["text"]


def test_a_post_whose_link_changed_gets_the_new_article(site: DemoSite, crawl: Crawls) -> None:
    first, second = site.add_post("First"), site.add_post("Second")
    crawl(*ARTICLES)
    lines = {line["post_id"]: line for line in crawl.new("posts")}
    site.edit(first, content=site.magazine.posts[second].content)
    assert crawl(*ARTICLES) == COMPLETE
    (line,) = crawl.new("posts")
    assert (line["post_id"], line["revision"]) == (first, 2)
    assert line["article"]["text"] == lines[second]["article"]["text"]


def test_noise_in_a_post_requests_no_article(site: DemoSite, crawl: Crawls) -> None:
    post = site.add_post("News")
    crawl(*ARTICLES)
    crawl.new("posts")
    before = asked(site)
    row = site.magazine.posts[post]
    stamps = {"modified": row.modified, "modified_gmt": row.modified_gmt}
    site.edit(post, content=row.content.replace("<p>", '<p class="n-8f3a">'), **stamps)
    assert crawl(*ARTICLES, "-a", "full=1") == COMPLETE
    assert (crawl.new("posts"), asked(site)) == ([], before)


def fails_twice(asked: Exchange) -> Reply:
    return asked.healthy() if asked.request.count > 2 else html("<h1>Error</h1>", 500)


@pytest.mark.parametrize(
    ("answer", "outcome", "requests"),
    [
        (fails_twice, "fetched", 3),
        (lambda _: html("<h1>Error</h1>", 500), "server_error", 3),
        (lambda _: html("<h1>Moved</h1>", 302), "server_error", 3),
        (lambda _: html("<h1>Not found</h1>", 404), "not_found", 1),
    ],
)
def test_a_passing_failure_is_tried_twice_more_before_it_is_an_outcome(
    site: DemoSite,
    crawl: Crawls,
    monkeypatch: pytest.MonkeyPatch,
    answer: Callable[[Exchange], Reply],
    outcome: str,
    requests: int,
) -> None:
    monkeypatch.setitem(FAULTS, "own", Fault("of this test", outcome, answer))
    post = site.add_post("News")
    site.edit_article(post, fault="own")
    assert crawl(*ARTICLES) == COMPLETE
    assert one(crawl.new("posts")) == ("created", 1, outcome)
    pages = [visit for visit in site.visits("harborwire", "/") if visit.path in paths(site)]
    assert len(pages) == requests


def paths(site: DemoSite) -> set[str]:
    return set(site.publishers["harborwire"].articles)


def test_a_redirector_that_carries_the_address_gets_no_request(
    site: DemoSite, crawl: Crawls
) -> None:
    post = site.add_post("News")
    url = site.publishers["harborwire"].url + next(iter(paths(site)))
    link = f"{site.url}/out?u={quote(url, safe='')}"
    content = f'<p>A lead.</p><p><a href="{link}">Click here for the full article</a></p>'
    site.edit(post, content=content)
    assert crawl(*ARTICLES) == COMPLETE
    (line,) = crawl.new("posts")
    assert (line["article"]["outcome"], line["article"]["hops"]) == ("fetched", [])
    assert [visit for visit in site.log if visit.path == "/out"] == []
