"""``scrapy report``: the runs of each site and their verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scrapy.exceptions import UsageError

from newscrawl.tools.archive_command import ArchiveCommand, say, sites_named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.store import Archive

RUNS: Final = 5


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "[options] [SITE ...]"

    def short_desc(self) -> str:
        return "Tell the runs of each site and their verdicts"

    def long_desc(self) -> str:
        return (
            "Tells of the last runs of each site, or of those given: verdict, posts, articles, and"
            " how much each host was asked. Exit code 0 where the last crawl of each is complete,"
            " else 3."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--runs", type=int, default=RUNS, metavar="N", help=f"of each site (default: {RUNS})"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if opts.runs < 1:
            raise UsageError("--runs is from 1")

    def answer(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        from newscrawl.archive.reports import runs_of_sites
        from newscrawl.archive.runs import latest
        from newscrawl.tools.reporting import report
        from newscrawl.verdict import COMPLETE, EXIT_CODES, PARTIAL

        told = archive.read(runs_of_sites, sites_named(archive, args), opts.runs)
        for site, runs in told:
            say("\n".join(report(site, runs)))
        if not told:
            say("No site yet: crawl one")
        verdicts = {run.key: run.verdict for run in archive.read(latest)}
        is_well = all(verdicts.get(site) == COMPLETE for site, _ in told)
        return EXIT_CODES[COMPLETE if is_well else PARTIAL]
