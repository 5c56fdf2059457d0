"""What an older archive holds twice is named: one address in two spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from newscrawl.archive import sites, spelling_doubles
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import posts

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


def fill(connection: Connection) -> int:
    site = sites.enter(connection, "müller.example", "http://müller.example", {})
    sites.enter(connection, "xn--mller-kva.example", "http://xn--mller-kva.example", {})
    sites.enter(connection, "other.example", "http://other.example", {})
    guids = ("http://a.example/?p=1", "https://www.a.example/?p=1", "http://a.example/?p=2", "")
    for number, guid in enumerate(guids, 1):
        connection.execute(
            insert(posts).values(
                site_id=site.id,
                identity=f"id:{number}",
                guid=guid,
                post_id=number,
                type="post",
                slug="",
                place=f"http://a.example/{number}/",
                revision=1,
                seen_run=1,
            )
        )
    return site.id


def test_doubles_of_one_address_are_found(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path / "archive.sqlite"))
    site_id = archive.call(fill)
    pairs = archive.read(spelling_doubles.doubled_posts, site_id)
    same = archive.read(spelling_doubles.doubled_sites)
    archive.close()
    assert pairs == [("http://a.example/?p=1", "https://www.a.example/?p=1")]
    assert same == [["müller.example", "xn--mller-kva.example"]]
