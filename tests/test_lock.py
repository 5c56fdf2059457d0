"""One run of a site at a time."""

import os
from pathlib import Path

import pytest

from newscrawl.exceptions import ArchiveError
from newscrawl.lock import RunLock


def test_the_second_is_told_who_has_the_lock(tmp_path: Path):
    first = RunLock(tmp_path, "example.org")
    first.acquire()
    with pytest.raises(ArchiveError, match=rf"process {os.getpid()}, since 2.*: wait"):
        RunLock(tmp_path, "example.org").acquire()
    first.release()


def test_a_lock_that_was_released_can_be_taken(tmp_path: Path):
    first = RunLock(tmp_path, "example.org")
    first.acquire()
    first.release()
    RunLock(tmp_path, "example.org").acquire()


def test_a_folder_that_can_not_be_written_is_told_with_what_to_do(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match=r"can't be written .*NEWSCRAWL_ARCHIVE"):
        RunLock(tmp_path / "file", "example.org").acquire()
