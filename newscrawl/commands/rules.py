"""``scrapy rules test``: run the tests of the rules for single publishers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from newscrawl.program import program
from newscrawl.tools.command_base import BaseCommand, add_json_option, say, say_json

if TYPE_CHECKING:
    import argparse


class Command(BaseCommand):
    def syntax(self) -> str:
        return "[options] test [HOST ...]"

    def short_desc(self) -> str:
        return "Test the rules for single publishers"

    def long_desc(self) -> str:
        return (
            "Read the files in newscrawl/extract/publishers, or those of the given hosts, and"
            " run the tests in them. Exit code 1 if one fails. Example:"
            f" {program()} rules test reuters.com"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_json_option(parser, "host")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from newscrawl.extract.check_rules import failures
        from newscrawl.extract.publisher_rules import BadRule, hosts, rule_of

        if not args or args[0] != "test":
            raise UsageError(f"{program()} rules takes the word test, and any number of hosts")
        for host in args[1:] or sorted(hosts()):
            try:
                found = failures(rule_of(host))
            except BadRule as error:
                found = [str(error)]
            if opts.json:
                say_json({"host": host, "failures": found})
            else:
                say("\n".join(f"{host}: {line}" for line in found or ["ok"]))
            if found:
                self.exitcode = 1
