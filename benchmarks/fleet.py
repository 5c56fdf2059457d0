"""``python -m benchmarks.fleet``: thousands of sites due in a period, on this computer.

One server answers for all sites and publishers. A schedule first crawls all sites; then, as the
measured part, each once a period, while a few publish a post with an article. The server's log and
the output files judge the crawler. ``--sites 10000 --seconds 3600`` is the full run; the default
has the same load with a period of three minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import psutil

from benchmarks import runs
from benchmarks.figures import Row, table
from benchmarks.fleet_server import Fleet, Log, serving_fleet
from newscrawl.archive.database import Archive
from newscrawl.archive.runs import latest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SITE_DELAY: Final = 1.0
PUBLISHER_DELAY: Final = 5.0
"""Seconds between two requests to a host: the defaults of newscrawl."""

TOLERANCE: Final = 0.9
"""Requests may come so much earlier than their delay: what is measured is when they arrive."""

LATE: Final = 1.1
"""A site may be asked so many periods after the time before."""

LOOK_SECONDS: Final = 2.0
GRACE_SECONDS: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The measured part of a run.

    Attributes:
        began: Seconds of the monotonic clock.
        ended: The same.
        cpu: Seconds of all processes of the schedule.
        crawls: Crawls that ended.
        memory_mb: The most memory that all processes of the schedule had, shared pages once.
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
    ):
        folder = Path(name)
        schedule = _started(folder, served.sites, options)
        try:
            _wait_for_first_crawls(folder, schedule, fleet.sites)
            # A first crawl that took longer than the period moves the next turn of its site.
            time.sleep(options.seconds)
            count = served.publish_news(options.seconds)
            measured = _watched(folder, schedule, 2.2 * options.seconds)
        finally:
            _stop(schedule)
        rows = list(judged(served.log(), measured, options.seconds, folder / "output"))
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
    parser.add_argument("--json", type=Path, help="where the figures go")
    return parser.parse_args()


def _started(
    folder: Path, sites: list[str], options: argparse.Namespace
) -> subprocess.Popen[bytes]:
    """Put the sites into the archive's table, and start the schedule."""
    urls, plan = folder / "urls.txt", folder / "sites.toml"
    urls.write_text("\n".join(sites))
    plan.write_text(f'[schedule]\nat_once = {options.at_once}\njitter = "0s"\n')
    state = runs.state_words(folder)
    runs.command(
        [
            *(sys.executable, "-m", "scrapy", "sites", "import", str(urls)),
            *("--every", f"{options.seconds}s", *state),
        ]
    )
    rates = {
        "DOWNLOAD_DELAY": SITE_DELAY,
        "NEWSCRAWL_ARTICLE_DELAY": PUBLISHER_DELAY,
        "NEWSCRAWL_CONTACT": "https://example.org/crawler",
        "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.0/8",
        "LOG_LEVEL": "WARNING",
    }
    given = [word for name, value in rates.items() for word in ("-s", f"{name}={value}")]
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "schedule", str(plan), *given, *state],
        cwd=runs.PROJECT,
        env=runs.environment(),
        stdout=subprocess.DEVNULL,
    )


def _wait_for_first_crawls(folder: Path, schedule: subprocess.Popen[bytes], sites: int) -> None:
    with closing(Archive.open(str(folder / "archive.sqlite"))) as archive:
        while sum(run.verdict is not None for run in archive.read(latest)) < sites:
            if schedule.poll() is not None:
                raise RuntimeError(f"the schedule ended with {schedule.returncode}")
            time.sleep(LOOK_SECONDS)


def _watched(folder: Path, schedule: subprocess.Popen[bytes], seconds: float) -> Measured:
    """Wait, and return what the schedule cost in this time."""
    process = psutil.Process(schedule.pid)
    began, cpu, memory = time.monotonic(), _cpu(process), 0
    crawls = _count_crawls(folder)
    while time.monotonic() < began + seconds:
        time.sleep(LOOK_SECONDS)
        memory = max(memory, _memory(process))
    return Measured(
        began=began,
        ended=time.monotonic(),
        cpu=_cpu(process) - cpu,
        crawls=_count_crawls(folder) - crawls,
        memory_mb=memory / 1e6,
    )


def _count_crawls(folder: Path) -> int:
    from sqlalchemy import func, select

    from newscrawl.archive.tables import runs as table_of_runs

    with closing(Archive.open(str(folder / "archive.sqlite"))) as archive:
        return archive.read(
            lambda connection: connection.execute(
                select(func.count()).where(table_of_runs.c.verdict.is_not(None))
            ).scalar_one()
        )


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _cpu(process: psutil.Process) -> float:
    """Return the CPU seconds of all processes, those that ended included."""
    total = 0.0
    for member in _family(process):
        with suppress(psutil.Error):
            total += sum(member.cpu_times()[:4])
    return total


def _memory(process: psutil.Process) -> int:
    total = 0
    for member in _family(process):
        with suppress(psutil.Error):
            total += member.memory_full_info().pss
    return total


def _stop(schedule: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.kill(schedule.pid, signal.SIGTERM)
    try:
        schedule.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        schedule.kill()


# --- The verdict --------------------------------------------------------------------------------


def judged(log: Log, measured: Measured, period: float, output: Path) -> Iterator[Row]:
    """Yield the rows of the table, from the server's log and the output files."""
    gap = max(longest_gap(log.crawls[host], measured) for host in log.published)
    yield Row(
        name="fleet_gap",
        what=f"the longest time between two crawls of one of {len(log.published)} sites",
        unit="periods",
        ours=[gap / period],
        targets={f"at most {LATE:g}": gap <= LATE * period},
    )
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
        what=f"CPU of a crawl, all processes of the schedule, {measured.crawls} crawls",
        unit="s",
        ours=[measured.cpu / max(1, measured.crawls)],
    )
    yield Row(
        name="fleet_memory",
        what="memory of all processes of the schedule",
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
