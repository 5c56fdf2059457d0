"""Many publishers that take their time: none of them may wait for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row, at_most
from benchmarks.server import World, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.scale import Scale

DELAY = 2.0


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Fetch one article of each of many slow publishers."""
    count, places = scale.slow_publishers, scale.slow_places
    folder.mkdir(exist_ok=True)
    with serving(World(posts=count, publishers=count, delay=DELAY)) as served:
        runs.crawl(served.site, folder, "-a", "articles=0")
        run = runs.crawl(served.site, folder, "-s", f"CONCURRENT_REQUESTS={places}")
    ours, theirs = [run.seconds], [count * DELAY / places]
    yield Row(
        name="slow_publishers",
        what=f"{count:,} publishers that take {DELAY:g} s each",
        unit="s",
        ours=ours,
        baseline=f"the sum of their times by {places} at once",
        theirs=theirs,
        targets=at_most(1.3, ours, theirs),
        note=f"CONCURRENT_REQUESTS={places}; their robots.txt and tdmrep.json come at once",
    )
