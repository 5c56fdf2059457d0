"""What a run asked of each host: the proof of the rate that was held."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

_MINUTE: Final = 60.0


@dataclass(slots=True)
class _HostTraffic:
    requests: int = 0
    bytes: int = 0
    peak: int = 0
    latest: deque[float] = field(default_factory=deque)


class Traffic:
    """Counts requests and bytes by host.

    >>> traffic = Traffic()
    >>> traffic.sent("example.org", 0.0); traffic.sent("example.org", 59.0)
    >>> traffic.received("example.org", 2_000)
    >>> traffic.as_dict()
    {'example.org': {'requests': 2, 'bytes': 2000, 'peak_per_minute': 2}}
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

    def received(self, host: str, size: int) -> None:
        """Count the bytes of a body as it came over the wire."""
        self._hosts[host].bytes += size

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return, by host, the requests, the bytes, and the most requests within a minute."""
        return {
            host: {"requests": one.requests, "bytes": one.bytes, "peak_per_minute": one.peak}
            for host, one in self._hosts.items()
        }
