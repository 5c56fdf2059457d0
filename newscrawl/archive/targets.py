"""Find the archived posts that the links and the translations of records lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newscrawl.archive.tables import posts
from newscrawl.records.links import INTERNAL
from newscrawl.urls.canonical import canonical_url
from newscrawl.urls.spelling import spellings
from newscrawl.wordpress.identity import bounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Row

    from newscrawl.items import Record

_AT_ONCE = 500  # values of one query; SQLite allows 32,766


def resolve(connection: Connection, site_id: int, records: Sequence[Record]) -> None:
    """Complete records in place: the guids of links to archived posts, the URLs of translations.

    A post that is archived later is not found: its links stay without a guid until the next
    revision.
    """
    every = (link for record in records for link in record["links"])
    links = [link for link in every if link["kind"] == INTERNAL]
    places = {link["url"]: _places(link["url"]) for link in links}
    wanted = [place for of_link in places.values() for place in of_link]
    guids = {row.place: row.guid for row in _find(connection, site_id, "place", wanted)}
    for link in links:
        found = (guids.get(place) for place in places[link["url"]])
        link["guid"] = next((guid for guid in found if guid), None)
    unplaced = [item for record in records for item in record["translations"] if not item["url"]]
    ids = [item["id"] for item in unplaced]
    urls = {row.post_id: row.place for row in _find(connection, site_id, "post_id", ids)}
    for item in unplaced:
        item["url"] = urls.get(item["id"])


def _places(url: str) -> list[str]:
    """Return the places that a link may name: with each scheme, with and without "www."."""
    return [bounded(place) for place in spellings(canonical_url(url))]


def _find(
    connection: Connection, site_id: int, column: str, values: Iterable[Any]
) -> list[Row[Any]]:
    """Return the archived posts of a site with these values of a column."""
    found: list[Row[Any]] = []
    wanted = list(dict.fromkeys(values))
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        query = select(posts.c.place, posts.c.guid, posts.c.post_id).where(
            posts.c.site_id == site_id, posts.c[column].in_(part), ~posts.c.forgotten
        )
        found += connection.execute(query)
    return found
