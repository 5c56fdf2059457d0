"""Files and archive against each other: what is lost, torn, doubled, altered or no one's."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import update

from newscrawl.archive.codec import compress
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import segments
from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, FAILED, HELD, PARTIAL, Crawls

POSTS = 4


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        for _ in range(POSTS):
            site.add_post()
        yield site


@pytest.fixture(scope="module")
def crawled(site: DemoSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled")
    assert Crawls(site.url, folder)() == COMPLETE
    return folder


@pytest.fixture
def crawl(site: DemoSite, crawled: Path, tmp_path: Path) -> Crawls:
    return Crawls.copy(site.url, crawled, tmp_path / "verify")


def the_file(crawl: Crawls) -> Path:
    (file,) = (crawl.folder / "output").glob("*/posts-*.jsonl")
    return file


def content(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*.jsonl")}


def test_what_a_crawl_leaves_is_well_and_stays_as_it_is(crawl, site):
    before, asked = content(crawl.folder), len(site.log)
    assert crawl.scrapy("verify", crawl.url) == COMPLETE
    assert f"{POSTS} lines in 1 files are as in the archive\n  Last run: complete" in crawl.said
    assert crawl.said.endswith("All is well\n")
    assert crawl.scrapy("verify", "--json") == COMPLETE
    (found,) = map(json.loads, crawl.said.splitlines())
    assert (found["lines"], found["verdict"], found["faults"]) == (POSTS, "complete", [])
    assert (content(crawl.folder), len(site.log)) == (before, asked)


def lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def forge(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"publish"', b'"deleted"', 1))


WRONG_FILES = {
    "lost": (os.unlink, "is missing"),
    "empty": (lambda file: file.write_bytes(b""), "ends before line 1"),
    "torn": (lambda file: file.write_bytes(file.read_bytes()[:-9]), f"ends within line {POSTS}"),
    "a line lost": (lambda file: file.write_bytes(b"".join(lines_of(file)[1:])), "in line 1"),
    "doubled": (
        lambda file: file.write_bytes(file.read_bytes() + lines_of(file)[-1]),
        f"continues after the archive's {POSTS} lines",
    ),
    "altered": (forge, "differs in line 1"),
}


@pytest.mark.parametrize(("change", "told"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_wrong_file_is_named_and_can_be_written_again(
    crawl: Crawls, change: Callable[[Path], object], told: str
) -> None:
    file = the_file(crawl)
    right = file.read_bytes()
    change(file)
    wrong = file.read_bytes() if file.exists() else None
    assert crawl.scrapy("verify") == PARTIAL
    assert f"  WRONG: {file}" in crawl.said
    assert told in crawl.said
    assert (file.read_bytes() if file.exists() else None) == wrong
    assert crawl.scrapy("verify", "--repair") == PARTIAL
    assert file.read_bytes() == right
    aside = file.with_name(f"{file.name}.altered-1")
    assert (aside.read_bytes() if aside.exists() else None) == wrong
    assert crawl.scrapy("verify") == COMPLETE


def test_the_next_crawl_notices_a_missing_file_and_writes_nothing(crawl):
    the_file(crawl).unlink()
    assert crawl() == PARTIAL
    assert "1 files are missing" in crawl.verdict()
    assert "scrapy verify --repair" in crawl.verdict()
    assert not content(crawl.folder)


def test_files_that_users_take_away_are_no_fault(crawl):
    the_file(crawl).unlink()
    assert crawl(NEWSCRAWL_OUTPUT_TAKEN=1) == COMPLETE
    assert crawl.scrapy("verify", NEWSCRAWL_OUTPUT_TAKEN=1) == COMPLETE
    assert "1 files were taken out of" in crawl.said


def test_a_strangers_file_is_named_and_left(crawl):
    stranger = the_file(crawl).with_name("posts-000009.jsonl")
    stranger.write_text("{}\n")
    assert crawl.scrapy("verify", "--repair") == PARTIAL
    assert f"{stranger} is not from this archive: move it away" in crawl.said
    assert stranger.read_text() == "{}\n"


def test_a_file_that_the_archive_contradicts_is_not_overwritten(crawl):
    crawl.sql("UPDATE records SET line = ? WHERE id = 2", compress(b"{}"))
    before = the_file(crawl).read_bytes()
    assert crawl.scrapy("verify", "--repair") == PARTIAL
    assert "the file is unchanged: restore a copy of the archive" in crawl.said
    assert the_file(crawl).read_bytes() == before


WRONG_ARCHIVES = {
    "UPDATE records SET line = x'00' WHERE id = 2": "are damaged: restore a copy",
    "DELETE FROM records WHERE id = 2": "0 up to 0, but 1 were issued",
    "UPDATE records SET revision = 3 WHERE id = 2": "1 up to 3, but 1 were issued",
    'UPDATE walks SET missing = \'{"7": "HTTP 500"}\'': "Post 7 is missing: HTTP 500",
    "UPDATE segments SET state = 'closed'": f"{POSTS} lines have no file yet",
}


@pytest.mark.parametrize(("statement", "told"), WRONG_ARCHIVES.items())
def test_faults_of_the_archive_are_named(crawl: Crawls, statement: str, told: str) -> None:
    crawl.sql(statement)
    assert crawl.scrapy("verify") == PARTIAL
    assert told in crawl.said


def test_lines_without_a_file_are_written_by_a_repair(crawl):
    right = the_file(crawl).read_bytes()
    crawl.sql("UPDATE segments SET state = 'open', sha256 = NULL")
    the_file(crawl).unlink()
    assert crawl.scrapy("verify", "--repair") == PARTIAL
    assert the_file(crawl).read_bytes() == right
    assert crawl.scrapy("verify") == COMPLETE


def test_nothing_is_repaired_beside_a_crawl(crawl):
    file = the_file(crawl)
    file.unlink()
    with FileLock(crawl.folder / "locks" / f"{file.parent.name}.lock"):
        assert crawl.scrapy("verify", "--repair") == HELD
    assert "is under way" in crawl.log
    assert not file.exists()


def test_lines_that_wait_for_a_crawl_on_another_machine_are_no_fault(site, tmp_path, postgres):
    crawl, url = Crawls(site.url, tmp_path), postgres.new_database()
    assert crawl(NEWSCRAWL_ARCHIVE=url) == COMPLETE
    with closing(Archive.open(url)) as archive:
        archive.call(lambda c: c.execute(update(segments).values(state="open", sha256=None)))
        lock = archive.shared_lock(the_file(crawl).parent.name)
        assert lock is not None
        lock.acquire()
        the_file(crawl).unlink()
        assert crawl.scrapy("verify", NEWSCRAWL_ARCHIVE=url) == COMPLETE
        lock.release()
    assert "lines have no file yet: a crawl is under way (process" in crawl.said


def test_an_archive_that_cannot_be_checked_gives_one_line(crawl, tmp_path):
    assert crawl.scrapy("verify", "https://elsewhere.test/") == FAILED
    assert crawl.log.startswith("scrapy verify: The archive knows no site")
    assert crawl.scrapy("verify", NEWSCRAWL_ARCHIVE=tmp_path / "none.sqlite") == FAILED
    assert "There is no archive at" in crawl.log
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no archive" * 1000)
    assert crawl.scrapy("verify", NEWSCRAWL_ARCHIVE=broken) == FAILED
    assert len(crawl.log.splitlines()) == 1


def test_a_shared_archive_answers_all_that_is_asked_of_it(site, tmp_path, postgres):
    crawl, settings = Crawls(site.url, tmp_path), {"NEWSCRAWL_ARCHIVE": postgres.new_database()}
    assert crawl(**settings) == COMPLETE
    (line, *_) = crawl.new("posts")
    for words in (["verify"], ["explain", line["guid"]], ["explain", "7"], ["report", crawl.url]):
        assert crawl.scrapy(*words, **settings) in (COMPLETE, PARTIAL), crawl.log
    assert crawl.scrapy("verify", **settings) == COMPLETE
    assert crawl.scrapy("export", "--latest", **settings) == COMPLETE
    assert len(crawl.said.splitlines()) == POSTS
