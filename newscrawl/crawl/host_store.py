"""Hosts in the archive: their clocks, shared by all processes on one archive, and their rules.

Many hosts are asked about at the same time: those questions share one transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.archive import hosts
from newscrawl.runtime.batcher import Batcher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive
    from newscrawl.net.host_clock import Turn
    from newscrawl.net.host_store import RobotsRow, TdmRow


class ArchivedHosts:
    """The clocks and rules of hosts in an archive: a `newscrawl.net.host_store.HostStore`.

    Args:
        archive: Opened with ``durable=False``, as a crash may undo the last clocks and rules, and
            with ``ordered=False``, as each function locks the rows of its hosts.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._clocks = Batcher(self._are_free)
        self._rules = Batcher(self._read_rules)
        # Apart: with both in one transaction, two processes could wait for each other's rows.
        self._new_robots = Batcher(self._write_robots)
        self._new_tdm = Batcher(self._write_tdm)

    async def is_free(self, host: str, now: float) -> bool:
        return await self._clocks.add((host, now))

    async def reserve_turn(
        self, host: str, now: float, delay: float, patience: float
    ) -> Turn | None:
        return await self._archive.run(hosts.reserve_turn, host, now, delay, patience)

    async def end_turn(self, host: str, now: float, pause: float, taken_until: float = 0.0) -> None:
        await self._archive.run(hosts.end_turn, host, now, pause, taken_until)

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
        return await self._archive.run(
            hosts.block, host, now, retry_after, in_a_row=in_a_row, first=first, jitter=jitter
        )

    async def read_robots(self, host: str) -> RobotsRow | None:
        return (await self._rules.add(host))[0]

    async def write_robots(self, host: str, robots: RobotsRow) -> None:
        await self._new_robots.add((host, robots))

    async def read_tdm(self, host: str) -> TdmRow | None:
        return (await self._rules.add(host))[1]

    async def write_tdm(self, host: str, tdm: TdmRow) -> None:
        await self._new_tdm.add((host, tdm))

    async def _are_free(self, asked: Sequence[tuple[str, float]]) -> Sequence[bool]:
        return await self._archive.look(hosts.are_free, asked)

    async def _read_rules(
        self, names: Sequence[str]
    ) -> Sequence[tuple[RobotsRow | None, TdmRow | None]]:
        return await self._archive.look(hosts.read_rules, names)

    async def _write_robots(self, read: Sequence[tuple[str, RobotsRow]]) -> Sequence[None]:
        await self._archive.run(hosts.write_robots, read)
        return [None] * len(read)

    async def _write_tdm(self, read: Sequence[tuple[str, TdmRow]]) -> Sequence[None]:
        await self._archive.run(hosts.write_tdm, read)
        return [None] * len(read)
