"""A file that is written under another name until it is complete, by one process at a time."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from newscrawl.exceptions import LockHeld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that gets the name *path* at the end of the block, instead of the one there.

    An unfinished file has one name only, so a process that was killed leaves no more than one, and
    the next one overwrites it.

    Raises:
        LockHeld: If another process writes *path* at this moment.
        OSError: If it can't be written.
    """
    part = path.with_name(f".{path.name}.part")
    with _opened_alone(part) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _opened_alone(part: Path) -> IO[bytes]:
    """Open and lock a file, then empty it."""
    while True:
        file = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT, 0o666), "wb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise LockHeld(f"Another process writes {part}: wait for it to end") from error
        except OSError:  # some network shares have no locks
            pass
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), part.stat()):
                file.truncate()
                return file
        file.close()  # the process that had the lock has given the file its final name
