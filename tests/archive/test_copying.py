"""``scrapy archive copy``: to another database and back, with every row."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from newscrawl.archive import copying
from newscrawl.archive.copying import BATCH_SIZE
from newscrawl.archive.database import Archive
from newscrawl.exceptions import ArchiveError, ConfigurationError
from newscrawl.testing.site import DemoSite
from tests.archive.earlier import load
from tests.crawls import COMPLETE, FAILED, Crawls


def rows_of(location: str, table: str) -> list[Any]:
    engine = create_engine(location)
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT id, line FROM {table} ORDER BY id")).all()
    engine.dispose()
    return [(row[0], bytes(row[1])) for row in found]


@pytest.mark.slow
def test_a_crawl_goes_on_in_a_copy_on_postgresql_and_in_a_copy_of_that(
    tmp_path: Path, postgres: Any
):
    with DemoSite(empty=True) as site:
        edited, _ = site.add_post(), site.add_post(article=False)
        crawl = Crawls(site.url, tmp_path)
        assert crawl("-a", "articles=1") == COMPLETE, crawl.log
        first, there = str(tmp_path / "archive.sqlite"), postgres.new_database()
        back = str(tmp_path / "back.sqlite")
        assert crawl.scrapy("archive", "copy", first, there) == COMPLETE, crawl.log
        assert "The copy has the same rows" in crawl.said
        lines = rows_of(f"sqlite:///{first}", "records")
        assert rows_of(there, "records") == lines
        site.advance(hours=1)
        site.edit(edited, title="Edited")
        assert crawl("-a", "articles=1", NEWSCRAWL_ARCHIVE=there) == COMPLETE, crawl.log
        assert len(rows_of(there, "records")) == len(lines) + 1
        assert crawl.scrapy("archive", "copy", there, back) == COMPLETE, crawl.log
        assert crawl.scrapy("verify", NEWSCRAWL_ARCHIVE=back) == COMPLETE, crawl.said
        assert crawl.scrapy("archive", "copy", there, back) == FAILED
        assert "has an archive already" in crawl.log


def test_an_interrupted_copy_can_not_be_used_and_continues(tmp_path: Path):
    load("0006", tmp_path / "a.sqlite")
    archive, other = Archive.open(str(tmp_path / "a.sqlite")), str(tmp_path / "b.sqlite")
    copy = archive.copy_to(other)
    for name, _ in copy.run():
        if name == "posts":
            break
    copy.close()
    with pytest.raises(ArchiveError, match="has not ended"):
        Archive.open(other)
    copy = archive.copy_to(other)
    counts = dict(copy.run())
    copy.finish()
    copy.close()
    Archive.open(other).close()
    assert counts["posts"] == 5 < BATCH_SIZE
    with pytest.raises(ConfigurationError, match="has an archive already"):
        archive.copy_to(other)
    archive.close()


class Killed(Exception):
    """In the place of the end of the process."""


def copy_with_kills(source: Archive, target: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Copy with an end after each few rows; return the number of ends."""
    monkeypatch.setattr(copying, "BATCH_SIZE", 1)
    whole, kills = copying._Side.batch, 0
    while True:
        left = iter(range(3))

        def batch(side: Any, name: str, after: int, left: Iterator[int] = left) -> Any:
            rows = whole(side, name, after)
            if rows and next(left, None) is None:
                raise Killed
            return rows

        monkeypatch.setattr(copying._Side, "batch", batch)
        copy = source.copy_to(target)
        try:
            list(copy.run())
        except Killed:
            kills += 1
            continue
        finally:
            copy.close()
        monkeypatch.setattr(copying._Side, "batch", whole)
        copy = source.copy_to(target)
        list(copy.run())
        copy.finish()
        copy.close()
        return kills


def test_a_copy_that_is_killed_again_and_again_is_whole_both_ways(
    tmp_path: Path, postgres: Any, monkeypatch: pytest.MonkeyPatch
):
    load("0006", tmp_path / "a.sqlite")
    there, back = postgres.new_database(), str(tmp_path / "b.sqlite")
    for source, target in ((str(tmp_path / "a.sqlite"), there), (there, back)):
        archive = Archive.open(source)
        assert copy_with_kills(archive, target, monkeypatch) > 3
        archive.close()
    first, last = (f"sqlite:///{tmp_path / name}" for name in ("a.sqlite", "b.sqlite"))
    assert rows_of(first, "records") == rows_of(last, "records") != []


def test_a_copy_that_differs_is_not_used(tmp_path: Path):
    load("0006", tmp_path / "a.sqlite")
    archive, other = Archive.open(str(tmp_path / "a.sqlite")), str(tmp_path / "b.sqlite")
    copy = archive.copy_to(other)
    list(copy.run())
    engine = create_engine(f"sqlite:///{other}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE posts SET slug = 'other' WHERE id = 1"))
    engine.dispose()
    with pytest.raises(ArchiveError, match="table posts differs"):
        copy.finish()
    copy.close()
    archive.close()
