"""A file that replaces another one when it is complete."""

from contextlib import suppress
from pathlib import Path

import pytest

from newscrawl.exceptions import LockHeld
from newscrawl.tools.part_file import replacing


def test_a_file_is_replaced_when_it_is_complete(tmp_path: Path):
    path = tmp_path / "all.jsonl"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_the_rest_of_a_killed_process_is_overwritten(tmp_path: Path):
    path = tmp_path / "all.jsonl"
    (tmp_path / ".all.jsonl.part").write_bytes(b"cut off in the mid")
    with replacing(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_second_writer_is_refused_and_does_no_harm(tmp_path: Path):
    path = tmp_path / "all.jsonl"
    with replacing(path) as file:
        file.write(b"first")
        file.flush()
        with pytest.raises(LockHeld, match="Another process writes"), replacing(path):
            pass
    assert path.read_bytes() == b"first"


def test_a_file_that_fails_leaves_the_old_one(tmp_path: Path):
    path = tmp_path / "all.jsonl"
    path.write_bytes(b"old")
    with suppress(KeyError), replacing(path) as file:
        file.write(b"new")
        raise KeyError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
