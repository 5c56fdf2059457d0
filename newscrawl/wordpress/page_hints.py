"""Hints in a page: the root of its API, its feeds, its language."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urljoin, urlsplit

if TYPE_CHECKING:
    from newscrawl.net.response import Answer

API_RELATIONS: Final = ("https://api.w.org/", "https://github.com/WP-API/WP-API")
"""How a root is named in the header and in the page; the second by releases before 4.4."""
FEED_TYPE: Final = "application/rss+xml"
HEAD: Final = 262_144
"""Bytes of a page that may hold its head."""
WORDPRESS_COM: Final = "public-api.wordpress.com"

_HEADER_LINK = re.compile(r'<([^<>"]{1,2000})>([^<]{0,500})')
_LINK = re.compile(r"<link\b([^<>]{0,2000})>", re.IGNORECASE)
_HTML = re.compile(r"<html\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z:-]{1,30})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8}){0,3}")


def named_root(answer: Answer) -> str | None:
    """Return the API root that a site's own answer names, in its header or its page, or None."""
    for target, parameters in _HEADER_LINK.findall(answer.headers.get("link", "")):
        if any(relation in parameters for relation in API_RELATIONS):
            return clean_root(joined(answer.url, target))
    for attributes in map(_attributes, _LINK.findall(_head(answer))):
        if attributes.get("rel") in API_RELATIONS and attributes.get("href"):
            return clean_root(joined(answer.url, attributes["href"]))
    return None


def named_feeds(answer: Answer) -> list[str]:
    """Return the addresses of the feeds that a page names, in its order, each once."""
    urls = (
        joined(answer.url, attributes["href"])
        for attributes in map(_attributes, _LINK.findall(_head(answer)))
        if attributes.get("type") == FEED_TYPE and attributes.get("href")
    )
    return list(dict.fromkeys(url for url in urls if url.startswith(("http://", "https://"))))


def alternates(answer: Answer) -> dict[str, str]:
    """Return the addresses of a page in other languages, its own among them, by BCP 47 tag."""
    found: dict[str, str] = {}
    header = _HEADER_LINK.findall(answer.headers.get("link", ""))
    links = [{**_attributes(more), "href": target} for target, more in header]
    for attributes in (*links, *map(_attributes, _LINK.findall(_head(answer)))):
        tag = language_tag(attributes.get("hreflang", ""))  # "x-default" is no language
        url = joined(answer.url, attributes.get("href", ""))
        if tag and attributes.get("rel") == "alternate" and url.startswith(("http://", "https://")):
            found.setdefault(tag, url)
    return found


def joined(base: str, link: str) -> str:
    """Return a link of a page as an absolute URL; "" if it can't be one.

    >>> joined("https://example.org/a/", "../b"), joined("https://example.org/", "https://[x")
    ('https://example.org/b', '')
    """
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def is_page(answer: Answer) -> bool:
    """Return whether an answer is a page of the site: no failure, and no answer of the API."""
    is_answered = answer.outcome is None and 200 <= answer.status < 300
    return is_answered and _head(answer).lstrip("\ufeff \t\r\n").startswith("<")


def language_of(answer: Answer) -> str | None:
    """Return the language that a page declares, as BCP 47, or None. An error page has none."""
    found = _HTML.search(_head(answer)) if is_page(answer) else None
    return language_tag(_attributes(found[1]).get("lang", "")) if found else None


def language_tag(said: str) -> str | None:
    """Return a language as BCP 47 writes it, or None for a text that is no language.

    >>> language_tag("pt_BR"), language_tag("sr-Latn-RS"), language_tag("C.UTF-8")
    ('pt-BR', 'sr-Latn-RS', None)
    """
    if not _LANGUAGE.fullmatch(said.strip()):
        return None
    first, *others = said.strip().replace("_", "-").split("-")
    cased = (
        part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower()
        for part in others
    )
    return "-".join([first.lower(), *cased])


def clean_root(url: str) -> str | None:
    """Return an API root without parameters of its own; None if it is no web address.

    A path without its slash before "?" would cost a redirect each time.

    >>> clean_root("https://example.org/blog?rest_route=/&_fields=name")
    'https://example.org/blog/?rest_route=/'
    >>> clean_root("https://example.org/wp-json?lang=en")
    'https://example.org/wp-json/'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        return None
    path = parts.path if parts.path.endswith((".php", "/")) else f"{parts.path}/"
    root = f"{parts.scheme}://{parts.netloc}{path}"
    route = parse_qs(parts.query).get("rest_route")
    return f"{root}?rest_route={route[0].rstrip('/')}/" if route else root


def v2_prefix(root: str) -> str:
    """Return the URL to which routes such as "posts" are appended.

    WordPress.com names the index of a site, and has its routes elsewhere.

    >>> v2_prefix("https://public-api.wordpress.com/wp-json/?rest_route=/sites/x.wordpress.com/")
    'https://public-api.wordpress.com/wp/v2/sites/x.wordpress.com/'
    """
    parts = urlsplit(root)
    if parts.hostname == WORDPRESS_COM and "rest_route=/sites/" in parts.query:
        blog = parts.query.partition("rest_route=/sites/")[2].strip("/")
        return f"{parts.scheme}://{parts.netloc}/wp/v2/sites/{blog}/"
    return root if "/wp/v2/sites/" in parts.path else f"{root}wp/v2/"


def _head(answer: Answer) -> str:
    return answer.body[:HEAD].decode("utf-8", "replace")


def _attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag; the first of each name counts, as in browsers."""
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag):
        attributes.setdefault(name, html.unescape(double or single or bare).strip())
    return attributes
