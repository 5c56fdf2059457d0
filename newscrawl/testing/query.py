"""Query parameters of a collection, checked and applied as WordPress's REST controllers do."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from newscrawl.testing.magazine import Magazine
    from newscrawl.testing.rows import Post
    from newscrawl.testing.web import Request

DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}(?::\d{2})?)?"
)
MAX_PER_PAGE = 100
DATE_FILTERS = {
    "after": ("date", True),
    "before": ("date", False),
    "modified_after": ("modified", True),
    "modified_before": ("modified", False),
}
"""Parameter: the column that it compares, and whether later rows stay. Bounds are exclusive."""

LIST_FILTERS: dict[str, Callable[[Post], set[Any]]] = {
    "include": lambda post: {post.id},
    "author": lambda post: {post.author},
    "categories": lambda post: set(post.categories),
    "tags": lambda post: set(post.tags),
    "slug": lambda post: {post.slug},
}
"""Parameter with a list: the column of which a post must share a value."""

POST_ORDERS = ("author", "date", "id", "include", "modified", "parent", "slug", "title")


@dataclass(slots=True)
class ApiError(Exception):
    """An answer like ``{"code": ..., "message": ..., "data": {"status": ...}}``."""

    status: int
    code: str
    message: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a collection: its rows, X-WP-Total and X-WP-TotalPages."""

    rows: Sequence[Any]
    total: int
    pages: int


class Params:
    """Reads the parameters of one request; collects all errors, for one answer at the end."""

    def __init__(self, request: Request) -> None:
        self._params = request.params
        self._request = request
        self.invalid: dict[str, tuple[str, str, Any]] = {}

    def text(self, name: str) -> str | None:
        return self._request.param(name)

    def words(self, name: str) -> list[str]:
        """Return a list that is given with commas, spaces or brackets."""
        return [w for value in self._params.get(name, ()) for w in re.split(r"[\s,]+", value) if w]

    def integer(self, name: str, default: int, low: int = 1, high: int | None = None) -> int:
        text = self._request.param(name)
        if text is None:
            return default
        if not re.fullmatch(r"-?\d{1,18}", text):
            return self._refuse_type(name, name)
        value = int(text)
        if high is not None and not low <= value <= high:
            between = f"{name} must be between {low} (inclusive) and {high} (inclusive)"
            return self._refuse(name, "rest_out_of_bounds", between)
        if value < low:
            least = f"{name} must be greater than or equal to {low}"
            return self._refuse(name, "rest_out_of_bounds", least)
        return value

    def integers(self, name: str) -> list[int]:
        words = self.words(name)
        for position, word in enumerate(words):
            if not re.fullmatch(r"-?\d{1,18}", word):
                self._refuse_type(name, f"{name}[{position}]")
                return []
        return [int(word) for word in words]

    def choice(self, name: str, default: str, allowed: Iterable[str]) -> str:
        text, allowed = self._request.param(name), list(allowed)
        if text is None or text in allowed:
            return default if text is None else text
        comma = "," if len(allowed) > 2 else ""
        listed = f"{', '.join(allowed[:-1])}{comma} and {allowed[-1]}"
        self._refuse(name, "rest_not_in_enum", f"{name} is not one of {listed}.")
        return default

    def moment(self, name: str) -> datetime | None:
        text = self._request.param(name)
        if text is None:
            return None
        try:
            if DATE_TIME.fullmatch(text):
                return datetime.fromisoformat(text.upper())
        except ValueError:
            pass  # it looks like a date, but the calendar has no such day
        self._refuse(name, "rest_invalid_date", "Invalid date.")
        return None

    def statuses(self) -> None:
        for word in self.words("status"):
            if word != "publish":
                data = {"status": 401}
                self._refuse("status", "rest_forbidden_status", "Status is forbidden.", data)

    def check(self) -> None:
        """Raise the error for everything that was wrong, as WordPress does before it looks."""
        if not self.invalid:
            return
        names = ", ".join(self.invalid)
        details = {
            name: {"code": code, "message": message, "data": data}
            for name, (code, message, data) in self.invalid.items()
        }
        params = {name: message for name, (_, message, _) in self.invalid.items()}
        raise ApiError(
            400,
            "rest_invalid_param",
            f"Invalid parameter(s): {names}",
            {"params": params, "details": details},
        )

    def _refuse_type(self, name: str, place: str) -> int:
        message = f"{place} is not of type integer."
        return self._refuse(name, "rest_invalid_type", message, {"param": place})

    def _refuse(self, name: str, code: str, message: str, data: Any = None) -> int:
        self.invalid[name] = (code, message, data)
        return 0


def list_posts(magazine: Magazine, posts: list[Post], params: Params) -> Listing:
    """Return the page of *posts* that a request to a collection of posts asks for.

    Raises:
        ApiError: As WordPress would answer.
    """
    paging = _paging(params)
    order_by = params.choice("orderby", "date", POST_ORDERS)
    descending = params.choice("order", "desc", ("asc", "desc")) == "desc"
    params.statuses()
    if params.choice("context", "view", ("view", "embed", "edit")) == "edit":
        refused = "Sorry, you are not allowed to edit posts in this post type."
        raise ApiError(401, "rest_forbidden_context", refused)
    kept = _filtered(magazine, posts, params)
    included = params.integers("include")
    params.check()
    if order_by == "include":
        if not included:
            needed = "You need to define an include parameter to order by include."
            raise ApiError(400, "rest_orderby_include_missing_include", needed)
        kept.sort(key=lambda post: included.index(post.id))
    else:
        kept.sort(key=_sort_key(order_by, paging.seed), reverse=descending)
    return paging.cut(kept, strict=True)


def list_rows(
    magazine: Magazine, rows: list[Any], params: Params, order_by: str = "name"
) -> Listing:
    """Return the page of terms, users, media or comments that a request asks for.

    Those with a date come newest first, as WordPress has them; the others by *order_by*. Past the
    end there is an empty page, but for media, which WordPress keeps as posts.
    """
    strict = order_by == "date"
    paging = _paging(params)
    allowed = ["id", "include", "name", "slug", "date", "date_gmt", "post", "parent", "count"]
    if strict:
        allowed.append("modified")
    order_by = params.choice("orderby", order_by, allowed)
    default_order = "desc" if order_by.startswith("date") else "asc"
    descending = params.choice("order", default_order, ("asc", "desc")) == "desc"
    included, excluded = params.integers("include"), params.integers("exclude")
    slugs = params.words("slug")
    if rows and hasattr(rows[0], "date"):
        rows = _dated(magazine, rows, params)
    params.check()
    if included:
        rows = [row for row in rows if row.id in included]
    if slugs:
        rows = [row for row in rows if row.slug in slugs]
    rows = [row for row in rows if row.id not in excluded]
    if order_by == "include":
        rows.sort(key=lambda row: included.index(row.id) if included else row.id)
    else:
        column = "date" if order_by == "modified" else order_by  # media are never modified here
        rows.sort(key=lambda row: (getattr(row, column, 0), row.id), reverse=descending)
    return paging.cut(rows, strict=strict)


@dataclass(frozen=True, slots=True)
class _Paging:
    page: int
    per_page: int
    offset: int | None

    @property
    def seed(self) -> str:
        return f"{self.page}:{self.per_page}:{self.offset}"

    def cut(self, rows: list[Any], *, strict: bool) -> Listing:
        """Cut out the page; *strict* collections answer 400 past the last one."""
        start = (self.page - 1) * self.per_page if self.offset is None else self.offset
        shown, total = rows[start : start + self.per_page], len(rows)
        if not shown and self.offset is not None:
            return Listing([], 0, 0)  # an empty page is not counted: its total is 0
        pages = -(-total // self.per_page)
        if strict and total and self.page > pages:
            beyond = "The page number requested is larger than the number of pages available."
            raise ApiError(400, "rest_post_invalid_page_number", beyond)
        return Listing(shown, total, pages)


def _paging(params: Params) -> _Paging:
    offset = params.integer("offset", 0, low=-MAX_PER_PAGE)
    return _Paging(
        page=params.integer("page", 1),
        per_page=params.integer("per_page", 10, 1, MAX_PER_PAGE) or 10,
        offset=None if params.text("offset") is None else max(offset, 0),
    )


def _filtered(magazine: Magazine, posts: list[Post], params: Params) -> list[Post]:
    for name, of_post in LIST_FILTERS.items():
        wanted = params.words(name) if name == "slug" else params.integers(name)
        if wanted:
            posts = [post for post in posts if not of_post(post).isdisjoint(wanted)]
    excluded, sought = set(params.integers("exclude")), (params.text("search") or "").lower()
    posts = [p for p in posts if p.id not in excluded and sought in f"{p.title}{p.content}".lower()]
    return _dated(magazine, posts, params)


def _dated(magazine: Magazine, rows: list[Any], params: Params) -> list[Any]:
    """Apply the date filters; a row without a modification date has its date instead."""
    for name, (column, later) in DATE_FILTERS.items():
        moment = params.moment(name)
        if moment:
            bound = magazine.local(moment)
            rows = [r for r in rows if _is_kept(getattr(r, column, r.date), bound, later=later)]
    return rows


def _is_kept(stamp: str, bound: str, *, later: bool) -> bool:
    return stamp > bound if later else stamp < bound


def _sort_key(order_by: str, seed: str) -> Callable[[Post], tuple[Any, int]]:
    """Sort as a database does: rows that tie come in an order of their own on each page."""

    def key(post: Post) -> tuple[Any, int]:
        tie = zlib.crc32(f"{post.id}:{seed}".encode())
        return getattr(post, order_by, 0), tie

    return key
