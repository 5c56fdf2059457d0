"""Forgetting a post: its own image and file go, those that other posts show stay."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from newscrawl.archive import files, forget_posts, forgotten_lines, runs, segments, sites
from newscrawl.archive.children import Arrival, save
from newscrawl.archive.codec import compress
from newscrawl.archive.database import Archive
from newscrawl.archive.forgotten_lines import Event, Forgotten
from newscrawl.archive.tables import extras, posts, things
from newscrawl.outcomes import FETCHED, PENDING
from newscrawl.wordpress.children import Child

IMAGE, NEXT = 7, 8
RAWS: list[dict[str, object]] = [{"featured_media": IMAGE}, {"featured_image": str(IMAGE)}]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive.open(str(tmp_path / "archive.sqlite"))
    yield archive
    archive.close()


def url_of(image: int) -> str:
    return f"https://example.org/{image}.jpg"


def fill(connection: Connection, raw: dict[str, object], shown: list[int]) -> int:
    """Save a site with one post for each shown image, and the image and the file of each."""
    site_id = sites.enter(connection, "example.org", "https://example.org/", {}).id
    run = runs.begin(connection, site_id, started="", arguments={}, versions={})
    for number, image in enumerate(shown, 1):
        own = raw if image == IMAGE else {"featured_media": image}
        columns = {"guid": f"guid {number}", "identity": f"guid {number}", "post_id": number}
        row = connection.execute(
            insert(posts)
            .values(
                site_id=site_id,
                seen_run=1,
                **{**forget_posts._SHELL, "forgotten": False, "type": "post"},
                **columns,
            )
            .returning(posts.c.id)
        ).scalar_one()
        connection.execute(
            posts.update().where(posts.c.id == row).values(raw=compress(json.dumps(own).encode()))
        )
        line: dict[str, object] = {"authors": [], "terms": None, "categories": [], "tags": []}
        line |= {"image": {"url": url_of(image)}, "article": None, "links": []}
        record = {"post": row, "revision": 1, "change": "created", "run": run, "beside": False}
        record["line"] = compress(json.dumps(line).encode())
        segments.append(connection, site_id, "posts", [record], 0)
    for image in set(shown):
        child = Child(id=image, post_id=None, fields={"url": url_of(image)})
        save(connection, site_id, "media", [Arrival(child=child, raw_hash=b"")])
        data = {"id": image, "url": url_of(image)}
        connection.execute(
            insert(things).values(site_id=site_id, kind="media", thing_id=image, data=data)
        )
        values = {"outcome": FETCHED, "sha256": "ab", "size": 1, "path": f"files/{image}.jpg"}
        files.save(connection, site_id, url_of(image), values)
    return site_id


def forget_first(connection: Connection, site_id: int) -> Forgotten:
    event = Event(run=1, at="2026-01-01T00:00:00Z")
    rows = [connection.execute(select(posts.c.id).order_by(posts.c.id)).scalars().first() or 0]
    identities = forget_posts.identities_of(connection, rows)
    forgotten_lines.announce(connection, site_id, "post", identities, event)
    return forget_posts.forget_posts(connection, site_id, rows)


@pytest.mark.parametrize("raw", RAWS, ids=str)
def test_the_image_of_a_forgotten_post_goes_with_its_file(
    archive: Archive, raw: dict[str, object]
) -> None:
    site_id = archive.call(fill, raw, [IMAGE, NEXT])
    assert archive.call(forget_first, site_id).paths == [f"files/{IMAGE}.jpg"]
    left = archive.read(lambda connection: connection.execute(select(things.c.thing_id)).all())
    assert [row.thing_id for row in left] == [NEXT]


def test_the_part_of_a_file_that_is_not_there_yet_goes_too(archive: Archive) -> None:
    site_id = archive.call(fill, RAWS[0], [IMAGE])
    pending = {"outcome": PENDING, "validator": "1"}
    archive.call(files.save, site_id, url_of(IMAGE), pending)
    assert archive.call(forget_first, site_id).paths == [files.part_of(url_of(IMAGE))]


@pytest.mark.parametrize("raw", RAWS, ids=str)
def test_an_image_that_another_post_shows_stays(archive: Archive, raw: dict[str, object]) -> None:
    site_id = archive.call(fill, raw, [IMAGE, IMAGE])
    assert archive.call(forget_first, site_id).paths == []
    kept = select(extras.c.forgotten).where(extras.c.extra_id == IMAGE)
    assert archive.read(lambda connection: connection.execute(kept).scalar_one()) is False
