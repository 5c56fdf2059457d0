"""What a link's address says: whose site, which article, unwrapped of trackers and redirectors."""

from __future__ import annotations

import re
from base64 import b64decode
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tldextract import TLDExtract

MAX_URL_CHARS = 4_000
MAX_WRAPPINGS = 3  # a newsletter's link around an aggregator's around a network's


def table_of(words: str) -> frozenset[str]:
    """Return the words of a table that is written as text, for the sake of its readers."""
    return frozenset(words.split())


# Parameters that tell who sent the reader, not what is read; a trailing * stands for any ending.
# From the documentation of the products that add them; compared without case.
TRACKING = table_of("""
    utm_* ga_* _ga _gl gclid gclsrc dclid gbraid wbraid gad_source srsltid
    fbclid fb_* mibextid sfnsn igsh igshid twclid ttclid li_fat_id rdt_cid epik
    msclkid yclid ysclid _openstat ocid cvid
    mc_cid mc_eid mkt_tok _hsenc _hsmi __hs* hsctatracking oly_anon_id oly_enc_id vero_* wickedid
    __s rb_clid s_kwcid ef_id irclickid irgwc
    pk_* mtm_* matomo_* piwik_* xtor at_medium at_campaign at_custom* at_link* at_ptr* at_bbc*
    wt_mc wt_zmc wt.mc_id wtmc cmp cmpid icid ncid s_cid smid smtyp
    guccounter guce_referrer guce_referrer_sig soc_src soc_trk
    spm scm ref_src ref_url __twitter_impression trk trkcampaign sr_share share_from sharetype
""")
_TRACKING_NAMES = frozenset(name for name in TRACKING if not name.endswith("*"))
_TRACKING_PREFIXES = tuple(name[:-1] for name in TRACKING if name.endswith("*"))

# The parameters in which a redirector carries the address that it leads to, in the order of trust.
TARGET_PARAMETERS = (
    *("url", "u", "q", "to", "target", "dest", "destination", "link", "goto", "out", "href"),
    *("redirect", "redirect_to", "redir", "murl"),
)
_REDIRECTOR_PATH = re.compile(
    r"(?:^|[/._-])(?:out|exit|go|goto|away|leave|redir|redirect|redirector|r|rd|link|links|click|"
    r"apiclick|clk|track|url|l|jump|visit|ext|external|extern|forward|safeguard|safelink)(?:\.\w+)?/*$",
    re.IGNORECASE,
)
_REDIRECTOR_HOSTS = re.compile(
    r"^lm?\.(?:facebook|instagram|messenger)\.com$|^(?:slack-redir\.net|t\.umblr\.com)$|"
    r"^(?:out|exit|away|go|click|links?|track|redir|redirect)\.|"
    r"\.safelinks\.protection\.outlook\.com$|^urldefense\."
)
_AMP_CACHE = re.compile(r"^/(?:amp|[acivw])/(?:s/)?(?P<rest>[\w-]+(?:\.[\w-]+)+(?:/.*)?)$")
_AMP_HOSTS = re.compile(r"^(?:www\.)?google\.[a-z.]{2,6}$|(?:^|\.)cdn\.ampproject\.org$")

# Where these lead can't be told from the address.
SHORTENERS = table_of("""
    t.co bit.ly bitly.com tinyurl.com goo.gl ow.ly buff.ly dlvr.it is.gd trib.al lnkd.in fb.me
    reut.rs nyti.ms wapo.st bloom.bg cnn.it bbc.in tcrn.ch on.ft.com on.wsj.com ift.tt rb.gy
    cutt.ly t.ly shorturl.at v.gd adf.ly j.mp spr.ly hubs.ly news.google.com
""")

# Hosts whose customers each have a site of their own, beyond those of the public suffix list.
SHARED_HOSTS = (
    "wordpress.com", "blogspot.com", "substack.com", "tumblr.com", "typepad.com", "medium.com",
    "livejournal.com", "over-blog.com", "canalblog.com", "hatenablog.com", "beehiiv.com",
    "ghost.io", "jimdofree.com", "wixsite.com", "weebly.com", "kinsta.cloud", "wpengine.com",
)  # fmt: skip

_PACKED_URL = re.compile(rb"https?://[!-~]{4,2000}")
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
    r"[^/]{4,}\.(?:s?html?|aspx?|php|jsp|cfm|ece)$|"
    r"(?:[^\W_]+[-_]){2}[^\W_]{2,}",  # a slug of three words or more
    re.IGNORECASE,
)
_ARTICLE_QUERY = re.compile(
    r"(?:^|&)(?:p|\w{0,12}id\w{0,4}|\w{0,8}article\w{0,8}|news\w{0,4}|story\w{0,4}|no|doc|n|a|sn)"
    r"=[^&]*\d",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """A usable address: absolute as found, and its parts after unwrapping."""

    url: str
    parts: SplitResult

    @property
    def host(self) -> str:
        return self.parts.hostname or ""


def address(href: str, base_url: str) -> Address | None:
    """Return where an href leads, or None where a browser would go to no web page.

    >>> address("/out?u=https%3A%2F%2Fa.example%2Fnews%2F1", "https://b.example/").host
    'a.example'
    >>> address("mailto:editor@a.example", "https://b.example/") is None
    True
    """
    href = href.strip().translate({9: None, 10: None, 13: None})  # as browsers read it
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


def canonical_url(url: str) -> str:
    """Return the key under which two links lead to one article.

    Redirectors that carry their target are unwrapped, tracking parameters and the fragment
    dropped, escapes and the host's case made one. The order of what remains in the query is
    kept, as it may matter. What is no web address comes back unchanged.

    >>> canonical_url("https://L.facebook.com/l.php?u=https%3A%2F%2FA.example%2Fx%3Fb%3D2%26a%3D1")
    'https://a.example/x?b=2&a=1'
    >>> canonical_url("http://a.example:80/x?utm_source=n&fbclid=I#top")
    'http://a.example/x'
    """
    try:
        parts = urlsplit(unwrapped(url.strip()))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return url
        query = "&".join(_kept_parameters(parts.query))
        bare = parts._replace(netloc=_netloc(parts), path=parts.path or "/", query="", fragment="")
        # Escapes are made one per part, since w3lib's function would sort the query.
        clean = urlsplit(canonicalize_url(urlunsplit(bare)))
        return urlunsplit(clean._replace(query=_escaped(query)))
    except ValueError:
        return url


def unwrapped(url: str) -> str:
    """Return the address that a redirector's link carries, or *url* itself.

    Raises:
        ValueError: If the URL can't be split.
    """
    for _ in range(MAX_WRAPPINGS):
        inner = _carried(urlsplit(url))
        if not inner:
            break
        url = inner
    return url


def site_of(url: str) -> str:
    """Return the site that a page belongs to: its registrable domain, "" for none.

    Addresses and names without a suffix are told apart by their port: they are servers of
    one's own.

    >>> site_of("https://amp.bbc.co.uk/a"), site_of("http://127.0.0.1:8000/")
    ('bbc.co.uk', '127.0.0.1:8000')
    """
    try:
        return site_of_parts(urlsplit(url))
    except ValueError:
        return ""


def site_of_parts(parts: SplitResult) -> str:
    """Return the same for a URL that is split already.

    Raises:
        ValueError: If its port is no number of a port.
    """
    host = parts.hostname or ""
    site = registrable(host)[0]
    if "." in site and not site[-1].isdigit():
        return site
    return f"{host}:{parts.port}" if parts.port else host


def is_feed(url: str) -> bool:
    """Whether a base URL is a feed's: that has posts of many pages, and is none of them."""
    return bool(_FEED_PATH.search(url.partition("?")[0]))


@lru_cache(maxsize=4096)
def registrable(host: str) -> tuple[str, str]:
    """Return a host's registrable domain and the label in it that is a name.

    >>> registrable("www.bbc.co.uk"), registrable("davald.wordpress.com")
    (('bbc.co.uk', 'bbc'), ('davald.wordpress.com', 'davald'))
    """
    found = _suffixes()(host)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}", found.domain
    labels = host.split(".")
    if len(labels) > 1 and found.suffix == host:  # the door of a shared host
        return host, labels[0]
    if len(labels) > 1 and not found.suffix and not labels[-1].isdigit():  # not a listed suffix
        return ".".join(labels[-2:]), labels[-2]
    return host, ""


def is_front_page(parts: SplitResult) -> bool:
    """Whether the address is a site's or a section's door: no path, no id."""
    path = re.sub(r"/(?:index\.\w+|home|[a-z]{2}(?:-[a-z]{2})?)?/*$", "", parts.path.lower())
    return not path and not _ARTICLE_QUERY.search(parts.query)


def is_article_shaped(parts: SplitResult) -> bool:
    """Whether the address has what articles' have: a date, an id, a slug of some words.

    >>> is_article_shaped(urlsplit("https://a.example/2024/05/x")), is_article_shaped(
    ...     urlsplit("https://a.example/about"))
    (True, False)
    """
    path = unquote(parts.path)
    if _ARTICLE_PATH.search(path) or _ARTICLE_QUERY.search(parts.query):
        return True
    # A slug in a script without spaces, or one long word and an id.
    return any(len(part) >= 12 and not part.isascii() for part in path.split("/"))


def slug_words(path: str) -> frozenset[str]:
    """Return the words in the part of a path that has the most of them."""
    parts = (_WORD_BREAKS.split(part.lower()) for part in unquote(path).split("/"))
    words = max(parts, key=len, default=[])
    return frozenset(word for word in words if len(word) > 2 and not word.isdigit())


def _carried(parts: SplitResult) -> str:
    """Return the web address inside a redirector's, "" where there is none."""
    host = (parts.hostname or "").lower()
    amp = _AMP_HOSTS.search(host) and _AMP_CACHE.match(parts.path)
    if amp:
        return f"https://{amp['rest']}" + (f"?{parts.query}" if parts.query else "")
    if host == "news.google.com":
        return _packed_in(parts.path)
    if not parts.query or "http" not in parts.query.lower():
        return ""
    is_redirector = _REDIRECTOR_HOSTS.search(host) or _REDIRECTOR_PATH.search(parts.path)
    if not is_redirector and parts.path.strip("/"):
        return ""
    fields = {name.lower(): value for name, value in parse_qsl(parts.query, max_num_fields=50)}
    targets = (fields.get(name, "") for name in TARGET_PARAMETERS)
    return next((t for t in targets if t.lower().startswith(("http://", "https://"))), "")


def _packed_in(path: str) -> str:
    """Return the address that an aggregator's older links hold in their last part, in base64."""
    packed = path.rpartition("/")[2]
    try:
        raw = b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_")
    except ValueError:
        return ""
    found = _PACKED_URL.search(raw)
    return found[0].decode("ascii") if found else ""


def _kept_parameters(query: str) -> Iterator[str]:
    for field in query.split("&"):
        name = unquote(field.partition("=")[0]).lower()
        if field and name not in _TRACKING_NAMES and not name.startswith(_TRACKING_PREFIXES):
            yield field


def _netloc(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    default = 443 if parts.scheme == "https" else 80
    return host if parts.port in (None, default) else f"{host}:{parts.port}"


def _escaped(query: str) -> str:
    """Return a query with its escapes made one, its fields left in their order."""
    fields = []
    for field in query.split("&"):
        single = urlsplit(canonicalize_url(f"http://x/?{field}", keep_blank_values=True)).query
        fields.append(single.removesuffix("=") if "=" not in field else single)
    return "&".join(fields) if query else ""


@cache
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract

    # Nothing is fetched or written: the list that came with the package serves.
    return TLDExtract(
        suffix_list_urls=(),
        cache_dir=None,
        include_psl_private_domains=True,
        extra_suffixes=SHARED_HOSTS,
    )
