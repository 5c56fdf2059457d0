"""The spellings of one address: http and https, with and without www., Unicode and punycode.

A site that is moved to https, or is cached without its scheme, shows one post under several.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import idna

from newscrawl.urls.same_site import host_of

_START: Final = re.compile(r"(?i)(https?)://(www\.)?([^/?#\s]+)")


@lru_cache(maxsize=1024)
def ascii_host(host: str) -> str:
    """Return a host as DNS writes it.

    >>> ascii_host("müller.example"), ascii_host("a_b.example")
    ('xn--mller-kva.example', 'a_b.example')
    """
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return host.lower()


@lru_cache(maxsize=1024)
def unicode_host(host: str) -> str:
    """Return a host as people write it: without punycode."""
    if "xn--" not in host:
        return host
    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return host


@lru_cache(maxsize=4096)  # posts of a page are compared with one another
def spelling_key(address: str) -> str:
    """Return the same text for all spellings of an address; keep a text that is not a web address.

    >>> spelling_key("http://www.Example.org/?p=1") == spelling_key("https://example.org/?p=1")
    True
    >>> spelling_key("tag:example.org,2026:1")
    'tag:example.org,2026:1'
    """
    start = _START.match(address)
    if start is None:
        return address
    return f"//{ascii_host(start[3])}{address[start.end() :]}"


def spellings(address: str) -> list[str]:
    """Return every spelling of an address, the given one first.

    >>> spellings("http://a.example/x")[1:]
    ['http://www.a.example/x', 'https://a.example/x', 'https://www.a.example/x']
    """
    start = _START.match(address)
    if start is None:
        return [address]
    host, rest = start[3], address[start.end() :]
    hosts = dict.fromkeys((host, ascii_host(host), unicode_host(ascii_host(host))))
    every = (
        f"{scheme}://{www}{name}{rest}"
        for name in hosts
        for scheme in ("http", "https")
        for www in ("", "www.")
    )
    return list(dict.fromkeys([address, *every]))


def respelled(text: str, address: str) -> list[str]:
    """Return a text with all addresses on the host of *address* in each of that host's spellings.

    The text as it is comes first.

    >>> respelled("see http://a.example/x", "https://a.example/")[2]
    'see https://a.example/x'
    """
    host = host_of(address)
    names = dict.fromkeys((ascii_host(host), unicode_host(ascii_host(host))))
    names = dict.fromkeys(name.removeprefix("www.") for name in names if name)
    if not names:
        return [text]
    own = re.compile(
        rf"(?i)https?://(?:www\.)?(?:{'|'.join(map(re.escape, names))})(?=[/:?#\s)\]]|$)"
    )
    if not own.search(text):
        return [text]
    starts = (spelling for name in names for spelling in spellings(f"http://{name}"))
    return list(dict.fromkeys([text, *(own.sub(start, text) for start in starts)]))
