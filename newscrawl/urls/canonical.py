"""The key of an article: its link without redirectors and tracking parameters."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_WRAPPINGS = 3  # a newsletter's link around an aggregator's around a network's


def table_of(words: str) -> frozenset[str]:
    """Return the words of a table that is written as text, for the sake of its readers."""
    return frozenset(words.split())


# Parameters that track the reader and don't name the page; a final * matches any ending.
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

# The parameters in which a redirector carries its target, in the order of trust.
TARGET_PARAMETERS = (
    *("url", "u", "q", "to", "target", "dest", "destination", "link", "goto", "out", "href"),
    *("redirect", "redirect_to", "redir", "murl"),
)
# Parameters that name the page with the link. Any other one may carry the target.
_SOURCES = re.compile(r"ref|from|source|src|origin|back|return_?to|page|site|home", re.IGNORECASE)
_WORDS = (
    r"(?:out|outbound|linkout|exit|go|goto|away|leave|leaving|redir|redirect|redirector|r|rd|"
    r"link|links|linkfilter|click|apiclick|clk|track|url|l|jump|visit|ext|external|extern|forward|"
    r"weiterleitung|safeguard|safelink|deeplink|cread)"
)
# The last part of the path: one or two words, or only its end, as a title may end like this, too.
_REDIRECTOR_PATH = re.compile(
    rf"(?:(?P<whole>(?:^|/)(?:[^/._-]+[._-])?)|[._-]){_WORDS}(?:\.\w+)?/*$", re.IGNORECASE
)
# A target in the path: "/out/https://a.example/x"; some servers drop the second slash.
_PATH_TARGET = re.compile(
    rf"(?:^|/){_WORDS}(?:\.\w+)?/(https?)(?::|%3a)(?:/|%2f){{1,2}}(?=[^/%])", re.IGNORECASE
)
_REDIRECTOR_HOSTS = re.compile(
    r"^lm?\.(?:facebook|instagram|messenger)\.com$|^(?:slack-redir\.net|t\.umblr\.com)$|"
    r"^(?:out|exit|away|go|click|links?|track|redir|redirect)\.|"
    r"\.safelinks\.protection\.outlook\.com$|^urldefense\."
)
_AMP_CACHE = re.compile(r"^/(?:amp|[acivw])/(?:s/)?(?P<rest>[\w-]+(?:\.[\w-]+)+(?:/.*)?)$")
_AMP_HOSTS = re.compile(r"^(?:www\.)?google\.[a-z.]{2,6}$|(?:^|\.)cdn\.ampproject\.org$")

_PACKED_URL = re.compile(rb"https?://[!-~]{4,2000}")


def canonical_url(url: str) -> str:
    """Return the key under which two links lead to one article.

    Redirectors that carry their target are unwrapped, tracking parameters and the fragment
    dropped, escapes and the host's case made one. The order of what remains in the query is
    kept, as it may matter. A text that is not a web address is returned unchanged.

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
        # Escapes are made uniform part by part, since w3lib's function would sort the query.
        clean = urlsplit(canonicalize_url(urlunsplit(bare)))
        return urlunsplit(clean._replace(query=_escaped(query)))
    except ValueError:
        return url


def request_url(link: str) -> str:
    """Return the URL to request for a link: a redirector that carries its target is not requested.

    >>> request_url("https://news.example/out?u=https%3A%2F%2Fa.example%2Fx")
    'https://a.example/x'
    """
    try:
        return unwrapped(link)
    except ValueError:
        return link


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


def _carried(parts: SplitResult) -> str:
    """Return the web address inside a redirector's link, or ""."""
    host = (parts.hostname or "").lower()
    amp = _AMP_HOSTS.search(host) and _AMP_CACHE.match(parts.path)
    if amp:
        return f"https://{amp['rest']}" + (f"?{parts.query}" if parts.query else "")
    if host == "news.google.com":
        return _packed_in(parts.path)
    inside = _PATH_TARGET.search(parts.path)
    if inside:
        return _of_path(parts, inside)
    if not parts.query:
        return ""
    named = _REDIRECTOR_PATH.search(parts.path)
    is_redirector = _REDIRECTOR_HOSTS.search(host) or (named and named["whole"] is not None)
    if not is_redirector and not named and parts.path.strip("/"):
        return ""
    fields = {name.lower(): value for name, value in parse_qsl(parts.query, max_num_fields=50)}
    values = [fields.get(name, "") for name in TARGET_PARAMETERS]
    if is_redirector:  # the whole query may be the target, or another parameter
        values = [unquote(parts.query), *values]
        values += [value for name, value in fields.items() if not _SOURCES.search(name)]
    return next(filter(None, map(_address_in, values)), "")


def _of_path(parts: SplitResult, inside: re.Match[str]) -> str:
    """Return the target that a path ends with, with the query, which is the target's."""
    rest = parts.path[inside.end() :]
    if "%3a" in inside[0].lower():
        return f"{inside[1]}://{unquote(rest)}"
    return f"{inside[1]}://{rest}" + (f"?{parts.query}" if parts.query else "")


def _address_in(value: str) -> str:
    """Return a value as a web address: plain, escaped twice, without a scheme, or in base64.

    >>> _address_in("https%3A%2F%2Fa.example%2Fx"), _address_in("//a.example/x"), _address_in("5")
    ('https://a.example/x', 'https://a.example/x', '')
    """
    if value[:12].lower().startswith(("http%3a", "https%3a")):
        value = unquote(value)
    if value.startswith("//") and "." in value:
        return f"https:{value}"
    if value.startswith("aHR0c"):  # "http" in base64
        return _packed_in(value.replace("/", "_").replace("+", "-"))
    return value if value.lower().startswith(("http://", "https://")) else ""


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
    """Return a query with uniform escapes and its fields in order."""
    fields = []
    for field in query.split("&"):
        single = urlsplit(canonicalize_url(f"http://x/?{field}", keep_blank_values=True)).query
        fields.append(single.removesuffix("=") if "=" not in field else single)
    return "&".join(fields) if query else ""
