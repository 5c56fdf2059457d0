"""Opening an archive, and the errors if it can't be opened."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from newscrawl.archive import sites
from newscrawl.archive.codec import compress, decompress
from newscrawl.archive.database import Archive
from newscrawl.archive.migrate import HEAD, alembic_config
from newscrawl.archive.tables import metadata
from newscrawl.exceptions import ArchiveError, ConfigurationError


def test_migrations_lead_to_exactly_the_tables(tmp_path: Path):
    Archive.open(str(tmp_path / "a.sqlite")).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_that_opening_looks_for():
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_a_new_archive_that_another_process_is_setting_up_is_waited_for(tmp_path: Path):
    path = tmp_path / "a.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.3, other.execute, ("COMMIT",))
    timer.start()
    Archive.open(str(path)).close()
    assert not timer.is_alive()
    other.close()


COMMIT = """
import sys
from newscrawl.archive import sites
from newscrawl.archive.database import Archive
archive = Archive.open(sys.argv[1])
archive.call(sites.enter, "b.example", "https://b.example/", {})
archive.close()
"""


def test_what_is_committed_after_another_process_left_is_kept(tmp_path: Path):
    location = str(tmp_path / "a.sqlite")
    archive, clock = Archive.open(location), Archive.open(location, durable=False)
    archive.call(sites.enter, "a.example", "https://a.example/", {})
    subprocess.run([sys.executable, "-c", COMMIT, location], check=True)
    archive.call(sites.enter, "c.example", "https://c.example/", {})
    with sqlite3.connect(location) as reader:
        keys = reader.execute("SELECT key FROM sites ORDER BY key").fetchall()
    reader.close()
    archive.close()
    clock.close()
    assert keys == [("a.example",), ("b.example",), ("c.example",)]


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path):
    (tmp_path / "a.sqlite").write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(ArchiveError, match="not an archive"):
        Archive.open(str(tmp_path / "a.sqlite"))


def test_a_folder_is_refused(tmp_path: Path):
    with pytest.raises(ArchiveError, match="can't be opened: set NEWSCRAWL_ARCHIVE"):
        Archive.open(str(tmp_path))


def test_a_damaged_value_is_reported_as_a_damaged_archive(tmp_path: Path):
    archive = Archive.open(str(tmp_path / "a.sqlite"))
    blob = bytearray(compress(b"What was archived, and must come back as it was"))
    blob[-10] ^= 1
    with pytest.raises(ArchiveError, match="damaged: restore a copy"):
        archive.call(lambda _: decompress(bytes(blob)))
    archive.close()


def test_closing_waits_for_the_transaction_under_way_and_no_other(tmp_path: Path):
    archive = Archive.open(str(tmp_path / "a.sqlite"))
    begun, go_on, done = threading.Event(), threading.Event(), list[str]()

    def slow(_: Connection) -> None:
        begun.set()
        go_on.wait()
        done.append("slow")

    async def main() -> None:
        calls = [asyncio.ensure_future(archive.run(f)) for f in (slow, lambda _: done.append("no"))]
        await asyncio.to_thread(begun.wait)
        closing = asyncio.create_task(asyncio.to_thread(archive.close))
        await asyncio.wait([calls[1]])
        go_on.set()
        await closing

    asyncio.run(main())
    assert done == ["slow"]


@pytest.mark.parametrize("location", ["/dev/null/a.sqlite", "nonsense://host/x"])
def test_a_location_that_can_not_be_used_is_a_configuration_error(location: str):
    with pytest.raises(ConfigurationError, match="NEWSCRAWL_ARCHIVE"):
        Archive.open(location)
