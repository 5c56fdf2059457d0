"""Workers of a cluster as processes, each like a machine of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECONDS = 120
"""How long anything may take here before a test gives up."""


@dataclass
class Cluster:
    """Workers that share an archive; each has a folder of output of its own."""

    archive: str
    folder: Path
    settings: dict[str, object] = field(default_factory=dict)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start one more worker."""
        number = len(self.workers)
        with self.log(number).open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "scrapy", "worker", *words, *self._options(number)],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.workers.append(worker)
        return worker

    def log(self, number: int) -> Path:
        return self.folder / f"worker-{number}.log"

    def logs(self) -> str:
        return "\n".join(self.log(n).read_text() for n in range(len(self.workers)))

    def join(self) -> Path:
        """Write the files of all machines into one folder."""
        joined = self.folder / "joined"
        for name, data in self.joined().items():
            (joined / name).parent.mkdir(parents=True, exist_ok=True)
            (joined / name).write_bytes(data)
        return joined

    def manifest(self) -> list[dict[str, Any]]:
        """What `scrapy archive manifest` prints."""
        return [json.loads(line) for line in self.scrapy("archive", "manifest").stdout.splitlines()]

    def scrapy(self, *words: str, **settings: object) -> subprocess.CompletedProcess[bytes]:
        """Run a command."""
        given = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        words = (sys.executable, "-m", "scrapy", *words, *self._options(0), *given)
        return subprocess.run(words, capture_output=True, check=False)

    def status(self) -> dict[str, Any]:
        """What `scrapy worker --status --json` prints."""
        ended = self.scrapy("worker", "--status", "--json")
        status: dict[str, Any] = json.loads(ended.stdout)
        return status

    def files(self) -> Iterator[Path]:
        """The files of posts of all machines."""
        yield from sorted(self.folder.glob("output-*/*/posts-*.jsonl"))

    def joined(self) -> dict[str, bytes]:
        """The files of all machines, by site and name: equal names have equal bytes."""
        found: dict[str, bytes] = {}
        for file in self.files():
            name = f"{file.parent.name}/{file.name}"
            assert found.setdefault(name, file.read_bytes()) == file.read_bytes(), name
        return found

    def _options(self, number: int) -> list[str]:
        settings = {
            "NEWSCRAWL_ARCHIVE": self.archive,
            "NEWSCRAWL_OUTPUT": self.folder / f"output-{number}",
            "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.0/8",
            "NEWSCRAWL_WORKERS": 1,
            **self.settings,
        }
        return [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]


@contextmanager
def cluster(archive: str, folder: Path, **settings: object) -> Iterator[Cluster]:
    """Workers that are killed at the end, if they still run."""
    found = Cluster(archive, folder, settings)
    try:
        yield found
    finally:
        for worker in found.workers:
            kill(worker)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """Kill a worker, and nothing that it started."""
    if worker.poll() is None:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def write_sites(file: Path, urls: Iterable[str], *, every: str = "1d") -> Path:
    """Write a list of sites without jitter."""
    lines = ["[schedule]", 'jitter = "0s"']
    for url in urls:
        lines += ["[[site]]", f'site = "{url}"', f'every = "{every}"']
    file.write_text("\n".join(lines))
    return file
