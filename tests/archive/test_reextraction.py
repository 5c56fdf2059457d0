"""Articles that are read again from kept pages: which, and what comes of settling them."""

from typing import Any

import pytest
from sqlalchemy import select, update

from newscrawl.archive import articles, matching, page_cache, posts, reextraction, runs, sites
from newscrawl.archive.codec import pack
from newscrawl.archive.database import Archive
from newscrawl.archive.page_cache import pack_page
from newscrawl.archive.reextraction import Reread
from newscrawl.archive.tables import articles as table
from newscrawl.archive.tables import posts as posts_table
from newscrawl.archive.tables import queue
from newscrawl.items import Link
from newscrawl.net.response import Answer
from tests.archive.conftest import make_arrival, make_post

URL = "https://news.test/a"
NEW, OLD = "new version", "old version"


def add_article(archive: Archive, site_id: int, key: str, outcome: str = "fetched") -> int:
    """Archive an article that an old version read, with its page and a post that has its link."""
    wanted = [articles.WantedArticle(key=key, link=URL, host="news.test")]
    row_id = archive.call(articles.enqueue, site_id, wanted)[key]
    page = pack_page(Answer(url=URL, status=200, body=key.encode()))
    ending = articles.ArticleResult(article_id=row_id, article={"outcome": outcome}, pages=[page])
    archive.call(articles.save_results, [ending], read_by="1")
    archive.call(lambda c: c.execute(update(table).values(read_by=OLD, etag="a")))
    add_post(archive, site_id, row_id)
    return row_id


def add_post(archive: Archive, site_id: int, article_id: int) -> None:
    number = article_id * 10 + site_id
    run = archive.call(runs.begin, site_id, started="", arguments={}, versions={})
    post, link = make_post(number), Link(url=URL, text="", score=1.0)
    (claim,) = archive.call(matching.claim, site_id, run, [post], gone=frozenset())
    arrival = make_arrival(claim, post, article_id=article_id, link=link)
    archive.call(posts.save, run, [arrival], set())
    archive.call(posts.take_ready, site_id, 100)
    archive.call(lambda c: c.execute(update(posts_table).values(stale=False)))


def ids(archive: Archive, *site_ids: int) -> list[int]:
    found = archive.call(reextraction.window, after=0, limit=9, site_ids=site_ids)
    return [kept.id for kept in found]


def data_of(archive: Archive, row_id: int) -> bytes:
    statement = select(table.c.data).where(table.c.id == row_id)
    return bytes(archive.call(lambda c: c.execute(statement).scalar_one()))


def queued(archive: Archive) -> list[Any]:
    return archive.call(lambda c: list(c.execute(select(queue.c.article_id, queue.c.due)).all()))


@pytest.fixture
def other_site(archive: Archive) -> int:
    return archive.call(sites.enter, "other.org", "https://other.org/", {}).id


def test_articles_come_with_the_sites_that_have_them(archive, site_id, other_site):
    one = add_article(archive, site_id, "a")
    two = add_article(archive, other_site, "b")
    add_post(archive, other_site, one)
    assert ids(archive) == ids(archive, other_site) == [one, two]
    assert ids(archive, site_id) == [one]


def test_an_article_without_a_page_or_a_living_post_is_not_read_again(archive, site_id):
    gone, alone = add_article(archive, site_id, "a"), add_article(archive, site_id, "b")
    archive.call(page_cache.replace, {gone: ()})
    is_its = posts_table.c.article_id == alone
    archive.call(lambda c: c.execute(update(posts_table).where(is_its).values(deleted=True)))
    assert ids(archive) == []


def test_what_was_read_anew_meanwhile_is_left_as_it_is(archive, site_id):
    row_id = add_article(archive, site_id, "a")
    before = data_of(archive, row_id)
    fresh = articles.ArticleResult(
        article_id=row_id, article={"outcome": "fetched", "text": "fresh"}
    )
    archive.call(articles.save_results, [fresh], read_by="1")
    after = data_of(archive, row_id)
    reread = Reread(id=row_id, before=before, article={"outcome": "fetched", "text": "late"})
    archive.call(reextraction.save_rereads, [reread], NEW)
    assert data_of(archive, row_id) == after != before


def test_posts_of_every_site_are_ready_if_their_article_changed(archive, site_id, other_site):
    changed, same = add_article(archive, site_id, "a"), add_article(archive, site_id, "b")
    add_post(archive, other_site, changed)
    article = {"outcome": "fetched", "text": "better"}
    reads = [
        Reread(id=changed, before=data_of(archive, changed), article=article),
        Reread(id=same, before=data_of(archive, same), article=None),
    ]
    archive.call(reextraction.save_rereads, reads, NEW)
    for found in (site_id, other_site):
        (ready,) = archive.call(posts.take_ready, found, 9)
        assert ready.article == article
    assert [kept.read_by for kept in archive.call(_window)] == [NEW, NEW]


def _window(connection: Any) -> list[reextraction.KeptArticle]:
    return reextraction.window(connection, after=0, limit=9, site_ids=[])


def test_a_worse_outcome_of_a_failed_article_wakes_no_post(archive, site_id):
    row_id = add_article(archive, site_id, "a", outcome="extraction_failed")
    reread = Reread(id=row_id, before=data_of(archive, row_id), article={"outcome": "bot_wall"})
    archive.call(reextraction.save_rereads, [reread], NEW)
    assert data_of(archive, row_id) == pack({"outcome": "bot_wall"})
    assert archive.call(posts.take_ready, site_id, 9) == []


def test_failed_articles_are_queued_behind_new_ones(archive, site_id):
    failed = add_article(archive, site_id, "a", outcome="extraction_failed")
    add_article(archive, site_id, "b", outcome="paywall")
    archive.call(
        articles.enqueue, site_id, [articles.WantedArticle(key="c", link=URL, host="news.test")]
    )
    assert archive.call(reextraction.requeue_failed, site_id, OLD, 1000.0) == 0
    assert archive.call(reextraction.requeue_failed, site_id, NEW, 1000.0) == 1
    assert archive.call(reextraction.requeue_failed, site_id, NEW, 1000.0) == 1  # and no row more
    tasks = archive.call(articles.next_tasks, site_id, "news.test", 1000.0, 9)
    assert [task.article_id for task in tasks][1:] == [failed]
    assert tasks[1].etag is None
    assert archive.call(reextraction.failed, failed, OLD) is None
    assert archive.call(reextraction.failed, failed, NEW) is not None


def test_a_finished_article_is_in_no_queue(archive, site_id):
    failed = add_article(archive, site_id, "a", outcome="extraction_failed")
    archive.call(reextraction.requeue_failed, site_id, NEW, 1000.0)
    reread = Reread(id=failed, before=data_of(archive, failed), article=None)
    archive.call(reextraction.finish, reread, NEW)
    assert queued(archive) == []


def test_a_second_reading_is_no_crawl_that_a_schedule_would_count(archive, site_id):
    more = {"started": "", "arguments": {"site": "https://example.org/"}, "versions": {}}
    archive.call(runs.begin, site_id, **more)
    archive.call(runs.begin, site_id, **{**more, "arguments": {}}, command="extract")
    (last,) = archive.call(runs.latest)
    assert last.asked == "https://example.org/"


def test_a_site_is_found_by_its_requested_url_and_by_its_key(archive, site_id):
    assert archive.call(sites.named, "https://example.org/", "") == site_id
    assert archive.call(sites.named, "http://www.example.org/a", "example.org") == site_id
    assert archive.call(sites.named, "https://other.org/", "other.org") is None
