"""Whether two addresses are of one site, by their hosts only: fast, and exact enough here.

`newscrawl.extract.links.target` has the list of public suffixes; a page has hundreds of links, and
loading that list takes longer than extracting fifty pages.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

# Labels before a country's that are not the site's name: "co" in "bbc.co.uk".
_SECOND_LEVEL: Final = frozenset(
    {"ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "or", "org"}
)
# Labels of a host that do not name its owner.
_GENERAL: Final = _SECOND_LEVEL | {
    "amp", "blog", "edition", "en", "m", "mobile", "news", "old", "web", "www", "www1", "www2",
}  # fmt: skip


@lru_cache(maxsize=4_096)
def host_of(url: str) -> str:
    """Return the host of *url* in lower case; "" if it has none.

    >>> host_of("https://www.Example.org:8080/a")
    'www.example.org'
    """
    try:
        return (urlsplit(url.strip()).hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_same_site(url: str, other: str) -> bool:
    """Return whether two addresses are of the same site.

    >>> is_same_site("https://m.bbc.co.uk/a", "https://www.bbc.co.uk/b")
    True
    >>> is_same_site("https://a.co.uk/", "https://b.co.uk/")
    False
    """
    host, other_host = host_of(url), host_of(other)
    return bool(host) and (host == other_host or site_of(url) == site_of(other))


def names_of_host(url: str) -> list[str]:
    """Return the labels of a host that may be its site's name.

    >>> names_of_host("https://www.themintmagazine.com/a")
    ['themintmagazine']
    """
    labels = host_of(url).split(".")[:-1]
    return [label for label in labels if label not in _GENERAL and len(label) > 1]


def site_of(url: str) -> str:
    """Return the part of a host that a site registered.

    >>> site_of("https://www.youtube.com/embed/x"), site_of("https://m.bbc.co.uk/")
    ('youtube.com', 'bbc.co.uk')
    """
    host = host_of(url)
    labels = host.split(".")
    if labels[-1].isdigit() or len(labels) < 3:
        return host
    size = 3 if labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    return ".".join(labels[-size:])
