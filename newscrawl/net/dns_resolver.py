"""Resolve host names for Twisted, and return only addresses that may be connected to.

Every connection of the process is made through the reactor's resolver, which this one replaces.
Twisted connects to the addresses that this returns. So neither a redirect nor a name that changes
between two look-ups gets past the check.
"""

from __future__ import annotations

import asyncio
import socket
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeAlias

import idna
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer  # type: ignore[import-untyped]

from newscrawl.exceptions import ConfigurationError
from newscrawl.net.address_filter import Networks
from newscrawl.net.options import Proxy
from newscrawl.urls.hosts import literal_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import CrawlerRunnerBase
    from scrapy.settings import BaseSettings
    from twisted.internet.interfaces import IAddress

Address: TypeAlias = IPv4Address | IPv6Address

MAX_ADDRESSES: Final = 8
"""Addresses of a name that are tried: each may cost a connection's timeout."""
LOOKUP_THREADS: Final = 32
"""Look-ups at a time. One that hangs keeps its thread even after our own timeout."""
_MAX_REFUSALS: Final = 1000


class _Receiver(Protocol):
    """Twisted's IResolutionReceiver, whose declaration a type checker can't read."""

    def resolutionBegan(self, resolution: object) -> None: ...  # noqa: N802

    def addressResolved(self, address: Address) -> None: ...  # noqa: N802

    def resolutionComplete(self) -> None: ...  # noqa: N802


@implementer(IHostResolution)
class _Resolution:
    """A look-up under way, with the interface that Twisted expects."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        raise NotImplementedError


@implementer(IHostnameResolver)
class FilteringResolver:
    """Resolve IPv4 and IPv6, pass on the allowed addresses only, remember nothing but refusals.

    Installed by ``TWISTED_DNS_RESOLVER``, with the settings of the process.
    """

    def __init__(
        self, reactor: Any, networks: Networks, proxy: Proxy | None, timeout: float
    ) -> None:
        self.networks = networks
        self.proxy = proxy
        self._reactor = reactor
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="dns")
        self._tasks: set[asyncio.Task[None]] = set()
        self._refusals: OrderedDict[tuple[str, int], str] = OrderedDict()

    @classmethod
    def from_crawler(cls, crawler: CrawlerRunnerBase, reactor: Any) -> Self:
        settings = crawler.settings
        return cls(
            reactor,
            Networks.parse(settings.get("NEWSCRAWL_ALLOWED_NETWORKS", "")),
            Proxy.parse(settings.get("NEWSCRAWL_PROXY", "")),
            settings.getfloat("DNS_TIMEOUT"),
        )

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def take_refusal(self, host: str, port: int) -> str | None:
        """Return why the latest look-up of *host* passed on no address, or None."""
        return self._refusals.pop((_ascii(host), port), None)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: _Receiver,  # noqa: N803 - called with keywords
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803, ARG002 - TCP is all we speak
    ) -> _Resolution:
        """Look *hostName* up. Literal addresses come here, too, and get the same check."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        types = tuple(addressTypes or (IPv4Address, IPv6Address))
        task = asyncio.get_running_loop().create_task(
            self._resolve(resolutionReceiver, _ascii(hostName), portNumber, types)
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return resolution

    async def _resolve(
        self, receiver: _Receiver, host: str, port: int, types: tuple[type, ...]
    ) -> None:
        try:
            for address in self._allowed(host, port, await self._look_up(host)):
                if isinstance(address, types):
                    receiver.addressResolved(address)
        finally:
            receiver.resolutionComplete()

    async def _look_up(self, host: str) -> list[str]:
        literal = literal_address(host)
        if literal is not None:
            return [literal]
        loop = asyncio.get_running_loop()
        lookup = loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        )
        try:
            found = await asyncio.wait_for(lookup, self._timeout)
        except (OSError, ValueError):  # unknown, in time or ever; a name that can't be encoded
            return []
        return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))

    def _allowed(self, host: str, port: int, found: list[str]) -> list[Address]:
        # Port 0: a tunnel's look-up has no port, and all tunnels lead to the proxy.
        if self.proxy is not None and host == self.proxy.host and port in {self.proxy.port, 0}:
            return [_address(address, port) for address in found]
        refusals = [self.networks.refusal(address, port) for address in found]
        allowed = [
            _address(address, port)
            for address, refusal in zip(found, refusals, strict=True)
            if refusal is None
        ]
        self._refusals.pop((host, port), None)
        if found and not allowed:
            self._refusals[host, port] = str(refusals[0])
            if len(self._refusals) > _MAX_REFUSALS:
                self._refusals.popitem(last=False)
        return allowed[:MAX_ADDRESSES]


def _address(address: str, port: int) -> Address:
    return (IPv6Address if ":" in address else IPv4Address)("TCP", address, port)


def _ascii(host: str) -> str:
    """Return *host* as DNS writes it: Twisted decodes punycode, and getaddrinfo would encode it
    again by an older standard, which makes another name of some.
    """
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host).decode("ascii")
    except idna.IDNAError:
        pass
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def installed_resolver(settings: BaseSettings) -> FilteringResolver:
    """Return the resolver of the reactor; call this when the crawl has started.

    Raises:
        ConfigurationError: If the reactor has another resolver, or one of other settings.
    """
    if not settings.getbool("TWISTED_REACTOR_ENABLED"):
        raise ConfigurationError(
            "TWISTED_REACTOR_ENABLED must stay on: the address filter needs it"
        )
    from twisted.internet import reactor

    resolver = getattr(reactor, "nameResolver", None)
    if not isinstance(resolver, FilteringResolver):
        raise ConfigurationError(
            "The address filter is not installed: leave TWISTED_DNS_RESOLVER as it is"
        )
    wanted = Networks.parse(settings.get("NEWSCRAWL_ALLOWED_NETWORKS", ""))
    if (resolver.networks, resolver.proxy) != (
        wanted,
        Proxy.parse(settings.get("NEWSCRAWL_PROXY", "")),
    ):
        raise ConfigurationError(
            "NEWSCRAWL_ALLOWED_NETWORKS and NEWSCRAWL_PROXY hold for the whole process: set them"
            " with -s or in the environment, not on a spider"
        )
    return resolver
