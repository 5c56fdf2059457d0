"""``scrapy extract``: what would come of one page, and the archive's own pages read again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.exceptions import ConfigurationError, NewscrawlError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.again import Again
    from newscrawl.archive.store import Archive
    from newscrawl.inspection import Inspection
    from newscrawl.net.fetcher import Fetcher
    from newscrawl.reading import Reading

SAMPLES = 10
INTERRUPTED = 130


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False  # but for a URL

    def syntax(self) -> str:
        return "[options] FILE-or-URL | --again [options] [SITE ...]"

    def short_desc(self) -> str:
        return "Show what would come of one page, or read the archive's pages again"

    def long_desc(self) -> str:
        return (
            "Reads one page as a crawl would, and shows its article with the place where each part"
            " was found: exit code 0 for a whole article, 3 for a page without, 1 for no page."
            " With --again, reads the archive's kept pages with the extractor of today, asking"
            " nobody, shows what has changed, and issues the revisions that a reader would notice."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="where FILE came from (default: what it says itself)")
        parser.add_argument("--json", action="store_true", help="print all of it as JSON")
        parser.add_argument("--again", action="store_true", help="read the kept pages again")
        parser.add_argument(
            "--dry-run", action="store_true", help="with --again: show the changes, make none"
        )
        parser.add_argument(
            "--samples",
            type=int,
            metavar="N",
            help=f"with --again: show so many changed articles (default: {SAMPLES})",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        wrong = _wrong(args, opts)
        if wrong:
            raise UsageError(wrong)
        assert self.settings is not None
        self.requires_crawler_process = not opts.again and _is_url(args[0])
        if not opts.again and not opts.loglevel:  # Scrapy's start is not what was asked for
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
        try:
            self._check(opts)
        except NewscrawlError as error:
            raise SystemExit(f"scrapy extract: {error}") from None

    def _check(self, opts: argparse.Namespace) -> None:
        from newscrawl.checks import check_rules, check_settings

        assert self.settings is not None
        check_settings(self.settings)
        check_rules()
        if opts.url and not _is_url(opts.url):
            raise ConfigurationError(f"--url={opts.url} is no URL: it starts with https://")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            if opts.again:
                self.exitcode = self._again(args, opts)
                return
            found = self._asked(args[0]) if _is_url(args[0]) else self._read(args[0], opts.url)
        except NewscrawlError as error:
            raise SystemExit(f"scrapy extract: {error}") from None
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None
        self.exitcode = found.exit_code
        _say(found.json() if opts.json else "\n".join(found.lines()))

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

        with closing(Archive.open(self.settings["NEWSCRAWL_ARCHIVE"], durable=False)) as clock:
            return run_errand(self.crawler_process, clock, ask)

    def _again(self, sites: Sequence[str], opts: argparse.Namespace) -> int:
        from scrapy.utils.log import configure_logging

        from newscrawl.archive.store import Archive

        assert self.settings is not None
        location = self.settings["NEWSCRAWL_ARCHIVE"]
        if "://" not in location and not Path(location).expanduser().exists():
            raise ConfigurationError(
                f"There is no archive at {location} yet: crawl a site, or set NEWSCRAWL_ARCHIVE"
            )
        configure_logging(self.settings)
        with closing(Archive.open(location)) as archive:
            return asyncio.run(self._read_again(archive, sites, opts))

    async def _read_again(
        self, archive: Archive, sites: Sequence[str], opts: argparse.Namespace
    ) -> int:
        from newscrawl.again import Again, summary
        from newscrawl.reissue import Reissue
        from newscrawl.verdict import EXIT_CODES

        assert self.settings is not None
        reading = self._reading()
        again = Again(
            archive,
            reading,
            site_ids=_ids_of(archive, sites),
            samples=SAMPLES if opts.samples is None else opts.samples,
            say=_say,
        )
        reissue = Reissue(
            archive=archive,
            output=Path(self.settings["NEWSCRAWL_OUTPUT"]),
            raw=self.settings.getbool("NEWSCRAWL_RAW"),
        )
        _stop_gently(again)
        try:
            verdict = await again.run(None if opts.dry_run else reissue)
        finally:
            await reading.workers.close()
        _say("\n".join(summary(again, dry=opts.dry_run)))
        return EXIT_CODES[verdict]

    def _reading(self) -> Reading:
        from newscrawl.net.rights import Policies
        from newscrawl.reading import Reading
        from newscrawl.session import workers_of

        assert self.settings is not None
        return Reading(workers_of(self.settings), Policies.parse(self.settings["NEWSCRAWL_POLICY"]))


def _wrong(args: Sequence[str], opts: argparse.Namespace) -> str | None:
    """Return what is wrong with words that don't go together."""
    if opts.again:
        if opts.url or opts.json:
            return "--url and --json are for one page, not for --again"
        return "--samples is from 0" if (opts.samples or 0) < 0 else None
    if opts.dry_run or opts.samples is not None:
        return "--dry-run and --samples are for --again"
    if len(args) != 1:
        return "scrapy extract takes one file or URL"
    return "--url is for a file" if opts.url and _is_url(args[0]) else None


def _is_url(word: str) -> bool:
    return "://" in word


def _ids_of(archive: Archive, names: Sequence[str]) -> list[int]:
    from newscrawl.archive import rereads
    from newscrawl.wordpress.site import site_key

    ids = []
    for name in names:
        url = name if _is_url(name) else f"https://{name}"
        found = archive.call(rereads.site_named, url, site_key(url, [url], ""))
        if found is None:
            raise ConfigurationError(
                f"The archive knows no site {name}: give the URL that was crawled"
            )
        ids.append(found)
    return ids


def _stop_gently(again: Again) -> None:
    """Let the first SIGINT or SIGTERM end it after a window, and the second end it at once."""
    received: list[int] = []

    def handle() -> None:
        if received:
            os.write(2, b"Stopped at once; what was committed is kept: run again to go on\n")
            os._exit(1)
        received.append(1)
        again.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, handle)


def _say(text: str) -> None:
    """Print, whatever the terminal can show, and as long as anybody reads."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
