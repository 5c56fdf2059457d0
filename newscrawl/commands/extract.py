"""``scrapy extract``: what would come of one page, and the archive's own pages read again."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.exceptions import ConfigurationError, NewscrawlError

if TYPE_CHECKING:
    import argparse

    from newscrawl.inspection import Inspection
    from newscrawl.net.fetcher import Fetcher
    from newscrawl.reading import Reading

INTERRUPTED = 130


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] FILE-or-URL"

    def short_desc(self) -> str:
        return "Show what would come of one page"

    def long_desc(self) -> str:
        return (
            "Reads one page as a crawl would, and shows its article with the place where each part"
            " was found. Exit code 0 for a whole article, 3 for a page without, 1 for no page."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="where FILE came from (default: what it says itself)")
        parser.add_argument("--json", action="store_true", help="print all of it as JSON")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if len(args) != 1:
            raise UsageError("scrapy extract takes one file or URL")
        self.requires_crawler_process = _is_url(args[0])
        if self.requires_crawler_process and opts.url:
            raise UsageError("--url is for a file")
        assert self.settings is not None
        if not opts.loglevel:  # what Scrapy tells of its start is not what was asked for
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
        try:
            self._check(opts)
        except NewscrawlError as error:
            raise SystemExit(f"scrapy extract: {error}") from None

    def _check(self, opts: argparse.Namespace) -> None:
        from newscrawl.checks import check_settings

        assert self.settings is not None
        check_settings(self.settings)
        if opts.url and not _is_url(opts.url):
            raise ConfigurationError(f"--url={opts.url} is no URL: it starts with https://")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            found = self._asked(args[0]) if _is_url(args[0]) else self._read(args[0], opts.url)
        except NewscrawlError as error:
            raise SystemExit(f"scrapy extract: {error}") from None
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None
        self.exitcode = found.exit_code
        _print(found, as_json=opts.json)

    def _read(self, file: str, url: str | None) -> Inspection:
        from newscrawl.inspection import inspect_file

        assert self.settings is not None
        most = self.settings.getint("NEWSCRAWL_ARTICLE_MAXSIZE")

        async def read() -> Inspection:
            reading = self._reading()
            try:
                return await inspect_file(Path(file), url, reading, most)
            finally:
                await reading.workers.close()

        return asyncio.run(read())

    def _asked(self, url: str) -> Inspection:
        from functools import partial

        from newscrawl.archive.store import Archive
        from newscrawl.errand import run_errand
        from newscrawl.inspection import inspect

        assert self.settings is not None
        assert self.crawler_process is not None

        async def ask(fetcher: Fetcher) -> Inspection:
            fetch = partial(fetcher.fetch, kind="article")
            reading = self._reading()
            try:
                return await inspect(await fetch(url), reading, fetch)
            finally:
                await reading.workers.close()

        clock = Archive.open(self.settings["NEWSCRAWL_ARCHIVE"], durable=False)
        with closing(clock):
            return run_errand(self.crawler_process, clock, ask)

    def _reading(self) -> Reading:
        from newscrawl.net.rights import Policies
        from newscrawl.reading import Reading
        from newscrawl.session import workers_of

        assert self.settings is not None
        return Reading(workers_of(self.settings), Policies.parse(self.settings["NEWSCRAWL_POLICY"]))


def _is_url(word: str) -> bool:
    return "://" in word


def _print(found: Inspection, *, as_json: bool) -> None:
    import orjson

    if as_json:
        lines = [orjson.dumps(found.as_dict(), option=orjson.OPT_INDENT_2).decode()]
    else:
        lines = list(found.lines())
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        print(*lines, sep="\n", flush=True)
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
