"""``scrapy browse``: search and read the archive in a web browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from scrapy.exceptions import UsageError

from newscrawl.program import program
from newscrawl.tools.command_base import ArchiveCommand

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive

HOST: Final = "127.0.0.1"
PORT: Final = 8001
MAX_PORT: Final = 65535


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Search and read the archive in a web browser on this computer"

    def long_desc(self) -> str:
        return (
            "Serve the archive with Datasette until Ctrl-C: search, filters, each post beside its"
            " article. Only this computer can connect. The pages come from a database as export"
            " --format sqlite writes it; it is updated while the server runs, also by crawls."
            f" Example: {program()} browse --port 8002"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--port", type=int, default=PORT, metavar="N", help=f"default: {PORT}; 0 for a free one"
        )
        parser.add_argument(
            "--host",
            default=HOST,
            metavar="ADDRESS",
            help=f"the address to listen on; default: {HOST}; another one only in a container whose"
            " port is published on this computer",
        )
        parser.add_argument(
            "-o",
            dest="file",
            metavar="FILE",
            help="the database; default: browse.sqlite in the folder of the archive",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if args:
            raise UsageError(f"{program()} browse takes no arguments, only options")
        if not 0 <= opts.port <= MAX_PORT:
            raise UsageError(f"--port={opts.port}: expected a number from 0 to {MAX_PORT}")

    def answer(self, archive: Archive, _: Sequence[str], opts: argparse.Namespace) -> int:
        from newscrawl.run_summary import COMPLETE, EXIT_CODES
        from newscrawl.tools.browse.server import serve
        from newscrawl.tools.export import outside_output
        from newscrawl.tools.sqlite_file import browse_file

        assert self.settings is not None
        location = self.settings["NEWSCRAWL_ARCHIVE"]
        path = Path(opts.file) if opts.file else browse_file(location)
        file = outside_output(path, self.settings)
        serve(archive, file, opts.host, opts.port)
        return EXIT_CODES[COMPLETE]
