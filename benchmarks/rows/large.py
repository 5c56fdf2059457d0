"""The costs of a large archive: memory, time for a post, a run with nothing new, and disk."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import posts, runs
from benchmarks.figures import Row, at_most
from benchmarks.server import World, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.runs import Run
    from benchmarks.scale import Scale
    from benchmarks.server import Served

SAMPLE = 2000
"""Posts whose raw JSON is compressed, to estimate the size of all of it."""
MEMORY_MB = 200
IDLE_SECONDS = 3.0
IDLE_REQUESTS = 6
ARCHIVE_RATIO = 3


@dataclass(frozen=True, slots=True)
class Built:
    """An archive that was built, with its measurements."""

    posts: int
    run: Run
    added: Run
    idle: list[Run]
    requests: int


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Build archives of growing size, add posts to each, and run once more with nothing new."""
    first = _first_hundred(scale, folder)
    built = [_build(count, scale, folder) for count in scale.archives]
    small, large = built[0], built[-1]
    yield _memory(small, large)
    yield from _growth(built, scale)
    yield _nothing_new(large, first)
    yield from _sizes(large, folder)


def _first_hundred(scale: Scale, folder: Path) -> list[float]:
    seconds = []
    with serving(World(posts=100)) as served:
        for turn in range(scale.repeats + 1):
            crawled = folder / f"first-{turn}"
            crawled.mkdir()
            seconds.append(runs.crawl(served.site, crawled).seconds)
    return seconds[1:]


def _build(count: int, scale: Scale, folder: Path) -> Built:
    crawled = folder / str(count)
    crawled.mkdir()
    with serving(World(posts=count)) as served:
        run = runs.crawl(served.site, crawled)
        served.grow(scale.added)
        added = runs.crawl(served.site, crawled)
        idle = [_idle(served, crawled) for _ in range(scale.repeats)]
        return Built(count, run, added, [run for run, _ in idle], max(asked for _, asked in idle))


def _idle(served: Served, folder: Path) -> tuple[Run, int]:
    served.counts()
    run = runs.crawl(served.site, folder)
    return run, served.counts().total()


def _memory(small: Built, large: Built) -> Row:
    ours, theirs = [large.run.peak_mb], [small.run.peak_mb]
    return Row(
        name="memory",
        what=f"memory of the main process at {large.posts:,} posts",
        unit="MB",
        ours=ours,
        baseline=f"at {small.posts:,} posts",
        theirs=theirs,
        targets={**at_most(1.2, ours, theirs), f"under {MEMORY_MB} MB": ours[0] < MEMORY_MB},
    )


def _growth(built: list[Built], scale: Scale) -> Iterator[Row]:
    base, *others = built
    for one in others:
        ours, theirs = ([_cost(each.run, each, each.posts)] for each in (one, base))
        yield Row(
            name=f"first_run_{one.posts}",
            what=f"a post of a first run of {one.posts:,} posts",
            unit="ms",
            ours=ours,
            baseline=f"of one of {base.posts:,} posts",
            theirs=theirs,
            targets=at_most(1.2, ours, theirs),
            note=_LESS,
        )
        ours, theirs = ([_cost(each.added, each, scale.added)] for each in (one, base))
        yield Row(
            name=f"new_post_at_{one.posts}",
            what=f"a new post with {one.posts:,} in the archive",
            unit="ms",
            ours=ours,
            baseline=f"with {base.posts:,} in it",
            theirs=theirs,
            targets=at_most(1.5, ours, theirs),
            note=f"{scale.added} posts at once; {_LESS}",
        )


_LESS = "the time of a run with nothing new is taken off"


def _cost(run: Run, built: Built, count: int) -> float:
    """Return the milliseconds for a post; the time of a run with nothing new is subtracted."""
    return 1000 * (run.seconds - median(idle.seconds for idle in built.idle)) / count


def _nothing_new(large: Built, first: list[float]) -> Row:
    ours = [run.seconds for run in large.idle]
    few = large.requests <= IDLE_REQUESTS
    return Row(
        name="nothing_new",
        what=f"a run with nothing new on {large.posts:,} posts",
        unit="s",
        ours=ours,
        baseline="a first run of 100 posts",
        theirs=first,
        targets={
            f"under {IDLE_SECONDS:g} s": median(ours) < IDLE_SECONDS,
            f"at most {IDLE_REQUESTS} requests": few,
        },
        note=f"{large.requests} requests, robots.txt included",
    )


def _sizes(large: Built, folder: Path) -> Iterator[Row]:
    """Compare with the posts as they came: one JSON line each, gzip over all of them."""
    crawled = folder / str(large.posts)
    sample = b"\n".join(posts.row(n, "http://127.0.0.1:8000", None) for n in range(SAMPLE))
    raw = [len(gzip.compress(sample)) / SAMPLE / 1000]
    for name, pattern in (("archive", "archive.sqlite*"), ("output", "output/**/*.jsonl")):
        found = sum(file.stat().st_size for file in crawled.glob(pattern) if file.is_file())
        ours = [found / large.posts / 1000]
        yield Row(
            name=f"{name}_size",
            what=f"the {name}, for a post",
            unit="kB",
            ours=ours,
            baseline="the posts as raw JSON, gzip",
            theirs=raw,
            targets=at_most(ARCHIVE_RATIO, ours, raw) if name == "archive" else {},
            note=_SIZE_NOTES[name],
        )


_SIZE_NOTES = {
    "archive": "each post compressed alone, so that one can be read: as it was normalized, and what"
    " the post as it came and its line have beside that; its indices; and what tells its story from"
    " others",
    "output": "plain lines: HTML, Markdown and text of each post",
}
