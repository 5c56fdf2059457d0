"""Posts of a site whose API is closed, from its RSS feed, page by page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from w3lib.url import add_or_replace_parameter

from newscrawl.urls.hosts import is_web_url
from newscrawl.wordpress import error_pages, page_hints
from newscrawl.wordpress.fallback_posts import feed_post
from newscrawl.wordpress.identity import stand_in_id
from newscrawl.wordpress.responses import Refusal
from newscrawl.wordpress.xml import child_text, parse_here, tree_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from lxml.etree import _Element

    from newscrawl.items import Post
    from newscrawl.net.response import Answer, Fetch
    from newscrawl.wordpress.xml import Parse

MAX_PAGES: Final = 10_000
"""Pages of a feed that are read; WordPress has ten posts on a page."""
MAX_POSTS: Final = 200_000
"""Posts in all of them: a feed has no total, so its end is not known."""
MAX_ITEMS: Final = 5_000
"""Items of a page that are read; sites that change the number have some hundreds."""

MAX_FEEDS: Final = 6
"""Feeds of a site that are tried."""
_MAIN_FEED: Final = re.compile(
    r"^https?://[^/?#]+/(?:index\.php)?\?feed=rss2?$|^https?://[^/?#]+/feed/?$"
)
_OTHER_FEED: Final = re.compile(
    r"comments|/(?:category|tag|author|podcast|search)/|feed=podcast", re.IGNORECASE
)
"""Addresses of feeds of all posts, as WordPress has them, and of feeds that have other content."""

CONTENT: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"
SELF_LINK: Final = "{http://www.w3.org/2005/Atom}link[@rel='self']"
UNSEEN: Final = (
    "edits of posts older than the feed's first pages, and of the further pages of a post",
    "deletions",
    "posts that the feed leaves out",
    "pictures, and the ids of posts, authors and terms",
)
"""The parts of posts that a feed can't show, for the verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The head of a feed; "" for a missing value.

    Attributes:
        content: The type of its items: "posts", "comments", "recordings", or "nothing".
    """

    home: str
    title: str
    generator: str
    content: str = "posts"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """One page of a feed.

    Attributes:
        surplus: Its items beyond `MAX_ITEMS`, which are left out.
        is_second: Whether it names ``page=2`` in its own address.
    """

    channel: Channel
    posts: list[Post]
    surplus: int
    is_second: bool


def read_feed(answer: Answer) -> FeedPage | Refusal:
    """Return an answer as a page of a feed."""
    root = tree_of(answer, "rss")
    if isinstance(root, Refusal):
        return root
    found = root.find("{*}channel")
    channel = root if found is None else found
    items = list(channel.iterfind("{*}item"))
    return FeedPage(
        channel=_head(channel, items),
        posts=[feed_post(raw_of(item)) for item in items[:MAX_ITEMS]],
        surplus=len(items[MAX_ITEMS:]),
        is_second=_is_second(channel),
    )


def _head(channel: _Element, items: Sequence[_Element]) -> Channel:
    # Before the site's own link there is the feed's, which has its address in an attribute.
    links = ((node.text or "").strip() for node in channel.iterfind("{*}link"))
    home = next(filter(None, links), "")
    return Channel(
        home=home if is_web_url(home) else "",
        title=error_pages.one_line(child_text(channel, "title")),
        generator=child_text(channel, "generator"),
        content=content_of(items),
    )


class Feed:
    """Walks a feed from its newest post to its oldest.

    Args:
        url: The feed's address.
        fetch: Fetches a URL; never raises for a failure of the site.
        parse: Calls the function that reads an answer.

    Attributes:
        seen: The number of each post so far, made of guid and address: two posts may share a guid.
        failure: Why the walk ended before the end of the feed; None if it read all of it.
        requests: Requests made.
    """

    def __init__(self, url: str, fetch: Fetch, parse: Parse = parse_here) -> None:
        self.url = url
        self.seen: set[int] = set()
        self.failure: Refusal | None = None
        self.requests = 0
        self._fetch = fetch
        self._parse = parse
        self._first: FeedPage | None = None
        self._page = 1

    async def open(self) -> Channel | Refusal:
        """Fetch the first page; return its head."""
        first = await self._read(1)
        if isinstance(first, Refusal):
            return first
        self._first = first
        return first.channel

    async def pages(self) -> AsyncIterator[list[Post]]:
        """Yield posts, each once, until a page is not there or has nothing new.

        A post published meanwhile moves the others to the next page, which does no harm; one that
        is deleted meanwhile may hide another until the next walk.
        """
        for page in range(1, MAX_PAGES):
            self._page = page
            read = await self._read(page)
            if isinstance(read, Refusal):
                # WordPress has no page beyond the last one: 404. A feed must have a first page.
                self.failure = None if page > 1 and read.status == 404 else read
                return
            posts = [post for post in read.posts if post.guid or post.url]
            by_key = {stand_in_id(post.guid, post.url): post for post in posts}
            new = {key: post for key, post in by_key.items() if key not in self.seen}
            if not new:
                return
            self.seen |= new.keys()
            yield list(new.values())
            if read.surplus or len(self.seen) > MAX_POSTS:
                break
        self.failure = Refusal(
            "shape", f"it goes on after {page} pages with {len(self.seen)} posts"
        )

    async def continued(self, posts: Sequence[Post]) -> set[tuple[str, str]] | None:
        """Return guid and address of those posts of the last page that may have a second page.

        A feed shows only the first page of each post, without a sign. If it is requested with
        ``page=2``, WordPress shows the second page of each post, or the only one.

        Returns:
            None if the site does not prove that it used the parameter. WordPress writes the
            requested address into the feed; a cache that ignores queries has another one.
        """
        read = await self._read(self._page, part=2)
        if isinstance(read, Refusal) or not read.is_second:
            return None
        same = {(post.guid, post.url, post.content) for post in read.posts}
        return {
            (post.guid, post.url)
            for post in posts
            if (post.guid, post.url, post.content) not in same
        }

    async def _read(self, page: int, part: int = 1) -> FeedPage | Refusal:
        if page == part == 1 and self._first is not None:
            return self._first
        url = self.url if page == 1 else add_or_replace_parameter(self.url, "paged", str(page))
        url = url if part == 1 else add_or_replace_parameter(url, "page", str(part))
        for is_last in (False, True):
            self.requests += 1
            read: FeedPage | Refusal = await self._parse(read_feed, await self._fetch(url))
            if isinstance(read, FeedPage) or is_last or not read.is_passing:
                break
        return read


def _is_second(channel: _Element) -> bool:
    """Return whether a feed names ``page=2`` in its own address."""
    links = (node.get("href") or "" for node in channel.iterfind(SELF_LINK))
    return any(
        ("page", "2") in parse_qsl(urlsplit(link).query) for link in links if is_web_url(link)
    )


def feed_urls(page: Answer, homes: Sequence[str]) -> list[str]:
    """Return possible addresses of the feed of a site's posts, the likeliest first.

    A page may name feeds of comments, of a podcast or of a category before that of its posts, or
    only them.
    """
    usual = [f"{home.rstrip('/')}/feed/" for home in homes]
    named = page_hints.named_feeds(page)
    main = [url for url in named if url in usual or _MAIN_FEED.search(url)]
    others = [url for url in named if not _OTHER_FEED.search(url)]
    return list(dict.fromkeys([*main, *usual, *others]))[:MAX_FEEDS]


def content_of(items: Sequence[_Element]) -> str:
    """Return the type of the items of a feed: "posts", "comments", "recordings" or "nothing"."""
    if not items:
        return "nothing"
    places = [f"{child_text(item, 'link')} {child_text(item, 'guid')}" for item in items]
    if all("#comment-" in place for place in places):
        return "comments"
    recordings = sum(_has_recording(item) for item in items)
    return "recordings" if recordings == len(items) else "posts"


def _has_recording(item: _Element) -> bool:
    enclosures = item.iterfind("{*}enclosure")
    return any((node.get("type") or "").startswith(("audio/", "video/")) for node in enclosures)


def raw_of(item: _Element) -> dict[str, Any]:
    """Return the fields of an item of a feed."""
    return {
        "guid": child_text(item, "guid"),
        "link": child_text(item, "link"),
        "title": child_text(item, "title"),
        "pubDate": child_text(item, "pubDate"),
        "creator": child_text(item, "creator"),
        "categories": [(node.text or "").strip() for node in item.iterfind("{*}category")],
        "description": child_text(item, "description"),
        "content": (item.findtext(CONTENT) or "").strip(),
        "post-id": child_text(item, "post-id"),
    }
