"""Finding the API of a WordPress site from any of its URLs, with few requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from newscrawl.exceptions import ConfigurationError, SiteError
from newscrawl.urls import same_site
from newscrawl.urls.credentials import shown_url
from newscrawl.urls.hosts import DEFAULT_PORTS
from newscrawl.urls.spelling import ascii_host
from newscrawl.wordpress import endpoints, error_pages, page_hints
from newscrawl.wordpress.api_index import (
    facts_of,
    home_of,
    index_url,
    read_index,
    taxonomies_of,
    types_of,
    with_taxonomies,
)
from newscrawl.wordpress.byline_pages import has_bylines, has_translations
from newscrawl.wordpress.dates import http_date
from newscrawl.wordpress.json_document import text_of
from newscrawl.wordpress.languages import languages_of
from newscrawl.wordpress.responses import Decoded, Refusal, decode, fetch_read
from newscrawl.wordpress.site import BUILT_IN, POST, Site, site_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.net.response import Answer, Fetch

UNREACHABLE: Final = frozenset(
    {"dns_error", "connection_error", "tls_error", "timeout", "unsafe_address", "redirect_loop"}
)
"""Outcomes after which no more requests are sent to a host."""
NOT_PUBLIC: Final = frozenset({"dns_error", "unsafe_address", "redirect_loop"})
"""Of these, outcomes that are no passing failure: the address shows nothing to the public."""
_IN_WORDS: Final = {
    "absent": "shows no WordPress REST API",
    "closed": "does not open its REST API",
    "failing": "did not answer as a WordPress REST API does",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A URL that was tried, and its answer in a few words."""

    url: str
    said: str

    def __str__(self) -> str:
        return f"{self.url} → {self.said}"


class NotWordPress(SiteError):
    """No API was found. The message is one line: each URL that was tried, and its answer.

    Attributes:
        url: The requested page, after redirects.
        state: "absent": nothing of an API was seen; "closed": it refuses; "failing": it may be
            there, and did not answer.
        tried: Each URL with its answer, in order.
        page: The answer for the requested URL.
        refusal: The answer of the API, or its failure; None if it is absent.
    """

    def __init__(self, page: Answer, tried: list[Attempt], refusal: Refusal | None) -> None:
        self.state = "absent" if refusal is None else "closed" if refusal.is_closed else "failing"
        self.url = page.url
        self.tried = tried
        self.page = page
        self.refusal = refusal
        super().__init__(self._message())

    def add(self, *tried: Attempt) -> None:
        """Name further attempts in the message."""
        self.tried += tried
        self.args = (self._message(),)

    def _message(self) -> str:
        return f"{self.url} {_IN_WORDS[self.state]}: " + "; ".join(map(str, self.tried))


async def discover(url: str, fetch: Fetch) -> Site:
    """Find the API from any URL of a site: its home page, a post, a page that redirects.

    Usually 3 requests: the page, the API's index, its types; one more if there are taxonomies
    beyond categories and tags.

    Raises:
        ConfigurationError: If *url* is no web address.
        SiteError: If the site can't be reached.
        NotWordPress: If no open API was found.
    """
    return await _Discovery(web_address(url), fetch).run()


async def refresh(site: Site, url: str, fetch: Fetch) -> Site:
    """Return a site that is known from an earlier run, with today's clock: 1 request.

    One more request if no run could read the home page, which has the site's language. If the
    index has changed its home or does not answer, the site is found anew from *url*.
    """
    root = index_url(site.root)
    answer = await fetch(root)
    index = read_index(answer)
    if isinstance(index, dict) and home_of(index, site.home) == site.home:
        site = site.replaced(date=http_date(answer.headers.get("date")), **facts_of(index))
        return site if site.language or site.is_page_read else await _with_language(site, fetch)
    found = await discover(url, fetch)
    # An index that failed once must not cost the lists of other languages.
    return found.with_learned(site) if found.key == site.key else found


async def _with_language(site: Site, fetch: Fetch) -> Site:
    page = await fetch(site.home)
    return site.replaced(
        language=page_hints.language_of(page), is_page_read=page_hints.is_page(page)
    )


def web_address(url: str) -> str:
    """Return a URL that can be requested, without its fragment.

    Raises:
        ConfigurationError: If it is no http or https URL, or holds a password.

    >>> web_address("https://example.org#top")
    'https://example.org/'
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or any(char.isspace() for char in host):
        raise ConfigurationError(
            f"{error_pages.one_line(shown_url(url)) or 'An empty text'!r} is no URL: give the"
            " site's address, such as https://example.org"
        )
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(f"Leave name and password out of the URL of {host}")
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


class _Discovery:
    """One search: it keeps its attempts for the message."""

    def __init__(self, url: str, fetch: Fetch) -> None:
        self.url = url
        self.fetch = fetch
        self.tried: list[Attempt] = []
        self.refusal: Refusal | None = None
        # Of the URL that was given and of all that it led to.
        self.hosts: set[str] = set()
        self.authorities: set[str] = set()

    async def run(self) -> Site:
        page = await self.fetch(self.url)
        self.hosts = {host_of(seen) for seen in self._seen(page)}
        self.authorities = {authority_of(seen) for seen in self._seen(page)}
        if page.outcome in UNREACHABLE and not page.hops:
            raise SiteError(f"{self.url} can't be reached: {page.detail or page.outcome}")
        index = read_index(page)
        if isinstance(index, dict) and (root := page_hints.clean_root(page.url)):
            return await self._site(root, index, page, page)
        named = page_hints.named_root(page)
        self.tried.append(Attempt(page.url, _said(page, named)))
        site = await self._try(named, page, is_named=True) if named else None
        if not site and (self.refusal is None or self._is_elsewhere(named)):
            site = await self._guess_everywhere(page)
        if site:
            return site
        if page.outcome in UNREACHABLE:
            raise SiteError(f"{page.url} can't be reached: {page.detail or page.outcome}")
        raise NotWordPress(page, self.tried, self.refusal)

    def _seen(self, page: Answer) -> tuple[str, ...]:
        return (self.url, page.url, *(hop.url for hop in page.hops))

    def _is_elsewhere(self, named: str | None) -> bool:
        """Return whether a refusal does not concern the host of the request.

        Pages name an inner, an old or a staging address; the usual one may be open all the same. A
        host that refuses its own API is not tried at another address.
        """
        if named is None or self.refusal is None:
            return False
        is_dead = self.refusal.reason in UNREACHABLE
        return is_dead or authority_of(named) not in self.authorities

    async def _guess_everywhere(self, page: Answer) -> Site | None:
        """Try the usual addresses on the page's host, then on that of the URL that was given.

        A home page may lead to a front end on another host, which has no API.
        """
        named = self.refusal
        of_host = {authority_of(url): url for url in (self.url, page.url)}
        if page.outcome in UNREACHABLE:
            of_host = {authority_of(self.url): self.url}
        refusals: list[Refusal | None] = []
        for url in reversed(of_host.values()):
            self.refusal = None
            if site := await self._guess(url, page):
                return site
            refusals.append(self.refusal)
        # The answer of the requested host counts more than that of another.
        self.refusal = next((refusal for refusal in reversed(refusals) if refusal), named)
        if self.refusal is not None and self.refusal.reason in NOT_PUBLIC:
            self.refusal = None  # an address without an answer is no API that fails
        return None

    async def _guess(self, url: str, page: Answer) -> Site | None:
        """Try the usual addresses: the next style only if the one before is not there at all."""
        absent = []
        for base in bases_of(url):
            if site := await self._try(f"{base}wp-json/", page):
                return site
            if self.refusal is not None:
                return None
            absent.append(base)
        for base in absent:
            if site := await self._try_list(f"{base}wp-json/", page):
                return site
            if self.refusal is not None:
                return None
        for base in absent:
            if site := await self._try(f"{base}?rest_route=/", page):
                return site
        return None

    async def _try(self, root: str, page: Answer, *, is_named: bool = False) -> Site | None:
        if any(root == attempt.url for attempt in self.tried):
            return None
        answer, index = await fetch_read(self.fetch, index_url(root), read_index)
        if isinstance(index, Refusal) and index.is_passing and not _is_absent(index):
            answer, index = await fetch_read(self.fetch, index_url(root), read_index)
        if isinstance(index, dict) and not is_named and host_of(answer.url) not in self.hosts:
            index = Refusal("page", f"a redirect to another host: {answer.url}")
        if isinstance(index, dict):
            return await self._site(page_hints.clean_root(answer.url) or root, index, page, answer)
        self.tried.append(Attempt(root, index.detail))
        if not _is_absent(index):
            self.refusal = index
        return None

    async def _try_list(self, root: str, page: Answer) -> Site | None:
        """Try the list of posts of an API that hides only its index."""
        url = f"{root}wp/v2/posts?per_page=1"
        answer = await self.fetch(url)
        listed = decode(answer)
        if isinstance(listed, Decoded):
            if _are_posts(listed.value) and host_of(answer.url) in self.hosts:
                return await self._site(root, {}, page, answer)
            listed = Refusal("shape", f"HTTP {answer.status}, JSON that is no list of posts")
        self.tried.append(Attempt(url, listed.detail))
        if not _is_absent(listed):
            self.refusal = listed
        return None

    async def _site(self, root: str, index: dict[str, Any], page: Answer, answer: Answer) -> Site:
        base = _base_of(root)
        home = home_of(index, base)
        # A root on another host, as WordPress.com's, is not the place of the site.
        place = base if host_of(base) in self.hosts else page.url
        # A root below its home is that of a language, whose posts have links of their own.
        own = base if _is_below(base, home) else home
        key = site_key(own, self._seen(page), place)
        if not page_hints.is_page(page):
            page = await self.fetch(home)
        site = Site(
            key=key,
            home=home,
            root=root,
            v2=page_hints.v2_prefix(root),
            language=page_hints.language_of(page),
            is_page_read=page_hints.is_page(page),
            date=http_date(answer.headers.get("date")),
            **facts_of(index),
        )
        site = (await self._with_schema(site)).replaced(has_byline_pages=has_bylines(page))
        languages = await languages_of(site, page, self.fetch)
        return site.replaced(
            languages=languages,
            has_translation_pages=bool(languages)
            and site.is_multilingual
            and has_translations(page),
        )

    async def _with_schema(self, site: Site) -> Site:
        """Read types and taxonomies; a site that hides them still has posts.

        Without ``_fields``: on an object by slug it would take the slugs themselves for fields.
        """
        listed = decode(await self.fetch(endpoints.url(site, "types")))
        types = types_of(listed.value) if isinstance(listed, Decoded) else ()
        known = {taxonomy.slug for taxonomy in BUILT_IN}
        if all(set(post_type.taxonomies) <= known for post_type in types if post_type.is_content):
            return site.replaced(types=types or (POST,))
        listed_taxonomies = decode(await self.fetch(endpoints.url(site, "taxonomies")))
        if isinstance(listed_taxonomies, Refusal):
            return site.replaced(types=types)
        types = with_taxonomies(types, listed_taxonomies.value)
        return site.replaced(types=types, taxonomies=taxonomies_of(listed_taxonomies.value))


def _are_posts(value: Any) -> bool:
    return isinstance(value, list) and any(
        isinstance(post, dict) and {"id", "guid", "link", "content"} <= post.keys()
        for post in value
    )


def _is_absent(refusal: Refusal) -> bool:
    """Return whether an address has no API, rather than one that refuses or fails for now."""
    if refusal.reason == "error":
        return refusal.status == 404
    return refusal.reason in ("page", "text", "empty", "shape", "xml", "not_found")


def bases_of(url: str) -> Iterator[str]:
    """Yield possible folders of an installation: the folder itself, the first one, the host's root.

    None for a URL that is none: a redirect may lead there.

    >>> list(bases_of("https://example.org/blog/2026/a-post/"))
    ['https://example.org/blog/2026/a-post/', 'https://example.org/blog/', 'https://example.org/']
    >>> list(bases_of("https://[::1/"))
    []
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    folders = [part for part in parts.path.split("/") if part and not part.endswith(".php")]
    origin = f"{parts.scheme}://{parts.netloc}/"
    bases = [[*folders], folders[:1], []]
    yield from dict.fromkeys(origin + "".join(f"{part}/" for part in base) for base in bases)


def _base_of(root: str) -> str:
    """Return the home that a root belongs to, were it the usual one."""
    url = root.partition("?")[0].removesuffix("index.php")
    return url if "?" in root else url.rstrip("/").rpartition("/")[0].removesuffix("index.php")


def _is_below(base: str, home: str) -> bool:
    """Return whether a folder is within a home, and not the home itself.

    >>> _is_below("https://example.org/en/", "http://www.example.org")
    True
    """
    if host_of(base) != host_of(home):
        return False
    folder, path = urlsplit(home).path.rstrip("/") + "/", urlsplit(base).path
    return len(path) > len(folder) and path.startswith(folder)


def host_of(url: str) -> str:
    return ascii_host(same_site.host_of(url)).removeprefix("www.")


def authority_of(url: str) -> str:
    """Return host and port of a URL, without "www." and without a usual port.

    >>> authority_of("https://www.example.org:443/a"), authority_of("http://example.org:8080/")
    ('example.org', 'example.org:8080')
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    is_usual = port is None or port == DEFAULT_PORTS.get(parts.scheme)
    return host_of(url) if is_usual else f"{host_of(url)}:{port}"


def _said(page: Answer, named: str | None) -> str:
    if page.outcome:
        return page.detail or page.outcome
    title = error_pages.title_of(text_of(page.body[: error_pages.MAX_SEARCHED]))
    title = f" “{title}”" if title else ""
    return f"HTTP {page.status}{title}, " + (f"names {named}" if named else "names no API")
