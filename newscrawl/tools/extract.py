"""What ``scrapy extract`` does, by the settings: a page of a file, of a URL, and all kept ones."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.crawl.article_reader import ArticleReader
from newscrawl.crawl.resources import workers_of
from newscrawl.rights.policy import Policies
from newscrawl.run_summary import EXIT_CODES, FAILED
from newscrawl.tools.command_base import open_existing, sites_named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapy.crawler import CrawlerProcessBase
    from scrapy.settings import BaseSettings

    from newscrawl.archive.database import Archive
    from newscrawl.net.fetcher import Fetcher
    from newscrawl.tools.extract_view import Inspection
    from newscrawl.tools.reextract import Reextraction


def reading_of(settings: BaseSettings) -> ArticleReader:
    """Return what reads pages as a crawl with these settings does; its workers are to be closed."""
    return ArticleReader(workers_of(settings), Policies.parse(settings["NEWSCRAWL_POLICY"]))


def of_file(settings: BaseSettings, file: Path, url: str | None) -> Inspection:
    """Return what would come of a page in a file.

    Args:
        url: Where it came from; None for what it says itself.

    Raises:
        ConfigurationError: If the file can't be read.
    """
    from newscrawl.tools.extract_view import inspect_file

    most = settings.getint("NEWSCRAWL_ARTICLE_MAXSIZE")

    async def read() -> Inspection:
        reading = reading_of(settings)
        try:
            return await inspect_file(file, url, reading, most)
        finally:
            await reading.workers.close()

    return asyncio.run(read())


def of_url(settings: BaseSettings, url: str, process: CrawlerProcessBase) -> Inspection:
    """Return what would come of a page that is asked for as a crawl does.

    Args:
        process: Runs the event loop, once.

    Raises:
        ArchiveError: If the archive, which has the turns of hosts, can't be used.
        KeyboardInterrupt: If it was stopped before its end.
    """
    from newscrawl.archive.database import Archive
    from newscrawl.crawl.one_off import run_one_off
    from newscrawl.tools.extract_view import inspect

    async def inspect_url(fetcher: Fetcher) -> Inspection:
        fetch = partial(fetcher.fetch, request_type="article")
        reading = reading_of(settings)
        try:
            return await inspect(await fetch(url), reading, fetch)
        finally:
            await reading.workers.close()

    with closing(
        Archive.open(settings["NEWSCRAWL_ARCHIVE"], durable=False, ordered=False)
    ) as clock:
        return run_one_off(process, clock, inspect_url)


def again(
    settings: BaseSettings,
    sites: Sequence[str],
    *,
    dry_run: bool,
    samples: int,
    say: Callable[[str], object],
) -> int:
    """Read the archive's kept pages again, and return the exit code.

    Args:
        sites: URLs or hosts of those that are meant; empty for all.
        dry_run: Only show what would change.
        samples: Changed articles that are shown.
        say: Prints lines for the user.

    Raises:
        NewscrawlError: If there is no archive, no such site, or another process does the same.
    """
    with closing(open_existing(settings)) as archive:
        site_ids = sites_named(archive, sites)
        work = _again(settings, archive, site_ids, dry_run=dry_run, samples=samples, say=say)
        return asyncio.run(work)


async def _again(
    settings: BaseSettings,
    archive: Archive,
    site_ids: Sequence[int],
    *,
    dry_run: bool,
    samples: int,
    say: Callable[[str], object],
) -> int:
    from newscrawl.crawl.publisher import OfflinePublisher
    from newscrawl.tools.reextract import Reextraction, summary

    reading = reading_of(settings)
    task = Reextraction(archive, reading, site_ids=site_ids, samples=samples, say=say)
    reissue = OfflinePublisher(
        archive=archive,
        output=Path(settings["NEWSCRAWL_OUTPUT"]),
        raw=settings.getbool("NEWSCRAWL_RAW"),
    )
    _stop_gently(task)
    try:
        verdict = await task.run(None if dry_run else reissue)
    finally:
        await reading.workers.close()
    say("\n".join(summary(task, dry=dry_run)))
    return EXIT_CODES[verdict]


def _stop_gently(task: Reextraction) -> None:
    """Let the first SIGINT or SIGTERM end it after a window, and the second end it at once."""
    received: list[int] = []

    def handle(number: int) -> None:
        if received:
            os.write(2, b"Stopped at once; what was committed is kept: run again to go on\n")
            os._exit(EXIT_CODES[FAILED])
        received.append(number)
        task.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, handle, number)
