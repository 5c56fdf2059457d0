"""Types whose list shows only some posts, as one of events shows the coming ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.crawls import COMPLETE, Crawls
from tests.wordpress.fake import post
from tests.wordpress.served import Reply, ServedSite

if TYPE_CHECKING:
    from pathlib import Path


class Events(ServedSite):
    """Posts, and 40 events of which past ones leave the list and stay at their addresses."""

    past = 0

    def __init__(self) -> None:
        super().__init__(5)
        self.events = {n: post(n, type="tribe_events") for n in range(101, 141)}

    def types(self) -> dict[str, Any]:
        events = {"slug": "tribe_events", "rest_base": "tribe_events", "name": "Events"}
        return {**super().types(), "tribe_events": events}

    def rest(self, route: str, query: dict[str, str]) -> Reply:
        last = route.rpartition("/")[2]
        if route.startswith("wp/v2/tribe_events/") and last.isdecimal():
            row = self.events.get(int(last))
            return self.json(row) if row else self.error("rest_post_invalid_id", 404)
        if route == "wp/v2/tribe_events":
            coming = {n: row for n, row in self.events.items() if n > 100 + self.past}
            self.site.others["tribe_events"] = coming
            return self.posts(route, query)
        return super().rest(route, query)


def test_past_events_are_kept_and_noted_as_unlisted_once(tmp_path: Path) -> None:
    with Events().run() as site:
        crawl = Crawls(f"{site.home}/", tmp_path)
        words = ("-a", "types=post,tribe_events")
        assert crawl(*words) == COMPLETE
        site.past = 30
        del site.events[101]  # deleted, and so gone from its address as well
        note = "The list of tribe_events has only some of its posts"
        assert crawl(*words, NEWSCRAWL_LISTING_DAYS=0) == COMPLETE
        assert note in crawl.log
        for _ in range(2):
            assert crawl(*words, NEWSCRAWL_LISTING_DAYS=0) == COMPLETE
            assert note not in crawl.log
        deleted = {line["post_id"] for line in crawl.new("posts") if line["status"] == "deleted"}
        assert deleted == {101}
