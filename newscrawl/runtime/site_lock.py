"""One run of a site at a time, wherever it is started; and one schedule of an archive."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from filelock import FileLock, Timeout
from sqlalchemy.exc import DatabaseError

from newscrawl.archive.private_files import make_private_folder
from newscrawl.exceptions import ArchiveError, LockHeld
from newscrawl.settings import project_folder

if TYPE_CHECKING:
    from newscrawl.archive.database import Archive
    from newscrawl.archive.postgres_lock import SharedLock


def lock_folder(archive: str) -> Path:
    """Return the folder of locks: beside the archive, so that all who share it see them.

    >>> str(lock_folder(".newscrawl/archive.sqlite"))
    '.newscrawl/locks'
    """
    if "://" in archive:
        return project_folder() / ".newscrawl/locks"
    path = Path(archive).expanduser()
    return (path.resolve() if path.is_symlink() else path).parent / "locks"


class RunLock:
    """Holds a site for this process; the system lets go of it when the process ends, however.

    Args:
        folder: The folder of locks.
        name: The site's folder name.
        what: Who holds it, as a refusal names it: "crawl of example.org".
        shared: Holds the same name for other machines that share the archive.
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

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            LockHeld: If another process has it; the message names it, and since when it has it.
            ArchiveError: If the folder of locks can't be written.
        """
        try:
            make_private_folder(self._note.parent)
            self._lock.acquire(blocking=False)
        except Timeout as error:
            raise self._refusal(_told(self._note)) from error
        except OSError as error:
            raise ArchiveError(
                f"The folder of locks {self._note.parent} can't be written"
                f" ({error.strerror or error}): mend that, or set NEWSCRAWL_ARCHIVE to another path"
            ) from error
        if self._shared is not None and (holder := self._shared.acquire()):
            self._lock.release()
            raise self._refusal(holder)
        since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with suppress(OSError):  # as on a full disk: the lock is held all the same
            self._note.write_text(json.dumps({"pid": os.getpid(), "since": since}))

    def release(self) -> None:
        """Let go of the site."""
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()
            if self._shared is not None:
                self._shared.release()

    def keep(self) -> bool:
        """Take the lock again if the connection that held it was lost.

        Returns:
            False while the archive does not answer.

        Raises:
            ArchiveError: If another process has taken it meanwhile.
        """
        try:
            if self._shared is not None:
                self._shared.keep()
        except DatabaseError:
            return False
        return True

    def _refusal(self, holder: str | None) -> LockHeld:
        who = holder or "its process did not say which it is"
        return LockHeld(f"Another {self._what} is under way ({who}): wait for it to end")


def lock_of(archive: Archive, name: str, what: str | None = None) -> RunLock:
    """Return the lock of a name beside an archive, on all machines that share it."""
    shared = archive.shared_lock(name)
    return RunLock(lock_folder(archive.location), name, what, shared=shared)


def holder_of(archive: Archive, name: str) -> str | None:
    """Return who holds the lock of a name, here or on another machine; None if nobody does."""
    shared = archive.shared_lock(name)
    told = holder(lock_folder(archive.location), name)
    return told or (shared.holder() if shared else None)


def holder(folder: Path, name: str) -> str | None:
    """Return who holds a lock, "process 12, since ..."; None if nobody does.

    It does not touch the lock, which would refuse whoever takes it meanwhile; so it believes what
    the holder wrote, while there is a process of that number.
    """
    return _told(_note(folder, name), alive=True)


def _note(folder: Path, name: str) -> Path:
    return folder / f"{name}.holder.json"


def _told(file: Path, *, alive: bool = False) -> str | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        note = json.loads(file.read_text())
        pid = int(note["pid"])
        if not alive or psutil.pid_exists(pid):
            return f"process {pid}, since {note['since']}"
    return None
