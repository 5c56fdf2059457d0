"""A file of a user that can't be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import forks
from tests.crawls import COMPLETE, FAILED, Crawls
from tests.wordpress.served import ServedSite

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("count", [3, 300])
def test_a_full_disk_of_a_user_is_one_error_and_loses_nothing(tmp_path: Path, count: int) -> None:
    with ServedSite(count).run() as site:
        crawl = Crawls(f"{site.home}/", tmp_path)
        words = ("crawl", "wordpress", "-a", f"site={crawl.url}", "-a", "articles=0")
        ended = forks.scrapy(*words, "-o", f"{FULL}:jsonlines", *crawl.options({}))
        assert ended.returncode == FAILED
        assert ended.stderr.count("could not be written and lacks records") == 1
        assert ended.stderr.count("Traceback") <= 2
        assert {line["post_id"] for line in crawl.new("posts")} == set(site.site.posts)
        assert crawl() == COMPLETE
