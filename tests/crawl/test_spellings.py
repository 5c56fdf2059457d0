"""A post stays one post, however a site writes its own address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newscrawl.archive import sites
from newscrawl.archive.database import Archive
from tests.crawls import COMPLETE, PARTIAL, Crawls
from tests.wordpress.served import ServedSite

if TYPE_CHECKING:
    from pathlib import Path

# Another scheme, a "www." and a host in ASCII at once; `tests/archive/test_identities.py` has each.
BEFORE, AFTER = "https://müller.example", "http://www.xn--mller-kva.example"


@pytest.mark.parametrize("api_is_open", [True, False])
def test_another_spelling_of_the_address_is_no_news(tmp_path: Path, api_is_open: bool) -> None:
    with ServedSite(12).run() as site:
        site.api_is_open, site.shown_home = api_is_open, BEFORE
        for post in site.site.posts.values():
            post["content"]["rendered"] += '<p><a href="https://example.org/b">More</a></p>'
        crawl = Crawls(f"{site.home}/", tmp_path)
        ended = COMPLETE if api_is_open else PARTIAL
        assert crawl() == ended
        guids = {line["guid"] for line in crawl.new("posts")}
        assert len(guids) == 12
        site.shown_home = AFTER
        assert crawl("-a", "full=1") == ended
        assert crawl.new("posts") == []
        assert "12 seen; 0 new, 0 updated, 12 unchanged" in crawl.log.replace(" of 12", "")
        assert len(list((tmp_path / "output").iterdir())) == 1
        assert {guid for (guid,) in crawl.sql("select guid from posts")} == guids


def test_a_site_that_an_older_archive_knows_in_unicode_stays_that_site(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path / "archive.sqlite"))
    archive.call(sites.enter, "müller.example/blog", "http://müller.example/blog", {})
    keys = ("xn--mller-kva.example/blog", "xn--mller-kva.example")
    known = [archive.read(sites.known_key, key) for key in keys]
    archive.close()
    assert known == ["müller.example/blog", "xn--mller-kva.example"]
