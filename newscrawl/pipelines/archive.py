"""The last pipeline: posts go into the archive, and only records come out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from newscrawl.archive import articles, near_duplicates, posts, records, reference_cache
from newscrawl.crawl.context import session_of
from newscrawl.crawl.reference_resolver import ids_of, ids_of_all
from newscrawl.extract.links.choose import canonical_url
from newscrawl.items import API
from newscrawl.records.record import make_record
from newscrawl.runtime.batcher import Batcher
from newscrawl.urls.hosts import host_key
from newscrawl.wordpress.identity import bounded, raw_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scrapy.crawler import Crawler
    from sqlalchemy import Connection

    from newscrawl.items import Post, Record


class Archive:
    """Keep what the walk brings; turn what is ready into a record with its revision.

    A post passes twice: from the walk, when it becomes durable and ends here, and from the archive,
    once what it points to is resolved and its article has an outcome. A new one that has no article
    and points to nothing unknown goes on to its record at once.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.arrivals = Batcher(self._save)
        self.drafts = Batcher(self._issue)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Post) -> Record:
        if item.related is None:
            await self.arrivals.add(item)
        if item.related is None:
            raise DropItem(
                f"Post {item.label} is in the archive; its record follows", log_level="DEBUG"
            )
        record = await self.drafts.add(item)
        session_of(self.crawler).tally.count(record)
        if record is None:
            raise DropItem(f"Post {item.label} shows a reader nothing new", log_level="DEBUG")
        return record

    async def _save(self, items: Sequence[Post]) -> Sequence[None]:
        session = session_of(self.crawler)
        now = time.time() if session.wait else None
        fresh = [item for item in items if item.is_new and item.link is None and item.source == API]
        known = await session.archive.look(
            reference_cache.known, session.site_id, ids_of_all(fresh)
        )
        whole = {item.row or 0: item for item in fresh if _is_all_known(item, known)}
        names = await session.archive.run(
            _save, session.site_id, session.run_id, items, now, taken=whole.keys()
        )
        for row, item in whole.items():
            item.related, item.story = known, names.get(row)
        return [None] * len(items)

    async def _issue(self, items: Sequence[Post]) -> Sequence[Record | None]:
        session = session_of(self.crawler)
        drafts = [
            records.Draft(
                row=item.row or 0,
                image_id=item.image,
                record=make_record(
                    item,
                    site=session.found,
                    crawled=session.started,
                    run=session.run_id,
                    raw=session.raw,
                ),
            )
            for item in items
        ]
        return await session.archive.run(
            records.issue, session.site_id, session.run_id, drafts, now=time.time()
        )


def _is_all_known(post: Post, known: reference_cache.Related) -> bool:
    return all(known[kind].keys() >= set(ids) for kind, ids in ids_of(post).items())


def _save(
    connection: Connection,
    site_id: int,
    run_id: int,
    items: Sequence[Post],
    now: float | None,
    *,
    taken: Collection[int],
) -> dict[int, str]:
    """Keep the posts and queue their articles, in one transaction.

    Args:
        now: Records wait for articles that are due by then; None where they wait for none.
        taken: Rows whose records are made at once; returns the names of their stories.
    """
    wanted = {
        item.post_id: articles.Wanted(
            key=bounded(canonical_url(item.link.url)),
            link=item.link.url,
            host=host_key(item.link.url),
        )
        for item in items
        if item.link is not None
    }
    # A post that was edited may have another article behind the same link.
    edited = posts.edited(connection, {item.row or 0: item for item in items})
    again = {wanted[item.post_id].key for item in items if item.row in edited and item.link}
    ids = articles.want(connection, site_id, list(wanted.values()), again=again)
    arrivals = [
        posts.Arrival(
            row=item.row or 0,
            post=item,
            raw_hash=raw_hash(item.raw),
            article_id=ids[wanted[item.post_id].key] if item.post_id in wanted else None,
        )
        for item in items
    ]
    waiting = (
        set() if now is None else articles.waiting(connection, site_id, set(ids.values()), now)
    )
    posts.save(connection, run_id, arrivals, waiting, taken=taken)
    return near_duplicates.of_posts(connection, taken)
