"""How long commands take to start."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row
from benchmarks.pages import article_page
from newscrawl.archive.database import Archive

if TYPE_CHECKING:
    from benchmarks.scale import Scale

MORE_SECONDS = 0.7
"""The seconds that a command may take more than ``scrapy version``."""
LEAST = {
    "changes": ("--since", "0"),
    "explain": ("1",),
    "export": (),
    "report": (),
    "retry": (),
    "rules": ("test",),
    "schedule": ("--list",),
    "verify": (),
}
"""The arguments with which commands do the least work, on an archive with nothing in it."""
UNKNOWN = 3
"""The exit code of ``scrapy explain`` for a post that is not in the archive."""
ASKING = {"crawl": ("crawl", "wordpress", "-a", "site={url}"), "doctor": ("doctor", "{url}")}
"""Commands that send requests to a site, with their arguments."""
NEED_MORE = {"archive", "browse", "forget"}
"""Commands that need another database, serve until they are stopped, or need a post."""
DEMO = ("demo", "--serve")

Starter = Callable[[Path], float]
"""Returns the seconds until a command is up, given an empty folder for its state."""


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Start each command of the project, and ``scrapy version`` in turn with it."""
    repeats = scale.repeats + 2
    for name in _commands():
        until, start = _starter(name)
        ours, theirs = [], []
        for turn in range(-1, repeats):  # the first one compiles and warms up
            state = folder / f"{name}-{turn}"
            state.mkdir()
            theirs.append(_seconds("version"))
            ours.append(start(state))
        ours, theirs = ours[1:], theirs[1:]
        more = median(ours) - median(theirs)
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
    """Return the project's own commands, by their files, without those that need a target."""
    files = (runs.PROJECT / "newscrawl/commands").glob("[a-z]*.py")
    return sorted({file.stem for file in files} - NEED_MORE)


def _starter(name: str) -> tuple[str, Starter]:
    """Return when a command counts as started, in words, and the function that measures it."""
    if name in ASKING:
        return "its first request is sent", partial(_first_request, ASKING[name])
    if name == "demo":
        return "its site is up", _first_line
    if name == "extract":
        return "a page is read", _one_page
    words = LEAST[name]
    return f"`{' '.join((name, *words))}` is done", partial(_done, (name, *words))


def _done(words: tuple[str, ...], state: Path) -> float:
    Archive.open(str(state / "archive.sqlite")).close()
    return _seconds(*words, *runs.state_words(state))


def _one_page(state: Path) -> float:
    page = state / "page.html"
    page.write_bytes(article_page(1))
    return _done(("extract", str(page)), state)


def _seconds(*words: str) -> float:
    command = [sys.executable, "-m", "scrapy", *words]
    return runs.command(command, codes=(0, UNKNOWN)).seconds


def _first_line(_state: Path) -> float:
    """Return the seconds until the demo prints the address of its site."""
    started = time.perf_counter()
    with _running([sys.executable, "-m", "scrapy", *DEMO], stdout=subprocess.PIPE) as demo:
        assert demo.stdout is not None
        demo.stdout.readline()
        return time.perf_counter() - started


def _first_request(asking: tuple[str, ...], state: Path) -> float:
    """Return the seconds from the start to the first request, a new archive included."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        words = [sys.executable, "-m", "scrapy", *(word.format(url=url) for word in asking)]
        words += [*runs.OWN_SERVER, *runs.state_words(state)]
        started = time.perf_counter()
        with _running(words, stdout=subprocess.DEVNULL):
            connection, _ = listener.accept()
            seconds = time.perf_counter() - started
            connection.close()
    return seconds


@contextmanager
def _running(words: list[str], *, stdout: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        words,
        cwd=runs.PROJECT,
        env=runs.environment(),
        stdout=stdout,
        stderr=subprocess.DEVNULL,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()
