"""What ``/wp/v2/types`` and ``/wp/v2/taxonomies`` list, decoded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.site import BUILT_IN, PostType, Taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_ENTRIES: Final = 200
"""Types or taxonomies that are read of one site; large shops have about fifty."""


def types_of(listed: Any) -> tuple[PostType, ...]:
    """Return the post types of an answer; entries without an address are left out.

    >>> [kind.rest_base for kind in types_of({"post": {"slug": "post", "rest_base": "posts"}})]
    ['posts']
    """
    return tuple(
        PostType(
            slug=slug,
            rest_base=base,
            name=_text(entry, "name"),
            taxonomies=_names(entry.get("taxonomies")),
            namespace=_text(entry, "rest_namespace") or "wp/v2",
        )
        for slug, base, entry in _entries(listed)
    )


def taxonomies_of(listed: Any) -> tuple[Taxonomy, ...]:
    """Return the taxonomies of an answer, categories and tags always among them."""
    found = tuple(
        Taxonomy(slug=slug, rest_base=base, name=_text(entry, "name"))
        for slug, base, entry in _entries(listed)
    )
    slugs = {taxonomy.slug for taxonomy in found}
    return found + tuple(taxonomy for taxonomy in BUILT_IN if taxonomy.slug not in slugs)


def with_taxonomies(types: Sequence[PostType], listed: Any) -> tuple[PostType, ...]:
    """Return types with the taxonomies that name them: old releases have it on this side only."""
    of_type: dict[str, list[str]] = {}
    for slug, _, entry in _entries(listed):
        for name in _names(entry.get("types")):
            of_type.setdefault(name, []).append(slug)
    return tuple(
        replace(kind, taxonomies=tuple(dict.fromkeys((*kind.taxonomies, *of_type[kind.slug]))))
        if kind.slug in of_type
        else kind
        for kind in types
    )


def _entries(listed: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (slug, rest base, entry) of an object by slug, or of the list that PHP may make."""
    for entry in _values(listed)[:MAX_ENTRIES]:
        if isinstance(entry, dict) and (slug := _text(entry, "slug")):
            yield slug, _text(entry, "rest_base") or slug, entry


def _names(value: Any) -> tuple[str, ...]:
    return tuple(name for name in _values(value)[:MAX_ENTRIES] if isinstance(name, str))


def _values(value: Any) -> list[Any]:
    """Return the values of a PHP array, which becomes an object if its keys have gaps."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""
