"""An archive that is locked, damaged or half migrated: a crawl reports it and loses nothing."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from newscrawl.demo.tour import differences
from newscrawl.testing.site import DemoSite
from tests.crash.bench import Bench, Crawl
from tests.crash.evidence import Witness, check_all, files_of, latest

IMPATIENT = {"newscrawl.archive.engine.BUSY_SECONDS": 0.5}
PAGES = (4096, None)
HEADER = (0, 100)


def check_healed(bench: Bench, site: DemoSite) -> None:
    """Check that a run that nothing goes wrong in completes what is there."""
    bench.crawl()
    check_all(bench)
    assert differences(site.posts, latest(bench.output)) == []


@contextmanager
def locked(bench: Bench, crawl: Crawl | None = None) -> Iterator[None]:
    """Hold the archive for the block; a crawl that is stopped lets go of it first, and goes on."""
    with closing(sqlite3.connect(bench.archive, timeout=0.01, isolation_level=None)) as holder:
        while True:
            try:
                holder.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError:
                assert crawl is not None
                crawl.goes_on()
                crawl.pause()
        if crawl is not None:
            crawl.goes_on()
        yield


def test_a_locked_archive_is_an_error_before_the_first_request(bench: Bench, small_site: DemoSite):
    bench.crawl()
    asked = len(small_site.log)
    with locked(bench):
        bench.start(values=IMPATIENT).fails("another process holds it: wait for that run to end")
    assert len(small_site.log) == asked
    check_healed(bench, small_site)


@pytest.mark.parametrize("point", ["store committed", "issue committed"])
def test_an_archive_that_gets_locked_ends_the_crawl_once(
    bench: Bench, small_site: DemoSite, point: str
):
    crawl = bench.start(values=IMPATIENT, points={point: (1, "stop")})
    crawl.stops()
    with locked(bench, crawl):
        crawl.fails("another process holds it: wait for that run to end")
    check_healed(bench, small_site)


def damage(path: Path, start: int, end: int | None) -> None:
    """Overwrite a part of a file."""
    with path.open("r+b") as file:
        size = (path.stat().st_size if end is None else end) - start
        file.seek(start)
        file.write(random.randbytes(size))


@pytest.mark.parametrize(
    ("part", "words"), [(HEADER, "it is not an archive"), (PAGES, "it is damaged: restore a copy")]
)
def test_a_damaged_archive_is_an_error_and_its_copy_continues(
    bench: Bench, small_site: DemoSite, part: tuple[int, int | None], words: str
):
    bench.crawl()
    copy = bench.archive.read_bytes()
    damage(bench.archive, *part)
    small_site.add_post()
    bench.start().fails(words)
    bench.archive.write_bytes(copy)
    check_healed(bench, small_site)


def test_an_archive_that_is_damaged_under_a_crawl_ends_it_once(bench: Bench, small_site: DemoSite):
    bench.crawl()
    copy = bench.archive.read_bytes()
    small_site.add_post()
    crawl = bench.start(points={"begin_crawl committed": (1, "stop")})
    crawl.stops()
    damage(bench.archive, *PAGES)
    crawl.goes_on()
    crawl.fails("it is damaged: restore a copy")
    for beside in bench.folder.glob("archive.sqlite-*"):
        beside.unlink()
    bench.archive.write_bytes(copy)
    check_healed(bench, small_site)


def test_a_damaged_line_is_not_published(bench: Bench, small_site: DemoSite):
    crawl = bench.start(points={"issue committed": (1, "kill")})
    crawl.ends()
    with closing(sqlite3.connect(bench.archive)) as archive, archive:
        number, line = archive.execute("SELECT id, line FROM records ORDER BY id DESC").fetchone()
        turned = bytes([*line[:-9], line[-9] ^ 1, *line[-8:]])
        archive.execute("UPDATE records SET line = ? WHERE id = ?", (turned, number))
    bench.start().fails("it is damaged: restore a copy")
    assert files_of(bench.output) == []
    with closing(sqlite3.connect(bench.archive)) as archive, archive:
        archive.execute("UPDATE records SET line = ? WHERE id = ?", (line, number))
    check_healed(bench, small_site)


def test_a_migration_that_is_cut_in_half_is_done_again(bench: Bench, small_site: DemoSite):
    crawl = bench.start(points={"table created": (4, "kill")})
    assert crawl.ends() < 0, crawl.log
    check_healed(bench, small_site)


WITH_TURNS = {"DOWNLOAD_DELAY": 0.001, "NEWSCRAWL_ARTICLE_DELAY": 0.001}


def test_a_clock_that_is_set_back_costs_nothing(bench: Bench, small_site: DemoSite):
    witness = Witness(bench)
    bench.crawl(clock=12 * 3600, settings=WITH_TURNS)
    witness.look()
    small_site.add_post()
    small_site.edit(next(iter(small_site.posts)), title="Edited after the clock was set back")
    bench.crawl(settings=WITH_TURNS)
    witness.look()
    check_healed(bench, small_site)


def test_a_clock_may_be_set_back_under_a_crawl(bench: Bench, small_site: DemoSite):
    bench.crawl(points={"store committed": (1, "set back")}, settings=WITH_TURNS)
    check_healed(bench, small_site)
