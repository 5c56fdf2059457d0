"""Processes that crawl many sites side by side, and the schedule's side of their pipes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Final

from newscrawl.archive.private_files import open_private
from newscrawl.schedule.crawl_process import (
    CrawlProcess,
    crawl_command,
    given_settings,
    open_log,
    rotate,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newscrawl.schedule.crawl_process import RunningCrawl
    from newscrawl.schedule.plan import Entry

IDLE_SECONDS: Final = 300.0
"""A process without a crawl ends after this time."""

MAX_AT_ONCE: Final = 50
"""With so many crawls a process gets no further one: another process, on another core, takes it."""

MAX_CRAWLS: Final = 2_000
"""A process that had so many crawls gets no more: another one takes its place."""

MAX_BYTES: Final = 1 << 30
"""The same for a process that uses so much memory."""

LOG_NAME: Final = "_shared.log"
"""The log for what belongs to no crawl; no site's file starts with an underscore."""


DIES_WITH_US: Final = "--dies-with-its-parent"
"""Let a shared process end at once if the process that started it is killed."""


class ProcessLost(Exception):
    """The process of a crawl ended before the crawl: another crawl may be the cause."""


class SharedCrawl:
    """A running crawl of a shared process."""

    def __init__(self, process: SharedProcess, number: int, ended: asyncio.Future[int]) -> None:
        self._process = process
        self._number = number
        self._ended = ended

    async def wait(self) -> int:
        """Wait for its end; return its exit code, or minus the number of the signal.

        Raises:
            ProcessLost: If its process ended first.
        """
        return await asyncio.shield(self._ended)

    def stop(self) -> None:
        """Let the crawl end with a verdict."""
        self._process.send({"stop": self._number})

    def kill(self) -> None:
        """Give the crawl up: its process gets no more crawls, and ends after the other ones."""
        self._process.give_up(self._number)


class SharedProcess:
    """A process for crawls with the same settings."""

    def __init__(self, process: asyncio.subprocess.Process, settings: Sequence[str]) -> None:
        self.settings = settings
        self._process = process
        self._numbers = count(1)
        self._crawls: dict[int, asyncio.Future[int]] = {}
        self._is_retired = False
        self._has_given_up = False
        self._idle_end: asyncio.TimerHandle | None = None
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(
        cls, settings: Sequence[str], log: Path, *, dies_with_us: bool = False
    ) -> SharedProcess:
        """Start a process.

        Args:
            settings: "NAME=value".
            log: Gets what belongs to no crawl.
            dies_with_us: Whether it ends at once if this process is killed. Otherwise its crawls go
                on.

        Raises:
            OSError: If the process can't be started, or the log can't be opened.
        """
        rotate(log)
        with open_private(log) as file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "newscrawl.schedule.shared_process_main"),
                *([DIES_WITH_US] if dies_with_us else []),
                *settings,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=file,
                start_new_session=True,
            )
            return cls(process, settings)

    @property
    def takes_crawls(self) -> bool:
        """Whether it can be given another crawl."""
        has_place = len(self._crawls) < MAX_AT_ONCE
        return has_place and not self._is_retired and not self.has_ended

    @property
    def has_ended(self) -> bool:
        """Whether it has ended."""
        return self._process.returncode is not None

    def crawl(self, entry: Entry, log: Path) -> SharedCrawl:
        """Start a crawl that writes to *log*."""
        number = next(self._numbers)
        ended = self._crawls[number] = asyncio.get_running_loop().create_future()
        self._is_retired = number >= MAX_CRAWLS
        if self._idle_end is not None:
            self._idle_end.cancel()
        arguments = {"site": entry.url, **entry.arguments}
        order = {"crawl": number, "spider": entry.spider, "arguments": arguments}
        self.send({**order, "log": str(log.absolute())})
        return SharedCrawl(self, number, ended)

    def send(self, order: dict[str, object]) -> None:
        """Send an order; one that comes after the end of the process is dropped."""
        assert self._process.stdin is not None
        if not self._process.stdin.is_closing():
            self._process.stdin.write(json.dumps(order).encode() + b"\n")

    def give_up(self, number: int) -> None:
        """Let a crawl count as killed; kill the process when no other crawl is left in it."""
        self._is_retired = self._has_given_up = True
        self._end(number, -signal.SIGKILL)
        if not self._crawls:
            self._rest()

    def kill(self) -> None:
        """Kill the process, its crawls and its extraction workers; committed data is not lost."""
        if not self.has_ended:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def close(self) -> None:
        """Let the process end after its crawls, and wait for that."""
        self._retire()
        if self._has_given_up and not self._crawls:
            self.kill()
        await self._reading

    def _retire(self) -> None:
        self._is_retired = True
        self.send({"end": True})

    def _end(self, number: int, code: int) -> None:
        ended = self._crawls.pop(number, None)
        if ended is not None and not ended.done():
            ended.set_result(code)

    async def _read(self) -> None:
        """Read the ends of crawls until the process ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            answer = json.loads(line)
            self._end(answer["crawl"], answer["code"])
            self._is_retired = self._is_retired or answer["memory"] > MAX_BYTES
            if not self._crawls:
                self._rest()
        await self._process.wait()
        for ended in self._crawls.values():
            ended.set_exception(ProcessLost)
        self._crawls.clear()

    def _rest(self) -> None:
        """End a process that has no crawl: one that gets no more at once, others after a while."""
        if self._has_given_up:  # it would wait for that crawl
            self.kill()
        elif self._is_retired:
            self._retire()
        else:
            loop = asyncio.get_running_loop()
            self._idle_end = loop.call_later(IDLE_SECONDS, self._retire)


class Crawls:
    """Starts crawls: those with the same settings in one process, others in one of their own.

    Args:
        folder: The folder of the schedule's state and logs.
        given: The settings of the schedule's own command line, "NAME=value".
        die_with_us: Whether crawls in shared processes end if this process is killed.
    """

    def __init__(
        self, folder: Path, given: Sequence[str] = (), *, die_with_us: bool = False
    ) -> None:
        self._log = folder / LOG_NAME
        self._given = given
        self._die_with_us = die_with_us
        self._processes: list[SharedProcess] = []
        self._starting = asyncio.Lock()

    async def start(self, entry: Entry, log: Path, *, alone: bool = False) -> RunningCrawl:
        """Start a crawl; append its output to *log*.

        Args:
            alone: Whether it gets a process of its own, as a site can also ask for.

        Raises:
            OSError: If its process can't be started, or its log can't be opened.
        """
        command = crawl_command(entry, self._given)
        if alone or entry.own_process:
            return await CrawlProcess.start(command, log)
        open_log(log, command).close()
        async with self._starting:
            process = await self._process_for(given_settings(entry, self._given))
        return process.crawl(entry, log)

    async def _process_for(self, settings: Sequence[str]) -> SharedProcess:
        self._processes = [process for process in self._processes if not process.has_ended]
        for process in self._processes:
            if process.takes_crawls and process.settings == settings:
                return process
        process = await SharedProcess.start(settings, self._log, dies_with_us=self._die_with_us)
        self._processes.append(process)
        return process

    def kill(self) -> None:
        """Kill all shared processes."""
        for process in self._processes:
            process.kill()

    async def close(self) -> None:
        """Let the shared processes end, and wait for that."""
        for process in self._processes:
            await process.close()
