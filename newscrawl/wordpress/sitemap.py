"""Addresses of the posts of a site, from its sitemaps."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from newscrawl.urls.spelling import spelling_key
from newscrawl.wordpress.dates import utc
from newscrawl.wordpress.fields import MAX_URL
from newscrawl.wordpress.page_hints import joined
from newscrawl.wordpress.responses import Refusal
from newscrawl.wordpress.xml import parse_here, tree_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lxml.etree import _Element

    from newscrawl.net.response import Answer, Fetch
    from newscrawl.wordpress.xml import Parse

_NAMES: Final = tomllib.loads(Path(__file__).with_name("sitemap_names.toml").read_text("utf-8"))
PLACES: Final[tuple[str, ...]] = tuple(_NAMES["places"])
POSTS: Final = frozenset(_NAMES["posts"])
OTHERS: Final = frozenset(_NAMES["others"])
MAX_MAPS: Final = 10_000
"""Sitemaps that are read of one site; some plugins make one for each day."""
MAX_ADDRESSES: Final = 2_000_000
"""Addresses in all of them; the largest sites have a million posts."""
MAX_NAMED: Final = 5
"""Sitemaps of robots.txt that are tried."""
MAX_COMPARED: Final = 100
"""Sitemaps of robots.txt that these are chosen from."""
LONGER_SPELLING: Final = 20
"""Characters that another spelling of a home may have more: "www.", a scheme, punycode."""
MAX_DEPTH: Final = 3
"""Indexes within an index, as Jetpack has them."""
MAX_FAILURES: Final = 20
"""Sitemaps in a row that can't be read, after which the others are not requested."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFile:
    """One sitemap: the maps of an index that may have posts, or addresses that may be posts.

    Attributes:
        is_mixed: Whether it may have other addresses than those of posts.
    """

    is_index: bool
    entries: list[Entry]
    is_mixed: bool = False


def read_map(answer: Answer, place: str, home: str, is_mixed: bool) -> MapFile | Refusal:
    """Return an answer as a sitemap.

    Args:
        place: Its address; addresses on other hosts than its own and that of *home* are left out.
        is_mixed: Whether addresses of lists of posts are left out, too.
    """
    tree = tree_of(answer, "sitemapindex", "urlset")
    if isinstance(tree, Refusal):
        return tree
    starts = (home, urljoin(place, "/"))
    hosts = tuple(map(_host, starts))
    entries = [
        Entry(url, utc(changed))
        for link, changed in map(_values, tree.iterchildren("{*}url", "{*}sitemap"))
        if (url := _address(place, link, starts))
        and (url.startswith(starts) or _host(url) in hosts)
    ]
    if not str(tree.tag).endswith("sitemapindex"):
        return MapFile(is_index=False, entries=_posts_in(entries, home, is_mixed=is_mixed))
    sure = [entry for entry in entries if is_of_posts(entry.url)]
    others = [entry for entry in entries if not _words_of(entry.url) & OTHERS]
    return MapFile(is_index=True, entries=sure or others, is_mixed=not sure)


def _values(node: _Element) -> tuple[str, str]:
    """Return the address and the date of an entry; "" for a missing one."""
    found = {
        str(child.tag).rpartition("}")[2]: (child.text or "").strip()
        for child in node.iterchildren("{*}loc", "{*}lastmod")
    }
    return found.get("loc", ""), found.get("lastmod", "")


def _address(place: str, link: str, starts: tuple[str, ...]) -> str:
    """Return a link as an address; "" for one that can't be requested."""
    if len(link) > MAX_URL:
        return ""
    return link if link.startswith(starts) else joined(place, link)


def _posts_in(entries: list[Entry], home: str, *, is_mixed: bool) -> list[Entry]:
    own, longest = spelling_key(home).rstrip("/"), len(home) + LONGER_SPELLING
    return [
        entry
        for entry in entries
        if (len(entry.url) > longest or spelling_key(entry.url).rstrip("/") != own)
        and not (is_mixed and _LISTS.search(entry.url))
    ]


class Sitemap:
    """Reads the sitemaps of posts.

    Args:
        home: The site's home URL.
        fetch: Fetches a URL; never raises for a failure of the site.
        parse: Calls the function that reads an answer.
        robots: The site's robots.txt; None if it is still to be fetched.

    Attributes:
        place: The first sitemap; None if no sitemap was found.
        is_mixed: Whether it may have other addresses than those of posts.
        failures: Sitemaps that could not be read, each with the reason.
        requests: Requests made.
    """

    def __init__(
        self, home: str, fetch: Fetch, robots: str | None = None, *, parse: Parse = parse_here
    ) -> None:
        self.place: str | None = None
        self.is_mixed = False
        self.failures: dict[str, Refusal] = {}
        self.requests = 0
        self._home = home.rstrip("/") + "/"
        self._fetch = fetch
        self._parse = parse
        self._robots = robots
        self._maps: list[Entry] | None = None
        # Sitemaps of `_places` that have addresses themselves.
        self._flat: dict[str, MapFile] = {}

    async def open(self, *, most: int | None = None) -> bool:
        """Look for the sitemaps of posts; return whether there are any.

        Args:
            most: The number of places to try; None for all.
        """
        if self._maps is None:
            self._maps = await self._find_maps(most)
        return bool(self._maps)

    async def pages(self) -> AsyncIterator[list[Entry]]:
        """Yield the posts of each sitemap; addresses on other hosts are left out.

        It ends early, and `failures` has the reason, if the sitemaps go on for ever.
        """
        await self.open()
        left = [(entry.url, 1) for entry in self._maps or []][::-1]
        queued = {place for place, _ in left}
        addresses = failed = 0
        while left:
            place, depth = left.pop()
            found = await self._read(place)
            if isinstance(found, Refusal):
                self.failures[place] = found
                failed += 1
                if found.is_closed:
                    return
                if failed == MAX_FAILURES and left:
                    self._end(left[-1][0], f"{len(left)} sitemaps were not requested after others")
                    return
                continue
            failed = 0
            if found.is_index:
                left += [(inner, depth + 1) for inner in self._queue(place, depth, found, queued)]
                continue
            addresses += len(found.entries)
            if found.entries:
                yield found.entries
            if addresses > MAX_ADDRESSES:
                self._end(place, f"the sitemaps go on after {addresses} addresses")
                return

    def _queue(self, place: str, depth: int, index: MapFile, queued: set[str]) -> list[str]:
        """Return the maps of an index that are not queued yet, the last first."""
        new = list(dict.fromkeys(e.url for e in index.entries if e.url not in queued))
        if depth == MAX_DEPTH:
            self._end(place, f"an index within {MAX_DEPTH} others")
            return []
        room = MAX_MAPS - len(queued)
        if len(new) > room:
            self._end(place, f"the sitemaps go on after {MAX_MAPS} files")
        queued.update(new[:room])
        return new[:room][::-1]

    def _end(self, place: str, detail: str) -> None:
        self.failures[place] = Refusal("shape", detail)

    async def newest(self) -> list[Entry] | Refusal:
        """Return the addresses of the newest sitemap of posts."""
        await self.open()
        maps = self._maps or []
        dated = [entry for entry in maps if entry.modified]
        newest = max(dated, key=lambda entry: entry.modified or "") if dated else maps[-1]
        found = await self._read(newest.url)
        if isinstance(found, Refusal):
            return found
        return [] if found.is_index else found.entries

    @property
    def count(self) -> int:
        """How many sitemaps of posts there are."""
        return len(self._maps or [])

    async def _find_maps(self, most: int | None) -> list[Entry]:
        """Return the maps of the sitemaps that robots.txt names, else of the first usual one."""
        named, usual = await self._places()
        places = [*named, *usual][:most]
        maps: list[Entry] = []
        for place in places:
            if maps and (place not in named or not self.is_mixed):
                break
            found = await self._read(place)
            if isinstance(found, Refusal):
                self.failures[place] = found
                if found.is_closed and not maps:
                    return []
                continue
            maps = self._joined(maps, place, found)
        if maps:
            kept = {self.place, *(entry.url for entry in maps)}
            self.failures = {p: f for p, f in self.failures.items() if p in kept}
        if len(maps) > MAX_MAPS and self.place:
            self._end(self.place, f"the sitemaps go on after {MAX_MAPS} files")
        return maps[:MAX_MAPS]

    def _joined(self, maps: list[Entry], place: str, found: MapFile) -> list[Entry]:
        """Return the maps with those of another sitemap; an index of posts needs no other."""
        new = found.entries if found.is_index else [Entry(place, None)]
        is_mixed = found.is_mixed or not found.is_index
        if not new:
            self.failures[place] = Refusal("shape", "a sitemap without a map of posts")
            return maps
        if not found.is_index:
            self._flat[place] = found
        if not is_mixed or not maps:
            self.place, self.is_mixed, maps = place, is_mixed, []
        return list(dict.fromkeys([*maps, *new]))

    async def _places(self) -> tuple[list[str], list[str]]:
        """Return the sitemaps that robots.txt names, and the usual ones."""
        if self._robots is None:
            self.requests += 1
            answer = await self._fetch(urljoin(self._home, "/robots.txt"))
            is_there = answer.outcome is None and answer.status == 200
            self._robots = answer.body.decode("utf-8", "replace") if is_there else ""
        lines = islice(_SITEMAP_LINE.finditer(self._robots.lstrip("\ufeff")), MAX_COMPARED)
        named = [joined(self._home, line[1]) for line in lines]
        named = [place for place in named if place.startswith(("http://", "https://"))]
        named.sort(key=lambda place: bool(_words_of(place) & OTHERS))
        usual = [urljoin(self._home, name) for name in PLACES]
        named = list(dict.fromkeys(named))[:MAX_NAMED]
        return named, [place for place in usual if place not in named]

    async def _read(self, place: str) -> MapFile | Refusal:
        """Return a sitemap; the first one without another request, if it has the addresses."""
        if place in self._flat:
            return self._flat[place]
        self.requests += 1
        answer = await self._fetch(place)
        is_first = self._maps is None
        is_mixed = self.is_mixed or is_first
        found: MapFile | Refusal = await self._parse(read_map, answer, place, self._home, is_mixed)
        if isinstance(found, MapFile) and not is_first:
            self.is_mixed |= found.is_mixed
        return found


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
