"""A real WordPress is archived whole: every post once, as it is, at the cost that was promised."""

import json
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.forks import PROJECT
from tests.real.crawling import Archive, Crawl, latest
from tests.real.publisher import Publisher
from tests.real.server import RealWordPress
from tests.real.truth import TrueName, TruePost, Truth

Record = dict[str, Any]
COMPLETE, PARTIAL, FAILED = 0, 3, 1

TERMS = ("categories", "tags", "regions")


@pytest.fixture(scope="module")
def first_run(large_site: RealWordPress, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """The first run on the untouched magazine, without articles; made once."""
    large_site.reset()
    folder = tmp_path_factory.mktemp("first")
    return Archive(folder, large_site.url).crawl("-a", "types=post,news")


@pytest.fixture
def archive(wordpress: RealWordPress, tmp_path: Path) -> Archive:
    """An empty archive for the magazine."""
    return Archive(tmp_path, wordpress.url)


@pytest.fixture
def small_archive(small_wordpress: RealWordPress, tmp_path: Path) -> Archive:
    """An empty archive for the small magazine."""
    return Archive(tmp_path, small_wordpress.url)


def test_every_public_post_is_there_once_and_no_other(
    first_run: Crawl, large_site: RealWordPress
) -> None:
    assert first_run.exit_code == COMPLETE, first_run.log
    seen = Counter(record["post_id"] for record in first_run.records)
    assert seen == Counter(list(large_site.truth.posts))


def test_nothing_hidden_leaks(first_run: Crawl) -> None:
    assert "SECRET" not in json.dumps(first_run.records)


def test_every_line_is_valid(first_run: Crawl) -> None:
    schema = json.loads((PROJECT / "newscrawl/record.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for record in first_run.records:
        validator.validate(record)


def names(record: Record, key: str) -> dict[int, tuple[Any, ...]]:
    """What a record has of authors or terms, by id."""
    return {each["id"]: (each["name"], each["slug"], each["url"]) for each in record[key]}


def true_names(ids: frozenset[int], known: dict[int, TrueName]) -> dict[int, tuple[Any, ...]]:
    """The same of the truth; None for what the site hides."""
    hidden = TrueName(name="", slug="", url="")
    found = {number: known.get(number, hidden) for number in ids}
    return {i: (t.name or None, t.slug or None, t.url or None) for i, t in found.items()}


def one_spaced(text: str) -> str:
    """The words of a text with one space between two."""
    return " ".join(text.split())


def image(record: Record, truth: Truth, post: TruePost) -> tuple[Any, Any]:
    """The record's image and the true one, as far as the site shows it."""
    true = truth.images.get(post.image or 0)
    found = record["image"]
    keys = ("url", "alt", "caption", "width", "height")
    seen = tuple(found[key] for key in keys) if found and found["url"] else None
    return seen, tuple(getattr(true, key) for key in keys) if true else None


def link(record: Record) -> str | None:
    """The full-article link of a record."""
    return record["article"]["link"] if record["article"] else None


# What is compared, with what, of each record: (of the record, of the truth).
FIELDS: dict[str, Callable[[Record, Truth, TruePost], tuple[Any, Any]]] = {
    "guid": lambda r, _, p: (r["guid"], p.guid),
    "url": lambda r, _, p: (r["url"], p.url),
    "slug": lambda r, _, p: (r["slug"], p.slug),
    "type": lambda r, _, p: (r["type"], p.type),
    "status": lambda r, _, p: (r["status"], "publish"),
    "revision": lambda r, _, p: ((r["revision"], r["change"]), (1, "created")),
    "published": lambda r, _, p: (r["published"], p.published),
    "modified": lambda r, _, p: (r["modified"], p.modified),
    "title": lambda r, _, p: (r["title"], p.title),
    "text": lambda r, _, p: (
        one_spaced(r["text"]),
        one_spaced(r["text"] if p.text is None else p.text),
    ),
    "excerpt": lambda r, _, p: (r["excerpt"], r["excerpt"] if p.excerpt is None else p.excerpt),
    "authors": lambda r, t, p: (
        names(r, "authors"),
        true_names(frozenset({p.author}), t.authors),
    ),
    "categories": lambda r, t, p: (
        names(r, "categories"),
        true_names(p.categories, t.terms["category"]),
    ),
    "tags": lambda r, t, p: (names(r, "tags"), true_names(p.tags, t.terms["post_tag"])),
    "image": image,
    "link": lambda r, _, p: (link(r), p.link),
}


@pytest.mark.parametrize("name", FIELDS)
def test_field_is_as_the_site_has_it(
    first_run: Crawl, large_site: RealWordPress, name: str
) -> None:
    wrong = {}
    for record in first_run.records:
        post = large_site.truth.posts[record["post_id"]]
        seen, true = FIELDS[name](record, large_site.truth, post)
        if seen != true:
            wrong[post.id, post.note] = (seen, true)
    assert not wrong, f"{len(wrong)}: {dict(list(wrong.items())[:3])}"


def test_custom_taxonomies_are_resolved(first_run: Crawl, large_site: RealWordPress) -> None:
    regions = large_site.truth.terms["region"]
    for record in first_run.records:
        post = large_site.truth.posts[record["post_id"]]
        found = {"region": record["terms"].get("region", [])}
        assert names(found, "region") == true_names(post.regions, regions)


def test_requests_stay_within_the_promise_and_other_types_are_named(
    archive: Archive, wordpress: RealWordPress
) -> None:
    run = archive.crawl()
    assert run.exit_code == COMPLETE
    posts = list(wordpress.truth.of_type("post").values())
    distinct: list[set[int | None]] = [
        {post.author for post in posts},
        {post.image for post in posts},
        *({i for post in posts for i in getattr(post, kind)} for kind in TERMS),
    ]
    relations = sum(math.ceil(len(ids) / 100) for ids in distinct)
    proof = 6  # the newest and the oldest post, the feed, the sitemap's index and its newest part
    assert len(wordpress.requests()) <= 2 * len(posts) / 100 + 15 + proof + relations
    assert {record["type"] for record in run.records} == {"post"}
    assert any("news" in line and "30" in line for line in run.log.splitlines())


def test_second_run_adds_no_line(small_archive: Archive, small_wordpress: RealWordPress) -> None:
    first = small_archive.crawl()
    assert (first.exit_code, len(first.records)) == (COMPLETE, 40), first.log
    small_wordpress.forget_requests()
    second = small_archive.crawl()
    assert (second.exit_code, second.records) == (COMPLETE, []), second.log


def test_each_article_is_fetched_once_and_archived_with_its_post(
    small_archive: Archive, small_wordpress: RealWordPress, publisher: Publisher
) -> None:
    publisher.asked.clear()
    run = small_archive.crawl(articles=True)
    links = {post.link for post in small_wordpress.truth.posts.values() if post.link}
    articles = [record["article"] for record in run.records if record["article"]]
    assert {article["link"] for article in articles} == links
    assert {article["outcome"] for article in articles} == {"fetched"}
    assert Counter(publisher.asked).most_common(1)[0][1] == 1
    assert publisher.asked[0] == "/robots.txt"
    publisher.asked.clear()
    assert small_archive.crawl(articles=True).records == []
    assert publisher.asked == []


def test_an_article_left_pending_comes_as_the_next_revision(small_archive: Archive) -> None:
    pending = latest(small_archive.crawl().records)
    fetched = latest(small_archive.crawl(articles=True).records)
    with_link = {number for number, record in pending.items() if record["article"]}
    assert {pending[number]["article"]["outcome"] for number in with_link} == {"pending"}
    assert fetched.keys() == with_link
    assert {(r["revision"], r["article"]["outcome"]) for r in fetched.values()} == {(2, "fetched")}


@pytest.mark.parametrize("everywhere", [False, True])
def test_one_broken_post_costs_no_other_and_is_named(
    small_archive: Archive, small_wordpress: RealWordPress, everywhere: bool
) -> None:
    broken = sorted(small_wordpress.truth.posts)[17]
    small_wordpress.break_post(broken, everywhere=everywhere)
    run = small_archive.crawl()
    assert run.exit_code == PARTIAL, run.log
    assert latest(run.records).keys() == small_wordpress.truth.posts.keys() - {broken}
    assert str(broken) in run.log
    small_wordpress.mend()
    healed = small_archive.crawl()
    assert healed.exit_code == COMPLETE, healed.log
    assert latest(healed.records).keys() == {broken}


def test_limit_takes_the_newest_by_date(
    small_archive: Archive, small_wordpress: RealWordPress
) -> None:
    run = small_archive.crawl("-a", "limit=7")
    newest = sorted((str(p.published) for p in small_wordpress.truth.posts.values()), reverse=True)
    assert run.exit_code == PARTIAL, run.log
    assert sorted((r["published"] for r in run.records), reverse=True) == newest[:7]


def test_a_site_that_cannot_be_crawled_fails_in_words(
    small_archive: Archive, small_wordpress: RealWordPress
) -> None:
    with small_wordpress.fault("outage"):
        run = small_archive.crawl()
    assert run.exit_code == FAILED
    assert run.records == []
    assert "Traceback" not in run.log


@pytest.mark.parametrize("fault", ["no_total", "wrong_total 1000", "wrong_total 7"])
def test_a_wrong_total_loses_no_post(
    small_archive: Archive, small_wordpress: RealWordPress, fault: str
) -> None:
    with small_wordpress.fault(fault):
        run = small_archive.crawl()
    assert latest(run.records).keys() == small_wordpress.truth.posts.keys(), run.log
