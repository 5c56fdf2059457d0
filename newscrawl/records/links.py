"""List the links in the normalized body of a post."""

from __future__ import annotations

import re
from html import unescape
from typing import Any, Final

from newscrawl.urls.same_site import is_same_site

MAX_LINKS: Final = 1_000
INTERNAL: Final = "internal"
EXTERNAL: Final = "external"
FILE: Final = "file"
"""The kinds of links: to a page of the site, to another site, to a file of the site."""

_LINK: Final = '<a href="'
_TAG: Final = re.compile(r"<[^<>]*>")
_UPLOADS: Final = "/wp-content/uploads/"


def links_in(html: str, home: str) -> list[dict[str, Any]]:
    """Return the links of a normalized body in order, each URL once, with the guid None.

    >>> links_in('<p><a href="https://b.example/x">See <em>b</em></a></p>', "https://a.example/")
    [{'url': 'https://b.example/x', 'text': 'See b', 'kind': 'external', 'guid': None}]
    """
    found: dict[str, dict[str, Any]] = {}
    for part in html.split(_LINK)[1:]:
        address, _, rest = part.partition('">')
        url = unescape(address)
        text = " ".join(unescape(_TAG.sub("", rest.partition("</a>")[0])).split()) or None
        if url not in found and len(found) < MAX_LINKS:
            found[url] = {"url": url, "text": text, "kind": _kind(url, home), "guid": None}
        elif url in found and found[url]["text"] is None:
            found[url]["text"] = text
    return list(found.values())


def _kind(url: str, home: str) -> str:
    if not is_same_site(url, home):
        return EXTERNAL
    return FILE if _UPLOADS in url else INTERNAL
