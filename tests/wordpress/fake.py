"""A WordPress in memory that changes while it is asked, and fails: values in, answers out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

from newscrawl.net.response import Answer
from newscrawl.wordpress.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable

HOME = "https://example.org"
SITE = Site(key="example.org", home=HOME, root=f"{HOME}/wp-json/", v2=f"{HOME}/wp-json/wp/v2/")
START = datetime(2026, 1, 1, tzinfo=UTC)

Query = dict[str, str]


def post(post_id: int, **fields: Any) -> dict[str, Any]:
    """A post as the API gives it; without a date of its own, posts are a minute apart."""
    time = datetime.fromtimestamp(START.timestamp() + 60 * post_id, UTC).isoformat()[:19]
    return {
        "id": post_id,
        "date": time,
        "date_gmt": time,
        "modified": time,
        "modified_gmt": time,
        "guid": {"rendered": f"{HOME}/?p={post_id}"},
        "slug": f"post-{post_id}",
        "status": "publish",
        "type": "post",
        "link": f"{HOME}/post-{post_id}/",
        "title": {"rendered": f"Post {post_id}"},
        "content": {"rendered": "<p>Text.</p>", "protected": False},
        "excerpt": {"rendered": "", "protected": False},
        "author": 1,
        "featured_media": 0,
        "categories": [1],
        "tags": [],
        **fields,
    }


def answer(value: object, status: int = 200, **headers: object) -> Answer:
    """An answer with a JSON body; header names with "_" for "-"."""
    names = {name.replace("_", "-"): str(said) for name, said in headers.items()}
    return Answer(url=HOME, status=status, headers=names, body=json.dumps(value).encode())


def error(code: str, status: int, **data: object) -> Answer:
    return answer({"code": code, "message": "Nein.", "data": {"status": status, **data}}, status)


@dataclass
class FakeSite:
    """A list of posts and what a site may do with it.

    Attributes:
        posts: By id; a hidden one is counted and not shown, a broken one fails its whole page.
        between: Called before each answer: the site changes under the walk.
        ignored: Names of parameters that the site does not know.
        empty: Names of parameters with which it shows nothing.
        cap: Rows that it gives at most, whatever was asked for.
        refused_above: A "per_page" beyond it is an error.
        refused_status: The status that this error names.
        limit_message: The text of that error on "per_page".
        unlisted: Posts that lists count and leave out, unless they are asked for by their ids.
        damaged: What lists have in the place of some posts, by id.
        heavy_above: Lists of content with more rows end in 504.
        featured: Ids that every list starts with, whatever was asked for.
        window: Rows after which no list goes on; None for no such bound.
        beyond: What comes there: "empty", "last" (the last page again), or a status.
        others: Rows of other lists, by route.
        total: Returns X-WP-Total for the true count; None for no header.
        down_after: Requests after which every answer is an error.
    """

    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    others: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    unlisted: set[int] = field(default_factory=set)
    damaged: dict[int, Any] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)
    broken_everywhere: bool = False
    between: Callable[[FakeSite], None] = lambda _: None
    ignored: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    cap: int = 1000
    refused_above: int = 100
    refused_status: int = 400
    limit_message: str = "too many"
    heavy_above: int = 1000
    featured: tuple[int, ...] = ()
    are_featured_extra: bool = True
    window: int | None = None
    beyond: str = "empty"
    total: Callable[[int], int | None] = lambda count: count
    down_after: int = 10_000
    asked: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, count: int, **faults: Any) -> FakeSite:
        return cls({n: post(n) for n in range(1, count + 1)}, **faults)

    @property
    def shown(self) -> set[int]:
        return self.posts.keys() - self.hidden

    async def fetch(self, url: str) -> Answer:
        self.asked.append(url)
        self.between(self)
        if len(self.asked) > self.down_after:
            return Answer(url=url, status=503, body=b"<title>Service Unavailable</title>")
        parts = urlsplit(url)
        query = {k: v for k, v in parse_qsl(parts.query) if k not in self.ignored}
        route = parts.path.partition("/wp/v2/")[2]
        if route.startswith("posts/"):
            return self._one(int(route.removeprefix("posts/")))
        rows = self.posts if route == "posts" else self.others.get(route)
        return error("rest_no_route", 404) if rows is None else self._list(rows, query)

    def _one(self, post_id: int) -> Answer:
        if post_id not in self.posts:
            return error("rest_post_invalid_id", 404)
        if post_id in self.hidden:
            return error("rest_forbidden", 401)
        return answer(self.posts[post_id])

    def _list(self, all_rows: dict[int, dict[str, Any]], query: Query) -> Answer:
        per_page = int(query.get("per_page", 10))
        if per_page > self.refused_above:
            wrong = {"per_page": self.limit_message}
            return error("rest_invalid_param", self.refused_status, params=wrong)
        if per_page > self.heavy_above and "content" in query.get("_fields", "content"):
            return Answer(url=HOME, status=504, body=b"<title>504 Gateway Time-out</title>")
        rows = self._sorted(self._filtered(all_rows, query), query)
        rows = [] if self.empty & query.keys() else rows
        page = int(query.get("page", 1))
        size = min(per_page, self.cap)
        offset = int(query.get("offset", (page - 1) * size))
        if page > 1 and rows and offset >= len(rows):
            return error("rest_post_invalid_page_number", 400)
        bounded = self._bounded(rows, offset, size)
        if isinstance(bounded, Answer):
            return bounded
        piece = bounded
        fields = query.get("_fields", "").split(",")
        if (self.broken_everywhere or (fields != ["id"] and "content" in fields)) and any(
            row["id"] in self.broken for row in piece
        ):
            return error("internal_server_error", 500)
        total = self.total(min(len(rows), self.window or len(rows)) if piece else 0)
        headers = {} if total is None else {"x_wp_total": total}
        if self.featured:
            first = [all_rows[row_id] for row_id in self.featured]
            rest = [row for row in piece if row["id"] not in self.featured]
            piece = first + (rest if self.are_featured_extra else rest[: size - len(first)])
        left_out = self.hidden if "include" in query else self.hidden | self.unlisted
        kept = [row for row in piece if row["id"] not in left_out]
        if fields != [""]:
            kept = [{name: row[name] for name in fields if name in row} for row in kept]
        return answer([self.damaged.get(row["id"], row) for row in kept], **headers)

    def _bounded(
        self, rows: list[dict[str, Any]], offset: int, size: int
    ) -> list[dict[str, Any]] | Answer:
        if self.window is None or offset + size <= self.window or len(rows) <= self.window:
            return rows[offset : offset + size]
        if self.beyond == "empty":
            return rows[: self.window][offset : offset + size]
        if self.beyond == "last":
            return rows[: self.window][-size:]
        return error("search_window", int(self.beyond))

    def _filtered(self, all_rows: dict[int, dict[str, Any]], query: Query) -> list[dict[str, Any]]:
        rows = list(all_rows.values())
        for name, key, is_kept in (
            ("after", "date", str.__gt__),
            ("before", "date", str.__lt__),
            ("modified_after", "modified", str.__gt__),
        ):
            if name in query:
                limit = query[name].removesuffix("Z")
                rows = [row for row in rows if is_kept(row[key], limit)]
        if "include" in query:
            wanted = set(map(int, query["include"].split(",")))
            rows = [row for row in rows if row["id"] in wanted]
        excluded = set(query.get("exclude", "").split(","))
        return [row for row in rows if str(row["id"]) not in excluded]

    def _sorted(self, rows: list[dict[str, Any]], query: Query) -> list[dict[str, Any]]:
        """Order as asked; ties in an order that depends on the query, as MySQL's does."""
        key = query.get("orderby", "date")
        key = key if all(key in row for row in rows) else "id"
        tied = sorted(rows, key=lambda row: crc32(f"{row['id']} {query.get('offset')}".encode()))
        return sorted(tied, key=lambda row: row[key], reverse=query.get("order", "desc") == "desc")
