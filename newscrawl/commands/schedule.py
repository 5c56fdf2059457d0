"""``scrapy schedule``: crawl each site of sites.toml when it is due."""

from __future__ import annotations

import asyncio
import logging
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from newscrawl.exceptions import ConfigurationError, LockHeld, NewscrawlError
from newscrawl.program import program
from newscrawl.runtime.site_lock import holder, holder_of, lock_folder, lock_of
from newscrawl.tools.command_base import BaseCommand, add_json_option, say, say_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from newscrawl.archive.database import Archive
    from newscrawl.schedule.due import Memory
    from newscrawl.schedule.plan import Entry, Plan
    from newscrawl.schedule.scheduler import Scheduler
    from newscrawl.schedule.shared_process import Crawls

logger = logging.getLogger(__name__)

LOCK = "_schedule"
"""The name of the schedule's lock; no site's folder starts with an underscore."""


class Command(BaseCommand):
    def syntax(self) -> str:
        return "[options] [FILE]"

    def short_desc(self) -> str:
        return "Crawl each site of sites.toml when it is due"

    def long_desc(self) -> str:
        return (
            "Crawl each site of FILE (default: the project's sites.toml), and of the table of"
            f" {program()} sites, when it is due, until Ctrl-C or SIGTERM. The first one lets the"
            " running crawls end with a verdict, the second ends them at once."
            f" Example: {program()} schedule --once sites.toml"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--list",
            action="store_true",
            dest="lists",
            help="show the next and the last crawl of each site, and its problem",
        )
        choice.add_argument(
            "--once",
            action="store_true",
            help="crawl the sites that are due now, and exit: for cron",
        )
        add_json_option(parser, "site of --list")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1:
            raise UsageError(f"{program()} schedule takes at most one file")
        try:
            plan = self._plan(Path(args[0]) if args else None)
            if opts.lists:
                self.exitcode = self._list(plan, as_json=opts.json)
            else:
                self.exitcode = self._keep(plan, opts)
        except NewscrawlError as error:
            raise self.failure(error) from None

    def _plan(self, file: Path | None) -> Plan:
        from newscrawl.schedule.project_sites import read_sites

        assert self.settings is not None
        with _opened(self.settings["NEWSCRAWL_ARCHIVE"]) as archive:
            return read_sites(self.settings, file, archive)

    def _keep(self, plan: Plan, opts: argparse.Namespace) -> int:
        from scrapy.utils.log import configure_logging

        from newscrawl.archive.database import Archive
        from newscrawl.output.atomic_files import check_folder
        from newscrawl.schedule.scheduler import Environment, Scheduler
        from newscrawl.schedule.shared_process import Crawls
        from newscrawl.schedule.site_state import folder_of

        assert self.settings is not None
        location = self.settings["NEWSCRAWL_ARCHIVE"]
        check_folder(Path(self.settings["NEWSCRAWL_OUTPUT"]))
        configure_logging(self.settings)
        with closing(Archive.open(location)) as archive:
            _refuse_workers(archive)
            lock = lock_of(archive, LOCK, "schedule of this archive")
            try:
                lock.acquire()
            except LockHeld as error:
                if not opts.once:
                    raise
                logger.info("Nothing done: %s", error)  # what is due is the other one's
                return 0
            crawls = Crawls(folder_of(location), opts.set)
            environment = Environment(
                start=crawls.start,
                folder=folder_of(location),
                archive=archive,
                keep_lock=lock.keep,
                delay=self.settings.getfloat("DOWNLOAD_DELAY"),
            )
            try:
                return asyncio.run(_scheduled(Scheduler(plan, environment, once=opts.once), crawls))
            finally:
                lock.release()

    def _list(self, plan: Plan, *, as_json: bool) -> int:
        from newscrawl.archive.runs import latest
        from newscrawl.schedule.auto_period import with_periods
        from newscrawl.schedule.site_state import folder_of, load_all
        from newscrawl.schedule.status_table import statuses, table

        assert self.settings is not None
        location = self.settings["NEWSCRAWL_ARCHIVE"]
        now = datetime.now(UTC)
        memories = load_all(folder_of(location), plan.entries, now)
        with _opened(location) as archive:
            runs = archive.call(latest) if archive else []
            locks = lock_folder(location)
            who = partial(holder_of, archive) if archive else partial(holder, locks)
            keeper = who(LOCK)
            entries: Sequence[Entry] = plan.entries
            if archive:
                delay = self.settings.getfloat("DOWNLOAD_DELAY")
                entries = archive.read(with_periods, entries, now, delay=delay)
            workers = archive.read(_workers_of, memories) if archive else 0
            found = statuses(entries, memories, runs, holder=who, now=now)
        if as_json:
            for status in found:
                say_json(status)
            return 0
        if workers:
            say(f"Workers of a cluster crawl these sites: {program()} worker --status shows them")
        else:
            say(f"The schedule is up: {keeper}" if keeper else "No schedule is up")
        say("\n".join(table(found)))
        return 0


async def _scheduled(scheduler: Scheduler, crawls: Crawls) -> int:
    """Run a schedule and end the processes of its crawls; return the exit code."""
    try:
        return await scheduler.run()
    finally:
        await crawls.close()


def _workers_of(connection: Connection, memories: dict[str, Memory]) -> int:
    """Return the number of workers of a cluster that live; put their states of sites in place."""
    from newscrawl.cluster import queue, site_table

    count = queue.count_living(connection)
    if count:
        sites = site_table.all_sites(connection)
        memories |= {name: sites[name].memory for name in memories.keys() & sites.keys()}
    return count


def _refuse_workers(archive: Archive) -> None:
    """Check that no worker of a cluster crawls the same sites.

    Raises:
        ConfigurationError: If a worker is up.
    """
    from newscrawl.cluster.dead_workers import SILENT_SECONDS
    from newscrawl.cluster.queue import count_living

    if count := archive.read(count_living):
        raise ConfigurationError(
            f"Workers of a cluster crawl the sites of this archive ({count} of them showed in the"
            f" last {SILENT_SECONDS:g} s that they live; {program()} worker --status shows them):"
            " stop them first"
        )


@contextmanager
def _opened(location: str) -> Iterator[Archive | None]:
    """Open the archive for a while; None if it does not exist yet."""
    from newscrawl.archive.database import Archive

    if "://" not in location and not Path(location).expanduser().exists():
        yield None
        return
    with closing(Archive.open(location)) as archive:
        yield archive
