"""A site in several languages is one archive: each post once, with its language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.crawls import COMPLETE, PARTIAL, Crawls
from tests.wordpress.fake import HOME, post
from tests.wordpress.served import Reply, ServedSite

if TYPE_CHECKING:
    from pathlib import Path


def comment(number: int, of_post: int) -> dict[str, Any]:
    time = f"2026-02-01T00:{number:02}:00"
    words = {"rendered": f"<p>Word {number}.</p>"}
    return {"id": number, "post": of_post, "date": time, "date_gmt": time, "content": words}


class Wpml(ServedSite):
    """20 English and 15 French posts; a list has one language.

    Attributes:
        way: How the French ones are reached: "lang", "root" or "none".
    """

    namespaces = ("wp/v2", "wpml/v1")
    way = "lang"

    def __init__(self) -> None:
        super().__init__(20)
        self.french = {n: post(n, link=f"{HOME}/fr/billet-{n}/") for n in range(21, 36)}
        self.site.others["comments"] = {n: comment(n, n) for n in range(1, 4)}
        self.french_comments = {n: comment(n, n) for n in range(21, 26)}

    def rest(self, route: str, query: dict[str, str]) -> Reply:
        if route.startswith("wp/v2/comments"):
            return self.posts(route, query)
        return super().rest(route, query)

    def head(self) -> str:
        return super().head() + self.alternates(en="/", fr="/fr/")

    def alternates(self, **paths: str) -> str:
        link = '<link rel="alternate" hreflang="{}" href="{}{}">'
        return "".join(link.format(tag, self.home, path) for tag, path in paths.items())

    def answer(self, path: str, query: dict[str, str], host: str) -> Reply:
        if path.startswith("/fr/wp-json"):
            if self.way != "root":
                return self.html("<title>Not found</title>", 404)
            return self.in_french(path.removeprefix("/fr"), query, host)
        if query.pop("lang", "") == "fr" and self.way == "lang":
            return self.in_french(path, query, host)
        return super().answer(path, query, host)

    def page(self, path: str) -> Reply:
        """Return a page; posts 1 and 21 are one post in two languages."""
        if path not in ("/post-1/", "/fr/billet-21/"):
            return super().page(path)
        return self.html(f"<html>{self.alternates(en='/post-1/', fr='/fr/billet-21/')}")

    def in_french(self, path: str, query: dict[str, str], host: str) -> Reply:
        english, self.site.posts = self.site.posts, self.french
        comments, self.site.others = self.site.others, {"comments": self.french_comments}
        try:
            return super().answer(path, query, host)
        finally:
            self.site.posts, self.site.others = english, comments


@pytest.mark.parametrize("way", ["lang", "root"])
def test_posts_of_all_languages_come_once_with_their_language(tmp_path: Path, way: str) -> None:
    site = Wpml()
    site.way = way
    with site.run():
        crawl = Crawls(f"{site.home}/", tmp_path)
        assert crawl() == COMPLETE
        lines = crawl.new("posts")
        assert sorted(line["post_id"] for line in lines) == list(range(1, 36))
        assert {line["language"] for line in lines if line["post_id"] > 20} == {"fr"}
        found = {line["post_id"]: line["translations"] for line in lines if line["translations"]}
        english, french = (f"{site.home}{path}" for path in ("/post-1/", "/fr/billet-21/"))
        assert found == {
            1: [{"language": "fr", "id": 21, "url": french}],
            21: [{"language": "en", "id": 1, "url": english}],
        }
        assert sum(path in ("/post-1/", "/fr/billet-21/") for path in site.log) == 1
        site.french[36] = post(36, link=f"{HOME}/fr/billet-36/")
        assert crawl() == COMPLETE
        assert [line["post_id"] for line in crawl.new("posts")] == [36]


def test_a_language_that_is_out_of_reach_is_named(tmp_path: Path) -> None:
    site = Wpml()
    site.way = "none"
    with site.run():
        crawl = Crawls(f"{site.home}/", tmp_path)
        assert crawl() == PARTIAL
        assert f"posts in fr ({site.home}/fr/)" in crawl.verdict()


def test_comments_and_parts_of_a_site_have_all_languages(tmp_path: Path) -> None:
    with Wpml().run() as site:
        crawl = Crawls(f"{site.home}/", tmp_path)
        crawl("-a", "limit=5")
        assert {line["post_id"] for line in crawl.new("posts")} == {18, 19, 20, 34, 35}
        crawl("-a", "since=2026-01-01T00:20:00Z")
        assert {line["post_id"] for line in crawl.new("posts")} == set(range(21, 34))
        assert crawl("-a", "comments=1") == COMPLETE, crawl.log
        assert {line["id"] for line in crawl.new("comments")} == {1, 2, 3, *range(21, 26)}
        site.french_comments[26] = comment(26, 26)
        assert crawl("-a", "comments=1") == COMPLETE
        assert [line["id"] for line in crawl.new("comments")] == [26]
