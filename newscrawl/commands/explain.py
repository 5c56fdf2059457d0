"""``scrapy explain``: show everything that the archive knows of one post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from newscrawl.program import program
from newscrawl.tools.command_base import ArchiveCommand, add_json_option, say, say_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive


class Command(ArchiveCommand):
    def syntax(self) -> str:
        return "[options] URL-or-guid"

    def short_desc(self) -> str:
        return "Show the history of one post: revisions, link, article, outcome"

    def long_desc(self) -> str:
        return (
            "Find a post by its guid, URL or id, or by the link to its full article. Show its"
            " revisions with the file and line of each, its link and why it was chosen, each"
            " redirect and decision on the way to the article, the outcome, and the next try. Exit"
            " code 0, or 3 if the archive does not know the post. Example:"
            f" {program()} explain https://example.org/a-post/"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_json_option(parser, "post")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if len(args) != 1:
            raise UsageError(f"{program()} explain takes one URL, guid or post id")

    def answer(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        from newscrawl.net.log_records import printable
        from newscrawl.run_summary import COMPLETE, EXIT_CODES, PARTIAL
        from newscrawl.tools.explain import explanation, histories

        found = histories(archive, args[0])
        if not found:
            if opts.json:
                return EXIT_CODES[PARTIAL]
            say(
                f"The archive does not know a post {printable(args[0])}: expected a guid, a post"
                " id, the URL of a post, or its full-article link"
            )
            return EXIT_CODES[PARTIAL]
        for number, post in enumerate(found):
            if opts.json:
                say_json(post)
            else:
                say("\n".join([*([""] if number else []), *explanation(post)]))
        return EXIT_CODES[COMPLETE]
