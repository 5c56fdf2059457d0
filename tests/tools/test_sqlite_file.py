"""The database of ``scrapy export --format sqlite``: its rows, its search, its updates."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newscrawl.testing.site import DemoSite
from newscrawl.tools import sqlite_file
from tests.crawls import COMPLETE, FAILED, Crawls


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        yield site


@pytest.fixture(scope="module")
def crawl(site: DemoSite, tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    """An archive of three posts that was exported, then one was edited and one deleted."""
    crawl = Crawls(site.url, tmp_path_factory.mktemp("sqlite"))
    kept, edited, gone = (site.add_post(f"Post of the {day}") for day in ("sun", "moon", "rain"))
    site.edit(kept, content='<p>Über <a href="https://b.example/x">ferries</a> 今日の新聞です</p>')
    assert crawl() == COMPLETE
    assert export(crawl, 3)
    site.edit(edited, title="Another title")
    site.trash(gone)
    assert crawl("-a", "full=1", NEWSCRAWL_DELETED_SHARE=1) == COMPLETE
    assert export(crawl, 2)
    return crawl


def export(crawl: Crawls, expected: int) -> bool:
    words = ("export", "--format", "sqlite", "-o", str(crawl.folder / "posts.sqlite"))
    assert crawl.scrapy(*words) == COMPLETE, crawl.log
    return f"{expected} new records in" in crawl.log


def query(crawl: Crawls, statement: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(crawl.folder / "posts.sqlite")) as database:
        return database.execute(statement, values).fetchall()


def found(crawl: Crawls, words: str) -> list[tuple[object, ...]]:
    return query(
        crawl,
        "SELECT title FROM latest WHERE id IN (SELECT rowid FROM search WHERE search MATCH ?)",
        words,
    )


def test_an_export_adds_only_records_that_are_new(crawl: Crawls) -> None:
    assert export(crawl, 0)
    assert query(crawl, "SELECT count(*) FROM revisions") == [(5,)]


def test_the_latest_view_has_no_deleted_post(crawl: Crawls) -> None:
    titles = query(crawl, "SELECT title FROM latest ORDER BY id")
    assert titles == [("Post of the sun",), ("Another title",)]
    assert query(crawl, "SELECT count(*) FROM posts WHERE status = 'deleted'") == [(1,)]


def test_the_search_finds_present_words_without_accents(crawl: Crawls) -> None:
    assert found(crawl, "uber") == [("Post of the sun",)]
    assert found(crawl, "another") == [("Another title",)]
    assert found(crawl, "moon") == found(crawl, "rain") == []


def test_the_search_finds_words_of_a_script_without_spaces(crawl: Crawls) -> None:
    assert found(crawl, '"新 聞"') == [("Post of the sun",)]
    assert found(crawl, '"聞 新"') == []


def test_the_search_index_agrees_with_the_tables(crawl: Crawls) -> None:
    query(crawl, "INSERT INTO search (search) VALUES ('integrity-check')")
    rows = query(crawl, "SELECT rowid FROM search EXCEPT SELECT id FROM latest")
    assert rows == []
    words = query(crawl, "SELECT rowid FROM search WHERE search MATCH 'post OR another'")
    assert len(words) == 2


def test_earlier_words_are_in_the_revisions(crawl: Crawls) -> None:
    (edited,) = query(crawl, "SELECT id FROM posts WHERE title = 'Another title'")[0]
    titles = query(crawl, "SELECT title FROM revisions WHERE post = ? ORDER BY revision", edited)
    assert titles == [("Post of the moon",), ("Another title",)]


def test_links_terms_and_authors_have_their_tables(crawl: Crawls) -> None:
    links = query(crawl, "SELECT url, text, kind FROM links WHERE position = 1")
    assert ("https://b.example/x", "ferries", "external") in links
    (names,) = query(crawl, "SELECT categories FROM latest")[0]
    of_post = query(
        crawl,
        "SELECT name FROM terms JOIN post_terms ON term = id WHERE post = 1"
        " AND taxonomy = 'category'",
    )
    assert [name for (name,) in of_post] == json.loads(str(names))
    assert query(crawl, "SELECT count(*) FROM authors JOIN post_authors ON author = id") != [(0,)]


def test_records_that_come_in_small_batches_give_the_same(
    crawl: Crawls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from newscrawl.archive.database import Archive

    monkeypatch.setattr(sqlite_file, "BATCH_SIZE", 1)
    file = tmp_path / "small.sqlite"
    with closing(Archive.open(str(crawl.folder / "archive.sqlite"))) as archive:
        assert sqlite_file.update_database(archive, file) == 5
    with closing(sqlite3.connect(file)) as database:
        latest = database.execute("SELECT * FROM latest").fetchall()
    assert latest == query(crawl, "SELECT * FROM latest")


def test_a_file_of_another_archive_stays_as_it_is(crawl: Crawls, tmp_path: Path) -> None:
    other = Crawls(crawl.url, tmp_path)
    assert other() == COMPLETE
    file = crawl.folder / "posts.sqlite"
    before = file.read_bytes()
    assert other.scrapy("export", "--format", "sqlite", "-o", str(file)) == FAILED
    assert "is of another archive" in other.log
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "{}/own.sqlite"], "has other tables: name a new file"),
        (["-o", "{}/posts.sqlite", "--latest"], "leave out --since"),
        (["-o", "{}/output/x.sqlite"], "is in the output folder"),
        (["-o", "{}/posts.sqlite", "SITE"], "has other sites"),
        ([], "needs a file: add -o FILE"),
    ],
)
def test_a_wrong_file_or_option_is_one_line(crawl: Crawls, words: list[str], message: str) -> None:
    with closing(sqlite3.connect(crawl.folder / "own.sqlite")) as own, own:
        own.execute("CREATE TABLE IF NOT EXISTS mine (a)")
    words = [word.format(crawl.folder).replace("SITE", crawl.url) for word in words]
    assert crawl.scrapy("export", "--format", "sqlite", *words) == FAILED
    assert message in crawl.log


def test_a_forgotten_post_leaves_no_word_in_the_database(tmp_path: Path) -> None:
    with DemoSite(empty=True) as site:
        crawl = Crawls(site.url, tmp_path)
        gone = site.add_post("Zanzibar at noon", article=False, content="<p>Quagga and okapi</p>")
        site.add_post("Post of the sun", article=False)
        assert crawl() == COMPLETE
    assert export(crawl, 2)
    file = crawl.folder / "posts.sqlite"
    assert b"Zanzibar" in file.read_bytes()
    assert crawl.scrapy("forget", str(gone)) == COMPLETE, crawl.log
    assert export(crawl, 1)
    assert [word for word in (b"anzibar", b"quagga", b"uagga") if word in file.read_bytes()] == []
    assert query(crawl, "SELECT title FROM latest") == [("Post of the sun",)]
    assert export(crawl, 0)
