"""A process beside the crawl that kills it after a second signal, whatever the crawl computes.

Python calls its signal handlers between two steps of its own. A library that computes in C for
minutes, with the interpreter's lock, keeps every handler and every thread of its process waiting.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import suppress

GRACE_SECONDS = 2.0  # for the crawl to leave by itself after the second signal
STOPPED_AT_ONCE = b"Stopped at once; what was committed is kept: run again to go on\n"


def start_kill_switch() -> None:
    """Start the process; it ends when this process does.

    It counts the signals for which this process has handlers, so those of SIGINT and SIGTERM have
    to be set already.
    """
    import subprocess

    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    command = [sys.executable, "-I", "-S", __file__, str(os.getpid())]
    # A session of its own: Ctrl-C in the terminal reaches the crawl only.
    switch = subprocess.Popen(
        command, stdin=reading, stdout=subprocess.DEVNULL, start_new_session=True
    )
    switch.returncode = 0  # nobody waits for it
    os.close(reading)


def main(crawl: int) -> None:
    """Count the signals that the crawl receives; standard input has a byte for each."""
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
