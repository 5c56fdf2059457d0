"""Fetching as a crawl does it: Scrapy's engine in a process of its own, against real sockets."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.net.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(__file__).with_name("crawl.py")
ROOT = PROGRAM.parents[2]


@dataclass
class Report:
    """The report of a crawl: its answers in the order of the requests, and its log."""

    answers: list[dict[str, Any]]
    log: str
    errors: list[str] = field(default_factory=list)
    traffic: dict[str, dict[str, int]] = field(default_factory=dict)
    waiting: dict[str, float] = field(default_factory=dict)
    peak_rss: int = 0

    @property
    def outcomes(self) -> list[str | int]:
        """The outcome of each answer, or its status if it has no outcome."""
        return [answer["outcome"] or answer["status"] for answer in self.answers]


class Crawler:
    """A process that crawls are forked from, one after the other; started when it is needed."""

    @cached_property
    def _process(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "default", "-m", "tests.net.crawl"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def start(self, plan: dict[str, Any]) -> None:
        """Start the crawl of a plan."""
        assert self._process.stdin is not None
        print(json.dumps(plan), file=self._process.stdin, flush=True)

    def end(self, plan: dict[str, Any]) -> Report:
        """Return the report of a plan that was started, when it is carried out."""
        assert self._process.stdout is not None
        code, told = self._process.stdout.readline().strip(), Path(plan["log"]).read_text()
        assert code == "0", told
        assert "Traceback" not in told, told
        assert "Warning" not in told, told
        return Report(log=told, **json.loads(Path(plan["report"]).read_text()))

    def close(self) -> None:
        if "_process" in vars(self):
            with self._process:
                assert self._process.stdin is not None
                self._process.stdin.close()


@pytest.fixture(scope="session")
def crawlers() -> Iterator[list[Crawler]]:
    """Two processes that crawl, for those that share an archive."""
    crawlers = [Crawler(), Crawler()]
    yield crawlers
    for crawler in crawlers:
        crawler.close()


class Crawl:
    """Asks for URLs: ``crawl([url, {"url": ..., "kind": "api"}, ...], NAME=value)``.

    All at once, or with ``steps=[[...], [...]]`` some after others. Crawls of one test share an
    archive.
    """

    def __init__(self, folder: Path, crawlers: list[Crawler]) -> None:
        self.archive = folder / "archive.sqlite"
        self._folder = folder
        self._crawlers = crawlers

    def __call__(self, asks: list[Any] | None = None, **more: Any) -> Report:
        return self.at_once(asks or [], processes=1, **more)[0]

    def at_once(self, asks: list[Any], *, processes: int = 2, **more: Any) -> list[Report]:
        """Ask for the same in several processes at the same time."""
        crawlers = self._crawlers[:processes]
        plans = [self._plan(number, asks, **more) for number, _ in enumerate(crawlers)]
        for crawler, plan in zip(crawlers, plans, strict=True):
            crawler.start(plan)
        return [crawler.end(plan) for crawler, plan in zip(crawlers, plans, strict=True)]

    def _plan(
        self,
        number: int,
        asks: list[Any],
        *,
        steps: list[list[Any]] | None = None,
        names: dict[str, list[list[str]]] | None = None,
        environment: dict[str, str] | None = None,
        **settings: Any,
    ) -> dict[str, Any]:
        return {
            "report": str(self._folder / f"report-{number}.json"),
            "log": str(self._folder / f"log-{number}.txt"),
            "names": names or {},
            "environment": environment or {},
            "steps": [
                [ask if isinstance(ask, dict) else {"url": ask} for ask in step]
                for step in (steps or [asks])
            ],
            "settings": {
                "NEWSCRAWL_ARCHIVE": str(self.archive),
                "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.1/32",
                "NEWSCRAWL_CONTACT": "tests@newscrawl.example",
                "DOWNLOAD_DELAY": 0,
                "LOG_LEVEL": "INFO",
                **settings,
            },
        }


@pytest.fixture
def crawl(tmp_path: Path, crawlers: list[Crawler], empty_archive: Path) -> Crawl:
    """Crawls that share an archive, which is empty at first."""
    shutil.copy(empty_archive, tmp_path / "archive.sqlite")
    return Crawl(tmp_path, crawlers)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on the one address that crawls of these tests may connect to."""
    with Server() as server:
        yield server


@pytest.fixture
def canaries() -> Iterator[list[Server]]:
    """Servers on addresses that nobody may connect to."""
    with Server(address="127.0.0.2") as second, Server(address="::1") as sixth:
        yield [second, sixth]
