"""Records, made while a crawl goes on."""

import asyncio
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from newscrawl.archive import matching, posts, reference_cache, runs, sites
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import things
from newscrawl.crawl import publisher
from newscrawl.crawl.item_queue import ItemQueue
from newscrawl.crawl.publisher import Publisher
from newscrawl.crawl.reference_resolver import ReferenceResolver
from newscrawl.items import ReadyPost
from newscrawl.records.record import Provenance
from newscrawl.run_summary import COMPLETE, PARTIAL, Tally
from newscrawl.wordpress.site import Site
from tests.archive.conftest import make_arrival, make_post
from tests.wordpress.fake import SITE, FakeSite


@pytest.fixture
def archive(tmp_path):
    archive = Archive.open(str(tmp_path / "archive.sqlite"))
    yield archive
    archive.close()


@pytest.fixture
def site_id(archive):
    """A site with four posts of one author."""
    site_id = archive.call(sites.enter, "example.org", "https://example.org/", {}).id
    run_id = archive.call(runs.begin, site_id, started="", arguments={}, versions={})
    of_one = [make_post(n, raw={"id": n, "author": 7}) for n in range(1, 5)]
    found = archive.call(matching.claim, site_id, run_id, of_one)
    arrivals = [make_arrival(claim, post) for claim, post in zip(found, of_one, strict=True)]
    archive.call(posts.save, run_id, arrivals, set())
    return site_id


async def provenance() -> Provenance:
    return Provenance(site=SITE, crawled="2026-01-01T00:00:00Z", run=1)


def publisher_of(
    archive: Archive,
    site_id: int,
    site: FakeSite,
    tally: Tally,
    item_queue: ItemQueue | None = None,
) -> Publisher:
    return Publisher(
        archive=archive,
        site_id=site_id,
        site=SITE,
        folder=Path(),
        references=ReferenceResolver(archive, SITE, site_id, site.fetch),
        provenance=provenance,
        tally=tally,
        item_queue=item_queue,
    )


def published(archive: Archive, site_id: int, site: FakeSite) -> int:
    """Return how many records leave in two windows."""
    tally, item_queue = Tally(), ItemQueue()

    async def look() -> list[Any]:
        publisher = publisher_of(archive, site_id, site, tally, item_queue)
        for _ in range(2):
            await publisher._publish_batch()
        await item_queue.close()
        return [record async for record in item_queue]

    left = asyncio.run(look())
    assert len(left) == tally.new
    return len(left)


def test_posts_wait_for_their_references_until_a_batch_is_full(archive, site_id, monkeypatch):
    site = FakeSite(others={"users": {7: {"id": 7, "name": "Ann"}}})
    assert published(archive, site_id, site) == 0
    archive.call(posts.make_ready, site_id)
    monkeypatch.setattr(publisher, "FIRST_HELD", 4)
    assert published(archive, site_id, site) == 4
    assert len(site.asked) == 1


def test_at_the_end_posts_are_taken_again_only_after_their_references_came(
    archive, site_id, monkeypatch
):
    decoded = []
    ready_post = publisher.ready_post

    def counted(row: posts.ReadyRow, site: Site) -> ReadyPost:
        decoded.append(row.row)
        return ready_post(row, site)

    monkeypatch.setattr(publisher, "ready_post", counted)
    tally = Tally()
    site = FakeSite(others={"users": {7: {"id": 7, "name": "Ann"}}})
    ending = publisher_of(archive, site_id, site, tally)

    async def end() -> None:
        assert await ending._publish_batch() == 4
        await ending.finish()

    asyncio.run(end())
    assert tally.new == 4
    assert len(decoded) == 2 * 4


def test_a_reference_without_an_answer_is_not_requested_again(archive, site_id, monkeypatch):
    monkeypatch.setattr(publisher, "FIRST_HELD", 4)
    site = FakeSite(down_after=0)
    assert published(archive, site_id, site) == 0
    assert len(site.asked) <= 2


def test_posts_that_can_not_be_published_make_the_run_partial(archive, site_id):
    tally = Tally()
    asyncio.run(publisher_of(archive, site_id, FakeSite(down_after=0), tally).finish())
    assert tally.new == 0
    assert tally.verdict() == PARTIAL
    assert "4 posts are archived and not published yet" in tally.partial[0]


def test_an_archived_post_that_can_not_be_decoded_costs_no_other(archive, site_id):
    (claim,) = archive.call(matching.claim, site_id, 1, [make_post(9)])
    archive.call(posts.save, 1, [make_arrival(claim, make_post(9, raw={}))], set())
    site, tally = FakeSite(others={"users": {7: {"id": 7, "name": "Ann"}}}), Tally()
    asyncio.run(publisher_of(archive, site_id, site, tally).finish())
    assert tally.new == 4
    assert tally.verdict() == PARTIAL
    assert "1 posts are archived and not published yet" in tally.partial[0]


def finished(archive: Archive, site_id: int, site: FakeSite) -> Tally:
    tally = Tally()
    asyncio.run(publisher_of(archive, site_id, site, tally).finish())
    return tally


def test_posts_wait_three_runs_for_a_reference_and_get_a_new_record_with_it(archive, site_id):
    down = FakeSite(down_after=0)
    assert [finished(archive, site_id, down).new for _ in range(3)] == [0, 0, 4]
    asked = len(down.asked)
    later = finished(archive, site_id, down)
    assert later.verdict() == COMPLETE
    assert "does not answer for 1 of its users (7): records have their ids" in later.notes[0]
    assert len(down.asked) == asked, "it is not asked for in every run"
    archive.call(lambda connection: connection.execute(update(things).values(due=0)))
    answering = FakeSite(others={"users": {7: {"id": 7, "name": "Ann"}}})
    healed = finished(archive, site_id, answering)
    assert (healed.updated, healed.notes) == (4, [])
    assert finished(archive, site_id, answering).updated == 0


def test_a_reference_that_the_site_hides_is_asked_for_again_after_a_month(archive, site_id):
    hiding = FakeSite()
    assert finished(archive, site_id, hiding).new == 4
    known = partial(archive.read, reference_cache.known, site_id, {"users": [7]})
    assert known(time.time())["users"].keys() == {7}
    assert known(time.time() + 31 * reference_cache.DAY_SECONDS)["users"] == {}
