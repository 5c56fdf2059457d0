"""Everything that the archive knows of one post, shown to a user."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.codec import pack, unpack
from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, FAILED, PARTIAL, Crawls


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        yield site


@pytest.fixture(scope="module")
def crawled(site: DemoSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two posts with articles, one of which was edited since its first line."""
    folder = tmp_path_factory.mktemp("crawled")
    crawl = Crawls(site.url, folder)
    posts = [site.add_post(), site.add_post()]
    assert crawl("-a", "articles=1") == COMPLETE
    site.edit(posts[0], title="Another title")
    assert crawl("-a", "articles=1") == COMPLETE
    return folder


@pytest.fixture
def crawl(site: DemoSite, crawled: Path, tmp_path: Path) -> Crawls:
    return Crawls.copy(site.url, crawled, tmp_path / "explain")


def last_line(crawl: Crawls) -> dict[str, Any]:
    return crawl.new("posts")[-1]


@pytest.mark.parametrize("way", ["guid", "url", "post_id", "link"])
def test_a_post_is_found_by_each_of_its_names(crawl: Crawls, way: str) -> None:
    line = last_line(crawl)
    names = {**line, "link": f"{line['article']['link']}?utm_source=x"}
    assert crawl.scrapy("explain", str(names[way]), "--json") == COMPLETE
    told = json.loads(crawl.said)
    assert (told["guid"], told["post_id"]) == (line["guid"], line["post_id"])
    assert (told["published"], told["modified"]) == (line["published"], line["modified"])
    assert told["link"]["evidence"] == line["article"]["link_evidence"]
    article = told["article"]
    assert (article["outcome"], article["attempts"]) == ("fetched", 0)
    assert article["rights"]["robots"] == "allowed"
    assert article["next_try"] is None


def test_each_revision_has_its_line_and_what_has_changed(crawl):
    line = last_line(crawl)
    assert crawl.scrapy("explain", line["guid"], "--json") == COMPLETE
    first, second = json.loads(crawl.said)["revisions"]
    assert (first["change"], first["changed"]) == ("created", {})
    assert second["changed"]["title"][1] == "Another title"
    lines = (crawl.folder / "output" / second["file"]).read_bytes().splitlines()
    assert json.loads(lines[second["line"] - 1]) == line


def test_no_post_can_forge_a_line(crawl):
    (row_id, data), *_ = crawl.sql("SELECT id, data FROM articles")
    article = unpack(data) | {"title": "x\x1b[2J\nOutcome    gone"}
    crawl.sql("UPDATE articles SET data = ? WHERE id = ?", pack(article), row_id)
    crawl.sql("UPDATE posts SET article_id = ?", row_id)
    assert crawl.scrapy("explain", last_line(crawl)["guid"]) == COMPLETE
    assert "title: x\\x1b[2J\\x0aOutcome    gone\n" in crawl.said
    assert "Outcome    fetched\n" in crawl.said
    assert "the same article as" in crawl.said
    for word in ("Revision   2 updated", "title: ", "robots allowed", "Page kept"):
        assert word in crawl.said


def test_a_pending_article_shows_its_next_try(crawl):
    (site_id, row_id), *_ = crawl.sql("SELECT site_id, article_id FROM posts ORDER BY id")
    crawl.sql("INSERT INTO queue VALUES (?, ?, 'news.test', 1767225600)", site_id, row_id)
    crawl.sql("UPDATE articles SET outcome = 'pending'")
    assert crawl.scrapy("explain", last_line(crawl)["guid"]) == COMPLETE
    assert "Next try   from 2026-01-01T00:00:00Z at news.test" in crawl.said
    assert "kept from an earlier request: fetched" in crawl.said


@pytest.mark.parametrize("word", ["https://nowhere.test/", "0", "9" * 30, "x' OR 1=1", "http://["])
def test_an_unknown_post_is_reported(crawl: Crawls, word: str) -> None:
    assert crawl.scrapy("explain", word) == PARTIAL
    assert crawl.said.startswith("The archive does not know a post")


def test_without_an_archive_there_is_nothing_to_show(crawl, tmp_path):
    assert crawl.scrapy("explain", "1", NEWSCRAWL_ARCHIVE=tmp_path / "none.sqlite") == FAILED
    assert "There is no archive at" in crawl.log
