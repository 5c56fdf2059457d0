"""``scrapy doctor``: what a site offers, and how long a crawl of it would take."""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from newscrawl.crawl.normalize_all import normalize_all
from newscrawl.crawl.post_task import Normalized
from newscrawl.crawl.site_lookup import parse_in
from newscrawl.net.log_records import printable
from newscrawl.rights.policy import header_signals
from newscrawl.urls.hosts import host_key
from newscrawl.wordpress.children import ATTACHMENT, COMMENT
from newscrawl.wordpress.discovery import NotWordPress, discover
from newscrawl.wordpress.endpoints import PER_PAGE, post_fields, posts_url
from newscrawl.wordpress.fallback import fallback_sources
from newscrawl.wordpress.feed import Channel, Feed
from newscrawl.wordpress.incremental_scan import has_modified_after
from newscrawl.wordpress.posts import PostError, decode_post
from newscrawl.wordpress.probes import count
from newscrawl.wordpress.responses import Refusal, decode, objects
from newscrawl.wordpress.site import POST, ROUTES_OF_ALL
from newscrawl.wordpress.sitemap import Sitemap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.items import Post
    from newscrawl.net.response import Answer, Fetch
    from newscrawl.runtime.worker_pool import Workers
    from newscrawl.wordpress.fallback import FallbackSources
    from newscrawl.wordpress.site import PostType, Site

SAMPLE: Final = 20
"""The number of newest posts that are read, to estimate how many lead to articles."""

MAX_TYPES: Final = 20
"""The most types whose posts are counted."""

REQUESTS_PER_PAGE: Final = 3
"""For each page of a first run: the posts, their references, and the list of ids."""


@dataclass(slots=True, kw_only=True)
class Diagnosis:
    """The facts of a site after a few requests.

    Attributes:
        asked: The URL that was given.
        fallback_sources: The replacements of a closed API; None if it is open.
        counts: The number of posts by type, without empty types.
        comments, media: Their numbers; None if the site does not show them.
        has_changes: Whether lists can be filtered by time of change; None if unknown.
        feed, sitemap: Their addresses; None if there is no such thing.
        sampled: The number of posts that were read.
        publishers: The number of sampled posts that lead to an article, by its host.
        seconds: The time of the slowest response.
        signals: The rights signals that were seen.
        robots: The decision of robots.txt about the API.
    """

    asked: str
    site: Site
    fallback_sources: FallbackSources | None = None
    counts: dict[str, int] = field(default_factory=dict)
    comments: int | None = None
    media: int | None = None
    has_changes: bool | None = None
    feed: str | None = None
    sitemap: str | None = None
    sampled: int = 0
    publishers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    signals: dict[str, str] = field(default_factory=dict)
    robots: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """The seconds between two requests: to the site, and to a publisher."""

    api: float
    article: float
    crawl_delay: float = 0.0


class Doctor:
    """Examines one site.

    Args:
        fetch: Fetches a URL as a crawl does.
        workers: Normalize the sampled posts.
    """

    def __init__(self, fetch: Fetch, workers: Workers) -> None:
        self._download = fetch
        self._workers = workers
        self._seconds = 0.0
        self._signals: dict[str, str] = {}
        self._robots: str | None = None

    async def examine(self, url: str) -> Diagnosis:
        """Return the facts of a site, with about a dozen requests.

        Raises:
            ConfigurationError: If *url* is no web address.
            SiteError: If the site cannot be crawled.
        """
        try:
            found = Diagnosis(asked=url, site=await discover(url, self._fetch))
        except NotWordPress as error:
            closed = await fallback_sources(error, self._fetch, parse=parse_in(self._workers))
            if closed is None:
                raise
            found = Diagnosis(asked=url, site=closed.site, fallback_sources=closed)
            found.feed = closed.feed.url if closed.feed else None
            found.sitemap = closed.sitemap.place
        else:
            await self._look_around(found)
        found.seconds, found.signals, found.robots = self._seconds, self._signals, self._robots
        return found

    async def _fetch(self, url: str) -> Answer:
        began = time.monotonic()
        answer = await self._download(url)
        if answer.outcome is None:
            # This includes the wait for the host's turn, so the estimate is never too low.
            self._seconds = max(self._seconds, time.monotonic() - began)
        self._signals |= answer.signals
        if "html" in answer.headers.get("content-type", ""):  # WordPress marks its API "noindex"
            self._signals |= header_signals(answer.headers)
        self._robots = answer.robots or self._robots
        return answer

    async def _look_around(self, found: Diagnosis) -> None:
        site = found.site
        for post_type in [t for t in site.types if t.is_content][:MAX_TYPES]:
            if posts := await count(site, post_type, self._fetch):
                found.counts[post_type.slug] = posts
        found.comments = await count(site, COMMENT, self._fetch)
        found.media = await count(site, ATTACHMENT, self._fetch)
        post_type = site.type("post") or POST
        found.has_changes = await has_modified_after(site, post_type, self._fetch)
        await self._sample(found, post_type)
        parse = parse_in(self._workers)
        feed, sitemap = (
            Feed(f"{site.home.rstrip('/')}/feed/", self._fetch, parse),
            Sitemap(site.home, self._fetch, parse=parse),
        )
        found.feed = feed.url if isinstance(await feed.open(), Channel) else None
        found.sitemap = sitemap.place if await sitemap.open() else None

    async def _sample(self, found: Diagnosis, post_type: PostType) -> None:
        url = posts_url(
            found.site, post_type, per_page=SAMPLE, _fields=post_fields(found.site, post_type)
        )
        rows = objects(decode(await self._fetch(url)))
        if isinstance(rows, Refusal):
            return
        posts: list[Post] = []
        for row in rows[:SAMPLE]:
            try:
                posts.append(decode_post(row, found.site))
            except PostError:
                continue
        if posts:
            made = await normalize_all(self._workers, posts)
            links = [item.link for item in made if isinstance(item, Normalized) and item.link]
            found.sampled = len(posts)
            found.publishers.update(host_key(link.url) for link in links)


def as_dict(found: Diagnosis, manners: Manners) -> dict[str, Any]:
    """Return the facts as JSON values; those that the site does not show are None."""
    closed = found.fallback_sources
    return {
        "site": found.site.key,
        "name": found.site.name,
        "api": found.site.root if closed is None else None,
        "closed": None if closed is None else str(closed.why),
        "posts": found.counts,
        "comments": found.comments,
        "media": found.media,
        "modified_after": found.has_changes,
        "feed": found.feed,
        "sitemap": found.sitemap,
        "robots": found.robots,
        "rights": found.signals,
        "sampled": found.sampled,
        "publishers": dict(found.publishers),
        "seconds": {"slowest": round(found.seconds, 3), **asdict(manners)},
    }


def lines(found: Diagnosis, manners: Manners) -> Iterator[str]:
    """Yield the lines for a terminal; text of the site is escaped."""
    for name, value in _facts(found, manners):
        yield f"{name:11}{printable(value)}"
    yield ""
    yield from toml(found)


def _facts(found: Diagnosis, manners: Manners) -> Iterator[tuple[str, str]]:
    site = found.site
    yield "Site", f"{site.key}, {site.name}" if site.name else site.key
    if found.fallback_sources is not None:
        yield (
            "API",
            f"closed: {found.fallback_sources.why}; a crawl reads the feed or sitemap",
        )
    else:
        yield "API", f"{site.root} ({site.style} URLs)"
        counts = ", ".join(f"{posts} of {post_type}" for post_type, posts in found.counts.items())
        yield "Posts", counts or "no posts"
        yield "Comments", _or_closed(found.comments)
        yield "Media", _or_closed(found.media)
        known = {True: "yes", False: "no, a crawl compares ids", None: "unknown"}
        yield "Changes", f"by modified_after: {known[found.has_changes]}"
        for slug, (namespace, route) in ROUTES_OF_ALL.items():
            if site.type(slug) and namespace in site.namespaces:
                yield "Events", f"{slug} lists only coming ones; {route} lists all"
    yield "Feed", found.feed or "not found"
    yield "Sitemap", found.sitemap or "not found"
    delay = f", Crawl-delay {manners.crawl_delay:g} s" if manners.crawl_delay else ""
    yield "robots.txt", f"{found.robots or 'not read'}{delay}"
    yield "Rights", ", ".join(f"{k} {v}" for k, v in found.signals.items()) or "no signals"
    yield from _articles(found)
    if found.fallback_sources is None:
        yield "First run", _estimate(found, manners)


def _or_closed(count: int | None) -> str:
    return "not shown" if count is None else str(count)


def _articles(found: Diagnosis) -> Iterator[tuple[str, str]]:
    if found.sampled:
        named = ", ".join(f"{host} ({n})" for host, n in found.publishers.most_common(5))
        linked = found.publishers.total()
        share = f"{linked} of the {found.sampled} newest posts have a full-article link"
        yield "Articles", f"{share}: {named}" if named else share


def _estimate(found: Diagnosis, manners: Manners) -> str:
    posts = found.counts.get("post", 0)
    requests = REQUESTS_PER_PAGE * math.ceil(posts / PER_PAGE) + 10
    pace = max(manners.api, manners.crawl_delay, min(found.seconds, 30.0))
    posts_time = duration(requests * pace)
    estimate = f"about {requests} requests to the site, {pace:.1f} s each: {posts_time}"
    if not found.publishers:
        return estimate
    share = found.publishers.most_common(1)[0][1] / found.sampled
    articles = round(posts * found.publishers.total() / found.sampled)
    longest = posts * share * manners.article
    return f"{estimate}; about {articles} articles, {duration(longest)} for the largest publisher"


def duration(seconds: float) -> str:
    """Return a time in its largest unit.

    >>> duration(5), duration(600), duration(7200), duration(200_000)
    ('5 s', '10 min', '2.0 h', '2.3 days')
    """
    if seconds < 100:
        return f"{math.ceil(seconds)} s"
    if seconds < 100 * 60:
        return f"{math.ceil(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} days"


def toml(found: Diagnosis) -> Iterator[str]:
    """Yield the lines of ``sites.toml`` for the site."""
    types = [post_type for post_type in found.counts if post_type not in ("post", "page")]
    yield "[[site]]"
    yield f"site = {_quoted(found.asked)}"
    yield 'every = "1h"'
    if types:
        yield f"arguments = {{ types = {_quoted(','.join(['post', *types]))} }}"


def _quoted(text: str) -> str:
    r"""Return a basic string of TOML.

    >>> print(_quoted('a"b' + chr(27)))
    "a\"b\U0000001b"
    """
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in plain) + '"'
