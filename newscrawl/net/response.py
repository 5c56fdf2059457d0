"""The answer for a URL, as fetching returns it to all readers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One answer on the way: a redirect, or the final answer itself."""

    url: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The final answer for a URL, or the reason for its absence.

    Attributes:
        url: The final URL, after redirects.
        status: The HTTP status; 0 without an answer.
        headers: Names in lower case; a repeated header is joined with ", ".
        body: Decompressed bytes; empty without an answer.
        outcome: None if there was an HTTP answer, with any status; else the word of
            ``newscrawl.outcomes`` with the reason: "timeout", "robots_disallowed", ...
        detail: One line for logs and ``explain``; never needed to decide anything.
        hops: Every redirect with its status, in order, without the final answer.
        robots: The verdict of robots.txt on the final URL: "allowed", "disallowed", "unreachable",
            "ignored" (switched off for this host), or None if it was not read.
        signals: Rights signals found on the way: robots.txt Content-Signal, tdmrep.json, ...
    """

    url: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    outcome: str | None = None
    detail: str = ""
    hops: tuple[Hop, ...] = ()
    robots: str | None = None
    signals: Mapping[str, str] = field(default_factory=dict)


Fetch = Callable[[str], Awaitable[Answer]]
"""A function that fetches a URL: the crawl passes its fetcher, a test a look-up."""
