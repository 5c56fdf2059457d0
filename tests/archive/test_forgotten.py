"""Forgotten posts are recognized, and no other post is taken for one."""

import orjson
import pytest
from sqlalchemy import func, select

from newscrawl.archive import (
    children,
    forget_posts,
    forget_sites,
    forgotten,
    matching,
    posts,
    readback,
    runs,
    scheduled_sites,
)
from newscrawl.archive.children import Arrival
from newscrawl.archive.database import Archive
from newscrawl.archive.readback import NewerFile
from newscrawl.archive.tables import extras, records, sites
from newscrawl.items import Post
from newscrawl.wordpress.children import Child
from tests.archive.conftest import make_arrival, make_post


@pytest.fixture
def run_id(archive: Archive, site_id: int) -> int:
    return archive.call(
        runs.begin, site_id, started="2026-01-01T00:00:00Z", arguments={}, versions={}
    )


def keep(archive: Archive, site_id: int, run_id: int, post: Post) -> int:
    (claim,) = archive.call(matching.claim, site_id, run_id, [post])
    archive.call(posts.save, run_id, [make_arrival(claim, post)], [])
    return claim.row


def forget(archive: Archive, site_id: int, row: int) -> None:
    archive.call(forget_posts.forget_posts, site_id, [row])


def are_forgotten(
    archive: Archive, site_id: int, run_id: int, *arrived: Post, trusts_guids: bool = True
) -> list[bool]:
    claims = archive.call(matching.claim, site_id, run_id, list(arrived), trusts_guids=trusts_guids)
    return [claim.forgotten for claim in claims]


@pytest.mark.parametrize(
    "again",
    [
        make_post(1, title="Edited"),
        make_post(9, "https://example.org/?p=1", url="https://example.org/moved/"),
        make_post(1, "http://www.example.org/?p=1"),
        make_post(-5, "", url="https://example.org/1/"),
    ],
    ids=["edited", "another id", "another spelling", "from a sitemap"],
)
def test_a_forgotten_post_is_recognized(archive, site_id, run_id, again):
    forget(archive, site_id, keep(archive, site_id, run_id, make_post(1)))
    assert are_forgotten(archive, site_id, run_id, again, make_post(2)) == [True, False]


def test_a_post_with_the_guid_of_a_forgotten_one_stays(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1, "shared"))
    keep(archive, site_id, run_id, make_post(2, "shared"))
    forget(archive, site_id, row)
    edited = make_post(2, "shared", title="Edited")
    assert are_forgotten(archive, site_id, run_id, edited) == [False]


def test_without_trust_in_guids_only_ids_count(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1, "same"))
    forget(archive, site_id, row)
    arrived = [make_post(1, "same"), make_post(3, "same")]
    assert are_forgotten(archive, site_id, run_id, *arrived, trusts_guids=False) == [True, False]


def test_a_post_without_a_guid_is_recognized_by_its_id(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1, ""))
    forget(archive, site_id, row)
    again = make_post(1, "", url="https://example.org/elsewhere/")
    assert are_forgotten(archive, site_id, run_id, again) == [True]


def save_comment(archive: Archive, site_id: int, raw_hash: bytes) -> None:
    child = Child(id=7, post_id=1, fields={"text": "Words"})
    archive.call(children.save, site_id, "comments", [Arrival(child=child, raw_hash=raw_hash)])


def test_a_comment_of_a_forgotten_post_keeps_no_hash_of_its_words(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1))
    save_comment(archive, site_id, b"before")
    forget(archive, site_id, row)
    save_comment(archive, site_id, b"after")
    hashes = archive.read(lambda connection: connection.execute(select(extras.c.raw_hash)).all())
    assert [found.raw_hash for found in hashes] == [b""]


def test_a_comment_of_a_forgotten_post_counts_as_unchanged(archive, site_id, run_id):
    row = keep(archive, site_id, run_id, make_post(1))
    save_comment(archive, site_id, b"before")
    forget(archive, site_id, row)
    same = archive.read(children.unchanged, site_id, "comments", {7: b"edited", 8: b"new"})
    assert same == {7}


@pytest.mark.parametrize("is_known", [True, False], ids=["in the archive", "in its files only"])
def test_a_file_brings_no_comment_of_a_forgotten_post_back(archive, site_id, run_id, is_known):
    post = make_post(1)
    identity = forgotten.hash_of(post.guid)
    if is_known:
        row = keep(archive, site_id, run_id, post)
        save_comment(archive, site_id, b"before")
        forget(archive, site_id, row)
    else:
        archive.call(forget_posts.keep_away, site_id, [identity])
    line = {"id": 7, "post_id": 1, "post_guid": post.guid, "revision": 1, "change": "created"}
    file = NewerFile(kind="comments", number=1, lines=[orjson.dumps(line)], sha256="ab")
    archive.call(readback.take_back, site_id, run_id, file)
    counted = select(func.count()).select_from(records)
    assert archive.read(lambda connection: connection.execute(counted).scalar_one()) == 0


def test_a_forgotten_site_leaves_the_schedule(archive, site_id):
    (key,) = archive.read(lambda connection: connection.execute(select(sites.c.key)).one())
    entries = {
        "one": {"site": f"https://www.{key}/", "every": "1h"},
        "two": {"site": "https://other.example", "every": "1h"},
        "three": {"spider": "mint", "every": "1h"},
    }
    archive.call(scheduled_sites.save, entries)
    archive.call(forget_sites.forget_site, site_id, forgotten.hash_of(key))
    assert set(archive.read(scheduled_sites.load)) == {"two", "three"}
