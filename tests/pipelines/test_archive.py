"""The last pipeline: who goes on to a record at once, and who waits in the archive."""

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


def test_a_new_post_that_waits_for_nothing_goes_on_to_its_record_at_once(
    site: DemoSite, tmp_path: Path
) -> None:
    crawl = Crawls(site.url, tmp_path)

    def waited() -> list[str]:
        """Return the labels of the posts that a crawl left in the archive at first."""
        crawl(LOG_LEVEL="DEBUG")
        lines = (line.partition("Dropped: Post ")[2] for line in crawl.log.splitlines())
        return sorted(line.split()[0] for line in lines if "its record follows" in line)

    def published() -> list[int]:
        return sorted(line["post_id"] for line in crawl.new("posts"))

    alike: dict[str, Any] = {"categories": (), "tags": ()}
    unknown = site.add_post(article=False, **alike)  # nobody has asked for its author yet
    assert (waited(), published()) == ([str(unknown)], [unknown])
    plain, linked = site.add_post(article=False, **alike), site.add_post(**alike)
    assert (waited(), published()) == ([str(linked)], [plain, linked])
    site.edit(plain, title="Edited")
    assert (waited(), published()) == ([str(plain)], [plain])
