"""The CPU time of ``scrapy extract --again``, beside the extractor alone on the same pages."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row, at_most
from benchmarks.server import World, serving
from newscrawl.archive.database import Archive
from newscrawl.archive.page_cache import kept_pages, unpack_page
from newscrawl.extract.page import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.scale import Scale
    from newscrawl.net.response import Answer


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Crawl articles once, then read their kept pages again in both ways, in turn."""
    count = scale.articles
    with serving(World(posts=count, publishers=scale.publishers)) as served:
        runs.crawl(served.site, folder)
    answers = _answers(folder, count)
    again, alone = [], []
    for turn in range(-1, scale.repeats):  # the first one warms up
        idle = _again(folder)
        _make_old(folder)
        read = _again(folder)
        if turn >= 0:
            again.append(1000 * (read - idle) / count)
            alone.append(_alone(answers))
    yield Row(
        name="cpu_reread",
        what="CPU of extract --again for a page",
        unit="ms",
        ours=again,
        baseline="the extractor alone, in one process",
        theirs=alone,
        targets=at_most(1.15, again, alone),
        note=f"{count:,} pages; the time of a run with nothing to read is taken off, that of the"
        " start of the workers is not",
    )


def _again(folder: Path) -> float:
    run = runs.scrapy("extract", "--again", *runs.state_words(folder), folder=folder)
    return run.all_cpu


def _make_old(folder: Path) -> None:
    """Let all articles seem to be read by an earlier extractor."""
    with closing(sqlite3.connect(folder / "archive.sqlite")) as connection, connection:
        connection.execute("UPDATE articles SET read_by = 'an earlier one'")


def _answers(folder: Path, count: int) -> list[Answer]:
    archive = Archive.open(str(folder / "archive.sqlite"))
    found = archive.read(kept_pages, [], after=(0, 0), limit=count)
    archive.close()
    return [unpack_page(page, robots="allowed") for _, page, _ in found]


def _alone(answers: list[Answer]) -> float:
    """Return the milliseconds of CPU time for a page."""
    read_page(answers[0])
    started = time.process_time()
    for answer in answers:
        read_page(answer)
    return 1000 * (time.process_time() - started) / len(answers)
