"""Programs as their users run them, each in a process of its own, and their costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT: Final = Path(__file__).resolve().parents[1]
BASELINES: Final = Path(__file__).with_name("baselines")
SECONDS: Final = 1200
"""Seconds after which a run has failed."""
LOOK_SECONDS: Final = 0.25
"""Between two looks at the memory of a program."""
OWN_SERVER = ("-s", "DOWNLOAD_DELAY=0", "-s", "NEWSCRAWL_ALLOWED_NETWORKS=127.0.0.0/8")
"""The settings for a server on this computer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run that ended well.

    Attributes:
        seconds: From start to exit.
        cpu: Seconds of the process itself, without its children; 0 if not probed.
        workers: CPU seconds of its children; 0 if not probed.
        peak_mb: The most memory that the process itself had; 0 if not probed.
        all_mb: The most memory of all its processes, shared pages counted once; 0 if not watched.
        items: Articles that a peer found.
    """

    seconds: float
    cpu: float = 0.0
    workers: float = 0.0
    peak_mb: float = 0.0
    all_mb: float = 0.0
    items: int = 0

    @property
    def all_cpu(self) -> float:
        """CPU seconds of all processes."""
        return self.cpu + self.workers


def crawl(
    site: str,
    folder: Path,
    *arguments: str,
    codes: Sequence[int] = (0,),
    project: Path = PROJECT,
) -> Run:
    """Crawl a site into the archive and the output of *folder*.

    Args:
        project: A checkout of newscrawl; another one than this has its own ``.venv``.
    """
    words = ["crawl", "wordpress", "-a", f"site={site}", *OWN_SERVER, *state_words(folder)]
    return _probed([*words, *arguments], folder, cwd=project, codes=codes)


def scrapy(*words: str, folder: Path, codes: Sequence[int] = (0,)) -> Run:
    """Run a command of the project."""
    return _probed(words, folder, cwd=PROJECT, codes=codes)


def state_words(folder: Path, archive: str = "") -> list[str]:
    """Return the settings that keep a command's state and output in *folder*.

    Args:
        archive: The location of an archive elsewhere.
    """
    return [
        *("-s", f"NEWSCRAWL_ARCHIVE={archive or folder / 'archive.sqlite'}"),
        *("-s", f"NEWSCRAWL_OUTPUT={folder / 'output'}"),
    ]


def spider(name: str, *words: str, folder: Path) -> Run:
    """Run a spider of the baselines, with Scrapy's own settings.

    Args:
        words: The spider's arguments, and options of ``scrapy runspider``.
    """
    given = [part for word in words for part in (("-a", word) if "=" in word else (word,))]
    with tempfile.TemporaryDirectory() as elsewhere:  # out of the project, so without its settings
        file = str(BASELINES / f"{name}.py")
        return _probed(["runspider", file, *given], folder, cwd=Path(elsewhere))


def peer(name: str, urls: Path, folder: Path) -> Run:
    """Run a peer on the articles in a file, in an environment that uv makes for it.

    Raises:
        RuntimeError: If it can't be installed, or fails.
    """
    report = folder / "cost.json"
    environment = ["--no-project", "--with-requirements", str(BASELINES / "peers.txt")]
    script = [str(BASELINES / "peers.py"), name, str(urls), str(report)]
    with tempfile.TemporaryDirectory() as elsewhere:
        command(["uv", "run", "-q", *environment, "python", *script], cwd=Path(elsewhere))
    return Run(**json.loads(report.read_text()))


def _probed(words: Sequence[str], folder: Path, *, cwd: Path, codes: Sequence[int] = (0,)) -> Run:
    """Run ``scrapy``, with a report from inside on its costs."""
    report = folder / "cost.json"
    probe = [_python(cwd), "-m", "benchmarks.probe", str(report)]
    run = command([*probe, *words], cwd=cwd, codes=codes)
    return replace(run, **json.loads(report.read_text()))


def _python(project: Path) -> str:
    own = project / ".venv/bin/python"
    return str(own) if project != PROJECT and own.exists() else sys.executable


def command(words: Sequence[str], *, cwd: Path = PROJECT, codes: Sequence[int] = (0,)) -> Run:
    """Run a program to its end, and watch the memory of all its processes.

    Raises:
        RuntimeError: If its exit code is not in *codes*; with the end of its output.
    """
    with tempfile.TemporaryFile("w+") as log:
        started = time.perf_counter()
        with subprocess.Popen(
            words, cwd=cwd, env=environment(cwd), stdout=log, stderr=subprocess.STDOUT
        ) as process:
            most = _watched(process)
        seconds = time.perf_counter() - started
        log.seek(0)
        said = log.read()
    if process.returncode not in codes:
        raise RuntimeError(f"{words} ended with {process.returncode}:\n{said[-3000:]}")
    return Run(seconds=seconds, all_mb=most)


def _watched(process: subprocess.Popen[bytes]) -> float:
    """Wait for the end of a program; return the most memory in MB that its processes had at once.

    Raises:
        subprocess.TimeoutExpired: After `SECONDS`; the program is killed.
    """
    most, ends = 0.0, time.monotonic() + SECONDS
    while process.poll() is None:
        if time.monotonic() > ends:
            process.kill()
            raise subprocess.TimeoutExpired(process.args, SECONDS)
        most = max(most, memory_mb(process))
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_SECONDS)
    return most


def memory_mb(process: subprocess.Popen[bytes]) -> float:
    """Return the memory in MB that a program and its children have.

    It is the proportional set size (PSS): a page that *n* processes share counts 1/n for each.
    """
    return sum(map(_pss_mb, family(process)))


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return a process and its children; no process if it has ended."""
    with suppress(psutil.Error):
        root = psutil.Process(process.pid)
        return [root, *root.children(recursive=True)]
    return []


def _pss_mb(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 1_000_000
    except psutil.Error:  # it has just ended
        return 0.0


def environment(project: Path = PROJECT) -> dict[str, str]:
    """Return the environment of a user: without our settings, with compiled modules."""
    spoilers = ("NEWSCRAWL_", "PYTHONDONTWRITEBYTECODE")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(spoilers)}
    own = project if (project / "benchmarks").is_dir() else PROJECT
    return {**ours, "PYTHONPATH": str(own)}
