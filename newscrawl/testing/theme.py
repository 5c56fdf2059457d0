"""The magazine's pages, feed, sitemaps and robots.txt, with links to the API."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from newscrawl.testing.pixels import PNG
from newscrawl.testing.resources import texturized
from newscrawl.testing.rest import RestApi
from newscrawl.testing.rows import ZERO
from newscrawl.testing.web import Reply, html, plain, redirect

if TYPE_CHECKING:
    from newscrawl.testing.magazine import Magazine
    from newscrawl.testing.rows import Post
    from newscrawl.testing.web import Request

FEED_LENGTH = 10
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
FEED_SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
)


class Front:
    """Answers for the whole of the magazine's server.

    Args:
        prefix: The folder that WordPress is installed in, ``/blog``, or "" for the top.
    """

    def __init__(self, magazine: Magazine, prefix: str = "") -> None:
        self.magazine = magazine
        self.prefix = prefix
        self.api = RestApi(magazine)

    def answer(self, request: Request) -> Reply:
        if request.path == "/robots.txt":
            return plain(
                "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\n"
                f"Sitemap: {self.magazine.home}/wp-sitemap.xml\n"
            )
        if not f"{request.path}/".startswith(f"{self.prefix}/"):
            return html("<title>Pine Street Chandlery</title><h1>Ropes and lamps</h1>")
        path = request.path.removeprefix(self.prefix)
        route = self.route(request)
        return self._page(path, request) if route is None else self.api.answer(request, route)

    def route(self, request: Request) -> str | None:
        """Return the requested REST route, or None if a page is requested."""
        path = request.path.removeprefix(self.prefix)
        if path.rstrip("/") in ("", "/index.php") and "rest_route" in request.params:
            return request.param("rest_route") or "/"
        is_pretty = path == "/wp-json" or path.startswith("/wp-json/")
        if is_pretty and "plain-permalinks" not in self.magazine.faults:
            return path.removeprefix("/wp-json") or "/"
        return None

    def _page(self, path: str, request: Request) -> Reply:
        if path.endswith("/feed/") or request.param("feed"):
            return self._feed(request)
        if path.startswith("/wp-sitemap"):
            return self._sitemap(path)
        if path.endswith(".png"):
            return Reply(headers=[("Content-Type", "image/png")], body=PNG)
        if path in ("/", "/index.php"):
            number = request.param("p") or request.param("page_id")
            return self._permalink(number) if number else self._home()
        address, part = _page_of_post(path)
        slug = quote(address.rpartition("/")[2]).lower()
        found = next((post for post in self._all() if post.slug == slug), None)
        return self._single(found, part) if found else self.not_found()

    def _all(self) -> list[Post]:
        post_types = ("post", "news", "page")
        return [post for post_type in post_types for post in self.magazine.public(post_type)]

    def _newest(self) -> list[Post]:
        return sorted(self.magazine.public(), key=lambda p: (p.date, p.id), reverse=True)

    # --- Pages -----------------------------------------------------------------------------------

    def _home(self) -> Reply:
        items = "".join(
            f'<article><h2><a href="{self.magazine.link(post)}">{texturized(post.title)}</a></h2>'
            f"{'' if post.protected else post.excerpt}</article>\n"
            for post in self._newest()[:FEED_LENGTH]
        )
        return self._with_links(html(self._document(self.magazine.name, items)))

    def _single(self, post: Post, number: int) -> Reply:
        parts = _parts(post)
        if number > len(parts):
            return redirect(self.magazine.link(post))
        content = parts[number - 1] + self._page_links(post, number, len(parts))
        locked = (
            f'<form action="{self.magazine.home}/wp-login.php?action=postpass"'
            ' class="post-password-form" method="post"><p>This content is password-protected.</p>'
            '<input name="post_password" type="password"></form>'
        )
        article = (
            f'<article id="post-{post.id}"><h1 class="entry-title">{texturized(post.title)}</h1>\n'
            f'<div class="entry-content">{locked if post.protected else content}</div>'
            "</article>\n"
        )
        reply = self._with_links(html(self._document(post.title, article)))
        short = f"<{self.magazine.home}/?p={post.id}>; rel=shortlink"
        return reply.with_header("Link", short)

    def _page_links(self, post: Post, number: int, count: int) -> str:
        link = self.magazine.link(post)
        links = "".join(
            f'<a href="{link}{other}/" class="post-page-numbers">{other}</a> '
            for other in range(1, count + 1)
            if other != number
        )
        return f'<div class="page-links">Pages: {links}</div>' if count > 1 else ""

    def not_found(self) -> Reply:
        """Answer as WordPress does for an address it doesn't know."""
        sorry = "<h1>Page not found</h1><p>It looks like nothing was found at this location.</p>"
        return html(self._document("Page not found", sorry), 404)

    def _permalink(self, number: str) -> Reply:
        found = [post for post in self._all() if str(post.id) == number]
        return redirect(self.magazine.link(found[0])) if found else self.not_found()

    def _document(self, title: str, body: str) -> str:
        home = self.magazine.home
        return (
            '<!DOCTYPE html>\n<html lang="en-US"><head><meta charset="UTF-8">\n'
            f"<title>{escape(title)} &#8211; {escape(self.magazine.name)}</title>\n"
            f'<link rel="alternate" type="application/rss+xml" href="{home}/feed/">\n'
            f"{self._api_link()}"
            '<meta name="generator" content="WordPress 6.8.3">\n</head>\n'
            f'<body><header><a href="{home}/">{escape(self.magazine.name)}</a></header>\n'
            f"<main>{body}</main></body></html>\n"
        )

    def _api_link(self) -> str:
        if "rest-removed" in self.magazine.faults:
            return ""
        return f'<link rel="https://api.w.org/" href="{escape(self.magazine.rest_url("/"))}">\n'

    def _with_links(self, reply: Reply) -> Reply:
        if "rest-removed" in self.magazine.faults:
            return reply
        link = f'<{self.magazine.rest_url("/")}>; rel="https://api.w.org/"'
        return reply.with_header("Link", link)

    # --- Feed and sitemaps -----------------------------------------------------------------------

    def _feed(self, request: Request) -> Reply:
        page, part = (int(request.param(name) or 1) for name in ("paged", "page"))
        posts = self._newest()[(page - 1) * FEED_LENGTH : page * FEED_LENGTH]
        if not posts:
            return self.not_found()
        items = "".join(self._feed_item(post, part) for post in posts)
        address = f"{self.magazine.home}{request.path.removeprefix(self.prefix)}?{request.query}"
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {FEED_SPACES}>\n<channel>\n'
            f"<title>{escape(self.magazine.name)}</title>"
            f'<atom:link href="{escape(address)}" rel="self" type="application/rss+xml"/>'
            f"<link>{self.magazine.home}</link>\n"
            "<generator>https://wordpress.org/?v=6.8.3</generator>\n"
            f"{items}</channel></rss>\n"
        )
        post_type = ("Content-Type", "application/rss+xml; charset=UTF-8")
        return self._with_links(Reply(headers=[post_type], body=text.encode("utf-8", "replace")))

    def _feed_item(self, post: Post, part: int) -> str:
        parts = _parts(post)
        content = parts[min(part, len(parts)) - 1]
        author = self.magazine.authors.get(post.author)
        terms = (*post.categories, *post.tags)
        names = [self.magazine.terms[number].name for number in terms]
        categories = "".join(f"<category>{_cdata(name)}</category>" for name in names)
        excerpt = "There is no excerpt because this is a protected post."
        return (
            f"<item><title>{texturized(post.title)}</title><link>{self.magazine.link(post)}</link>\n"
            f"<dc:creator>{_cdata(author.name if author else '')}</dc:creator>"
            f"<pubDate>{_rfc822(post.date_gmt)}</pubDate>{categories}\n"
            f'<guid isPermaLink="false">{post.guid}</guid>\n'
            f"<description>{_cdata(excerpt if post.protected else post.excerpt)}</description>\n"
            f"<content:encoded>{_cdata('' if post.protected else content)}</content:encoded>\n"
            "</item>\n"
        )

    def _sitemap(self, path: str) -> Reply:
        home = self.magazine.home
        post_types = {
            f"/wp-sitemap-posts-{post_type}-1.xml": post_type
            for post_type in ("post", "page", "news")
        }
        if path == "/wp-sitemap.xml":
            maps = "".join(f"<sitemap><loc>{home}{name}</loc></sitemap>" for name in post_types)
            text = f'<sitemapindex xmlns="{SITEMAP}">{maps}</sitemapindex>'
        elif path in post_types:
            posts = self.magazine.public(post_types[path])
            urls = "".join(
                f"<url><loc>{self.magazine.link(p)}</loc>{_changed(p)}</url>" for p in posts
            )
            text = f'<urlset xmlns="{SITEMAP}">{urls}</urlset>'
        else:
            return self.not_found()
        post_type = ("Content-Type", "application/xml; charset=UTF-8")
        return Reply(
            headers=[post_type], body=f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()
        )


def _parts(post: Post) -> list[str]:
    """Return the pages of a post: its own page and the feed show one at a time."""
    return re.split(r"\n?<!--nextpage-->\n?", post.content)


def _page_of_post(path: str) -> tuple[str, int]:
    """Return the path of a post's first page, and the number of the requested page."""
    found = re.fullmatch(r"(.*[^/])/(\d{1,3})", path.strip("/"))
    return (found[1], int(found[2])) if found else (path.strip("/"), 1)


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]&gt;')}]]>"


def _rfc822(stamp: str) -> str:
    if stamp == ZERO:
        return "Wed, 30 Nov -0001 00:00:00 +0000"
    return datetime.fromisoformat(stamp).strftime("%a, %d %b %Y %H:%M:%S +0000")


def _changed(post: Post) -> str:
    return "" if post.modified_gmt == ZERO else f"<lastmod>{post.modified_gmt}+00:00</lastmod>"
