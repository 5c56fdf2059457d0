"""One run of a site at a time."""

import os
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from newscrawl.archive.database import Archive
from newscrawl.exceptions import ArchiveError, LockHeld
from newscrawl.runtime.site_lock import RunLock, lock_folder
from tests.postgresql import PostgreSQL


def test_the_second_run_names_the_holder_of_the_lock(tmp_path: Path):
    first = RunLock(tmp_path, "example.org")
    first.acquire()
    with pytest.raises(LockHeld, match=rf"process {os.getpid()}, since 2.*: wait"):
        RunLock(tmp_path, "example.org").acquire()
    first.release()


def test_a_lock_that_was_released_can_be_taken(tmp_path: Path):
    first = RunLock(tmp_path, "example.org")
    first.acquire()
    first.release()
    RunLock(tmp_path, "example.org").acquire()


def test_an_archive_that_is_a_link_has_the_lock_of_what_it_leads_to(tmp_path: Path):
    (tmp_path / "archive.sqlite").touch()
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere/archive.sqlite"
    link.symlink_to(tmp_path / "archive.sqlite")
    assert lock_folder(str(link)) == tmp_path / "locks"


def machine(location: str, folder: Path) -> RunLock:
    """A machine of its own, which shares the archive and no file."""
    archive = Archive.open(location)
    return RunLock(folder, "example.org", shared=archive.shared_lock("example.org"))


def test_a_shared_archive_is_locked_for_all_machines(postgres: PostgreSQL, tmp_path: Path):
    location = postgres.new_database()
    first, second = machine(location, tmp_path / "1"), machine(location, tmp_path / "2")
    first.acquire()
    with pytest.raises(LockHeld, match=rf"process {os.getpid()} of .+, since 2.*: wait"):
        second.acquire()
    first.release()
    second.acquire()
    with closing(Archive.open(location)) as archive:
        lock = archive.shared_lock("example.org")
        assert lock is not None
        assert f"process {os.getpid()} of" in (lock.holder() or "")
        other = archive.shared_lock("example.com")
        assert other is not None
        assert other.holder() is None
    second.release()


HOLD = """
import sys, time
from pathlib import Path
from tests.runtime.test_site_lock import machine
machine(sys.argv[1], Path(sys.argv[2])).acquire()
print("held", flush=True)
time.sleep(600)
"""


def test_a_machine_that_dies_holds_nothing(postgres: PostgreSQL, tmp_path: Path):
    location = postgres.new_database()
    command = [sys.executable, "-c", HOLD, location, str(tmp_path / "1")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        lock = machine(location, tmp_path / "2")
        with pytest.raises(LockHeld, match="is under way"):
            lock.acquire()
        process.kill()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:  # until the server has noticed
        with suppress(LockHeld):
            lock.acquire()
            break
        time.sleep(0.05)
    lock.release()


def test_an_unwritable_folder_gives_an_error_with_the_remedy(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match=r"can't be written .*NEWSCRAWL_ARCHIVE"):
        RunLock(tmp_path / "file", "example.org").acquire()


def test_all_locks_of_a_process_use_one_connection(postgres: PostgreSQL):
    with closing(Archive.open(postgres.new_database())) as archive:
        locks = [archive.shared_lock(f"{number}.example") for number in range(50)]
        assert [lock.acquire() for lock in locks if lock] == [None] * 50
        count = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert archive.read(lambda c: c.execute(count).scalar_one()) <= 4
        for lock in locks[1:]:
            assert lock is not None
            lock.release()
        assert locks[0] is not None
        assert locks[0].holder()
        assert locks[1] is not None
        assert locks[1].holder() is None
