"""An archive follows a real WordPress through whatever its editors do, and through its outages."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.real.conftest import need_packages
from tests.real.crawling import Archive, latest
from tests.real.editor import Editor
from tests.real.magazine import plain
from tests.real.server import RealWordPress
from tests.real.truth import TruePost

COMPLETE = 0
SEEDS = range(int(os.environ.get("NEWSCRAWL_SEEDS", "1")))
"""Further days of editors are a command, ``poe editors``: each takes a quarter of a minute."""
DAYS = 3
FAULTS = ("outage", "closed", "empty", "shrunken", "wrong_total 3")


@pytest.fixture(scope="module")
def newspaper() -> Iterator[RealWordPress]:
    """A site large enough that a few deletions are not an outage."""
    need_packages()
    with RealWordPress(partial(plain, count=220)) as site:
        yield site


@pytest.fixture
def site(newspaper: RealWordPress) -> RealWordPress:
    """The same, as seeded."""
    newspaper.reset()
    return newspaper


@pytest.fixture(scope="module")
def first_run(newspaper: RealWordPress, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the first complete run on the site as seeded; made once."""
    newspaper.reset()
    folder = tmp_path_factory.mktemp("first")
    first = Archive(folder, newspaper.url).crawl()
    assert (first.exit_code, len(first.records)) == (COMPLETE, 220), first.log
    return folder


@pytest.fixture
def archive(first_run: Path, site: RealWordPress, tmp_path: Path) -> Archive:
    """An archive after its first complete run."""
    return Archive.copy(first_run, tmp_path / "archive", site.url)


View = tuple[object, ...]


def view(post: TruePost) -> View:
    """What a reader notices of a post on the site."""
    terms = (frozenset(post.categories), frozenset(post.tags))
    return (post.title, post.text, post.url, post.published, post.author, *terms, post.image)


def views(site: RealWordPress) -> dict[int, View]:
    """What a reader notices now, by the site's database."""
    return {number: view(post) for number, post in site.published().items()}


def archived(record: dict[str, Any], site: RealWordPress) -> View:
    """The same of a record; the image by its number, as its URL has it."""
    images = {image.url: number for number, image in site.truth.images.items()}
    ids = [frozenset(each["id"] for each in record[kind]) for kind in ("categories", "tags")]
    return (
        record["title"],
        " ".join(record["text"].split()),
        record["url"],
        record["published"],
        record["authors"][0]["id"],
        *ids,
        images[record["image"]["url"]] if record["image"] else None,
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_each_change_between_runs_is_one_line(
    site: RealWordPress, archive: Archive, seed: int
) -> None:
    editor = Editor(site, seed)
    for _ in range(DAYS):
        before = views(site)
        for change in editor.day():
            site.change(change)
        after = views(site)
        changed = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
        run = archive.crawl("-a", "full=1")
        assert run.exit_code == COMPLETE, run.log
        assert Counter(record["post_id"] for record in run.records) == Counter(changed)


@pytest.mark.parametrize("seed", SEEDS)
def test_after_changes_during_runs_the_archive_equals_the_site(
    site: RealWordPress, archive: Archive, seed: int
) -> None:
    editor = Editor(site, seed + 100)
    for day in range(DAYS):
        for change in editor.day():
            site.change(change)
        site.forget_requests()
        site.before_posts_request(1 + (day + seed) % 3, editor.day())
        archive.crawl(*(["-a", "full=1"] if day % 2 else []))
    last = archive.crawl("-a", "full=1")
    assert last.exit_code == COMPLETE, last.log
    lines = archive.all_records()
    assert {n: archived(r, site) for n, r in latest(lines).items()} == views(site)
    assert_nothing_is_doubled(lines)


def assert_nothing_is_doubled(lines: list[dict[str, Any]]) -> None:
    """Revisions of each post count up from 1, and each differs from the one before."""
    revisions = defaultdict(list)
    for record in lines:
        revisions[record["post_id"]].append(record)
    for records in revisions.values():
        assert [record["revision"] for record in records] == list(range(1, len(records) + 1))
        hashes = [record["content_hash"] for record in records]
        assert all(one != following for one, following in pairwise(hashes))


def test_a_run_with_nothing_new_is_a_handful_of_requests(
    site: RealWordPress, archive: Archive
) -> None:
    site.forget_requests()
    run = archive.crawl()
    assert (run.exit_code, run.records) == (COMPLETE, [])
    assert len(site.requests()) <= 6


@pytest.mark.parametrize("how", ["scheduled", "restored quietly"])
def test_a_post_that_appears_with_an_old_modification_time_is_found(
    site: RealWordPress, archive: Archive, how: str
) -> None:
    if how == "scheduled":
        post = site.publish_now(site.schedule("Planned", "Long before."))
    else:
        post = site.trash(next(iter(site.truth.posts)))
        assert latest(archive.crawl().records) == {}
        site.restore(post, quietly=True)
    run = archive.crawl()
    assert run.exit_code == COMPLETE, run.log
    assert latest(run.records).keys() == {post}


def test_what_is_gone_gets_one_tombstone(site: RealWordPress, archive: Archive) -> None:
    trashed, private, deleted = gone = sorted(site.truth.posts)[10:13]
    site.trash(trashed)
    site.set_private(private)
    site.delete(deleted)
    lines = [*archive.crawl().records, *archive.crawl("-a", "full=1").records]
    told = sorted((line["post_id"], line["change"], line["revision"]) for line in lines)
    assert told == [(post, "deleted", 2) for post in gone]


@pytest.mark.parametrize("full", [False, True])
def test_no_fault_of_the_site_deletes(site: RealWordPress, archive: Archive, full: bool) -> None:
    issued = {}
    for fault in FAULTS:
        with site.fault(fault):
            issued[fault] = archive.crawl(*(["-a", "full=1"] if full else [])).records
    assert issued == {fault: [] for fault in FAULTS}
    after = archive.crawl("-a", "full=1")
    assert (after.exit_code, after.records) == (COMPLETE, []), after.log


def test_an_old_site_is_followed_too(site: RealWordPress, archive: Archive) -> None:
    post = next(iter(site.truth.posts))
    site.edit(post, post_title="Another title")
    with site.fault("old"):
        run = archive.crawl()
    assert run.exit_code == COMPLETE, run.log
    assert [record["post_id"] for record in run.records] == [post]
