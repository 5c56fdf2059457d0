"""Worker processes for work that may hang, crash or use too much memory; the crawl is safe."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, TypeVar, TypeVarTuple

from newscrawl.net.fair_slots import FairSlots
from newscrawl.runtime.fork_server import FORK, KILL, NUMBER, PRELOAD, REQUEST, WAIT
from newscrawl.runtime.worker_main import ANSWER, CALL, touch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

START_SECONDS: Final = 600.0
"""Seconds in which the server answers: imports take a few, but a busy machine may be slow."""

WALL_SECONDS: Final = 600.0
"""The wall-clock limit of a task: a busy machine may give a worker only 1 % of a core."""

MAX_GAP_SECONDS: Final = 1.0
"""At most this much is counted between two checks, so that a suspended machine exceeds no limit."""

TICK_SECONDS: Final = 0.04
"""The time between two checks of a worker's memory."""

ANSWER_BYTES: Final = 64 << 20
"""The largest answer. An article's text is below 1 MiB; a larger one is a bug or an attack."""

Args = TypeVarTuple("Args")
Result = TypeVar("Result")


class WorkerError(Exception):
    """The worker died during the task. Other tasks are not affected."""


class WorkerTimeout(WorkerError):
    """The task exceeded its limit of CPU time or of wall-clock time."""


class WorkerMemory(WorkerError):
    """The task exceeded its limit of memory, or its answer is too large."""


class WorkerCrash(WorkerError):
    """The process ended during the task: by a signal, by an exit, or because the crawl stopped."""


class Workers:
    """Run functions in at most *count* processes, each started when it is first needed.

    The calls of a crawl are run in their order; those of several crawls take turns. A thread for
    each worker waits for it, so the event loop never waits. Workers are forked from a server
    (`newscrawl.runtime.fork_server`), which imports what they need once, so they start fast and
    share its memory. They inherit no lock and no open file. A worker ends when its socket closes,
    so also if the parent was killed; during a task, it ends at the task's limit.

    Why not a library: the standard pool fails as a whole if one process dies. Pebble can kill one
    process, but all its workers share one pipe with locks, so a worker that is killed while it
    holds a lock blocks the others. And Pebble does not show which process has which task, which is
    needed to limit memory.

    Args:
        count: The most processes at a time.
        seconds: The CPU time of a task, without the start of the process and its imports. CPU time
            does not depend on other programs of the machine.
        wall_seconds: The wall-clock time of a task, for a task that waits and uses no CPU time.
        memory_mib: The resident memory of a process in MiB, checked 25 times a second.
        warm_ups: Functions by module name. The server calls the module's function before the first
            task of the module, and outside of the task's limits: for lazy imports and tables.
    """

    def __init__(
        self,
        count: int,
        seconds: float,
        memory_mib: int,
        *,
        wall_seconds: float = WALL_SECONDS,
        warm_ups: Mapping[str, Callable[[], object]] | None = None,
    ) -> None:
        self.count = count
        self._limits = (seconds, max(wall_seconds, 2 * seconds))
        self._memory_bytes = memory_mib << 20
        self._warm_ups = warm_ups or {}
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="worker")
        self._turns = FairSlots(count)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._alive: set[_Worker] = set()
        self._is_closed = False
        self._server: _ForkServer | None = None

    async def run(self, function: Callable[[*Args], Result], *args: *Args) -> Result:
        """Return ``function(*args)``, run in a worker.

        If it is cancelled, the task still runs to its end or limit; its result is dropped.

        Args:
            function: A function that the worker can import by its name.
            args: Values that can be pickled.

        Raises:
            WorkerTimeout, WorkerMemory: If the task exceeds a limit; the worker is replaced.
            WorkerCrash: If the task's worker died, and on the second try another one.
            Exception: The function's own error, with the worker's traceback as a note.
        """
        loop = asyncio.get_running_loop()
        async with self._turns.taken():
            self._check_open()
            return await loop.run_in_executor(self._threads, self._call, function, args)

    async def close(self) -> None:
        """End all workers; running and waiting tasks raise WorkerCrash."""
        with self._lock:
            self._is_closed = True
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        with self._lock:
            alive = list(self._alive)
        for worker in alive:
            worker.end()
        self._threads.shutdown()
        if self._server is not None:
            self._server.close()

    def _call(self, function: Callable[[*Args], Result], args: tuple[*Args]) -> Result:
        call = pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL)
        try:
            returned, answer = self._answer(function, call)
        except WorkerCrash:  # the system may have killed it, for example for memory: try once more
            returned, answer = self._answer(function, call)
        value = pickle.loads(answer)  # noqa: S301 - from a process of our own
        del answer
        if returned:
            return value  # type: ignore[no-any-return]
        raise value

    def _answer(self, function: Callable[..., object], call: bytes) -> tuple[bool, bytearray]:
        worker = self._take(function)
        try:
            answer = worker.call(call, *self._limits)
        except BaseException:
            self._drop(worker)
            raise
        self._give_back(worker)
        return answer

    def _take(self, function: Callable[..., object]) -> _Worker:
        """Return a worker that was forked after the function's module was imported."""
        with self._lock:
            self._check_open()
            worker = self._idle.pop() if self._idle else None  # the others may be swapped out
        if worker is not None:
            if function.__module__ in worker.modules:
                return worker
            self._drop(worker)
        return self._start(function)

    def _start(self, function: Callable[..., object]) -> _Worker:
        with self._lock:
            self._check_open()
            if self._server is None or self._server.is_lost:
                self._server = _ForkServer()
            server = self._server
        server.preload(function, self._warm_ups.get(function.__module__))
        worker = _Worker(server, self._memory_bytes)
        with self._lock:
            self._alive.add(worker)
        try:
            self._check_open()
        except WorkerCrash:
            self._drop(worker)
            raise
        return worker

    def _check_open(self) -> None:
        if self._is_closed:
            raise WorkerCrash("the workers were closed")

    def _give_back(self, worker: _Worker) -> None:
        if worker.is_bloated():
            self._drop(worker)
        else:
            with self._lock:
                self._idle.append(worker)

    def _drop(self, worker: _Worker) -> None:
        worker.end()
        with self._lock:
            self._alive.discard(worker)


class _Patience:
    """A task's wall-clock limit; time during which the machine was suspended does not count."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._looked = time.monotonic()

    def is_over(self) -> bool:
        """Return whether the time is used up. Call it about every `TICK_SECONDS`."""
        now = time.monotonic()
        self._left -= min(now - self._looked, MAX_GAP_SECONDS)
        self._looked = now
        return self._left < 0


class _ForkServer:
    """The process that workers are forked from; its methods may be called by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._modules: set[str] = set()
        self.is_lost = False
        self._socket, theirs = socket.socketpair()
        try:
            self.process = _start_process(theirs)
        except OSError as error:  # the system has no free process or memory
            self._socket.close()
            raise WorkerCrash(f"the worker could not be started: {error}") from error
        finally:
            theirs.close()

    def preload(
        self, function: Callable[..., object], warm_up: Callable[[], object] | None
    ) -> None:
        """Import the function's module and call *warm_up*, for all workers of later forks."""
        with self._lock:
            if function.__module__ in self._modules:
                return
            self._preload(touch, (function,))
            if warm_up:
                self._preload(warm_up, ())
            self._modules.add(function.__module__)

    def _preload(self, function: Callable[..., object], args: tuple[object, ...]) -> None:
        call = pickle.dumps((function, args))
        with self._noting_loss():
            self._socket.sendall(REQUEST.pack(PRELOAD, len(call)) + call)
            returned, size = ANSWER.unpack(self._receive(ANSWER.size))
            answer = self._receive(size)
        if not returned:
            raise pickle.loads(answer)  # noqa: S301 - from a process of our own

    def fork(self, theirs: socket.socket) -> tuple[int, frozenset[str]]:
        """Start a worker; return its process id, and the modules that it has.

        Args:
            theirs: The worker's end of its socket.
        """
        with self._lock, self._noting_loss():
            socket.send_fds(self._socket, [REQUEST.pack(FORK, 0)], [theirs.fileno()])
            return self._number(), frozenset(self._modules)

    def end(self, pid: int, *, at_once: bool) -> int:
        """Return the exit code of a worker, after its end.

        Args:
            at_once: Kill it; else the worker has closed its socket, so it is about to end.
        """
        with self._lock, self._noting_loss():
            self._socket.sendall(REQUEST.pack(KILL if at_once else WAIT, pid))
            return self._number()

    def close(self) -> None:
        """End the server, and wait for its end."""
        self._socket.close()
        self.process.wait()

    @contextmanager
    def _noting_loss(self) -> Iterator[None]:
        self._socket.settimeout(START_SECONDS)
        try:
            yield
        except OSError as error:
            self.is_lost = True
            self.process.kill()
            self.process.wait()
            raise WorkerCrash(f"the server of the workers died: {error}") from error

    def _number(self) -> int:
        return int(NUMBER.unpack(self._receive(NUMBER.size))[0])

    def _receive(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._socket.recv(size - len(parts))
            if not part:
                raise ConnectionResetError("its socket is closed")
            parts += part
        return bytes(parts)


class _Worker:
    """One process and its socket, used by one thread at a time."""

    def __init__(self, server: _ForkServer, memory_bytes: int) -> None:
        self._server = server
        self._memory_bytes = memory_bytes
        self._socket, theirs = socket.socketpair()
        with theirs:
            self.pid, self.modules = server.fork(theirs)
        import psutil  # slow, and a run with nothing new starts no worker

        self._usage = psutil.Process(self.pid)
        self._at_rest_bytes = self._resident_bytes()

    def call(self, call: bytes, seconds: float, wall_seconds: float) -> tuple[bool, bytearray]:
        """Return whether the call returned (else it raised), and its pickled value or error.

        Args:
            call: A pickled tuple: the function and its arguments.
            seconds: The limit of CPU time.
            wall_seconds: The limit of wall-clock time.

        Raises:
            WorkerError: If the worker exceeds a limit or dies.
        """
        patience = _Patience(wall_seconds)
        try:
            self._socket.settimeout(wall_seconds)
            self._socket.sendall(CALL.pack(seconds, wall_seconds, len(call)) + call)
            self._socket.settimeout(TICK_SECONDS)
            returned, size = ANSWER.unpack(self._receive(ANSWER.size, patience))
            if size > ANSWER_BYTES:
                raise WorkerMemory(f"the answer has {size:,} bytes")
            return returned, self._receive(size, patience)
        except TimeoutError:
            raise WorkerTimeout(f"not done after {wall_seconds:g} s") from None
        except ConnectionError:
            raise self._death(seconds) from None

    def _receive(self, size: int, patience: _Patience) -> bytearray:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            try:
                count = self._socket.recv_into(view)
            except TimeoutError:
                if patience.is_over():
                    raise
                self._check_memory()
                continue
            if not count:
                raise ConnectionResetError
            view = view[count:]
        return data

    def _check_memory(self) -> None:
        used = self._resident_bytes()
        if used > self._memory_bytes:
            raise WorkerMemory(f"{used >> 20} MiB in use, {self._memory_bytes >> 20} allowed")

    def _death(self, seconds: float) -> WorkerError:
        code = self._server.end(self.pid, at_once=False)
        if code == -signal.SIGPROF:
            return WorkerTimeout(f"not done after {seconds:g} s of CPU time")
        if code < 0:
            return WorkerCrash(f"the worker died: {signal.strsignal(-code)}")
        return WorkerCrash(f"the worker left with exit code {code}")

    def is_bloated(self) -> bool:
        """Return whether the worker still uses over half of the memory that is for its tasks.

        Then the next task could exceed the limit because of this one, so the worker is replaced.
        """
        free = self._memory_bytes - self._at_rest_bytes
        return self._resident_bytes() > self._at_rest_bytes + free / 2

    def _resident_bytes(self) -> int:
        import psutil

        try:
            return int(self._usage.memory_info().rss)
        except psutil.Error:  # it has just ended; reading from the socket reports that
            return 0

    def end(self) -> None:
        """Kill the process, wait for its end, and close its socket."""
        with suppress(WorkerCrash):  # without the server, the closed socket ends it
            self._server.end(self.pid, at_once=True)
        self._socket.close()


def _start_process(pipe: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "newscrawl.runtime.fork_server"],
        stdin=pipe.fileno(),
        stdout=pipe.fileno(),
        stderr=subprocess.DEVNULL,  # libraries print warnings about pages, which must not be logged
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
        process_group=0,  # so Ctrl-C in a terminal reaches only the parent
    )
