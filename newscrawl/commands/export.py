"""``scrapy export``: write records of the archive as JSON lines, Parquet, Atom or CSV."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.tools.command_base import ArchiveCommand, sites_named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "[options] [SITE ...]"

    def short_desc(self) -> str:
        return "Write records of the archive to a file: JSON lines, Parquet, Atom or CSV"

    def long_desc(self) -> str:
        return (
            "Write records of all sites, or of the given ones, as JSON lines, a Parquet table, an"
            " Atom feed or a CSV table. The file appears only when it is complete. Sends no"
            " request."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", dest="file", metavar="FILE", help="default: the terminal")
        parser.add_argument(
            "--format",
            choices=("jsonl", "parquet", "atom", "csv"),
            default="jsonl",
            help="default: jsonl",
        )
        parser.add_argument(
            "--since", metavar="DATE", help="only posts published on or after DATE: 2026-01-31"
        )
        parser.add_argument(
            "--until", metavar="DATE", help="only posts published before DATE: 2026-02-28"
        )
        parser.add_argument("--type", metavar="TYPES", help="only these post types: post,news")
        parser.add_argument(
            "--latest",
            action="store_true",
            help="only the last revision of each post, without deleted posts; always with atom",
        )

    def answer(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        from newscrawl.archive.exports import Slice
        from newscrawl.run_summary import COMPLETE, EXIT_CODES
        from newscrawl.tools.export import FORMATS, as_printable, lines_of, moment, whole_file

        assert self.settings is not None
        meant = Slice(
            site_ids=sites_named(archive, args),
            types=[name.strip() for name in (opts.type or "").split(",") if name.strip()],
            since=moment("--since", opts.since),
            until=moment("--until", opts.until),
            latest=opts.latest or opts.format == "atom",
        )
        path = Path(opts.file) if opts.file else None
        count = 0  # if nobody reads the terminal to the end
        with whole_file(path, Path(self.settings["NEWSCRAWL_OUTPUT"])) as file:
            target = file if path else as_printable(file, opts.format)
            count = FORMATS[opts.format](lines_of(archive, meant), target)
        print(f"{count} records in {path or 'all'}", file=sys.stderr)
        return EXIT_CODES[COMPLETE]
