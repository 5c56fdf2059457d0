"""Records of posts that changed without a crawl: made, issued and written as a crawl does it."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from newscrawl.archive import posts, records, runs
from newscrawl.crawl.context import now_iso, versions
from newscrawl.crawl.publisher import WINDOW, post_of
from newscrawl.crawl.reference_resolver import Related
from newscrawl.extract.version import extractor_version
from newscrawl.net.response import Answer
from newscrawl.outcomes import PENDING
from newscrawl.output.atomic_files import check_folder
from newscrawl.output.writer import write_and_tell
from newscrawl.records.record import make_record
from newscrawl.run_summary import COMPLETE, Tally
from newscrawl.runtime.run_lock import lock_of
from newscrawl.wordpress.site import Site

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newscrawl.archive.database import Archive
    from newscrawl.archive.reextraction import UnfinishedSite
    from newscrawl.items import Post

logger = logging.getLogger(__name__)

COMMAND: Final = "extract"
"""What the run's row in the archive says that it was."""


@dataclass(slots=True, kw_only=True)
class _Run:
    """A run of a site; it has no number until there is something to publish."""

    row: UnfinishedSite
    site: Site
    started: str
    id: int = 0
    tally: Tally = field(default_factory=Tally)


async def _nobody(url: str) -> Answer:
    return Answer(url=url, outcome=PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reissue:
    """Publishes what is ready of sites, and asks them nothing.

    Attributes:
        output: The folder of all sites' folders.
        raw: Whether records carry the post as it came.
    """

    archive: Archive
    output: Path
    raw: bool

    async def of_site(self, row: UnfinishedSite) -> Tally:
        """Publish what is ready of a site, under its lock, in a run of its own.

        A post that points to something that was never resolved waits for the next crawl, which can
        ask; so does one whose article is still to be asked for.

        Raises:
            ArchiveError: If a crawl of the site is under way.
            NewscrawlError: If a file can't be written.
        """
        lock = lock_of(self.archive, row.folder)
        lock.acquire()
        try:
            check_folder(self.output / row.folder)
            await self._write_files(row)
            return await self._published(row)
        finally:
            lock.release()

    async def _published(self, row: UnfinishedSite) -> Tally:
        # What a kill left taken but unpublished is taken again.
        await self.archive.run(posts.make_ready, row.id, but=time.time())
        run = _Run(row=row, site=Site.from_dict(row.facts), started=now_iso())
        related = Related(self.archive, run.site, row.id, _nobody, is_open=False)
        while taken := await self.archive.run(posts.take_ready, row.id, WINDOW):
            ready = [post_of(each, run.site) for each in taken]
            known = await related.of(ready)
            for post in ready:
                post.related = known
            await self._issue(run, [post for post in ready if related.are_known(post)])
        await self._write_files(row)
        if run.id:
            await self.archive.run(
                runs.finish,
                run.id,
                ended=now_iso(),
                verdict=COMPLETE,
                tally=run.tally.as_dict(),
                traffic={},
            )
        return run.tally

    async def _issue(self, run: _Run, ready: Sequence[Post]) -> None:
        if not ready:
            return
        run.id = run.id or await self._begin(run)
        drafts = [self._draft(post, run) for post in ready]
        issued = await self.archive.run(records.issue, run.row.id, run.id, drafts, now=time.time())
        for record in issued:
            run.tally.count(record)

    async def _begin(self, run: _Run) -> int:
        return await self.archive.run(
            runs.begin,
            run.row.id,
            started=run.started,
            arguments={"again": True},
            versions={**versions(), "extractor": extractor_version()},
            command=COMMAND,
        )

    def _draft(self, post: Post, run: _Run) -> records.Draft:
        record = make_record(post, site=run.site, crawled=run.started, run=run.id, raw=self.raw)
        return records.Draft(row=post.row or 0, image_id=post.image, record=record)

    async def _write_files(self, row: UnfinishedSite) -> None:
        await write_and_tell(self.archive, row.id, self.output / row.folder)
