"""Many slow publishers: a request to one must not wait for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row, at_most
from benchmarks.server import World, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.scale import Scale
    from benchmarks.server import Served

DELAY = 2.0


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Fetch one article of each of many slow publishers."""
    count, places = scale.slow_publishers, scale.slow_places
    with serving(World(posts=count, publishers=count, delay=DELAY)) as served:
        ours = [_seconds(served, folder / str(turn), places) for turn in range(scale.slow_repeats)]
    theirs = [count * DELAY / places]
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


def _seconds(served: Served, folder: Path, places: int) -> float:
    """Return how long a run takes that only fetches articles."""
    folder.mkdir()
    runs.crawl(served.site, folder, "-a", "articles=0")
    return runs.crawl(served.site, folder, "-s", f"CONCURRENT_REQUESTS={places}").seconds
