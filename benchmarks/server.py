"""Small fast web servers in a process of their own: a WordPress site, and publishers.

``http.server`` would be slower than the crawlers. These answer at once, or after a delay.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import resource
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from benchmarks import posts
from benchmarks.pages import pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection

HOSTS_IN_A_BLOCK: Final = 250
MAX_KEPT: Final = 200
"""The number of cached answers; a page of posts has 600 kB."""
JSON: Final = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The posts and publishers that are served.

    Attributes:
        posts: Of the site; post *n* links to article *n*, if there are publishers.
        publishers: Hosts of articles, each on an address of its own.
        delay: Seconds until an article is answered; robots.txt and the site answer at once.
        sites: Sites with as many posts each, on addresses of their own.
        page_delay: Seconds until a page of posts is answered.
        per_page: The most posts of a page.
    """

    posts: int
    publishers: int = 0
    delay: float = 0.0
    sites: int = 1
    page_delay: float = 0.0
    per_page: int = 100


@dataclass(slots=True)
class Reply:
    """An answer: its body, its type, and more headers."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: str = "200 OK"
    headers: dict[str, Any] = field(default_factory=dict)
    delay: float = 0.0


NOT_FOUND: Final = Reply(b"not here", status="404 Not Found")
Handler = Callable[[str], Reply]


@dataclass(slots=True)
class Served:
    """The running servers, as seen from another process.

    Attributes:
        sites: The home URLs, without a final slash.
        articles: The URL of each post's article.
    """

    sites: list[str]
    articles: list[str]
    pipe: Connection

    @property
    def site(self) -> str:
        """The home URL of the first site."""
        return self.sites[0]

    def grow(self, more: int) -> None:
        """Publish more posts on the first site."""
        self.pipe.send(more)
        self.pipe.recv()

    def counts(self) -> Counter[str]:
        """Return how many requests came since the last call: "posts", "article", "other", ..."""
        self.pipe.send(0)
        counts: Counter[str] = self.pipe.recv()
        return counts


@contextmanager
def serving(world: World) -> Iterator[Served]:
    """Serve a world in a process of its own while the block runs."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(world, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        sites, articles = ours.recv()
        yield Served(sites, articles, ours)
    finally:
        ours.close()
        process.join(10)
        process.kill()


def _run(world: World, pipe: Connection) -> None:
    asyncio.run(_serve(world, pipe))


async def _serve(world: World, pipe: Connection) -> None:
    """Serve until the other end of the pipe is closed."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    loop, counts = asyncio.get_running_loop(), Counter[str]()
    read = pages() if world.publishers else []
    hosts = []
    for number in range(world.publishers):
        publisher = partial(publisher_reply, read, world.delay, counts)
        address = f"127.1.{number // HOSTS_IN_A_BLOCK}.{number % HOSTS_IN_A_BLOCK + 1}"
        hosts.append(await _listen(address, publisher))
    articles = [f"{hosts[n % len(hosts)]}/news/{n}/" for n in range(world.posts)] if hosts else []
    sites = [Site(world.posts, articles, counts) for _ in range(world.sites)]
    for site in sites:
        site.page_delay, site.per_page = world.page_delay, world.per_page
    for number, site in enumerate(sites):
        site.number = number
        address = f"127.0.{number // HOSTS_IN_A_BLOCK}.{number % HOSTS_IN_A_BLOCK + 1}"
        site.url = await _listen(address, site.reply)
    pipe.send(([site.url for site in sites], articles))
    while True:
        try:
            more = await loop.run_in_executor(None, pipe.recv)
        except EOFError:
            return
        sites[0].grow(more)
        pipe.send(Counter(counts))
        counts.clear()


async def _listen(address: str, handler: Handler) -> str:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Http(handler), address, 0, backlog=512)
    return f"http://{address}:{server.sockets[0].getsockname()[1]}"


class Http(asyncio.Protocol):
    """One connection; requests have no body and come one after the other."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.data += data
        while b"\r\n\r\n" in self.data:
            head, _, self.data = self.data.partition(b"\r\n\r\n")
            reply = self.handler(head.split(b" ", 2)[1].decode())
            if reply.delay:
                asyncio.get_running_loop().call_later(reply.delay, self._write, reply)
            else:
                self._write(reply)

    def _write(self, reply: Reply) -> None:
        head = {
            "Content-Type": reply.content_type,
            "Content-Length": len(reply.body),
            "Date": "Sat, 10 Jan 2026 20:00:00 GMT",
            **reply.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        self.transport.write(f"HTTP/1.1 {reply.status}\r\n{lines}\r\n".encode() + reply.body)


def publisher_reply(read: list[bytes], delay: float, counts: Counter[str], target: str) -> Reply:
    if not target.startswith("/news/"):
        counts["rules"] += 1
        return NOT_FOUND
    counts["article"] += 1
    return Reply(read[int(target.split("/")[2]) % len(read)], delay=delay)


class Site:
    """A WordPress site: the part of its REST API that crawls request."""

    def __init__(self, count: int, articles: Sequence[str | None], counts: Counter[str]) -> None:
        self.url = ""
        self.number = 0
        self.count = count
        self.articles = articles
        self.page_delay = 0.0
        self.per_page = 100
        self._counts = counts
        self._pages: dict[str, Reply] = {}

    def reply(self, target: str) -> Reply:
        """Answer a request; answers are cached, so that repeats measure only the crawler."""
        path = urlsplit(target).path
        self._counts["posts" if path.endswith("/posts") else "other"] += 1
        found = self._pages.get(target)
        if found is None:
            found = self._reply(path, dict(parse_qsl(urlsplit(target).query)))
            if len(self._pages) < MAX_KEPT:
                self._pages[target] = found
        return found

    def grow(self, more: int) -> None:
        """Publish more posts."""
        if more:
            self.count += more
            self._pages.clear()

    def _reply(self, path: str, query: dict[str, str]) -> Reply:
        route = path.removeprefix("/wp-json").removeprefix("/wp/v2").strip("/")
        if path == "/":
            link = f'<{self.url}/wp-json/>; rel="https://api.w.org/"'
            return Reply(b"<html lang=en><title>Site</title></html>", headers={"Link": link})
        if not path.startswith("/wp-json"):
            return NOT_FOUND
        if route == "posts":
            return self._posts(query)
        if route in ("users", "categories", "tags", "media"):
            ids = map(int, query["include"].split(","))
            return _json([posts.thing(number, self.url) for number in ids])
        known = {"": self._index, "types": _types, "taxonomies": _taxonomies}
        return _json(known[route]()) if route in known else NOT_FOUND

    def _posts(self, query: dict[str, str]) -> Reply:
        if int(query.get("per_page", 10)) > self.per_page:
            message = f"per_page must be between 1 (inclusive) and {self.per_page} (inclusive)"
            return replace(_json({"message": message}), status="400 Bad Request")
        numbers, total = self._numbers(query)
        if query["_fields"] in ("id", "id,modified_gmt"):
            lean = [{"id": posts.FIRST_ID + n, "modified_gmt": posts.date_of(n)} for n in numbers]
            return replace(_json(lean, total), delay=self.page_delay)
        rows = [
            posts.row(n, self.url, self.articles[n] if self.articles else None, of_site=self.number)
            for n in numbers
        ]
        body, headers = b"[" + b",".join(rows) + b"]", {"X-WP-Total": total}
        return Reply(body, JSON, headers=headers, delay=self.page_delay)

    def _numbers(self, query: dict[str, str]) -> tuple[list[int], int]:
        """Return the posts of one page of a list, and the total."""
        if "include" in query:
            numbers = [int(number) - posts.FIRST_ID for number in query["include"].split(",")]
            return numbers, len(numbers)
        starts = [
            posts.first_after(query[key]) for key in ("after", "modified_after") if key in query
        ]
        every = range(min(max(starts, default=0), self.count), self.count)
        if query.get("order", "desc") == "desc":
            every = every[::-1]
        size = int(query.get("per_page", 10))
        start = int(query.get("offset", size * (int(query.get("page", 1)) - 1)))
        return list(every[start : start + size]), len(every)

    def _index(self) -> dict[str, Any]:
        return {
            "name": "Site",
            "description": "",
            "url": self.url,
            "home": self.url,
            "gmt_offset": 0,
            "timezone_string": "UTC",
            "namespaces": ["wp/v2"],
            "routes": {},
        }


def _types() -> dict[str, Any]:
    kind = {"slug": "post", "rest_base": "posts", "name": "Posts", "rest_namespace": "wp/v2"}
    return {"post": {**kind, "taxonomies": ["category", "post_tag"]}}


def _taxonomies() -> dict[str, Any]:
    bases = {"category": "categories", "post_tag": "tags"}
    return {slug: {"slug": slug, "rest_base": bases[slug], "types": ["post"]} for slug in bases}


def _json(value: Any, total: int | None = None) -> Reply:
    headers = {} if total is None else {"X-WP-Total": total}
    return Reply(json.dumps(value).encode(), JSON, headers=headers)
