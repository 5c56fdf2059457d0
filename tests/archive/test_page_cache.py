"""Pages that are kept with the articles that were read from them."""

import pytest
from sqlalchemy import func, select

from newscrawl.archive import articles, page_cache
from newscrawl.archive.database import Archive
from newscrawl.archive.page_cache import KeptPage, pack_page, unpack_page
from newscrawl.archive.tables import pages as table
from newscrawl.net.response import Answer, Hop

URL = "https://news.test/a"


def page(body: bytes, url: str = URL) -> KeptPage:
    headers = {"content-type": "text/html; charset=utf-8", "set-cookie": "id=7"}
    hops = (Hop(url="https://t.test", status=301),)
    return pack_page(Answer(url=url, status=200, headers=headers, body=body, hops=hops))


def count(archive: Archive) -> int:
    return archive.call(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.fixture
def ids(archive, site_id) -> list[int]:
    wanted = [articles.WantedArticle(key=key, link=URL, host="news.test") for key in "abc"]
    return list(archive.call(articles.enqueue, site_id, wanted).values())


def test_a_page_comes_back_as_the_answer_that_it_was(archive, ids):
    archive.call(page_cache.replace, {ids[0]: [page(b"<p>one</p>")]})
    (kept,) = archive.call(page_cache.of_article, ids[0])
    answer = unpack_page(kept, robots="allowed")
    assert (answer.body, answer.url, answer.hops[0].status) == (b"<p>one</p>", URL, 301)
    assert answer.headers == {"content-type": "text/html; charset=utf-8"}


def test_parts_come_back_in_their_order(archive, ids):
    archive.call(page_cache.replace, {ids[0]: [page(b"one"), page(b"two", f"{URL}?page=2")]})
    kept = archive.call(page_cache.of_article, ids[0])
    assert [unpack_page(one, robots=None).body for one in kept] == [b"one", b"two"]


def test_one_page_of_two_articles_is_kept_once_and_as_long_as_one_has_it(archive, ids):
    archive.call(page_cache.replace, {row_id: [page(b"same")] for row_id in ids[:2]})
    assert count(archive) == 1
    archive.call(page_cache.replace, {ids[0]: [page(b"other")]})
    assert archive.call(page_cache.of_article, ids[1])
    archive.call(page_cache.replace, {ids[1]: []})
    assert count(archive) == 1
    assert archive.call(page_cache.of_article, ids[1]) == []


def test_the_oldest_pages_are_removed_first_at_the_limit(archive, ids):
    for row_id in ids:
        archive.call(page_cache.replace, {row_id: [page(b"%d" % row_id)]})
    size = len(page(b"1").body)
    assert archive.call(page_cache.trim, 3 * size) == 0
    assert archive.call(page_cache.trim, 2 * size) == 1
    assert [bool(archive.call(page_cache.of_article, row_id)) for row_id in ids] == [
        False,
        True,
        True,
    ]


def test_an_article_in_parts_is_kept_whole_or_not_at_all(archive, ids):
    archive.call(page_cache.replace, {ids[0]: [page(b"one"), page(b"two")]})
    archive.call(page_cache.trim, len(page(b"two").body))
    assert archive.call(page_cache.of_article, ids[0]) == []


def test_a_good_article_keeps_the_page_that_it_was_read_from(archive, ids):
    def settle(outcome: str, body: bytes) -> None:
        ending = articles.ArticleResult(
            article_id=ids[0], article={"outcome": outcome}, pages=[page(body)]
        )
        archive.call(articles.save_results, [ending], read_by="1")

    settle("fetched", b"good")
    settle("bot_wall", b"wall")
    (kept,) = archive.call(page_cache.of_article, ids[0])
    assert unpack_page(kept, robots=None).body == b"good"
