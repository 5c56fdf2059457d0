"""``python -m benchmarks.fleet``: thousands of sites due in a period, on this computer.

One server answers for all sites and publishers. A schedule, or workers, first crawl all sites;
then, as the measured part, each once a period, while a few publish a post with an article. The
server's log and the output files judge the crawler. ``--sites 10000 --seconds 3600`` is the full
run; the default has the same load with a period of three minutes. ``--workers 4`` runs ``scrapy
worker`` on a PostgreSQL of its own; ``--kill-every 60 --restarts 2`` kills workers and restarts it.

``--first`` measures the first crawls instead: new sites become due one after the other within one
period, and some have a post with an article. It takes a third of the time.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from benchmarks.figures import Row, table
from benchmarks.fleet_crawlers import PUBLISHER_DELAY, SITE_DELAY, Crawlers
from benchmarks.fleet_server import Fleet, Log, serving_fleet
from tests.postgresql import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.postgresql import PostgreSQL

    Fault = tuple[float, Callable[[], None]]
    """A second of the measured part, and what happens then."""

TOLERANCE: Final = 0.9
"""Requests may come so much earlier than their delay: what is measured is when they arrive."""

LATE: Final = 1.1
"""A site may be asked so many periods after the time before."""

LOOK_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The measured part of a run.

    Attributes:
        began: Seconds of the monotonic clock.
        ended: The same.
        cpu: Seconds of all processes of newscrawl.
        crawls: Crawls that ended.
        memory_mb: The most memory that all processes of newscrawl had, shared pages once.
    """

    began: float
    ended: float
    cpu: float
    crawls: int
    memory_mb: float


def main() -> int:
    """Run the simulation and print its table; the exit code is 1 if a target is missed."""
    options = _options()
    fleet = Fleet(
        sites=options.sites,
        publishers=options.publishers,
        largest=options.largest,
        news=options.news,
    )
    with (
        tempfile.TemporaryDirectory(prefix="benchmark-fleet-") as name,
        serving_fleet(fleet) as served,
        running() if options.workers and not options.archive else nullcontext() as database,
    ):
        folder = Path(name)
        own = database.new_database() if database else str(folder / "archive.sqlite")
        location = options.archive or own
        crawlers = Crawlers(folder, location, workers=options.workers, at_once=options.at_once)
        try:
            if options.first:
                count = served.publish_news(0)
                crawlers.start(served.sites, options.seconds, spread=True)
            else:
                crawlers.start(served.sites, options.seconds)
                _wait_for_first_crawls(crawlers, fleet.sites)
                # A first crawl that took longer than the period moves the next turn of its site.
                time.sleep(options.seconds)
                count = served.publish_news(options.seconds)
            seconds = options.seconds * (1 if options.first else 2.2)
            measured = _watched(crawlers, seconds, _faults(crawlers, database, seconds, options))
            if options.first:
                _wait_for_first_crawls(crawlers, fleet.sites)
                _wait_for_articles(crawlers)
        finally:
            crawlers.stop()
        log, output = served.log(), folder / "output"
        gaps = late_rows(log, crawlers.turns, options.seconds) if options.first else ()
        rows = [*(gaps or gap_rows(log, measured, options.seconds)), *judged(log, measured, output)]
    print(table(rows))
    print(f"\n{fleet}, {options.seconds:g} s, {count} posts published, {measured}")
    if options.json:
        options.json.write_text(json.dumps([row.as_dict() for row in rows], indent=1) + "\n")
    return int(not all(met for row in rows for met in row.targets.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet", description=__doc__)
    parser.add_argument("--sites", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=180, help="in which each site is due once")
    parser.add_argument("--publishers", type=int, default=100)
    parser.add_argument("--news", type=float, default=0.03, help="share of the sites")
    parser.add_argument("--largest", type=int, default=200, help="posts of the largest site")
    parser.add_argument("--at-once", type=int, default=100, help="crawls at once")
    parser.add_argument("--archive", help="database URL (default: a new archive)")
    parser.add_argument("--workers", type=int, default=0, help="scrapy worker, not schedule")
    parser.add_argument("--kill-every", type=float, default=0, help="seconds: kill a worker")
    parser.add_argument("--restarts", type=int, default=0, help="of the workers' database")
    parser.add_argument("--first", action="store_true", help="measure the first crawls")
    parser.add_argument("--json", type=Path, help="where the figures go")
    return parser.parse_args()


def _wait_for_first_crawls(crawlers: Crawlers, sites: int) -> None:
    while crawlers.count_ended()[1] < sites:
        crawlers.check()
        time.sleep(LOOK_SECONDS)


def _wait_for_articles(crawlers: Crawlers) -> None:
    while crawlers.count_unpublished():
        crawlers.check()
        time.sleep(LOOK_SECONDS)


def _faults(
    crawlers: Crawlers,
    database: PostgreSQL | None,
    seconds: float,
    options: argparse.Namespace,
) -> list[Fault]:
    """Return the faults of the measured part, each with its second, in the order of time."""
    faults: list[Fault] = []
    if options.kill_every:
        count = int(seconds / options.kill_every)
        faults += [(options.kill_every * (n + 1), crawlers.replace_one) for n in range(count)]
    if database is not None:
        ends = options.restarts + 1
        faults += [(seconds * n / ends, partial(_restart, database)) for n in range(1, ends)]
    return sorted(faults, key=lambda fault: fault[0])


def _restart(database: PostgreSQL) -> None:
    database.stop()
    time.sleep(LOOK_SECONDS)
    database.start()


def _watched(crawlers: Crawlers, seconds: float, faults: list[Fault]) -> Measured:
    """Wait, do the faults when it is time to, and return what the crawls cost."""
    began, cpu, memory_mb = time.monotonic(), crawlers.cpu(), 0.0
    crawls = crawlers.count_ended()[0]
    while time.monotonic() < began + seconds:
        time.sleep(LOOK_SECONDS)
        memory_mb = max(memory_mb, crawlers.memory_mb())
        while faults and time.monotonic() > began + faults[0][0]:
            faults.pop(0)[1]()
    return Measured(
        began=began,
        ended=time.monotonic(),
        cpu=crawlers.cpu() - cpu,
        crawls=crawlers.count_ended()[0] - crawls,
        memory_mb=memory_mb,
    )


# --- The verdict --------------------------------------------------------------------------------


def gap_rows(log: Log, measured: Measured, period: float) -> list[Row]:
    """Return the row about the times between two crawls of a site."""
    gap = max(longest_gap(log.crawls[host], measured) for host in log.published)
    return [
        Row(
            name="fleet_gap",
            what=f"the longest time between two crawls of one of {len(log.published)} sites",
            unit="periods",
            ours=[gap / period],
            targets={f"at most {LATE:g}": gap <= LATE * period},
            note=f"{max(0.0, gap - period):.0f} s more than a period",
        )
    ]


def late_rows(log: Log, turns: dict[str, float], period: float) -> list[Row]:
    """Return the row about the times from the turn of a site to its first request.

    Args:
        turns: Seconds of the monotonic clock, by the address of the site.
    """
    late = [min(log.crawls[host], default=float("inf")) - turn for host, turn in turns.items()]
    return [
        Row(
            name="fleet_late",
            what=f"the longest time from the turn of one of {len(late)} sites to its first request",
            unit="periods",
            ours=[max(late) / period],
            targets={f"at most {LATE - 1:.1f}": max(late) <= (LATE - 1) * period},
            note=f"{max(late):.0f} s; 99 of 100 sites waited at most"
            f" {quantiles(late, n=100)[-1]:.0f} s",
        )
    ]


def judged(log: Log, measured: Measured, output: Path) -> Iterator[Row]:
    """Yield the other rows of the table, from the server's log and the output files."""
    early = [
        earliest(times, SITE_DELAY if host in log.published else PUBLISHER_DELAY)
        for host, times in log.times.items()
    ]
    yield Row(
        name="fleet_rate",
        what=f"the shortest time between two requests to one of {len(early)} hosts",
        unit="delays",
        ours=[min(early)],
        targets={f"at least {TOLERANCE:g}": min(early) >= TOLERANCE},
    )
    lost, doubled = lost_and_doubled(log.published, output.glob("*/posts-*.jsonl"))
    yield Row(
        name="fleet_posts",
        what=f"posts lost or doubled, of {sum(log.published.values())}",
        unit="posts",
        ours=[float(lost + doubled)],
        targets={"none": not lost and not doubled},
    )
    yield Row(
        name="fleet_cpu",
        what=f"CPU of a crawl, all processes of newscrawl, {measured.crawls} crawls",
        unit="s",
        ours=[measured.cpu / max(1, measured.crawls)],
    )
    yield Row(
        name="fleet_memory",
        what="memory of all processes of newscrawl",
        unit="MB",
        ours=[measured.memory_mb],
    )


def longest_gap(crawls: list[float], measured: Measured) -> float:
    """Return the longest time without a crawl of a site, in seconds of the measured part."""
    before = [moment for moment in crawls if moment <= measured.began][-1:] or [measured.began]
    inside = [moment for moment in crawls if measured.began < moment <= measured.ended]
    return max(later - earlier for earlier, later in pairwise([*before, *inside, measured.ended]))


def earliest(times: list[float], delay: float) -> float:
    """Return the shortest time between two requests, in delays.

    >>> earliest([1.0, 3.0, 4.5], 1.0)
    1.5
    """
    gaps = (later - earlier for earlier, later in pairwise(sorted(times)))
    return min(gaps, default=float("inf")) / delay


def lost_and_doubled(published: dict[str, int], files: Iterable[Path]) -> tuple[int, int]:
    """Return how many posts have no record, and how many revisions stand in the files twice.

    Args:
        published: The number of posts of each site, by its address.
        files: The output files of all sites.
    """
    revisions: Counter[tuple[str, int]] = Counter()
    posts: Counter[str] = Counter()
    for file in files:
        for line in file.read_bytes().splitlines():
            record = json.loads(line)
            revisions[record["guid"], record["revision"]] += 1
            if record["change"] == "created":
                posts[str(urlsplit(record["guid"]).hostname)] += 1
    lost = sum(max(0, count - posts[address]) for address, count in published.items())
    return lost, sum(count - 1 for count in revisions.values())


if __name__ == "__main__":
    sys.exit(main())
