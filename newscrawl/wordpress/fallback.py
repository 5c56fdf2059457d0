"""A site whose API is closed: what else it shows to everybody, and whether that may stand in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from newscrawl.wordpress import page_hints
from newscrawl.wordpress.dates import http_date
from newscrawl.wordpress.discovery import Attempt, bases_of, host_of
from newscrawl.wordpress.feed import Channel, Feed, feed_urls
from newscrawl.wordpress.responses import Refusal, decode
from newscrawl.wordpress.site import Site, site_key
from newscrawl.wordpress.sitemap import Sitemap
from newscrawl.wordpress.xml import parse_here

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.net.response import Answer, Fetch
    from newscrawl.wordpress.discovery import NotWordPress
    from newscrawl.wordpress.xml import Parse

WORDPRESS_MARKS: Final = re.compile(
    rb"/wp-(?:content|includes)/|content=[\"']WordPress|//api\.w\.org/"
)
"""What the pages of WordPress hold, and those of others do not."""
GENERATOR: Final = "wordpress.org"
"""What its feeds name as their generator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackSources:
    """The sources of posts of a closed site.

    Attributes:
        why: The answer of the API, in a few words.
        feed: None if the site has no feed.
        sitemap: Not opened yet; it may be missing if there is a feed.
    """

    site: Site
    why: str
    feed: Feed | None
    sitemap: Sitemap


async def fallback_sources(
    error: NotWordPress, fetch: Fetch, known: Site | None = None, *, parse: Parse = parse_here
) -> FallbackSources | None:
    """Look for a feed, and for sitemaps if there is no feed: 1 request if there is a feed.

    Args:
        error: The result of the search for the API.
        known: The site, if an earlier run found its API.
        parse: Calls the function that reads a feed or a sitemap.

    Returns:
        None if no fallback may be used: the API only fails, the site bars us with a challenge or
        the page that was asked for by robots.txt, has neither feed nor sitemap that may be read, or
        does not look like WordPress.
    """
    if error.state == "failing" or _is_barred(error):
        return None
    homes = [known.home] if known else list(bases_of(error.url))
    found = await _open_feed(error, homes, fetch, parse)
    if isinstance(found, Refusal) and found.reason == "challenge":
        return None
    feed, channel = (None, None) if isinstance(found, Refusal) else found
    if channel and channel.home and host_of(channel.home) == host_of(error.url):
        homes = [channel.home]
    sitemap = await _find_sitemap(
        error, homes, partial(Sitemap, fetch=fetch, parse=parse), is_needed=feed is None
    )
    if sitemap is None or not _is_wordpress(error, channel):
        return None
    site = known or _site(error.page, feed, channel, homes[0])
    why = str(error.refusal) if error.refusal else "it is not there"
    return FallbackSources(site=site, why=why, feed=feed, sitemap=sitemap)


def _is_barred(error: NotWordPress) -> bool:
    """Return whether the site refuses all crawlers. A rule of robots.txt covers only its paths."""
    said, page = error.refusal, decode(error.page)
    is_ruled_out = said is not None and said.reason == "robots_disallowed"
    is_barred = said is not None and said.is_barred and not is_ruled_out
    return is_barred or (isinstance(page, Refusal) and page.is_barred)


async def _open_feed(
    error: NotWordPress, homes: list[str], fetch: Fetch, parse: Parse
) -> tuple[Feed, Channel] | Refusal:
    """Return the first feed of posts; one without items only if there is no other."""
    empty: tuple[Feed, Channel] | None = None
    refusal: Refusal | None = None
    for url in feed_urls(error.page, homes):
        feed = Feed(url, fetch, parse)
        channel = await feed.open()
        if isinstance(channel, Refusal):
            error.add(Attempt(url, channel.detail))
            refusal = channel
            if channel.is_closed:
                break
        elif channel.content == "posts" and not _is_foreign(url, channel, error.url):
            return feed, channel
        else:
            what = "another site" if channel.content == "posts" else channel.content
            error.add(Attempt(url, f"a feed of {what}"))
            if channel.content == "nothing":
                empty = empty or (feed, channel)
    return empty or refusal or Refusal("shape", "no feed of posts")


def _is_foreign(url: str, channel: Channel, site: str) -> bool:
    """Return whether a feed that a page names is that of another site."""
    return bool(channel.home) and host_of(site) not in (host_of(url), host_of(channel.home))


async def _find_sitemap(
    error: NotWordPress, homes: list[str], of: Callable[[str], Sitemap], *, is_needed: bool
) -> Sitemap | None:
    """Return a sitemap; one that is *needed* is looked for now; None if there is no such map."""
    if not is_needed:
        return of(homes[0])
    for home in homes:
        sitemap = of(home)
        if await sitemap.open():
            return sitemap
        error.add(*(Attempt(url, refusal.detail) for url, refusal in sitemap.failures.items()))
    return None


def _is_wordpress(error: NotWordPress, channel: Channel | None) -> bool:
    if error.refusal is not None and error.refusal.reason == "error":
        return True  # an error object of the API
    is_named = channel is not None and GENERATOR in channel.generator
    return is_named or bool(WORDPRESS_MARKS.search(error.page.body[: page_hints.HEAD]))


def _site(page: Answer, feed: Feed | None, channel: Channel | None, base: str) -> Site:
    """Return the site, by the same key that its API would give it."""
    home = (channel.home if channel else "") or base
    if feed is not None and host_of(feed.url) == host_of(page.url):
        base = feed.url.partition("?")[0].removesuffix("feed/")
    asked = (page.url, *(hop.url for hop in page.hops))
    return Site(
        key=site_key(home, asked, base),
        home=home,
        root="",
        v2="",
        name=channel.title if channel else "",
        language=page_hints.language_of(page),
        date=http_date(page.headers.get("date")),
    )
