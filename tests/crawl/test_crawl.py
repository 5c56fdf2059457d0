"""Whole crawls of the embedded site, through the command, over real sockets."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from newscrawl.testing.site import DemoSite
from tests.crawls import PROJECT, Crawls

SCHEMA = json.loads((PROJECT / "newscrawl/record.schema.json").read_text())

Record = dict[str, Any]


class WholeCrawls(Crawls):
    """Crawls one site into one archive, with its articles, again and again."""

    def __call__(self, *words: str, **settings: object) -> int:
        """Crawl, and return the exit code."""
        settings = {"NEWSCRAWL_WORKERS": 0, **settings}  # as many as there are cores
        return self.scrapy("crawl", "wordpress", "-a", f"site={self.url}", *words, **settings)

    def records(self) -> list[Record]:
        """Return all lines of all files, in their order."""
        files = sorted((self.folder / "output").glob("*/*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]


@pytest.fixture
def crawl(site: DemoSite, tmp_path: Path) -> WholeCrawls:
    return WholeCrawls(site.url, tmp_path)


def newest(site: DemoSite, count: int) -> set[int]:
    dated = sorted(site.posts.items(), key=lambda each: each[1].published or "", reverse=True)
    return {post_id for post_id, _ in dated[:count]}


def test_a_feed_has_the_records_that_the_output_has(crawl, tmp_path):
    feed = tmp_path / "feed.jsonl"
    assert crawl("-a", "articles=0", "-o", str(feed)) == 0
    fed = [json.loads(line) for line in feed.read_text().splitlines()]
    by_id = {record["post_id"]: record for record in crawl.records()}
    assert {record["post_id"]: record for record in fed} == by_id
    assert f"'item_scraped_count': {len(by_id)}" in crawl.log


def test_every_line_is_as_the_schema_promises(crawl):
    crawl("-a", "types=post,news,page", NEWSCRAWL_RAW=1)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for record in crawl.records():
        validator.validate(record)
        assert record["raw"]["id"] == record["post_id"]


def test_a_second_run_adds_no_line_and_requests_no_article(crawl, site):
    crawl()
    before, asked = crawl.records(), len(site.log)
    assert crawl() == 0
    assert crawl.records() == before
    assert len(site.log) - asked <= 6


def test_limit_takes_the_newest_by_date_and_is_partial(crawl, site):
    assert crawl("-a", "limit=7", "-a", "articles=0") == 3
    assert {record["post_id"] for record in crawl.records()} == newest(site, 7)


def test_posts_without_their_articles_are_completed_by_a_later_run(crawl):
    crawl("-a", "articles=0")
    pending = {r["post_id"] for r in crawl.records() if r["article"]}
    assert {r["article"]["outcome"] for r in crawl.records() if r["article"]} == {"pending"}
    crawl()
    later = [record for record in crawl.records() if record["revision"] == 2]
    assert {record["post_id"] for record in later} == pending
    assert "pending" not in {record["article"]["outcome"] for record in later}


def test_two_posts_with_one_link_both_get_the_article_fetched_once(crawl, site):
    crawl()
    by_link: dict[str, list[Record]] = {}
    for record in crawl.records():
        if record["article"] and record["article"]["outcome"] == "fetched":
            by_link.setdefault(record["article"]["link"], []).append(record)
    (shared,) = [records for records in by_link.values() if len(records) > 1]
    path = shared[0]["article"]["link"].split("/", 3)[3]
    assert len({record["article"]["text"] for record in shared}) == 1
    assert sum(visit.path == f"/{path}" for visit in site.log) == 1


def test_an_edit_is_the_next_revision_and_a_deleted_post_gets_a_tombstone(crawl, site):
    crawl("-a", "articles=0")
    edited, gone = sorted(site.posts)[:2]
    site.advance(hours=2)
    site.edit(edited, title="Another title")
    site.delete(gone)
    before = len(crawl.records())
    assert crawl("-a", "articles=0") == 0
    told = {r["post_id"]: (r["change"], r["revision"]) for r in crawl.records()[before:]}
    assert told == {edited: ("updated", 2), gone: ("deleted", 2)}


@pytest.mark.parametrize(
    ("fault", "code"),
    [("rest-closed-401", 3), ("html-not-json", 3), ("outage", 1), ("one-broken-post", 3)],
)
def test_a_fault_of_the_site_has_its_exit_code(crawl, site, fault, code):
    site.set_fault(fault)
    assert crawl("-a", "articles=0") == code


def test_an_unknown_type_is_an_error_that_lists_the_known_ones(crawl):
    assert crawl("-a", "types=recipe") == 1
    assert "no type 'recipe': its types are post, page" in crawl.log


def test_articles_beyond_the_time_limit_stay_pending_with_a_note(crawl):
    assert crawl(NEWSCRAWL_ARTICLES_SECONDS=0.01) == 0
    assert "The time for articles is used up" in crawl.log
    assert "pending" in {r["article"]["outcome"] for r in crawl.records() if r["article"]}
