"""The files of media: which are to be fetched, and where each one is."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update

from newscrawl.archive.codec import unpack
from newscrawl.archive.tables import extras, files, things
from newscrawl.archive.write_locks import writes_site
from newscrawl.outcomes import FETCHED
from newscrawl.wordpress.children import MEDIA

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

FOLDER: Final = "files"
"""The folder of files, in a site's output folder."""

BATCH_SIZE: Final = 500
"""The most rows in one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFile:
    """A file to fetch.

    Attributes:
        row: The row of its media.
        validator: The ETag or Last-Modified of the part that is there; None without a part.
    """

    row: int
    url: str
    validator: str | None


def part_of(url: str) -> str:
    """Return the path that a file has while it is fetched, in the site's output folder."""
    return f"{FOLDER}/.{sha256(url.encode()).hexdigest()}.part"


def belongs_to_post(site_id: int) -> ColumnElement[bool]:
    """Return the condition that an image was uploaded to a post, or that a post shows it."""
    is_shown = exists().where(
        things.c.site_id == site_id,
        things.c.kind == "media",
        things.c.thing_id == extras.c.extra_id,
    )
    return or_(extras.c.post_id.is_not(None), extras.c.revision > 0, is_shown)


def _of_media(site_id: int) -> ColumnElement[bool]:
    of_media = and_(extras.c.site_id == site_id, extras.c.kind == MEDIA.name)
    return and_(of_media, ~extras.c.deleted, ~extras.c.forgotten)


@writes_site
def note_urls(connection: Connection, site_id: int) -> bool:
    """Save the URLs of media that an earlier version archived; return whether there may be more."""
    rows = connection.execute(
        select(extras.c.id, extras.c.data)
        .where(_of_media(site_id), extras.c.url.is_(None))
        .order_by(extras.c.id)
        .limit(BATCH_SIZE)
    ).all()
    for row in rows:
        url = unpack(row.data).get("url") or ""
        connection.execute(update(extras).where(extras.c.id == row.id).values(url=url))
    return bool(rows)


def wanted(connection: Connection, site_id: int, after: int, now: float) -> list[WantedFile]:
    """Return files that are to be fetched now, of media with rows above *after*.

    Args:
        now: Unix seconds.
    """
    is_same = and_(files.c.site_id == extras.c.site_id, files.c.url == extras.c.url)
    is_due = and_(files.c.sha256.is_(None), files.c.due <= now)
    rows = connection.execute(
        select(extras.c.id, extras.c.url, files.c.validator)
        .outerjoin(files, is_same)
        .where(
            _of_media(site_id),
            belongs_to_post(site_id),
            extras.c.id > after,
            extras.c.url != "",
            or_(files.c.url.is_(None), is_due),
        )
        .order_by(extras.c.id)
        .limit(BATCH_SIZE)
    )
    return [WantedFile(row=row.id, url=row.url, validator=row.validator) for row in rows]


@writes_site
def save(connection: Connection, site_id: int, url: str, values: Mapping[str, Any]) -> None:
    """Save the state of a file; the lines of its media are due again if it is there."""
    is_it = and_(files.c.site_id == site_id, files.c.url == url)
    connection.execute(delete(files).where(is_it))
    connection.execute(insert(files).values(site_id=site_id, url=url, **values))
    if values["outcome"] == FETCHED:
        of_url = and_(_of_media(site_id), extras.c.url == url)
        connection.execute(update(extras).where(of_url).values(stale=True))


def of_urls(
    connection: Connection, site_id: int, urls: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Return the path, the SHA-256 and the size of the files that are there, by URL."""
    rows = connection.execute(
        select(files).where(
            files.c.site_id == site_id, files.c.url.in_(list(urls)), files.c.sha256.is_not(None)
        )
    )
    return {row.url: {"path": row.path, "sha256": row.sha256, "size": row.size} for row in rows}


def total_size(connection: Connection) -> int:
    """Return the bytes of all files, each counted once in its site."""
    each = select(files.c.site_id, files.c.sha256, files.c.size)
    different = each.where(files.c.sha256.is_not(None)).distinct().subquery()
    return int(connection.execute(select(func.sum(different.c.size))).scalar() or 0)


@writes_site
def forget_missing(connection: Connection, site_id: int, present: Collection[str]) -> int:
    """Forget files that are not in the folder any more, so that they are fetched again.

    Args:
        present: The paths that are there.
    """
    of_site = and_(files.c.site_id == site_id, files.c.sha256.is_not(None))
    rows = connection.execute(select(files.c.url, files.c.path).where(of_site)).all()
    gone = [row.url for row in rows if row.path not in present]
    for start in range(0, len(gone), BATCH_SIZE):
        part = gone[start : start + BATCH_SIZE]
        connection.execute(delete(files).where(of_site, files.c.url.in_(part)))
    return len(gone)


def forget_urls(connection: Connection, site_id: int, urls: Sequence[str]) -> list[str]:
    """Delete the rows of files that no media has any more; return their paths, to be deleted.

    Of a file that is not there yet, it is the path of the part of it that may be there.
    """
    is_used = exists().where(_of_media(site_id), extras.c.url == files.c.url)
    alone = and_(files.c.site_id == site_id, files.c.url.in_(urls), ~is_used)
    rows = connection.execute(select(files.c.url, files.c.path).where(alone)).all()
    paths = {row.path for row in rows if row.path}
    parts = {part_of(row.url) for row in rows if not row.path}
    connection.execute(delete(files).where(alone))
    of_site = files.c.site_id == site_id
    kept = select(files.c.path).where(of_site, files.c.path.in_(list(paths)))
    return sorted(parts | (paths - set(connection.execute(kept).scalars())))
