"""``scrapy extract``: show the article of one page, or read the kept pages again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from newscrawl.exceptions import ConfigurationError, NewscrawlError
from newscrawl.program import program
from newscrawl.tools.command_base import INTERRUPTED, BaseCommand, say
from newscrawl.urls.credentials import shown_url

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

SAMPLES = 10


class Command(BaseCommand):
    def syntax(self) -> str:
        return "[options] FILE-or-URL | --again [options] [SITE ...]"

    def short_desc(self) -> str:
        return "Show the article of one page, or read the archive's pages again"

    def long_desc(self) -> str:
        return (
            "Read one page as a crawl does. Show its article, and where each part was found. Exit"
            " code 0: a whole article. 3: a page without one. 1: no page. With --again, read the"
            " archive's kept pages with the present extractor and without a request, show the"
            " changes, and issue a revision for each that a reader would notice. Example:"
            f" {program()} extract --json https://example.org/an-article"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="the URL of FILE (default: the one that the page names)")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--again", action="store_true", help="read the kept pages again")
        parser.add_argument(
            "--dry-run", action="store_true", help="with --again: show the changes, keep none"
        )
        parser.add_argument(
            "--samples",
            type=int,
            metavar="N",
            help=f"with --again: show N changed articles (default: {SAMPLES})",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        wrong = _wrong(args, opts)
        if wrong:
            raise UsageError(wrong)
        assert self.settings is not None
        self.requires_crawler_process = not opts.again and _is_url(args[0])
        if not opts.again and not opts.loglevel:  # hide what Scrapy logs when it starts
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
        try:
            self._check(opts)
        except NewscrawlError as error:
            raise self.failure(error) from None

    def _check(self, opts: argparse.Namespace) -> None:
        from newscrawl.tools.validation import check_rules

        check_rules()
        if opts.url and not _is_url(opts.url):
            raise ConfigurationError(
                f"--url: {shown_url(opts.url)!r} is not a URL. It must start with http:// or https://"
            )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            if opts.again:
                self.exitcode = self._again(args, opts)
            else:
                self.exitcode = self._one(args[0], opts)
        except NewscrawlError as error:
            raise self.failure(error) from None
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None

    def _one(self, target: str, opts: argparse.Namespace) -> int:
        from newscrawl.tools import extract

        assert self.settings is not None
        if _is_url(target):
            assert self.crawler_process is not None
            found = extract.of_url(self.settings, target, self.crawler_process)
        else:
            found = extract.of_file(self.settings, Path(target), opts.url)
        say(found.json() if opts.json else "\n".join(found.lines()))
        return found.exit_code

    def _again(self, sites: Sequence[str], opts: argparse.Namespace) -> int:
        from scrapy.utils.log import configure_logging

        from newscrawl.tools import extract

        assert self.settings is not None
        configure_logging(self.settings)
        samples = SAMPLES if opts.samples is None else opts.samples
        return extract.again(self.settings, sites, dry_run=opts.dry_run, samples=samples, say=say)


def _wrong(args: Sequence[str], opts: argparse.Namespace) -> str | None:
    """Return why options cannot be combined; None if they can."""
    if opts.again:
        if opts.url or opts.json:
            return "--url and --json are for one page, not for --again"
        return "--samples: expected 0 or more" if (opts.samples or 0) < 0 else None
    if opts.dry_run or opts.samples is not None:
        return "--dry-run and --samples need --again"
    if len(args) != 1:
        return f"{program()} extract takes one file or URL"
    return "--url is only for a file" if opts.url and _is_url(args[0]) else None


def _is_url(word: str) -> bool:
    return "://" in word
