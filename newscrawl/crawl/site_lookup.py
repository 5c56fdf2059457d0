"""Finds the site of a run: its API, or its feed and sitemaps if the API is closed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newscrawl.archive import hosts, sites
from newscrawl.net.response import Answer
from newscrawl.outcomes import EXTRACTION_FAILED
from newscrawl.runtime.worker_pool import WorkerError
from newscrawl.urls.hosts import host_key
from newscrawl.wordpress.discovery import Attempt, NotWordPress, discover, refresh
from newscrawl.wordpress.fallback import fallback_sources
from newscrawl.wordpress.responses import Refusal
from newscrawl.wordpress.site import Site
from newscrawl.wordpress.xml import is_small

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.archive.database import Archive
    from newscrawl.crawl.options import Arguments
    from newscrawl.net.response import Fetch
    from newscrawl.runtime.worker_pool import Workers
    from newscrawl.wordpress.fallback import FallbackSources
    from newscrawl.wordpress.xml import Parse

logger = logging.getLogger(__name__)


async def find_site(
    archive: Archive, arguments: Arguments, fetch: Fetch, parse: Parse
) -> tuple[Site, FallbackSources | None]:
    """Return the site, and the fallback sources of its posts if its API is closed.

    One that is known needs one request, but for a full run.

    Args:
        parse: Calls the function that reads a feed or a sitemap.

    Raises:
        SiteError: If it can't be crawled at all.
    """
    facts = await archive.look(sites.recall, arguments.site)
    known = None if facts is None else Site.from_dict(facts)
    if known is not None and not known.was_open:
        known = None
    try:
        if known is None or arguments.full:
            site = await discover(arguments.site, fetch)
        else:
            site = await refresh(known, arguments.site, fetch)
    except NotWordPress as error:
        found = await fallback_sources(error, with_known_robots(archive, fetch), known, parse=parse)
        if found is None:
            raise
        logger.warning("%s", error)
        logger.info("Continuing without the REST API of %s", found.site.name or found.site.key)
        return found.site, found
    logger.info("Found %s at %s", site.name or site.key, site.root)
    return site, None


def with_known_robots(archive: Archive, fetch: Fetch) -> Fetch:
    """Return *fetch*, which takes a robots.txt that was read already from the archive."""

    async def ask_for(url: str) -> Answer:
        if urlsplit(url).path == "/robots.txt":
            robots = await archive.look(hosts.read_robots, host_key(url))
            if robots is not None and robots.status:
                return Answer(url=url, status=robots.status, body=robots.text.encode())
        return await fetch(url)

    return ask_for


async def fall_back(
    site: Site, refusal: Refusal, fetch: Fetch, parse: Parse
) -> FallbackSources | None:
    """Return the fallback sources of a site whose API lists no posts; None if it has none.

    Args:
        refusal: The answer of the list of posts, while the index of the API is open.
    """
    page = await fetch(site.home)
    said = refusal if refusal.is_closed else None  # else the lists do not exist
    error = NotWordPress(page, [Attempt(site.v2, str(refusal))], said)
    return await fallback_sources(error, fetch, site, parse=parse)


def parse_in(workers: Workers) -> Parse:
    """Return a function that reads large documents in a worker, which has limits."""

    async def parse(function: Callable[..., Any], answer: Answer, *more: Any) -> Any:
        try:
            if is_small(answer):
                return function(answer, *more)
            return await workers.run(function, answer, *more)
        except Exception as error:  # a bug costs this document only
            is_bug = not isinstance(error, WorkerError)
            logger.warning("%s can't be read: %s", answer.url, error, exc_info=is_bug)
            return Refusal(EXTRACTION_FAILED, f"newscrawl failed to read it: {error}")

    return parse
