"""Four workers of a cluster beside one: pages of sites that take half a second for each."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from benchmarks.figures import Row, at_least
from benchmarks.fleet_crawlers import Crawlers
from benchmarks.server import World, serving
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import posts
from tests.postgresql import program, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from benchmarks.scale import Scale
    from benchmarks.server import Served
    from tests.postgresql import PostgreSQL

MANY: Final = 4
AT_ONCE: Final = 10
PAGE_SECONDS: Final = 0.5
PER_PAGE: Final = 3
"""Few posts, so that pages wait for the sites, not for the cores."""
PAGES: Final = 500
"""Of a site: at one page a second, no walk ends during the measurement."""
SECONDS: Final = 40.0
"""For which pages are counted."""


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Count the pages of one worker and of four, in turn."""
    found: dict[int, list[float]] = {1: [], MANY: []}
    world = World(
        posts=PAGES * PER_PAGE, sites=MANY * AT_ONCE, page_delay=PAGE_SECONDS, per_page=PER_PAGE
    )
    if program("initdb"):
        with running() as server, serving(world) as served:
            for repeat in range(scale.repeats):
                for workers, pages in found.items():
                    place = folder / f"{repeat}-{workers}"
                    place.mkdir()
                    pages.append(_pages_a_second(workers, served, server, place))
    yield Row(
        name="workers",
        what=f"pages of {MANY} workers, each with {AT_ONCE} sites at once",
        unit="/s",
        ours=found[MANY],
        baseline="of one worker" if found[1] else "PostgreSQL is not installed",
        theirs=found[1],
        targets=at_least(3.6, found[MANY], found[1]) if found[1] else {},
        note=f"a site takes {PAGE_SECONDS:g} s for a page of {PER_PAGE} posts, and then is left"
        " alone for as long; the database does not wait for the disk",
    )


def _pages_a_second(workers: int, served: Served, server: PostgreSQL, folder: Path) -> float:
    crawlers = Crawlers(
        folder,
        server.new_database(),
        workers=workers,
        at_once=AT_ONCE,
        settings={"DOWNLOAD_DELAY": PAGE_SECONDS, "NEWSCRAWL_WORKERS": 1},
    )
    try:
        crawlers.start(served.sites, 86_400)
        _wait_for_sites(crawlers, workers * AT_ONCE)
        served.counts()
        began = time.monotonic()
        time.sleep(SECONDS)
        return served.counts()["posts"] / (time.monotonic() - began)
    finally:
        crawlers.kill()


def _wait_for_sites(crawlers: Crawlers, count: int) -> None:
    """Wait until so many sites have posts: before, workers and their processes still start."""
    with closing(Archive.open(crawlers.location)) as archive:
        while archive.read(_with_posts) < count:
            crawlers.check()
            time.sleep(0.5)


def _with_posts(connection: Connection) -> int:
    return connection.execute(select(func.count(posts.c.site_id.distinct()))).scalar_one()
