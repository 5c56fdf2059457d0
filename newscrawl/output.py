"""Files that are whole or not there: how lines get under their names in the output folder."""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING

from newscrawl.exceptions import ConfigurationError, NewscrawlError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def check_folder(folder: Path) -> None:
    """Make the folder where it is missing.

    Raises:
        ConfigurationError: If nothing can be written in it.
    """
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigurationError(
            f"The output folder {folder} can't be written ({error.strerror or error}): set"
            " NEWSCRAWL_OUTPUT to one that can"
        ) from error


def write_whole(path: Path, lines: Iterable[bytes]) -> str | None:
    """Write a file that never changes again; return the SHA-256 of its bytes.

    The bytes are durable under another name before they get theirs, and the name is durable when
    this returns. A file that is there already with the same bytes is left as it is; None tells
    that another file has the name.

    Raises:
        NewscrawlError: If the disk is full or gone; the partial file is removed.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        digest = _write(part, lines)
        if path.exists():
            part.unlink()
            return digest if _digest(path) == digest else None
        part.rename(path)
        _sync(path.parent)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise NewscrawlError(
            f"{path} can't be written ({error.strerror or error}); nothing is lost: mend that and"
            " run again, and the file is written from the archive"
        ) from error
    return digest


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
