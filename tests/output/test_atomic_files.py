"""Files that are whole or not there."""

import errno
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from newscrawl.exceptions import ConfigurationError, NewscrawlError
from newscrawl.output.atomic_files import check_folder, folder_lock, write_whole


def test_a_file_gets_its_name_when_it_is_whole(tmp_path: Path):
    path = tmp_path / "posts-000001.jsonl"

    def lines() -> Iterator[bytes]:
        yield b"one"
        assert not path.exists()
        yield b"two"

    assert write_whole(path, lines()) == sha256(b"one\ntwo\n").hexdigest()
    assert path.read_bytes() == b"one\ntwo\n"
    assert os.listdir(tmp_path) == [path.name]  # noqa: PTH208 - hidden names count


def test_writing_the_same_file_again_leaves_it_as_it_is(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    first = write_whole(path, [b"one"])
    before = path.stat().st_mtime_ns
    assert write_whole(path, [b"one"]) == first
    assert path.stat().st_mtime_ns == before


def test_bytes_are_synced_before_their_name_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    done: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def noted_fsync(file: int) -> None:
        done.append(Path(f"/proc/self/fd/{file}").readlink().name)
        fsync(file)

    def noted_rename(path: Path, target: Path) -> Path:
        done.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    write_whole(tmp_path / "a.jsonl", [b"one"])
    assert done == [".a.jsonl.part", "rename", tmp_path.name]
    done.clear()
    write_whole(tmp_path / "a.jsonl", [b"one"])  # as after a crash before the second sync
    assert done == [".a.jsonl.part", tmp_path.name]


def test_another_file_under_the_name_is_never_overwritten(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    path.write_text("mine")
    assert write_whole(path, [b"yours"]) is None
    assert path.read_text() == "mine"


def test_a_folder_that_vanished_is_an_error_with_the_remedy(tmp_path: Path):
    with pytest.raises(NewscrawlError, match="nothing is lost"):
        write_whole(tmp_path / "gone" / "a.jsonl", [b"one"])


def test_nothing_is_left_of_a_file_that_could_not_be_finished(tmp_path: Path):
    def lines() -> Iterator[bytes]:
        yield b"one"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(NewscrawlError, match="No space left on device"):
        write_whole(tmp_path / "a.jsonl", lines())
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_a_killed_process_began_is_removed(tmp_path: Path):
    (tmp_path / ".posts-000009.jsonl.part").write_bytes(b"half a li")
    (tmp_path / "posts-000008.jsonl").write_bytes(b"whole\n")
    with folder_lock(tmp_path):
        assert os.listdir(tmp_path) == ["posts-000008.jsonl"]  # noqa: PTH208 - hidden names count


def test_checking_a_folder_makes_it_and_leaves_nothing_in_it(tmp_path: Path):
    check_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_an_output_that_is_no_folder_stops_before_the_first_request(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="NEWSCRAWL_OUTPUT"):
        check_folder(tmp_path / "file")
