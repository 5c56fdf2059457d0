"""A crawl as a process of its own, with its log in a file, and how it ended."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from newscrawl.archive.private_files import open_private
from newscrawl.net.log_records import printable
from newscrawl.run_summary import COMPLETE, EXIT_CODES, FAILED, HELD
from newscrawl.schedule.due import Ending
from newscrawl.urls.credentials import without_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from newscrawl.schedule.jobs import Entry

LOG_BYTES: Final = 1024 * 1024
"""A log that is larger is put aside before the next crawl: ``.log.1``, then ``.log.2``, ..."""

OLD_LOGS: Final = 3
LONGEST_REASON: Final = 300

_VERDICTS: Final = {code: verdict for verdict, code in EXIT_CODES.items()}


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

    It leads a session of its own: Ctrl-C in the schedule's terminal reaches only the schedule, and
    a schedule that is killed takes no crawl with it.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

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
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
            return cls(process)

    async def wait(self) -> int:
        """Wait for its end, and return its exit code; negative for the signal that ended it."""
        return await self._process.wait()

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


def ending_of(code: int, reasons: Sequence[str], log: Path) -> Ending:
    """Return how a crawl ended.

    Args:
        code: Its exit code; negative for the signal that ended it.
        reasons: From its run in the archive; empty if it left no run.
        log: Named if nothing else has the error.

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
        return Ending(HELD, "another run has the site")
    why = printable("; ".join(reasons))[:LONGEST_REASON]
    if verdict == FAILED and not why:
        why = f"it ended with exit code {code}, see {log}"
    return Ending(verdict, why)


def _rotate(log: Path) -> None:
    if not log.exists() or log.stat().st_size < LOG_BYTES:
        return
    for number in range(OLD_LOGS, 0, -1):
        newer = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
        if newer.exists():
            newer.replace(log.with_name(f"{log.name}.{number}"))
