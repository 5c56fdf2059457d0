"""What hangs on posts: comments, media, their history."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from newscrawl.net.response import Answer
from newscrawl.wordpress.children import COMMENT, COMMENTS, decode_comment, decode_media
from newscrawl.wordpress.full_scan import FullScan
from newscrawl.wordpress.posts import PostError
from newscrawl.wordpress.probes import history_is_public
from newscrawl.wordpress.site import POST
from tests.wordpress.fake import HOME, SITE, FakeSite, answer, error

RAW_COMMENT = {
    "id": 5,
    "post": 7,
    "parent": 0,
    "author_name": "Ann &amp; Bob",
    "author_email": "ann@example.org",
    "date": "2026-01-10T19:05:00",
    "date_gmt": "2026-01-10T18:05:00",
    "content": {"rendered": "<p>Yes.\x07</p>"},
}


def test_a_comment_is_read_without_private_data() -> None:
    read = decode_comment(RAW_COMMENT, SITE)
    assert (read.id, read.post_id, read.html) == (5, 7, "<p>Yes.</p>")
    assert read.fields == {
        "parent": None,
        "author_name": "Ann & Bob",
        "published": "2026-01-10T18:05:00Z",
        "url": None,
    }
    assert "email" not in COMMENTS.api_fields
    assert "ann@" not in repr(read)


def test_a_comment_of_odd_shape_is_read() -> None:
    read = decode_comment({"id": "5", "author_name": "", "content": False}, SITE)
    assert (read.id, read.post_id, read.html) == (5, None, "")
    assert not any(read.fields.values())


def test_all_comments_are_walked_and_proved_like_posts() -> None:
    site = FakeSite(others={"comments": {n: {**RAW_COMMENT, "id": n} for n in range(1, 251)}})
    walk = FullScan(SITE, COMMENT, site.fetch, fields=COMMENTS.api_fields)

    async def run() -> list[int]:
        found = [row["id"] async for rows in walk.pages() for row in rows]
        return found + [row["id"] async for rows in walk.reconcile() for row in rows]

    assert asyncio.run(run()) == list(range(1, 251))
    assert walk.report.is_whole


RAW_MEDIA = {
    "id": 9,
    "post": 7,
    "date_gmt": "2026-01-10T18:05:00",
    "modified_gmt": "2026-01-11T00:00:00",
    "source_url": "/wp-content/a.jpg",
    "mime_type": "image/jpeg",
    "title": {"rendered": "Bridge"},
    "alt_text": "A bridge",
    "caption": {"rendered": "<p>Today</p>"},
    "media_details": {
        "width": 800,
        "height": "600",
        "image_meta": {"credit": "Ann/Agency", "copyright": "2026"},
        "sizes": {"small": {"source_url": "/wp-content/a-80.jpg", "width": 80, "height": 60}},
    },
}


def test_an_attachment_is_read_field_by_field() -> None:
    read = decode_media(RAW_MEDIA, SITE)
    assert (read.id, read.post_id, read.html) == (9, 7, None)
    assert read.fields == {
        "url": f"{HOME}/wp-content/a.jpg",
        "mime_type": "image/jpeg",
        "title": "Bridge",
        "alt": "A bridge",
        "caption": "Today",
        "credit": "Ann/Agency",
        "width": 800,
        "height": 600,
        "published": "2026-01-10T18:05:00Z",
        "modified": "2026-01-11T00:00:00Z",
        "sizes": {"small": {"url": f"{HOME}/wp-content/a-80.jpg", "width": 80, "height": 60}},
    }


@pytest.mark.parametrize(
    "details", [[], False, {"sizes": []}, {"sizes": {"x": []}}, {"image_meta": []}]
)
def test_an_attachment_without_details_is_read(details: Any) -> None:
    read = decode_media({**RAW_MEDIA, "media_details": details}, SITE)
    assert [read.fields[name] for name in ("width", "credit", "sizes")] == [None, None, {}]


@pytest.mark.parametrize("decode", [decode_comment, decode_media])
def test_a_row_without_an_id_is_refused_by_name(decode: Any) -> None:
    with pytest.raises(PostError):
        decode({"id": None}, SITE)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (error("rest_cannot_read", 401), False),
        (answer([{"id": 1}]), True),
        (error("rest_no_route", 404), None),
        (Answer(url="", outcome="timeout"), None),
    ],
)
def test_whether_revisions_are_public_is_read_from_the_answer(
    reply: Answer, expected: bool | None
) -> None:
    async def fetch(url: str) -> Answer:
        assert url.startswith(f"{HOME}/wp-json/wp/v2/posts/7/revisions")
        return reply

    assert asyncio.run(history_is_public(SITE, POST, 7, fetch)) is expected
