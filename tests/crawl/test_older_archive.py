"""An archive that is older than its files: a restored copy, a lost log, no archive at all."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, FAILED, Crawls

WORDS = ("-a", "articles=1", "-a", "comments=1")


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        yield site


def test_a_backup_of_a_live_archive_is_whole(site: DemoSite, tmp_path: Path):
    site.add_post(article=False)
    crawl = Crawls(site.url, tmp_path)
    assert crawl() == COMPLETE
    with closing(sqlite3.connect(tmp_path / "archive.sqlite")) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("UPDATE sites SET asked = 'in the log only'")
        other.commit()
        copy = tmp_path / "copy.sqlite"
        assert crawl.scrapy("archive", "backup", str(copy)) == COMPLETE, crawl.log
        with closing(sqlite3.connect(copy)) as backup:
            assert backup.execute("SELECT asked FROM sites").fetchall() == [("in the log only",)]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert crawl.scrapy("archive", "backup", str(copy)) == FAILED
    assert "exists: name a new file for the backup" in crawl.log


def test_the_main_file_has_all_when_a_run_ends_beside_an_idle_connection(
    site: DemoSite, tmp_path: Path
):
    crawl = Crawls(site.url, tmp_path)
    assert crawl() == COMPLETE
    with closing(sqlite3.connect(tmp_path / "archive.sqlite")) as idle:
        idle.execute("SELECT count(*) FROM posts").fetchall()
        site.add_post(article=False)
        site.advance(hours=1)
        assert crawl() == COMPLETE
        copy = tmp_path / "copy.sqlite"
        shutil.copy(tmp_path / "archive.sqlite", copy)
    with closing(sqlite3.connect(copy)) as copied:
        assert copied.execute("SELECT count(*) FROM posts").fetchall() == [(1,)]


def published(folder: Path) -> list[tuple[str, int]]:
    """Return the guid and the revision of each line of posts, sorted."""
    files = (folder / "output").glob("*/posts-*.jsonl")
    lines = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    return sorted((line["guid"], line["revision"]) for line in lines)


def put_back(copy: Path | None, folder: Path) -> None:
    """Replace the archive by a copy of its main file; by nothing if there is none."""
    for file in folder.glob("archive.sqlite*"):
        file.unlink()
    if copy is not None:
        shutil.copy(copy, folder / "archive.sqlite")


@pytest.mark.parametrize("has_copy", [True, False])
def test_lines_of_newer_files_are_taken_back_and_no_revision_comes_twice(
    has_copy: bool, site: DemoSite, tmp_path: Path
):
    crawl = Crawls(site.url, tmp_path)
    plain, linked = site.add_post(article=False), site.add_post()
    gone = site.add_post(article=False)
    assert crawl(*WORDS) == COMPLETE
    copy = tmp_path / "copy.sqlite"
    shutil.copy(tmp_path / "archive.sqlite", copy)  # it is whole without its log
    site.advance(hours=1)
    site.edit(plain, title="Edited")
    site.delete(gone)
    added = site.add_post()
    site.add_comment(plain, "A comment")
    assert crawl(*WORDS) == COMPLETE
    before, visits = published(tmp_path), len(site.visits("harborwire"))
    put_back(copy if has_copy else None, tmp_path)
    site.advance(hours=1)
    assert crawl(*WORDS) == COMPLETE, crawl.log
    assert crawl.log.index("The archive is older than") < crawl.log.index("Found ")
    assert "their lines are back in it" in crawl.log
    assert published(tmp_path) == before
    assert len(site.visits("harborwire")) == visits
    assert crawl.scrapy("verify") == COMPLETE, crawl.said
    site.edit(linked, title="Edited, too")
    site.edit(added, title="Edited as well")
    site.advance(hours=1)
    assert crawl(*WORDS) == COMPLETE
    assert len(published(tmp_path)) == len(before) + 2
    assert len(set(published(tmp_path))) == len(published(tmp_path))
    assert crawl.scrapy("verify") == COMPLETE, crawl.said


def test_a_file_that_can_not_be_taken_back_stays_and_costs_no_run(site: DemoSite, tmp_path: Path):
    site.add_post(article=False)
    crawl = Crawls(site.url, tmp_path)
    assert crawl() == COMPLETE
    (file,) = (tmp_path / "output").glob("*/posts-*.jsonl")
    line = file.read_bytes()
    twice = line.replace(b'"revision":1', b'"revision":2') * 2
    huge = line.replace(b'"revision":1', b'"revision":99999999999999999999')
    for number, data in enumerate((twice, huge, b"[1]\n"), start=5):
        file.with_name(f"posts-{number:06}.jsonl").write_bytes(data)
    file.with_name("posts-000008.jsonl").mkdir()
    file.with_name(f"posts-{10**22}.jsonl").write_bytes(line)
    site.add_post(article=False)
    site.advance(hours=1)
    file.with_name("posts-000009.jsonl").symlink_to("posts-000009.jsonl")
    assert crawl() == COMPLETE, crawl.log
    assert crawl.log.count("is damaged (") == 3
    assert file.with_name("posts-000005.jsonl").read_bytes() == twice


def test_a_post_of_a_newer_file_that_is_gone_by_now_gets_its_tombstone(
    site: DemoSite, tmp_path: Path
):
    site.add_post(article=False)
    crawl = Crawls(site.url, tmp_path)
    assert crawl() == COMPLETE
    copy = tmp_path / "copy.sqlite"
    shutil.copy(tmp_path / "archive.sqlite", copy)
    site.advance(hours=1)
    added = site.add_post(article=False)
    assert crawl() == COMPLETE
    put_back(copy, tmp_path)
    site.delete(added)
    site.advance(hours=1)
    crawl.new("posts")
    assert crawl() == COMPLETE, crawl.log
    (line,) = crawl.new("posts")
    assert (line["post_id"], line["revision"], line["status"]) == (added, 2, "deleted")
