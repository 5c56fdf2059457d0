"""``scrapy report``: show the runs of each site and their verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scrapy.exceptions import UsageError

from newscrawl.program import program
from newscrawl.tools.command_base import ArchiveCommand, add_json_option, say, say_json, sites_named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from newscrawl.archive.database import Archive
    from newscrawl.archive.runs import Run

RUNS: Final = 5
RUNS_IN_PICTURE: Final = 30
PICTURES: Final = (".png", ".svg", ".pdf")


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "[options] [SITE ...]"

    def short_desc(self) -> str:
        return "Show the last runs of each site: verdict, posts, articles, requests"

    def long_desc(self) -> str:
        return (
            "Show the last runs of each site, or of the given ones: verdict, posts, articles, and"
            " the requests to each host. With --plot, draw them; with --html, write a page."
            " Exit code 0 if the last crawl of each site is complete, else 3. Example:"
            f" {program()} report --html report.html example.org"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--runs",
            type=int,
            metavar="N",
            help=f"runs of each site (default: {RUNS}; with --plot or --html {RUNS_IN_PICTURE})",
        )
        parser.add_argument(
            "--plot", metavar="FILE", help="draw the runs into a .png, .svg or .pdf file"
        )
        parser.add_argument(
            "--html", metavar="FILE", help="write a page with charts, for a browser or a printer"
        )
        add_json_option(parser, "site")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if opts.runs is None:
            opts.runs = RUNS_IN_PICTURE if opts.plot or opts.html else RUNS
        if opts.runs < 1:
            raise UsageError("--runs: expected 1 or more")
        if opts.plot and Path(opts.plot).suffix not in PICTURES:
            raise UsageError(f"--plot: expected a file name that ends in {' or '.join(PICTURES)}")

    def answer(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        from newscrawl.archive.runs import latest, runs_of_sites, totals_of_sites
        from newscrawl.run_summary import COMPLETE, EXIT_CODES, PARTIAL

        runs_by_site = archive.read(runs_of_sites, sites_named(archive, args), opts.runs)
        if opts.plot:
            self._draw(runs_by_site, Path(opts.plot))
        elif opts.html:
            self._write_page(archive, args, runs_by_site, Path(opts.html))
        elif opts.json:
            totals = archive.read(totals_of_sites)
            for site, runs in runs_by_site:
                say_json({"site": site, "runs": runs, "totals": totals.get(site)})
        else:
            self._print(runs_by_site, archive.read(totals_of_sites))
        verdicts = {run.key: run.verdict for run in archive.read(latest)}
        is_well = all(verdicts.get(site) == COMPLETE for site, _ in runs_by_site)
        return EXIT_CODES[COMPLETE if is_well else PARTIAL]

    def _print(
        self,
        runs_by_site: Sequence[tuple[str, Sequence[Run]]],
        totals: Mapping[str, Mapping[str, Any]],
    ) -> None:
        from newscrawl.tools.report import report

        for site, runs in runs_by_site:
            say("\n".join(report(site, runs, totals.get(site))))
        if not runs_by_site:
            say("The archive has no site yet: crawl one")

    def _write_page(
        self,
        archive: Archive,
        args: Sequence[str],
        runs_by_site: Sequence[tuple[str, Sequence[Run]]],
        path: Path,
    ) -> None:
        from newscrawl.archive.publishers import publishers
        from newscrawl.tools.export import whole_file
        from newscrawl.tools.report_html import page

        assert self.settings is not None
        found = archive.read(publishers, sites_named(archive, args))
        with whole_file(path, self.settings) as file:
            file.write(page(runs_by_site, found))
        say(f"The report is in {path}")

    def _draw(self, runs_by_site: Sequence[tuple[str, Sequence[Run]]], path: Path) -> None:
        from newscrawl.tools.export import whole_file
        from newscrawl.tools.report_plot import draw

        assert self.settings is not None
        with whole_file(path, self.settings) as file:
            draw(runs_by_site, file, path.suffix.removeprefix("."))
        say(f"The runs of {len(runs_by_site)} sites are in {path}")
