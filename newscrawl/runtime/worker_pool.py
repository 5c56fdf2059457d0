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
from typing import TYPE_CHECKING, Final, TypeVar, TypeVarTuple

from newscrawl.runtime.worker_main import ANSWER, CALL, touch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

START_SECONDS: Final = 60.0
"""CPU time for the start of an interpreter and its imports."""

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

    Calls are run in their order. A thread for each worker waits for it, so the event loop never
    waits. A worker is a new interpreter with a socket: it inherits no lock and no open file. It
    ends when the socket closes, so also if the parent was killed; during a task, it ends at the
    task's limit.

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
        warm_ups: Functions by module name. A process calls the module's function before its first
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
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._alive: set[_Worker] = set()
        self._is_closed = False

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
        return await loop.run_in_executor(self._threads, self._call, function, args)

    async def close(self) -> None:
        """End all workers; running and waiting tasks raise WorkerCrash."""
        with self._lock:
            self._is_closed = True
            alive = list(self._alive)
        for worker in alive:
            worker.process.kill()
        await asyncio.to_thread(self._threads.shutdown)
        for worker in alive:
            worker.end()

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
        worker = self._take()
        try:
            worker.prepare(function, self._warm_ups.get(function.__module__))
            answer = worker.call(call, *self._limits)
        except BaseException:
            self._drop(worker)
            raise
        self._give_back(worker)
        return answer

    def _take(self) -> _Worker:
        with self._lock:
            if self._is_closed:
                raise WorkerCrash("the workers were closed")
            if self._idle:
                return self._idle.pop()  # the last one used; the others may be swapped out
            worker = _Worker(self._memory_bytes)
            self._alive.add(worker)
            return worker

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


class _Worker:
    """One process and its socket, used by one thread at a time."""

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._prepared: set[str] = set()
        self._at_rest_bytes = 0
        self._socket, theirs = socket.socketpair()
        try:
            self.process = _start_process(theirs)
        except OSError as error:  # the system has no free process or memory
            self._socket.close()
            raise WorkerCrash(f"the worker could not be started: {error}") from error
        finally:
            theirs.close()
        import psutil  # slow, and a run with nothing new starts no worker

        self._usage = psutil.Process(self.process.pid)

    def prepare(
        self, function: Callable[..., object], warm_up: Callable[[], object] | None
    ) -> None:
        """Import the function's module and call *warm_up*, outside the limits of any task."""
        if function.__module__ in self._prepared:
            return
        self._start(touch, (function,))
        if warm_up:
            self._start(warm_up, ())
        self._prepared.add(function.__module__)
        self._at_rest_bytes = self._resident_bytes()

    def _start(self, function: Callable[..., object], args: tuple[object, ...]) -> None:
        returned, answer = self.call(pickle.dumps((function, args)), START_SECONDS, WALL_SECONDS)
        if not returned:
            raise pickle.loads(answer)  # noqa: S301 - from a process of our own

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
        code = self._exit_code()
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
        """Kill the process, close its socket, and wait for its end."""
        self._socket.close()
        self.process.kill()
        self.process.wait()

    def _exit_code(self) -> int:
        try:
            return int(self.process.wait(timeout=1))
        except subprocess.TimeoutExpired:  # it closed its socket but still runs
            self.process.kill()
            return int(self.process.wait())


def _start_process(pipe: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "newscrawl.runtime.worker_main"],
        stdin=pipe.fileno(),
        stdout=pipe.fileno(),
        stderr=subprocess.DEVNULL,  # libraries print warnings about pages, which must not be logged
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
        process_group=0,  # so Ctrl-C in a terminal reaches only the parent
    )
