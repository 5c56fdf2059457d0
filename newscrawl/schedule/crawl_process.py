"""A crawl as a process of its own, its log in a file, and what the two say in the end."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final

from newscrawl.archive.private_files import open_private
from newscrawl.net.log_records import printable
from newscrawl.run_summary import COMPLETE, EXIT_CODES, FAILED, PARTIAL
from newscrawl.runtime.run_lock import UNDER_WAY
from newscrawl.schedule.due import HELD, Ending
from newscrawl.urls.credentials import without_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from newscrawl.schedule.jobs import Entry

LOG_BYTES: Final = 1024 * 1024
"""A log that is larger is put aside before the next crawl: ``.log.1``, then ``.log.2``, ..."""

OLD_LOGS: Final = 3
TAIL_BYTES: Final = 64 * 1024
LONGEST_REASON: Final = 300

_VERDICTS: Final = {code: verdict for verdict, code in EXIT_CODES.items()}

REASONS: Final = {
    PARTIAL: re.compile(r"Verdict: PARTIAL; (.+)"),
    FAILED: re.compile(r"Verdict: FAILED; (.+)|(?:ERROR|CRITICAL): (.+)|^scrapy crawl: (.+)"),
}
"""What the line of a crawl's log looks like that says what was wrong, by the verdict."""

REFUSAL: Final = re.compile(rf"Another crawl of \S+ {UNDER_WAY} \(")
"""What it looks like where another process has the site."""


def crawl_command(entry: Entry, given: Iterable[str] = ()) -> list[str]:
    """Return the words that crawl a site.

    Args:
        given: Settings that the schedule itself was given, "NAME=value"; the site's own come last
            and win. The schedule's log file stays its own.
    """
    arguments = {"site": entry.url, **entry.arguments}
    words = [sys.executable, "-m", "scrapy", "crawl", entry.spider]
    words += [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
    settings = [setting for setting in given if not setting.startswith("LOG_FILE=")]
    settings += [f"{name}={value}" for name, value in entry.settings.items()]
    return words + [word for setting in settings for word in ("-s", setting)]


class CrawlProcess:
    """A crawl that runs.

    It leads a session of its own: Ctrl-C in the schedule's terminal reaches the schedule alone, and
    a schedule that is killed takes no crawl with it.
    """

    def __init__(self, process: asyncio.subprocess.Process, log: Path, start: int) -> None:
        self._process = process
        self._log = log
        self._start = start

    @classmethod
    async def start(cls, command: Sequence[str], log: Path) -> CrawlProcess:
        """Start a crawl whose output goes to the end of a file.

        Raises:
            OSError: If the process or its log can't be had.
        """
        _rotate(log)
        with open_private(log) as file:
            words = printable(without_credentials(shlex.join(command)))
            file.write(f"$ {words}\n".encode(errors="replace"))
            file.flush()
            start = file.tell()
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
            return cls(process, log, start)

    async def wait(self) -> Ending:
        """Wait for its end, and return how it ended."""
        code = await self._process.wait()
        with suppress(OSError), self._log.open("rb") as file:
            return ending(code, _tail(file, self._start))
        return ending(code, [])

    def stop(self) -> None:
        """Ask it to end with a verdict."""
        self._signal(os.kill, signal.SIGTERM)

    def kill(self) -> None:
        """End it and its workers at once; what was committed is kept."""
        self._signal(os.killpg, signal.SIGKILL)

    def _signal(self, send: Callable[[int, int], None], number: int) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                send(self._process.pid, number)


def ending(code: int, lines: Sequence[str]) -> Ending:
    """Return how a crawl ended.

    Args:
        code: Its exit code; negative for the signal that ended it.
        lines: The last lines of its log.

    >>> ending(3, ["2026-01-01 00:00:00 [crawl] INFO: Verdict: PARTIAL; a sample"])
    Ending(result='partial', why='a sample')
    """
    verdict = _VERDICTS.get(code, FAILED)
    if verdict == COMPLETE:
        return Ending(COMPLETE)
    found = [match for line in lines if (match := REASONS[verdict].search(line))]
    why = printable(next(filter(None, found[-1].groups())))[:LONGEST_REASON] if found else ""
    if REFUSAL.search(why):
        return Ending(HELD, why)
    if verdict == PARTIAL:
        return Ending(PARTIAL, why)
    died = f"signal {-code} ended it" if code < 0 else f"it ended with exit code {code}"
    return Ending(FAILED, why if why and code == EXIT_CODES[FAILED] else died)


def _tail(file: IO[bytes], start: int) -> list[str]:
    """Return the last lines from *start* on."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(start, end - TAIL_BYTES))
    return file.read(TAIL_BYTES).decode(errors="replace").splitlines()


def _rotate(log: Path) -> None:
    if not log.exists() or log.stat().st_size < LOG_BYTES:
        return
    for number in range(OLD_LOGS, 0, -1):
        newer = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
        if newer.exists():
            newer.replace(log.with_name(f"{log.name}.{number}"))
