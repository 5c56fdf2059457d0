"""``scrapy forget``: take a site, a post or a publisher out for good."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from newscrawl.program import program
from newscrawl.tools.command_base import ArchiveCommand, publisher_named, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive
    from newscrawl.archive.forgotten_lines import Forgotten


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "[options] SITE | POST | --publisher HOST"

    def short_desc(self) -> str:
        return "Take a site, a post or a publisher out for good"

    def long_desc(self) -> str:
        return (
            "Delete all words of a site, of one post (its guid, URL or id) or of all articles of a"
            " publisher: in the archive with its free pages and its log, in the kept pages, in the"
            " output files, which are written anew, and in browse.sqlite. Later crawls do not bring"
            " them back: hashes, ids and dates are left for that, and a line of forgotten-*.jsonl"
            " and of changes with a hash. Exports, backups, logs and files that you took away are"
            " yours to delete. It writes the database anew, which needs its size as free space."
            " Sends no request. Example:"
            f" {program()} forget --dry-run https://example.org/?p=101"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--publisher", metavar="HOST", help="all articles of this host and of hosts below it"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only count what would be taken out"
        )
        parser.add_argument(
            "--compact",
            action="store_true",
            help="only write the databases anew",
        )

    def answer(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        from newscrawl.run_summary import COMPLETE, EXIT_CODES
        from newscrawl.tools import forget
        from newscrawl.tools.forget import compact

        if opts.compact and (args or opts.publisher or opts.dry_run):
            raise UsageError(
                f"{program()} forget --compact forgets nothing: give it without a site, a post,"
                " --publisher and --dry-run"
            )
        if opts.compact:
            is_clean = compact(archive)
            if is_clean:
                say("Wrote the database anew: it has no deleted words")
            return self._conclude(is_clean=is_clean)
        if bool(args) == bool(opts.publisher) or len(args) > 1:
            raise UsageError(f"{program()} forget takes one site or post, or --publisher HOST")
        if opts.publisher:
            target = forget.find_publisher(archive, publisher_named(opts.publisher))
        else:
            target = forget.find_target(archive, args[0])
        said = f"the {target.kind} {target.name}"
        if opts.dry_run:
            done = forget.would_forget(archive, target)
            say(f"Would forget {said}: {_counts(done)}")
            for name in forget.files_of(archive, done.segment_ids):
                say(f"  would write {name} anew")
            say("Nothing was changed")
            return EXIT_CODES[COMPLETE]
        assert self.settings is not None
        output = Path(self.settings["NEWSCRAWL_OUTPUT"])
        done, lines, is_clean = forget.forget(archive, output, target)
        say(f"Forgot {said}: {_counts(done)}")
        for line in lines:
            say(f"  {line}")
        say(f"Identity: {', '.join(done.identities)}")
        return self._conclude(is_clean=is_clean)

    def _conclude(self, *, is_clean: bool) -> int:
        from newscrawl.run_summary import COMPLETE, EXIT_CODES, PARTIAL

        if not is_clean:
            print(
                "The free pages or the log of the archive, or the database of browse, still have"
                f" deleted words: end all other crawls and commands, then run {program()} forget"
                " --compact",
                file=sys.stderr,
            )
        return EXIT_CODES[COMPLETE if is_clean else PARTIAL]


def _counts(done: Forgotten) -> str:
    return ", ".join(f"{count} {name}" for name, count in done.counts.items() if count)
