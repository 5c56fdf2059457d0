"""``scrapy archive``: copy the archive while crawls write to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from newscrawl.program import program
from newscrawl.tools.command_base import ArchiveCommand, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "backup FILE"

    def short_desc(self) -> str:
        return "Back the archive up while crawls run"

    def long_desc(self) -> str:
        return (
            "Write a copy of the archive to FILE, whole and as of one moment, also while crawls"
            " write to it. To restore, put the copy at the place of NEWSCRAWL_ARCHIVE while nothing"
            " runs: the next crawl of a site takes the lines of newer output files back in."
        )

    def answer(self, archive: Archive, args: Sequence[str], _: argparse.Namespace) -> int:
        if len(args) != 2 or args[0] != "backup":
            raise UsageError(f"{program()} archive takes the word backup and a new file")
        file = Path(args[1])
        archive.back_up(file)
        say(f"Wrote {file} ({file.stat().st_size:,} bytes)")
        return 0
