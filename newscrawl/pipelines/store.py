"""The last pipeline: posts go into the archive; only records leave it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from newscrawl.archive import articles, jobs, near_duplicates, posts, records, reference_cache
from newscrawl.archive.write_locks import lock_sites, writes_rows
from newscrawl.crawl.context import context_of
from newscrawl.crawl.reference_resolver import ids_of, ids_of_all
from newscrawl.items import API, PostBatch, ReadyPost
from newscrawl.pipelines.failed_posts import without_failed
from newscrawl.runtime.batcher import answers_of
from newscrawl.urls.canonical import canonical_url, request_url
from newscrawl.urls.hosts import host_key
from newscrawl.wordpress.identity import bounded, raw_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler
    from sqlalchemy import Connection

    from newscrawl.items import ClaimedPost, Record
    from newscrawl.records.record import Provenance


class Store:
    """Keep each post and queue its article; its record comes from the publisher.

    The record of a new post that waits for nothing is issued in the same transaction.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: PostBatch[ClaimedPost] | Record) -> Record:
        if not isinstance(item, PostBatch):
            return item
        context = context_of(self.crawler)
        answers = await answers_of(self._store, item.posts) if item.posts else ()
        for _, record in without_failed(context, item.posts, answers):
            if record is not None:
                context.count("store/published_at_once_count")
                context.tally.count(record)
                await context.item_queue.add(record)
        raise DropItem(
            f"{len(item.posts)} posts are in the archive; records leave as items of their own",
            log_level="DEBUG",
        )

    async def _store(self, items: Sequence[ClaimedPost]) -> Sequence[Record | None]:
        context = context_of(self.crawler)
        new = [item for item in items if _may_be_complete(item)]
        known = await context.archive.look(
            reference_cache.known,
            context.site_id,
            ids_of_all([item.post for item in new]),
            time.time(),
        )
        batch = Batch(
            items=items,
            complete=[item for item in new if _are_known(item, known)],
            known=known,
            due=time.time() if context.wait else None,
            later=context.later,
            provenance=context.provenance,
        )
        issued = await context.archive.run(store, context.site_id, batch, now=time.time())
        return [issued.get(item.row) for item in items]


def _may_be_complete(item: ClaimedPost) -> bool:
    # Only a new one: an earlier state of another one may be on its way to a record.
    is_whole = item.failure is None and item.link is None
    return item.is_new and is_whole and item.post.source == API


def _are_known(item: ClaimedPost, known: reference_cache.Related) -> bool:
    # The fields of a reference that the site fails to answer for are empty: the publisher notes it.
    return all(
        known[reference_type].get(found)
        for reference_type, ids in ids_of(item.post).items()
        for found in ids
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Posts that are stored together.

    Attributes:
        complete: Those of *items* whose records are issued now.
        known: The references of the complete ones.
        due: Records wait for articles that are due by then, in Unix seconds; None if they wait for
            no article.
        later: Whether workers fetch the articles, after the crawl.
    """

    items: Sequence[ClaimedPost]
    complete: Sequence[ClaimedPost]
    known: reference_cache.Related
    due: float | None
    later: bool
    provenance: Provenance


@writes_rows
def store(connection: Connection, site_id: int, batch: Batch, *, now: float) -> dict[int, Record]:
    """Keep posts, queue their articles, and issue the records of complete posts.

    One transaction: a crash leaves all of it or nothing.

    Returns:
        The records by the row of their post.
    """
    run_id = batch.provenance.run
    whole = [item for item in batch.items if item.failure is None]
    ids = _want_articles(connection, site_id, whole, later=batch.later)
    lock_sites(connection, [site_id])
    arrivals = [
        posts.Arrival(item=item, raw_hash=raw_hash(item.post.raw), article_id=ids.get(item.row))
        for item in batch.items
    ]
    waiting = (
        set()
        if batch.due is None or not ids
        else articles.waiting(connection, site_id, set(ids.values()), batch.due)
    )
    rows = [item.row for item in batch.complete]
    posts.save(connection, run_id, arrivals, waiting, taken=rows)
    names = near_duplicates.of_posts(connection, rows)
    ready = [
        ReadyPost(row=item.row, post=item.post, body=item.body, story=names.get(item.row))
        for item in batch.complete
    ]
    return records.issue(connection, site_id, ready, batch.known, batch.provenance, now=now)


def _want_articles(
    connection: Connection, site_id: int, items: Sequence[ClaimedPost], *, later: bool
) -> dict[int, int]:
    """Return the ids of the articles that posts link to, by the row of the post."""
    wanted = {
        item.row: articles.WantedArticle(
            key=bounded(canonical_url(item.link.url)),
            link=request_url(item.link.url),
            host=host_key(request_url(item.link.url)),
        )
        for item in items
        if item.link is not None
    }
    # A post that was edited may have another article behind the same link.
    edited = posts.edited(connection, {item.row: item for item in items})
    again = {wanted[row].key for row in edited if row in wanted}
    ids = articles.enqueue(connection, site_id, list(wanted.values()), again=again)
    if later and ids:
        jobs.want_articles(connection, articles.hosts_of(connection, site_id, ids.values()))
    return {row: ids[article.key] for row, article in wanted.items()}
