"""Fetching as a crawl does it: Scrapy's engine in a process of its own, against real sockets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture
def crawl(tmp_path: Path) -> Crawl:
    """Ask for URLs: ``crawl([url, {"url": ..., "kind": "api"}, ...], NAME=value)``.

    All at once, or with ``steps=[[...], [...]]`` some after others. Crawls of one test share an
    archive.
    """

    def run(
        asks: list[Any] | None = None,
        *,
        steps: list[list[Any]] | None = None,
        names: dict[str, list[list[str]]] | None = None,
        environment: dict[str, str] | None = None,
        **settings: Any,
    ) -> Report:
        plan = {
            "names": names or {},
            "steps": [
                [ask if isinstance(ask, dict) else {"url": ask} for ask in step]
                for step in (steps or [asks or []])
            ],
            "settings": {
                "NEWSCRAWL_ARCHIVE": str(tmp_path / "archive.sqlite"),
                "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.1/32",
                "NEWSCRAWL_CONTACT": "tests@newscrawl.example",
                "DOWNLOAD_DELAY": 0,
                "LOG_LEVEL": "INFO",
                **settings,
            },
        }
        done = subprocess.run(
            [sys.executable, "-W", "default", "-m", "tests.net.crawl"],
            input=json.dumps(plan),
            capture_output=True,
            text=True,
            timeout=120,
            cwd=ROOT,
            env=os.environ | (environment or {}),
        )
        assert done.returncode == 0, done.stderr
        report = Report(log=done.stderr, **json.loads(done.stdout))
        assert "Traceback" not in report.log, report.log
        assert "Warning" not in report.log, report.log
        return report

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
