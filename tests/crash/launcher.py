"""Starts crawls at once, each in a process of its own, and lets them die at named points.

Takes orders from standard input and answers on standard output, a JSON value a line each:

- ``{"crawl": [word, ...], "log": path, ...}`` starts ``scrapy crawl``; answers its process id. More
  keys are those of `sabotage`.
- ``{"run": [word, ...]}`` runs a command; answers its exit code.
- ``{"wait": pid}`` answers when that process ended, with its exit code, negative for a signal; or
  when it was stopped, with null.

Each crawl is a fork of this process, so that only the first has to import. The product knows
nothing of it: its functions are wrapped, and what runs between two points is its own code.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import cmdline
from scrapy.core.engine import ExecutionEngine
from sqlalchemy.sql.ddl import SchemaGenerator

import newscrawl.archive.hosts
import newscrawl.commands.crawl
import newscrawl.crawl.article_fetcher
import newscrawl.crawl.crawl
import newscrawl.crawl.normalize
import newscrawl.net.fetcher
import newscrawl.output.atomic_files
import newscrawl.pipelines.dedupe
import newscrawl.pipelines.normalize
import newscrawl.pipelines.store
import newscrawl.spiders.wordpress
import newscrawl.tools.validation
from newscrawl.archive.database import Archive
from tests.crash.bench import CRAWL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DAY_SECONDS = 86_400


class Clock:
    """The system's clock, set ahead by so many seconds, and back by a day."""

    def __init__(self, ahead: float) -> None:
        self._ahead = ahead
        self._time = time.time
        time.time = self.now

    def now(self) -> float:
        return self._time() + self._ahead

    def set_back(self) -> None:
        self._ahead -= DAY_SECONDS


def hang() -> None:
    """Compute for hours without letting Python call a handler or another thread."""
    os.write(2, b"hangs\n")
    sum(range(10**15))


class Points:
    """Counts how often each point is reached, and does there what is ordered.

    The points are ``NAME made`` and ``NAME committed`` around the commit of each transaction of the
    archive, by the name of its function, and those that `wrap` names.

    Args:
        orders: By point: the how manieth time counts, from 1, and the deed: "kill" or "stop" this
            process, "hang" in C with the interpreter's lock, or "set back" the clock.
        reached: Gets a line for each ordered point that is reached at all.
    """

    def __init__(
        self, orders: dict[str, tuple[int, str]], clock: Clock, reached: Path | None
    ) -> None:
        self._orders = orders
        self._reached = reached
        self._counts: Counter[str] = Counter()
        self._deeds: dict[str, Callable[[], None]] = {
            "kill": partial(os.kill, os.getpid(), signal.SIGKILL),
            "stop": partial(os.kill, os.getpid(), signal.SIGSTOP),
            "hang": hang,
            "set back": clock.set_back,
        }

    def reach(self, point: str) -> None:
        """Do what is ordered for this time."""
        self._counts[point] += 1
        turn, deed = self._orders.get(point, (0, ""))
        if turn and self._counts[point] == 1 and self._reached is not None:
            with self._reached.open("a") as file:
                file.write(f"{point}\n")
        if turn == self._counts[point]:
            self._deeds[deed]()

    def wrap(self) -> None:
        """Put the points into the product."""
        self._wrap_transactions()
        self._wrap_lines()
        self._around(Path, "rename", before="part written", after="renamed")
        self._around(newscrawl.output.atomic_files, "_sync", after="folder synced")
        self._around(SchemaGenerator, "visit_table", after="table created")

    def _wrap_transactions(self) -> None:
        call = Archive.call

        def wrapped(archive: Archive, function: Callable[..., Any], *args: Any, **more: Any) -> Any:
            @functools.wraps(function)
            def made(*args: Any, **more: Any) -> Any:
                result = function(*args, **more)
                self.reach(f"{function.__name__} made")
                return result

            result = call(archive, made, *args, **more)
            self.reach(f"{function.__name__} committed")
            return result

        Archive.call = wrapped  # type: ignore[method-assign, assignment]

    def _wrap_lines(self) -> None:
        write = newscrawl.output.atomic_files._write

        def lines_of(lines: Iterable[bytes]) -> Iterable[bytes]:
            for line in lines:
                yield line
                self.reach("line written")

        newscrawl.output.atomic_files._write = lambda path, lines: write(path, lines_of(lines))

    def _around(self, owner: Any, name: str, *, before: str = "", after: str = "") -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def wrapped(*args: Any, **more: Any) -> Any:
            self.reach(before)
            result = original(*args, **more)
            self.reach(after)
            return result

        setattr(owner, name, wrapped)


def sabotage(
    points: dict[str, tuple[int, str]],
    values: dict[str, Any],
    clock: float,
    reached: Path | None = None,
) -> None:
    """Change this process.

    Args:
        points: See `Points`.
        values: What module-level names are set to: ``{"newscrawl.crawl.publisher.BATCH_SIZE": 3}``.
        clock: Seconds that the system's clock is ahead.
        reached: See `Points`.
    """
    Points(points, Clock(clock), reached).wrap()
    for name, value in values.items():
        module, _, attribute = name.rpartition(".")
        getattr(importlib.import_module(module), attribute)
        setattr(importlib.import_module(module), attribute, value)


def start(order: dict[str, Any]) -> int:
    """Start a crawl; return its process id."""
    child = os.fork()
    if child:
        return child
    signal.alarm(CRAWL_SECONDS)
    with Path(order["log"]).open("ab") as log, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    code = 99
    try:
        sabotage(
            order.get("points", {}),
            order.get("values", {}),
            order.get("clock", 0.0),
            Path(order["reached"]) if "reached" in order else None,
        )
        sys.argv = ["scrapy", "crawl", *order["crawl"]]
        cmdline.execute()
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else int(leave.code is not None)
        if isinstance(leave.code, str):
            print(leave.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - the log has it, and the parent fails the test
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def wait(pid: int) -> int | None:
    """Return the exit code of a crawl; None if it was stopped."""
    _, status = os.waitpid(pid, os.WUNTRACED)
    return None if os.WIFSTOPPED(status) else os.waitstatus_to_exitcode(status)


def main() -> None:
    """Take orders until standard input ends, then end every crawl that still runs."""
    ExecutionEngine._SLOT_HEARTBEAT_INTERVAL = 0.2  # a crawl that fails may end at the next one
    running: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer = wait(order["wait"])
            if answer is not None:
                running.discard(order["wait"])
        elif "run" in order:
            answer = subprocess.run(order["run"], check=False).returncode
        else:
            answer = start(order)
            running.add(answer)
        print(json.dumps(answer), flush=True)
    for pid in running:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
