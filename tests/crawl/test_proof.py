"""Complete needs evidence: lists that lack posts, which feed and sitemap have."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawls import COMPLETE, PARTIAL, Crawls
from tests.wordpress.fake import START
from tests.wordpress.served import Reply, ServedSite

if TYPE_CHECKING:
    from pathlib import Path

NO_PAGING = {"offset", "page", "orderby", "order", "per_page", "before", "after", "include"}


class Hiding(ServedSite):
    """A site whose API hides its newest posts everywhere; feed and sitemap name them."""

    hidden_from = 1000
    has_sitemap = True
    shows_one = False

    def posts(self, route: str, query: dict[str, str]) -> Reply:
        every = self.site.posts
        is_one = self.shows_one and ("include" in query or route != "wp/v2/posts")
        if not is_one:
            self.site.posts = {n: row for n, row in every.items() if n < self.hidden_from}
        try:
            return super().posts(route, query)
        finally:
            self.site.posts = every

    def answer(self, path: str, query: dict[str, str], host: str) -> Reply:
        if path == "/wp-sitemap.xml" and self.has_sitemap:
            return self.sitemap_index("/wp-sitemap-posts-post-1.xml")
        if path == "/wp-sitemap-posts-post-1.xml":
            return self.sitemap()
        return super().answer(path, query, host)


def crawl_of(site: ServedSite, folder: Path) -> Crawls:
    return Crawls(f"{site.home}/", folder)


@pytest.mark.parametrize("source", ["feed", "sitemap"])
def test_a_post_that_only_another_source_names_makes_the_run_partial(
    tmp_path: Path, source: str
) -> None:
    site = Hiding(12)
    site.hidden_from, site.has_feed, site.has_sitemap = 11, source == "feed", source == "sitemap"
    with site.run():
        crawl = crawl_of(site, tmp_path)
        assert crawl() == PARTIAL
        assert f"the {source} names 2 posts that the list of posts leaves out" in crawl.verdict()
        assert "/post-12/" in crawl.verdict()
        assert crawl() == PARTIAL, "the next run asks no feed, and knows of them"
        site.hidden_from = 1000
        assert crawl() == COMPLETE, crawl.log
        assert {line["post_id"] for line in crawl.new("posts")} == set(site.site.posts)


def test_a_post_that_no_list_has_is_taken_by_its_id(tmp_path: Path) -> None:
    site = Hiding(12)
    site.hidden_from, site.shows_one = 12, True
    with site.run():
        crawl = crawl_of(site, tmp_path)
        assert crawl() == PARTIAL
        assert {line["post_id"] for line in crawl.new("posts")} == set(site.site.posts)


def test_a_post_that_only_its_own_address_shows_is_taken_there(tmp_path: Path) -> None:
    class WithOwnAddresses(Hiding):
        def posts(self, route: str, query: dict[str, str]) -> Reply:
            self.shows_one = route != "wp/v2/posts"
            return super().posts(route, query)

    site = WithOwnAddresses(20)
    site.hidden_from = 13
    with site.run():
        crawl = crawl_of(site, tmp_path)
        assert crawl() == PARTIAL
        assert "the feed names 5 posts that the list of posts leaves out" in crawl.verdict()
        assert crawl() == PARTIAL
        assert {line["post_id"] for line in crawl.new("posts")} == set(site.site.posts)


def test_a_page_that_newscrawl_fails_to_read_makes_the_run_partial(tmp_path: Path) -> None:
    class WithLongPage(Hiding):
        def page(self, path: str) -> Reply:
            words = "".join(f"<p>Paragraph {n} of <b>Oxley</b>.</p>" for n in range(40_000))
            return self.html(f"<body>{words}") if path == "/post-12/" else super().page(path)

    site = WithLongPage(12)
    site.hidden_from, site.has_sitemap = 12, False
    with site.run():
        crawl = crawl_of(site, tmp_path)
        assert crawl(NEWSCRAWL_WORKER_SECONDS="0.1") == PARTIAL
        assert "/post-12/ is a post: newscrawl failed to read it" in crawl.verdict()
        assert len(crawl.new("posts")) == 11


def test_addresses_that_are_no_posts_are_no_news(tmp_path: Path) -> None:
    class WithPages(Hiding):
        def answer(self, path: str, query: dict[str, str], host: str) -> Reply:
            if path == "/wp-sitemap-posts-post-1.xml":
                return self.sitemap(f"{self.home}/gone/", f"{self.home}/blog/")
            if path == "/blog/":
                return self.html('<html><body class="blog home">Posts</body></html>')
            return super().answer(path, query, host)

    with WithPages(12).run() as site:
        assert crawl_of(site, tmp_path)() == COMPLETE


def test_the_proof_takes_six_requests_of_a_first_crawl_or_a_listing_and_none_of_others(
    tmp_path: Path,
) -> None:
    with Hiding(130).run() as site:
        crawl = crawl_of(site, tmp_path)
        assert crawl() == COMPLETE
        dated = site.asked("_fields=id,date&")
        others = [*dated, *site.asked("/feed/"), *site.asked("sitemap")]
        assert 0 < len(others) <= 6
        site.log.clear()
        assert crawl() == COMPLETE
        assert len(site.log) <= 5
        assert not site.asked("sitemap")
        site.log.clear()
        assert crawl(NEWSCRAWL_LISTING_DAYS=0) == COMPLETE
        dated = site.asked("_fields=id,date&")
        assert 0 < len([*dated, *site.asked("/feed/"), *site.asked("sitemap")]) <= 6


@pytest.mark.parametrize("faults", [{"ignored": NO_PAGING}, {"ignored": NO_PAGING - {"per_page"}}])
def test_posts_that_no_way_reaches_are_counted_in_the_verdict(
    tmp_path: Path, faults: dict[str, Any]
) -> None:
    with ServedSite(250, **faults).run() as site:
        crawl = crawl_of(site, tmp_path)
        assert crawl() == PARTIAL
        had = len(crawl.new("posts"))
        assert f"{250 - had} of 250 posts can't be reached" in crawl.verdict()


def test_a_site_that_sends_no_total_has_as_many_posts_as_it_lists(tmp_path: Path) -> None:
    with ServedSite(12, total=lambda _: None).run() as site:
        crawl = crawl_of(site, tmp_path)
        for _ in range(2):
            assert crawl() == COMPLETE
            assert "Posts: 12 of 12 seen" in crawl.log


def test_a_list_that_proves_nothing_is_not_read_whole_by_every_run(tmp_path: Path) -> None:
    with ServedSite(250, ignored=NO_PAGING - {"per_page"}).run() as site:
        for number, row in site.site.posts.items():
            time = (START + timedelta(hours=number)).isoformat()[:19]
            row |= dict.fromkeys(("date", "date_gmt", "modified", "modified_gmt"), time)
        crawl = crawl_of(site, tmp_path)
        assert crawl() == PARTIAL
        first = crawl.verdict().partition("Verdict:")[2]
        assert "(next check: 2" in first
        site.log.clear()
        assert crawl() == PARTIAL
        assert len(site.log) <= 8
        assert crawl.verdict().endswith(first)
        assert crawl(NEWSCRAWL_LISTING_DAYS=0) == PARTIAL
        assert len(site.asked("_fields=id,date&")) > 0, "the proof is tried again"


def test_a_post_that_a_source_named_once_is_asked_for_until_its_page_is_gone(
    tmp_path: Path,
) -> None:
    site = Hiding(12)
    site.hidden_from = 12
    with site.run():
        crawl = crawl_of(site, tmp_path)
        assert crawl() == PARTIAL
        site.has_feed = site.has_sitemap = False
        for _ in range(2):
            assert crawl(NEWSCRAWL_LISTING_DAYS=0) == PARTIAL
            assert "1 posts that the feed or a sitemap names are not shown" in crawl.verdict()
        del site.site.posts[12]
        assert crawl(NEWSCRAWL_LISTING_DAYS=0) == COMPLETE, crawl.log


def test_a_page_that_does_not_answer_is_looked_at_again(tmp_path: Path) -> None:
    class Shaky(Hiding):
        is_down = True

        def page(self, path: str) -> Reply:
            is_down = self.is_down and path == "/post-12/"
            return self.html("<title>Error</title>", 503) if is_down else super().page(path)

    site = Shaky(12)
    site.hidden_from, site.has_sitemap = 12, False
    with site.run():
        crawl = crawl_of(site, tmp_path)
        assert crawl() == COMPLETE
        assert "1 pages that the feed or a sitemap names did not answer" in crawl.log
        site.is_down = False
        assert crawl() == PARTIAL
        assert "/post-12/" in crawl.verdict()


class Mute(ServedSite):
    """A site without a sitemap that answers no question by date."""

    def rest(self, route: str, query: dict[str, str]) -> Reply:
        if query.get("orderby") == "date" and "after" not in query:
            return self.error("rest_forbidden", 403)
        return super().rest(route, query)


def test_a_list_that_nothing_else_confirms_is_not_called_complete(tmp_path: Path) -> None:
    site = Mute(12)
    site.has_feed = False
    with site.run():
        crawl = crawl_of(site, tmp_path)
        for _ in range(2):
            assert crawl() == PARTIAL
            assert "no other request than its list was answered" in crawl.verdict()
        site.has_feed = True
        assert crawl(NEWSCRAWL_LISTING_DAYS=0) == COMPLETE, crawl.log
        assert "Not checked by other requests: its newest posts by date" in crawl.log


@pytest.mark.parametrize("status", [404, 500])
def test_a_missing_post_that_no_list_has_is_forgotten_only_if_it_is_gone(
    tmp_path: Path, status: int
) -> None:
    class WithOne(ServedSite):
        def rest(self, route: str, query: dict[str, str]) -> Reply:
            if route == "wp/v2/posts/99":
                return self.error("rest_post_invalid_id" if status == 404 else "broken", status)
            return super().rest(route, query)

    with WithOne(12).run() as site:
        crawl = crawl_of(site, tmp_path)
        assert crawl() == COMPLETE
        crawl.sql("""UPDATE walks SET missing = '{"99": "no answer"}' WHERE type = 'post'""")
        for words in ((), ("-a", "full=1")):
            expected = COMPLETE if status == 404 else PARTIAL
            assert crawl(*words, NEWSCRAWL_LISTING_DAYS=0) == expected
            assert ("missing: post 99: no answer" in crawl.log) is (status == 500)
