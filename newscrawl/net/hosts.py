"""The names that hosts go by."""

from __future__ import annotations

from urllib.parse import urlsplit

from newscrawl.net.addresses import DEFAULT_PORTS, literal_address, port_of


def host_key(url: str) -> str:
    """Return the name that the budget of a host goes by: with its port where that is unusual.

    "" for what is no http or https URL.

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


def host_name(key: str) -> str:
    """Return the host of a key, without port and brackets.

    >>> host_name("127.0.0.1:8000"), host_name("[::1]:81"), host_name("example.org")
    ('127.0.0.1', '::1', 'example.org')
    """
    return urlsplit(f"//{key}").hostname or ""
