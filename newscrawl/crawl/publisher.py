"""From the archive to records and files: during a crawl, and after articles were read again."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from newscrawl.archive import posts, records, reference_cache, runs
from newscrawl.archive.segments import MAX_SECONDS
from newscrawl.crawl.context import now_iso, versions
from newscrawl.crawl.reference_resolver import ReferenceResolver
from newscrawl.exceptions import ArchiveError
from newscrawl.extract.version import extractor_version
from newscrawl.items import API, ReadyPost
from newscrawl.net.response import Answer
from newscrawl.outcomes import PENDING
from newscrawl.output.atomic_files import check_folder
from newscrawl.output.writer import write_and_log_files
from newscrawl.records.record import DELETED, Provenance
from newscrawl.run_summary import COMPLETE, Tally
from newscrawl.runtime.site_lock import lock_of
from newscrawl.wordpress.fallback_posts import unnumbered_post
from newscrawl.wordpress.posts import PostError, decode_post
from newscrawl.wordpress.site import Site

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from newscrawl.archive.database import Archive
    from newscrawl.archive.posts import FailedRow, ReadyRow
    from newscrawl.archive.reextraction import UnfinishedSite
    from newscrawl.archive.reference_cache import Related
    from newscrawl.crawl.item_queue import ItemQueue
    from newscrawl.items import Post, Record
    from newscrawl.net.response import Fetch

logger = logging.getLogger(__name__)

BATCH_SIZE: Final = 100
"""Posts that are made into records at once, however large the site."""

MAX_HELD: Final = 500
"""Posts that wait until what they point to is known; it is asked for when so many do."""

FIRST_HELD: Final = 100
"""The same for the first time. Most posts point to the same few authors and categories, and each
post that waits is decoded twice."""

MAX_NAMED: Final = 5
"""References that the summary names."""

LOOK_SECONDS: Final = 1.0
"""Between two looks for posts that became ready and files that are due."""

LATER_SECONDS: Final = 600.0
"""A post that waits for an article that workers fetch also waits for its next tries that are so
near."""

REREAD_COMMAND: Final = "extract"
"""The command in the archive's row of a run that published without a crawl."""


@dataclass(slots=True, kw_only=True)
class Publisher:
    """Issues records of the posts of a site that are ready, and writes the files that are due.

    A record is committed before it is handed on, so a kill never publishes one twice.

    Attributes:
        folder: Of the site's files.
        references: Resolves what posts point to.
        provenance: Returns where records come from; called before records are issued.
        tally: Counts them.
        item_queue: Takes them on their way to Scrapy; None if they go to files only.
        waits: Whether posts wait for articles that others fetch.
    """

    archive: Archive
    site_id: int
    site: Site
    folder: Path
    references: ReferenceResolver
    provenance: Callable[[], Awaitable[Provenance]]
    tally: Tally
    item_queue: ItemQueue | None = None
    waits: bool = False
    _held: list[int] = field(default_factory=list)
    _has_asked: bool = False

    async def run_beside(self, under_way: set[asyncio.Task[None]], item_queue: ItemQueue) -> None:
        """Publish posts as they become ready, until the tasks that make them ready are done."""
        while under_way:
            item_queue.check()
            if await self._publish_batch() < BATCH_SIZE:
                await self.write_files(opened_before=time.time() - MAX_SECONDS)
                _, under_way = await asyncio.wait(under_way, timeout=LOOK_SECONDS)

    async def finish(self) -> None:
        """Publish the rest, whatever is pending of it; name what could not be published."""
        # First what was not looked at: all that is unknown is asked for before the rest is taken.
        has_rest = await self._publish_rest(held=self._held) or bool(self._held)
        has_retried = await self.references.retry()
        await self.references.flush()
        if has_rest or has_retried:
            await self._publish_rest()
        while self.waits and await self.references.flush():  # for posts that became ready just now
            await self._publish_rest()
        failing = await self.archive.look(reference_cache.failing, self.site_id)
        for name, ids in failing.items():
            some = ", ".join(map(str, ids[:MAX_NAMED])) + (", ..." if len(ids) > MAX_NAMED else "")
            self.tally.notes.append(
                f"The site does not answer for {len(ids)} of its {name} ({some}): records have"
                " their ids only, and get the rest as soon as it does"
            )
        if surplus := self.references.surplus:
            self.tally.partial.append(
                f"the posts refer to more authors, terms and images than are requested: {surplus}"
                " have only their ids"
            )
        left = await self.archive.look(
            posts.count_unpublished, self.site_id, but=self._waits_until()
        )
        if left:
            self.tally.partial.append(
                f"{left} posts are archived and not published yet: the site did not answer for"
                " their authors, terms or images, or the log names an error; the next run tries"
                " again"
            )

    async def publish_ready(self) -> bool:
        """Publish every post that is ready, if all that it points to is known.

        Return whether any post was ready.
        """
        has_any = False
        while await self._publish_batch():
            has_any = True
        return has_any

    async def write_files(self, *, opened_before: float = math.inf) -> None:
        """Write the files of segments that are closed, or were opened before then."""
        await write_and_log_files(
            self.archive, self.site_id, self.folder, opened_before=opened_before
        )

    async def _publish_rest(self, *, held: Sequence[int] = ()) -> bool:
        """Publish every stale post but the rows *held*; return whether there was any."""
        waits_until = self._waits_until()
        await self.archive.run(posts.make_ready, self.site_id, but=waits_until, held=held)
        return await self.publish_ready()

    def _waits_until(self) -> float | None:
        """Return by when an article must be due, in Unix seconds, for its posts to wait for it."""
        return time.time() + LATER_SECONDS if self.waits else None

    async def _publish_batch(self) -> int:
        """Issue records of posts that are ready; return how many posts were looked at."""
        taken: list[ReadyRow] = []
        # It looks each second: a transaction that writes would wait for those of other crawls.
        if await self.archive.look(posts.is_any_ready, self.site_id):
            taken = await self.archive.run(posts.take_ready, self.site_id, BATCH_SIZE)
            ready = [item for row in taken if (item := self._ready(row)) is not None]
            known = await self.references.of([item.post for item in ready])
            # What points to something unknown waits for others that do, or for the end.
            whole = [item for item in ready if self.references.are_known(item.post)]
            self._held += {item.row for item in ready} - {item.row for item in whole}
            await self.references.publish_without(whole, known)
            await self._emit(await self._issue(whole, known))
        if len(self._held) >= (MAX_HELD if self._has_asked else FIRST_HELD):
            self._has_asked = True
            await self._resolve_held()
        return len(taken)

    def _ready(self, row: ReadyRow) -> ReadyPost | None:
        """Return an archived post, decoded; None if this version can't decode it any more."""
        try:
            return ready_post(row, self.site)
        except PostError as error:
            logger.error("Post %s can't be published: %s", row.post_id, error)
            self.tally.errors += 1
            return None

    async def _issue(self, ready: Sequence[ReadyPost], known: Related) -> list[Record]:
        """Issue records in one transaction; one by one if that fails, so that only one is lost."""
        if not ready:
            return []
        provenance = await self.provenance()
        try:
            issued = await self.archive.run(
                records.issue, self.site_id, ready, known, provenance, now=time.time()
            )
        except ArchiveError:
            raise
        except Exception:
            if len(ready) > 1:
                return [made for item in ready for made in await self._issue([item], known)]
            logger.exception("Post %s can't be published", ready[0].post.label)
            self.tally.errors += 1
            return []
        return list(issued.values())

    async def _emit(self, issued: Sequence[Record]) -> None:
        for record in issued:
            self.tally.count(record)
            if self.item_queue is not None:
                await self.item_queue.put(record)

    async def _resolve_held(self) -> None:
        """Ask for what posts wait for; they are looked at again if any of it came."""
        if await self.references.flush():
            await self.archive.run(posts.give_back, self.site_id, self._held)
        self._held.clear()  # else they wait for the end


def decoded(row: ReadyRow | FailedRow, site: Site) -> Post:
    """Return an archived post as it came."""
    if row.source == API:
        return decode_post(row.raw, site)
    post = unnumbered_post(row.raw, row.source)
    post.post_id, post.guid = row.post_id, row.guid  # the API may have told them
    return post


def ready_post(row: ReadyRow, site: Site) -> ReadyPost:
    """Return an archived post, decoded."""
    post = decoded(row, site)
    if row.deleted:
        post.status = DELETED
    return ReadyPost(
        row=row.row, post=post, body=row.body, link=row.link, article=row.article, story=row.story
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflinePublisher:
    """Publishes what is ready of sites without a crawl.

    Attributes:
        output: The folder of all sites' folders.
        raw: Whether records carry the post as it came.
        fetch: Sends requests for what posts point to. Without it, nobody is asked.
    """

    archive: Archive
    output: Path
    raw: bool
    fetch: Fetch | None = None

    async def of_site(self, row: UnfinishedSite) -> Tally:
        """Publish what is ready of a site, under its lock, in a run of its own.

        A post whose article is still to be fetched waits for that. If nobody is asked, a post that
        points to something that was never resolved waits for the next crawl, which can ask.

        Raises:
            LockHeld: If a crawl of the site is under way.
            NewscrawlError: If a file can't be written.
        """
        with lock_of(self.archive, row.folder):
            check_folder(self.output / row.folder)
            return await self._published(row)

    async def _published(self, row: UnfinishedSite) -> Tally:
        site, tally = Site.from_dict(row.facts), Tally()
        run = _LazyRun(archive=self.archive, site_id=row.id, site=site, raw=self.raw)
        publisher = Publisher(
            archive=self.archive,
            site_id=row.id,
            site=site,
            folder=self.output / row.folder,
            references=ReferenceResolver(
                self.archive,
                site,
                row.id,
                self.fetch or _fetch_nothing,
                is_open=self.fetch is not None,
            ),
            provenance=run.begin,
            tally=tally,
            waits=True,
        )
        await publisher.write_files()
        # What a kill left taken but unpublished is taken again.
        await self.archive.run(posts.make_ready, row.id, but=time.time())
        await publisher.publish_ready()
        if self.fetch is not None:
            await publisher.finish()
        await publisher.write_files()
        await run.finish(tally)
        return tally


@dataclass(slots=True, kw_only=True)
class _LazyRun:
    """A run that gets its row in the archive with its first record."""

    archive: Archive
    site_id: int
    site: Site
    raw: bool
    _begun: Provenance | None = None

    async def begin(self) -> Provenance:
        if self._begun is None:
            started = now_iso()
            run_id = await self.archive.run(
                runs.begin,
                self.site_id,
                started=started,
                arguments={"again": True},
                versions={**versions(), "extractor": extractor_version()},
                command=REREAD_COMMAND,
            )
            self._begun = Provenance(site=self.site, crawled=started, run=run_id, raw=self.raw)
        return self._begun

    async def finish(self, tally: Tally) -> None:
        if self._begun is not None:
            await self.archive.run(
                runs.finish,
                self._begun.run,
                ended=now_iso(),
                verdict=COMPLETE,
                tally=tally.as_dict(),
                traffic={},
            )


async def _fetch_nothing(url: str) -> Answer:
    return Answer(url=url, outcome=PENDING)
