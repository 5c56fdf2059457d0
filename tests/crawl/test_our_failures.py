"""What newscrawl itself fails on is named, tried again, and costs no good text."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.archive.codec import compress, decompress, pack
from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, PARTIAL, Crawls

LITTLE_TIME = 0.1
"""CPU seconds: enough for a post of the demo, and not for a page of a few megabytes."""
LONG = tuple(f"Paragraph {n} tells of the bridge and of the weir of Oxley." for n in range(6_000))


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        yield site


@pytest.fixture
def crawl(site: DemoSite, tmp_path: Path) -> Crawls:
    return Crawls(site.url, tmp_path)


def test_an_article_that_took_too_long_is_read_later_without_a_request(
    site: DemoSite, crawl: Crawls
):
    post = site.add_post()
    site.edit_article(post, paragraphs=LONG)
    articles = ("-a", "articles=1")
    assert crawl(*articles, NEWSCRAWL_WORKER_SECONDS=LITTLE_TIME) == COMPLETE
    assert "1 extraction_failed (1 will be tried again)" in crawl.log
    assert [line["article"]["outcome"] for line in crawl.new("posts")] == ["extraction_failed"]
    visits = len(site.visits("harborwire"))
    assert crawl(*articles) == COMPLETE
    (line,) = crawl.new("posts")
    assert (line["revision"], line["article"]["outcome"]) == (2, "fetched")
    assert LONG[999] in line["article"]["text"]
    assert len(site.visits("harborwire")) == visits
    assert crawl(*articles) == COMPLETE
    assert crawl.new("posts") == []


def test_a_good_article_outlives_a_reading_that_took_too_long(site: DemoSite, crawl: Crawls):
    post = site.add_post()
    crawl("-a", "articles=1")
    site.edit_article(post, paragraphs=LONG)
    site.edit(post, title="Edited")
    crawl("-a", "articles=1", NEWSCRAWL_WORKER_SECONDS=LITTLE_TIME)
    first, second = crawl.new("posts")
    assert second["title"] == "Edited"
    assert second["article"] == first["article"]


def words(paragraphs: int) -> str:
    """Return the content of a post that takes much more CPU time than `LITTLE_TIME`."""
    return "".join(f"<p>Paragraph {n} of <b>Oxley</b>.</p>" for n in range(paragraphs))


def test_a_post_that_took_too_long_is_named_and_published_by_the_next_run(
    site: DemoSite, crawl: Crawls
):
    site.add_post(article=False, content="<p>Short</p>")
    heavy = site.add_post(article=False, content=words(20_000))
    assert crawl(NEWSCRAWL_WORKER_SECONDS=LITTLE_TIME) == PARTIAL
    assert "1 posts could not be processed and will be tried again" in crawl.verdict()
    assert f"not processed: post {heavy}: not done after 0.1 s of CPU time" in crawl.log
    assert heavy not in {line["post_id"] for line in crawl.new("posts")}
    assert crawl.scrapy("verify") == PARTIAL
    assert f"Post {heavy} could not be processed" in crawl.said
    crawl.scrapy("report")
    assert f"not processed: 1 posts: {heavy}" in crawl.said
    crawl.scrapy("explain", str(heavy))
    assert "newscrawl could not process it (" in crawl.said
    requests = len(site.visits("magazine"))
    assert crawl() == COMPLETE
    (line,) = crawl.new("posts")
    assert (line["post_id"], line["revision"]) == (heavy, 1)
    assert "Paragraph 19999 of Oxley." in line["text"]
    assert f"include={heavy}" not in str(site.visits("magazine")[requests:])
    assert crawl.scrapy("verify") == COMPLETE


def test_a_good_text_is_not_replaced_by_an_edit_that_could_not_be_processed(
    site: DemoSite, crawl: Crawls
):
    post = site.add_post(article=False, content="<p>Short</p>")
    crawl()
    site.edit(post, content=words(20_000))
    assert crawl(NEWSCRAWL_WORKER_SECONDS=LITTLE_TIME) == PARTIAL
    assert [line["text"] for line in crawl.new("posts")] == ["Short"]
    assert crawl() == COMPLETE
    assert [line["revision"] for line in crawl.new("posts")] == [2]


def test_a_post_that_could_not_be_processed_and_is_gone_leaves_no_record(
    site: DemoSite, crawl: Crawls
):
    site.add_post(article=False, content="<p>Short</p>")
    heavy = site.add_post(article=False, content=words(20_000))
    crawl(NEWSCRAWL_WORKER_SECONDS=LITTLE_TIME)
    crawl.new("posts")
    site.delete(heavy)
    assert crawl("-a", "full=1") == COMPLETE
    assert crawl.new("posts") == []


def make_older(crawl: Crawls) -> None:
    """Make the archive one of version 0003."""
    for table in ("run_totals", "unresolved", "forgotten", "files", "scheduled_sites"):
        crawl.sql(f"DROP TABLE {table}")
    for index in ("posts_failed", "posts_forgotten", "extras_by_url"):
        crawl.sql(f"DROP INDEX {index}")
    added = {
        "posts": ("failure", "failures", "forgotten"),
        "extras": ("forgotten", "url"),
        "records": ("beside",),
        "walks": ("unproved", "unlisted", "list_again"),
        "things": ("failures", "due"),
    }
    for table, columns in added.items():
        for column in columns:
            crawl.sql(f"ALTER TABLE {table} DROP COLUMN {column}")
    crawl.sql("UPDATE alembic_version SET version_num = '0003'")


def test_posts_that_an_earlier_version_published_without_words_are_healed(
    site: DemoSite, crawl: Crawls
):
    post = site.add_post(title="A title", article=False, content="<p>Its words</p>")
    crawl()
    slug = crawl.new("posts")[0]["slug"]
    empty = {"html": "", "markdown": "", "text": "", "title": slug, "excerpt": ""}
    ((raw, line, body),) = crawl.sql("SELECT raw, line, body FROM posts, records")
    raw, line = (compress(decompress(each, beside=decompress(body))) for each in (raw, line))
    crawl.sql("UPDATE posts SET raw = ?, body = ?, content_hash = 'of nothing'", raw, pack(empty))
    crawl.sql("UPDATE records SET line = ?, beside = 0", line)
    make_older(crawl)
    assert crawl.scrapy("verify") == PARTIAL
    assert f"Post {post} could not be processed: an earlier version failed on it" in crawl.said
    assert crawl() == COMPLETE
    (line,) = crawl.new("posts")
    assert (line["revision"], line["title"], line["text"]) == (2, "A title", "Its words")


def test_a_comment_that_took_too_long_is_missing_until_a_run_can_read_it(
    site: DemoSite, crawl: Crawls
):
    post = site.add_post(article=False, content="<p>Short</p>")
    comment = site.add_comment(post, "Word\n\n" * 30_000)
    comments = ("-a", "comments=1")
    assert crawl(*comments, NEWSCRAWL_WORKER_SECONDS=LITTLE_TIME) == PARTIAL
    assert f"missing: comment {comment}: it could not be processed" in crawl.log
    assert crawl.new("comments") == []
    assert crawl(*comments) == COMPLETE
    assert [line["id"] for line in crawl.new("comments")] == [comment]
