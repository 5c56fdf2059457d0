"""The program that workers are forked from: a worker has its imports, and shares their memory.

It has no thread, no lock and no open file of the crawl, so a worker inherits none.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import struct
import time
from typing import Final

from newscrawl.runtime.worker_main import ANSWER, answer_calls, called, receive, send

REQUEST: Final = struct.Struct("!cQ")
"""The header of a request: its kind; the number of a process, or the bytes that follow."""

NUMBER: Final = struct.Struct("!q")
"""The answer to all requests but `PRELOAD`: a process id, or an exit code."""

FORK: Final = b"F"
"""Start a worker. The request carries the worker's socket."""

PRELOAD: Final = b"P"
"""Call a function, so that all workers of later forks have what it imports and builds."""

KILL: Final = b"K"
"""Kill a worker; the answer is its exit code."""

WAIT: Final = b"W"
"""Wait for the end of a worker that closed its socket; the answer is its exit code."""

PATIENCE_SECONDS: Final = 1.0
"""A worker that closed its socket and still runs is killed after this time."""

TICK_SECONDS: Final = 0.002
"""The time between two looks whether a worker has ended."""


def main() -> None:
    """Answer requests from the socket on standard input until its other end is closed."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent ends all by closing the sockets
    control = socket.socket(fileno=_take_over_standard_input())
    gc.disable()  # else a collection in a worker writes to the memory that it shares
    ended: dict[int, int] = {}
    while True:
        header, sockets, _, _ = socket.recv_fds(control, REQUEST.size, 1)
        if not header:
            break
        kind, number = REQUEST.unpack(header)
        if kind == PRELOAD:
            _preload(control.fileno(), number)
        elif kind == FORK:
            control.sendall(NUMBER.pack(_fork(control, sockets[0], ended)))
        else:
            control.sendall(NUMBER.pack(_end(number, ended, at_once=kind == KILL)))


def _preload(control: int, size: int) -> None:
    returned, answer = called(receive(control, size))
    gc.collect()
    gc.freeze()
    send(control, ANSWER.pack(returned, len(answer)))
    send(control, answer)


def _fork(control: socket.socket, worker: int, ended: dict[int, int]) -> int:
    """Start a worker that answers the calls from a socket; return its process id."""
    pid = os.fork()
    if not pid:
        control.close()
        answer_calls(worker)
        os._exit(0)
    os.close(worker)
    ended.pop(pid, None)  # the number of a worker that has ended is used again
    return pid


def _end(pid: int, ended: dict[int, int], *, at_once: bool) -> int:
    """Return the exit code of a worker, after its end."""
    deadline = 0.0 if at_once else time.monotonic() + PATIENCE_SECONDS
    while pid not in ended:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            ended[pid] = os.waitstatus_to_exitcode(status)
            break
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(TICK_SECONDS)
    return ended[pid]


def _take_over_standard_input() -> int:
    """Move the socket to a new file descriptor, and return it.

    Otherwise a library that prints would write into the socket.
    """
    fd = os.dup(0)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return fd


if __name__ == "__main__":
    main()
