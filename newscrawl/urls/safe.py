"""URLs of links and images: absolute, http or https, and harmless in any page."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin, urlsplit

URL_SCHEMES: Final = frozenset({"http", "https"})
MAX_URL: Final = 4_000
"""Characters of a URL in published HTML."""

# Browsers remove these anywhere in a URL, so that "java\nscript:" runs.
_REMOVED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2060\ufeff\ud800-\udfff]+")
# Not allowed in a URL; written as they are they would end it in Markdown or a bad parser.
_ENCODED: Final = re.compile(r'[\s"<>\\^`{|}]')
_HOST: Final = re.compile(r"(?:[^\s/?#@:<>\"\\^`{|}\[\]%]{1,255}|\[[0-9a-fA-F:.]+\])(?::\d{0,5})?")
# Without a host: joined to the page's URL it would lead there.
_HOSTLESS: Final = re.compile(r"https?:(?:/*$|///)", re.IGNORECASE)
# What nearly every link is like: nothing to do.
_USUAL: Final = re.compile(
    r"(https?://[A-Za-z0-9.-]{1,255}(?::\d{1,5})?)(?:[/?#][!#-;=?-\[\]_a-z~]*)?"
)
# A path from the root without dots that lead elsewhere: only the host of the page goes before it.
_ROOTED: Final = re.compile(
    r"(?:/[!$%&'()*+,0-9:=@A-Z_a-z~-][!$%&'()*+,.0-9:=@A-Z_a-z~-]*)+/?(?:\?[!$-;=?-Z_a-z~]+)?"
)


def safe_url(url: str, base_url: str) -> str | None:
    """Return *url* absolute, or None if it can't be a link in a published page.

    None for an empty one, another scheme, credentials, a host that can't be one, and one that is
    longer than `MAX_URL`. Characters that a URL can't have are escaped.

    >>> safe_url("/a b", "https://example.org/post/")
    'https://example.org/a%20b'
    >>> safe_url(" java\\nscript:alert(1)", "https://example.org/") is None
    True
    """
    if len(url) > MAX_URL:
        return None
    if _USUAL.fullmatch(url):
        return url
    if _ROOTED.fullmatch(url) and (root := _root_of(base_url)):
        joined = root + url
        return joined if len(joined) <= MAX_URL else None
    url = _REMOVED.sub("", url.strip()).strip()
    if not url or _HOSTLESS.match(url):
        return None
    head, mark, tail = _split_path(url)
    url = head.replace("\\", "/") + mark + tail
    try:
        return _checked(urljoin(base_url, url))
    except ValueError:  # brackets that hold no address, a host that is not NFKC
        return None


@lru_cache(maxsize=256)
def _root_of(base_url: str) -> str:
    """Return scheme and host of a usual URL, without a slash; "" for another URL."""
    match = _USUAL.fullmatch(base_url)
    return match[1] if match else ""


def same_page(url: str, other: str) -> bool:
    """Return whether two absolute URLs differ in their fragment only."""
    return url.partition("#")[0] == other.partition("#")[0]


def _split_path(url: str) -> tuple[str, str, str]:
    """Split before the query or the fragment: only in what is before is a backslash a slash."""
    match = re.search(r"[?#]", url)
    if not match:
        return url, "", ""
    return url[: match.start()], match.group(), url[match.end() :]


def _checked(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.scheme not in URL_SCHEMES or not _HOST.fullmatch(parts.netloc):
        return None
    url = _ENCODED.sub(lambda match: _percent(match.group()), url)
    return url if len(url) <= MAX_URL else None


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
