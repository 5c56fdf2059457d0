"""The CPU time of commands that find little to do, beside ``scrapy version``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row, at_most
from benchmarks.server import World, serving
from newscrawl.archive.database import Archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.scale import Scale

POSTS = 100
COMMANDS = {"list": ("list",), "explain": ("explain", "1"), "schedule": ("schedule", "--list")}
UNKNOWN = 3
"""The exit code of ``scrapy explain`` for a post that is not in the archive."""


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Run each command in turn with ``scrapy version``; modules are compiled before."""
    Archive.open(str(folder / "archive.sqlite")).close()
    for name, words in COMMANDS.items():
        start = partial(
            runs.scrapy, *words, *runs.state_words(folder), folder=folder, codes=(0, UNKNOWN)
        )
        what = f"CPU of scrapy {' '.join(words)}"
        yield _row(f"cpu_{name}", what, 1.5, start, scale, folder)
    crawled = folder / "crawled"
    crawled.mkdir()
    with serving(World(posts=POSTS)) as served:
        runs.crawl(served.site, crawled)
        again = partial(runs.crawl, served.site, crawled)
        what = f"CPU of all processes of a run with nothing new, {POSTS} posts"
        yield _row("cpu_nothing_new", what, 1.8, again, scale, folder)


def _row(
    name: str, what: str, most: float, start: Callable[[], runs.Run], scale: Scale, folder: Path
) -> Row:
    ours, theirs = [], []
    for _ in range(scale.repeats + 3):  # the first one warms up
        ours.append(start())
        theirs.append(runs.scrapy("version", folder=folder))
    cpu = [run.cpu + run.workers for run in ours[1:]]
    beside = [run.cpu + run.workers for run in theirs[1:]]
    return Row(
        name=name,
        what=what,
        unit="s",
        ours=cpu,
        baseline="scrapy version",
        theirs=beside,
        targets=at_most(most, cpu, beside),
    )
