"""One run of a site at a time, wherever it is started."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from newscrawl.exceptions import ArchiveError

if TYPE_CHECKING:
    from pathlib import Path


class RunLock:
    """Holds a site for this process; the system lets go of it when the process ends, however.

    Args:
        folder: Where locks are: beside the archive, so that all who share it see them.
        name: The site's folder name.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._name = name
        self._lock = FileLock(folder / f"{name}.lock")
        self._note = folder / f"{name}.holder.json"

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            ArchiveError: If another process has it; says which, and since when.
        """
        self._note.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(blocking=False)
        except Timeout as error:
            raise ArchiveError(
                f"Another crawl of {self._name} is under way ({self._holder()}): wait for it to end"
            ) from error
        since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._note.write_text(json.dumps({"pid": os.getpid(), "since": since}))

    def _holder(self) -> str:
        with suppress(OSError, ValueError, KeyError, TypeError):
            note = json.loads(self._note.read_text())
            return f"process {int(note['pid'])}, since {note['since']}"
        return "its process did not say which it is"

    def release(self) -> None:
        """Let go of the site."""
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()
