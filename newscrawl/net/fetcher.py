"""Fetch URLs safely and politely: every request of a crawl goes through here."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final, Self, TypeAlias
from urllib.parse import urljoin, urlsplit

from newscrawl.net.address_filter import url_problem
from newscrawl.net.downloader import Downloader
from newscrawl.net.options import Options
from newscrawl.net.rate_limiter import Turns, is_refusal
from newscrawl.net.response import Answer, Hop
from newscrawl.net.robots_cache import Rulebook
from newscrawl.outcomes import HEALING
from newscrawl.rights import robots, tdm
from newscrawl.rights.policy import header_signals
from newscrawl.urls.hosts import WEB_PORTS, clean_url, literal_address, port_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

    from newscrawl.net.host_store import HostStore
    from newscrawl.net.memory_slots import Desk
    from newscrawl.net.options import Kind
    from newscrawl.net.robots_cache import Rules

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PASSING: Final = frozenset({"timeout", "dns_error", "connection_error"})
"""Outcomes after which an API is tried again, if its host answered before."""
RETRY_DELAYS: Final = (5, 20)
"""Delays of the host before each further try; the last value holds for all later tries."""
ARTICLE_PATIENCE_SECONDS: Final = 120.0
"""Longest wait before the one further try at a publisher that refused a request."""

Visit: TypeAlias = Callable[[str], Awaitable[Answer]]


class Fetcher:
    """Fetches URLs: checks addresses and robots.txt, waits for its turn, follows redirects.

    Network and HTTP errors are returned in the `Answer`, never raised. The first request raises
    `ConfigurationError` if the process has no address guard.
    """

    def __init__(
        self, downloader: Downloader, store: HostStore, options: Options, stats: StatsCollector
    ) -> None:
        self._downloader = downloader
        self._options = options
        self._stats = stats
        self._turns = Turns(store, options)
        self._rulebook = Rulebook(store, options.ignored_hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler, store: HostStore) -> Self:
        """Build one for a crawl.

        Args:
            store: Keeps the clocks and rules of hosts.

        Raises:
            ConfigurationError: If a setting has a wrong value.
        """
        options = Options.from_settings(crawler.settings)
        return cls(Downloader(crawler, options), store, options, crawler.stats)

    async def fetch(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        kind: Kind,
        desk: Desk | None = None,
        is_worth_it: bool = True,
    ) -> Answer:
        """Return the final answer for *url*.

        Args:
            headers: Of the request, such as ``If-None-Match``; a 304 is returned like any answer.
            kind: "api" is asked again after passing failures; "article" has smaller caps and longer
                delays, and its answer has the signals of the host's tdmrep.json.
            desk: The memory slot of the answer until it is read, for callers with many requests.
            is_worth_it: Whether a passing failure is retried.

        If an article gets no turn in this run, its outcome is "pending": nothing was requested.
        """
        visit = partial(
            self._visit,
            kind=kind,
            headers=headers or {},
            desk=desk,
            is_page=kind == "article",
            is_worth_it=is_worth_it,
        )
        answer = await self._follow(url, visit, self._options.max_redirects)
        self._stats.inc_value(f"fetcher/{kind}/{answer.outcome or answer.status}")
        return answer

    async def note_outcome(self, url: str, outcome: str) -> None:
        """Note the outcome of the page at *url*: after several walls its host is skipped."""
        if url_problem(url) is not None:
            return
        if outcome == "bot_wall":
            await self._turns.hit_wall(url)
        elif outcome not in HEALING:
            self._turns.forgive(url)

    @property
    def article_delay(self) -> float:
        """Seconds between two requests to a publisher; 0 if waiting is switched off."""
        return self._options.delays["article"]

    def blocked_seconds(self, url: str) -> float:
        """Return how many seconds the host of *url* still refuses requests."""
        return max(0.0, self._turns.host(url).blocked_until - time.time())

    def waiting(self) -> dict[str, float]:
        """Return the hosts that requests wait for now, with the remaining seconds."""
        return self._turns.waiting()

    def traffic(self) -> dict[str, dict[str, int]]:
        """Return ``requests``, ``bytes`` and ``peak_per_minute`` by host, of this run so far."""
        return self._turns.traffic.as_dict()

    async def close(self) -> None:
        """Start no more requests: those that wait for their turn return without one."""
        self._turns.close()

    async def _follow(self, url: str, visit: Visit, most: int) -> Answer:
        """Visit *url* and the targets of at most *most* redirects."""
        hops: list[Hop] = []
        url = clean_url(url)
        while True:
            answer = await visit(url)
            target = _redirect_target(answer)
            if target is None:
                return replace(answer, hops=tuple(hops))
            hops.append(Hop(url=url, status=answer.status))
            is_loop = any(target == hop.url for hop in hops)
            if is_loop or len(hops) > most:
                detail = "it redirects in a circle" if is_loop else f"more than {most} redirects"
                return Answer(
                    url=url,
                    outcome="redirect_loop",
                    detail=detail,
                    hops=tuple(hops),
                    robots=answer.robots,
                    signals=answer.signals,
                )
            url = target

    def desk(self) -> Desk:
        """Return a memory slot for a page: hand it to `fetch`, and release it after reading."""
        return self._turns.desk()

    async def _visit(
        self,
        url: str,
        *,
        kind: Kind,
        headers: Mapping[str, str],
        desk: Desk | None = None,
        is_page: bool = False,
        most: int | None = None,
        is_worth_it: bool = True,
    ) -> Answer:
        """Request *url* if robots.txt allows it, without following redirects.

        Args:
            is_page: Whether it may be an article, which comes with the signals of its host.
            most: Bytes of the body that suffice; None for the whole body.
            is_worth_it: As in `fetch`.
        """
        refused = self._refusal(url)
        if refused is not None:
            return refused
        verdict, signals = "ignored", {}
        if not self._rulebook.is_ignored(url):
            rules = await self._rulebook.rules(url, partial(self._read_file, kind=kind))
            self._turns.host(url).crawl_delay = rules.robots.crawl_delay
            verdict, signals = rules.robots.verdict(url), rules.robots.signals(url)
            if verdict != "allowed":
                answer = _forbidden(url, rules, verdict)
                return replace(answer, robots=verdict, signals=signals)
        if is_page:  # before the page: while this waits for its turn, no page is in memory
            signals |= await self._rulebook.tdm_signals(url, partial(self._read_tdm, kind=kind))
        answer = await self._request(
            url, kind, headers, desk=desk, most=most, is_worth_it=is_worth_it
        )
        if is_page:
            signals |= header_signals(answer.headers)
        return replace(answer, robots=verdict, signals=signals)

    async def _read_tdm(self, url: str, *, kind: Kind) -> Answer:
        """Request a tdmrep.json, by the rules of robots.txt."""
        return await self._visit(url, kind=kind, headers={}, most=tdm.MAX_BYTES + 1)

    async def _read_file(self, url: str, *, kind: Kind) -> Answer:
        """Request a robots.txt, which no robots.txt can forbid."""

        async def visit(url: str) -> Answer:
            headers = {"Accept": "text/plain, */*;q=0.5"}
            return self._refusal(url) or await self._request(
                url, kind, headers, most=robots.MAX_BYTES
            )

        return await self._follow(url, visit, robots.MAX_REDIRECTS)

    def _refusal(self, url: str) -> Answer | None:
        """Return the answer for a URL that is never requested, or None."""
        problem = url_problem(url)
        if problem is None:
            parts = urlsplit(url)
            literal, port = literal_address(parts.hostname or ""), port_of(parts)
            if literal is not None:
                problem = self._options.networks.refusal(literal, port)
            elif self._options.proxy is not None and port not in WEB_PORTS:
                problem = f"port {port} is not asked through a proxy"
        if problem is None:
            return None
        return Answer(url=url, outcome="unsafe_address", detail=problem)

    async def _request(
        self,
        url: str,
        kind: Kind,
        headers: Mapping[str, str],
        *,
        desk: Desk | None = None,
        most: int | None = None,
        is_worth_it: bool = True,
    ) -> Answer:
        """Request in turn, and retry if that is useful."""
        slot = self._turns.host(url).key
        get = partial(self._downloader.get, url, kind, slot=slot, headers=headers, most=most)
        for attempt in count():
            answer = await self._turns.take(url, kind, get, desk)
            if not is_worth_it or not self._is_retried(answer, kind, attempt):
                break
            self._stats.inc_value("fetcher/retry_count")
            if not is_refusal(answer):
                delays = RETRY_DELAYS[min(attempt, len(RETRY_DELAYS) - 1)]
                await self._turns.pause(url, delays * self._options.delays[kind])
        if answer.status == 429:
            return replace(answer, outcome="rate_limited", detail="429, past what we wait")
        return answer

    def _is_retried(self, answer: Answer, kind: Kind, attempt: int) -> bool:
        host = self._turns.host(answer.url)
        if kind == "article":
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
