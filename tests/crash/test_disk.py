"""A disk that is full or read-only, a folder that vanishes: one line of error, nothing lost."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from newscrawl.demo.tour import differences
from newscrawl.testing.site import DemoSite
from tests.crash.bench import Bench, Launcher
from tests.crash.evidence import check_all, latest, verdicts

WAYS = (("unshare", "--map-root-user", "--mount"), ("unshare", "--mount"))
"""Commands that give a process mounts of its own: for users, and for root if users may not."""

ISSUED = {"issue committed": (1, "stop")}


@pytest.fixture(scope="module")
def mounter() -> Iterator[Launcher]:
    for way in WAYS:
        if subprocess.run([*way, "true"], check=False, capture_output=True).returncode == 0:
            with Launcher(*way) as launcher:
                yield launcher
            return
    pytest.skip("a small disk needs a mount: be root, or allow user namespaces")


class Disk:
    """A small disk that is mounted in a folder, for the processes of a launcher."""

    def __init__(self, launcher: Launcher, folder: Path) -> None:
        folder.mkdir()
        self._launcher = launcher
        self._folder = folder
        self._ballast = launcher.root / folder.relative_to("/") / "ballast"
        self._mount("-t", "tmpfs", "-o", "size=16m", "tmpfs")

    def _mount(self, *words: str) -> None:
        assert self._launcher.order(run=["mount", *words, str(self._folder)]) == 0

    def fill(self) -> None:
        """Leave no byte free."""
        with suppress(OSError), self._ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(1 << 20))
        assert shutil.disk_usage(self._ballast.parent).free == 0

    def make_room(self) -> None:
        """Undo ``fill``."""
        self._ballast.unlink()

    def forbid_writing(self, on: bool = True) -> None:
        """Make it read-only, or undo that."""
        self._mount("-o", f"remount,{'ro' if on else 'rw'}")


@pytest.fixture
def disk(mounter: Launcher, tmp_path: Path) -> Disk:
    return Disk(mounter, tmp_path / "disk")


def check_healed(bench: Bench, site: DemoSite) -> None:
    """Check that a run that nothing goes wrong in completes what is there."""
    bench.crawl()
    check_all(bench)
    assert differences(site.posts, latest(bench.output)) == []


def test_an_archive_on_a_full_disk(
    mounter: Launcher, disk: Disk, tmp_path: Path, small_site: DemoSite
):
    bench = Bench(mounter, tmp_path, small_site.url, archive=tmp_path / "disk/archive.sqlite")
    crawl = bench.start(points={"store committed": (1, "stop")})
    crawl.stops()
    disk.fill()
    crawl.goes_on()
    crawl.fails("the disk is full: make room, then run again; what was committed is kept")
    disk.make_room()
    check_healed(bench, small_site)


def test_an_output_folder_on_a_full_disk(
    mounter: Launcher, disk: Disk, tmp_path: Path, small_site: DemoSite
):
    bench = Bench(mounter, tmp_path, small_site.url, output=tmp_path / "disk/output")
    crawl = bench.start(points=ISSUED)
    crawl.stops()
    disk.fill()
    crawl.goes_on()
    crawl.fails("(No space left on device); nothing is lost: mend that and run again")
    disk.make_room()
    check_healed(bench, small_site)


def test_an_output_folder_that_becomes_read_only(
    mounter: Launcher, disk: Disk, tmp_path: Path, small_site: DemoSite
):
    bench = Bench(mounter, tmp_path, small_site.url, output=tmp_path / "disk/output")
    crawl = bench.start(points=ISSUED)
    crawl.stops()
    disk.forbid_writing()
    crawl.goes_on()
    crawl.fails("(Read-only file system); nothing is lost: mend that and run again")
    disk.forbid_writing(False)
    check_healed(bench, small_site)


@pytest.mark.parametrize(
    ("what", "words"),
    [("archive", "set NEWSCRAWL_ARCHIVE"), ("output", "set NEWSCRAWL_OUTPUT to one that can")],
)
def test_a_read_only_disk_is_an_error_before_the_first_request(
    mounter: Launcher, disk: Disk, tmp_path: Path, small_site: DemoSite, what: str, words: str
):
    bench = Bench(mounter, tmp_path, small_site.url, **{what: tmp_path / "disk/there"})
    disk.forbid_writing()
    bench.start().fails(words)
    assert small_site.log == []
    disk.forbid_writing(False)
    check_healed(bench, small_site)


def test_an_output_folder_that_vanishes(bench: Bench, small_site: DemoSite):
    crawl = bench.start(points=ISSUED)
    crawl.stops()
    shutil.rmtree(bench.output)
    crawl.goes_on()
    crawl.fails("(No such file or directory); nothing is lost: mend that and run again")
    assert verdicts(bench.archive) == ["failed"]
    check_healed(bench, small_site)
    assert verdicts(bench.archive) == ["failed", "complete"]
