"""Only their owner can read the archive and the logs; everybody can read the output."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.archive.database import Archive
from newscrawl.archive.private_files import make_private, open_private
from newscrawl.testing.site import DemoSite
from tests.crawls import Crawls


@pytest.fixture
def umask() -> Iterator[None]:
    """Set a umask that lets everybody read and write."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.usefixtures("umask")
def test_a_new_archive_and_its_folder_are_private(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path / "state/archive.sqlite"))
    modes = {mode(file) for file in (tmp_path / "state").iterdir()}
    archive.close()
    assert modes == {0o600}
    assert mode(tmp_path / "state") == 0o700


@pytest.mark.usefixtures("umask")
def test_an_archive_that_was_public_becomes_private_and_its_folder_stays(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    file = tmp_path / "archive.sqlite"
    Archive.open(str(file)).close()
    file.chmod(0o644)
    Archive.open(str(file)).close()
    assert (mode(file), mode(tmp_path)) == (0o600, 0o755)


def test_a_log_is_private_and_a_device_stays_as_it_is(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"1")
    log.chmod(0o644)
    with open_private(log) as file:
        file.write(b"2")
    assert (mode(log), log.read_bytes()) == (0o600, b"12")
    before = mode(Path(os.devnull))
    make_private(Path(os.devnull))
    assert mode(Path(os.devnull)) == before


@pytest.mark.usefixtures("umask")
def test_output_has_the_mode_of_the_umask(site: DemoSite, tmp_path: Path) -> None:
    Crawls(site.url, tmp_path)("-a", "limit=3")
    assert {mode(file) for file in (tmp_path / "output").rglob("*.jsonl")} == {0o666}
