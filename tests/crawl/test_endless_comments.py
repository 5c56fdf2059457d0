"""Comments that are always new: a run reads a bounded number of them, and says so."""

from pathlib import Path

import pytest

from tests.crawls import COMPLETE, PARTIAL, Crawls
from tests.wordpress.served import Reply, ServedSite

pytestmark = pytest.mark.slow


class Chatty(ServedSite):
    """A site with three comments; from some day on, each answer has a hundred new ones."""

    is_endless = False
    last = 3

    def rest(self, route: str, query: dict[str, str]) -> Reply:
        if route != "wp/v2/comments":
            return super().rest(route, query)
        ids = range(1, 4) if int(query.get("offset", 0)) == 0 else range(0)
        if self.is_endless:
            count = int(query["per_page"])
            self.last += count
            ids = range(self.last, self.last - count, -1)
        status, headers, body = self.json([self.comment(number) for number in ids])
        return status, {**headers, "X-WP-Total": "3"}, body

    def comment(self, number: int) -> dict[str, object]:
        return {"id": number, "post": 1, "date_gmt": "2026-01-01T00:00:00", "content": "Hm."}


def test_comments_without_an_end_are_bounded_and_named(tmp_path: Path) -> None:
    with Chatty(3).run() as site:
        crawl = Crawls(site.home, tmp_path)
        assert crawl("-a", "comments=1") == COMPLETE
        site.is_endless = True
        assert crawl("-a", "comments=1") == PARTIAL
        asked = [line for line in site.asked("/comments") if "per_page=100" in line]
    assert "over comments ended early" in crawl.verdict()
    assert "the site gave a total of 3" in crawl.verdict()
    assert len(asked) < 20
    assert len(crawl.new("comments")) < 2_000
