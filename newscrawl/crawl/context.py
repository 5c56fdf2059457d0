"""The context of one crawl, for its spider, its pipelines and its extensions."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Self

from newscrawl.archive import forgotten
from newscrawl.crawl.item_queue import ItemQueue
from newscrawl.crawl.resources import Resources
from newscrawl.records.record import Provenance
from newscrawl.rights.policy import Policies
from newscrawl.run_summary import Tally
from newscrawl.settings import VERSION

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from scrapy.statscollectors import StatsCollector

    from newscrawl.archive.database import Archive
    from newscrawl.archive.sites import SiteRow
    from newscrawl.runtime.site_lock import RunLock
    from newscrawl.runtime.worker_pool import Workers
    from newscrawl.wordpress.site import Site


def now_iso() -> str:
    """Return the time now, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_days_ago(days: float) -> str:
    """Return a time in the past, ISO 8601 in UTC."""
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def versions() -> dict[str, str]:
    """Return the versions of the software, for the row of a run."""
    return {
        "newscrawl": VERSION,
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in ("scrapy", "trafilatura")},
    }


@dataclass(slots=True, kw_only=True)
class CrawlContext:
    """The archive, the workers and the tally of one crawl, and its site once it is known.

    Attributes:
        resources: The archive and the workers.
        are_shared: Whether other crawls use the resources, too.
        item_queue: Items on their way to Scrapy's pipelines.
        output: The folder of all sites' folders.
        taken: Whether users take files out of the output folder.
        raw: Whether records have the post as it came.
        pages: Bytes that the kept pages of publishers may have in all; 0 keeps no page.
        files: Bytes that the files of media may have in all.
        policies: The part of articles that is kept, by publisher.
        fields: More fields of a post to request.
        articles_seconds: The time that a run has for articles; 0 for no bound.
        listing_days: Days after which every id is listed again.
        runs_days: Days after which a run is deleted.
        deleted_share: The share of the archive that a run may find deleted.
        wait: Whether records wait for their articles.
        later: Whether workers fetch the articles, after the crawl.
        gone: Ids of posts that the site confirmed to be gone.
        trusts_guids: Whether guids identify the site's posts.
    """

    resources: Resources
    are_shared: bool
    stats: StatsCollector
    output: Path
    taken: bool
    raw: bool
    pages: int
    files: int
    articles_seconds: float
    listing_days: float
    runs_days: float
    deleted_share: float
    policies: Policies
    fields: tuple[str, ...] = ()
    wait: bool = True
    later: bool = False
    started: str = field(default_factory=now_iso)
    tally: Tally = field(default_factory=Tally)
    item_queue: ItemQueue = field(default_factory=ItemQueue)
    gone: set[int] = field(default_factory=set)
    trusts_guids: bool = True
    run_id: int = 0
    lock: RunLock | None = None
    _site: Site | None = None
    _site_row: SiteRow | None = None

    @classmethod
    async def open(cls, crawler: Crawler, shared: Resources | None = None) -> Self:
        """Read the crawler's settings, and open the archive.

        Args:
            shared: Used instead of resources of the crawl's own.

        Raises:
            ConfigurationError, ArchiveError: If the archive can't be used.
        """
        settings, stats = crawler.settings, crawler.stats
        if stats is None:
            raise RuntimeError("a crawl's context is opened by a crawler that has its stats")
        resources = shared or Resources.open(settings)
        away = await resources.archive.look(forgotten.names, forgotten.PUBLISHER)
        return cls(
            resources=resources,
            are_shared=shared is not None,
            stats=stats,
            output=Path(settings["NEWSCRAWL_OUTPUT"]),
            taken=settings.getbool("NEWSCRAWL_OUTPUT_TAKEN"),
            raw=settings.getbool("NEWSCRAWL_RAW"),
            pages=page_budget(settings),
            files=settings.getint("NEWSCRAWL_FILES_MIB") << 20,
            articles_seconds=settings.getfloat("NEWSCRAWL_ARTICLES_SECONDS"),
            listing_days=settings.getfloat("NEWSCRAWL_LISTING_DAYS"),
            runs_days=settings.getfloat("NEWSCRAWL_RUNS_DAYS"),
            deleted_share=settings.getfloat("NEWSCRAWL_DELETED_SHARE"),
            policies=replace(Policies.parse(settings["NEWSCRAWL_POLICY"]), forgotten=away),
            fields=tuple(filter(None, map(str.strip, settings["NEWSCRAWL_FIELDS"].split(",")))),
        )

    @property
    def archive(self) -> Archive:
        """The open archive."""
        return self.resources.archive

    @property
    def workers(self) -> Workers:
        """The processes that normalize posts and read articles."""
        return self.resources.workers

    @property
    def site(self) -> Site:
        """The site as its API describes it."""
        if self._site is None:
            raise RuntimeError("a site is discovered before posts come")
        return self._site

    @site.setter
    def site(self, site: Site) -> None:
        self._site = site

    @property
    def site_row(self) -> SiteRow:
        """The site as the archive has it."""
        if self._site_row is None:
            raise RuntimeError("a site is entered before posts come")
        return self._site_row

    @site_row.setter
    def site_row(self, row: SiteRow) -> None:
        self._site_row = row

    @property
    def has_site(self) -> bool:
        """Whether the site was found, and has its row in the archive."""
        return self._site_row is not None

    @property
    def site_id(self) -> int:
        """The site's row in the archive."""
        return self.site_row.id

    @property
    def folder(self) -> Path:
        """The site's folder of output files."""
        return self.output / self.site_row.folder

    @property
    def provenance(self) -> Provenance:
        """The origin of the records of this run: site, time and run."""
        return Provenance(site=self.site, crawled=self.started, run=self.run_id, raw=self.raw)

    def count(self, name: str, by: int = 1) -> None:
        """Count an event in Scrapy's stats: ``component/event_count``."""
        self.stats.inc_value(name, by)

    async def close(self) -> None:
        """Release everything; committed data is durable."""
        if not self.are_shared:
            await self.resources.close()
        if self.lock is not None:
            self.lock.release()


def page_budget(settings: BaseSettings) -> int:
    """Return the bytes that kept pages may have in all; 0 if no page is kept."""
    return settings.getbool("NEWSCRAWL_PAGES") * settings.getint("NEWSCRAWL_PAGES_MIB") << 20


def context_of(crawler: Crawler) -> CrawlContext:
    """Return the context of a crawler's spider."""
    context: CrawlContext = crawler.spider.context  # type: ignore[union-attr]
    return context
