"""The addresses and URLs that may be requested: public ones on web ports, and opened networks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from newscrawl.exceptions import ConfigurationError
from newscrawl.urls.hosts import DEFAULT_PORTS, WEB_PORTS, literal_address

Network: TypeAlias = IPv4Network | IPv6Network

MAX_URL_LENGTH: Final = 4096
"""Characters of a URL, also of a redirect's target: servers refuse longer ones anyway."""

# Source: the IANA registries of special-purpose IPv4 and IPv6 addresses.
_SPECIAL_IPV4: Final = tuple(
    IPv4Network(cidr)
    for cidr in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, the metadata services of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# Only 2000::/3 is given out as global unicast. Loopback, the IPv4-compatible ::/96, NAT64 in
# 64:ff9b::/96 and 64:ff9b:1::/48, 100::/64, fc00::/7, fe80::/10 and ff00::/8 are outside of it.
_GLOBAL_IPV6: Final = IPv6Network("2000::/3")
_SPECIAL_IPV6: Final = tuple(
    IPv6Network(cidr)
    for cidr in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",  # documentation
    )
)


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks that an operator opened, and the rule for every address outside them."""

    opened: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, setting: str) -> Networks:
        """Return the networks of a setting such as ``"127.0.0.0/8, ::1/128"``.

        Raises:
            ConfigurationError: If a part of it is no CIDR.
        """
        parts = [part.strip() for part in setting.split(",")]
        return cls(tuple(_network(part) for part in parts if part))

    def opens(self, address: str) -> bool:
        """Return whether *address* is an address in an opened network."""
        parsed = _parsed(address)
        if parsed is None:
            return False
        return any(parsed.version == net.version and parsed in net for net in self.opened)

    def refusal(self, address: str, port: int) -> str | None:
        """Return why a connection to *address* at *port* is not allowed, or None.

        >>> Networks.parse("127.0.0.1/32").refusal("127.0.0.1", 8000)
        >>> Networks.parse("127.0.0.1/32").refusal("127.0.0.2", 80)
        '127.0.0.2 is not a public address (NEWSCRAWL_ALLOWED_NETWORKS allows others)'
        >>> Networks().refusal("93.184.216.34", 22)
        'port 22 is not one of 80, 443, 8080, 8443'
        """
        if self.opens(address):
            return None
        if not _is_public(address):
            return f"{address} is not a public address (NEWSCRAWL_ALLOWED_NETWORKS allows others)"
        if port not in WEB_PORTS:
            return f"port {port} is not one of {', '.join(map(str, sorted(WEB_PORTS)))}"
        return None


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise ConfigurationError(
            f"NEWSCRAWL_ALLOWED_NETWORKS: {error}; write networks as 127.0.0.0/8, ::1/128"
        ) from error


@lru_cache(maxsize=1024)  # each connection asks for its own several times
def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """Return an address, as IPv4 if IPv6 wraps it; None if it is not an address, or has a scope.

    >>> _parsed("::ffff:127.0.0.1")
    IPv4Address('127.0.0.1')
    >>> _parsed("fe80::1%eth0")
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv4Address):
        return parsed
    return None if parsed.scope_id is not None else parsed.ipv4_mapped or parsed


def _is_public(address: str) -> bool:
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return parsed in _GLOBAL_IPV6 and not any(parsed in net for net in _SPECIAL_IPV6)
    return parsed is not None and not any(parsed in net for net in _SPECIAL_IPV4)


_HOST_NAME: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?", re.ASCII)
# A last label that a resolver could read as a number makes the whole host an address.
_NUMERIC_HOST: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?", re.ASCII)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


def url_problem(url: str) -> str | None:
    """Return why *url* is never requested, whatever its host resolves to, or None.

    Numbers that stand for an address (decimal, octal, hexadecimal, short forms) are refused here,
    so that they never depend on how a resolver reads them.

    >>> url_problem("https://example.org/post")
    >>> url_problem("http://0x7f.1/")
    'the host 0x7f.1 is an address in disguise'
    >>> url_problem("https://user:secret@example.org/")
    'it carries credentials'
    """
    if len(url) > MAX_URL_LENGTH:
        return f"it is longer than {MAX_URL_LENGTH} characters"
    if _UNPRINTABLE.search(url):
        return "it holds characters that no URL may hold"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"it is no URL: {error}"
    if parts.scheme not in DEFAULT_PORTS:
        return f"its scheme is {parts.scheme or 'missing'}, not http or https"
    if "@" in parts.netloc:
        return "it carries credentials"
    if port == 0:
        return "its port is 0"
    return _host_problem(parts.hostname or "")


def _host_problem(host: str) -> str | None:
    if "%" not in host and literal_address(host) is not None:  # "%" starts the zone of fe80::1%eth0
        return None
    if not host or ":" in host or not _HOST_NAME.fullmatch(host) or len(host) > 254:
        return "it names no host" if not host else f"{host[:80]} is no host name"
    if _NUMERIC_HOST.fullmatch(host):
        return f"the host {host[:80]} is an address in disguise"
    return None
