"""``scrapy verify``: compare the archive with the output files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.program import program
from newscrawl.tools.command_base import ArchiveCommand, add_json_option, say, say_json, sites_named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "[options] [SITE ...]"

    def short_desc(self) -> str:
        return "Compare the archive with the output files"

    def long_desc(self) -> str:
        return (
            "Compare each file with the archive, line by line. Name lost, altered and unknown"
            " files, gaps in revisions and missing posts, each with what to do. Sends no request"
            " and changes nothing. Exit code 0: all is well. 3: something is wrong. 1: it cannot be"
            f" checked. Example: {program()} verify --repair example.org"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--repair",
            action="store_true",
            help="write lost and altered files again from the archive; altered ones are renamed",
        )
        add_json_option(parser, "site")

    def answer(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        from newscrawl.net.log_records import printable
        from newscrawl.run_summary import COMPLETE, EXIT_CODES, PARTIAL
        from newscrawl.tools.verify import check_sites, repair

        assert self.settings is not None
        output = Path(self.settings["NEWSCRAWL_OUTPUT"])
        site_ids = sites_named(archive, args)
        wrong = 0
        taken = self.settings.getbool("NEWSCRAWL_OUTPUT_TAKEN")
        for findings in check_sites(archive, output, site_ids, taken=taken):
            if not opts.json:
                say("\n".join(map(printable, findings.report())))
            repaired = []
            if opts.repair and findings.faults:
                folder = output / findings.site.folder
                for line in repair(archive, folder, findings, taken=taken):
                    repaired.append(line)
                    if not opts.json:
                        say(f"  {printable(line)}")
            if opts.json:
                say_json({**findings.as_dict(), "repaired": repaired})
            wrong += len(findings.faults)
        if not opts.json:
            say(_summary(wrong, repaired=opts.repair))
        return EXIT_CODES[PARTIAL if wrong else COMPLETE]


def _summary(wrong: int, *, repaired: bool) -> str:
    if not wrong:
        return "All is well"
    if repaired:
        return f"Repaired the files that the archive has; {program()} verify shows what is left"
    return f"{wrong} problems"
