"""Authors and translations that only the page of a post names.

Molongui Authorship stores the authors of a post, guests too, in fields that the API does not show.
Each page has a comment of the plugin, and between it and its end a ``meta`` of each author.
Polylang and WPML without their extensions show no translations in the API. Each page has links with
``hreflang`` to the post in all its languages, its own among them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from newscrawl.urls.canonical import canonical_url
from newscrawl.urls.same_site import is_same_site
from newscrawl.urls.spelling import spelling_key
from newscrawl.wordpress import page_hints
from newscrawl.wordpress.fields import plain
from newscrawl.wordpress.responses import Refusal, decode

if TYPE_CHECKING:
    from newscrawl.net.response import Answer, Fetch
    from newscrawl.wordpress.site import Site

MAX_AUTHORS: Final = 100
_START: Final = "<!-- Author Meta Tags by Molongui Authorship"
_END: Final = "<!-- /Molongui Authorship -->"
_AUTHOR: Final = re.compile(r"<meta name=\"author\" content=\"([^\"<>]{1,500})\"")


def has_bylines(page: Answer) -> bool:
    """Return whether a page of the site shows that the pages of posts name their authors."""
    return page_hints.is_page(page) and _START.encode() in page.body[: page_hints.HEAD]


def has_translations(page: Answer) -> bool:
    """Return whether a page of the site shows that pages name their translations."""
    return page_hints.is_page(page) and len(set(page_hints.alternates(page).values())) > 1


class BylinePages:
    """Reads the pages of posts: one page names the translations of all posts that it links to."""

    def __init__(self, site: Site, fetch: Fetch) -> None:
        self._site = site
        self._fetch = fetch
        self._urls: dict[str, dict[str, str]] = {}

    async def byline(self, url: str) -> dict[str, Any] | None:
        """Return the authors and the translations of a post, from its page or from another one.

        Returns:
            ``{"authors": [...], "translations": [...]}``, as a record has them; empty lists if the
            page does not name them. None if a later request may succeed.
        """
        known = self._urls.get(_key(url))
        if known and not self._site.has_byline_pages:
            return {"authors": [], "translations": _others(known, url)}
        page = await self._fetch(url)
        if not page_hints.is_page(page):
            refused = decode(page)
            is_passing = isinstance(refused, Refusal) and refused.is_passing
            return None if is_passing else {"authors": []}
        if not is_same_site(page.url, url):
            return {"authors": []}
        urls = self._urls_by_language(page)
        self._urls.update((_key(each), urls) for each in urls.values())
        return {"authors": _authors(page), "translations": _others(urls, page.url)}

    def _urls_by_language(self, page: Answer) -> dict[str, str]:
        """Return the URLs of a post by language, its own among them; empty without translations.

        Links that lack the page itself, or lead to home pages, only switch the language.
        """
        homes = {_key(language.home) for language in self._site.languages}
        urls = {
            self._site.language_of(url) or tag: url
            for tag, url in page_hints.alternates(page).items()
            if _key(url) not in homes
        }
        return urls if _key(page.url) in map(_key, urls.values()) else {}


def _authors(page: Answer) -> list[dict[str, Any]]:
    head = page.body[: page_hints.HEAD].decode("utf-8", "replace")
    named = head.partition(_START)[2].partition(_END)[0]
    names = dict.fromkeys(filter(None, map(plain, _AUTHOR.findall(named)[:MAX_AUTHORS])))
    return [{"id": None, "name": name, "slug": None, "url": None} for name in names]


def _others(urls: dict[str, str], own: str) -> list[dict[str, Any]]:
    key = _key(own)
    return [
        {"language": tag, "id": None, "url": url} for tag, url in urls.items() if _key(url) != key
    ]


def _key(url: str) -> str:
    return spelling_key(canonical_url(url)).rstrip("/")
