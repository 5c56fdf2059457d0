"""``scrapy archive``: back the archive up, copy it, or list its output files."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scrapy.exceptions import UsageError

from newscrawl.program import program
from newscrawl.tools.command_base import ArchiveCommand, say, say_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive

WORDS: Final = {"backup": 2, "copy": 3, "manifest": 1}
"""The actions, and the number of words that each takes."""

LISTED_AT_ONCE: Final = 1000
"""Files of a manifest that are read at once."""


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "backup FILE | copy FROM TO | manifest"

    def short_desc(self) -> str:
        return "Back the archive up, copy it, or list its output files"

    def long_desc(self) -> str:
        return (
            "backup: Write a copy of the archive to FILE, whole and as of one moment, also while"
            " crawls write to it. To restore, put the copy at the place of NEWSCRAWL_ARCHIVE while"
            " nothing runs: the next crawl of a site takes the lines of newer output files back"
            " in.\ncopy: Copy the archive FROM, a file or a database URL, into the empty database"
            " or the new file TO, and compare all rows. End all crawls first. If the copy is"
            " interrupted, the same command continues it. Then set NEWSCRAWL_ARCHIVE to TO."
            "\nmanifest: List the finished output files of all machines that share the archive, a"
            " JSON object per line: site, file, records and sha256."
            f" Example: {program()} archive backup backups/archive.sqlite"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if not args or len(args) != WORDS.get(args[0]):
            raise UsageError(
                f"{program()} archive takes the word backup and a new file; or the word copy, an"
                " archive, and an empty database or a new file; or the word manifest"
            )
        if args[0] == "copy":
            assert self.settings is not None
            self.settings.set("NEWSCRAWL_ARCHIVE", args[1], priority="cmdline")

    def answer(self, archive: Archive, args: Sequence[str], _: argparse.Namespace) -> int:
        if args[0] == "copy":
            return _copy(archive, args[2])
        if args[0] == "manifest":
            return _list_files(archive)
        file = Path(args[1])
        archive.back_up(file)
        say(f"Wrote {file} ({file.stat().st_size:,} bytes)")
        return 0


def _copy(archive: Archive, location: str) -> int:
    from newscrawl.archive import sites
    from newscrawl.runtime.site_lock import lock_of

    with ExitStack() as stack:
        for site in archive.read(sites.known, []):
            stack.enter_context(lock_of(archive, site.folder))
        copy = stack.enter_context(closing(archive.copy_to(location)))
        for name, rows in copy.run():
            say(f"{name}: {rows} rows")
        copy.finish()
    say("The copy has the same rows; set NEWSCRAWL_ARCHIVE to use it")
    return 0


def _list_files(archive: Archive) -> int:
    from newscrawl.archive import segments

    after = 0
    while files := archive.read(segments.manifest, after=after, limit=LISTED_AT_ONCE):
        after = files[-1][0]
        for _, file in files:
            say_json(file)
    return 0
