"""A site that has moved stays one site, and its posts stay the same posts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.wordpress.site import site_key
from tests.crawls import COMPLETE, Crawls
from tests.wordpress.fake import START
from tests.wordpress.served import Reply, ServedSite

if TYPE_CHECKING:
    from pathlib import Path


class Movable(ServedSite):
    """A site that moves to another host or folder, and redirects there, with or without its guids.

    Attributes:
        moved_to: The host and the folder where it is now; None before it moves.
    """

    moved_to: tuple[str, str] | None = None
    keeps_guids = True

    def answer(self, path: str, query: dict[str, str], host: str) -> Reply:
        if self.moved_to is None or path == "/robots.txt":
            return super().answer(path, query, host)
        name, folder = self.moved_to
        if not host.startswith(name) or not path.startswith(folder):
            asked = "&".join(f"{key}={value}" for key, value in query.items())
            return self.redirect(f"{self.home}{path}?{asked}")
        return super().answer(path.removeprefix(folder), query, host)

    def move(self, name: str, folder: str) -> None:
        before = self.home
        port = before.rpartition(":")[2]
        self.moved_to, self.home = (name, folder), f"http://{name}:{port}{folder}"
        for post in self.site.posts.values() if self.keeps_guids else ():
            post["guid"]["rendered"] = f"{before}/?p={post['id']}"


def changes(crawl: Crawls) -> dict[str, int]:
    return dict(Counter(line["change"] for line in crawl.new("posts")))


@pytest.mark.parametrize("place", [("localhost", ""), ("127.0.0.1", "/news"), ("localhost", "/b")])
@pytest.mark.parametrize("keeps_guids", [True, False])
def test_the_posts_of_a_site_that_has_moved_stay_the_same_posts(
    tmp_path: Path, place: tuple[str, str], keeps_guids: bool
) -> None:
    with Movable(12).run() as site:
        site.keeps_guids = keeps_guids
        crawl = Crawls(f"{site.home}/", tmp_path)
        assert crawl() == COMPLETE
        assert changes(crawl) == {"created": 12}
        site.move(*place)
        assert crawl() == COMPLETE, crawl.log
        assert changes(crawl) == {"updated": 12}, "their addresses are others now"
        assert "has moved to" in crawl.log
        site.log.clear()
        assert crawl() == COMPLETE
        assert len(site.log) <= 5, site.log
        crawl.url = f"{site.home}/"
        assert crawl() == COMPLETE, "the new address leads to the same site"
        assert crawl("-a", "full=1") == COMPLETE
        assert changes(crawl) == {}
        assert crawl.sql("select count(*) from sites") == [(1,)]


def test_an_address_that_leads_to_the_posts_of_another_site_is_another_site(tmp_path: Path) -> None:
    with Movable(12).run() as site:
        crawl = Crawls(f"{site.home}/", tmp_path)
        assert crawl() == COMPLETE
        site.move("localhost", "")
        for number, post in site.site.posts.items():
            time = START.replace(year=2025, day=number).isoformat()[:19]
            post |= dict.fromkeys(("date", "date_gmt", "modified", "modified_gmt"), time)
        assert crawl() == COMPLETE
        assert changes(crawl) == {"created": 24}
        keys = {key for (key,) in crawl.sql("select key from sites")}
        assert keys == {crawl.url[7:-1], site_key(site.home, [site.home], "")}


def test_a_move_costs_one_request_more_than_a_full_run(tmp_path: Path) -> None:
    with Movable(12).run() as site:
        crawl = Crawls(f"{site.home}/", tmp_path)
        crawl()
        site.log.clear()
        crawl("-a", "full=1")
        full = sorted(filter(is_list, site.log))
        site.move("localhost", "")
        site.log.clear()
        crawl()
        # Each request to the old address is answered by a redirect, and comes again.
        moved: Any = sorted(set(filter(is_list, site.log)) - set(full))
        assert len(moved) == 1
        assert "_fields=id,slug,date_gmt" in moved[0]


def is_list(target: str) -> bool:
    return "/wp/v2/posts?" in target
