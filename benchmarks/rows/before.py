"""The present code beside another checkout of newscrawl: CPU, memory and disk of whole crawls."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import posts, runs
from benchmarks.figures import Row, at_most
from benchmarks.server import World, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.runs import Run
    from benchmarks.scale import Scale
    from benchmarks.server import Served

BEFORE = "NEWSCRAWL_BEFORE"
"""The environment variable that names the other checkout, after ``uv sync`` in it."""
PUBLISHERS = 100
Pairs = dict[bool, list["Run"]]
"""Runs by whether they are of the present code."""


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Crawl with both checkouts in turn: posts only, then posts with their articles."""
    other = os.environ.get(BEFORE)
    if other is None:
        raise SystemExit(f"{BEFORE} is not set: name the folder of another checkout of newscrawl")
    before = Path(other).resolve()
    yield from _walk(scale, folder / "walk", before)
    yield from _articles(scale, folder / "articles", before)


def _walk(scale: Scale, folder: Path, before: Path) -> Iterator[Row]:
    with serving(World(posts=scale.wordpress_posts)) as served:
        found = _in_turn(scale, folder, before, served, "-a", "articles=0")
    cpu = {ours: [run.all_cpu for run in done] for ours, done in found.items()}
    yield _row("cpu_walk", f"CPU of a walk of {scale.wordpress_posts:,} posts", "s", 0.45, cpu)
    sample = b"\n".join(posts.row(n, served.site, None) for n in range(scale.wordpress_posts))
    gzipped = len(gzip.compress(sample)) / scale.wordpress_posts / 1000
    kept = {ours: _sizes(folder, ours, scale) for ours in found}
    ratios = ", ".join(f"{kept[ours][-1] / gzipped:.2f} ×" for ours in (True, False))
    note = f"beside the posts as raw JSON, gzip: {ratios}"
    row = _row("archive_before", "the archive, for a post", "kB", 0.75, kept)
    yield replace(row, note=note)


def _articles(scale: Scale, folder: Path, before: Path) -> Iterator[Row]:
    with serving(World(posts=scale.articles, publishers=PUBLISHERS)) as served:
        found = _in_turn(scale, folder, before, served)
    what = f"{scale.articles:,} posts and articles"
    for name, measured, unit, most in (
        ("cpu_crawl", "CPU of all processes", "s", 0.6),
        ("cpu_own", "CPU of the crawler's own process", "s", 0.6),
        ("memory_all", "memory of all processes at its peak (PSS)", "MB", 0.6),
    ):
        figures = {ours: [_figure(run, name) for run in done] for ours, done in found.items()}
        yield _row(name, f"{measured}, {what}", unit, most, figures)


def _figure(run: Run, name: str) -> float:
    return {"cpu_crawl": run.all_cpu, "cpu_own": run.cpu, "memory_all": run.all_mb}[name]


def _in_turn(scale: Scale, folder: Path, before: Path, served: Served, *arguments: str) -> Pairs:
    """Crawl into new archives, with both checkouts in turn; the first pair warms up."""
    found: Pairs = {False: [], True: []}
    for turn in range(scale.repeats + 1):
        for ours, done in found.items():
            state = folder / f"{ours}-{turn}"
            state.mkdir(parents=True)
            project = runs.PROJECT if ours else before
            done.append(runs.crawl(served.site, state, *arguments, project=project))
    return {ours: done[1:] for ours, done in found.items()}


def _sizes(folder: Path, ours: bool, scale: Scale) -> list[float]:
    archives = sorted(folder.glob(f"{ours}-*"))
    sizes = (sum(file.stat().st_size for file in one.glob("archive.sqlite*")) for one in archives)
    return [size / scale.wordpress_posts / 1000 for size in sizes]


def _row(name: str, what: str, unit: str, most: float, found: dict[bool, list[float]]) -> Row:
    return Row(
        name=name,
        what=what,
        unit=unit,
        ours=found[True],
        baseline="the other checkout",
        theirs=found[False],
        targets=at_most(most, found[True], found[False]),
    )
