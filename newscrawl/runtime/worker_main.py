"""The program of a worker: read calls from a socket, answer each, and end with the socket.

It is not in `newscrawl.runtime.worker_pool` and imports little, so that an idle worker is small.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import struct
import traceback
from typing import Any

CALL = struct.Struct("!ddQ")
"""The header of a call: CPU seconds and wall-clock seconds of its limits, bytes of the call."""

ANSWER = struct.Struct("!?Q")
"""The header of an answer: whether the call returned (else it raised), bytes of the answer."""

CHUNK_BYTES = 1 << 18
"""The most bytes of one read or write."""


def main() -> None:
    """Answer calls from the socket on standard input until its other end is closed."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent ends the worker by closing the socket
    fd = _take_over_standard_input()
    gc.disable()  # a page's trees are many objects: during a task, the collector took 10 % of it
    while header := _receive(fd, CALL.size):
        cpu_seconds, seconds, size = CALL.unpack(header)
        call = _receive(fd, size)
        # The kernel's timers end even a loop in C during which Python can't run signal handlers.
        # They also end a worker whose parent died; a live parent kills it at half of the second.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds)
        returned, answer = _answer(call)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(fd, ANSWER.pack(returned, len(answer)))
        _send(fd, answer)
        gc.collect()  # after the answer, so that no caller waits for it
        gc.freeze()  # modules and their tables are left; the next collection skips them


def touch(_function: object) -> None:
    """Do nothing. Unpickling the function in the worker has imported its module."""


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


def _answer(call: bytes) -> tuple[bool, bytes]:
    try:
        function, args = pickle.loads(call)  # noqa: S301 - the parent wrote it
        return True, pickle.dumps(function(*args), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - the caller gets any error
        return False, _pickled(error)


def _pickled(error: Exception) -> bytes:
    """Return the pickled error, with its traceback as a note.

    An error that can't be pickled becomes a RuntimeError with its message.
    """
    note = "in the worker:\n" + "".join(traceback.format_exception(error))
    error.add_note(note)
    try:
        answer = pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
        pickle.loads(answer)  # noqa: S301 - written one line above
    except Exception:  # noqa: BLE001 - the error's class may raise anything
        words = RuntimeError(f"{type(error).__name__}: {error}")
        words.add_note(note)
        return pickle.dumps(words)
    return answer


def _receive(fd: int, size: int) -> bytes:
    """Return *size* bytes, or b"" if the other end is closed."""
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
