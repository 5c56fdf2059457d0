"""The REST API of the magazine: routes, headers, errors and ``_fields``, as WordPress answers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from newscrawl.testing.query import ApiError, Listing, Params, list_posts, list_rows
from newscrawl.testing.resources import (
    author_item,
    comment_item,
    picture_item,
    post_item,
    term_item,
)
from newscrawl.testing.rest_index import namespace_index, post_types, site_index
from newscrawl.testing.rows import POST_TYPES, TAXONOMIES
from newscrawl.testing.web import Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.testing.magazine import Magazine
    from newscrawl.testing.rows import Author, Comment

NO_ROUTE = ApiError(404, "rest_no_route", "No route was found matching the URL and request method.")


class RestApi:
    """Answers REST requests about one magazine."""

    def __init__(self, magazine: Magazine) -> None:
        self.magazine = magazine
        self._types = {
            post_type.rest_base: post_type
            for post_type in POST_TYPES
            if post_type.slug != "attachment"
        }
        self._taxonomies = {taxonomy.rest_base: taxonomy for taxonomy in TAXONOMIES}

    def answer(self, request: Request, route: str) -> Reply:
        """Answer for *route*, ``/wp/v2/posts``: what follows ``/wp-json`` or ``?rest_route=``."""
        try:
            data, listing = self._data(Params(request), route.rstrip("/") or "/")
        except ApiError as error:
            return self.error(error)
        data = only_fields(data, Params(request).words("_fields"))
        reply = self._reply(200, data)
        if listing is None:
            return reply
        neighbours = self._neighbours(request, route, listing)
        if neighbours:  # WordPress sends them instead of the API's own link
            reply = reply.without_headers("link").with_header("Link", neighbours)
        reply = reply.with_header("X-WP-Total", str(listing.total))
        return reply.with_header("X-WP-TotalPages", str(listing.pages))

    def error(self, error: ApiError) -> Reply:
        """Answer with an error object."""
        data = {"status": error.status, **error.data}
        return self._reply(
            error.status, {"code": error.code, "message": error.message, "data": data}
        )

    # --- Routes ----------------------------------------------------------------------------------

    def _data(self, params: Params, route: str) -> tuple[Any, Listing | None]:
        if route in ("/", "/wp/v2"):
            write = site_index if route == "/" else namespace_index
            return write(self.magazine), None
        found = re.fullmatch(r"/wp/v2/(\w+)(?:/([\w-]+))?(/revisions)?", route)
        if not found:
            raise NO_ROUTE
        base, key, revisions = found.groups()
        if revisions:
            raise ApiError(401, "rest_cannot_read", "Sorry, you are not allowed to do that.")
        if base in ("types", "taxonomies"):
            return post_types(self.magazine, base, key), None
        return self._list(base, params) if key is None else (self._one(base, key), None)

    def _list(self, base: str, params: Params) -> tuple[Any, Listing]:
        magazine = self.magazine
        with magazine.lock:
            if base in self._types:
                posts = magazine.public(self._types[base].slug)
                listing, write = list_posts(magazine, posts, params), post_item
                return self._written(listing, write)
            if base in self._taxonomies:
                slug = self._taxonomies[base].slug
                terms = [term for term in magazine.terms.values() if term.taxonomy == slug]
                return self._written(list_rows(magazine, terms, params), term_item)
            if base == "users":
                authors = self._visible_authors()
                return self._written(list_rows(magazine, authors, params), author_item)
            if base == "media":
                pictures = list(magazine.pictures.values())
                parents = params.integers("parent")
                kept = [p for p in pictures if not parents or p.post in parents]
                return self._written(list_rows(magazine, kept, params, "date"), picture_item)
            if base == "comments":
                comments = self._visible_comments(params)
                listing = list_rows(magazine, comments, params, "date_gmt")
                return self._written(listing, comment_item)
        raise NO_ROUTE

    def _written(
        self, listing: Listing, write: Callable[[Magazine, Any], dict[str, Any]]
    ) -> tuple[Any, Listing]:
        return [write(self.magazine, row) for row in listing.rows], listing

    def _one(self, base: str, key: str) -> Any:
        if not key.isdigit():
            raise NO_ROUTE
        if base in self._types:
            return self._post(base, int(key))
        if base in self._taxonomies:
            return self._term(base, int(key))
        readers = {"users": self._author, "media": self._picture, "comments": self._comment}
        if base not in readers:
            raise NO_ROUTE
        return readers[base](int(key))

    def _post(self, base: str, post_id: int) -> Any:
        post = self.magazine.posts.get(post_id)
        if post is None or post.type != self._types[base].slug:
            raise ApiError(404, "rest_post_invalid_id", "Invalid post ID.")
        if post.status != "publish":
            raise ApiError(401, "rest_forbidden", "Sorry, you are not allowed to do that.")
        return post_item(self.magazine, post)

    def _term(self, base: str, term_id: int) -> Any:
        term = self.magazine.terms.get(term_id)
        if term is None or term.taxonomy != self._taxonomies[base].slug:
            raise ApiError(404, "rest_term_invalid", "Term does not exist.")
        return term_item(self.magazine, term)

    def _author(self, author_id: int) -> Any:
        author = self.magazine.authors.get(author_id)
        if author is None:
            raise ApiError(404, "rest_user_invalid_id", "Invalid user ID.")
        if author not in self._visible_authors():
            refused = "Sorry, you are not allowed to list users."
            raise ApiError(401, "rest_user_cannot_view", refused)
        return author_item(self.magazine, author)

    def _picture(self, picture_id: int) -> Any:
        picture = self.magazine.pictures.get(picture_id)
        if picture is None:
            raise ApiError(404, "rest_post_invalid_id", "Invalid post ID.")
        return picture_item(self.magazine, picture)

    def _comment(self, comment_id: int) -> Any:
        comment = self.magazine.comments.get(comment_id)
        if comment is None:
            raise ApiError(404, "rest_comment_invalid_id", "Invalid comment ID.")
        if not self._is_visible(comment):
            refused = "Sorry, you are not allowed to read this comment."
            raise ApiError(401, "rest_cannot_read", refused)
        return comment_item(self.magazine, comment)

    def _visible_authors(self) -> list[Author]:
        """Users are public once they have a public post, unless the site hides them."""
        writing = {
            post.author
            for post_type in ("post", "news")
            for post in self.magazine.public(post_type)
        }
        authors = self.magazine.authors.values()
        return [author for author in authors if author.id in writing and not author.hidden]

    def _visible_comments(self, params: Params) -> list[Comment]:
        posts = params.integers("post")
        comments = [c for c in self.magazine.comments.values() if self._is_visible(c)]
        return [comment for comment in comments if not posts or comment.post in posts]

    def _is_visible(self, comment: Comment) -> bool:
        post = self.magazine.posts.get(comment.post)
        is_open = post is not None and post.status == "publish" and not post.protected
        return comment.approved and is_open

    # --- Answers ---------------------------------------------------------------------------------

    def _reply(self, status: int, data: Any) -> Reply:
        text = json.dumps(data, separators=(",", ":")).replace("/", "\\/")
        headers = [
            ("Content-Type", "application/json; charset=UTF-8"),
            ("X-Robots-Tag", "noindex"),
            ("Link", f'<{self.magazine.rest_url("/")}>; rel="https://api.w.org/"'),
            ("X-Content-Type-Options", "nosniff"),
            ("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link"),
            ("Allow", "GET"),
        ]
        return Reply(status=status, headers=headers, body=text.encode())

    def _neighbours(self, request: Request, route: str, listing: Listing) -> str:
        page = int(request.param("page") or 1)
        wanted = {"prev": min(page - 1, listing.pages), "next": page + 1}
        given = {name: values[-1] for name, values in request.params.items() if name != "page"}
        base = self.magazine.rest_url(route.rstrip("/"))
        joint = "&" if "?" in base else "?"
        return ", ".join(
            f'<{base}{joint}{urlencode({**given, "page": number})}>; rel="{rel}"'
            for rel, number in wanted.items()
            if 1 <= number <= listing.pages
        )


def only_fields(data: Any, fields: list[str]) -> Any:
    """Keep the fields that ``_fields`` names; an empty object becomes ``[]``, as in PHP.

    >>> only_fields([{"id": 1, "title": {"rendered": "A"}, "acf": []}], ["title.rendered"])
    [{'title': {'rendered': 'A'}}]
    """
    if not fields:
        return data
    if isinstance(data, list):
        return [only_fields(item, fields) for item in data]
    kept: dict[str, Any] = {}
    for name in fields:
        head, _, rest = name.partition(".")
        if head not in data:
            continue
        if not rest:
            kept[head] = data[head]
        elif isinstance(data[head], dict):
            kept[head] = {**kept.get(head, {}), **(only_fields(data[head], [rest]) or {})}
    return kept or []
