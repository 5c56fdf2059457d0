"""The index of an API, and the lists of its types and taxonomies, decoded."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from newscrawl.urls.hosts import is_web_url
from newscrawl.wordpress.fields import MAX_TEXT
from newscrawl.wordpress.responses import Refusal, decode
from newscrawl.wordpress.site import BUILT_IN, PostType, Taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.net.response import Answer

INDEX_FIELDS: Final = "name,description,url,home,gmt_offset,timezone_string,namespaces"
"""Of the index, which lists every route of every plugin otherwise: hundreds of kilobytes."""
MAX_URL: Final = 2000
MAX_ENTRIES: Final = 200
"""Types or taxonomies that are read of one site; large shops have about fifty."""
MAX_NAMESPACES: Final = 1_000
MAX_NAME: Final = 200
"""Characters of a name, a slug or an address within the API; a longer slug is no slug."""


def index_url(root: str) -> str:
    """Return the URL of the index of an API, with only the fields that are needed."""
    return f"{root}{'&' if '?' in root else '?'}_fields={INDEX_FIELDS}"


def read_index(answer: Answer) -> dict[str, Any] | Refusal:
    """Return the index of an API with posts in it, or why an answer is not one."""
    decoded = decode(answer)
    if isinstance(decoded, Refusal):
        return decoded
    index = decoded.value
    if isinstance(index, dict):
        routes = index["routes"] if isinstance(index.get("routes"), dict) else {}
        if any(name.strip("/").startswith("wp/v2") for name in (*_namespaces(index), *routes)):
            return index
    return Refusal("shape", f"HTTP {answer.status}, JSON that is no index", status=answer.status)


def home_of(index: dict[str, Any], otherwise: str) -> str:
    """Return the home URL that an index gives, or *otherwise* without one."""
    home = _text(index, "home") or _text(index, "url")
    return home if len(home) <= MAX_URL and is_web_url(home) else otherwise


def facts_of(index: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of an index about its site, by the names of ``Site``."""
    return {
        "name": _text(index, "name")[:MAX_NAME],
        "description": _text(index, "description")[:MAX_TEXT],
        "namespaces": _namespaces(index),
        "timezone": _text(index, "timezone_string"),
        "gmt_offset": _hours(index.get("gmt_offset")),
    }


def types_of(listed: Any) -> tuple[PostType, ...]:
    """Return the post types of an answer; entries without an address are left out.

    >>> types = types_of({"post": {"slug": "post", "rest_base": "posts"}})
    >>> [post_type.rest_base for post_type in types]
    ['posts']
    """
    return tuple(
        PostType(
            slug=slug,
            rest_base=base,
            name=_text(entry, "name")[:MAX_NAME],
            taxonomies=_names(entry.get("taxonomies")),
            namespace=_text(entry, "rest_namespace") or "wp/v2",
        )
        for slug, base, entry in _entries(listed)
    )


def taxonomies_of(listed: Any) -> tuple[Taxonomy, ...]:
    """Return the taxonomies of an answer, categories and tags always among them."""
    found = tuple(
        Taxonomy(slug=slug, rest_base=base, name=_text(entry, "name")[:MAX_NAME])
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
        replace(
            post_type,
            taxonomies=tuple(dict.fromkeys((*post_type.taxonomies, *of_type[post_type.slug]))),
        )
        if post_type.slug in of_type
        else post_type
        for post_type in types
    )


def _entries(listed: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (slug, rest base, entry) of an object by slug, or of the list that PHP may make."""
    for entry in _values(listed):
        slug = _text(entry, "slug") if isinstance(entry, dict) else ""
        base = (_text(entry, "rest_base") or slug) if slug else ""
        if slug and max(len(slug), len(base)) <= MAX_NAME:
            yield slug, base, entry


def _names(value: Any) -> tuple[str, ...]:
    names = (name for name in _values(value) if isinstance(name, str))
    return tuple(name for name in names if len(name) <= MAX_NAME)


def _values(value: Any) -> list[Any]:
    """Return the first values of a PHP array, which becomes an object if its keys have gaps."""
    if isinstance(value, dict):
        return list(islice(value.values(), MAX_ENTRIES))
    return value[:MAX_ENTRIES] if isinstance(value, list) else []


def _namespaces(index: dict[str, Any]) -> tuple[str, ...]:
    listed = index.get("namespaces")
    names = listed[:MAX_NAMESPACES] if isinstance(listed, list) else []
    return tuple(name for name in names if isinstance(name, str) and len(name) <= MAX_NAME)


def _hours(offset: Any) -> float:
    try:
        hours = float(offset) if isinstance(offset, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return hours if abs(hours) <= 24 else 0.0  # also if it is "nan"


def _text(index: dict[str, Any], key: str) -> str:
    value = index.get(key)
    return value if isinstance(value, str) else ""
