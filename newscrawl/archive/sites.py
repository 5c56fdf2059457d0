"""The sites of an archive, and the crawl progress of each of their post types."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from newscrawl.archive.tables import sites, walks
from newscrawl.archive.write_locks import writes_rows, writes_site
from newscrawl.urls.spelling import unicode_host

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRow:
    """A site of the archive: its row, its key, and the name of its folder of output files."""

    id: int
    key: str
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierSite:
    """A site of the archive that may have another key now.

    Attributes:
        has_same_api: Whether its last run used the same API.
    """

    id: int
    key: str
    has_same_api: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The crawl progress of a post type of a site.

    Attributes:
        cursor: All changes up to this time of the server are archived. None before the first run
            that saw everything, or if the server sends no Date.
        settled: The server's Date at the start of the last run that saw everything.
        listed: The time of the last listing of all ids, ISO 8601 in UTC.
        missing: Posts that the site has but could not deliver: id to reason.
        excess: At the last listing, the site's own total minus the posts in the archive.
        unproved: Why the last listing did not prove that the archive has all posts.
        list_again: The time when a listing that proved nothing is due again, ISO 8601 in UTC.
        unlisted: Posts that a feed or a sitemap names and the API does not show: URL to id, or 0.
    """

    cursor: str | None = None
    settled: str | None = None
    listed: str | None = None
    missing: dict[int, str] = field(default_factory=dict)
    excess: int = 0
    unproved: tuple[str, ...] = ()
    list_again: str | None = None
    unlisted: dict[str, int] = field(default_factory=dict)

    @property
    def was_listed(self) -> bool:
        """Return whether all ids were ever listed, with or without a proof."""
        return self.listed is not None or self.list_again is not None

    def is_listing_due(self, days: float) -> bool:
        """Return whether all ids are to be listed again, *days* after the last proved listing."""
        if self.list_again is not None:
            left = datetime.fromisoformat(self.list_again) - datetime.now(UTC)
            return not timedelta(0) < left <= timedelta(days=days)
        if self.listed is None:
            return True
        age = datetime.now(UTC) - datetime.fromisoformat(self.listed)
        # A negative age means that the clock was set back: then list again.
        return not timedelta(0) <= age < timedelta(days=days)


def recall(connection: Connection, asked: str) -> dict[str, Any] | None:
    """Return the facts of the site last crawled by this URL; None if the archive has no such site.

    The facts are a `newscrawl.wordpress.site.Site` as JSON.
    """
    facts = connection.execute(select(sites.c.facts).where(sites.c.asked == asked)).scalar()
    return None if facts is None else dict(facts)


@writes_rows
def row_of(connection: Connection, asked: str) -> int | None:
    """Return the id of the site last crawled by this URL; None if the archive has no such site."""
    return connection.execute(select(sites.c.id).where(sites.c.asked == asked)).scalar()


def known_key(connection: Connection, key: str) -> str:
    """Return the site's key in this archive; an older archive may have its host in Unicode."""
    host, slash, path = key.partition("/")
    older = f"{unicode_host(host)}{slash}{path}"
    if older == key:
        return key
    known = connection.execute(select(sites.c.key).where(sites.c.key.in_((key, older)))).scalars()
    return older if older in set(known) else key


def folder_of(connection: Connection, site_id: int) -> str:
    """Return the name of a site's folder of output files."""
    return str(connection.execute(select(sites.c.folder).where(sites.c.id == site_id)).scalar_one())


def named(connection: Connection, url: str, key: str) -> int | None:
    """Return the id of the site with this key, or else last crawled by this URL; or None."""
    key = known_key(connection, key)
    is_it = (sites.c.asked == url) | (sites.c.key == key)
    found = select(sites.c.id).where(is_it).order_by(sites.c.key != key)
    return connection.execute(found).scalar()


@writes_rows
def enter(connection: Connection, key: str, asked: str, facts: Mapping[str, Any]) -> SiteRow:
    """Return the site's row; insert it if the site is new, else update its URL and facts."""
    query = select(sites.c.id, sites.c.key, sites.c.folder).where(sites.c.key == key)
    row = connection.execute(query).first()
    if row is None:
        values = {"key": key, "asked": asked, "facts": facts, "folder": folder_name(key)}
        # ON CONFLICT is not standard SQL, so each dialect has an insert of its own.
        new = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(sites)
        connection.execute(new.values(values).on_conflict_do_nothing())
        return enter(connection, key, asked, facts)
    connection.execute(update(sites).where(sites.c.id == row.id).values(asked=asked, facts=facts))
    return SiteRow(**row._asdict())


def before_move(connection: Connection, asked: str, key: str, v2: str) -> EarlierSite | None:
    """Return the site whose last run used the API *v2*, or else the URL *asked*.

    None if the archive has a site with this key, or no such site.
    """
    if connection.execute(select(sites.c.id).where(sites.c.key == key)).first():
        return None
    has_same_api = sites.c.facts["v2"].as_string() == v2
    found = connection.execute(
        select(sites.c.id, sites.c.key, has_same_api.label("has_same_api"))
        .where(has_same_api | (sites.c.asked == asked))
        .order_by(~has_same_api, sites.c.id)
    ).first()
    return None if found is None else EarlierSite(**found._asdict())


def known(connection: Connection, site_ids: Collection[int]) -> list[SiteRow]:
    """Return these sites, or all if the collection is empty."""
    query = select(sites.c.id, sites.c.key, sites.c.folder).order_by(sites.c.id)
    if site_ids:
        query = query.where(sites.c.id.in_(list(site_ids)))
    return [SiteRow(**row._asdict()) for row in connection.execute(query)]


def progress(connection: Connection, site_id: int, scan_key: str) -> Progress:
    """Return the crawl progress of a post type; an empty one if the type is new."""
    row = connection.execute(
        select(walks).where(walks.c.site_id == site_id, walks.c.type == scan_key)
    ).first()
    if row is None:
        return Progress()
    missing = {int(post_id): reason for post_id, reason in row.missing.items()}
    return Progress(
        cursor=row.cursor,
        settled=row.settled,
        listed=row.listed,
        missing=missing,
        excess=row.excess,
        unproved=tuple(row.unproved),
        list_again=row.list_again,
        unlisted=row.unlisted,
    )


@writes_site
def advance(connection: Connection, site_id: int, scan_key: str, progress: Progress) -> None:
    """Save the crawl progress of a post type. Call it only when all these posts are committed."""
    connection.execute(delete(walks).where(walks.c.site_id == site_id, walks.c.type == scan_key))
    connection.execute(
        insert(walks).values(
            site_id=site_id,
            type=scan_key,
            cursor=progress.cursor,
            settled=progress.settled,
            listed=progress.listed,
            missing={str(post_id): reason for post_id, reason in progress.missing.items()},
            excess=progress.excess,
            unproved=list(progress.unproved),
            list_again=progress.list_again,
            unlisted=progress.unlisted,
        )
    )


def folder_name(key: str) -> str:
    """Return a folder name that is safe on every system and different for every key.

    >>> folder_name("themintmagazine.com")
    'themintmagazine.com'
    >>> folder_name("127.0.0.1:8080/news")
    '127.0.0.1_8080_news-07840036'
    """
    safe = re.sub(r"[^a-z0-9.-]+", "_", key)[:100].strip("._-")
    return safe if safe == key else f"{safe}-{sha256(key.encode()).hexdigest()[:8]}"
