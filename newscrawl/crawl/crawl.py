"""One crawl of one site, from its URL to its verdict; the spider connects it to Scrapy."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from newscrawl.archive import articles, jobs, posts, reextraction, runs, sites
from newscrawl.crawl.child_sync import ChildSync
from newscrawl.crawl.context import iso_days_ago, now_iso, versions
from newscrawl.crawl.earlier_files import (
    note_missing_files,
    refuse_forgotten,
    take_back_newer_files,
    warn_of_newer_files,
)
from newscrawl.crawl.empty_posts import note_empty_posts
from newscrawl.crawl.file_sync import FileSync
from newscrawl.crawl.frontier import Frontier
from newscrawl.crawl.moved_site import key_before_move
from newscrawl.crawl.next_step import next_step
from newscrawl.crawl.post_sync import PostSync
from newscrawl.crawl.progress_report import ProgressReport
from newscrawl.crawl.publisher import Publisher
from newscrawl.crawl.reference_resolver import ReferenceResolver
from newscrawl.crawl.retries import MAX_NAMED, retry_failed
from newscrawl.crawl.site_lookup import fall_back, find_site, parse_in, with_known_robots
from newscrawl.crawl.term_sync import TermSync
from newscrawl.exceptions import ArchiveError, ConfigurationError, LockHeld, NewscrawlError
from newscrawl.extract.version import extractor_version
from newscrawl.output.atomic_files import check_folder
from newscrawl.run_summary import FAILED, HELD, PARTIAL, headline, summary
from newscrawl.runtime.site_lock import lock_of
from newscrawl.wordpress.api_index import MAX_ENTRIES
from newscrawl.wordpress.children import CHILD_TYPES, MEDIA
from newscrawl.wordpress.responses import ListsClosed
from newscrawl.wordpress.site import site_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from newscrawl.archive.articles import Task
    from newscrawl.crawl.article_fetcher import ArticleFetcher
    from newscrawl.crawl.context import CrawlContext
    from newscrawl.crawl.fallback_sync import FallbackSync
    from newscrawl.crawl.options import Arguments
    from newscrawl.items import Post, PostBatch, Record
    from newscrawl.net.fetcher import Fetcher
    from newscrawl.net.response import Fetch
    from newscrawl.records.record import Provenance
    from newscrawl.wordpress.fallback import FallbackSources
    from newscrawl.wordpress.site import Site

logger = logging.getLogger(__name__)


class Crawl:
    """Walks a site into the archive, fetches its articles, and publishes posts that are ready.

    Three tasks, each bounded: the walk fills the archive; the frontier fetches the articles that
    are queued there; the publisher takes posts that are ready from there. No task holds items that
    another one waits for. So memory is flat, and a crash costs only what was not committed.
    """

    def __init__(self, context: CrawlContext, arguments: Arguments, fetcher: Fetcher) -> None:
        self.context = context
        self.arguments = arguments
        self._fetcher = fetcher
        context.tally.asked = arguments.left_out()
        self._fetch: Fetch = partial(fetcher.fetch, request_type="api")
        self._search: asyncio.Task[tuple[Site, FallbackSources | None]] | None = None
        self._fallback_sources: FallbackSources | None = None
        self._walk: asyncio.Task[None] | None = None
        self._frontier: Frontier | None = None
        self._file_sync: FileSync | None = None
        self._stopping = False
        self._is_over = False
        self._entered: Site | None = None  # as the archive has it
        self._began = time.monotonic()
        self.verdict = FAILED
        self.last_verdict: str | None = None  # of the site's run before, if any ended

    async def items(self) -> AsyncIterator[PostBatch[Post] | Record]:
        """Yield posts for the pipelines as they are walked, and records as they are issued."""
        work = asyncio.create_task(self._work())
        try:
            async for item in self.context.item_queue:
                yield item
            await work
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    def stop(self) -> None:
        """End early: publish what is finished, and leave the rest for the next run."""
        logger.info("Stopping: finished posts are published, the rest is left for the next run")
        self._stopping = True
        for task in (self._search, self._walk):
            if task is not None:
                task.cancel()
        if self._frontier is not None:
            self._frontier.stop()

    async def progress(self) -> ProgressReport:
        """Return how far the crawl is."""
        context, tally = self.context, self.context.tally
        if not context.has_site:
            return ProgressReport(site=self.arguments.site, is_found=False)
        pending, _ = await context.archive.look(articles.count_queued, context.site_id)
        return ProgressReport(
            site=self.arguments.site,
            seconds=time.monotonic() - self._began,
            walked=tally.walked,
            expected=tally.told,
            published=tally.new + tally.updated,
            outcomes=tally.outcomes.copy(),
            pending=pending,
            waiting=self._fetcher.waiting(),
        )

    async def _work(self) -> None:
        try:
            await self._enter()
            await self._crawl()
            await self._finish()
        except* NewscrawlError as errors:
            for error in _leaf_errors(errors):
                logger.error("%s", error)
                self.context.tally.partial.append(str(error))
            if errors.subgroup(LockHeld) is not None:
                self.verdict = HELD
            # An archive that failed can't store it, and the runs of a held site are not ours.
            elif errors.subgroup(ArchiveError) is None:
                with suppress(ArchiveError):
                    await self._record_failed()
        finally:
            await self.context.item_queue.close()

    async def _enter(self) -> None:
        """Find the site, take its lock, and finish the files of an earlier run."""
        context = self.context
        await refuse_forgotten(context, site_key(self.arguments.site, [self.arguments.site], ""))
        if self.arguments.later and not await context.archive.look(jobs.has_workers):
            raise ConfigurationError(
                "-a articles=later leaves the articles to workers, but this archive has none: start"
                " scrapy worker first, or crawl without it"
            )
        checked = await warn_of_newer_files(context, self.arguments.site)
        context.site, self._fallback_sources = await self._find_unless_stopped()
        site = context.site = context.site.replaced(key=await self._key_of(context.site))
        key = site.key
        await refuse_forgotten(context, key)
        self._note_oddities(site)
        folder = sites.folder_name(site.key)
        context.lock = lock_of(context.archive, folder)
        context.lock.acquire()
        check_folder(context.output / folder)
        context.site_row = await context.archive.run(
            sites.enter, site.key, self.arguments.site, site.as_dict()
        )
        self._entered = site
        if checked != context.site_id:
            await take_back_newer_files(context)
        self._publisher = self._new_publisher(site)
        await self._publisher.write_files()
        if not context.taken:
            await note_missing_files(context)
        await self._begin_run(context.site_id)
        context.wait = self.arguments.articles or self.arguments.later
        context.later = self.arguments.later
        now = time.time() if context.wait else None
        if now is not None:
            await context.archive.run(
                reextraction.requeue_failed, context.site_id, extractor_version(), now
            )
        await context.archive.run(posts.make_ready, context.site_id, but=now)

    async def _key_of(self, site: Site) -> str:
        """Return the key of the site in this archive; all posts of one that has moved are read."""
        archive, asked = self.context.archive, self.arguments.site
        key = await archive.look(sites.known_key, site.key)
        key, has_moved = await key_before_move(archive, asked, site.replaced(key=key), self._fetch)
        if has_moved and not self.arguments.samples:
            self.arguments = replace(self.arguments, full=True)
            self.context.tally.notes.append(f"{key} has moved to {site.home}: all posts were read")
        return key

    def _note_oddities(self, site: Site) -> None:
        tally = self.context.tally
        if site.style == "rest_route":
            tally.notes.append("The REST API can be reached only at ?rest_route=")
        for listed, what in ((site.types, "types"), (site.taxonomies, "taxonomies")):
            if len(listed) >= MAX_ENTRIES:
                tally.notes.append(
                    f"The site lists {MAX_ENTRIES} {what} or more: newscrawl reads the first"
                    f" {MAX_ENTRIES}"
                )

    def _new_publisher(self, site: Site) -> Publisher:
        context = self.context
        references = ReferenceResolver(
            context.archive,
            context.site,
            context.site_id,
            self._fetch,
            is_open=self._fallback_sources is None,
        )
        return Publisher(
            archive=context.archive,
            site_id=context.site_id,
            site=site,
            folder=context.folder,
            references=references,
            provenance=self._provenance,
            tally=context.tally,
            item_queue=context.item_queue,
            waits=self.arguments.later,
        )

    async def _provenance(self) -> Provenance:
        return self.context.provenance

    async def _find_unless_stopped(self) -> tuple[Site, FallbackSources | None]:
        search = find_site(
            self.context.archive, self.arguments, self._fetch, parse_in(self.context.workers)
        )
        self._search = asyncio.create_task(search)
        if self._stopping:
            self._search.cancel()
        try:
            return await self._search
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            self.verdict = PARTIAL
            raise NewscrawlError("Stopped before the site was found; nothing is changed") from None

    async def _crawl(self) -> None:
        context = self.context
        self._frontier = Frontier(
            context.archive,
            context.site_id,
            self._read_article,
            seconds=context.articles_seconds,
            next_retry=self._next_retry,
        )
        self._post_sync = self._new_post_sync()
        self._child_syncs = [
            ChildSync(
                context,
                child_type,
                self._fetch,
                publishes_at_once=not (self.arguments.files and child_type is MEDIA),
            )
            for child_type in CHILD_TYPES
            if self._fallback_sources is None and getattr(self.arguments, child_type.name)
        ]
        if self.arguments.files and self._fallback_sources is None:
            self._file_sync = FileSync(context, self._fetcher, context.files)
        async with asyncio.TaskGroup() as tasks:
            self._walk = tasks.create_task(self._run_walk())
            under_way = {self._walk}
            if self.arguments.articles:
                under_way.add(tasks.create_task(self._frontier.run()))
            tasks.create_task(self._publisher.run_beside(under_way, context.item_queue))
            if self._stopping:  # since the site was found
                self._walk.cancel()
                self._frontier.stop()

    @cached_property
    def _article_fetcher(self) -> ArticleFetcher:
        # Slow to import, and a run without new articles does not need it.
        from newscrawl.crawl.article_fetcher import ArticleFetcher

        return ArticleFetcher(self.context, self._fetcher)

    async def _read_article(self, task: Task) -> bool:
        return await self._article_fetcher.read(task)

    def _next_retry(self) -> float | None:
        has_fetched = "_article_fetcher" in self.__dict__
        return self._article_fetcher.next_retry() if has_fetched else None

    def _new_post_sync(self) -> PostSync | FallbackSync:
        assert self._frontier is not None
        fetch_once = partial(self._fetcher.fetch, request_type="api", is_retried=False)
        post_sync: Callable[..., PostSync | FallbackSync] = partial(PostSync, fetch_once=fetch_once)
        if self._fallback_sources is not None:
            from newscrawl.crawl import (
                fallback_sync,  # it reads pages: slow to import, seldom needed
            )

            post_sync = partial(fallback_sync.FallbackSync, fallback_sources=self._fallback_sources)
        return post_sync(
            self.context,
            self.arguments,
            fetch=self._fetch,
            item_queue=self.context.item_queue,
            on_page=self._frontier.notify,
        )

    async def _run_walk(self) -> None:
        assert self._frontier is not None
        try:
            try:
                await self._post_sync.run()
            except ListsClosed as closed:
                await self._fall_back(closed)
            await self.context.item_queue.drained()  # posts in the pipelines may have links
            await retry_failed(self.context)
        finally:
            self._frontier.end_of_walk()
        for child_sync in self._child_syncs:
            await child_sync.run(full=self.arguments.full, sample=self._post_sync.sample)
        if self._file_sync is not None:
            await self._file_sync.run()
        if self.arguments.terms and self._fallback_sources is None:
            await TermSync(self.context, self._fetch).run()

    async def _fall_back(self, closed: ListsClosed) -> None:
        """Continue without an API that lists no posts, if the site has a feed or sitemaps."""
        context, site = self.context, self.context.site
        self._child_syncs, self._file_sync = [], None
        fetch = with_known_robots(context.archive, self._fetch)
        self._fallback_sources = await fall_back(
            site, closed.refusal, fetch, parse_in(context.workers)
        )
        if self._fallback_sources is None:
            context.tally.partial.append(f"the walk ended early: {closed.refusal}")
            return
        logger.info("Continuing without the REST API of %s: %s", site.key, closed.refusal)
        self._post_sync = self._new_post_sync()
        await self._post_sync.run()

    async def _fetch_other_files(self) -> None:
        """Fetch the files of images of which it became known only now that a post shows them."""
        if self._file_sync is None:
            return
        if not self._stopping:
            self._walk = asyncio.create_task(self._file_sync.run())  # a stop cancels it
            with suppress(asyncio.CancelledError):
                await self._walk
        self._file_sync.note()

    async def _finish(self) -> None:
        """Publish the rest, pending or not; finish the files; determine the verdict."""
        context, tally = self.context, self.context.tally
        await context.item_queue.drained()
        if not self._stopping:
            await retry_failed(context)
        await self._publisher.finish()
        await context.item_queue.drained()
        await self._fetch_other_files()
        for child_sync in self._child_syncs:
            await child_sync.publish()
        await self._publisher.write_files()
        tally.pending, tally.again = await context.archive.look(
            articles.count_queued, context.site_id
        )
        tally.failed = await context.archive.look(posts.failures, context.site_id, MAX_NAMED)
        if self._is_cut_short and not self._stopping:
            tally.notes.append(
                f"The time for articles is used up ({context.articles_seconds:g} s,"
                " NEWSCRAWL_ARTICLES_SECONDS): the rest is left for the next run"
            )
        if self._stopping:
            tally.partial.append("stopped before the end")
        elif not tally.errors:
            await note_empty_posts(context, None if self._fallback_sources else self._fetch)
            await self._post_sync.conclude()
            if context.site != self._entered:
                await context.archive.run(
                    sites.enter, context.site.key, self.arguments.site, context.site.as_dict()
                )
        await self._conclude(tally.verdict())

    async def _record_failed(self) -> None:
        """Close the run's row; if a known site was not found, the run gets a row first."""
        context = self.context
        if not context.run_id:
            site_id = await context.archive.run(sites.row_of, self.arguments.site)
            if site_id is not None:
                await self._begin_run(site_id)
        await self._end_run(self.verdict)

    async def _begin_run(self, site_id: int) -> None:
        context = self.context
        context.run_id, self.last_verdict = await context.archive.run(
            runs.begin_crawl,
            site_id,
            forget_before=iso_days_ago(context.runs_days),
            started=context.started,
            arguments=self.arguments.as_dict(),
            versions=versions(),
        )

    async def _end_run(self, verdict: str) -> None:
        """Close the run's row in the archive, if it has one."""
        context = self.context
        if context.run_id:
            await context.archive.run(
                runs.finish,
                context.run_id,
                ended=now_iso(),
                verdict=verdict,
                tally=context.tally.as_dict(),
                traffic=self._fetcher.traffic(),
            )

    async def _conclude(self, verdict: str) -> None:
        await self._end_run(verdict)
        self.verdict = verdict
        self._is_over = True
        self.context.stats.set_value("run/verdict", verdict)

    def summary(self) -> list[str]:
        """Return the lines that end the run, the verdict first."""
        tally = self.context.tally
        if not self._is_over:
            return [headline(tally, self.verdict)]
        step = next_step(self.arguments, tally, is_cut_short=self._is_cut_short)
        return [
            *summary(tally, self.verdict, walked=self.arguments.types),
            f"JSON lines: {self.context.folder}",
            f"Next: {step}",
        ]

    @property
    def _is_cut_short(self) -> bool:
        tally, frontier = self.context.tally, self._frontier
        is_out_of_time = frontier is not None and frontier.is_out_of_time and tally.pending > 0
        return self._stopping or is_out_of_time


def _leaf_errors(group: BaseExceptionGroup[NewscrawlError]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaf_errors(error)
        else:
            yield error
