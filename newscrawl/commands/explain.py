"""``scrapy explain``: everything that the archive knows of one post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from newscrawl.tools.command_base import ArchiveCommand, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "[options] URL-or-guid"

    def short_desc(self) -> str:
        return "Tell everything that is known of one post"

    def long_desc(self) -> str:
        return (
            "Takes a post's guid, URL or id, or the link to its full article, and tells its"
            " revisions and where their lines are, its link and why it was chosen, each redirect"
            " and decision on the way to the article, the outcome, and what comes next. Exit code"
            " 0, or 3 where the archive knows no such post."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print it as JSON, a post a line")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if len(args) != 1:
            raise UsageError("scrapy explain takes one URL, guid or id")

    def answer(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        import orjson

        from newscrawl.net.log_records import printable, printable_json
        from newscrawl.run_summary import COMPLETE, EXIT_CODES, PARTIAL
        from newscrawl.tools.explain import explanation, histories

        found = histories(archive, args[0])
        if not found:
            if opts.json:
                return EXIT_CODES[PARTIAL]
            say(
                f"The archive knows no post {printable(args[0])}: give a guid, an id, or the URL"
                " of a post or of its full-article link"
            )
            return EXIT_CODES[PARTIAL]
        for number, told in enumerate(found):
            if opts.json:
                say(printable_json(orjson.dumps(told).decode()))
            else:
                say("\n".join([*([""] if number else []), *explanation(told)]))
        return EXIT_CODES[COMPLETE]
