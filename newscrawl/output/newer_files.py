"""Find output files that are newer than the archive, and take their lines back into it."""

from __future__ import annotations

import logging
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from newscrawl.archive import readback, runs
from newscrawl.archive import segments as segment_queries
from newscrawl.archive.forgotten import KIND
from newscrawl.archive.readback import NewerFile
from newscrawl.exceptions import ArchiveError
from newscrawl.output.writer import digest_of, lines_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from newscrawl.archive.database import Archive

logger = logging.getLogger(__name__)

FILE_NAME: Final = re.compile(r"(posts|comments|media|terms|authors|forgotten)-(\d{1,9})\.jsonl")
"""The name of an output file: its kind and number."""

COMMAND: Final = "restore"
"""The command of a run that takes files back."""


def newer_files(
    archive: Archive, site_id: int, folder: Path, *, kind: str | None = None
) -> list[Path]:
    """Return the files in a site's folder that the archive does not know, in the order of names.

    These are files whose number is above the archive's last one, and files of unfinished segments
    whose bytes differ from those that the archive would write. Those about forgotten records are
    the first, so that no later file brings the words back.

    Args:
        kind: Only files of this kind; None for all.
    """
    paths = sorted(folder.iterdir()) if folder.is_dir() else ()
    matches = [(path, match) for path in paths if (match := FILE_NAME.fullmatch(path.name))]
    files = [(path, match[1], int(match[2])) for path, match in matches if path.is_file()]
    files = [file for file in files if kind in (None, file[1])]
    known = {
        kind: archive.read(readback.known_numbers, site_id, kind) for kind in {f[1] for f in files}
    }
    found = []
    for path, of_kind, number in files:
        last, unfinished = known[of_kind]
        if number > last or (number in unfinished and not _is_own(archive, site_id, path)):
            found.append(path)
    return sorted(found, key=lambda path: not path.name.startswith(f"{KIND}-"))


def _is_own(archive: Archive, site_id: int, path: Path) -> bool:
    """Return whether a file has the bytes that the archive would write under its name."""
    archive.call(segment_queries.close, site_id, opened_before=float("inf"))
    for segment in archive.read(segment_queries.closed, site_id):
        if segment.file == path.name:
            digest = digest_of(lines_of(archive, segment.id))
            return digest == sha256(path.read_bytes()).hexdigest()
    return False


def take_files_back(
    archive: Archive, site_id: int, folder: Path, *, started: str, kind: str | None = None
) -> int:
    """Take the lines of newer files into the archive; return the number of files taken.

    A damaged file, or a file of another archive, is skipped; `scrapy verify` reports it.

    Args:
        started: The start of the run, ISO 8601 in UTC.
        kind: Only files of this kind; None for all.
    """
    paths = newer_files(archive, site_id, folder, kind=kind)
    if not paths:
        return 0
    run_id = archive.call(
        runs.begin, site_id, started=started, arguments={}, versions={}, command=COMMAND
    )
    return sum(_take_back(archive, site_id, run_id, path) for path in paths)


def _take_back(archive: Archive, site_id: int, run_id: int, path: Path) -> bool:
    match = FILE_NAME.fullmatch(path.name)
    assert match is not None
    try:
        data = path.read_bytes()
        file = NewerFile(
            kind=match[1],
            number=int(match[2]),
            lines=data.splitlines(),
            sha256=sha256(data).hexdigest(),
        )
        return archive.call(_take_back_whole, site_id, run_id, file)
    except _ForeignFile:
        logger.warning("%s is from another archive: skipped", path)
    except ArchiveError:
        raise
    except Exception as error:  # noqa: BLE001 - a file may hold anything
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        logger.warning("%s is damaged (%s): skipped", path, reason)
    return False


class _ForeignFile(Exception):
    """The file is from another archive; raising this undoes the transaction."""


def _take_back_whole(connection: Connection, site_id: int, run_id: int, file: NewerFile) -> bool:
    if not readback.take_back(connection, site_id, run_id, file):
        raise _ForeignFile
    return True
