"""Write output files atomically: under its name, a file is complete or does not exist."""

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
    """Create the folder if it is missing, and check that files can be written in it.

    Raises:
        ConfigurationError: If they can't.
    """
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for made in missing:
            _sync(made.parent)
        with TemporaryFile(dir=folder):  # it has no name, so a crash leaves no file
            pass
    except OSError as error:
        raise ConfigurationError(
            f"The output folder {folder} can't be written ({error.strerror or error}): set"
            " NEWSCRAWL_OUTPUT to one that can"
        ) from error


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Lock the folder, after waiting for it, so that no other process writes files into it.

    Two archives may have the same output folder. Partial files of killed processes are deleted.

    Raises:
        NewscrawlError: If the folder does not exist, or a partial file can't be deleted.
    """
    with _explained(folder):
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network shares have no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        with _explained(folder):
            for part in folder.glob(".*.part"):
                part.unlink()
        yield
    finally:
        os.close(descriptor)


def write_whole(path: Path, lines: Iterable[bytes], *, replaces: bool = False) -> str | None:
    """Write a file that never changes again; return the SHA-256 of its bytes, in hex.

    First the bytes are written and synced under another name, then the file is renamed. The name is
    durable when this returns. An existing file with the same bytes is not changed. If an existing
    file has other bytes, this returns None.

    The caller must hold the folder with `folder_lock`.

    Args:
        lines: The lines, without line feeds.
        replaces: Whether an existing file with other bytes is replaced, because records of it
            were forgotten.

    Raises:
        NewscrawlError: If the disk is full or missing; the partial file is deleted.
    """
    part = path.with_name(f".{path.name}.part")
    with _explained(path):
        try:
            digest = _write(part, lines)
            if path.exists() and not replaces:
                if _digest(path) != digest:
                    return None
            else:
                part.rename(path)
            _sync(path.parent)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return digest


def keep_file(part: Path, path: Path) -> None:
    """Give a file its name when its bytes are durable; an equal file that is there is replaced.

    Raises:
        NewscrawlError: If the disk is full or missing.
    """
    with _explained(path):
        path.parent.mkdir(exist_ok=True)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
        _sync(path.parent)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Raise an OSError as a NewscrawlError with the remedy."""
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
    """Sync a folder, so that the names of its files are durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
