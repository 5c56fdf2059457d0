"""``scrapy demo``: crawl the embedded site once, or serve it until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from newscrawl.program import program
from newscrawl.settings import project_folder
from newscrawl.tools.command_base import BaseCommand

if TYPE_CHECKING:
    import argparse


class Command(BaseCommand):
    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Archive a small magazine on this computer, offline, in seconds"

    def long_desc(self) -> str:
        return (
            "Start a small WordPress magazine and its publishers on loopback addresses, archive it"
            " like any other site, and check the result. No request leaves this computer. Example:"
            f" {program()} demo --serve --fault robots-forbid-api"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--serve",
            action="store_true",
            help="serve the site until Ctrl-C instead of crawling it",
        )
        parser.add_argument(
            "--fault",
            action="append",
            default=[],
            metavar="NAME",
            help="turn on a fault of the site (may be repeated); --serve lists the faults",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from newscrawl.demo.tour import serve, tour
        from newscrawl.testing.site_faults import SITE_FAULTS

        if args:
            raise UsageError(f"{program()} demo takes no arguments, only options")
        unknown = [name for name in opts.fault if name not in SITE_FAULTS]
        if unknown:
            raise UsageError(
                f"Unknown fault {unknown[0]!r}: expected one of {', '.join(SITE_FAULTS)}"
            )
        self.exitcode = (serve if opts.serve else tour)(project_folder(), opts.fault)
