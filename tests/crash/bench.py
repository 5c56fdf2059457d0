"""Crawls of one site into one archive and one output folder, to be killed, and what they leave."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

PROJECT = Path(__file__).parents[2]
COMPLETE, PARTIAL, FAILED, HELD = 0, 3, 1, 4
WAIT_SECONDS = 60
CRAWL_SECONDS = 120
"""A crawl that takes longer is ended, by SIGALRM."""
COMPLAINT = re.compile(r"^scrapy crawl: | (WARNING|ERROR|CRITICAL): ")
SETTINGS = {
    "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.0/8",
    "DOWNLOAD_DELAY": 0,
    "NEWSCRAWL_BACKOFF": 0,
    "NEWSCRAWL_WORKERS": 1,
}


class Launcher:
    """The process that starts crawls; a context manager.

    Args:
        around: Words of a command that runs it: ``unshare`` gives it mounts of its own.

    Attributes:
        root: The folder of its files, as seen from here: it may have mounts of its own.
        ordered: The points that crawls were to reach; see ``launcher.Points``.
    """

    def __init__(self, *around: str) -> None:
        self._process = subprocess.Popen(
            [*around, sys.executable, "-m", "tests.crash.launcher"],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.root = Path(f"/proc/{self._process.pid}/root") if around else Path("/")
        self.ordered: set[str] = set()
        self._reached: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()
        if error is None:
            missed = self.ordered - self.reached()
            assert not missed, f"no crawl reached {missed}: do these functions still exist?"

    def reached(self) -> set[str]:
        """Return the points that crawls reached, of those that they were to reach."""
        return {line for path in self._reached for line in path.read_text().splitlines()}

    def crawl(self, words: Sequence[str], log: Path, **more: Any) -> int:
        """Start a crawl; return its process id. *more* is for ``launcher.sabotage``."""
        self.ordered |= set(more.get("points", {}))
        reached = log.with_suffix(".reached")
        reached.touch()
        self._reached.append(reached)
        pid = self.order(crawl=list(words), log=str(log), reached=str(reached), **more)
        assert isinstance(pid, int)
        return pid

    def order(self, **order: Any) -> Any:
        """Return the answer to an order."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


class Crawl:
    """One crawl under way."""

    def __init__(self, launcher: Launcher, pid: int, log: Path) -> None:
        self.pid = pid
        self._launcher = launcher
        self._log = log

    @property
    def log(self) -> str:
        """Its output so far."""
        return self._log.read_text()

    @property
    def complaints(self) -> list[str]:
        """Its errors, one line each, as in a log or on a terminal; the verdict repeats them."""
        lines = [line for line in self.log.splitlines() if "last_words" not in line]
        return [line for line in lines if COMPLAINT.search(line) or line.startswith("Traceback")]

    def fails(self, words: str, code: int = FAILED) -> None:
        """Check that it fails with one line that has the remedy."""
        found = self.ends()
        assert found == code, f"exit code {found}:\n{self.log}"
        assert len(self.complaints) == 1, self.complaints
        assert words in self.complaints[0]

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it, but not to its workers."""
        os.kill(self.pid, number)

    def workers(self) -> list[psutil.Process]:
        """Return its worker processes."""
        return psutil.Process(self.pid).children(recursive=True)

    def says(self, words: str) -> None:
        """Return when its log has the words."""
        deadline = time.monotonic() + WAIT_SECONDS
        while words not in self.log:
            assert time.monotonic() < deadline, self.log
            time.sleep(0.01)

    def stops(self) -> None:
        """Return when it is stopped at the point that was ordered."""
        assert self._launcher.order(wait=self.pid) is None, f"it never got there:\n{self.log}"

    def pause(self) -> None:
        """Stop it, wherever it is."""
        self.send(signal.SIGSTOP)
        self.stops()

    def goes_on(self) -> None:
        """Let it run on after `stops`."""
        self.send(signal.SIGCONT)

    def ends(self) -> int:
        """Return its exit code; negative for the signal that killed it."""
        code = self._launcher.order(wait=self.pid)
        assert isinstance(code, int)
        return code


class Bench:
    """One archive and one output folder, and the crawls of one site into them.

    Args:
        folder: The folder of both, and of the logs.
        archive, output: Their paths, if they are elsewhere.

    Attributes:
        archive, output: Their paths, as seen from here.
    """

    def __init__(
        self,
        launcher: Launcher,
        folder: Path,
        url: str,
        *,
        archive: Path | None = None,
        output: Path | None = None,
    ) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self._places = {
            "NEWSCRAWL_ARCHIVE": archive or folder / "archive.sqlite",
            "NEWSCRAWL_OUTPUT": output or folder / "output",
        }
        self.archive, self.output = (
            launcher.root / path.relative_to("/") for path in self._places.values()
        )
        self._launcher = launcher
        self._url = url
        self._logs = 0

    def start(
        self,
        *words: str,
        points: Mapping[str, tuple[int, str]] | None = None,
        settings: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Crawl:
        """Start a crawl.

        Args:
            words: More words of its command line.
            points: The points at which it is killed or stopped: see ``launcher.Points``.
            settings: More settings.
            more: See ``launcher.sabotage``.
        """
        self._logs += 1
        log = self.folder / f"{self._logs:03}.log"
        log.touch()
        pid = self._launcher.crawl(
            ["wordpress", "-a", f"site={self._url}", *words, *self._options(settings or {})],
            log,
            points=points or {},
            **more,
        )
        return Crawl(self._launcher, pid, log)

    def note(self, line: str) -> None:
        """Add a line to what is known of its crawls, for whoever reads a failure."""
        with (self.folder / "kills.txt").open("a") as file:
            file.write(f"{self._logs:03}.log: {line}\n")

    def _options(self, settings: Mapping[str, Any]) -> Sequence[str]:
        values = SETTINGS | self._places | dict(settings)
        return [word for name, value in values.items() for word in ("-s", f"{name}={value}")]

    def crawl(self, *words: str, **more: Any) -> Crawl:
        """Run a crawl that nothing goes wrong in."""
        crawl = self.start(*words, **more)
        code = crawl.ends()
        assert code == COMPLETE, f"exit code {code}:\n{crawl.log}"
        return crawl
