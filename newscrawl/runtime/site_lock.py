"""Locks: one run of a site at a time on all machines, and one schedule of an archive."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout
from sqlalchemy.exc import DatabaseError

from newscrawl.archive.private_files import make_private_folder
from newscrawl.exceptions import ArchiveError, LockHeld
from newscrawl.settings import project_folder

if TYPE_CHECKING:
    from newscrawl.archive.database import Archive
    from newscrawl.archive.postgres_lock import SharedLock


def lock_folder(archive: str) -> Path:
    """Return the folder of locks, beside the archive, so that all its processes use the same one.

    Args:
        archive: The path of an archive, or a database URL: then the project's folder is used.

    >>> str(lock_folder(".newscrawl/archive.sqlite"))
    '.newscrawl/locks'
    """
    if "://" in archive:
        return project_folder() / ".newscrawl/locks"
    path = Path(archive).expanduser()
    return (path.resolve() if path.is_symlink() else path).parent / "locks"


class RunLock:
    """Lock a name for this process. The system releases the lock when the process ends in any way.

    A `with` statement takes the lock and releases it.

    Args:
        folder: The folder of locks.
        name: The name to lock: of a site, the name of its folder.
        what: The work that needs the lock, for the error message: "crawl of example.org".
        shared: The lock of the same name for other machines that share the archive.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        what: str | None = None,
        *,
        shared: SharedLock | None = None,
    ) -> None:
        self._shared = shared
        self._what = what or f"crawl of {name}"
        self._lock = FileLock(folder / f"{name}.lock")
        self._note = _note(folder, name)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            LockHeld: If another process has it; the message has its process id and start time.
            ArchiveError: If the folder of locks can't be written.
        """
        try:
            make_private_folder(self._note.parent)
            self._lock.acquire(blocking=False)
        except Timeout as error:
            raise self._refusal(_holder_in(self._note)) from error
        except OSError as error:
            raise ArchiveError(
                f"The folder of locks {self._note.parent} can't be written"
                f" ({error.strerror or error}): fix that, or set NEWSCRAWL_ARCHIVE to another path"
            ) from error
        if self._shared is not None and (holder := self._shared.acquire()):
            self._lock.release()
            raise self._refusal(holder)
        since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with suppress(OSError):  # the note is only information: a full disk must not stop the run
            self._note.write_text(json.dumps({"pid": os.getpid(), "since": since}))

    def release(self) -> None:
        """Release the lock; do nothing if it is not held."""
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()
            if self._shared is not None:
                self._shared.release()

    def keep(self) -> bool:
        """Take the lock again if its connection to the database was lost.

        Returns:
            True if this process has the lock; False if the archive does not answer.

        Raises:
            ArchiveError: If another process took the lock in the meantime.
        """
        try:
            if self._shared is not None:
                self._shared.keep()
        except DatabaseError:
            return False
        return True

    def _refusal(self, holder: str | None) -> LockHeld:
        who = holder or "an unknown process"
        return LockHeld(f"Another {self._what} is under way ({who}): wait for it to end")


def lock_of(archive: Archive, name: str, what: str | None = None) -> RunLock:
    """Return the lock of a name for all processes of an archive, on all machines."""
    shared = archive.shared_lock(name)
    return RunLock(lock_folder(archive.location), name, what, shared=shared)


def holder_of(archive: Archive, name: str) -> str | None:
    """Return the holder of the lock of a name, on any machine; None if the lock is free."""
    if shared := archive.shared_lock(name):
        # Not the note: in a container, a process that was killed had the same id as this one.
        return shared.holder()
    return holder(lock_folder(archive.location), name)


def holder(folder: Path, name: str) -> str | None:
    """Return the holder of a lock, "process 12, since ..."; None if the lock is free.

    It reads the holder's note, and checks that a process with this id exists. It does not try the
    lock: another process that wants the lock at this moment would be refused.
    """
    return _holder_in(_note(folder, name), alive=True)


def _note(folder: Path, name: str) -> Path:
    return folder / f"{name}.holder.json"


def _holder_in(file: Path, *, alive: bool = False) -> str | None:
    """Return the holder in a note; None if the note can't be read.

    Args:
        alive: Whether the holder's process must exist.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):
        note = json.loads(file.read_text())
        pid = int(note["pid"])
        if not alive or _is_running(pid):
            return f"process {pid}, since {note['since']}"
    return None


def _is_running(pid: int) -> bool:
    import psutil  # slow, and seldom needed

    return psutil.pid_exists(pid)
