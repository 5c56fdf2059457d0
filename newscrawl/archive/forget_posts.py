"""Take posts out of an archive for good, with all that belongs to them, in one transaction.

The ids of posts, comments and media, the types and dates of posts, and hashes of their guids and
addresses are left: they keep away what a crawl would bring back, and a run can still compare its
counts with those of the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import and_, delete, insert, or_, select, update

from newscrawl.archive import files, forgotten, near_duplicates
from newscrawl.archive.codec import decompress
from newscrawl.archive.forget_articles import delete_articles
from newscrawl.archive.forget_notes import scrub_notes, scrub_start
from newscrawl.archive.forgotten_lines import (
    EMPTY,
    Forgotten,
    delete_records,
    lines,
    replace_line,
)
from newscrawl.archive.lines import COLUMNS, line_in
from newscrawl.archive.tables import (
    extras,
    posts,
    records,
    sites,
    things,
    unresolved,
)
from newscrawl.wordpress.bylines import POST_BYLINES, byline_key
from newscrawl.wordpress.fields import image_id
from newscrawl.wordpress.identity import stand_in_id
from newscrawl.wordpress.site import Site

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

_SHELL: Final = {
    "slug": "",
    "raw_hash": b"",
    "raw": None,
    "digest": None,
    "failure": None,
    "body": None,
    "link": None,
    "article_id": None,
    "double_of": None,
    "revision": 0,
    "content_hash": None,
    "outcome": None,
    "stale": False,
    "ready": False,
    "forgotten": True,
}
"""The columns of a post that is forgotten, beside its marks, its id and its dates."""


def identities_of(connection: Connection, rows: Sequence[int]) -> list[str]:
    """Return the hashes of posts."""
    found = connection.execute(select(posts.c.identity).where(posts.c.id.in_(rows)))
    return [forgotten.hash_of(identity) for identity in found.scalars()]


def rows_of_identities(
    connection: Connection, site_id: int, identities: Collection[str]
) -> list[int]:
    """Return the rows of the posts of a site that have these hashes and are not forgotten yet."""
    found = connection.execute(
        select(posts.c.id, posts.c.identity).where(posts.c.site_id == site_id, ~posts.c.forgotten)
    )
    return [row.id for row in found if forgotten.hash_of(row.identity) in identities]


def known_identities(connection: Connection, site_id: int) -> set[str]:
    """Return the hashes of the posts of a site that were forgotten."""
    of_site = (posts.c.site_id == site_id) & posts.c.forgotten
    found = connection.execute(select(posts.c.identity).where(of_site)).scalars()
    return {mark.removeprefix(forgotten.MARK) for mark in found}


def is_known(connection: Connection, identity: str) -> bool:
    """Return whether a post with this hash was forgotten."""
    mark = f"{forgotten.MARK}{identity}"
    of_sites = posts.c.site_id.in_(select(sites.c.id))
    found = select(posts.c.id).where(of_sites, posts.c.identity == mark).limit(1)
    return connection.execute(found).first() is not None


def keep_away(connection: Connection, site_id: int, identities: Collection[str]) -> None:
    """Note forgotten posts that the archive, an older copy, never had."""
    for identity in identities:
        mark = f"{forgotten.MARK}{identity}"
        values = {"identity": mark, "guid": mark, "post_id": stand_in_id(mark, ""), "type": ""}
        connection.execute(insert(posts).values(site_id=site_id, seen_run=0, **_SHELL, **values))


def forget_posts(connection: Connection, site_id: int, rows: Sequence[int]) -> Forgotten:
    """Take posts out, with their comments, media, articles, kept pages and lines."""
    done = Forgotten()
    found = connection.execute(select(posts).where(posts.c.id.in_(rows))).all()
    post_ids = [row.post_id for row in found]
    needles = [name for row in found for name in (row.guid, row.place) if len(name) > 8]
    images, referred = _references(connection, site_id, found)
    done.counts["records"] += delete_records(connection, records.c.post.in_(rows), done)
    guids = {row.guid for row in found if row.guid}
    still, shown = _clean_lines(connection, site_id, guids, done)
    images -= _with_urls(connection, site_id, images, shown)
    _forget_children(connection, site_id, post_ids, images, done)
    _forget_things(connection, site_id, referred - still, images)
    _forget_terms(connection, site_id, referred - still, done)
    scrub_notes(connection, site_id, needles)
    scrub_start(connection, site_id, needles)
    article_ids = {row.article_id for row in found if row.article_id is not None}
    for row in found:
        connection.execute(
            update(posts)
            .where(posts.c.id == row.id)
            .values(
                **_SHELL,
                identity=forgotten.mark_of(row.identity),
                guid=forgotten.mark_of(row.identity),
                place=forgotten.mark_of(row.place) if row.place else "",
            )
        )
    near_duplicates.sign(connection, "post", dict.fromkeys(rows))
    connection.execute(delete(unresolved).where(unresolved.c.post.in_(rows)))
    delete_articles(connection, article_ids, done)
    done.counts["posts"] += len(found)
    return done


def _references(
    connection: Connection, site_id: int, found: Sequence[Any]
) -> tuple[set[int], set[tuple[str, int]]]:
    """Return the ids of the images, and the kinds and ids of all else, that posts refer to."""
    images: set[int] = set()
    referred: set[tuple[str, int]] = set()
    facts = connection.execute(select(sites.c.facts).where(sites.c.id == site_id)).scalar_one()
    site = Site.from_dict(facts) if facts else None
    for row in found:
        body = decompress(row.body) if row.body else b""
        raw = orjson.loads(decompress(row.raw, beside=body)) if row.raw else {}
        if image := image_id(raw):
            images.add(image)
        if site is not None and (key := byline_key(raw, row.post_id, site)):
            referred.add((POST_BYLINES, key))
        published = connection.execute(
            select(*COLUMNS)
            .join(posts, posts.c.id == records.c.post)
            .where(records.c.post == row.id)
        )
        for line in published:
            referred |= set(_named_in(orjson.loads(line_in(line))))
    return images, referred


def _named_in(record: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the kind and the id of each author and term of a record."""
    lists = {"users": record["authors"], **(record["terms"] or {})}
    lists |= {name: record[name] for name in ("categories", "tags")}
    for kind, some in lists.items():
        for thing in some or []:
            if thing["id"] is not None:
                yield kind, thing["id"]


def _clean_lines(
    connection: Connection, site_id: int, guids: set[str], done: Forgotten
) -> tuple[set[tuple[str, int]], set[str]]:
    """Take guids out of the links of other posts' lines.

    Returns:
        The authors and terms that these posts refer to, and the URLs of the images that they show.
    """
    needles = [orjson.dumps(guid) for guid in guids]
    still: set[tuple[str, int]] = set()
    shown: set[str] = set()
    for row_id, segment_id, line in lines(connection, site_id):
        record = orjson.loads(line)
        still |= set(_named_in(record))
        if record["image"]:
            shown.add(record["image"]["url"])
        if any(needle in line for needle in needles):
            for link in record.get("links") or []:
                link["guid"] = None if link["guid"] in guids else link["guid"]
            replace_line(connection, row_id, segment_id, record, done)
    return still, shown


def _with_urls(
    connection: Connection, site_id: int, images: Collection[int], urls: Collection[str]
) -> set[int]:
    """Return those of the images that have one of the URLs."""
    found = connection.execute(
        select(things.c.thing_id, things.c.data).where(
            things.c.site_id == site_id, things.c.kind == "media", things.c.thing_id.in_(images)
        )
    )
    return {row.thing_id for row in found if row.data.get("url") in urls}


def _forget_children(
    connection: Connection,
    site_id: int,
    post_ids: Sequence[int],
    images: Collection[int],
    done: Forgotten,
) -> None:
    """Take out the comments and media of posts, and their featured images."""
    own = and_(extras.c.site_id == site_id, extras.c.kind != forgotten.KIND)
    is_image = and_(
        extras.c.kind == "media", extras.c.extra_id.in_(images), extras.c.post_id.is_(None)
    )
    meant = and_(own, or_(extras.c.post_id.in_(post_ids), is_image), ~extras.c.forgotten)
    _empty_children(connection, meant, done)


def _empty_children(connection: Connection, meant: ColumnElement[bool], done: Forgotten) -> None:
    columns = (extras.c.id, extras.c.kind, extras.c.url, extras.c.site_id)
    found = connection.execute(select(*columns).where(meant)).all()
    done.counts.update(row.kind for row in found)
    ids = [row.id for row in found]
    done.counts["records"] += delete_records(connection, records.c.extra.in_(ids), done)
    nothing = {"raw_hash": b"", "data": EMPTY, "url": "", "revision": 0, "content_hash": None}
    connection.execute(
        update(extras).where(extras.c.id.in_(ids)).values(**nothing, stale=False, forgotten=True)
    )
    if urls := [row.url for row in found if row.url]:
        done.paths += files.forget_urls(connection, found[0].site_id, urls)


def _forget_things(
    connection: Connection, site_id: int, named: set[tuple[str, int]], images: Collection[int]
) -> None:
    """Delete authors, terms and images that no other post has."""
    for kind, thing_id in named | {("media", image) for image in images}:
        connection.execute(
            delete(things).where(
                things.c.site_id == site_id, things.c.kind == kind, things.c.thing_id == thing_id
            )
        )


def _forget_terms(
    connection: Connection, site_id: int, named: set[tuple[str, int]], done: Forgotten
) -> None:
    """Take out the lines of authors and terms that no other post has."""
    authors = [thing_id for kind, thing_id in named if kind == "users"]
    terms = [thing_id for kind, thing_id in named if kind != "users"]
    for kind, ids in (("authors", authors), ("terms", terms)):
        own = and_(extras.c.site_id == site_id, extras.c.kind == kind)
        _empty_children(connection, and_(own, extras.c.extra_id.in_(ids)), done)
