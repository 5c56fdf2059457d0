"""The names that hosts go by, and URLs as they are asked for."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urldefrag, urlsplit

from w3lib.url import safe_url_string

WEB_PORTS: Final = frozenset({80, 443, 8080, 8443})
DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@lru_cache(maxsize=1024)  # each request asks for its own a dozen times
def host_key(url: str) -> str:
    """Return the key for the rules of a host: its name, with the port if that is unusual.

    "" for anything but an http or https URL.

    >>> host_key("https://Example.org./post"), host_key("http://127.0.0.1:8000/")
    ('example.org', '127.0.0.1:8000')
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        port = port_of(parts)
        default = DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return ""
    host = literal_address(host) or host
    if not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    return host if port == default else f"{host}:{port}"


def is_web_url(text: str) -> bool:
    """Return whether a stranger's text is the URL of a page: it has a host, and no user.

    >>> is_web_url("https://example.org/a"), is_web_url("http://[::1"), is_web_url("http://a:b@c.test")
    (True, False, False)
    """
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        return False
    is_line = text.isprintable() and " " not in text
    return has_host and is_line and text.startswith(("http://", "https://"))


def without_web_port(key: str) -> str:
    """Return the name that the budget of a host on the open web goes by, whatever its port.

    >>> without_web_port("example.org:8443"), without_web_port("[::1]"), without_web_port("a:81")
    ('example.org', '[::1]', 'a:81')
    """
    host, _, port = key.rpartition(":")
    return host if port.isdecimal() and int(port) in WEB_PORTS else key


@lru_cache(maxsize=1024)
def host_name(key: str) -> str:
    """Return the host of a key, without port and brackets.

    >>> host_name("127.0.0.1:8000"), host_name("[::1]:81"), host_name("example.org")
    ('127.0.0.1', '::1', 'example.org')
    """
    return urlsplit(f"//{key}").hostname or ""


def clean_url(url: str) -> str:
    """Return *url* as browsers would send it, without its fragment.

    >>> clean_url("https://example.org/a b#c")
    'https://example.org/a%20b'
    """
    try:
        return urldefrag(safe_url_string(url)).url
    except ValueError:
        return url  # the check of URLs gives the error


@lru_cache(maxsize=1024)
def literal_address(host: str) -> str | None:
    """Return the IP address in its usual form if *host* is one, else None."""
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def port_of(parts: SplitResult) -> int:
    """Return the port that a split http or https URL is asked at."""
    return parts.port or DEFAULT_PORTS[parts.scheme]
