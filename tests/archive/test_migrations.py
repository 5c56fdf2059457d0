"""Archives of every state of the tables that was ever released are crawled on today."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from newscrawl.archive.database import Archive
from newscrawl.archive.migrate import HEAD, alembic_config
from newscrawl.archive.tables import metadata
from newscrawl.exceptions import ArchiveError
from newscrawl.extract.version import extractor_version
from tests.archive.earlier import POSTS, STATES, load, small_site
from tests.crawls import COMPLETE, PARTIAL, Crawls

NAMES = sorted(path.stem for path in STATES.glob("*.sql"))


def records_of(folder: Path) -> list[tuple[int, str]]:
    """Return the post id and the change of each record of an archive, in their order."""
    with closing(sqlite3.connect(folder / "archive.sqlite")) as connection:
        return connection.execute(
            "SELECT p.post_id, r.change FROM records r JOIN posts p ON p.id = r.post ORDER BY r.id"
        ).fetchall()


@pytest.mark.parametrize("name", NAMES)
def test_an_archive_of_an_earlier_state_gets_exactly_the_tables_of_today(name: str, tmp_path: Path):
    load(name, tmp_path / "archive.sqlite")
    Archive.open(str(tmp_path / "archive.sqlite")).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()
    assert sorted(records_of(tmp_path)) == [(number, "created") for number in POSTS]


@pytest.mark.parametrize("name", NAMES)
def test_an_archive_of_an_earlier_state_is_crawled_on_verified_and_reported(
    name: str, tmp_path: Path
):
    load(name, tmp_path / "archive.sqlite")
    with small_site() as site:
        crawl = Crawls(site.url, tmp_path)
        site.edit(1, title="Edited")
        site.delete(4)
        added = site.add_post(article=False)
        assert crawl.scrapy("verify", "--repair") == PARTIAL, crawl.said  # only the archive is left
        assert crawl("-a", "full=1", "-a", "articles=1") == COMPLETE, crawl.log
        changes = [(1, "updated"), (4, "deleted"), (added, "created")]
        assert sorted(records_of(tmp_path)[len(POSTS) :]) == sorted(changes)
    assert crawl.scrapy("verify") == 0, crawl.said
    assert crawl.scrapy("report") == 0
    files = (tmp_path / "output").glob("*/posts-*.jsonl")
    assert sum(len(file.read_bytes().splitlines()) for file in files) == len(POSTS) + len(changes)


def schema(path: Path) -> dict[str, set[str]]:
    """Return the definitions of an archive's tables and indexes, each as a set of its parts."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL")
        return {name: set(re.findall(r"[\w'<>=]+", sql)) for name, sql in rows}


def test_a_new_archive_is_as_the_migrations_make_it(tmp_path: Path):
    Archive.open(str(tmp_path / "new.sqlite")).close()
    load(NAMES[0], tmp_path / "old.sqlite")
    Archive.open(str(tmp_path / "old.sqlite")).close()
    assert schema(tmp_path / "new.sqlite") == schema(tmp_path / "old.sqlite")


def test_every_migration_has_an_archive_of_its_state():
    revisions = {s.revision for s in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    assert {name.partition("-")[0] for name in NAMES} | {HEAD} == revisions


def test_an_archive_of_a_later_version_is_refused_as_newer(tmp_path: Path):
    location = str(tmp_path / "a.sqlite")
    Archive.open(location).close()
    with closing(sqlite3.connect(location)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ArchiveError, match=r"version 9999.*use the later newscrawl"):
        Archive.open(location)


@pytest.mark.parametrize(
    "change", ["ALTER TABLE posts ADD COLUMN mood VARCHAR", "ALTER TABLE posts DROP COLUMN digest"]
)
def test_an_archive_of_an_unreleased_state_is_refused_as_such(change: str, tmp_path: Path):
    location = str(tmp_path / "a.sqlite")
    Archive.open(location).close()
    with closing(sqlite3.connect(location)) as connection, connection:
        connection.execute(change)
    with pytest.raises(ArchiveError, match=r"posts\.(mood|digest).*never released"):
        Archive.open(location)


def test_what_the_last_extractor_without_a_number_read_is_not_read_again(tmp_path: Path):
    load("0001-f", tmp_path / "archive.sqlite")
    with closing(sqlite3.connect(tmp_path / "archive.sqlite")) as connection, connection:
        connection.execute("UPDATE articles SET read_by = '0.1.0+an-earlier-one' WHERE id = 1")
    Archive.open(str(tmp_path / "archive.sqlite")).close()
    with closing(sqlite3.connect(tmp_path / "archive.sqlite")) as connection:
        found = connection.execute("SELECT read_by FROM articles ORDER BY id").fetchall()
    assert found == [("0.1.0+an-earlier-one",), (extractor_version(),)]
