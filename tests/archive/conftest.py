"""An archive in a temporary folder, and posts to put in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive import sites
from newscrawl.archive.database import Archive
from newscrawl.archive.matching import Claim
from newscrawl.archive.posts import Arrival
from newscrawl.items import ClaimedPost, Post, PostBody


@pytest.fixture(params=["sqlite", "postgresql"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, in each database that may hold one."""
    if request.param == "postgresql":
        location = request.getfixturevalue("postgres").new_database()
    else:
        location = str(tmp_path / "archive.sqlite")
        shutil.copy(request.getfixturevalue("empty_archive"), location)
    archive = Archive.open(location)
    yield archive
    archive.close()


@pytest.fixture
def site_id(archive: Archive) -> int:
    return archive.call(sites.enter, "example.org", "https://example.org/", {}).id


def make_post(post_id: int, guid: str | None = None, **changes: Any) -> Post:
    """A decoded post; its guid is WordPress's usual one."""
    guid = f"https://example.org/?p={post_id}" if guid is None else guid
    values: dict[str, Any] = {
        "raw": {"id": post_id, "guid": {"rendered": guid}},
        "post_id": post_id,
        "guid": guid,
        "type": "post",
        "url": f"https://example.org/{post_id}/",
        "slug": f"post-{post_id}",
        "status": "publish",
        "published": f"2026-01-01T00:00:{post_id % 60:02}Z",
        "modified": None,
        "modified_gmt": None,
        "title": f"Post {post_id}",
        "excerpt": "",
        "content": f"<p>Text {post_id}</p>",
    }
    return Post(**{**values, **changes})


def make_body(post: Post) -> PostBody:
    return PostBody(html="", markdown=post.content, text="", title=post.title, excerpt="")


def make_arrival(
    claim: Claim, post: Post, *, raw_hash: bytes = b"", article_id: int | None = None, **more: Any
) -> Arrival:
    """A post that was claimed, to be kept; *more* are fields of it as normalized."""
    normalized: dict[str, Any] = {"body": make_body(post), **more}
    item = ClaimedPost(post=post, row=claim.row, is_new=claim.is_new, **normalized)
    return Arrival(item=item, raw_hash=raw_hash, article_id=article_id)
