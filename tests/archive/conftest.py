"""An archive in a temporary folder, and posts to put in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive import sites
from newscrawl.archive.database import Archive
from newscrawl.items import Post, PostBody


@pytest.fixture(params=["sqlite", "postgresql"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, in each database that may hold one."""
    location = str(tmp_path / "archive.sqlite")
    if request.param == "postgresql":
        location = request.getfixturevalue("postgres").new_database()
    archive = Archive.open(location)
    yield archive
    archive.close()


@pytest.fixture
def site_id(archive: Archive) -> int:
    return archive.call(sites.enter, "example.org", "https://example.org/", {}).id


def make_post(post_id: int, guid: str | None = None, **changes: Any) -> Post:
    """A decoded and normalized post; its guid is WordPress's usual one."""
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
        "body": PostBody(html="", markdown=f"Text {post_id}", text="", title="T", excerpt=""),
    }
    return Post(**{**values, **changes})
