"""Resolve the references of posts in bulk: authors, categories, tags, other terms and images."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.children import pixels
from newscrawl.wordpress.endpoints import url
from newscrawl.wordpress.fetch_by_id import FetchById
from newscrawl.wordpress.fields import absolute, plain, row_id
from newscrawl.wordpress.site import BUILT_IN_TAXONOMIES

if TYPE_CHECKING:
    from collections.abc import Collection

    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.site import Site

NAMED_FIELDS: Final = "id,name,slug,link"
IMAGE_FIELDS: Final = "id,source_url,alt_text,caption,media_details"
"""WordPress answers nothing for "media_details.width": it knows only the whole of it."""

NOBODY: Final[dict[str, Any]] = {"name": None, "slug": None, "url": None}
NO_IMAGE: Final[dict[str, Any]] = {
    "url": None,
    "alt": None,
    "caption": None,
    "width": None,
    "height": None,
}


async def resolve(
    site: Site, reference_type: str, ids: Collection[int], fetch: Fetch
) -> dict[int, dict[str, Any]]:
    """Return the authors, terms or images of ids, in the shapes that a record has.

    Args:
        kind: "users", "media", "categories", "tags", or the slug or rest base of a taxonomy.
        ids: Requested a hundred at a time, each once.

    Returns:
        By id: ``{id, name, slug, url}``, for media ``{id, url, alt, caption, width, height}``. All
        but the id is None if the site hides it or it is deleted. Ids that the site could not
        answer for, for now, are left out: a later run may try again.
    """
    shape, nothing = (image, NO_IMAGE) if reference_type == "media" else (named, NOBODY)
    found: dict[int, dict[str, Any]] = {}
    hidden = set(ids)
    # Terms of another language may be in the lists of that language only.
    views = [site] if reference_type in ("users", "media") else [view for _, view in site.all_views]
    for view in views:
        url_for = partial(url, view, _route(site, reference_type), _fields=_fields(reference_type))
        by_id = FetchById(fetch, url_for, per_page=site.per_page)
        async for rows in by_id.pages(hidden):
            found.update((row_id(row) or 0, shape(row, site)) for row in rows)
        hidden = set(by_id.absent)
        hidden |= by_id.denied
    return {**{thing: {"id": thing, **nothing} for thing in sorted(hidden)}, **found}


def named(row: dict[str, Any], site: Site) -> dict[str, Any]:
    """Return an author or a term as a record has it."""
    return {
        "id": row_id(row),
        "name": plain(row.get("name")),
        "slug": plain(row.get("slug")),
        "url": absolute(row.get("link"), site),
    }


def image(row: dict[str, Any], site: Site) -> dict[str, Any]:
    """Return an image as a record has it, with its id."""
    details = row.get("media_details")
    sizes = details if isinstance(details, dict) else {}
    return {
        "id": row_id(row),
        "url": absolute(row.get("source_url"), site),
        "alt": plain(row.get("alt_text")),
        "caption": plain(row.get("caption")),
        "width": pixels(sizes.get("width")),
        "height": pixels(sizes.get("height")),
    }


def _route(site: Site, reference_type: str) -> str:
    if reference_type in ("users", "media"):
        return reference_type
    base = next(
        (tax.rest_base for tax in site.taxonomies if tax.slug == reference_type), reference_type
    )
    return BUILT_IN_TAXONOMIES.get(base, base)


def _fields(reference_type: str) -> str:
    return IMAGE_FIELDS if reference_type == "media" else NAMED_FIELDS
