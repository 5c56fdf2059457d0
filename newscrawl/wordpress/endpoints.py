"""URLs of the API, built for both of its styles and never taken from an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newscrawl.wordpress.site import PostType, Site

PER_PAGE: Final = 100
"""Posts in a page: the most that WordPress allows, 400 beyond."""

POST_FIELDS: Final = (
    "id",
    "date",
    "date_gmt",
    "modified",
    "modified_gmt",
    "guid",
    "slug",
    "status",
    "type",
    "link",
    "title",
    "content",
    "excerpt",
    "author",
    "featured_media",
    "sticky",
    "format",
    "meta",
    "acf",
    "class_list",
)
"""The requested fields of a post. _links and _embedded would cost the server most of its time."""

LANGUAGE_FIELDS: Final = (
    "lang",
    "locale",
    "translation",
    "translations",
    "wpml_current_locale",
    "wpml_translations",
)
"""Fields in which plugins give the language and the translations of a post; others ignore them."""

BYLINE_FIELDS: Final = ("authors", "authorship", "coauthors", "newspack_author_info")
"""Fields in which plugins name the authors of a post; other sites ignore the names."""

STAMP_FIELDS: Final = "id,modified_gmt"
"""The fields that show whether a post changed."""

BY_ID: Final[dict[str, object]] = {"orderby": "id", "order": "asc"}
"""The one order that has no ties and that no change of a post moves."""


def url(site: Site, route: str, *, namespace: str = "wp/v2", **query: object) -> str:
    """Return the URL of a route, with a query.

    Everything that means something else in a query is escaped, "+" too: WordPress would read a
    blank. Parameters that are None are left out.

    >>> from newscrawl.wordpress.site import Site
    >>> site = Site(key="", home="", root="", v2="https://example.org/?rest_route=/wp/v2/")
    >>> url(site, "posts", after="2026-01-10T19:05:00+01:00", per_page=None)
    'https://example.org/?rest_route=/wp/v2/posts&after=2026-01-10T19:05:00%2B01:00'
    """
    prefix = site.v2
    if namespace != "wp/v2":
        start, _, end = prefix.rpartition("wp/v2")
        prefix = f"{start}{quote(namespace.strip('/'))}{end}"
    given = {name: value for name, value in query.items() if value is not None}
    given |= {"lang": site.lang} if site.lang else {}
    asked = urlencode(given, safe=",:/", quote_via=quote)
    joint = "&" if "?" in prefix else "?"
    return f"{prefix}{quote(route)}" + (f"{joint}{asked}" if asked else "")


def posts_url(site: Site, post_type: PostType, **query: object) -> str:
    """Return the URL of a list of posts of one type."""
    return url(site, post_type.rest_base, namespace=post_type.namespace, **query)


def post_url(site: Site, post_type: PostType, post_id: int, **query: object) -> str:
    """Return the URL of one post."""
    return url(site, f"{post_type.rest_base}/{post_id}", namespace=post_type.namespace, **query)


def post_fields(site: Site, post_type: PostType, extra: Iterable[str] = ()) -> str:
    """Return the ``_fields`` of a full post: those that a record needs, and *extra* names.

    A release before 4.8 ignores the parameter and sends everything.
    """
    return fields([*post_field_names(site, post_type), *extra])


def post_field_names(site: Site, post_type: PostType) -> list[str]:
    """Return the fields of a post that a record needs."""
    terms = [taxonomy.rest_base for taxonomy in site.taxonomies_of(post_type)]
    return [*POST_FIELDS, "categories", "tags", *terms, *LANGUAGE_FIELDS, *BYLINE_FIELDS]


def fields(names: Iterable[str]) -> str:
    """Return names as one parameter, each once, in order.

    >>> fields(["id", "acf", "id"])
    'id,acf'
    """
    return ",".join(dict.fromkeys(name.strip() for name in names if name.strip()))


def include(ids: Sequence[int]) -> str:
    """Return ids as one parameter."""
    return ",".join(map(str, ids))
