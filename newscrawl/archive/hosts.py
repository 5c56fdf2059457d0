"""Hosts: their clocks, shared by all processes on one archive, and their robots and TDM rules."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from newscrawl.archive.tables import hosts
from newscrawl.net import host_clock
from newscrawl.net.host_clock import HostTimes, Turn
from newscrawl.net.host_store import RobotsRow, TdmRow

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newscrawl.archive.database import Archive


class ArchivedHosts:
    """The clocks and rules of hosts in an archive: a `newscrawl.net.host_store.HostStore`.

    Args:
        archive: Opened with ``durable=False``: a crash may undo the last clocks and rules.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def is_free(self, host: str, now: float) -> bool:
        return await self._archive.look(is_free, host, now)

    async def reserve_turn(
        self, host: str, now: float, delay: float, patience: float
    ) -> Turn | None:
        return await self._archive.run(reserve_turn, host, now, delay, patience)

    async def end_turn(self, host: str, now: float, pause: float, taken_until: float = 0.0) -> None:
        await self._archive.run(end_turn, host, now, pause, taken_until)

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
            block, host, now, retry_after, in_a_row=in_a_row, first=first, jitter=jitter
        )

    async def read_robots(self, host: str) -> RobotsRow | None:
        return await self._archive.look(read_robots, host)

    async def write_robots(self, host: str, robots: RobotsRow) -> None:
        await self._archive.run(write_robots, host, robots)

    async def read_tdm(self, host: str) -> TdmRow | None:
        return await self._archive.look(read_tdm, host)

    async def write_tdm(self, host: str, tdm: TdmRow) -> None:
        await self._archive.run(write_tdm, host, tdm)


def is_free(connection: Connection, host: str, now: float) -> bool:
    """Return whether *host* has no wait or pause at *now*, in Unix seconds."""
    times = select(hosts.c.next_allowed, hosts.c.blocked_until).where(hosts.c.host == host)
    row = connection.execute(times).first()
    return row is None or max(row) <= now


def reserve_turn(
    connection: Connection, host: str, now: float, delay: float, patience: float
) -> Turn | None:
    """Reserve the next free moment of *host* for this process; see `host_clock.reserve_turn`."""
    before = _lock(connection, host)
    after, turn = host_clock.reserve_turn(before, now, delay, patience)
    # A turn without any wait is not saved: the row would only have the present time.
    if turn is not None and (delay or turn.due > now):
        _save(connection, host, before, after)
    return turn


def end_turn(
    connection: Connection, host: str, now: float, pause: float, taken_until: float = 0.0
) -> None:
    """Pause *host* for *pause* seconds after a response that ended at *now*, in Unix seconds."""
    before = _lock(connection, host)
    _save(connection, host, before, host_clock.end_turn(before, now, pause, taken_until))


def block(
    connection: Connection,
    host: str,
    now: float,
    retry_after: float | None,
    *,
    in_a_row: int,
    first: float,
    jitter: float,
) -> float:
    """Record that *host* refused a request; return the end of its pause, in Unix seconds.

    See `host_clock.block`.
    """
    before = _lock(connection, host)
    after = host_clock.block(
        before, now, retry_after, in_a_row=in_a_row, first=first, jitter=jitter
    )
    _save(connection, host, before, after)
    return after.blocked_until


def read_robots(connection: Connection, host: str) -> RobotsRow | None:
    """Return the last robots.txt of *host*, of any age; None if it was never read."""
    columns = select(hosts.c.robots_status, hosts.c.robots_text, hosts.c.robots_fetched)
    row = connection.execute(columns.where(hosts.c.host == host)).first()
    if row is None or row.robots_fetched is None:
        return None
    return RobotsRow(row.robots_status, row.robots_text or "", row.robots_fetched)


def write_robots(connection: Connection, host: str, robots: RobotsRow) -> None:
    """Save the robots.txt of *host*."""
    _write(
        connection,
        host,
        robots_status=robots.status,
        robots_text=robots.text,
        robots_fetched=robots.fetched,
    )


def read_tdm(connection: Connection, host: str) -> TdmRow | None:
    """Return the last tdmrep.json of *host*, of any age; None if it was never read."""
    columns = select(hosts.c.tdm_rules, hosts.c.tdm_fetched).where(hosts.c.host == host)
    row = connection.execute(columns).first()
    if row is None or row.tdm_fetched is None:
        return None
    return TdmRow(row.tdm_rules or [], row.tdm_fetched)


def write_tdm(connection: Connection, host: str, tdm: TdmRow) -> None:
    """Save the tdmrep.json of *host*."""
    _write(connection, host, tdm_rules=tdm.rules, tdm_fetched=tdm.fetched)


def _lock(connection: Connection, host: str) -> HostTimes:
    """Return the clock of *host*, locked until the transaction ends; a new host gets a row."""
    columns = select(hosts.c.next_allowed, hosts.c.blocked_until, hosts.c.backoff)
    locked = columns.where(hosts.c.host == host).with_for_update()
    row = connection.execute(locked).first()
    if row is None:
        _ensure(connection, host)
        row = connection.execute(locked).one()
    return HostTimes(row.next_allowed, row.blocked_until, row.backoff)


def _save(connection: Connection, host: str, before: HostTimes, after: HostTimes) -> None:
    if after != before:
        times = {"next_allowed": after.next_allowed, "blocked_until": after.blocked_until}
        connection.execute(
            update(hosts).where(hosts.c.host == host).values(**times, backoff=after.backoff)
        )


def _ensure(connection: Connection, host: str) -> None:
    # ON CONFLICT DO NOTHING is not standard SQL, so each dialect has an insert of its own.
    insert = import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert
    connection.execute(insert(hosts).values(host=host).on_conflict_do_nothing())


def _write(connection: Connection, host: str, **values: Any) -> None:
    _ensure(connection, host)
    connection.execute(update(hosts).where(hosts.c.host == host).values(**values))
