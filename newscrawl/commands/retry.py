"""``scrapy retry``: let the next crawls fetch articles again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from newscrawl.outcomes import FETCHED, OUTCOMES, PENDING
from newscrawl.program import program
from newscrawl.tools.command_base import ArchiveCommand, publisher_named, say, sites_named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "[options] [SITE ...]"

    def short_desc(self) -> str:
        return "Let the next crawls fetch articles again"

    def long_desc(self) -> str:
        return (
            "Make articles of all sites, or of the given ones, due at once. The next crawl of each"
            " site fetches them. A failure never replaces an article that was fetched before."
            " Sends no request. Example:"
            f" {program()} retry --outcome paywall,not_found --publisher reuters.com"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--outcome",
            metavar="NAMES",
            help=f"only these outcomes, comma-separated (default: all but {FETCHED})",
        )
        parser.add_argument(
            "--publisher",
            action="append",
            default=[],
            metavar="HOST",
            help="only links to this host or hosts below it (may be repeated)",
        )
        parser.add_argument(
            "--before", metavar="DATE", help="only articles last tried before DATE: 2026-01-31"
        )
        parser.add_argument("--dry-run", action="store_true", help="only count them")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        known = OUTCOMES - {PENDING}
        names = [name.strip() for name in (opts.outcome or "").split(",") if name.strip()]
        if unknown := set(names) - known:
            raise UsageError(
                f"Unknown outcome {min(unknown)!r}: expected some of {', '.join(sorted(known))}"
            )
        opts.outcomes = names or sorted(known - {FETCHED})

    def answer(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        from newscrawl.archive import retries, sites
        from newscrawl.run_summary import COMPLETE, EXIT_CODES
        from newscrawl.tools.export import moment

        publishers = [publisher_named(name) for name in opts.publisher]
        found = 0
        for site in archive.read(sites.known, sites_named(archive, args)):
            counts = archive.call(
                retries.requeue,
                site.id,
                outcomes=opts.outcomes,
                publishers=publishers,
                before=moment("--before", opts.before),
                changes=not opts.dry_run,
            )
            shown = ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())
            say(f"{site.key}: {shown or 'no such article'}")
            found += counts.total()
        if not found:
            say("No article has this outcome, publisher and age; nothing was changed")
        elif opts.dry_run:
            say(f"{found} articles would be due; nothing was changed")
        else:
            say(f"{found} articles are due: the next crawl of their site fetches them")
        return EXIT_CODES[COMPLETE]
