"""Judge a link's URL: its site, and whether it looks like an article's."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from newscrawl.urls.canonical import table_of, unwrapped

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

# A URL with more characters is ignored.
MAX_URL_CHARS = 4_000


# URL shorteners and redirects: their URLs don't show the target.
SHORTENERS = table_of("""
    t.co bit.ly bitly.com tinyurl.com goo.gl ow.ly buff.ly dlvr.it is.gd trib.al lnkd.in fb.me
    reut.rs nyti.ms wapo.st bloom.bg cnn.it bbc.in tcrn.ch on.ft.com on.wsj.com ift.tt rb.gy
    cutt.ly t.ly shorturl.at v.gd adf.ly j.mp spr.ly hubs.ly news.google.com
""")

# Hosts on which each customer has a site, in addition to the public suffix list.
SHARED_HOSTS = (
    "wordpress.com", "blogspot.com", "substack.com", "tumblr.com", "typepad.com", "medium.com",
    "livejournal.com", "over-blog.com", "canalblog.com", "hatenablog.com", "beehiiv.com",
    "ghost.io", "jimdofree.com", "wixsite.com", "weebly.com", "kinsta.cloud", "wpengine.com",
)  # fmt: skip

_FEED_PATH = re.compile(r"/(?:feed|rss|atom)/?$|\.(?:rss|atom|xml)$", re.IGNORECASE)
_HOST = re.compile(r"(?:(?!-)[^\W_][\w-]*\.)+[^\W\d_][\w-]+\.?|localhost|\d{1,3}(?:\.\d{1,3}){3}")
_IPV6 = re.compile(r"[0-9a-f:]+(?:\.\d{1,3}){0,4}(?:%\w+)?", re.IGNORECASE)
_WORD_BREAKS = re.compile(r"[\W_]+")
_ARTICLE_PATH = re.compile(
    r"/(?:19|20)\d\d[/-]?[01]\d|"  # a date
    r"\d{5,}|[a-z]\d{4,}|/\d{3,}(?:/|$)|"  # an id
    r"/(?=[^/]*\d)(?=[^/]*[^\W\d])(?=[^/]*[-_,.~])[^/]{6,}/?$|"
    r"/(?:article|articles|artikel|articulo|articolo|artigo|story|stories|news|noticia|noticias|"
    r"nieuws|berita|haber|actualites?|nachrichten|read|post|posts|blog|archives?|content|p|s)/"
    r"[^/]{2,}|"
    # Both start at the first character, or a long part would take quadratic time.
    r"(?<![^/])[^/]{4,}\.(?:s?html?|aspx?|php|jsp|cfm|ece)$|"
    r"(?<![^\W_])(?:[^\W_]+[-_]){2}[^\W_]{2,}",  # a slug of three words or more
    re.IGNORECASE,
)
_ARTICLE_QUERY = re.compile(
    r"(?:^|&)(?:p|\w{0,12}id\w{0,4}|\w{0,8}article\w{0,8}|news\w{0,4}|story\w{0,4}|no|doc|n|a|sn)"
    r"=[^&]*\d",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """A usable URL: absolute, as found, and the parts of the URL that it wraps."""

    url: str
    parts: SplitResult

    @property
    def host(self) -> str:
        return self.parts.hostname or ""


def address(href: str, base_url: str) -> Address | None:
    """Return the target of an href, or None if it is not a web page's.

    >>> address("/out?u=https%3A%2F%2Fa.example%2Fnews%2F1", "https://b.example/").host
    'a.example'
    >>> address("mailto:editor@a.example", "https://b.example/") is None
    True
    """
    href = href.strip().translate({9: None, 10: None, 13: None})  # browsers drop tabs and line ends
    if not href or href[0] in "#?" or len(href) > MAX_URL_CHARS:
        return None
    try:
        url = urljoin(base_url, href)
        parts = urlsplit(unwrapped(url))
        host = parts.hostname or ""
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return None
    is_named = _HOST.fullmatch(host) or (":" in host and _IPV6.fullmatch(host))
    if parts.scheme not in ("http", "https") or not is_named or not has_port or parts.username:
        return None
    return Address(url, parts)


def site_of(url: str) -> str:
    """Return the site that a page belongs to: its registrable domain; "" for an invalid URL.

    IP addresses and names without a suffix keep their port, as each port may be another server.

    >>> site_of("https://amp.bbc.co.uk/a"), site_of("http://127.0.0.1:8000/")
    ('bbc.co.uk', '127.0.0.1:8000')
    """
    try:
        return site_of_parts(urlsplit(url))
    except ValueError:
        return ""


def site_of_parts(parts: SplitResult) -> str:
    """Return the same as `site_of` for a split URL.

    Raises:
        ValueError: If its port is not a number from 0 to 65535.
    """
    host = parts.hostname or ""
    site = registrable(host)[0]
    if "." in site and not site[-1].isdigit():
        return site
    return f"{host}:{parts.port}" if parts.port else host


def is_feed(url: str) -> bool:
    """Return whether a base URL is a feed's: it has posts of many pages and is not one of them."""
    return bool(_FEED_PATH.search(url.partition("?")[0]))


@lru_cache(maxsize=4096)
def registrable(host: str) -> tuple[str, str]:
    """Return a host's registrable domain, and the label in it that is a name; "" without one.

    >>> registrable("www.bbc.co.uk"), registrable("davald.wordpress.com")
    (('bbc.co.uk', 'bbc'), ('davald.wordpress.com', 'davald'))
    """
    site = _suffixes().privatesuffix(host)
    if site is not None:
        return site, site.partition(".")[0]
    labels = host.split(".")
    suffix = _suffixes().publicsuffix(host)
    if len(labels) > 1 and suffix is not None:  # the front page of a shared host
        return host, labels[0]
    if len(labels) > 1 and not labels[-1].isdigit():  # not a listed suffix
        return ".".join(labels[-2:]), labels[-2]
    return host, ""


def is_front_page(parts: SplitResult) -> bool:
    """Return whether the URL is a site's front page: it has no path and no id."""
    path = re.sub(r"/(?:index\.\w+|home|[a-z]{2}(?:-[a-z]{2})?)?/*$", "", parts.path.lower())
    return not path and not _ARTICLE_QUERY.search(parts.query)


def is_article_shaped(parts: SplitResult) -> bool:
    """Return whether the URL looks like an article's: a date, an id, or a slug of several words.

    >>> is_article_shaped(urlsplit("https://a.example/2024/05/x")), is_article_shaped(
    ...     urlsplit("https://a.example/about"))
    (True, False)
    """
    path = unquote(parts.path)
    if _ARTICLE_PATH.search(path) or _ARTICLE_QUERY.search(parts.query):
        return True
    # A slug in a script without spaces.
    return any(len(part) >= 12 and not part.isascii() for part in path.split("/"))


def slug_words(path: str) -> frozenset[str]:
    """Return the words in the part of a path with the most words, in lower case."""
    parts = (_WORD_BREAKS.split(part.lower()) for part in unquote(path).split("/"))
    words = max(parts, key=len, default=[])
    return frozenset(word for word in words if len(word) > 2 and not word.isdigit())


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PSLFILE, PublicSuffixList

    listed = Path(PSLFILE).read_text(encoding="utf-8").splitlines()
    rules = [*(line for line in listed if line and not line.startswith("//")), *SHARED_HOSTS]
    # The library would encode all rules, which takes 35 ms; these are one in twenty.
    encoded = (rule.encode("idna").decode() for rule in rules if not rule.isascii())
    return PublicSuffixList([*rules, *encoded], accept_unknown=False, accept_encoded_idn=False)
