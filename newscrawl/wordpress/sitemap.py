"""Addresses of the posts of a site, from its sitemaps."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from newscrawl.urls.spelling import spelling_key
from newscrawl.wordpress.dates import utc
from newscrawl.wordpress.page_hints import joined
from newscrawl.wordpress.responses import Refusal
from newscrawl.wordpress.xml import child_text, tree_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from newscrawl.net.response import Fetch

_NAMES: Final = tomllib.loads(Path(__file__).with_name("sitemap_names.toml").read_text("utf-8"))
PLACES: Final[tuple[str, ...]] = tuple(_NAMES["places"])
POSTS: Final = frozenset(_NAMES["posts"])
OTHERS: Final = frozenset(_NAMES["others"])
MAX_MAPS: Final = 1000
"""Sitemaps of posts that are read of one site."""
MAX_ADDRESSES: Final = 2_000_000
"""Addresses in all of them; the largest sites have a million posts."""
MAX_NAMED: Final = 5
"""Sitemaps of robots.txt that are tried."""
MAX_DEPTH: Final = 3
"""Indexes within an index, as Jetpack has them."""
UNSEEN: Final = ("guids, authors and terms", "excerpts", "posts that the sitemap leaves out")
"""Facts that sitemaps can't show, for the verdict."""

_SITEMAP_LINE: Final = re.compile(r"(?im)^\s*sitemap\s*:\s*(\S{1,2000})")
_OF_TYPE: Final = re.compile(r"wp-sitemap-posts-|sitemap-subtype=")
_WORD: Final = re.compile(r"[a-z][a-z_]*")
_LISTS: Final = re.compile(r"/(?:category|tag|author|page)/")


@dataclass(frozen=True, slots=True)
class Entry:
    """An address in a sitemap, and when it changed: ISO 8601 in UTC, None if it is unknown."""

    url: str
    modified: str | None


class Sitemap:
    """Reads the sitemaps of posts.

    Args:
        home: The site's home URL.
        fetch: Fetches a URL; never raises for a failure of the site.
        robots: The site's robots.txt; None if it is still to be fetched.

    Attributes:
        place: The first sitemap; None if no sitemap was found.
        is_mixed: Whether it may have other addresses than those of posts.
        failures: Sitemaps that could not be read, each with the reason.
        requests: Requests made.
    """

    def __init__(self, home: str, fetch: Fetch, robots: str | None = None) -> None:
        self.place: str | None = None
        self.is_mixed = False
        self.failures: dict[str, Refusal] = {}
        self.requests = 0
        self._home = home.rstrip("/") + "/"
        self._fetch = fetch
        self._robots = robots
        self._maps: list[Entry] | None = None
        # The first sitemap, if it has the addresses itself.
        self._flat: list[Entry] | None = None

    async def open(self, *, most: int | None = None) -> bool:
        """Look for the sitemaps of posts; return whether there are any.

        Args:
            most: The number of places to try; None for all.
        """
        if self._maps is None:
            self._maps = await self._find_maps(most)
        return bool(self._maps)

    async def pages(self) -> AsyncIterator[list[Entry]]:
        """Yield the posts of each sitemap; addresses on other hosts are left out."""
        await self.open()
        left = [(entry, 1) for entry in self._maps or []][::-1]
        read = addresses = 0
        while left:
            entry, depth = left.pop()
            if read == MAX_MAPS or addresses > MAX_ADDRESSES:
                detail = f"the sitemaps go on after {read} with {addresses} addresses"
                self.failures[entry.url] = Refusal("shape", detail)
                return
            read += 1
            found = await self._read(entry.url)
            if isinstance(found, Refusal):
                self.failures[entry.url] = found
                if found.is_closed:
                    return
                continue
            is_index, entries = found
            addresses += len(entries)
            if is_index and depth < MAX_DEPTH:
                left += [(inner, depth + 1) for inner in self._chosen(entries)][::-1]
            elif entries := self._posts_in(entries):
                yield entries

    async def newest(self) -> list[Entry] | Refusal:
        """Return the addresses of the newest sitemap of posts."""
        await self.open()
        maps = self._maps or []
        dated = [entry for entry in maps if entry.modified]
        newest = max(dated, key=lambda entry: entry.modified or "") if dated else maps[-1]
        found = await self._read(newest.url)
        return found if isinstance(found, Refusal) else self._posts_in(found[1])

    @property
    def count(self) -> int:
        """How many sitemaps of posts there are."""
        return len(self._maps or [])

    async def _find_maps(self, most: int | None) -> list[Entry]:
        for place in (await self._places())[:most]:
            found = await self._read(place)
            if isinstance(found, Refusal):
                self.failures[place] = found
                if found.is_closed:
                    return []
                continue
            is_index, entries = found
            maps = self._chosen(entries) if is_index else [Entry(place, None)]
            if not is_index:
                self._flat, self.is_mixed = entries, True
            if maps:
                self.place = place
                self.failures.clear()
                return maps
            self.failures[place] = Refusal("shape", "a sitemap without a map of posts")
        return []

    async def _places(self) -> list[str]:
        if self._robots is None:
            self.requests += 1
            answer = await self._fetch(urljoin(self._home, "/robots.txt"))
            is_there = answer.outcome is None and answer.status == 200
            self._robots = answer.body.decode("utf-8", "replace") if is_there else ""
        named = [joined(self._home, place) for place in _SITEMAP_LINE.findall(self._robots)]
        named = [place for place in named if place.startswith(("http://", "https://"))]
        named.sort(key=lambda place: bool(_words_of(place) & OTHERS))
        usual = [urljoin(self._home, name) for name in PLACES]
        return list(dict.fromkeys([*named[:MAX_NAMED], *usual]))

    def _chosen(self, maps: Iterable[Entry]) -> list[Entry]:
        """Return the maps of posts; without such names, those that may have posts as well."""
        maps = list(maps)
        sure = [entry for entry in maps if is_of_posts(entry.url)]
        if sure:
            return sure
        self.is_mixed = True
        return [entry for entry in maps if not _words_of(entry.url) & OTHERS]

    def _posts_in(self, entries: list[Entry]) -> list[Entry]:
        home = spelling_key(self._home)
        return [
            entry
            for entry in entries
            if spelling_key(entry.url).rstrip("/") != home.rstrip("/")
            and not (self.is_mixed and _LISTS.search(entry.url))
        ]

    async def _read(self, place: str) -> tuple[bool, list[Entry]] | Refusal:
        """Return whether a sitemap is an index, and its entries on the site's own host."""
        if self._flat is not None and place == self.place:
            return False, self._flat
        self.requests += 1
        tree = tree_of(await self._fetch(place), "sitemapindex", "urlset")
        if isinstance(tree, Refusal):
            return tree
        entries = [
            Entry(joined(place, child_text(node, "loc")), utc(child_text(node, "lastmod")))
            for node in tree.iterchildren("{*}url", "{*}sitemap")
        ]
        is_index = str(tree.tag).endswith("sitemapindex")
        return is_index, [entry for entry in entries if self._is_near(entry.url, place)]

    def _is_near(self, url: str, place: str) -> bool:
        """Return whether an address is on the host of the site, or of the map that names it."""
        return bool(url) and _host(url) in (_host(self._home), _host(place))


def is_of_posts(url: str) -> bool:
    """Return whether a sitemap is one of posts by its name.

    >>> is_of_posts("https://example.org/wp-sitemap-posts-post-1.xml")
    True
    >>> is_of_posts("https://example.org/?sitemap=posts&sitemap-subtype=page&paged=1")
    False
    """
    words = _words_of(url)
    # WordPress itself writes "posts" for all types, and then the type.
    if _OF_TYPE.search(url):
        return "post" in words and not words & OTHERS
    return bool(words & POSTS) and not words & OTHERS


def _words_of(url: str) -> frozenset[str]:
    """Return the words of the last part of a path and of the values of a query."""
    parts = urlsplit(url)
    values = [value for _, value in parse_qsl(parts.query)]
    text = " ".join([parts.path.rpartition("/")[2].removesuffix(".gz"), *values])
    return frozenset(_WORD.findall(text.lower()))


def _host(url: str) -> str:
    return urlsplit(spelling_key(url)).netloc
