"""Files that are whole or not there: how lines get under their names in the output folder."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from newscrawl.exceptions import ConfigurationError, NewscrawlError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def check_folder(folder: Path) -> None:
    """Make the folder if it is missing.

    Raises:
        ConfigurationError: If nothing can be written in it.
    """
    try:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for made in missing:
            _sync(made.parent)
        with TemporaryFile(dir=folder):  # it has no name that a crash could leave behind
            pass
    except OSError as error:
        raise ConfigurationError(
            f"The output folder {folder} can't be written ({error.strerror or error}): set"
            " NEWSCRAWL_OUTPUT to one that can"
        ) from error


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait for the folder, and keep other processes from writing files into it meanwhile.

    Two archives may have one output folder. What a killed process had begun there is removed.

    Raises:
        NewscrawlError: If the folder is gone.
    """
    with _explained(folder):
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network shares know no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        with _explained(folder):
            for part in folder.glob(".*.part"):
                part.unlink()
        yield
    finally:
        os.close(descriptor)


def write_whole(path: Path, lines: Iterable[bytes]) -> str | None:
    """Write a file that never changes again; return the SHA-256 of its bytes.

    The bytes are durable under another name before they get theirs, and the name is durable when
    this returns. A file that is there already with the same bytes is left as it is; None means
    that another file has the name. The caller is `alone_in` the folder.

    Raises:
        NewscrawlError: If the disk is full or gone; the partial file is removed.
    """
    part = path.with_name(f".{path.name}.part")
    with _explained(path):
        try:
            digest = _write(part, lines)
            if path.exists():
                if _digest(path) != digest:
                    return None
            else:
                part.rename(path)
            _sync(path.parent)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return digest


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NewscrawlError(
            f"{path} can't be written ({error.strerror or error}); nothing is lost: mend that and"
            " run again, and the file is written from the archive"
        ) from error


def _write(path: Path, lines: Iterable[bytes]) -> str:
    digest = sha256()
    with path.open("wb") as file:
        for line in lines:
            file.write(line + b"\n")
            digest.update(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
