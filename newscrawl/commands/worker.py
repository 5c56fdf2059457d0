"""``scrapy worker``: take jobs of a cluster, and crawl many sites at once."""

from __future__ import annotations

import asyncio
import logging
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from newscrawl.commands.schedule import LOCK
from newscrawl.exceptions import ConfigurationError, NewscrawlError
from newscrawl.program import program
from newscrawl.tools.command_base import BaseCommand, open_existing, say, say_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from sqlalchemy import Connection

    from newscrawl.archive.database import Archive
    from newscrawl.cluster.worker import ClusterWorker
    from newscrawl.schedule.shared_process import Crawls


class Command(BaseCommand):
    def syntax(self) -> str:
        return "[options] [FILE]"

    def short_desc(self) -> str:
        return "Crawl many sites at once, with workers on other machines"

    def long_desc(self) -> str:
        return (
            "Take jobs of the cluster that shares the archive, a PostgreSQL database, until Ctrl-C"
            " or SIGTERM. Crawl the sites of FILE (default: the project's sites.toml, if there is"
            " one) and those of scrapy sites when they are due; a worker without sites helps the"
            " others. Any number of workers may run, on any number of machines. The first SIGTERM"
            " lets the running crawls end with a verdict, the second ends them at once; other"
            " workers continue them. Example:"
            f" {program()} worker --at-once 50 sites.toml"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        from newscrawl.schedule.plan import AT_ONCE

        super().add_options(parser)
        parser.add_argument(
            "--queues",
            default="",
            metavar="NAMES",
            help="take only these jobs, comma-separated: walks, articles, exports (default: all)",
        )
        parser.add_argument(
            "--at-once",
            type=int,
            metavar="N",
            help=f"take up to N jobs at once (default: at_once of FILE, else {AT_ONCE})",
        )
        parser.add_argument(
            "--status", action="store_true", help="show workers, jobs and late sites, and exit"
        )
        parser.add_argument("--json", action="store_true", help="print --status as JSON")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        from newscrawl.archive.jobs import QUEUES
        from newscrawl.schedule.config_values import MOST_AT_ONCE

        super().process_options(args, opts)
        opts.names = [name.strip() for name in opts.queues.split(",") if name.strip()]
        if unknown := set(opts.names) - set(QUEUES):
            raise UsageError(f"Unknown queue {min(unknown)!r}: expected {', '.join(QUEUES)}")
        if opts.json and not opts.status:
            raise UsageError("--json prints --status: give both")
        if opts.at_once is not None and not 1 <= opts.at_once <= MOST_AT_ONCE:
            raise UsageError(f"--at-once {opts.at_once}: expected 1 to {MOST_AT_ONCE}")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1:
            raise UsageError(f"{program()} worker takes at most one file")
        try:
            if opts.status:
                self._show(as_json=opts.json)
            else:
                self._work(args, opts)
        except NewscrawlError as error:
            raise self.failure(error) from None

    def _work(self, args: list[str], opts: argparse.Namespace) -> None:
        from scrapy.utils.log import configure_logging

        from newscrawl.archive.database import Archive
        from newscrawl.cluster.job_log import hide_failures_of_archive
        from newscrawl.output.atomic_files import check_folder
        from newscrawl.runtime.site_lock import holder_of

        assert self.settings is not None
        install = _imported()
        file = Path(args[0]) if args else None
        check_folder(Path(self.settings["NEWSCRAWL_OUTPUT"]))
        configure_logging(self.settings)
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
        hide_failures_of_archive()
        location = self.settings["NEWSCRAWL_ARCHIVE"]
        with closing(Archive.open(location)) as archive:
            archive.call(install)
            if schedule := holder_of(archive, LOCK):
                raise ConfigurationError(
                    f"A schedule crawls the sites of this archive ({schedule}): stop it first"
                )
            with closing(Archive.open(location, ordered=False)) as jobs:
                worker, crawls = self._worker(archive, jobs, file, opts)
                asyncio.run(_worked(worker, crawls))

    def _worker(
        self, archive: Archive, jobs: Archive, file: Path | None, opts: argparse.Namespace
    ) -> tuple[ClusterWorker, Crawls]:
        from newscrawl.archive.jobs import QUEUES
        from newscrawl.cluster.connector import PatientArchive
        from newscrawl.cluster.planner import Planner
        from newscrawl.cluster.worker import ClusterWorker
        from newscrawl.schedule.plan import Plan
        from newscrawl.schedule.project_sites import SiteList
        from newscrawl.schedule.shared_process import Crawls
        from newscrawl.schedule.site_crawl import SiteCrawls
        from newscrawl.schedule.site_state import folder_of

        assert self.settings is not None
        settings = self.settings
        delay = settings.getfloat("DOWNLOAD_DELAY")

        sites = SiteList(settings, file, archive)

        def read() -> Planner | None:
            plan = sites.read()
            return None if plan is None else Planner(plan, delay)

        planner = read()
        plan = Plan(entries=()) if planner is None else planner.plan
        folder = folder_of(settings["NEWSCRAWL_ARCHIVE"])
        # Each machine has the files that it wrote: those of other machines are not missing.
        crawls = Crawls(folder, ["NEWSCRAWL_OUTPUT_TAKEN=1", *opts.set], die_with_us=True)
        site_crawls = SiteCrawls(
            start=crawls.start, folder=folder, archive=archive, longest=plan.longest
        )
        folder_of_metrics = settings["NEWSCRAWL_METRICS"]
        worker = ClusterWorker(
            database=PatientArchive(jobs),
            crawls=site_crawls,
            read_sites=read,
            queues=opts.names or QUEUES,
            metrics=Path(folder_of_metrics).expanduser() if folder_of_metrics else None,
            at_once=opts.at_once or plan.at_once,
            planner=planner,
        )
        return worker, crawls

    def _show(self, *, as_json: bool) -> None:
        from newscrawl.cluster.status import lines, status_of

        assert self.settings is not None
        with closing(open_existing(self.settings)) as archive:
            status = archive.read(status_of)
        if as_json:
            say_json(status)
        else:
            say("\n".join(lines(status)))


async def _worked(worker: ClusterWorker, crawls: Crawls) -> None:
    """Run a worker, and end the processes of its crawls."""
    try:
        await worker.run()
    finally:
        await crawls.close()


def _imported() -> Callable[[Connection], None]:
    """Return the function that installs the tables of a cluster.

    Raises:
        ConfigurationError: If the extra is not installed.
    """
    try:
        import procrastinate  # noqa: F401
        import psycopg  # noqa: F401
    except ImportError as error:
        raise ConfigurationError(
            "A worker needs Procrastinate and psycopg: use uv run --extra cluster, or pip install"
            " 'newscrawl[cluster]'"
        ) from error
    from newscrawl.cluster.install import install

    return install
