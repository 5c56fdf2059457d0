"""What posts point to: authors, categories, tags, other terms and images, resolved in bulk."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from w3lib.html import remove_tags

from newscrawl.wordpress.byid import ById
from newscrawl.wordpress.posts import rendered, row_id
from newscrawl.wordpress.query import url
from newscrawl.wordpress.site import BUILT_IN_TAXONOMIES

if TYPE_CHECKING:
    from collections.abc import Collection

    from newscrawl.answer import Ask
    from newscrawl.wordpress.site import Site

NAMED_FIELDS: Final = "id,name,slug,link"
IMAGE_FIELDS: Final = "id,source_url,alt_text,caption,media_details"
"""WordPress answers nothing for "media_details.width": it knows the whole of it or none."""
MAX_TEXT: Final = 10_000
"""Characters of a name or caption that are read."""
MAX_SIZE: Final = 1_000_000
"""Pixels: above it a width or height is a mistake."""

NOBODY: Final[dict[str, Any]] = {"name": None, "slug": None, "url": None}
NO_IMAGE: Final[dict[str, Any]] = {
    "url": None,
    "alt": None,
    "caption": None,
    "width": None,
    "height": None,
}


async def resolve(
    site: Site, kind: str, ids: Collection[int], ask: Ask
) -> dict[int, dict[str, Any]]:
    """Return what ids mean, in the shapes that a record has.

    Args:
        kind: "users", "media", "categories", "tags", or the slug or rest base of a taxonomy.
        ids: Asked for a hundred at a time, each once.

    Returns:
        By id: ``{id, name, slug, url}``, for media ``{id, url, alt, caption, width, height}``. All
        but the id is None where the site hides it or it is deleted. Ids that the site could not
        answer for, for now, are left out: a later run may ask again.
    """
    by_id = ById(ask, partial(url, site, _route(site, kind), _fields=_fields(kind)))
    shape, nothing = (image, NO_IMAGE) if kind == "media" else (named, NOBODY)
    found: dict[int, dict[str, Any]] = {}
    async for rows in by_id.pages(ids):
        found.update((row_id(row) or 0, shape(row, site)) for row in rows)
    hidden = set(by_id.absent)
    if by_id.refusal and not by_id.refusal.is_passing and by_id.refusal.reason == "error":
        hidden |= by_id.failed.keys()  # the site does not show any of them
    return {**{thing: {"id": thing, **nothing} for thing in sorted(hidden)}, **found}


def named(row: dict[str, Any], site: Site) -> dict[str, Any]:
    """Return an author or a term as a record has it."""
    return {
        "id": row_id(row),
        "name": _plain(row.get("name")),
        "slug": _plain(row.get("slug")),
        "url": _absolute(row.get("link"), site),
    }


def image(row: dict[str, Any], site: Site) -> dict[str, Any]:
    """Return an image as a record has it, with its id."""
    details = row.get("media_details")
    sizes = details if isinstance(details, dict) else {}
    return {
        "id": row_id(row),
        "url": _absolute(row.get("source_url"), site),
        "alt": _plain(row.get("alt_text")),
        "caption": _plain(row.get("caption")),
        "width": _pixels(sizes.get("width")),
        "height": _pixels(sizes.get("height")),
    }


def _route(site: Site, kind: str) -> str:
    if kind in ("users", "media"):
        return kind
    base = next((tax.rest_base for tax in site.taxonomies if tax.slug == kind), kind)
    return BUILT_IN_TAXONOMIES.get(base, base)


def _fields(kind: str) -> str:
    return IMAGE_FIELDS if kind == "media" else NAMED_FIELDS


def _plain(value: Any) -> str | None:
    """Return text without tags and entities on one line; None where nothing is left."""
    text = html.unescape(remove_tags(rendered(value)[:MAX_TEXT]))
    return " ".join(text.replace("\x00", "").split()) or None


def _absolute(value: Any, site: Site) -> str | None:
    given = rendered(value).strip()
    try:
        link = urljoin(site.home.rstrip("/") + "/", given) if given else ""
    except ValueError:
        return None
    return link if link.startswith(("http://", "https://")) else None


def _pixels(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 8:
        value = int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 < value < MAX_SIZE else None
