"""Sites of a schedule, and programs that stand in for their crawls."""

import asyncio
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

import pytest

from newscrawl.schedule.crawl_process import CrawlProcess
from newscrawl.schedule.plan import Entry, Plan
from newscrawl.schedule.scheduler import Environment, Scheduler
from newscrawl.schedule.triggers import Cadence, Cron, Every

if TYPE_CHECKING:
    from newscrawl.archive.database import Archive

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOURLY = Every(timedelta(hours=1))
WAIT_SECONDS = 60


def cron(expression: str, zone: str = "UTC") -> Cron:
    return Cron.parse(expression, ZoneInfo(zone))


def make_entry(name: str = "one", cadence: Cadence = HOURLY, **changes: Any) -> Entry:
    """A site without jitter, each name another site."""
    values: dict[str, Any] = {
        "name": name,
        "spider": "wordpress",
        "url": f"https://{name}.example/",
        "key": f"{name}.example",
        "cadence": cadence,
        "zone": ZoneInfo("UTC"),
        "jitter": timedelta(0),
    }
    return Entry(**{**values, **changes})


class Stage:
    """A schedule under a clock that moves only while nothing is crawled.

    Attributes:
        programs: By site, what stands in for its crawl; a site without one ends well at once.
        starts: What was crawled, and when: ("one", "12:00").
        most: The most crawls that were under way at once.
        while_crawled: Called when the schedule waits for a crawl.
    """

    def __init__(self, folder: Path, *entries: Entry, **limits: Any) -> None:
        self.moment = NOON
        self.until = NOON
        self.programs: dict[str, list[str]] = {}
        self.starts: list[tuple[str, str]] = []
        self.most = 0
        self.while_crawled: Callable[[], object] = lambda: None
        self.folder = folder
        self.archive: Archive | None = None
        self.keep_lock: Callable[[], bool] = lambda: True
        self.plan = Plan(entries=entries, **limits)

    def run(self, *, hours: float = 0, once: bool = False) -> int:
        """Run the schedule for so many hours of its clock, or once; return its exit code."""
        self.until = self.moment + timedelta(hours=hours)
        environment = Environment(
            start=self._start,
            folder=self.folder,
            archive=self.archive,
            keep_lock=self.keep_lock,
            now=lambda: self.moment,
            sleep=self._nap,
        )
        self.scheduler = Scheduler(self.plan, environment, once=once)
        return asyncio.run(asyncio.wait_for(self.scheduler.run(), WAIT_SECONDS))

    def times(self, name: str) -> list[str]:
        """Return when a site was crawled, on the schedule's clock."""
        return [at for who, at in self.starts if who == name]

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    async def _start(self, entry: Entry, log: Path, *, alone: bool = False) -> CrawlProcess:
        self.starts.append((entry.name, self.moment.strftime("%H:%M")))
        return await CrawlProcess.start(self.programs.get(entry.name, ["true"]), log)

    async def _nap(self, woken: asyncio.Event, seconds: float) -> None:
        under_way = len(self.scheduler._agenda.crawled)
        self.most = max(self.most, under_way)
        if under_way:
            await asyncio.to_thread(self.while_crawled)
            await woken.wait()
        elif self.moment < self.until:
            self.moment += timedelta(seconds=seconds)
        else:
            self.scheduler.stop()


def exits(code: int, *lines: str) -> list[str]:
    """A program that writes lines, and ends with a code."""
    return ["sh", "-c", 'code=$1; shift; printf "%s\\n" "$@"; exit $code', "sh", str(code), *lines]


class Gate:
    """A gate at which programs wait for the test; each sends its process number first."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(WAIT_SECONDS)
        self._callers: list[socket.socket] = []

    @property
    def url(self) -> str:
        """A site that takes a connection and never answers."""
        return f"http://127.0.0.1:{self._server.getsockname()[1]}/"

    def program(self, *, on_sigterm: str = "sys.exit(3)") -> list[str]:
        """A program that waits at the gate; what it does at SIGTERM is a Python expression."""
        port = self._server.getsockname()[1]
        code = (
            "import os, signal, socket, sys\n"
            f"signal.signal(signal.SIGTERM, lambda *_: {on_sigterm})\n"
            f"gate = socket.create_connection(('127.0.0.1', {port}))\n"
            "gate.sendall(str(os.getpid()).encode())\n"
            "sys.exit(int(gate.recv(9) or 9))\n"
        )
        return [sys.executable, "-S", "-c", code]

    def accept(self) -> socket.socket:
        """Wait for the next caller."""
        caller, _ = self._server.accept()
        caller.settimeout(WAIT_SECONDS)
        self._callers.append(caller)
        return caller

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in (*self._callers, self._server):
            each.close()


@pytest.fixture
def gate() -> Iterator[Gate]:
    with Gate() as gate:
        yield gate


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for state and output, named in the environment of what the test starts."""
    monkeypatch.setenv("NEWSCRAWL_ARCHIVE", str(tmp_path / "archive.sqlite"))
    monkeypatch.setenv("NEWSCRAWL_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("NEWSCRAWL_ALLOWED_NETWORKS", "127.0.0.0/8")
    return tmp_path
