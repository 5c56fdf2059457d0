"""Faults of the magazine's own server: named, and switched on and off by tests."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from newscrawl.testing.publisher_faults import WALL
from newscrawl.testing.query import ApiError
from newscrawl.testing.rest import RestApi
from newscrawl.testing.web import Reply, Request, html, plain

if TYPE_CHECKING:
    from newscrawl.testing.magazine import Magazine
    from newscrawl.testing.rows import Post
    from newscrawl.testing.theme import Front

BUSY_ANSWERS = 2
SMALL_PAGE = 20
SURPLUS = 40
"""By how much a wrong total is too large."""

PHP_NOTICE = (
    b"<br />\n<b>Notice</b>:  Undefined index: {ttl} in"
    b" <b>/srv/www/wp-content/plugins/cache.php</b> on line <b>118</b><br />\n"
)
CACHE_COMMENT = b"\n<!-- Cached page generated in 0.012 seconds -->\n"
CRITICAL = ApiError(
    500,
    "internal_server_error",
    "<p>There has been a critical error on this website.</p>",
)

Proceed = Callable[[Request], Reply]


LEAKS: Final[dict[str, Any]] = {
    "author_email": "leak@private.test",
    "author_ip": "192.0.2.77",
    "password": "leak-secret",
    "_embedded": {"author": [{"email": "leak@private.test"}]},
    "authors": [{"display_name": "Ann", "user_email": "leak@private.test"}],
}
"""Fields in the lists of a site that ignores ``_fields``."""


@dataclass(slots=True)
class Exchange:
    """A request to the magazine's server while a fault is on, and the ways to answer it.

    Attributes:
        route: The REST route that is asked for; None for pages.
        memory: The state of this fault since it was switched on.
        proceed: Answers as the server would without this fault.
    """

    front: Front
    request: Request
    route: str | None
    memory: Memory
    proceed: Proceed

    @property
    def is_list(self) -> bool:
        return self.route is not None and self.route.rstrip("/") in ("/wp/v2/posts", "/wp/v2/news")

    def honest(self) -> Reply:
        return self.proceed(self.request)


@dataclass(slots=True)
class Memory:
    """The state of a fault: how often it was used, for which requests, and the posts before."""

    strikes: int = 0
    seen: set[str] = field(default_factory=set)
    posts: dict[int, Post] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SiteFault:
    """A fault of the site: its description and its handler."""

    about: str
    apply: Callable[[Exchange], Reply]


def broken_id(magazine: Magazine) -> int:
    """Return the post that breaks its page under ``one-broken-post``: the tenth by id."""
    return sorted(post.id for post in magazine.public())[9]


def _on_rest(answer: Callable[[Exchange], Reply]) -> Callable[[Exchange], Reply]:
    """Leave pages as they are; only REST answers are touched."""
    return lambda exchange: exchange.honest() if exchange.route is None else answer(exchange)


def _body(change: Callable[[bytes], bytes]) -> Callable[[Exchange], Reply]:
    def apply(exchange: Exchange) -> Reply:
        reply = exchange.honest()
        return replace(reply, body=change(_bytes(reply)))

    return _on_rest(apply)


def _bytes(reply: Reply) -> bytes:
    return reply.body if isinstance(reply.body, bytes) else b"".join(reply.body)


def _error(code: str, status: int, message: str) -> Callable[[Exchange], Reply]:
    error = ApiError(status, code, message)
    return _on_rest(lambda exchange: exchange.front.api.error(error))


def _lists_closed(exchange: Exchange) -> Reply:
    if exchange.route is None or not exchange.route.startswith("/wp/v2/posts"):
        return exchange.honest()
    return exchange.front.api.error(
        ApiError(401, "rest_cannot_access", "Members alone read posts.")
    )


def _comment_hidden(exchange: Exchange) -> Reply:
    is_one = exchange.route is not None and exchange.route.startswith("/wp/v2/comments/")
    return exchange.front.api.error(CRITICAL) if is_one else exchange.honest()


def _robots(text: str) -> Callable[[Exchange], Reply]:
    reply = plain(text) if text else plain("try later", 503)
    return lambda exchange: reply if exchange.request.path == "/robots.txt" else exchange.honest()


def _then_ok(status: int) -> Callable[[Exchange], Reply]:
    def apply(exchange: Exchange) -> Reply:
        exchange.memory.strikes += 1
        if exchange.memory.strikes > BUSY_ANSWERS:
            return exchange.honest()
        return html(f"<h1>{status}: come back later</h1>", status).with_header("Retry-After", "1")

    return _on_rest(apply)


def _flaky(exchange: Exchange) -> Reply:
    target = f"{exchange.request.path}?{exchange.request.query}"
    if target in exchange.memory.seen or not exchange.is_list:
        return exchange.honest()
    exchange.memory.seen.add(target)
    return exchange.front.api.error(CRITICAL)


def _one_broken_post(exchange: Exchange) -> Reply:
    reply = exchange.honest()
    broken = broken_id(exchange.front.magazine)
    if exchange.route is None or "/wp/v2/posts" not in exchange.route:
        return reply
    shown = exchange.proceed(exchange.request.without("_fields"))
    data = json.loads(_bytes(shown))
    items: list[Any] = data if isinstance(data, list) else [data]
    renders = b'"content":' in _bytes(reply)  # a listing of ids never runs what is broken
    is_hit = renders and any(item.get("id") == broken for item in items)
    return exchange.front.api.error(CRITICAL) if is_hit else reply


def _without_half(exchange: Exchange) -> Reply:
    ids = [post.id for post in exchange.front.magazine.public() if post.id % 2]
    return _excluding(exchange, ids)


def _without_all(exchange: Exchange) -> Reply:
    return _excluding(exchange, [post.id for post in exchange.front.magazine.public()])


def _excluding(exchange: Exchange, ids: list[int]) -> Reply:
    if not exchange.is_list:
        return exchange.honest()
    excluded = [*exchange.request.params.get("exclude", ()), *map(str, ids)]
    params = exchange.request.params | {"exclude": excluded}
    return exchange.proceed(replace(exchange.request, params=params))


def _short_pages(exchange: Exchange) -> Reply:
    reply = exchange.honest()
    if not exchange.is_list or reply.status != 200:
        return reply
    with_ids = json.loads(_bytes(exchange.proceed(exchange.request.without("_fields"))))
    items = json.loads(_bytes(reply))
    kept = [item for item, full in zip(items, with_ids, strict=True) if full["id"] % 3]
    return replace(reply, body=json.dumps(kept).encode())


def _leaks_fields(exchange: Exchange) -> Reply:
    """Send every field, whatever was requested, and private fields of people, too."""
    if not exchange.is_list:
        return exchange.honest()
    reply = exchange.proceed(exchange.request.without("_fields"))
    rows = json.loads(_bytes(reply))
    if not isinstance(rows, list):
        return reply
    return replace(reply, body=json.dumps([{**row, **LEAKS} for row in rows]).encode())


def _wrong_total(exchange: Exchange) -> Reply:
    reply = exchange.honest()
    total = dict(reply.headers).get("X-WP-Total")
    if total is None or not exchange.is_list:
        return reply
    kept = reply.without_headers("x-wp-total", "x-wp-totalpages")
    larger = int(total) + SURPLUS
    kept.headers += [("X-WP-Total", str(larger)), ("X-WP-TotalPages", str(-(-larger // 10)))]
    return kept


def _small_pages(exchange: Exchange) -> Reply:
    if exchange.is_list and int(exchange.request.param("per_page") or 10) > SMALL_PAGE:
        error = ApiError(400, "rest_invalid_param", "Invalid parameter(s): per_page")
        return exchange.front.api.error(error)
    return exchange.honest()


def _old_wordpress(exchange: Exchange) -> Reply:
    reply = exchange.proceed(exchange.request.without("modified_after", "modified_before"))
    shorter = _bytes(reply).replace(b'"modified_after":{"required":false},', b"")
    return replace(reply, body=shorter.replace(b'"modified_before":{"required":false},', b""))


def _cached_lists(exchange: Exchange) -> Reply:
    if not exchange.is_list or exchange.route is None:
        return exchange.honest()
    stale = copy.copy(exchange.front.magazine)
    stale.posts = exchange.memory.posts
    return RestApi(stale).answer(exchange.request, exchange.route)


def _german_errors(exchange: Exchange) -> Reply:
    reply = exchange.honest()
    if reply.status < 400 or exchange.route is None:
        return reply
    data = json.loads(_bytes(reply)) | {"message": "Das dürfen Sie leider nicht."}
    return replace(reply, body=json.dumps(data).encode())


def _users_closed(exchange: Exchange) -> Reply:
    if not (exchange.route or "").startswith("/wp/v2/users"):
        return exchange.honest()
    refused = ApiError(401, "rest_user_cannot_view", "Sorry, you are not allowed to list users.")
    return exchange.front.api.error(refused)


def _removed(exchange: Exchange) -> Reply:
    """A plugin removed the API: ?rest_route= leads to the home page."""
    if exchange.request.param("rest_route") is not None:
        return exchange.proceed(exchange.request.without("rest_route"))
    return exchange.front.not_found()


def _on_feed(answer: Callable[[Exchange], Reply]) -> Callable[[Exchange], Reply]:
    def apply(exchange: Exchange) -> Reply:
        is_feed = exchange.request.path.endswith("/feed/") or exchange.request.param("feed")
        return answer(exchange) if is_feed else exchange.honest()

    return apply


def _without_contents(exchange: Exchange) -> Reply:
    reply = exchange.honest()
    contents = re.compile(rb"<content:encoded>.*?</content:encoded>", re.DOTALL)
    return replace(reply, body=contents.sub(b"", _bytes(reply)))


def _shortened(exchange: Exchange) -> Reply:
    reply = exchange.honest()
    content = re.compile(rb"(<content:encoded><!\[CDATA\[<p>)(.{20})[^\]]*", re.DOTALL)
    return replace(reply, body=content.sub(rb"\1\2 [&hellip;]</p>", _bytes(reply)))


def _no_second_page(exchange: Exchange) -> Reply:
    is_second = exchange.request.path.endswith("/2/")
    return (
        plain("Error establishing a database connection", 500) if is_second else exchange.honest()
    )


def _without_sitemaps(exchange: Exchange) -> Reply:
    is_map = exchange.request.path.endswith(".xml")
    return exchange.front.not_found() if is_map else exchange.honest()


SITE_FAULTS = {
    "outage": SiteFault("503 for everything", lambda _: html("<h1>Maintenance</h1>", 503)),
    "drop": SiteFault(
        "REST connections are torn down", _on_rest(lambda _: Reply(raw=True, reset=True))
    ),
    "robots-forbid-api": SiteFault(
        "robots.txt forbids the API", _robots("User-agent: *\nDisallow: /wp-json/\n")
    ),
    "robots-forbid-feed": SiteFault(
        "robots.txt forbids the feed", _robots("User-agent: *\nDisallow: /feed/\n")
    ),
    "robots-error": SiteFault("robots.txt answers 503", _robots("")),
    "crawl-delay": SiteFault(
        "robots.txt asks for a second between requests", _robots("User-agent: *\nCrawl-delay: 1\n")
    ),
    "rest-closed-401": SiteFault(
        "REST answers 401 to everybody",
        _error("rest_cannot_access", 401, "Only authenticated users can access the REST API."),
    ),
    "lists-closed-401": SiteFault("REST shows its index, and posts to nobody", _lists_closed),
    "comment-hidden": SiteFault("a comment's own address answers 500", _comment_hidden),
    "rest-removed": SiteFault("no REST, no links to it; the feed stays", _on_rest(_removed)),
    "feed-gone": SiteFault("no feed", _on_feed(lambda exchange: exchange.front.not_found())),
    "feed-short": SiteFault(
        "the feed has one page, whichever is asked for",
        _on_feed(lambda exchange: exchange.proceed(exchange.request.without("paged"))),
    ),
    "feed-excerpts": SiteFault("the feed has excerpts alone", _on_feed(_without_contents)),
    "feed-shortened": SiteFault("the feed ends its texts with [...]", _on_feed(_shortened)),
    "feed-without-query": SiteFault(
        "the feed ignores its query",
        _on_feed(lambda exchange: exchange.proceed(replace(exchange.request, params={}, query=""))),
    ),
    "second-page-500": SiteFault("the second page of a post answers 500", _no_second_page),
    "sitemap-gone": SiteFault("no sitemaps", _without_sitemaps),
    "plain-permalinks": SiteFault(
        "REST at ?rest_route= only, /wp-json/ answers 404", lambda exchange: exchange.honest()
    ),
    "html-not-json": SiteFault(
        "REST answers 200 with a page", _on_rest(lambda _: html("<h1>Welcome back</h1>"))
    ),
    "challenge-202": SiteFault(
        "REST answers 202 and a challenge", _on_rest(lambda _: html(WALL, 202))
    ),
    "429-then-ok": SiteFault(
        f"the first {BUSY_ANSWERS} REST answers are 429 with Retry-After: 1", _then_ok(429)
    ),
    "503-then-ok": SiteFault(
        f"the first {BUSY_ANSWERS} REST answers are 503 with Retry-After: 1", _then_ok(503)
    ),
    "flaky": SiteFault("each list of posts fails the first time it is asked for", _flaky),
    "one-broken-post": SiteFault(
        "500 for every answer that renders the tenth post", _one_broken_post
    ),
    "junk-before-json": SiteFault("a PHP notice before the JSON", _body(lambda b: PHP_NOTICE + b)),
    "junk-after-json": SiteFault("a comment after the JSON", _body(lambda b: b + CACHE_COMMENT)),
    "bom": SiteFault("a byte order mark before the JSON", _body(lambda b: b"\xef\xbb\xbf" + b)),
    "wrong-content-type": SiteFault(
        "JSON that is called HTML",
        _on_rest(
            lambda exchange: (
                exchange.honest()
                .without_headers("content-type")
                .with_header("Content-Type", "text/html; charset=UTF-8")
            )
        ),
    ),
    "valid-body-500": SiteFault(
        "lists of posts are right, but their status is 500",
        lambda exchange: (
            replace(exchange.honest(), status=500) if exchange.is_list else exchange.honest()
        ),
    ),
    "no-total-header": SiteFault(
        "no X-WP-Total, no X-WP-TotalPages",
        lambda exchange: exchange.honest().without_headers("x-wp-total", "x-wp-totalpages"),
    ),
    "wrong-total": SiteFault(f"X-WP-Total is {SURPLUS} too large", _wrong_total),
    "shrunken-listing": SiteFault("lists hold about half of the posts", _without_half),
    "empty-listing": SiteFault("lists of posts are empty", _without_all),
    "short-pages": SiteFault("posts are counted in the total but left out of lists", _short_pages),
    "small-pages": SiteFault(f"per_page over {SMALL_PAGE} is refused", _small_pages),
    "old-wordpress": SiteFault("modified_after is ignored", _old_wordpress),
    "ignores-offset": SiteFault(
        "a cache ignores offset",
        lambda exchange: exchange.proceed(exchange.request.without("offset")),
    ),
    "cached-lists": SiteFault("lists show the posts as they were before", _cached_lists),
    "german-errors": SiteFault("error messages are in German", _german_errors),
    "users-closed": SiteFault("401 for every user", _users_closed),
    "leaks-fields": SiteFault("lists ignore _fields, and hold private data", _leaks_fields),
}
"""The faults by name. Those that are on apply in this order, the first one outermost."""
