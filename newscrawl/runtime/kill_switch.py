"""A separate process that kills the crawl after a second signal.

Python runs signal handlers only between two of its own instructions. If a library computes in C for
minutes and holds the interpreter's lock, no handler and no thread of the process runs until it
returns. So the crawl can't end itself in that time.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import suppress

GRACE_SECONDS = 2.0
"""The time in which the crawl can end by itself after the second signal."""

STOPPED_AT_ONCE = b"Stopped at once; what was committed is kept: run again to go on\n"
"""The message on standard error when the crawl is killed."""


def start_kill_switch() -> None:
    """Start the process; it ends when this process ends.

    Call it after the handlers of SIGINT and SIGTERM are set: it counts only signals with handlers.
    """
    import subprocess

    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    command = [sys.executable, "-I", "-S", __file__, str(os.getpid())]
    # In a session of its own, so that Ctrl-C in the terminal does not end it.
    switch = subprocess.Popen(
        command, stdin=reading, stdout=subprocess.DEVNULL, start_new_session=True
    )
    switch.returncode = 0  # else Popen warns that nobody waited for the process
    os.close(reading)


def main(crawl: int) -> None:
    """Count the crawl's signals, and kill the crawl after the second one.

    Standard input has one byte for each signal, its number. It ends when the crawl ends.

    Args:
        crawl: The process id of the crawl.
    """
    received = 0
    while received < 2:
        numbers = os.read(0, 64)
        if not numbers:  # the crawl has ended
            return
        received += sum(number in (signal.SIGINT, signal.SIGTERM) for number in numbers)
    while select.select([0], [], [], GRACE_SECONDS)[0]:
        if not os.read(0, 64):
            return
    with suppress(OSError):
        os.write(2, STOPPED_AT_ONCE)
    with suppress(ProcessLookupError):
        os.kill(crawl, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
