"""``scrapy crawl``: check everything before the first request, exit with the verdict's code."""

from __future__ import annotations

import asyncio
import os
import signal
from argparse import RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any, Final

from scrapy.commands import crawl
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from newscrawl.crawl.options import EFFECTS
from newscrawl.exceptions import NewscrawlError
from newscrawl.extensions.feed_failures import LOST
from newscrawl.net.log_records import printable_error
from newscrawl.program import program
from newscrawl.run_summary import EXIT_CODES, FAILED
from newscrawl.runtime.kill_switch import STOPPED_AT_ONCE, start_kill_switch
from newscrawl.runtime.malloc import share_one_pool
from newscrawl.tools.command_base import apply_log_format, name_program, refuse_options
from newscrawl.tools.validation import check_crawl

if TYPE_CHECKING:
    import argparse

    from scrapy.crawler import Crawler

_LOOK_SECONDS: Final = 0.1


class Command(crawl.Command):
    """Scrapy's own command, with checks before it and an exit code after it."""

    def short_desc(self) -> str:
        return "Archive a site: crawl mint, or crawl wordpress -a site=URL"

    def long_desc(self) -> str:
        return "Archive a site: every post, and the full article that it links to.\n\n" + "\n".join(
            [
                "arguments of both spiders:",
                *(f"  -a {name:18}{effect}" for name, effect in EFFECTS.items()),
                "",
                "example:",
                f"  {program()} crawl wordpress -a site=https://example.org -a limit=20",
            ]
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        name_program(parser)
        parser.formatter_class = RawDescriptionHelpFormatter  # keeps the lines above as they are

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        refuse_options(args)
        if len(args) != 1:
            raise UsageError("Give one spider: mint, or wordpress with -a site=URL")
        assert self.settings is not None
        names = get_spider_loader(self.settings).list()
        if args[0] not in names:
            raise UsageError(f"Unknown spider {args[0]!r}: expected one of {', '.join(names)}")
        try:
            check_crawl(self.settings, args[0], opts.spargs)
            apply_log_format(self.settings)
        except NewscrawlError as error:
            raise SystemExit(printable_error("crawl", error)) from None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        share_one_pool()
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        _stop_gently(crawler)
        self.crawler_process.start(install_signal_handlers=False)
        self.exitcode = EXIT_CODES[getattr(crawler.spider, "verdict", FAILED)]
        if crawler.stats is not None and crawler.stats.get_value(LOST):
            self.exitcode = self.exitcode or EXIT_CODES[FAILED]


def _stop_gently(crawler: Crawler) -> None:
    """End the run with a verdict at the first SIGINT or SIGTERM, and at once at the second.

    Scrapy's own handlers would cut the crawl off at the first. Nothing that was committed is lost
    either way, as the second is like a kill.
    """
    received: list[int] = []

    def handle(signum: int, _frame: Any) -> None:
        if received:
            # Whatever hangs can't hold it up: no event loop, no thread, no log.
            os.write(2, STOPPED_AT_ONCE)
            os._exit(EXIT_CODES[FAILED])
        received.append(signum)
        from twisted.internet import reactor

        reactor.callFromThread(_stop, crawler)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)
    start_kill_switch()  # while the crawl computes in C, no handler is called


def _stop(crawler: Crawler) -> None:
    if crawler.spider is not None:
        crawler.spider.stop()  # type: ignore[attr-defined]
    else:  # the signal was faster than the spider
        asyncio.get_running_loop().call_later(_LOOK_SECONDS, _stop, crawler)
