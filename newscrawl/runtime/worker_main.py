"""What runs inside a worker: take calls from a socket, answer each, end with the socket.

Kept apart from `newscrawl.runtime.worker_pool`, with few imports, so that an idle worker stays
small.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import struct
import traceback
from typing import Any

CALL = struct.Struct("!ddQ")  # CPU seconds and seconds for the task, bytes of the call
ANSWER = struct.Struct("!?Q")  # whether the call returned, bytes of the answer
CHUNK_BYTES = 1 << 18


def main() -> None:
    """Serve the socket that came as standard input until its other end is closed."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent decides, by closing the socket
    fd = _take_over_standard_input()
    gc.disable()  # the trees of a page are many objects, and looking for cycles a tenth of the time
    while header := _receive(fd, CALL.size):
        cpu_seconds, seconds, size = CALL.unpack(header)
        call = _receive(fd, size)
        # The kernel's timers end even a loop in C that never lets Python's signal handlers run, and
        # a worker whose parent has died. The parent itself kills at half of the second one.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds)
        returned, answer = _answer(call)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(fd, ANSWER.pack(returned, len(answer)))
        _send(fd, answer)
        gc.collect()  # here nobody waits for it
        gc.freeze()  # what is left are modules and their tables: not to be looked at again


def touch(_function: object) -> None:
    """Do nothing: to have received a function is to have imported its module."""


def _take_over_standard_input() -> int:
    """Return the socket under a number of its own; nothing that prints can reach it then."""
    fd = os.dup(0)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return fd


def _answer(call: bytes) -> tuple[bool, bytes]:
    try:
        function, args = pickle.loads(call)  # noqa: S301 - written by the parent
        return True, pickle.dumps(function(*args), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets it
        return False, _pickled(error)


def _pickled(error: Exception) -> bytes:
    """Pickle the error with its traceback as a note; one that can't travel becomes its words."""
    note = "in the worker:\n" + "".join(traceback.format_exception(error))
    error.add_note(note)
    try:
        answer = pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
        pickle.loads(answer)  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - constructors of errors may do anything
        words = RuntimeError(f"{type(error).__name__}: {error}")
        words.add_note(note)
        return pickle.dumps(words)
    return answer


def _receive(fd: int, size: int) -> bytes:
    """Return *size* bytes, or b"" when the other end is closed."""
    parts: list[Any] = []
    while size:
        part = os.read(fd, min(size, CHUNK_BYTES))
        if not part:
            return b""
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _send(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view[:CHUNK_BYTES]) :]


if __name__ == "__main__":
    main()
