"""``scrapy`` commands, each in a process of its own that need not import anything.

A command is a fork of a process that has imported what commands import, and goes its own way: it
reads the command line, the environment and the settings, and ends, as one that was started anew. Of
the time of a small crawl, importing is more than half. For the same reason, the server that its
workers are forked from is a fork too; `tests/runtime/` and `tests/crash/` start it as users do.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from scrapy import cmdline
from scrapy.utils.misc import walk_modules_iter

from newscrawl.crawl.warm_up import WARM_UPS
from newscrawl.runtime import fork_server, worker_pool

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = Path(__file__).parents[1]
MAX_ORDER = 1 << 20
WITH_WORKERS = frozenset({"crawl", "extract"})
"""Commands that start workers."""


def scrapy(
    *words: str, env: Mapping[str, str] | None = None, seconds: int = 0, first: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run ``scrapy`` with these words to its end.

    Args:
        env: The whole environment; None for that of the tests.
        seconds: After which SIGALRM ends it; 0 for never.
        first: A module that the process imports before it runs the command.
    """
    told = {
        "words": words,
        "env": dict(os.environ if env is None else env),
        "umask": _umask(),
        "seconds": seconds,
        "first": first,
    }
    order = json.dumps(told).encode()
    with ExitStack() as stack:
        out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(2))
        ours, theirs = map(stack.enter_context, socket.socketpair())
        socket.send_fds(_parent(), [order], [out.fileno(), err.fileno(), theirs.fileno()])
        theirs.close()
        code = int(ours.recv(8))
        written = []
        for file in (out, err):
            file.seek(0)
            written.append(file.read().decode())
        return subprocess.CompletedProcess(["scrapy", *words], code, *written)


def _umask() -> int:
    """Return the umask of this process: to read it is to set it."""
    os.umask(umask := os.umask(0o077))
    return umask


@cache
def _parent() -> socket.socket:
    """Start the process that is forked; it ends when the tests do."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        parent = subprocess.Popen(
            [sys.executable, "-m", "tests.forks"], cwd=PROJECT, stdin=theirs.fileno()
        )
    atexit.register(parent.wait)
    atexit.register(ours.close)  # before that: the last one registered is the first
    return ours


def _next_order(orders: socket.socket) -> dict[str, Any] | None:
    """Return an order in the process that is to follow it; None in the parent, at the end."""
    while True:
        order, files, _, _ = socket.recv_fds(orders, MAX_ORDER, 3)
        if not order:
            return None
        if os.fork() == 0:
            orders.close()
            _keep(files[2])
            for number, file in enumerate(files[:2], 1):
                os.dup2(file, number)
            for file in files:
                os.close(file)
            told: dict[str, Any] = json.loads(order)
            return told
        for file in files:
            os.close(file)
        with suppress(ChildProcessError):  # there is no such process
            while os.waitpid(-1, os.WNOHANG)[0]:  # the keepers that are done
                pass


def _keep(result: int) -> None:
    """Fork, and return in the child. The parent waits, sends the exit code of the child, and ends.

    The code is negative for a signal.
    """
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os.write(result, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)


PACKAGES = (
    *("alembic.command", "alembic.config", "scrapy.commands", "scrapy.downloadermiddlewares"),
    *("scrapy.dupefilters", "scrapy.logformatter", "scrapy.pqueues", "scrapy.spidermiddlewares"),
    *("scrapy.squeues", "scrapy.statscollectors", "tldextract"),
    *("newscrawl.commands", "newscrawl.crawl", "newscrawl.extensions", "newscrawl.net"),
    *("newscrawl.output", "newscrawl.pipelines", "newscrawl.spiders", "newscrawl.tools.export"),
    *("newscrawl.tools.validation", "newscrawl.tools.verify"),
)
"""Modules and packages, with all of their modules: together, what a crawl imports.

A small crawl takes 1.3 s of CPU time less if the modules that Scrapy and Alembic import late are
among them.
"""


def _import_all() -> None:
    for name in PACKAGES:
        for _ in walk_modules_iter(name):
            pass
    for warm_up in WARM_UPS.values():  # as workers do
        warm_up()
    # Without it, the garbage collection at the end of a fork copies all memory of the parent.
    gc.freeze()
    # A process that forks has no reactor: each crawl installs its own.
    assert "twisted.internet.reactor" not in sys.modules


class WorkerServer:
    """The server of a command's workers, forked while the command has one thread.

    It has the imports and tables of workers, which take 0.8 s of CPU time. It ends with the
    command.
    """

    def __init__(self) -> None:
        self._start = worker_pool._start_process
        self._socket, theirs = socket.socketpair()
        self._code: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            self._socket.close()
            _serve(theirs)
        theirs.close()

    def start(self, pipe: socket.socket) -> WorkerServer | subprocess.Popen[bytes]:
        """Take the place of ``worker_pool._start_process``; a second server is a new process."""
        if self._socket.fileno() < 0:
            return self._start(pipe)
        with self._socket:
            socket.send_fds(self._socket, [b"serve"], [pipe.fileno()])
        return self

    def kill(self) -> None:
        """Do what ``Popen.kill`` does."""
        if self._code is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float = float("inf")) -> int:
        """Do what ``Popen.wait`` does."""
        deadline = time.monotonic() + timeout
        while self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("server", timeout)
            else:
                time.sleep(0.001)
        return self._code


def _serve(orders: socket.socket) -> NoReturn:
    """Be a server of workers as soon as the socket for its requests arrives."""
    try:
        os.setpgid(0, 0)
        order, files, _, _ = socket.recv_fds(orders, 8, 1)
        if order:
            os.dup2(files[0], 0)
            os.close(files[0])
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 2)
            fork_server.main()
    finally:
        os._exit(0)


def main() -> None:
    """Take orders until the tests end."""
    _import_all()
    with socket.socket(fileno=os.dup(0)) as orders:
        order = _next_order(orders)
    if order is None:
        return
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.environ.clear()
    os.environ.update(order["env"])
    os.umask(order["umask"])
    signal.alarm(order["seconds"])
    del sys.modules["newscrawl.settings"]  # they are read from the environment
    if order["words"][0] in WITH_WORKERS:
        worker_pool._start_process = WorkerServer().start  # type: ignore[assignment]
    if order["first"]:
        import_module(order["first"])
    sys.argv = ["scrapy", *order["words"]]
    cmdline.execute()


if __name__ == "__main__":
    main()
