"""The last pipeline: whose record is issued with its row, and who waits in the archive."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.testing.site import DemoSite
from tests.crawls import Crawls


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        yield site


def test_the_record_of_a_new_post_that_waits_for_nothing_is_issued_with_its_row(
    site: DemoSite, tmp_path: Path
) -> None:
    crawl = Crawls(site.url, tmp_path)

    def published() -> tuple[int, list[int]]:
        """Return how many records were issued at once, and the posts of all records."""
        crawl(LOG_LEVEL="DEBUG")
        counted = re.search(r"'store/published_at_once_count': (\d+)", crawl.log)
        lines = crawl.new("posts")
        return int(counted[1]) if counted else 0, sorted(line["post_id"] for line in lines)

    alike: dict[str, Any] = {"categories": (), "tags": ()}
    unknown = site.add_post(article=False, **alike)  # nobody has asked for its author yet
    assert published() == (0, [unknown])
    plain, linked = site.add_post(article=False, **alike), site.add_post(**alike)
    assert published() == (1, [plain, linked])
    site.edit(plain, title="Edited")
    assert published() == (0, [plain])


def test_the_items_of_a_crawl_are_its_records(site: DemoSite, tmp_path: Path) -> None:
    for _ in range(3):
        site.add_post(article=False)
    crawl = Crawls(site.url, tmp_path)
    feed = tmp_path / "items.jsonl"
    crawl("-o", str(feed))
    records = crawl.new("posts")
    assert len(records) == 3
    assert [json.loads(line) for line in feed.read_text().splitlines()] == records
    assert "'item_scraped_count': 3" in crawl.log
