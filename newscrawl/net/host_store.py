"""The storage that fetching needs for hosts; the archive implements it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from newscrawl.net.host_clock import Turn


class RobotsRow(NamedTuple):
    """A robots.txt as it was read: status 0 without an answer; the time in Unix seconds."""

    status: int
    text: str
    fetched: float


class TdmRow(NamedTuple):
    """The rules of a tdmrep.json as they were read; when, in Unix seconds."""

    rules: list[dict[str, str]]
    fetched: float


class HostStore(Protocol):
    """The clocks and rules of hosts, shared by all processes that send them requests.

    Hosts are named by their key: `newscrawl.urls.hosts.host_key`. All times are Unix seconds.
    """

    async def is_free(self, host: str, now: float) -> bool:
        """Return whether a request may be sent at once: no other process has the host's turn."""

    async def reserve_turn(
        self, host: str, now: float, delay: float, patience: float
    ) -> Turn | None:
        """Take the next free moment of a host; see `newscrawl.net.host_clock.reserve_turn`."""

    async def end_turn(self, host: str, now: float, pause: float, taken_until: float = 0.0) -> None:
        """Keep *pause* seconds of quiet after an answer that ended *now*."""

    async def block(
        self,
        host: str,
        now: float,
        retry_after: float | None,
        *,
        in_a_row: int,
        first: float,
        jitter: float,
    ) -> float:
        """Note that a host refused us; return the end of the block."""

    async def read_robots(self, host: str) -> RobotsRow | None:
        """Return the robots.txt as last read, however long ago; None if it never was."""

    async def write_robots(self, host: str, robots: RobotsRow) -> None:
        """Keep the robots.txt of a host."""

    async def read_tdm(self, host: str) -> TdmRow | None:
        """Return the tdmrep.json as last read, however long ago; None if it never was."""

    async def write_tdm(self, host: str, tdm: TdmRow) -> None:
        """Keep the tdmrep.json of a host."""
