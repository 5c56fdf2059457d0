"""How long commands take to start."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.scale import Scale

MORE_SECONDS = 0.7
"""What a command may take more than ``scrapy version``."""
WITHOUT = frozenset({"crawl", "version"})
"""Not measured by their help: the one until its first request, the other is the measure."""


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Start each command of the project, and ``scrapy version`` in turn with it."""
    repeats = scale.repeats + 2
    for name in ["crawl", *_commands()]:
        ours, theirs = [], []
        for turn in range(repeats):
            theirs.append(_seconds("version"))
            state = folder / f"{name}-{turn}"
            ours.append(_first_request(state) if name == "crawl" else _seconds(name, "--help"))
        more = median(ours) - median(theirs)
        until = "its first request" if name == "crawl" else "its help is printed"
        yield Row(
            name=f"start_{name}",
            what=f"start of scrapy {name}, until {until}",
            unit="s",
            ours=ours,
            baseline="scrapy version",
            theirs=theirs,
            targets={f"at most {MORE_SECONDS} s more": more <= MORE_SECONDS},
        )


def _commands() -> list[str]:
    """Return the project's own commands, by their files."""
    files = (runs.PROJECT / "newscrawl/commands").glob("[a-z]*.py")
    return sorted(file.stem for file in files if file.stem not in WITHOUT)


def _seconds(*words: str) -> float:
    return runs.command([sys.executable, "-m", "scrapy", *words]).seconds


def _first_request(state: Path) -> float:
    """Return the seconds from the start of a crawl to its first request, a new archive included."""
    state.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        port = listener.getsockname()[1]
        started = time.perf_counter()
        crawl = subprocess.Popen(
            runs.crawl_words(f"http://127.0.0.1:{port}/", state),
            cwd=runs.PROJECT,
            env=runs.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            connection, _ = listener.accept()
            seconds = time.perf_counter() - started
            connection.close()
        finally:
            crawl.kill()
            crawl.wait()
    return seconds
