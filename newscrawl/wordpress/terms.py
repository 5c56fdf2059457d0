"""The terms of a site's taxonomies, and its authors, decoded from their lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.children import Child
from newscrawl.wordpress.fields import absolute, as_id, plain, row_id
from newscrawl.wordpress.posts import PostError
from newscrawl.wordpress.site import PostType

if TYPE_CHECKING:
    from newscrawl.wordpress.site import Site

TERMS: Final = "terms"
AUTHORS: Final = "authors"
"""The kinds of their lines."""

USER: Final = "user"
"""The name of the list of authors; those of terms have the names of their taxonomies."""

FIELDS: Final = "id,name,slug,link,description,parent,count"
"""The fields to request; an author has no parent and no count."""

MAX_COUNT: Final = 2**53


def lists_of(site: Site, kind: str) -> list[PostType]:
    """Return the lists that have a site's terms, one for each public taxonomy, or its authors."""
    if kind == AUTHORS:
        return [PostType(slug=USER, rest_base="users", name="Authors")]
    return [
        PostType(slug=taxonomy.slug, rest_base=taxonomy.rest_base, name=taxonomy.name)
        for taxonomy in site.taxonomies
    ]


def decode_term(row: dict[str, Any], kind: str, post_type: PostType, site: Site) -> Child:
    """Return a term or an author as a value; its fields are those of its line.

    Raises:
        PostError: If it has no id.
    """
    found = row_id(row)
    if found is None:
        raise PostError("a term or an author without an id")
    fields: dict[str, Any] = {
        "name": plain(row.get("name")),
        "slug": plain(row.get("slug")),
        "url": absolute(row.get("link"), site),
        "description": plain(row.get("description")),
    }
    if kind == TERMS:
        count = row.get("count")
        is_count = isinstance(count, int) and 0 <= count < MAX_COUNT
        fields |= {
            "taxonomy": post_type.slug,
            "parent": as_id(row.get("parent")),
            "count": count if is_count else None,
        }
    return Child(id=found, post_id=None, fields=fields)
