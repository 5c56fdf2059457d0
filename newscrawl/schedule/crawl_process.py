"""Run a crawl as a separate process with its own log file, and return its result."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final, Protocol

from newscrawl.archive.private_files import open_private
from newscrawl.net.log_records import printable
from newscrawl.run_summary import COMPLETE, EXIT_CODES, FAILED, HELD
from newscrawl.schedule.due import Ending
from newscrawl.urls.credentials import without_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from newscrawl.schedule.plan import Entry

LOG_BYTES: Final = 1024 * 1024
"""A larger log is renamed before the next crawl: to ``.log.1``, later ``.log.2``, ..."""

OLD_LOGS: Final = 3
"""The number of renamed logs that are kept."""

LONGEST_REASON: Final = 300
"""The most characters of a reason."""

_VERDICTS: Final = {code: verdict for verdict, code in EXIT_CODES.items()}


def crawl_command(entry: Entry, given: Iterable[str] = ()) -> list[str]:
    """Return the command line that crawls a site, or writes an export, as a list of words.

    Args:
        given: The settings of the schedule's own command line, "NAME=value". The site's settings
            override them. LOG_FILE is left out: it is the log of the schedule.
    """
    words = [sys.executable, "-m", "scrapy", *(entry.command or _words_of_crawl(entry))]
    return words + [word for setting in given_settings(entry, given) for word in ("-s", setting)]


def _words_of_crawl(entry: Entry) -> list[str]:
    arguments = {"site": entry.url, **entry.arguments}
    given = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
    return ["crawl", entry.spider, *given]


def given_settings(entry: Entry, given: Iterable[str]) -> list[str]:
    """Return the settings of a site's crawls, "NAME=value"; see `crawl_command`."""
    settings = [setting for setting in given if not setting.startswith("LOG_FILE=")]
    return settings + [f"{name}={value}" for name, value in entry.settings.items()]


class RunningCrawl(Protocol):
    """A crawl under way."""

    async def wait(self) -> int:
        """Wait for its end; return its exit code, or minus the number of the signal."""

    def stop(self) -> None:
        """Let the crawl end with a verdict."""

    def kill(self) -> None:
        """End the crawl at once; committed data is not lost."""


class CrawlProcess:
    """A running crawl.

    Its process has a session of its own. So Ctrl-C in the schedule's terminal reaches only the
    schedule, and a crawl continues if the schedule is killed.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, command: Sequence[str], log: Path) -> CrawlProcess:
        """Start a crawl; append its output to a log.

        Raises:
            OSError: If the process can't be started, or the log can't be opened.
        """
        with open_log(log, command) as file:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
            return cls(process)

    async def wait(self) -> int:
        """Wait for its end; return its exit code, or the negative number of the signal."""
        return await self._process.wait()

    def stop(self) -> None:
        """Send SIGTERM: the crawl ends with a verdict."""
        self._signal(os.kill, signal.SIGTERM)

    def kill(self) -> None:
        """Kill the crawl and its workers at once; committed data is not lost."""
        self._signal(os.killpg, signal.SIGKILL)

    def _signal(self, send: Callable[[int, int], None], number: int) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                send(self._process.pid, number)


def ending_of(code: int, reasons: Sequence[str], log: Path) -> Ending:
    """Return the result of a crawl.

    Args:
        code: Its exit code, or the negative number of the signal that ended it.
        reasons: The reasons of its run in the archive; empty if the archive has no such run.
        log: Its log. The result refers to it if there is no other reason of a failure.

    >>> from pathlib import Path
    >>> ending_of(3, ["a sample", "2 posts missing"], Path("a.log"))
    Ending(result='partial', why='a sample; 2 posts missing')
    """
    if code < 0:
        return Ending(FAILED, f"signal {-code} ended it")
    verdict = _VERDICTS.get(code, FAILED)
    if verdict == COMPLETE:
        return Ending(COMPLETE)
    if verdict == HELD:
        return Ending(HELD, "another process is at it")
    why = printable("; ".join(reasons))[:LONGEST_REASON]
    if verdict == FAILED and not why:
        why = f"it ended with exit code {code}, see {log}"
    return Ending(verdict, why)


def open_log(log: Path, command: Sequence[str]) -> IO[bytes]:
    """Open the log of a crawl to append to it; write the crawl's command to it.

    Raises:
        OSError: If it can't be opened.
    """
    rotate(log)
    file = open_private(log)
    words = printable(without_credentials(shlex.join(command)))
    with suppress(OSError):  # a full disk costs the log, not the crawl
        os.write(file.fileno(), f"$ {words}\n".encode(errors="replace"))
    return file


def rotate(log: Path) -> None:
    """Rename a log that became too large, and drop the oldest one."""
    if not log.exists() or log.stat().st_size < LOG_BYTES:
        return
    for number in range(OLD_LOGS, 0, -1):
        newer = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
        if newer.exists():
            newer.replace(log.with_name(f"{log.name}.{number}"))
