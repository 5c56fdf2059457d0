"""The expected content of the files of an archive, and the archive's own integrity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from newscrawl.archive import sites
from newscrawl.archive.posts import failures
from newscrawl.archive.segments import Segment
from newscrawl.archive.sites import SiteRow
from newscrawl.archive.tables import extras, posts, records, runs, segments, walks

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection


MAX_FAILED: Final = 10_000
"""The most failed posts of a site that are returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSite(SiteRow):
    """A site of the archive, with the result of its last crawl.

    Attributes:
        verdict: The verdict of the last crawl; None if it is running, or was killed.
        ended: The end of the last crawl, ISO 8601 in UTC.
        missing: Posts that the site has but could not deliver: id to reason.
        failed: Posts that newscrawl failed to normalize: id or guid to reason.
    """

    verdict: str | None
    ended: str | None
    missing: dict[str, str]
    failed: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSegment(Segment):
    """A segment with its state.

    Attributes:
        state: "open", "closed" or "done".
        size: The number of its records.
        sha256: The SHA-256 of its file, in hex; None until the state is "done".
    """

    state: str
    size: int
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """The revisions of a post, a comment or an image in the archive.

    Attributes:
        row: Its row in the archive.
        name: The guid of a post; else kind and id, like "comments 7".
        issued: The number of the last revision in its row.
        count: The number of revisions in the archive.
        last: The highest number of these; 0 if there are no revisions.
    """

    row: int
    site_id: int
    name: str
    issued: int
    count: int
    last: int

    @property
    def are_whole(self) -> bool:
        """Return whether the archive has every revision from 1 to the last; numbers are unique."""
        return self.count == self.last == self.issued


def damage(connection: Connection) -> str | None:
    """Return the damage that SQLite finds in its file, in one line.

    None if there is no damage, or if the archive is on PostgreSQL.
    """
    if connection.dialect.name != "sqlite":
        return None
    found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    return None if found == "ok" else " ".join(found.split())


def known_sites(connection: Connection, site_ids: Collection[int]) -> list[KnownSite]:
    """Return these sites, or all if the collection is empty."""
    return [_with_result(connection, site) for site in sites.known(connection, site_ids)]


def _with_result(connection: Connection, site: SiteRow) -> KnownSite:
    run = connection.execute(
        select(runs.c.verdict, runs.c.ended)
        .where(runs.c.site_id == site.id, runs.c.command == "crawl")
        .order_by(runs.c.id.desc())
        .limit(1)
    ).first()
    missing = connection.execute(select(walks.c.missing).where(walks.c.site_id == site.id))
    return KnownSite(
        id=site.id,
        key=site.key,
        folder=site.folder,
        verdict=None if run is None else run.verdict,
        ended=None if run is None else run.ended,
        missing={post_id: reason for row in missing for post_id, reason in row.missing.items()},
        failed=failures(connection, site.id, MAX_FAILED),
    )


def written(connection: Connection, site_id: int) -> list[WrittenSegment]:
    """Return all segments of a site, in the order of their files."""
    rows = connection.execute(
        select(segments)
        .where(segments.c.site_id == site_id)
        .order_by(segments.c.kind, segments.c.number)
    )
    return [
        WrittenSegment(
            id=row.id,
            kind=row.kind,
            number=row.number,
            state=row.state,
            size=row.size,
            sha256=row.sha256,
        )
        for row in rows
    ]


def revisions_of_posts(connection: Connection, *, after: int, limit: int) -> list[Revisions]:
    """Return the revisions of up to *limit* posts of all sites, with row ids above *after*."""
    window = (
        select(posts.c.id, posts.c.site_id, posts.c.guid, posts.c.revision)
        .where(posts.c.id > after)
        .order_by(posts.c.id)
        .limit(limit)
        .subquery()
    )
    rows = connection.execute(
        select(window, func.count(records.c.id), func.max(records.c.revision))
        .outerjoin(records, records.c.post == window.c.id)
        .group_by(window.c.id, window.c.site_id, window.c.guid, window.c.revision)
        .order_by(window.c.id)
    )
    return [
        Revisions(row=row, site_id=site, name=guid, issued=issued, count=count, last=last or 0)
        for row, site, guid, issued, count, last in rows
    ]


def revisions_of_extras(connection: Connection, *, after: int, limit: int) -> list[Revisions]:
    """Return the same as `revisions_of_posts` for comments and media."""
    window = (
        select(extras.c.id, extras.c.site_id, extras.c.kind, extras.c.extra_id, extras.c.revision)
        .where(extras.c.id > after)
        .order_by(extras.c.id)
        .limit(limit)
        .subquery()
    )
    rows = connection.execute(
        select(window, func.count(records.c.id), func.max(records.c.revision))
        .outerjoin(records, records.c.extra == window.c.id)
        .group_by(*window.c)
        .order_by(window.c.id)
    )
    return [
        Revisions(
            row=row,
            site_id=site,
            name=f"{kind} {extra}",
            issued=issued,
            count=count,
            last=last or 0,
        )
        for row, site, kind, extra, issued, count, last in rows
    ]
