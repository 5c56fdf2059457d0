"""A first crawl of posts and articles, beside a plain Scrapy spider on the same articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row, at_least, at_most
from benchmarks.server import World, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.runs import Run
    from benchmarks.scale import Scale

PUBLISHERS = 100
BASELINE = "a Scrapy spider that calls trafilatura, articles only"


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Crawl with both in turn; the first pair warms up."""
    ours: list[Run] = []
    plain: list[Run] = []
    with serving(World(posts=scale.articles, publishers=PUBLISHERS)) as served:
        urls = folder / "urls"
        urls.write_text("\n".join(served.articles))
        for turn in range(scale.repeats + 1):
            state = folder / str(turn)
            state.mkdir()
            ours.append(runs.crawl(served.site, state))
            feed = str(state / "articles.jsonl")
            plain.append(runs.spider("articles", f"urls={urls}", "-O", feed, folder=state))
    yield from _rows(scale.articles, ours[1:], plain[1:])


def _rows(count: int, ours: list[Run], plain: list[Run]) -> Iterator[Row]:
    speed = [count / run.seconds for run in ours]
    theirs = [count / run.seconds for run in plain]
    yield Row(
        name="crawl_speed",
        what=f"articles a second in a first crawl of {count:,} posts and articles",
        unit="/s",
        ours=speed,
        baseline=BASELINE,
        theirs=theirs,
        targets=at_least(2.2, speed, theirs),
        note="from start to exit of the process",
    )
    cpu, others = [run.all_cpu for run in ours], [run.all_cpu for run in plain]
    yield Row(
        name="crawl_cpu",
        what="CPU of all processes of the same crawl",
        unit="s",
        ours=cpu,
        baseline=BASELINE,
        theirs=others,
        targets=at_most(0.75, cpu, others),
        note="posts, records and files included",
    )
