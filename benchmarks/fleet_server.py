"""One server on loopback that answers for thousands of sites and their publishers.

Each site and each publisher has an address of its own in 127.0.0.0/8; all share one port and one
socket. The server notes each request: its log judges how the crawler behaved.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import socket
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final

from benchmarks.pages import pages
from benchmarks.server import NOT_FOUND, Http, Reply, Site, publisher_reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

HOSTS_IN_A_BLOCK: Final = 250
BACKLOG: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The simulated sites.

    Attributes:
        sites: Their number.
        publishers: The hosts of their articles. They have articles by Zipf: the second one has half
            as many as the first, the third a third.
        largest: Posts of the largest site; the sizes of the others are by Zipf, too, at least 1.
        news: The share of the sites that publish a post.
    """

    sites: int
    publishers: int
    largest: int
    news: float


@dataclass(slots=True)
class Log:
    """The requests that came.

    Attributes:
        times: When they came, by the address of the host: seconds of the monotonic clock.
        crawls: When crawls of a site began: the requests for the index of its API.
        published: The number of posts of each site at the end, by its address.
    """

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    crawls: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    published: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class ServedFleet:
    """The running server, as seen from another process."""

    sites: list[str]
    publishers: list[str]
    pipe: Connection

    def publish_news(self, seconds: float) -> int:
        """Let sites publish posts at random moments within *seconds*; return their number."""
        self.pipe.send(seconds)
        return int(self.pipe.recv())

    def log(self) -> Log:
        """Return all requests since the start."""
        self.pipe.send(None)
        found: Log = self.pipe.recv()
        return found


@contextmanager
def serving_fleet(fleet: Fleet) -> Iterator[ServedFleet]:
    """Serve a fleet in a process of its own while the block runs."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(fleet, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        sites, publishers = ours.recv()
        yield ServedFleet(sites, publishers, ours)
    finally:
        ours.close()
        process.join(10)
        process.kill()


def address_of(number: int, block: int) -> str:
    """Return the address of a host: sites are in the blocks from 1, publishers in those from 200.

    >>> address_of(260, 1)
    '127.1.1.11'
    """
    high, low = divmod(number, HOSTS_IN_A_BLOCK)
    return f"127.{block + high // HOSTS_IN_A_BLOCK}.{high % HOSTS_IN_A_BLOCK}.{low + 1}"


def _run(fleet: Fleet, pipe: Connection) -> None:
    asyncio.run(_serve(fleet, pipe))


async def _serve(fleet: Fleet, pipe: Connection) -> None:
    """Serve until the other end of the pipe is closed."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    loop, server = asyncio.get_running_loop(), FleetServer(fleet)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")  # no other network
    listening.bind(("", 0))
    server.set_port(listening.getsockname()[1])
    await loop.create_server(lambda: _FleetHttp(server), sock=listening, backlog=BACKLOG)
    pipe.send((server.urls(server.sites), server.urls(server.publishers)))
    while True:
        try:
            order = await loop.run_in_executor(None, pipe.recv)
        except EOFError:
            return
        pipe.send(server.finished_log() if order is None else server.publish_news(order))


class FleetServer:
    """The sites and publishers by their addresses, and the log."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._random = Random(fleet.sites)
        self._log = Log()
        self._counts = Counter[str]()
        self._port = 0
        reply = partial(publisher_reply, pages(), 0.0, self._counts)
        self.publishers = {address_of(n, 200): reply for n in range(fleet.publishers)}
        self.sites = {address_of(n, 1): self._site(n) for n in range(fleet.sites)}

    def _site(self, number: int) -> Site:
        size = max(1, self._fleet.largest // (number + 1))
        return Site(size, [], self._counts)

    def set_port(self, port: int) -> None:
        """Set the port that all hosts have, and let the next post of each site link to one.

        Earlier posts have no link: their articles would take longer than the simulation.
        """
        self._port = port
        hosts = list(self.publishers)
        weights = [1 / (number + 1) for number in range(len(hosts))]
        for number, (address, site) in enumerate(self.sites.items()):
            site.url = f"http://{address}:{port}"
            (host,) = self._random.choices(hosts, weights)
            site.articles = [*[None] * site.count, f"http://{host}:{port}/news/{number}/"]

    def urls(self, hosts: dict[str, Any]) -> list[str]:
        """Return the URLs of hosts."""
        return [f"http://{address}:{self._port}" for address in hosts]

    def publish_news(self, seconds: float) -> int:
        """Let sites publish posts at random moments; return their number."""
        loop = asyncio.get_running_loop()
        count = round(self._fleet.news * self._fleet.sites)
        for site in self._random.sample(list(self.sites.values()), count):
            loop.call_later(self._random.uniform(0, seconds), site.grow, 1)
        return count

    def finished_log(self) -> Log:
        """Return the log, with the present number of posts of each site."""
        self._log.published = {address: site.count for address, site in self.sites.items()}
        return self._log

    def reply(self, address: str, target: str) -> Reply:
        """Note a request, and answer it."""
        now = time.monotonic()
        self._log.times[address].append(now)
        site = self.sites.get(address)
        if site is None:
            return self.publishers[address](target)
        if target.partition("?")[0] == "/wp-json/":
            self._log.crawls[address].append(now)
        return site.reply(target)


class _FleetHttp(Http):
    """A connection; the address that it was made to says which host answers."""

    def __init__(self, server: FleetServer) -> None:
        self._server = server
        super().__init__(lambda _: NOT_FOUND)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        address = transport.get_extra_info("sockname")[0]
        self.handler = partial(self._server.reply, address)
