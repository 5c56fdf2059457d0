"""Processes for work that may hang, crash or eat memory; each can die without the crawl."""

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
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

import psutil

from newscrawl.runtime.worker_main import ANSWER, CALL, touch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

START_SECONDS = 60.0  # of CPU time, for an interpreter and its imports
WALL_SECONDS = 600.0  # for a task by the clock: a busy machine may give a worker 1 % of a core
MAX_GAP_SECONDS = 1.0  # counted between two looks: a machine that was suspended triggers no limit
TICK_SECONDS = 0.04  # between two looks at a worker's memory
ANSWER_BYTES = 64 << 20  # an article's text is under one MiB; more is a mistake or an attack

Args = TypeVarTuple("Args")
Result = TypeVar("Result")


class WorkerError(Exception):
    """The worker died, and the task with it. Other tasks are not touched."""


class WorkerTimeout(WorkerError):
    """The task took more CPU time than it may, or did nothing for far too long."""


class WorkerMemory(WorkerError):
    """The task took, or would have answered with, more memory than it may."""


class WorkerCrash(WorkerError):
    """The process ended by itself: a signal, an exit, or a stop of the crawl."""


class Workers:
    """Run functions in a few processes, started when first needed, at most *count* at a time.

    One thread a worker waits for it, so the event loop never does; calls are taken in the order
    in which they came. A worker is a fresh interpreter on a socket: it inherits no lock and no
    open file, and ends by itself when the socket closes, however the parent died; one that is
    then in a task ends at the task's limit.

    Why not a library: the standard pool fails as a whole when one process dies. Pebble kills
    singly, but shares one pipe and its locks among all workers, so that one killed while it
    holds a lock stalls the others; and it doesn't show which process has which task, without
    which memory can't be limited.

    Args:
        count: Processes.
        seconds: CPU time of one task, without the start of its process and the imports. So a
            machine that is busy with something else triggers no limit.
        wall_seconds: The same by the clock, for a task that waits and takes no CPU time.
        memory_mib: Resident memory of a process, looked at 25 times a second.
        warm_ups: By the module of a function, what a process calls before its first task of that
            module, outside that task's limits: for what the function imports and builds lazily.
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
        """Return what *function*, importable by its name, returns for *args* in a worker.

        When cancelled, the task runs on to its end or limit, and its result is dropped.

        Raises:
            WorkerTimeout, WorkerMemory: And the worker is replaced.
            WorkerCrash: Two workers died of the task, one after another.
            Exception: What the function raised, with the worker's traceback as a note.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._call, function, args)

    async def close(self) -> None:
        """End all workers; what still runs or waits raises WorkerCrash."""
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
        except WorkerCrash:  # it may have been killed from outside, as for memory: once more
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
                return self._idle.pop()  # the one used last: the others may be swapped out
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
    """The time that a task has by the clock, less what the machine slept."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._looked = time.monotonic()

    def is_over(self) -> bool:
        """Return whether the time is used up; to be called about every `TICK_SECONDS`."""
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
        except OSError as error:  # no process or memory left
            self._socket.close()
            raise WorkerCrash(f"the worker could not be started: {error}") from error
        finally:
            theirs.close()
        self._usage = psutil.Process(self.process.pid)

    def prepare(
        self, function: Callable[..., object], warm_up: Callable[[], object] | None
    ) -> None:
        """Import the function's module before any task's clock runs."""
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
        """Return whether the call returned, and its pickled value or error."""
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
        """Whether it kept so much memory that the next task would pay for this one."""
        free = self._memory_bytes - self._at_rest_bytes
        return self._resident_bytes() > self._at_rest_bytes + free / 2

    def _resident_bytes(self) -> int:
        try:
            return int(self._usage.memory_info().rss)
        except psutil.Error:  # it has just ended: the socket reports it
            return 0

    def end(self) -> None:
        """Kill the process and leave nothing of it behind."""
        self._socket.close()
        self.process.kill()
        self.process.wait()

    def _exit_code(self) -> int:
        try:
            return int(self.process.wait(timeout=1))
        except subprocess.TimeoutExpired:  # it closed its socket and lives on
            self.process.kill()
            return int(self.process.wait())


def _start_process(pipe: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "newscrawl.runtime.worker_main"],
        stdin=pipe.fileno(),
        stdout=pipe.fileno(),
        stderr=subprocess.DEVNULL,  # a library's chatter about a page is not for the log
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
        process_group=0,  # Ctrl-C in a terminal reaches only the parent
    )
