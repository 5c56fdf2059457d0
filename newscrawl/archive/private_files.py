"""Create files and folders that only their owner may read: the archive, its copies, and logs."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700


def make_private_folder(folder: Path) -> None:
    """Create a folder that only its owner may read, and the folders above it as usual.

    An existing folder keeps its mode.

    Raises:
        OSError: If it can't be created.
    """
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)


def create_private(file: Path) -> None:
    """Create an empty file that only its owner may read and write.

    Raises:
        FileExistsError: If it exists.
        OSError: If it can't be created.
    """
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))


def make_private(file: Path) -> None:
    """Set a file's mode so that only its owner may read it.

    A device such as /dev/null, a missing file, and a file of another user keep their modes.
    """
    with suppress(OSError):
        found = file.stat()
        if stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) & ~FOLDER_MODE:
            file.chmod(FILE_MODE)


def open_private(file: Path) -> IO[bytes]:
    """Open a file that only its owner may read, to append to it; create it if it is missing.

    Raises:
        OSError: If it can't be opened.
    """
    descriptor = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, FILE_MODE)
    make_private(file)
    return os.fdopen(descriptor, "ab")
