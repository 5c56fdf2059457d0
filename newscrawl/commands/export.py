"""``scrapy export``: write records of the archive to a file, or to a folder of files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from newscrawl.exceptions import ConfigurationError
from newscrawl.program import program
from newscrawl.tools.command_base import ArchiveCommand, sites_named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive
    from newscrawl.archive.exports import Slice

FORMATS: Final = (
    *("jsonl", "jsonl.gz", "jsonl.zst", "parquet", "csv", "atom", "txt", "md", "sqlite", "warc"),
)


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "[options] [SITE ...]"

    def short_desc(self) -> str:
        return "Write records of the archive as JSON lines, tables, feeds, texts or a database"

    def long_desc(self) -> str:
        return (
            "Write records of all sites, or of the given ones, as JSON lines (plain or compressed),"
            " a Parquet table, an Atom feed or a CSV table, or as a folder with a text or Markdown"
            " file for each post. The file or folder appears only when it is complete. With sqlite,"
            " write a database with a full-text search; if it exists, add only what is new. With"
            " warc, write the kept pages of publishers as a web archive. Sends"
            f" no request. Example: {program()} export --format md -o posts example.org"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-o", dest="file", metavar="FILE", help="default: the terminal; a folder for txt and md"
        )
        parser.add_argument(
            "--format",
            choices=FORMATS,
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
            help="only the last revision of each post, without deleted posts; always with atom,"
            " txt and md",
        )

    def answer(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        from newscrawl.archive.exports import Slice
        from newscrawl.run_summary import COMPLETE, EXIT_CODES
        from newscrawl.tools.export import WHOLE_FORMATS, moment

        if opts.format in WHOLE_FORMATS:
            return self._write_whole(archive, args, opts)
        meant = Slice(
            site_ids=sites_named(archive, args),
            types=[name.strip() for name in (opts.type or "").split(",") if name.strip()],
            since=moment("--since", opts.since),
            until=moment("--until", opts.until),
            latest=opts.latest or opts.format in ("atom", "txt", "md"),
        )
        if meant.since and meant.until and meant.since >= meant.until:
            raise ConfigurationError(
                f"--since={opts.since} is not before --until={opts.until}: no post is in between"
            )
        path = Path(opts.file) if opts.file else None
        count = self._write(archive, meant, opts.format, path)
        print(f"{count} records in {path or 'all'}", file=sys.stderr)
        return EXIT_CODES[COMPLETE]

    def _write_whole(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        """Write a format that has all records or pages of the sites, never a slice."""
        from newscrawl.run_summary import COMPLETE, EXIT_CODES
        from newscrawl.tools.export import outside_output, whole_file
        from newscrawl.tools.sqlite_file import update_database
        from newscrawl.tools.warc import write_warc

        assert self.settings is not None
        if not opts.file:
            raise ConfigurationError(f"--format {opts.format} needs a file: add -o FILE")
        if opts.since or opts.until or opts.type or opts.latest:
            raise ConfigurationError(
                f"--format {opts.format} has everything of the sites: leave out --since, --until,"
                " --type and --latest"
            )
        path = outside_output(Path(opts.file), self.settings)
        site_ids = sites_named(archive, args)
        if opts.format == "sqlite":
            found = f"{update_database(archive, path, site_ids)} new records"
        else:
            with whole_file(path, self.settings) as file:
                count = write_warc(archive, site_ids, file, gzip=path.suffix == ".gz")
            found = f"{count} pages"
        print(f"{found} in {path}", file=sys.stderr)
        return EXIT_CODES[COMPLETE]

    def _write(self, archive: Archive, meant: Slice, file_format: str, path: Path | None) -> int:
        from newscrawl.tools import export
        from newscrawl.tools.text_files import FOLDER_FORMATS, whole_folder

        assert self.settings is not None
        if file_format in FOLDER_FORMATS:
            if path is None:
                raise ConfigurationError(f"--format {file_format} needs a folder: add -o FOLDER")
            with whole_folder(path, self.settings) as folder:
                return FOLDER_FORMATS[file_format](export.lines_of(archive, meant), folder)
        with export.whole_file(path, self.settings) as file:
            target = file if path else export.as_printable(file, file_format)
            if file_format == "atom":
                lines = export.lines_by_date(archive, meant)
                return export.write_atom(lines, target, *export.feed_of(archive, meant))
            return export.FORMATS[file_format](export.lines_of(archive, meant), target)
