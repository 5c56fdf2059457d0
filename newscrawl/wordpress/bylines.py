"""Authors of a post as plugins for several authors, guests or bylines name them.

Sources, each as seen in the answers of the plugin: PublishPress Authors (``authors``), Newspack
Blocks (``newspack_author_info``), Newspack's custom bylines (``meta._newspack_byline``), Authorship
(``authorship``), Co-Authors Plus (the route ``coauthors/v1/coauthors``).
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.byline_pages import BylinePages
from newscrawl.wordpress.endpoints import BYLINE_FIELDS, include, posts_url, url
from newscrawl.wordpress.fields import MAX_IDS, MAX_TEXT, absolute, as_id, as_ids, plain
from newscrawl.wordpress.post_url import elsewhere
from newscrawl.wordpress.responses import Refusal, decode, objects
from newscrawl.wordpress.translations import TRANSLATION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newscrawl.items import Post
    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.site import Site

AUTHOR_TAXONOMIES: Final = ("ppma_author", "byline", "bylines", "guest_author", "guest-author")
"""Taxonomies whose terms are the names of authors. Those of Co-Authors Plus are log-in names."""

MAX_FAILURES: Final = 3
"""Requests for bylines that may fail in one batch: one page may be broken, or the whole site."""

POST_BYLINES: Final = "post bylines"
"""The kind of reference under which the answers of Co-Authors Plus are kept."""

_COAUTHORS: Final = "coauthors/v1"
_YOAST: Final = "yoast/v1"
_YOAST_FIELDS: Final = "id,author,yoast_head_json.author"

_TEXT_KEYS: Final = ("byline", "author_byline", "custom_byline", "custom_author", "guest_author")
"""Keys of custom fields that hold the name of an author as plain text."""

_NEWSPACK_AUTHOR: Final = re.compile(r"\[Author id=(\d+)\]([^\[]*)\[/Author\]", re.IGNORECASE)
_BY: Final = re.compile(r"by:?\s+", re.IGNORECASE)
_AND: Final = re.compile(r"(?:^|\s)(?:and|und|et|og|och)(?=\s|$)", re.IGNORECASE)


def bylines_of(raw: Mapping[str, Any], site: Site) -> list[dict[str, Any]]:
    """Return the authors that a post's own fields name, in order, as a record has them.

    Returns:
        ``{id, name, slug, url}`` of each; the id of a user, or None for a guest. Empty if no
        plugin names the authors: then the post's ``author`` is all that is known.
    """
    for key in BYLINE_FIELDS:
        if found := named_authors(raw.get(key), site):
            return found
    return _custom_bylines(raw)


def named_authors(rows: Any, site: Site) -> list[dict[str, Any]]:
    """Return the authors of a plugin's list, each name once; empty if it is no list of authors."""
    if not isinstance(rows, list):
        return []
    found = (_author(row, site) for row in rows[:MAX_IDS] if isinstance(row, dict))
    return list({author["name"]: author for author in found if author["name"]}.values())


def author_ids(raw: Mapping[str, Any]) -> list[int]:
    """Return the ids of the users that a post is by: several if a plugin gives several.

    >>> author_ids({"author": 1, "authorship": [5, 7]}), author_ids({"author": 1, "authors": []})
    ([5, 7], [1])
    """
    for key in ("authorship", "authors"):
        value = raw.get(key)
        if isinstance(value, list) and value and all(as_id(item) for item in value[:MAX_IDS]):
            return as_ids(value)
    return as_ids(raw.get("author"))


def byline_key(raw: Mapping[str, Any], post_id: int, site: Site) -> int | None:
    """Return the key of a post's byline if a request of its own has to name its authors, else None.

    Of Co-Authors Plus, the field ``coauthors`` has ids of terms whose names are log-in names. One
    author has one byline in all posts; the order of several is a matter of the post. The authors
    and the translations on the page of a post are known again only if the post changes. A post
    that leads elsewhere has no page of its own.
    """
    terms = as_ids(raw.get("coauthors")) if _COAUTHORS in site.namespaces else []
    has_page = not elsewhere(raw, site.home)
    place: list[object]
    if site.has_translation_pages and has_page and raw.keys().isdisjoint(TRANSLATION_FIELDS):
        place = [post_id, raw.get("modified_gmt"), *terms]
    elif terms:
        place = [*terms] if len(terms) == 1 else [post_id, *terms]
    elif site.has_byline_pages and has_page:
        place = [post_id, raw.get("modified_gmt")]
    else:
        return None
    return int.from_bytes(sha256(repr(place).encode()).digest()[:7])


async def resolve_bylines(
    site: Site, post_ids: Mapping[int, int], fetch: Fetch, urls: Mapping[int, str] | None = None
) -> dict[int, dict[str, Any]]:
    """Return the bylines of posts by `byline_key`, one request for each key.

    Args:
        post_ids: A post for each key.
        urls: The URLs of posts by id, as far as they are known.

    Returns:
        ``{"authors": [...]}`` by key, empty if the site hides them; from a page also
        ``"translations"``. Keys that the site could not answer for are left out: a later run may
        fetch them.
    """
    found: dict[int, dict[str, Any]] = {}
    pages = BylinePages(site, fetch)
    failures = 0
    for key, post_id in post_ids.items():
        byline: dict[str, Any] | None = {"authors": []}
        if _COAUTHORS in site.namespaces:
            byline = await _byline_of_route(site, post_id, fetch)
        named = byline["authors"] if byline else []
        if site.has_translation_pages or (site.has_byline_pages and not named):
            short = f"{site.home.rstrip('/')}/?p={post_id}"
            read = await pages.byline((urls or {}).get(post_id) or short)
            byline = read and byline and {**read, "authors": named or read["authors"]}
        if byline is not None:
            found[key] = byline
        elif (failures := failures + 1) == MAX_FAILURES:
            break
    return found


async def _byline_of_route(site: Site, post_id: int, fetch: Fetch) -> dict[str, Any] | None:
    """Return the byline of a post by Co-Authors Plus; None if a later request may succeed."""
    answer = await fetch(url(site, "coauthors", namespace=_COAUTHORS, post_id=post_id))
    rows = objects(decode(answer))
    if isinstance(rows, Refusal):
        return None if rows.is_passing else {"authors": []}
    return {"authors": [{**author, "id": None} for author in named_authors(rows, site)]}


async def names_by_yoast(site: Site, posts: Iterable[Post], fetch: Fetch) -> dict[int, str]:
    """Return the names of users by id, from the Yoast data of one post each.

    For sites that hide their users: one request for the posts of each type, if the site has Yoast.
    """
    ids_by_type: dict[str, list[int]] = {}
    for post in posts if _YOAST in site.namespaces else ():
        ids_by_type.setdefault(post.type, []).append(post.post_id)
    found: dict[int, str] = {}
    for slug, ids in ids_by_type.items():
        if post_type := site.type(slug):
            query = {"include": include(ids), "per_page": len(ids), "_fields": _YOAST_FIELDS}
            rows = objects(decode(await fetch(posts_url(site, post_type, **query))))
            found |= {} if isinstance(rows, Refusal) else _yoast_names(rows)
    return found


def _yoast_names(rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Return the names by user; a name that stands for several authors names no user."""
    heads = ((as_id(row.get("author")), row.get("yoast_head_json")) for row in rows)
    names = {user: plain(head.get("author")) for user, head in heads if isinstance(head, dict)}
    return {user: name for user, name in names.items() if user and name and "," not in name}


def _author(row: Mapping[str, Any], site: Site) -> dict[str, Any]:
    user = row.get("user_id", None if row.get("is_guest") else row.get("id", row.get("ID")))
    slug = row.get("slug") or row.get("user_nicename")
    return {
        "id": as_id(user),
        "name": plain(row.get("display_name") or row.get("name")),
        "slug": plain(slug),
        "url": absolute(row.get("author_link") or row.get("link"), site),
    }


def _custom_bylines(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the authors that a post's custom fields name as text."""
    fields = [part for key in ("meta", "acf") if isinstance(part := raw.get(key), dict)]
    for part in fields:
        text = part.get("_newspack_byline")
        if part.get("_newspack_byline_active") and isinstance(text, str) and text:
            return _records(_newspack_authors(text[:MAX_TEXT]))
    texts = (part.get(key) for key in _TEXT_KEYS for part in fields)
    return _records((None, _without_by(text)) for text in texts if isinstance(text, str))[:1]


def _newspack_authors(text: str) -> list[tuple[int | None, str | None]]:
    """Return the users and the guests of a byline, in order.

    >>> _newspack_authors("By [Author id=5]Ann Bell[/Author], Reuters, and Cy Dunn")
    [(5, 'Ann Bell'), (None, 'Cy Dunn')]
    >>> _newspack_authors("By Ann Bell and Cy Dunn")
    [(None, 'Ann Bell'), (None, 'Cy Dunn')]
    """
    found: list[tuple[int | None, str | None]] = []
    pieces = _NEWSPACK_AUTHOR.split(text)  # guests, then an id, a name and guests again
    for between, user, name in zip(
        pieces[::3], [*pieces[1::3], None], [*pieces[2::3], None], strict=True
    ):
        found += [(None, guest) for guest in _guests(between)]
        found += [(as_id(user), plain(name))] if user else []
    return found or [(None, _without_by(text))]


def _guests(text: str) -> list[str]:
    """Return the names that an "and" joins to others; an employer follows a comma."""
    parts = (_AND.split(part) for part in (_without_by(text) or "").split(","))
    return [name for part in parts if len(part) > 1 for name in map(str.strip, part) if name]


def _records(authors: Iterable[tuple[int | None, str | None]]) -> list[dict[str, Any]]:
    return [{"id": user, "name": name, "slug": None, "url": None} for user, name in authors if name]


def _without_by(text: object) -> str | None:
    """Return a byline as text, without the "By" that it may begin with."""
    name = plain(text) or ""
    start = _BY.match(name)
    return name[start.end() :] if start else name or None
