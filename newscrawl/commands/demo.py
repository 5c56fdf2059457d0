"""``scrapy demo``: the embedded site, crawled once or left up to play with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError
from scrapy.utils.conf import closest_scrapy_cfg

from newscrawl.tools.command_base import BaseCommand

if TYPE_CHECKING:
    import argparse


class Command(BaseCommand):
    def short_desc(self) -> str:
        return "Archive a small magazine on this computer, offline, in seconds"

    def long_desc(self) -> str:
        return (
            "Starts a small magazine on WordPress with its publishers on loopback addresses,"
            " archives it as any other site, and checks the result. Nothing leaves this computer."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--serve", action="store_true", help="leave the site up until Ctrl-C, uncrawled"
        )
        parser.add_argument(
            "--fault",
            action="append",
            default=[],
            metavar="NAME",
            help="switch a fault of the site on (may be repeated); --serve lists them",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from newscrawl.demo.tour import serve, tour
        from newscrawl.testing.site_faults import SITE_FAULTS

        if args:
            raise UsageError("scrapy demo takes no arguments")
        unknown = [name for name in opts.fault if name not in SITE_FAULTS]
        if unknown:
            raise UsageError(f"No fault {unknown[0]!r}; there are {', '.join(SITE_FAULTS)}")
        project = Path(closest_scrapy_cfg()).parent
        self.exitcode = (serve if opts.serve else tour)(project, opts.fault)
