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
    """Complete records in place: guids of links to archived posts, ids and URLs of translations.

    A post that is archived later is not found: its links stay without a guid until the next
    revision.
    """
    every = (link for record in records for link in record["links"])
    links = [link for link in every if link["kind"] == INTERNAL]
    translations = [item for record in records for item in record["translations"]]
    placed = [item for item in translations if item["url"]]
    places = {item["url"]: _places(item["url"]) for item in [*links, *placed]}
    wanted = [place for of_url in places.values() for place in of_url]
    rows = {row.place: row for row in _find(connection, site_id, "place", wanted)}
    for link in links:
        found = (rows[place].guid for place in places[link["url"]] if place in rows)
        link["guid"] = next((guid for guid in found if guid), None)
    for item in placed:
        found = (rows[place].post_id for place in places[item["url"]] if place in rows)
        item["id"] = item["id"] or next(found, None)
    unplaced = [item for item in translations if not item["url"]]
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
