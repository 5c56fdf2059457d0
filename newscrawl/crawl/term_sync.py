"""The lists of a site's terms and authors, with parents, descriptions and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyroaring import BitMap64

from newscrawl.archive import children
from newscrawl.archive.children import Arrival
from newscrawl.crawl.child_sync import publish_lines
from newscrawl.run_summary import Count
from newscrawl.wordpress.fields import row_id
from newscrawl.wordpress.full_scan import FullScan
from newscrawl.wordpress.identity import raw_hash
from newscrawl.wordpress.json_document import is_too_deep
from newscrawl.wordpress.posts import PostError
from newscrawl.wordpress.terms import AUTHORS, FIELDS, TERMS, decode_term, lists_of

if TYPE_CHECKING:
    from newscrawl.crawl.context import CrawlContext
    from newscrawl.crawl.ingest import Page
    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.responses import Refusal
    from newscrawl.wordpress.site import PostType

MAX_NAMED: Final = 5
"""Rows that a line of the verdict names."""


@dataclass(slots=True)
class TermSync:
    """Reads all terms and authors of a site, and issues lines of those that are new or changed.

    These lists have no dates, so each run with ``-a terms=1`` reads all of them: one request for
    each hundred rows.
    """

    context: CrawlContext
    fetch: Fetch

    async def run(self) -> None:
        """Read all lists; delete what complete lists no longer have."""
        for kind in (TERMS, AUTHORS):
            count = self.context.tally.extras[kind] = Count()
            lists = lists_of(self.context.site, kind)
            listed, complete = BitMap64(), set[str]()
            for post_type in lists:
                found = await self._read(kind, post_type)
                if found is not None:
                    complete.add(post_type.slug)
                    listed |= found
            await self._delete_absent(kind, listed, complete)
            count.seen = len(listed)
            count.expected = count.seen if len(complete) == len(lists) else None
            await publish_lines(self.context, kind, count)

    async def _delete_absent(self, kind: str, listed: BitMap64, complete: set[str]) -> None:
        """Delete what is in no list, if its own list is complete; others may be hidden."""
        where, archive = (self.context.site_id, kind), self.context.archive
        alive = await archive.look(children.alive, *where)
        absent = [found for found in alive if found not in listed]
        gone = await archive.look(children.of_lists, *where, absent, complete)
        await archive.run(children.mark_deleted, *where, gone)

    async def _read(self, kind: str, post_type: PostType) -> BitMap64 | None:
        """Save the rows of a list; return all ids, or None if the list has no proved end."""
        scan = FullScan(self.context.site, post_type, self.fetch, fields=FIELDS)
        async for page in scan.pages():
            await self._save(kind, post_type, page)
        async for page in scan.reconcile():
            await self._save(kind, post_type, page)
        report = scan.report
        if report.failure is not None:
            self._note(post_type, report.failure)
            return None
        return report.listed

    def _note(self, post_type: PostType, refusal: Refusal) -> None:
        """Add a list that was not read to the verdict; to the notes if the site hides it."""
        tally, name = self.context.tally, post_type.rest_base
        if refusal.is_closed or refusal.code == "rest_no_route":
            tally.notes.append(f"{name}: the site shows them to nobody ({refusal})")
        else:
            tally.partial.append(f"the list of {name} ended early: {refusal}")

    async def _save(self, kind: str, post_type: PostType, page: Page) -> None:
        where, archive = (self.context.site_id, kind), self.context.archive
        rows = {found: row for row in page if (found := row_id(row)) is not None}
        if deep := {found for found, row in rows.items() if is_too_deep(row)}:
            some = ", ".join(map(str, sorted(deep)[:MAX_NAMED]))
            self.context.tally.partial.append(
                f"{len(deep)} rows of {post_type.rest_base} are nested too deep: {some}"
            )
        hashes = {found: raw_hash(row) for found, row in rows.items() if found not in deep}
        same = await archive.look(children.unchanged, *where, hashes)
        arrived = []
        for found, row in rows.items():
            if found in same or found in deep:
                continue
            try:
                child = decode_term(row, kind, post_type, self.context.site)
            except PostError:
                continue
            arrived.append(Arrival(child=child, raw_hash=hashes[found]))
        await archive.run(children.save, *where, arrived)
