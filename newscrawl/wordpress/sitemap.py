"""Addresses of the posts of a site that has neither API nor feed, from its sitemaps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from newscrawl.wordpress.dates import utc
from newscrawl.wordpress.page_hints import joined
from newscrawl.wordpress.responses import Refusal
from newscrawl.wordpress.xml import child_text, tree_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from newscrawl.net.response import Ask

PLACES: Final = ("wp-sitemap.xml", "sitemap_index.xml", "sitemap.xml")
"""Where WordPress itself and its plugins have the first sitemap, tried in this order."""
OF_POSTS: Final = re.compile(r"/(?:wp-sitemap-posts-post-\d+|post-sitemap\d*)\.xml$")
"""Sitemaps of posts, as WordPress and Yoast name them; others hold pages, terms, authors."""
MAX_MAPS: Final = 1000
"""Sitemaps of posts that are read of one site."""
MAX_ADDRESSES: Final = 2_000_000
"""Addresses in all of them; the largest sites have a million posts."""
UNSEEN: Final = ("guids, authors and terms", "excerpts", "posts that the sitemap leaves out")
"""What sitemaps can't show, for the verdict."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The address of a post, and when it changed: ISO 8601 in UTC, None where not told."""

    url: str
    modified: str | None


class Sitemap:
    """Reads the sitemaps of posts.

    Attributes:
        place: The first sitemap; None where none was found.
        failures: Sitemaps that could not be read, each with the reason.
        requests: Requests made.
    """

    def __init__(self, home: str, ask: Ask) -> None:
        self.place: str | None = None
        self.failures: dict[str, Refusal] = {}
        self.requests = 0
        self._home = home.rstrip("/") + "/"
        self._ask = ask
        self._maps: list[str] | None = None

    async def open(self) -> bool:
        """Look for the sitemaps of posts; tell whether there are any."""
        if self._maps is None:
            self._maps = await self._find_maps()
        return bool(self._maps)

    async def pages(self) -> AsyncIterator[list[Entry]]:
        """Yield the posts of each sitemap; addresses on other hosts are left out."""
        await self.open()
        addresses = 0
        for number, place in enumerate(self._maps or ()):
            if number == MAX_MAPS or addresses > MAX_ADDRESSES:
                detail = f"the sitemaps go on after {number} with {addresses} addresses"
                self.failures[place] = Refusal("shape", detail)
                return
            found = await self._locations(place, "urlset")
            if isinstance(found, Refusal):
                self.failures[place] = found
                if found.is_closed:
                    return
            elif found:
                addresses += len(found)
                yield found

    async def _find_maps(self) -> list[str]:
        for name in PLACES:
            place = urljoin(self._home, name)
            found = await self._locations(place, "sitemapindex")
            if isinstance(found, Refusal):
                self.failures[place] = found
                if found.is_closed:
                    return []
            elif maps := [entry.url for entry in found if OF_POSTS.search(entry.url)]:
                self.place = place
                self.failures.clear()
                return maps
        return []

    async def _locations(self, place: str, root: str) -> list[Entry] | Refusal:
        self.requests += 1
        tree = tree_of(await self._ask(place), root)
        if isinstance(tree, Refusal):
            return tree
        entries = [
            Entry(joined(place, child_text(node, "loc")), utc(child_text(node, "lastmod")))
            for node in tree.iterchildren("{*}url", "{*}sitemap")
        ]
        return [entry for entry in entries if _is_near(entry.url, place)]


def _is_near(url: str, place: str) -> bool:
    """Tell whether an address is on the host that names it."""
    return bool(url) and urlsplit(url).netloc == urlsplit(place).netloc
