"""The processes that crawl simulated sites: a schedule, or workers that may be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import psutil
from scrapy.utils.project import get_project_settings
from sqlalchemy import func, select

from benchmarks import runs
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import posts
from newscrawl.archive.tables import runs as table_of_runs
from newscrawl.cluster import site_table
from newscrawl.cluster.install import install
from newscrawl.cluster.planner import turns_of
from newscrawl.cluster.site_table import SiteRow
from newscrawl.run_summary import COMPLETE
from newscrawl.schedule.due import Memory
from newscrawl.schedule.project_sites import read_sites

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Connection

SITE_DELAY: Final = 1.0
PUBLISHER_DELAY: Final = 5.0
"""Seconds between two requests to a host: the defaults of newscrawl."""

RATES: Final = {
    "DOWNLOAD_DELAY": SITE_DELAY,
    "NEWSCRAWL_ARTICLE_DELAY": PUBLISHER_DELAY,
    "NEWSCRAWL_CONTACT": "https://example.org/crawler",
}

GRACE_SECONDS: Final = 600


class Crawlers:
    """A schedule, or workers, of one archive.

    Args:
        folder: Gets the output, and the archive if it is SQLite.
        location: Of the archive.
        workers: How many workers; 0 for a schedule.
        at_once: The crawls of each process at once.
        settings: Of all crawls.

    Attributes:
        turns: When each site is due, if `start` spreads them: seconds of the monotonic clock, by
            the host of its address.
    """

    def __init__(
        self,
        folder: Path,
        location: str,
        *,
        workers: int,
        at_once: int,
        settings: Mapping[str, Any] = RATES,
    ) -> None:
        self.location = location
        self._settings = settings
        self._folder = folder
        self._workers = workers
        self._plan = folder / "sites.toml"
        self._plan.write_text(f'[schedule]\nat_once = {at_once}\njitter = "0s"\n')
        self._processes: list[subprocess.Popen[bytes]] = []
        self._lost_cpu = 0.0
        self.turns: dict[str, float] = {}

    def start(self, urls: list[str], period: int, *, spread: bool = False) -> None:
        """Put sites into the archive's table, and start to crawl them once a period.

        Args:
            spread: Whether the sites become due one after the other, within the first period;
                else all are due at once. Only with workers.
        """
        file = self._folder / "urls.txt"
        file.write_text("\n".join(urls))
        state = self._state()
        words = ["sites", "import", str(file), "--every", f"{period}s", *state]
        runs.command([sys.executable, "-m", "scrapy", *words])
        if spread:
            self._spread(period)
        for _ in range(self._workers or 1):
            self._start_one()

    def _spread(self, period: int) -> None:
        """Give each site a last turn as if it had been crawled within the period before."""
        with closing(Archive.open(self.location)) as archive:
            archive.call(install)
            entries = read_sites(get_project_settings(), self._plan, archive).entries
            now = archive.read(site_table.database_time)
            rows = []
            for number, entry in enumerate(entries, 1):
                due = now + timedelta(seconds=period * number / len(entries))
                turn = due - timedelta(seconds=period)
                memory = Memory(since=turn, turn=turn, ended=turn, result=COMPLETE)
                rows.append((SiteRow(name=entry.name, memory=memory, turns=turns_of(entry)), due))
                host = str(urlsplit(entry.url).hostname)
                self.turns[host] = time.monotonic() + period * number / len(entries)
            archive.call(site_table.save, rows)

    def _start_one(self) -> None:
        common = {"NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.0/8", "LOG_LEVEL": "WARNING"}
        settings = {**common, **self._settings}
        given = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        command = "worker" if self._workers else "schedule"
        self._processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "scrapy", command, str(self._plan), *given, *self._state()],
                cwd=runs.PROJECT,
                env=runs.environment(),
                stdout=subprocess.DEVNULL,
            )
        )

    def _state(self) -> list[str]:
        return runs.state_words(self._folder, self.location)

    def check(self) -> None:
        """Raise a `RuntimeError` if a process has ended."""
        for process in self._processes:
            if process.poll() is not None:
                raise RuntimeError(f"{process.args!r} ended with {process.returncode}")

    def replace_one(self) -> None:
        """Kill the oldest worker and all its processes, and start another one."""
        process = self._processes.pop(0)
        self._lost_cpu += _cpu(process)
        _kill(process)
        self._start_one()

    def kill(self) -> None:
        """Kill all processes."""
        for process in self._processes:
            _kill(process)

    def cpu(self) -> float:
        """Return the CPU seconds of all processes, those that ended or were killed included."""
        return self._lost_cpu + sum(map(_cpu, self._processes))

    def memory_mb(self) -> float:
        """Return the memory of all processes; pages that several share count once."""
        return sum(map(runs.memory_mb, self._processes))

    def count_ended(self) -> tuple[int, int]:
        """Return how many crawls have a verdict, and of how many sites."""
        with closing(Archive.open(self.location)) as archive:
            return archive.read(_count_ended)

    def count_unpublished(self) -> int:
        """Return how many posts wait for their record."""
        with closing(Archive.open(self.location)) as archive:
            return archive.read(_count_unpublished)

    def stop(self) -> None:
        """Let all crawls end with a verdict, and wait for that."""
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _count_ended(connection: Connection) -> tuple[int, int]:
    counts = select(func.count(), func.count(table_of_runs.c.site_id.distinct()))
    row = connection.execute(counts.where(table_of_runs.c.verdict.is_not(None))).one()
    return row[0], row[1]


def _count_unpublished(connection: Connection) -> int:
    return connection.execute(select(func.count()).where(posts.c.stale)).scalar_one()


def _kill(process: subprocess.Popen[bytes]) -> None:
    for member in runs.family(process):
        with suppress(psutil.Error):
            member.kill()
    process.wait()


def _cpu(process: subprocess.Popen[bytes]) -> float:
    total = 0.0
    for member in runs.family(process):
        with suppress(psutil.Error):
            total += sum(member.cpu_times()[:4])
    return total
