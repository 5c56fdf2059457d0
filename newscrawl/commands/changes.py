"""``scrapy changes``: records that were issued since a cursor, with the next cursor."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.exceptions import ConfigurationError
from newscrawl.program import program
from newscrawl.tools.command_base import ArchiveCommand, sites_named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "[options] [SITE ...]"

    def short_desc(self) -> str:
        return "Write the records that were issued since a cursor"

    def long_desc(self) -> str:
        return (
            "Write one JSON object per line for each record that was issued after the cursor, in"
            " the order of issue: its cursor, its kind (posts, comments, media, terms, authors or"
            " forgotten) and the record."
            " The cursor of any line, or the one that is printed at the end, continues from there."
            " Cursors stay valid for the life of the archive. Sends no request. Example:"
            f" {program()} changes --since 1200 -o changes.jsonl"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", dest="file", metavar="FILE", help="default: the terminal")
        parser.add_argument(
            "--since", default="0", metavar="CURSOR", help="default: 0, the first record"
        )

    def answer(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        from newscrawl.run_summary import COMPLETE, EXIT_CODES
        from newscrawl.tools.changes import read_changes
        from newscrawl.tools.export import as_printable, whole_file, write_jsonl

        assert self.settings is not None
        if not re.fullmatch("[0-9]{1,18}", opts.since):
            raise ConfigurationError(
                f"--since={opts.since}: expected the cursor of an earlier call, a number"
            )
        path = Path(opts.file) if opts.file else None
        found = read_changes(archive, sites_named(archive, args), since=int(opts.since))
        with whole_file(path, self.settings) as file:
            count = write_jsonl(found.lines, file if path else as_printable(file, "jsonl"))
        print(f"{count} records; next: --since {found.next_cursor}", file=sys.stderr)
        return EXIT_CODES[COMPLETE]
