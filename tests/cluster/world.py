"""Many small sites and their publishers on loopback, with a log of each request."""

import asyncio
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from benchmarks.pages import pages
from benchmarks.server import Http, Reply, Site, publisher_reply


@dataclass(slots=True)
class World:
    """Sites and publishers that are up.

    Attributes:
        sites: Their home URLs.
        publishers: The same of the publishers.
        requests: The times of requests by host, in monotonic seconds.
    """

    sites: list[str] = field(default_factory=list)
    publishers: list[str] = field(default_factory=list)
    requests: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    servers: list[asyncio.Server] = field(default_factory=list)

    def shortest_gap(self, hosts: list[str]) -> float:
        """The shortest time between the requests to one host."""
        gaps = [
            later - earlier
            for host in hosts
            for earlier, later in zip(self.requests[host], self.requests[host][1:], strict=False)
        ]
        return min(gaps)


@contextmanager
def serving(sites: int, posts: int, publishers: int = 0, *, delay: float = 0.0) -> Iterator[World]:
    """Serve sites with as many posts each, from a thread of this process."""
    world, is_up, loop = World(), threading.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        await _open(world, sites, posts, publishers, delay)
        is_up.set()

    def work() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()
        loop.run_until_complete(_close(world))
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert is_up.wait(60)
    try:
        yield world
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


async def _open(world: World, sites: int, posts: int, publishers: int, delay: float) -> None:
    counts: Counter[str] = Counter()
    read = pages() if publishers else []
    for number in range(publishers):
        answer = partial(publisher_reply, read, delay, counts)
        world.publishers.append(await _up(world, f"127.9.0.{number + 1}", answer))
    hosts = world.publishers
    for number in range(sites):
        mine = range(number * posts, (number + 1) * posts) if hosts else ()
        articles = [f"{hosts[n % len(hosts)]}/news/{n}/" for n in mine]
        site = Site(posts, articles, counts)
        site.url = await _up(world, f"127.8.{number // 250}.{number % 250 + 1}", site.reply)
        world.sites.append(site.url)


async def _up(world: World, address: str, answer: Callable[[str], Reply]) -> str:
    times: list[float] = []

    def noted(target: str) -> Reply:
        times.append(time.monotonic())
        return answer(target)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Http(noted), address, 0, backlog=512)
    world.servers.append(server)
    url = f"http://{address}:{server.sockets[0].getsockname()[1]}"
    world.requests[url] = times
    return url


async def _close(world: World) -> None:
    for server in world.servers:
        server.close()
    await asyncio.sleep(0)
