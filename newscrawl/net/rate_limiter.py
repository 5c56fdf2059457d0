"""Send requests to a host one at a time, each when the clock of the host allows it.

All of this happens before a request enters Scrapy, so a slow host delays no other.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from newscrawl.net.fair_slots import FairSlots
from newscrawl.net.host_clock import JITTER, Turn, retry_after_seconds
from newscrawl.net.memory_slots import MemorySlot
from newscrawl.net.options import contact_notice
from newscrawl.net.response import Answer
from newscrawl.outcomes import PENDING
from newscrawl.urls.hosts import host_key, host_name, without_web_port

if TYPE_CHECKING:
    from newscrawl.net.downloader import Download
    from newscrawl.net.host_store import HostStore
    from newscrawl.net.options import Options, RequestType

logger = logging.getLogger(__name__)

MAX_REFUSALS: Final = 5
"""Walls, or answers 429, in a row after which a host is skipped for this run."""

_MINUTE: Final = 60.0

Send: TypeAlias = Callable[[], Awaitable["Download"]]


@dataclass(slots=True)
class _HostTraffic:
    requests: int = 0
    bytes: int = 0
    peak: int = 0
    seconds: float = 0
    latest: deque[float] = field(default_factory=deque)


class Traffic:
    """Counts requests, bytes and the time of responses by host.

    >>> traffic = Traffic()
    >>> traffic.sent("example.org", 0.0); traffic.sent("example.org", 59.0)
    >>> traffic.received("example.org", 2_000, 0.25)
    >>> traffic.as_dict()
    {'example.org': {'requests': 2, 'bytes': 2000, 'peak_per_minute': 2, 'milliseconds': 250}}
    """

    def __init__(self) -> None:
        self._hosts: dict[str, _HostTraffic] = {}

    def sent(self, host: str, now: float) -> None:
        """Count a request that starts *now*, in seconds of any steady clock."""
        traffic = self._hosts.setdefault(host, _HostTraffic())
        traffic.requests += 1
        traffic.latest.append(now)
        while traffic.latest[0] <= now - _MINUTE:
            traffic.latest.popleft()
        traffic.peak = max(traffic.peak, len(traffic.latest))

    def received(self, host: str, size: int, seconds: float) -> None:
        """Count the bytes of a body on the wire, and how long the response took."""
        self._hosts[host].bytes += size
        self._hosts[host].seconds += seconds

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return the requests, the bytes, the most requests within a minute, and the time by host.

        The time is that of all responses together, without the waiting for a turn.
        """
        return {
            host: {
                "requests": traffic.requests,
                "bytes": traffic.bytes,
                "peak_per_minute": traffic.peak,
                "milliseconds": round(1000 * traffic.seconds),
            }
            for host, traffic in self._hosts.items()
        }


@dataclass(slots=True)
class Host:
    """The state of a host in this run.

    Attributes:
        crawl_delay: Seconds between two requests that its robots.txt names.
        has_answered: Whether it gave any answer.
        is_opened: Whether its address is in a network that the operator opened.
        refusals: Answers in a row that meant "not now", or were a wall.
        waited: Seconds waited so far because it refused us.
        blocked_until: Unix seconds; when its latest refusal ends.
        seconds: How long its latest answer took.
        due: The time of the turn that a request waits for, in Unix seconds; None if none waits.
        taken_until: Unix seconds; the end of the time that was taken for the latest turn.
    """

    key: str
    has_answered: bool = False
    is_opened: bool = False
    crawl_delay: float = 0.0
    refusals: int = 0
    waited: float = 0.0
    blocked_until: float = 0.0
    seconds: float = 0.0
    due: float | None = None
    taken_until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_skipped(self) -> bool:
        """Whether it is skipped for the rest of this run."""
        return self.refusals >= MAX_REFUSALS


class RateLimiter:
    """Gives each request its turn, by the clocks of hosts.

    Args:
        memory_slots: Those of all crawls of the process; None for slots of its own.
    """

    def __init__(
        self, store: HostStore, options: Options, memory_slots: FairSlots | None = None
    ) -> None:
        self.traffic = Traffic()
        self._store = store
        self._options = options
        self._hosts: dict[str, Host] = {}
        self._free_requests = asyncio.Semaphore(options.concurrency)
        self._memory_slots = memory_slots or FairSlots(options.concurrency)
        self._closing = asyncio.Event()
        self._has_warned = options.has_contact

    def host(self, url: str) -> Host:
        """Return the state of the host of *url*, which passed `url_problem`.

        All web ports of a host share its budget. In an opened network each port is a server.
        """
        key = host_key(url)
        is_opened = self._options.networks.opens(host_name(key))
        if not is_opened:
            key = without_web_port(key)
        if key not in self._hosts:
            self._hosts[key] = Host(key, is_opened=is_opened)
        return self._hosts[key]

    def waiting(self) -> dict[str, float]:
        """Return the hosts that requests wait for, with the remaining seconds."""
        now = time.time()
        return {
            host.key: max(0.0, host.due - now)
            for host in self._hosts.values()
            if host.due is not None
        }

    def close(self) -> None:
        """Wake all waiting requests; they return without an answer."""
        self._closing.set()

    def memory_slot(self) -> MemorySlot:
        """Return a place for a page, not taken yet."""
        return MemorySlot(self._memory_slots)

    async def wait_and_send(
        self, url: str, request_type: RequestType, send: Send, memory_slot: MemorySlot | None = None
    ) -> Answer:
        """Return the answer of *send* for *url*, called when it is the turn of its host.

        Without a turn in this run the outcome is "rate_limited" for an API, and "pending" for an
        article: that stays in the queue.

        Args:
            memory_slot: The place in memory of the answer; given back while this waits, then taken.
        """
        host = self.host(url)
        if memory_slot is not None:
            memory_slot.release()
        async with host.lock:
            refusal = await self._wait(host, request_type)
            if refusal is None:
                if memory_slot is not None:
                    await memory_slot.acquire()
                async with self._free_requests:
                    refusal = "the run is ending" if self._closing.is_set() else None
                    if refusal is None:
                        return await self._send(host, request_type, send)
        outcome = "rate_limited" if request_type == "api" else PENDING
        return Answer(url=url, outcome=outcome, detail=refusal)

    async def pause(self, url: str, seconds: float) -> None:
        """Pause the host of *url* for this long, from now on."""
        if seconds:
            await self._store.end_turn(self.host(url).key, time.time(), seconds)

    async def note_wall(self, url: str) -> None:
        """Note that the host of *url* showed a wall instead of a page."""
        host = self.host(url)
        host.refusals += 1
        await self._block(host, None)

    def clear_refusals(self, url: str) -> None:
        """Note that the host of *url* answered as expected."""
        self.host(url).refusals = 0

    async def _wait(self, host: Host, request_type: RequestType) -> str | None:
        """Wait for the host's turn; return the reason if there is no turn in this run."""
        if host.is_skipped:
            return f"{host.key} refused {MAX_REFUSALS} requests in a row: skipped in this run"
        self._warn_without_contact(host)
        now, began = time.time(), time.monotonic()
        turn = await self._turn(host, request_type, now)
        if turn is None:
            return f"{host.key} refuses requests for longer than this run waits"
        host.waited += turn.blocked
        host.due, host.taken_until = turn.due, turn.until
        # The monotonic clock: if the system's clock is set back, the wait does not grow.
        left = turn.due - now - (time.monotonic() - began)
        try:
            await asyncio.wait_for(self._closing.wait(), max(0.0, left))
        except TimeoutError:
            return None
        finally:
            host.due = None
        return "the run is ending"

    async def _turn(self, host: Host, request_type: RequestType, now: float) -> Turn | None:
        """Take the host's next free moment, as its clock has it."""
        delay = self._delay(host, request_type)
        if not delay and await self._store.is_free(host.key, now):
            return Turn(now)  # nobody has to wait for this request, so it needs no entry
        patience = self._options.patience - host.waited
        taken = delay + host.seconds if delay else 0.0
        return await self._store.reserve_turn(host.key, now, taken, patience)

    async def _send(self, host: Host, request_type: RequestType, send: Send) -> Answer:
        self.traffic.sent(host.key, time.monotonic())
        download = await send()
        self.traffic.received(host.key, download.wire_bytes, download.seconds)
        host.has_answered = host.has_answered or download.answer.status > 0
        if download.address is not None and self._options.proxy is None:
            host.is_opened = self._options.networks.opens(download.address)
        await self._end_turn(host, request_type, download)
        return download.answer

    async def _end_turn(self, host: Host, request_type: RequestType, download: Download) -> None:
        answer, pause = download.answer, self._delay(host, request_type)
        host.seconds = download.seconds
        if pause and request_type == "api":
            pause = max(pause, download.seconds)
        if pause:
            taken = host.taken_until
            await self._store.end_turn(host.key, time.time(), pause, taken)
        if is_refusal(answer):
            host.refusals += 1
            await self._block(host, _retry_after(answer))
        elif answer.outcome is None and (request_type == "api" or 300 <= answer.status < 400):
            host.refusals = 0  # for a page only its reader knows: it may be a wall

    async def _block(self, host: Host, retry_after: float | None) -> None:
        now = time.time()
        host.blocked_until = await self._store.block(
            host.key,
            now,
            retry_after,
            in_a_row=host.refusals,
            first=self._options.backoff,
            jitter=random.random(),  # noqa: S311 - no secret
        )
        logger.info(
            "%(host)s refused a request; next try in %(seconds)d s",
            {"host": host.key, "seconds": host.blocked_until - now},
        )

    def _delay(self, host: Host, request_type: RequestType) -> float:
        """Return the seconds between two requests, with a random addition."""
        delay = max(self._options.delay(request_type, is_opened=host.is_opened), host.crawl_delay)
        return delay * (1 + JITTER * random.random())  # noqa: S311 - no secret

    def _warn_without_contact(self, host: Host) -> None:
        if not self._has_warned and not host.is_opened:
            self._has_warned = True
            logger.warning("%s", contact_notice(""))


def is_refusal(answer: Answer) -> bool:
    """Return whether a host refuses the rate of requests: 429, or 503 with a time to come back."""
    return answer.status == 429 or (answer.status == 503 and _retry_after(answer) is not None)


def _retry_after(answer: Answer) -> float | None:
    headers = answer.headers
    return retry_after_seconds(headers.get("retry-after", ""), headers.get("date", ""), time.time())
