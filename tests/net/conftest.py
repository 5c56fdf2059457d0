"""Fetching as a crawl does it: Scrapy's engine in a process of its own, against real sockets."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.store import Archive
from tests.net.server import Server

PROGRAM = Path(__file__).with_name("crawl.py")
ROOT = PROGRAM.parents[2]


@dataclass
class Report:
    """What a crawl told: its answers in the order of the asks, and its log."""

    answers: list[dict[str, Any]]
    log: str
    errors: list[str] = field(default_factory=list)
    traffic: dict[str, dict[str, int]] = field(default_factory=dict)
    waiting: dict[str, float] = field(default_factory=dict)
    peak_rss: int = 0

    @property
    def outcomes(self) -> list[str | int]:
        """The outcome of each answer, or its status where an answer came."""
        return [answer["outcome"] or answer["status"] for answer in self.answers]


Crawl = Callable[..., Report]


@pytest.fixture(scope="session")
def crawler() -> Iterator[subprocess.Popen[str]]:
    """The process that crawls are forked from."""
    with subprocess.Popen(
        [sys.executable, "-W", "default", "-m", "tests.net.crawl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive to copy, as making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("archive") / "archive.sqlite"
    Archive.open(str(path)).close()
    return path


@pytest.fixture
def crawl(tmp_path: Path, crawler: subprocess.Popen[str], empty_archive: Path) -> Crawl:
    """Ask for URLs: ``crawl([url, {"url": ..., "kind": "api"}, ...], NAME=value)``.

    All at once, or with ``steps=[[...], [...]]`` some after others. Crawls of one test share an
    archive.
    """
    archive = tmp_path / "archive.sqlite"
    shutil.copy(empty_archive, archive)

    def run(
        asks: list[Any] | None = None,
        *,
        steps: list[list[Any]] | None = None,
        names: dict[str, list[list[str]]] | None = None,
        environment: dict[str, str] | None = None,
        **settings: Any,
    ) -> Report:
        report, log = tmp_path / "report.json", tmp_path / "log.txt"
        plan = {
            "report": str(report),
            "log": str(log),
            "names": names or {},
            "environment": environment or {},
            "steps": [
                [ask if isinstance(ask, dict) else {"url": ask} for ask in step]
                for step in (steps or [asks or []])
            ],
            "settings": {
                "NEWSCRAWL_ARCHIVE": str(archive),
                "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.1/32",
                "NEWSCRAWL_CONTACT": "tests@newscrawl.example",
                "DOWNLOAD_DELAY": 0,
                "LOG_LEVEL": "INFO",
                **settings,
            },
        }
        assert crawler.stdin is not None
        assert crawler.stdout is not None
        print(json.dumps(plan), file=crawler.stdin, flush=True)
        code, told = crawler.stdout.readline().strip(), log.read_text()
        assert code == "0", told
        assert "Traceback" not in told, told
        assert "Warning" not in told, told
        return Report(log=told, **json.loads(report.read_text()))

    return run


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
