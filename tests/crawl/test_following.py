"""An archive follows its site: with few requests, and past what sites do to their own lists."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from newscrawl.testing.site import DemoSite
from newscrawl.testing.site_faults import broken_id
from tests.crawls import COMPLETE, FAILED, PARTIAL, Crawls, Line

FULL = ("-a", "full=1")


@pytest.fixture
def crawl(site: DemoSite, tmp_path: Path) -> Crawls:
    return Crawls(site.url, tmp_path)


@pytest.fixture
def archived(crawl: Crawls) -> Crawls:
    """After the first run, with its lines read."""
    assert crawl() == COMPLETE
    crawl.new("posts")
    return crawl


def changes(lines: list[Line]) -> dict[int, tuple[str, int]]:
    """The records of each post, by its id; each once."""
    told = {line["post_id"]: (line["change"], line["revision"]) for line in lines}
    assert len(told) == len(lines)
    return told


def requests(site: DemoSite, crawl: Callable[[], int]) -> int:
    before = len(site.log)
    crawl()
    return sum(visit.path != "/robots.txt" for visit in site.log[before:])


# --- Few requests -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", ["one-broken-post", "short-pages", "wrong-total", "no-total-header", "small-pages"]
)
def test_nothing_new_is_few_requests_on_an_odd_site(
    site: DemoSite, crawl: Crawls, fault: str
) -> None:
    site.set_fault(fault)
    code = crawl()
    crawl.new("posts")
    for _ in range(2):
        assert requests(site, lambda: crawl()) <= 6
        assert "Verdict: PARTIAL" in crawl.log or code == COMPLETE
        assert crawl.new("posts") == []


def test_a_post_that_could_not_be_had_is_fetched_once_it_can(site: DemoSite, crawl: Crawls) -> None:
    site.set_fault("one-broken-post")
    assert crawl() == PARTIAL
    assert broken_id(site.magazine) not in changes(crawl.new("posts"))
    assert crawl() == PARTIAL
    assert f"missing: post {broken_id(site.magazine)}" in crawl.log
    site.set_fault("one-broken-post", on=False)
    assert crawl() == COMPLETE
    assert changes(crawl.new("posts")) == {broken_id(site.magazine): ("created", 1)}
    assert crawl() == COMPLETE


# --- Identity ---------------------------------------------------------------------------------


def renumber(site: DemoSite, by: int) -> None:
    """Move the site: every post keeps its guid and gets another id."""
    with site.magazine.lock:
        moved = {n + by: replace(post, id=n + by) for n, post in site.magazine.posts.items()}
        site.magazine.posts.clear()
        site.magazine.posts.update(moved)


def test_a_site_that_numbers_its_posts_anew_has_the_same_posts(
    site: DemoSite, archived: Crawls
) -> None:
    without = {n for n, expected in site.posts.items() if not expected.post.guid}
    renumber(site, 10_000)
    assert archived(*FULL) == COMPLETE
    told = changes(archived.new("posts"))
    # There is no sign that those without a guid are the same ones.
    assert told == dict.fromkeys(without, ("deleted", 2)) | {
        10_000 + n: ("created", 1) for n in without
    }
    for words in ((), FULL):
        assert archived(*words) == COMPLETE
        assert archived.new("posts") == []


def test_other_posts_under_the_ids_of_old_ones_are_new_and_the_old_ones_end(
    site: DemoSite, archived: Crawls
) -> None:
    first, second = sorted(site.posts)[:2]
    for number in (first, second):
        site.edit(
            number, guid=f"urn:new:{number}", slug=f"new-{number}", title=f"New {number}",
            date="2026-05-01T00:00:00", date_gmt="2026-05-01T04:00:00",
        )  # fmt: skip
    old = {line["guid"] for line in all_lines(archived) if line["post_id"] in (first, second)}
    assert archived(*FULL) == COMPLETE
    told = {(line["guid"], line["change"]) for line in archived.new("posts")}
    new = {(f"urn:new:{number}", "created") for number in (first, second)}
    assert told == {(guid, "deleted") for guid in old} | new
    assert archived(*FULL) == COMPLETE
    assert archived.new("posts") == []


def all_lines(crawl: Crawls) -> list[Line]:
    return Crawls(crawl.url, crawl.folder).new("posts")


def test_shared_guids_are_noted_and_lose_no_post(site: DemoSite, crawl: Crawls) -> None:
    for number in site.posts:
        site.edit(number, guid="http://localhost/")
    assert crawl() == COMPLETE
    assert len(crawl.new("posts")) == len(site.posts)
    shared = f"with the guid of another post: {len(site.posts)}. All posts of the site"
    assert shared in crawl.log
    gone, added = min(site.posts), site.add_post("Brand new", article=False)
    site.edit(added, guid="http://localhost/")
    site.delete(gone)
    assert crawl() == COMPLETE
    assert changes(crawl.new("posts")) == {gone: ("deleted", 2), added: ("created", 1)}


# --- Deletions --------------------------------------------------------------------------------


def test_more_deletions_than_a_run_believes_can_be_allowed(
    site: DemoSite, archived: Crawls
) -> None:
    gone = sorted(site.posts)[:20]
    for number in gone:
        site.delete(number)
    for _ in range(2):
        assert archived() == PARTIAL
        assert "nothing was deleted" in archived.verdict()
        assert "NEWSCRAWL_DELETED_SHARE=0.34" in archived.verdict()
        assert archived.new("posts") == []
    assert archived(NEWSCRAWL_DELETED_SHARE=0.34) == COMPLETE
    assert changes(archived.new("posts")) == dict.fromkeys(gone, ("deleted", 2))


def test_a_list_that_leaves_out_many_existing_posts_is_reported(
    site: DemoSite, archived: Crawls
) -> None:
    site.set_fault("shrunken-listing")
    assert archived("-a", "full=1") == PARTIAL
    assert "that are there" in archived.verdict()
    assert "not listed any more" not in archived.verdict()
    site.set_fault("shrunken-listing", on=False)
    assert archived("-a", "full=1") == COMPLETE
    assert archived.new("posts") == []


def test_a_list_that_leaves_out_existing_posts_is_reported(
    site: DemoSite, archived: Crawls
) -> None:
    for number in sorted(site.posts)[6:]:
        site.delete(number)
    archived(NEWSCRAWL_DELETED_SHARE=1)
    archived.new("posts")
    site.set_fault("empty-listing")
    assert archived() == PARTIAL
    assert "leaves out 6 that are there" in archived.verdict()
    site.set_fault("empty-listing", on=False)
    assert archived() == COMPLETE
    assert archived.new("posts") == []


# --- Parts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [None, "old-wordpress"])
def test_since_a_date_are_the_posts_published_or_changed_since(
    site: DemoSite, crawl: Crawls, fault: str | None
) -> None:
    if fault:
        site.set_fault(fault)
    edited, added = min(site.posts), site.add_post("Brand new")
    site.advance(hours=1)
    site.edit(edited, title="Edited")
    assert crawl("-a", "since=2026-06-01") == PARTIAL
    assert changes(crawl.new("posts")).keys() == {edited, added}
    assert "Posts: 2 seen; 2 new" in crawl.log
    assert crawl() == COMPLETE
    assert len(crawl.new("posts")) == len(site.posts) - 2


# --- Clocks -----------------------------------------------------------------------------------


def test_edits_are_found_after_the_sites_clock_was_set_back(
    site: DemoSite, archived: Crawls
) -> None:
    site.advance(days=400)
    first, second = sorted(site.posts)[:2]
    site.edit(first, title="Edited in the future")
    assert archived() == COMPLETE
    assert changes(archived.new("posts")) == {first: ("updated", 2)}
    site.advance(days=-400)
    site.edit(second, title="Edited now")
    for _ in range(2):
        assert archived() == COMPLETE
    assert changes(archived.new("posts")) == {second: ("updated", 2)}
    site.edit(second, title="Edited again")
    assert requests(site, lambda: archived()) <= 7
    assert changes(archived.new("posts")) == {second: ("updated", 3)}


def test_a_run_that_fails_is_a_row_with_its_reason(site: DemoSite, archived: Crawls) -> None:
    site.set_fault("outage")
    assert archived() == FAILED
    ((verdict, reason),) = archived.sql(
        "SELECT verdict, tally ->> '$.partial[0]' FROM runs WHERE id = (SELECT max(id) FROM runs)",
    )
    assert verdict == "failed"
    assert "did not answer" in reason
