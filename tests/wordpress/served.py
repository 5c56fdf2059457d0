"""A `FakeSite` on a real socket: its API, its pages, its feed and its sitemaps."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.sax.saxutils import escape

from tests.wordpress.fake import HOME, FakeSite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Reply = tuple[int, dict[str, str], bytes]

HTML = "text/html; charset=UTF-8"
XML = "text/xml; charset=UTF-8"
SITEMAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class ServedSite:
    """A small WordPress; tests override what is odd about theirs.

    Attributes:
        site: Its posts, whose addresses are those of this server.
        log: Every request, as path and query.
        shown_home: What guids and links begin with; None for the address of this server.
    """

    namespaces = ("oembed/1.0", "wp/v2")
    api_is_open = True
    has_feed = True

    def __init__(self, count: int = 12, **faults: Any) -> None:
        self.site = FakeSite.of(count, **faults)
        self.log: list[str] = []
        self.home = ""
        self.shown_home: str | None = None
        self.on_request: Callable[[BaseHTTPRequestHandler, str], None] = lambda _, __: None

    # --- What it answers, each to be overridden --------------------------------------------------

    def answer(self, path: str, query: dict[str, str], host: str) -> Reply:
        if path == "/robots.txt":
            return self.robots()
        if path.startswith("/wp-json") or "rest_route" in query:
            route = query.pop("rest_route", None) or path.removeprefix("/wp-json")
            return self.rest(route.strip("/"), query)
        if path == "/feed/":
            return self.feed(query)
        return self.page(path)

    def robots(self) -> Reply:
        return 200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow:\n"

    def head(self) -> str:
        return f'<link rel="https://api.w.org/" href="{self.home}/wp-json/">'

    def page(self, path: str) -> Reply:
        if path == "/":
            marks = '<link rel="stylesheet" href="/wp-content/x.css">'
            return self.html(f'<html lang="en"><head>{self.head()}{marks}</head><body>Hi</body>')
        for post in self.site.posts.values():
            if urlsplit(self.own(post["link"])).path == path:
                return self.html(self.post_page(post))
        return self.html("<title>Not found</title>", 404)

    def post_page(self, post: Mapping[str, Any]) -> str:
        title, words = post["title"]["rendered"], post["content"]["rendered"]
        return (
            f'<html lang="en"><head><title>{title}</title><meta property="og:type"'
            f' content="article"><link rel="stylesheet" href="/wp-content/x.css"></head>'
            f'<body class="single single-post postid-{post["id"]}"><article>'
            f'<h1 class="entry-title">{title}</h1><div class="entry-content">{words}'
            f"<p>{'It goes on for a while, with more words about it. ' * 6}</p></div>"
            "</article></body></html>"
        )

    def rest(self, route: str, query: dict[str, str]) -> Reply:
        if not self.api_is_open:
            return self.error("rest_cannot_access", 401)
        if not route:
            return self.json(self.index())
        if route == "wp/v2/types":
            return self.json(self.types())
        if not route.startswith("wp/v2/posts"):
            return self.json([])
        if route.endswith("/revisions"):
            return self.error("rest_cannot_read", 401)
        return self.posts(route, query)

    def posts(self, route: str, query: dict[str, str]) -> Reply:
        url = f"{HOME}/wp-json/{route}?{urlencode(query)}"
        answer = asyncio.run(self.site.fetch(url))
        body = answer.body.replace(HOME.encode(), (self.shown_home or self.home).encode())
        headers = {name.title(): value for name, value in answer.headers.items()}
        return answer.status, {"Content-Type": "application/json", **headers}, body

    def index(self) -> dict[str, Any]:
        return {
            "name": "Site",
            "url": self.home,
            "home": self.home,
            "gmt_offset": 0,
            "timezone_string": "UTC",
            "namespaces": list(self.namespaces),
            "routes": {},
        }

    def types(self) -> dict[str, Any]:
        return {"post": {"slug": "post", "rest_base": "posts", "name": "Posts"}}

    def feed(self, query: dict[str, str]) -> Reply:
        page = int(query.get("paged", 1))
        posts = sorted(self.site.posts.values(), key=lambda post: -post["id"])
        posts = posts[10 * (page - 1) : 10 * page]
        if not self.has_feed or not posts:
            return self.html("<title>Not found</title>", 404)
        return self.rss([self.item(post) for post in posts])

    def item(self, post: Mapping[str, Any]) -> str:
        from datetime import UTC, datetime

        date = format_datetime(datetime.fromisoformat(post["date_gmt"]).replace(tzinfo=UTC))
        return (
            f"<item><title>{escape(post['title']['rendered'])}</title>"
            f"<link>{self.own(post['link'])}</link><pubDate>{date}</pubDate>"
            f'<guid isPermaLink="false">{escape(self.own(post["guid"]["rendered"]))}</guid>'
            f"<content:encoded><![CDATA[{post['content']['rendered']}]]></content:encoded></item>"
        )

    # --- The form of the answers -----------------------------------------------------------------

    def own(self, url: str) -> str:
        """Return an address of the fake as one of this server."""
        return url.replace(HOME, self.shown_home or self.home)

    def rss(self, items: list[str]) -> Reply:
        return self.xml(
            '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
            f"<title>Site</title><link>{self.home}</link>"
            f"<generator>https://wordpress.org/?v=6.8</generator>{''.join(items)}</channel></rss>"
        )

    def sitemap_index(self, *places: str) -> Reply:
        maps = "".join(
            f"<sitemap><loc>{escape(self.home + place)}</loc></sitemap>" for place in places
        )
        return self.xml(f"<sitemapindex {SITEMAPS}>{maps}</sitemapindex>")

    def sitemap(self, *more: str) -> Reply:
        """Return a sitemap of all posts, and of other places."""
        links = [self.own(post["link"]) for post in self.site.posts.values()]
        urls = "".join(f"<url><loc>{escape(link)}</loc></url>" for link in [*links, *more])
        return self.xml(f"<urlset {SITEMAPS}>{urls}</urlset>")

    def json(self, value: object, status: int = 200) -> Reply:
        return status, {"Content-Type": "application/json"}, json.dumps(value).encode()

    def error(self, code: str, status: int) -> Reply:
        return self.json({"code": code, "message": "No.", "data": {"status": status}}, status)

    def html(self, text: str, status: int = 200) -> Reply:
        return status, {"Content-Type": HTML}, text.encode()

    def xml(self, text: str) -> Reply:
        return 200, {"Content-Type": XML}, f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()

    def redirect(self, url: str, status: int = 301) -> Reply:
        return status, {"Location": url}, b""

    # --- How it is served ------------------------------------------------------------------------

    def asked(self, part: str) -> list[str]:
        """Return the requests so far that have *part* in their path or query."""
        return [line for line in self.log if part in line]

    @contextmanager
    def run(self) -> Iterator[Self]:
        """Serve on a free port of 127.0.0.1."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        self.home = self.home or f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(site: ServedSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.log.append(self.path)
            site.on_request(self, self.path)
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            status, headers, body = site.answer(parts.path, query, self.headers["Host"])
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


__all__ = ["HTML", "Reply", "ServedSite"]
