"""The work of a worker: read calls from a socket, answer each, and end with the socket."""

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


def answer_calls(fd: int) -> None:
    """Answer calls from a socket until its other end is closed."""
    while header := receive(fd, CALL.size):
        cpu_seconds, seconds, size = CALL.unpack(header)
        call = receive(fd, size)
        # The kernel's timers end even a loop in C during which Python can't run signal handlers.
        # They also end a worker whose parent died; a live parent kills it at half of the second.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds)
        returned, answer = called(call)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        send(fd, ANSWER.pack(returned, len(answer)))
        send(fd, answer)
        gc.collect()  # after the answer, so that no caller waits for it
        gc.freeze()  # modules and their tables are left; the next collection skips them


def touch(_function: object) -> None:
    """Do nothing. Unpickling the function in the worker has imported its module."""


def called(call: bytes) -> tuple[bool, bytes]:
    """Return whether a pickled call returned (else it raised), and its pickled value or error."""
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


def receive(fd: int, size: int) -> bytes:
    """Return *size* bytes, or b"" if the other end is closed."""
    parts: list[Any] = []
    while size:
        part = os.read(fd, min(size, CHUNK_BYTES))
        if not part:
            return b""
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def send(fd: int, data: bytes) -> None:
    """Write all of *data*."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view[:CHUNK_BYTES]) :]
