"""Kept pages read again: by a better extractor, by another policy, after a kill, beside a crawl."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from sqlalchemy import Connection, update

from newscrawl.archive.codec import compress, pack, unpack
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import articles, posts
from newscrawl.testing.site import DemoSite
from tests import forks
from tests.crawls import COMPLETE, FAILED, HELD, PARTIAL, PROJECT, Crawls
from tests.tools import deadly

POSTS = 4
ARTICLES = ("-a", "articles=1")
AGAIN = ("extract", "--again")

Article = dict[str, Any]


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    """A site of a few posts with articles; no test changes it."""
    with DemoSite(empty=True) as site:
        for _ in range(POSTS):
            site.add_post()
        yield site


@pytest.fixture(scope="module")
def crawled(site: DemoSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a crawl of it."""
    folder = tmp_path_factory.mktemp("crawled")
    assert Crawls(site.url, folder)(*ARTICLES) == COMPLETE
    return folder


@pytest.fixture
def crawl(site: DemoSite, crawled: Path, tmp_path: Path) -> Crawls:
    """Crawls of the site; the first one is over."""
    crawl = Crawls.copy(site.url, crawled, tmp_path / "again")
    assert len(crawl.new("posts")) == POSTS
    return crawl


def read_by_another(
    crawl: Crawls, change: Callable[[Article], object] = lambda _: None, count: int = POSTS
) -> None:
    """Leave the archive as another version of the extractor would have, and what it published."""
    crawl.sql("UPDATE articles SET read_by = 'another'")
    for row_id, data in crawl.sql("SELECT id, data FROM articles ORDER BY id")[:count]:
        article = unpack(data)
        change(article)
        crawl.sql(
            "UPDATE articles SET outcome = ?, data = ? WHERE id = ?",
            article["outcome"],
            pack(article),
            row_id,
        )
        crawl.sql(
            "UPDATE posts SET content_hash = 'another', outcome = ? WHERE article_id = ?",
            article["outcome"],
            row_id,
        )


def add_teaser(article: Article) -> None:
    article["markdown"] = f"Read this\x1b[2J next\n\n{article['markdown']}"


def lose(article: Article) -> None:
    """Make of an article one that the extractor failed on."""
    for name in set(article) - {"url", "hops", "http_status", "rights", "fetched"}:
        del article[name]
    article["outcome"] = "extraction_failed"


def test_a_better_text_is_the_next_revision_and_nobody_is_asked(crawl, site):
    read_by_another(crawl, add_teaser, count=2)
    crawl.sql("UPDATE posts SET content_hash = 'another'")
    asked = len(site.log)
    assert crawl.scrapy(*AGAIN) == COMPLETE
    assert "Read again: 4 of 4 articles; 2 changed, 2 unchanged, 0 failed\n" in crawl.said
    lines = crawl.new("posts")
    assert [(line["revision"], line["change"]) for line in lines] == [(2, "updated")] * 2
    assert "Read this" not in str(lines)
    assert len(site.log) == asked


def test_what_was_read_again_is_read_no_more(crawl):
    read_by_another(crawl, add_teaser)
    crawl.scrapy(*AGAIN)
    crawl.new("posts")
    assert crawl.scrapy(*AGAIN) == COMPLETE
    assert "Read again: 0 of 4 articles" in crawl.said
    assert crawl.new("posts") == []


def test_what_no_reader_would_notice_is_no_revision(crawl):
    read_by_another(crawl, lambda article: article.update(confidence=0.1, html="<p>x</p>"))
    for line in all_lines(crawl):
        found = (line["content_hash"], line["post_id"])
        crawl.sql("UPDATE posts SET content_hash = ? WHERE post_id = ?", *found)
    crawl.scrapy(*AGAIN)
    assert "0 changed, 4 unchanged" in crawl.said
    assert crawl.new("posts") == []
    ((data,),) = crawl.sql("SELECT data FROM articles LIMIT 1")
    assert unpack(data)["html"] != "<p>x</p>"


def all_lines(crawl: Crawls) -> list[dict[str, Any]]:
    return Crawls(crawl.url, crawl.folder).new("posts")


def test_the_same_extractor_finds_the_same_again_in_every_page(tmp_path):
    with DemoSite() as site:
        crawl = Crawls(site.url, tmp_path)
        crawl(*ARTICLES)
    read_by_another(crawl)
    assert crawl.scrapy(*AGAIN, "--dry-run") == COMPLETE
    assert re.search(r"Read again: (\d+) of \1 articles; 0 changed, \1 unchanged, 0", crawl.said)


def test_a_dry_run_shows_the_difference_and_keeps_nothing(crawl):
    read_by_another(crawl, add_teaser)
    before = crawl.sql("SELECT id, data, read_by FROM articles")
    assert crawl.scrapy(*AGAIN, "--dry-run", "--samples", "1") == COMPLETE
    assert crawl.said.count("  - Read this\\x1b[2J next\n") == 1
    assert "4 changed" in crawl.said
    assert crawl.sql("SELECT id, data, read_by FROM articles") == before
    assert crawl.new("posts") == []
    assert crawl.sql("SELECT * FROM runs WHERE command = 'extract'") == []


def test_a_good_article_is_kept_if_its_page_gives_less(crawl):
    read_by_another(crawl)
    crawl.sql("UPDATE pages SET body = ? WHERE id = 1", compress(b"<p>Enable JavaScript</p>"))
    before = crawl.sql("SELECT id, data FROM articles")
    assert crawl.scrapy(*AGAIN) == COMPLETE
    assert "0 changed, 3 unchanged, 1 failed" in crawl.said
    assert crawl.sql("SELECT id, data FROM articles") == before


def test_a_policy_that_is_no_longer_full_cuts_the_article_and_lets_its_page_go(crawl):
    policy = {"NEWSCRAWL_POLICY": "127.0.0.2=excerpt"}
    assert crawl.scrapy(*AGAIN, **policy) == COMPLETE
    lines = crawl.new("posts")
    assert len(lines) == POSTS
    assert all(len(line["article"]["text"]) <= 300 for line in lines)
    assert crawl.sql("SELECT * FROM pages") == crawl.sql("SELECT * FROM article_pages") == []


def test_a_page_that_the_budget_took_leaves_its_article_as_it_is(crawl):
    read_by_another(crawl, add_teaser)
    crawl.sql("DELETE FROM pages WHERE id = 1")
    crawl.scrapy(*AGAIN)
    assert "Read again: 3 of 4 articles; 3 changed" in crawl.said


@pytest.mark.parametrize("place", ["pages SET body", "articles SET data"])
def test_damage_gives_one_line(crawl, place):
    read_by_another(crawl)
    crawl.sql(f"UPDATE {place} = ? WHERE id = 2", b"\0damaged")
    assert crawl.scrapy(*AGAIN) == FAILED
    assert "it is damaged: restore a copy" in crawl.log
    assert len(crawl.log.splitlines()) == 1


def test_posts_of_a_site_that_is_being_crawled_are_left_to_its_crawl(crawl):
    read_by_another(crawl, add_teaser)
    (folder,) = (crawl.folder / "output").iterdir()
    with FileLock(crawl.folder / "locks" / f"{folder.name}.lock"):
        assert crawl.scrapy(*AGAIN) == PARTIAL
    assert f"a crawl of {folder.name} is under way" in crawl.said
    assert crawl.new("posts") == []
    crawl(*ARTICLES)
    assert len(crawl.new("posts")) == POSTS


def test_a_post_that_points_to_something_unknown_waits_for_a_crawl(crawl):
    read_by_another(crawl, add_teaser)
    crawl.sql("DELETE FROM things WHERE kind = 'users'")
    assert crawl.scrapy(*AGAIN) == COMPLETE
    assert "Records: 0 updated" in crawl.said
    assert crawl.sql("SELECT * FROM runs WHERE command = 'extract'") == []
    crawl(*ARTICLES)
    assert len(crawl.new("posts")) == POSTS


def test_a_second_one_names_the_first(crawl):
    with FileLock(crawl.folder / "locks" / "_extract.lock"):
        assert crawl.scrapy(*AGAIN) == HELD
    assert crawl.log.startswith("scrapy extract: Another scrapy extract --again is under way")


def test_only_the_sites_that_are_named_are_read_again(crawl):
    read_by_another(crawl, add_teaser)
    assert crawl.scrapy(*AGAIN, "https://elsewhere.test/") == FAILED
    assert "The archive knows no site https://elsewhere.test/" in crawl.log
    assert crawl.scrapy(*AGAIN, f"{crawl.url}/") == COMPLETE
    assert len(crawl.new("posts")) == POSTS


def test_without_an_archive_there_is_nothing_to_read(crawl, tmp_path):
    nowhere = tmp_path / "none.sqlite"
    assert crawl.scrapy(*AGAIN, NEWSCRAWL_ARCHIVE=nowhere) == FAILED
    assert "There is no archive at" in crawl.log
    assert not nowhere.exists()


def test_a_shared_archive_is_read_again_too(site, tmp_path, postgres):
    crawl, settings = Crawls(site.url, tmp_path), {"NEWSCRAWL_ARCHIVE": postgres.new_database()}
    assert crawl(*ARTICLES, **settings) == COMPLETE
    crawl.new("posts")
    rights = {"robots": "allowed", "policy": "full"}
    poor = {"url": site.url, "outcome": "excerpt_only", "rights": rights}
    poor["fetched"] = "2026-01-01T00:00:00Z"

    def spoil(connection: Connection) -> None:
        connection.execute(update(articles).values(data=pack(poor), read_by="another"))
        connection.execute(update(posts).values(outcome="excerpt_only"))

    with closing(Archive.open(settings["NEWSCRAWL_ARCHIVE"])) as archive:
        archive.call(spoil)
    assert crawl.scrapy(*AGAIN, **settings) == COMPLETE
    assert [line["revision"] for line in crawl.new("posts")] == [2] * POSTS


@pytest.mark.parametrize("point", ["save_rereads", "take_ready", "begin", "issue", "close", "done"])
def test_killed_anywhere_and_run_again_it_issues_each_revision_once(crawl, point):
    read_by_another(crawl, add_teaser)
    env = {**os.environ, deadly.NAME: point}
    ended = forks.scrapy(*AGAIN, *crawl.options({}), env=env, first=deadly.__name__)
    assert ended.returncode == -signal.SIGKILL
    assert crawl.scrapy(*AGAIN) == COMPLETE
    revisions = [(line["post_id"], line["revision"]) for line in all_lines(crawl)]
    assert len(set(revisions)) == len(revisions) == 2 * POSTS


def test_stopped_once_it_ends_with_what_it_has(crawl):
    read_by_another(crawl, add_teaser)
    words = [sys.executable, "-m", "scrapy", *AGAIN, "--samples", str(POSTS), *crawl.options({})]
    with subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.kill(process.pid, signal.SIGINT)
        said = process.stdout.read()
    assert process.returncode == PARTIAL
    assert "Stopped before the end" in said
    assert crawl.scrapy(*AGAIN) == COMPLETE
    assert len(crawl.new("posts")) == POSTS


def test_a_crawl_reads_again_what_another_extractor_failed_on_and_asks_nobody(crawl, site):
    read_by_another(crawl, lose)
    asked = len(site.visits("harborwire"))
    assert crawl(*ARTICLES) == COMPLETE
    assert {line["article"]["outcome"] for line in crawl.new("posts")} == {"fetched"}
    assert len(site.visits("harborwire")) == asked
    assert crawl.sql("SELECT * FROM queue") == []


def test_without_its_page_it_is_asked_for_once_more(crawl, site):
    read_by_another(crawl, lose)
    crawl.sql("DELETE FROM pages")
    path = next(iter(site.publishers["harborwire"].articles))
    asked = len(site.visits("harborwire", path))
    crawl(*ARTICLES)
    crawl(*ARTICLES)
    assert len(crawl.new("posts")) == POSTS
    assert len(site.visits("harborwire", path)) == asked + 1


def test_what_fails_again_is_not_tried_by_the_same_version(crawl, site):
    read_by_another(crawl, lose)
    crawl.sql("UPDATE pages SET body = ?", compress(b"<html><p>Hello.</p>"))
    asked = len(site.visits("harborwire"))
    for _ in range(2):
        assert crawl(*ARTICLES) == COMPLETE
        assert crawl.new("posts") == []
    assert len(site.visits("harborwire")) == asked
