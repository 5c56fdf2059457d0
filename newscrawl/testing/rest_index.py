"""The REST API's own description: the site's index, its types and its taxonomies."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from newscrawl.testing.query import ApiError
from newscrawl.testing.resources import taxonomy_item, type_item
from newscrawl.testing.rows import POST_TYPES, TAXONOMIES

if TYPE_CHECKING:
    from newscrawl.testing.magazine import Magazine

COLLECTION_ARGUMENTS = (
    *("context", "page", "per_page", "search", "after", "modified_after", "author"),
    *("before", "modified_before", "exclude", "include", "offset", "order", "orderby"),
    *("slug", "status", "categories", "tags", "sticky"),
)
COLLECTIONS = (
    *(post_type.rest_base for post_type in (*POST_TYPES, *TAXONOMIES)),
    *("users", "comments", "types", "taxonomies"),
)


def site_index(magazine: Magazine) -> dict[str, Any]:
    """Write the index, ``/wp-json/``: whose site this is, its time zone, its routes."""
    offset = datetime.fromtimestamp(magazine.clock(), magazine.zone).utcoffset()
    return {
        "name": magazine.name,
        "description": magazine.tagline,
        "url": magazine.home,
        "home": magazine.home,
        "gmt_offset": offset.total_seconds() / 3600 if offset else 0,
        "timezone_string": magazine.zone.key,
        "page_for_posts": 0,
        "page_on_front": 0,
        "show_on_front": "posts",
        "namespaces": ["oembed/1.0", "wp/v2"],
        "authentication": [],
        "routes": _routes(magazine),
        "site_logo": 0,
        "site_icon": 0,
        "site_icon_url": "",
        "_links": {"help": [{"href": "https://developer.wordpress.org/rest-api/"}]},
    }


def namespace_index(magazine: Magazine) -> dict[str, Any]:
    """Write ``/wp/v2``: the routes once more."""
    return {"namespace": "wp/v2", "routes": _routes(magazine)}


def post_types(magazine: Magazine, base: str, key: str | None) -> Any:
    """Write ``/wp/v2/types`` or ``/wp/v2/taxonomies``, or the one entry *key*.

    Raises:
        ApiError: If there is no such entry.
    """
    if base == "types":
        entries = {post_type.slug: type_item(magazine, post_type) for post_type in POST_TYPES}
    else:
        entries = {post_type.slug: taxonomy_item(magazine, post_type) for post_type in TAXONOMIES}
    if key is None:
        return entries
    if key not in entries:
        if base == "types":
            raise ApiError(404, "rest_type_invalid", "Invalid post type.")
        raise ApiError(404, "rest_taxonomy_invalid", "Invalid taxonomy.")
    return entries[key]


def _routes(magazine: Magazine) -> dict[str, Any]:
    arguments = {name: {"required": False} for name in COLLECTION_ARGUMENTS}
    return {
        f"/wp/v2/{base}": {
            "namespace": "wp/v2",
            "methods": ["GET"],
            "endpoints": [{"methods": ["GET"], "args": arguments}],
            "_links": {"self": [{"href": magazine.rest_url(f"/wp/v2/{base}")}]},
        }
        for base in COLLECTIONS
    }
