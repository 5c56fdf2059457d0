"""Fetch URLs safely and politely: every request of a crawl goes through here."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final, Self, TypeAlias
from urllib.parse import urljoin, urlsplit

from newscrawl.net.address_filter import url_problem
from newscrawl.net.downloader import Downloader
from newscrawl.net.options import Options
from newscrawl.net.rate_limiter import RateLimiter, is_refusal
from newscrawl.net.response import Answer, Hop
from newscrawl.net.robots_cache import RobotsCache
from newscrawl.outcomes import HEALING
from newscrawl.rights import robots, tdm
from newscrawl.rights.policy import header_signals
from newscrawl.urls.hosts import WEB_PORTS, clean_url, literal_address, port_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

    from newscrawl.net.fair_slots import FairSlots
    from newscrawl.net.host_store import HostStore
    from newscrawl.net.memory_slots import MemorySlot
    from newscrawl.net.options import RequestType
    from newscrawl.net.robots_cache import Rules

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PASSING: Final = frozenset({"timeout", "dns_error", "connection_error"})
"""Outcomes after which an API is tried again, if its host answered before."""
RETRY_DELAYS: Final = (5, 20)
"""Delays of the host before each further try; the last value holds for all later tries."""
ARTICLE_PATIENCE_SECONDS: Final = 120.0
"""Longest wait before the one further try at a publisher that refused a request."""

FetchHop: TypeAlias = Callable[[str], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parameters:
    """The parameters of a request, as `Fetcher.fetch` takes them.

    Attributes:
        enough_bytes: Bytes of the body that suffice; None for the whole body.
    """

    request_type: RequestType
    headers: Mapping[str, str] = field(default_factory=dict)
    memory_slot: MemorySlot | None = None
    enough_bytes: int | None = None
    is_retried: bool = True


class Fetcher:
    """Fetches URLs: checks addresses and robots.txt, waits for its turn, follows redirects.

    Network and HTTP errors are returned in the `Answer`, never raised. The first request raises
    `ConfigurationError` if the process has no `FilteringResolver`.
    """

    def __init__(
        self,
        downloader: Downloader,
        store: HostStore,
        options: Options,
        stats: StatsCollector,
        memory_slots: FairSlots | None = None,
    ) -> None:
        self._downloader = downloader
        self._options = options
        self._stats = stats
        self._rate_limiter = RateLimiter(store, options, memory_slots)
        self._robots_cache = RobotsCache(store, options.ignored_hosts)

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, store: HostStore, memory_slots: FairSlots | None = None
    ) -> Self:
        """Build one for a crawl.

        Args:
            store: Keeps the clocks and rules of hosts.
            memory_slots: Those of all crawls of the process; None for slots of its own.

        Raises:
            ConfigurationError: If a setting has a wrong value.
        """
        options = Options.from_settings(crawler.settings)
        return cls(Downloader(crawler, options), store, options, crawler.stats, memory_slots)

    async def fetch(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        request_type: RequestType,
        memory_slot: MemorySlot | None = None,
        is_retried: bool = True,
    ) -> Answer:
        """Return the final answer for *url*.

        Args:
            headers: Of the request, such as ``If-None-Match``; a 304 is returned like any answer.
            request_type: "api" is retried after passing failures; "article" has smaller caps and
                longer delays, and its answer has the signals of the host's tdmrep.json.
            memory_slot: Holds the answer until it is read, for callers with many requests.
            is_retried: Whether a passing failure is retried.

        If an article gets no turn in this run, its outcome is "pending": nothing was requested.
        """
        parameters = _Parameters(
            request_type=request_type,
            headers=headers or {},
            memory_slot=memory_slot,
            is_retried=is_retried,
        )
        is_page = request_type == "article"
        fetch_hop = partial(self._fetch_hop, parameters=parameters, is_page=is_page)
        answer = await self._follow(url, fetch_hop, self._options.max_redirects)
        self._stats.inc_value(f"fetcher/{request_type}/{answer.outcome or answer.status}")
        return answer

    async def note_outcome(self, url: str, outcome: str) -> None:
        """Note the outcome of the page at *url*: after several walls its host is skipped."""
        if url_problem(url) is not None:
            return
        if outcome == "bot_wall":
            await self._rate_limiter.note_wall(url)
        elif outcome not in HEALING:
            self._rate_limiter.clear_refusals(url)

    @property
    def article_delay(self) -> float:
        """Seconds between two requests to a publisher; 0 if waiting is switched off."""
        return self._options.delays["article"]

    def blocked_seconds(self, url: str) -> float:
        """Return how many seconds the host of *url* still refuses requests."""
        return max(0.0, self._rate_limiter.host(url).blocked_until - time.time())

    def waiting(self) -> dict[str, float]:
        """Return the hosts that requests wait for now, with the remaining seconds."""
        return self._rate_limiter.waiting()

    def traffic(self) -> dict[str, dict[str, int]]:
        """Return the counts of `Traffic.as_dict` by host, of this run so far."""
        return self._rate_limiter.traffic.as_dict()

    async def close(self) -> None:
        """Start no more requests: those that wait for their turn return without one."""
        self._rate_limiter.close()

    async def _follow(self, url: str, fetch_hop: FetchHop, max_redirects: int) -> Answer:
        """Fetch *url* and the targets of at most *max_redirects* redirects."""
        hops: list[Hop] = []
        url = clean_url(url)
        while True:
            answer = await fetch_hop(url)
            target = _redirect_target(answer)
            if target is None:
                return replace(answer, hops=tuple(hops))
            hops.append(Hop(url=url, status=answer.status))
            is_loop = any(target == hop.url for hop in hops)
            if is_loop or len(hops) > max_redirects:
                detail = f"more than {max_redirects} redirects"
                if is_loop:
                    detail = "it redirects in a circle"
                return Answer(
                    url=url,
                    outcome="redirect_loop",
                    detail=detail,
                    hops=tuple(hops),
                    robots=answer.robots,
                    signals=answer.signals,
                )
            url = target

    def memory_slot(self) -> MemorySlot:
        """Return a memory slot for a page: hand it to `fetch`, and release it after reading."""
        return self._rate_limiter.memory_slot()

    async def _fetch_hop(
        self, url: str, *, parameters: _Parameters, is_page: bool = False
    ) -> Answer:
        """Request *url* if robots.txt allows it, without following redirects.

        Args:
            is_page: Whether it may be an article, which comes with the signals of its host.
        """
        refused = self._refusal(url)
        if refused is not None:
            return refused
        verdict, signals = "ignored", {}
        if not self._robots_cache.is_ignored(url):
            read_robots = partial(self._read_robots, request_type=parameters.request_type)
            rules = await self._robots_cache.rules(url, read_robots)
            self._rate_limiter.host(url).crawl_delay = rules.robots.crawl_delay
            verdict, signals = rules.robots.verdict(url), rules.robots.signals(url)
            if verdict != "allowed":
                answer = _forbidden(url, rules, verdict)
                return replace(answer, robots=verdict, signals=signals)
        if is_page:  # before the page: while this waits for its turn, no page is in memory
            read_tdm = partial(self._read_tdm, request_type=parameters.request_type)
            signals |= await self._robots_cache.tdm_signals(url, read_tdm)
        answer = await self._request(url, parameters)
        if is_page:
            signals |= header_signals(answer.headers)
        return replace(answer, robots=verdict, signals=signals)

    async def _read_tdm(self, url: str, *, request_type: RequestType) -> Answer:
        """Request a tdmrep.json, by the rules of robots.txt."""
        parameters = _Parameters(request_type=request_type, enough_bytes=tdm.MAX_BYTES + 1)
        return await self._fetch_hop(url, parameters=parameters)

    async def _read_robots(self, url: str, *, request_type: RequestType) -> Answer:
        """Request a robots.txt, which no robots.txt can forbid."""
        parameters = _Parameters(
            request_type=request_type,
            headers={"Accept": "text/plain, */*;q=0.5"},
            enough_bytes=robots.MAX_BYTES,
        )

        async def fetch_hop(url: str) -> Answer:
            return self._refusal(url) or await self._request(url, parameters)

        return await self._follow(url, fetch_hop, robots.MAX_REDIRECTS)

    def _refusal(self, url: str) -> Answer | None:
        """Return the answer for a URL that is never requested, or None."""
        problem = url_problem(url)
        if problem is None:
            parts = urlsplit(url)
            literal, port = literal_address(parts.hostname or ""), port_of(parts)
            if literal is not None:
                problem = self._options.networks.refusal(literal, port)
            elif self._options.proxy is not None and port not in WEB_PORTS:
                problem = f"port {port} is not allowed through a proxy"
        if problem is None:
            return None
        return Answer(url=url, outcome="unsafe_address", detail=problem)

    async def _request(self, url: str, parameters: _Parameters) -> Answer:
        """Request in turn, and retry if that is useful."""
        request_type = parameters.request_type
        send = partial(
            self._downloader.send,
            url,
            request_type,
            slot=self._rate_limiter.host(url).key,
            headers=parameters.headers,
            enough_bytes=parameters.enough_bytes,
        )
        for attempt in count():
            answer = await self._rate_limiter.wait_and_send(
                url, request_type, send, parameters.memory_slot
            )
            if not parameters.is_retried or not self._is_worth_a_retry(
                answer, request_type, attempt
            ):
                break
            self._stats.inc_value("fetcher/retry_count")
            if not is_refusal(answer):
                delays = RETRY_DELAYS[min(attempt, len(RETRY_DELAYS) - 1)]
                await self._rate_limiter.pause(url, delays * self._options.delays[request_type])
        if answer.status == 429:
            return replace(answer, outcome="rate_limited", detail="429, and no retry is left")
        return answer

    def _is_worth_a_retry(self, answer: Answer, request_type: RequestType, attempt: int) -> bool:
        host = self._rate_limiter.host(answer.url)
        if request_type == "article":
            wait = host.blocked_until - time.time()
            return is_refusal(answer) and attempt == 0 and wait <= ARTICLE_PATIENCE_SECONDS
        if attempt >= self._options.retries:
            return False
        has_failed = answer.outcome in PASSING and host.has_answered
        return has_failed or answer.status == 429 or answer.status >= 500


def _forbidden(url: str, rules: Rules, verdict: str) -> Answer:
    """Return the answer for a URL that robots.txt disallows."""
    if rules.failure is not None:
        detail = f"robots.txt: {rules.failure.detail}"
        return Answer(url=url, outcome=rules.failure.outcome, detail=detail)
    why = "disallows it" if verdict == "disallowed" else f"answers {rules.robots.status}"
    return Answer(url=url, outcome="robots_disallowed", detail=f"robots.txt {why}")


def _redirect_target(answer: Answer) -> str | None:
    location = answer.headers.get("location", "")
    if answer.outcome is not None or answer.status not in REDIRECTS or not location:
        return None
    with suppress(UnicodeError):  # headers are read as Latin-1; sites write UTF-8 here
        location = location.encode("latin-1").decode("utf-8")
    try:
        return clean_url(urljoin(answer.url, location))
    except ValueError:
        return location
