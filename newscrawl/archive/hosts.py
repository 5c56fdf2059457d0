"""Hosts: their clocks, shared by all processes on one archive, and their robots and TDM rules."""

from __future__ import annotations

from importlib import import_module
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select, update

from newscrawl.archive.tables import hosts
from newscrawl.net import host_clock
from newscrawl.net.host_clock import HostTimes, Turn
from newscrawl.net.host_store import RobotsRow, TdmRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


def are_free(connection: Connection, asked: Sequence[tuple[str, float]]) -> list[bool]:
    """Return whether each host has no wait or pause at the time beside it, in Unix seconds."""
    rows = connection.execute(_TIMES, {"names": list({host for host, _ in asked})})
    free_from = {row.host: max(row.next_allowed, row.blocked_until) for row in rows}
    return [free_from.get(host, 0.0) <= now for host, now in asked]


# Built once: each request needs it, and building it takes longer than running it.
_TIMES: Final = select(hosts.c.host, hosts.c.next_allowed, hosts.c.blocked_until).where(
    hosts.c.host.in_(bindparam("names", expanding=True))
)


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


def read_rules(
    connection: Connection, names: Sequence[str]
) -> list[tuple[RobotsRow | None, TdmRow | None]]:
    """Return the last rules of each host, of any age; None if they were never read."""
    columns = (hosts.c.robots_status, hosts.c.robots_text, hosts.c.robots_fetched)
    rows = connection.execute(
        select(hosts.c.host, *columns, hosts.c.tdm_rules, hosts.c.tdm_fetched).where(
            hosts.c.host.in_(names)
        )
    )
    found = {row.host: (_robots(row), _tdm(row)) for row in rows}
    return [found.get(name, (None, None)) for name in names]


def read_robots(connection: Connection, host: str) -> RobotsRow | None:
    """Return the last robots.txt of *host*, of any age; None if it was never read."""
    return read_rules(connection, [host])[0][0]


def _robots(row: Any) -> RobotsRow | None:
    if row.robots_fetched is None:
        return None
    return RobotsRow(row.robots_status, row.robots_text or "", row.robots_fetched)


def _tdm(row: Any) -> TdmRow | None:
    return None if row.tdm_fetched is None else TdmRow(row.tdm_rules or [], row.tdm_fetched)


def write_robots(connection: Connection, read: Sequence[tuple[str, RobotsRow]]) -> None:
    """Save the robots.txt of hosts."""
    _write(
        connection,
        [
            {
                "host": host,
                "robots_status": robots.status,
                "robots_text": robots.text,
                "robots_fetched": robots.fetched,
            }
            for host, robots in read
        ],
    )


def write_tdm(connection: Connection, read: Sequence[tuple[str, TdmRow]]) -> None:
    """Save the tdmrep.json of hosts."""
    _write(
        connection,
        [{"host": host, "tdm_rules": tdm.rules, "tdm_fetched": tdm.fetched} for host, tdm in read],
    )


def _write(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    new = _insert(connection)
    columns = {name: new.excluded[name] for name in rows[0] if name != "host"}
    connection.execute(
        new.on_conflict_do_update(index_elements=["host"], set_=columns),
        # Two processes that lock the same rows in different orders would wait for each other.
        sorted(rows, key=itemgetter("host")),
    )


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
    connection.execute(_insert(connection).values(host=host).on_conflict_do_nothing())


def _insert(connection: Connection) -> Any:
    # ON CONFLICT is not standard SQL, so each dialect has an insert of its own.
    return import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(hosts)
