"""Output files that are lost or altered, written again from the archive."""

from __future__ import annotations

import math
from itertools import count
from typing import TYPE_CHECKING

from newscrawl.output.atomic_files import alone_in, check_folder
from newscrawl.output.writer import write_again, write_files
from newscrawl.runtime.run_lock import lock_of
from newscrawl.tools.verify import ASIDE

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.archive.database import Archive
    from newscrawl.tools.verify import Findings


def repair(archive: Archive, folder: Path, findings: Findings) -> list[str]:
    """Write the files that the archive can vouch for, and return what was done.

    A file that differs is set aside under another name, never overwritten.

    Args:
        folder: The site's folder of files.

    Raises:
        ArchiveError: If a crawl of the site is under way.
        NewscrawlError: If a file can't be written.
    """
    site = findings.site
    lock = lock_of(archive, site.folder)
    lock.acquire()
    try:
        check_folder(folder)
        done = [
            f"Wrote {path}"
            for path in write_files(archive, site.id, folder, opened_before=math.inf)
        ]
        for segment in (fault.lost for fault in findings.faults if fault.lost):
            done += _set_aside(folder / segment.file)
            write_again(archive, segment, folder)
            done.append(f"Wrote {folder / segment.file}")
        return done
    finally:
        lock.release()


def _set_aside(path: Path) -> list[str]:
    with alone_in(path.parent):
        if not path.exists():
            return []
        names = (path.with_name(f"{path.name}{ASIDE}-{number}") for number in count(1))
        aside = next(name for name in names if not name.exists())
        path.rename(aside)
        return [f"Set aside {aside}"]
