"""The rules of hosts: their robots.txt and tdmrep.json, requested once a day and cached."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar
from urllib.parse import urljoin, urlsplit

from newscrawl.net.host_store import RobotsRow, TdmRow
from newscrawl.rights import tdm
from newscrawl.rights.robots import FRESH_SECONDS, MAX_BYTES, UNREACHABLE, Robots
from newscrawl.urls.hosts import host_key, host_name

if TYPE_CHECKING:
    from newscrawl.net.host_store import HostStore
    from newscrawl.net.response import Answer

MAX_REMEMBERED: Final = 200
"""Hosts whose parsed rules stay in memory; those of others are read from the store again."""
MAX_SIZE: Final = 20_000
"""Characters of rules that stay in memory; longer ones are read from the store each time."""
_NOT_THERE: Final = 404

T = TypeVar("T")
FetchFile: TypeAlias = Callable[[str], Awaitable["Answer"]]
"""A function that requests a file of rules: it follows redirects."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The robots.txt of a host.

    Attributes:
        size: Characters of its text.
        fetched: When it was read, in Unix seconds.
        failure: The answer that shows why it could not be read, or None.
    """

    robots: Robots
    size: int
    fetched: float
    failure: Answer | None = None


class RobotsCache:
    """Caches the rules of every host.

    Rules are kept in the store. A failed request is not: the next run tries again.

    Args:
        ignored_hosts: Hosts whose robots.txt is not read, with or without a port.
    """

    def __init__(self, store: HostStore, ignored_hosts: frozenset[str]) -> None:
        self._store = store
        self._ignored_hosts = ignored_hosts
        # Two locks per host: that of tdmrep.json is held while its robots.txt is read.
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tdm_locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._rules: OrderedDict[str, Rules] = OrderedDict()
        self._tdm: OrderedDict[str, TdmRow] = OrderedDict()

    def is_ignored(self, url: str) -> bool:
        """Whether the operator switched robots.txt off for this host."""
        key = host_key(url)
        return key in self._ignored_hosts or host_name(key) in self._ignored_hosts

    async def rules(self, url: str, fetch: FetchFile) -> Rules:
        """Return the rules for the host of *url*; the first caller fetches them."""
        key = host_key(url)
        async with self._locks[key]:
            rules = self._rules.get(key) or await self._stored_rules(key)
            if rules is None or not rules.robots.is_fresh(time.time() - rules.fetched):
                rules = await self._read_rules(key, url, fetch)
            _remember(self._rules, key, rules, size=rules.size)
            return rules

    async def tdm_signals(self, url: str, fetch: FetchFile) -> dict[str, str]:
        """Return the rule of the host's tdmrep.json for *url*; requested if robots.txt allows."""
        key = host_key(url)
        async with self._tdm_locks[key]:
            row = self._tdm.get(key) or await self._store.read_tdm(key)
            if row is None or not 0 <= time.time() - row.fetched < FRESH_SECONDS:
                row = await self._read_tdm(key, url, fetch)
            _remember(self._tdm, key, row, size=sum(map(_length, row.rules)))
        return tdm.signals(row.rules, urlsplit(url).path or "/")

    async def _stored_rules(self, key: str) -> Rules | None:
        row = await self._store.read_robots(key)
        if row is None:
            return None
        return Rules(Robots(row.status, row.text), len(row.text), row.fetched)

    async def _read_rules(self, key: str, url: str, fetch: FetchFile) -> Rules:
        answer = await fetch(urljoin(url, "/robots.txt"))
        status, failure = answer.status, None
        if answer.outcome == "redirect_loop":  # RFC 9309: after five redirects, as if not there
            status = _NOT_THERE
        elif answer.outcome is not None:
            status, failure = answer.status or UNREACHABLE, answer
        text = _text(answer.body) if 200 <= status < 300 else ""
        rules = Rules(Robots(status, text), len(text), time.time(), failure)
        if not rules.robots.is_unreachable:
            await self._store.write_robots(key, RobotsRow(status, text, rules.fetched))
        return rules

    async def _read_tdm(self, key: str, url: str, fetch: FetchFile) -> TdmRow:
        answer = await fetch(urljoin(url, tdm.WELL_KNOWN_PATH))
        row = TdmRow(tdm.parse_rules(answer.body) if answer.status == 200 else [], time.time())
        if answer.outcome in {None, "robots_disallowed"} and answer.status < 500:
            await self._store.write_tdm(key, row)
        return row


def _text(body: bytes) -> str:
    # PostgreSQL keeps no NUL in a text.
    return body[: MAX_BYTES + 1].decode("utf-8", "replace").replace("\0", "")


def _length(rule: dict[str, str]) -> int:
    return sum(map(len, rule.values()))


def _remember(memory: OrderedDict[str, T], key: str, value: T, *, size: int) -> None:
    memory.pop(key, None)
    if size <= MAX_SIZE:
        memory[key] = value
    if len(memory) > MAX_REMEMBERED:
        memory.popitem(last=False)
