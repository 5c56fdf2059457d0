"""Posts a second through the whole pipeline: decoded, normalized, archived, written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row, at_least
from benchmarks.server import World, serving
from newscrawl.wordpress.endpoints import POST_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.scale import Scale

A_CORE = 500
"""The wanted number of posts per second and core."""


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Crawl a site whose posts have no articles."""
    fields = ",".join([*POST_FIELDS, "categories", "tags"])
    wanted = (f"posts={scale.posts}", f"fields={fields}")
    ours, items = [], []
    with serving(World(posts=scale.posts)) as served:
        for turn in range(-1, scale.repeats):  # the first one warms up
            crawled = folder / f"crawl-{turn}"
            crawled.mkdir()
            ours.append(runs.crawl(served.site, crawled))
            feed = str(folder / "items.jsonl")
            site = f"site={served.site}"
            items.append(runs.spider("items", site, *wanted, "-O", feed, folder=folder))
    speed = [scale.posts / run.seconds for run in ours[1:]]
    others = [scale.posts / run.seconds for run in items[1:]]
    a_core = [scale.posts / (run.cpu + run.workers) for run in ours[1:]]
    yield Row(
        name="posts_per_second",
        what="posts a second through the whole pipeline",
        unit="/s",
        ours=speed,
        baseline="a Scrapy spider that yields response.json() into a JSON-lines feed",
        theirs=others,
        targets=at_least(0.2, speed, others),
        note=f"{scale.posts} posts of 6 kB, from start to exit of the process",
    )
    yield Row(
        name="posts_per_cpu_second",
        what="posts for a second of CPU, workers included",
        unit="/s",
        ours=a_core,
        targets={f"at least {A_CORE} a core": min(a_core) >= A_CORE},
    )
