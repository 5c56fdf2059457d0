"""Write the archive's segments to files of the output folder."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from newscrawl.archive import segments
from newscrawl.output.atomic_files import folder_lock, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawl.archive.database import Archive
    from newscrawl.archive.segments import Segment

logger = logging.getLogger(__name__)

BATCH_SIZE: Final = 50
"""Lines in memory at once: a post may have hundreds of kilobytes."""


def write_files(
    archive: Archive, site_id: int, folder: Path, *, opened_before: float
) -> list[Path]:
    """Write the files of all closed segments, and of segments opened before a time.

    A crash at any step is safe: a segment that is not done is written again from the same rows, so
    with the same bytes and under the same name.

    Args:
        folder: The site's folder of output files; it exists.
        opened_before: Unix seconds; infinity for all segments.

    Returns:
        The files that were written, each complete and durable.

    Raises:
        NewscrawlError: If a file can't be written, or the archive can't be read.
    """
    if not archive.call(segments.close, site_id, opened_before=opened_before):
        return []
    with folder_lock(folder):
        # Read only now: the process that held the folder before may have written some of them.
        forgotten = archive.read(segments.to_rewrite, site_id)
        closed = archive.read(segments.closed, site_id)
        rewritten = [_rewrite(archive, segment, folder) for segment in forgotten]
        written = [path for path in rewritten if path is not None]
        return written + [_write(archive, segment, folder) for segment in closed]


async def write_and_log_files(
    archive: Archive, site_id: int, folder: Path, *, opened_before: float = math.inf
) -> None:
    """Write files as `write_files` does, in a thread, and log each file."""
    if not await archive.look(segments.has_work, site_id, opened_before=opened_before):
        return  # most runs find nothing new, and a look is cheaper than a thread that writes
    files = await asyncio.to_thread(
        write_files, archive, site_id, folder, opened_before=opened_before
    )
    for path in files:
        logger.info("Wrote %s", path)


def _write(archive: Archive, segment: Segment, folder: Path) -> Path:
    while True:
        path = folder / segment.file
        digest = write_whole(path, lines_of(archive, segment.id))
        if digest is not None:
            archive.call(segments.done, segment.id, digest)
            return path
        # A foreign file has the name. Files never change, so this segment gets another number.
        logger.warning("%s is not from this archive: using the next free number", path)
        segment = archive.call(segments.renumber, segment, _last_number(folder, segment.kind))


def _rewrite(archive: Archive, segment: Segment, folder: Path) -> Path | None:
    """Write a file anew, without the records that were forgotten; return None if it is not here."""
    path = folder / segment.file
    lines = lines_of(archive, segment.id)
    # A file that its user took away does not come back.
    is_here = path.exists()
    digest = write_whole(path, lines, replaces=True) if is_here else digest_of(lines)
    assert digest is not None
    archive.call(segments.done, segment.id, digest)
    return path if is_here else None


def digest_of(lines: Iterable[bytes]) -> str:
    """Return the SHA-256, in hex, of the file that has these lines."""
    digest = sha256()
    for line in lines:
        digest.update(line + b"\n")
    return digest.hexdigest()


def write_again(archive: Archive, segment: Segment, folder: Path) -> bool:
    """Write the file of a segment that is done; return False if another file has its name.

    Raises:
        NewscrawlError: If the file can't be written.
    """
    with folder_lock(folder):
        return write_whole(folder / segment.file, lines_of(archive, segment.id)) is not None


def missing_files(archive: Archive, site_id: int, folder: Path) -> list[str]:
    """Return the names of files that were written and are missing from the site's folder."""
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return [name for name in archive.read(segments.written_files, site_id) if name not in present]


def lines_of(archive: Archive, segment_id: int) -> Iterator[bytes]:
    """Yield the lines of a segment, without line feeds; at most `BATCH_SIZE` are in memory."""
    after = 0
    while window := archive.read(segments.lines, segment_id, after=after, limit=BATCH_SIZE):
        after = window[-1][0]
        yield from (line for _, line in window)


def _last_number(folder: Path, kind: str) -> int:
    numbers = (
        re.fullmatch(rf"{re.escape(kind)}-(\d{{1,9}})\.jsonl", path.name)
        for path in folder.iterdir()
    )
    return max((int(match[1]) for match in numbers if match), default=0)
