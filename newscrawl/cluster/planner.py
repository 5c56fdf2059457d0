"""Plan the crawls and exports of a cluster: one job for each that is due."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from newscrawl.archive import jobs
from newscrawl.cluster import site_table
from newscrawl.cluster.job_args import job_of
from newscrawl.cluster.site_table import SiteRow
from newscrawl.run_summary import FAILED
from newscrawl.schedule.auto_period import with_periods
from newscrawl.schedule.due import Ending, Memory, end_turn, start_time, start_turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from newscrawl.schedule.plan import Entry, Plan

logger = logging.getLogger(__name__)

MAX_JOBS: Final = 500
"""Jobs that are added in one transaction."""

ABANDONED: Final = timedelta(minutes=1)
"""If the worker that published its list of sites did not plan for so long, another one does."""

LOST: Final = Ending(FAILED, "its job was deleted before it ended")

_PLANNER: Final = 0x6E657774
"""The number of the advisory lock of who plans."""

_LIST: Final = "list of sites"
"""The fact with the digest of the list that is in use; it changes with each plan."""


@dataclass(slots=True)
class Planner:
    """Plans the crawls of a list of sites, in turn with the other workers of the cluster.

    The list that was read last is in use. A worker with another list does not plan, so a change of
    the list can reach one machine after the other.

    Attributes:
        delay: Seconds between two requests to a site without a setting of its own.
        digest: A digest of the list; the same for the same list on all machines.
    """

    plan: Plan
    delay: float = 0.0
    digest: str = field(init=False)
    _entries: dict[str, Entry] = field(init=False)
    _has_warned: bool = False

    def __post_init__(self) -> None:
        self._entries = {entry.name: entry for entry in self.plan.entries}
        self.digest = digest_of(self.plan.entries)

    def without_sites(self) -> Planner:
        """Return the planner of an empty list."""
        return Planner(replace(self.plan, entries=()), self.delay)

    def publish(self, connection: Connection) -> None:
        """Put the list of sites into use; sites that were there keep their state."""
        _wait_for_turn(connection)
        self._publish(connection, site_table.database_time(connection))

    def _publish(self, connection: Connection, now: datetime) -> None:
        known = site_table.all_sites(connection)
        # Only what changed: the others keep their turns, and a list may have 100,000 sites.
        changed = [
            entry
            for entry in self.plan.entries
            if entry.name not in known
            or known[entry.name].turns != turns_of(entry)
            or known[entry.name].memory.is_ahead(now)
        ]
        # A new site is crawled once at once, so it needs no period yet.
        new = [entry for entry in changed if entry.name not in known]
        old = [entry for entry in changed if entry.name in known]
        rows = []
        for entry in [*new, *with_periods(connection, old, now, delay=self.delay)]:
            memory = known[entry.name].memory if entry.name in known else Memory(since=now)
            memory.clamp(now)
            turns = turns_of(self._entries[entry.name])
            is_export = bool(entry.command)
            row = SiteRow(name=entry.name, memory=memory, turns=turns, is_export=is_export)
            rows.append((row, _next_start(entry, memory)))
        site_table.save(connection, rows)
        site_table.switch_off_others(connection, list(self._entries))
        _note_list(connection, self.digest)

    def tick(self, connection: Connection) -> int:
        """Read the results of jobs that are over, and add the jobs that are due.

        Returns:
            The number of jobs that were added.
        """
        if not _has_turn(connection) or not self._is_in_use(connection):
            return 0
        now = site_table.database_time(connection)
        for row in site_table.ended(connection):
            self._finish(connection, row, now)
        return self._start(connection, site_table.due(connection, now, MAX_JOBS), now)

    def _start(self, connection: Connection, due: Sequence[SiteRow], now: datetime) -> int:
        """Add the jobs of sites that are due; two entries of one site have no jobs at once."""
        if not due:
            return 0
        busy = {
            self._entries[n].key for n in site_table.with_jobs(connection) if n in self._entries
        }
        entries = [self._entries[row.name] for row in due]
        count = 0
        paced = with_periods(connection, entries, now, delay=self.delay)
        for row, entry in zip(due, paced, strict=True):
            if entry.key in busy:
                continue
            busy.add(entry.key)
            start_turn(entry, row.memory, now)
            queue_name, task = (jobs.EXPORTS, "export") if entry.command else (jobs.WALKS, "walk")
            job_id = jobs.defer(connection, queue_name, task, job_of(entry))
            site_table.begin(connection, row.name, row.memory, job_id)
            count += 1
        return count

    def _is_in_use(self, connection: Connection) -> bool:
        row = connection.execute(
            text(
                "SELECT value, clock_timestamp() - changed > :abandoned AS is_abandoned"
                " FROM cluster_facts WHERE name = :name"
            ),
            {"name": _LIST, "abandoned": ABANDONED},
        ).first()
        if row is not None and row.value == self.digest:
            _note_list(connection, self.digest)
            return True
        if row is None or row.is_abandoned:
            logger.warning("No worker plans the other list of sites any more: using this one")
            self._publish(connection, site_table.database_time(connection))
            return True
        if not self._has_warned:
            logger.warning(
                "Another worker read another list of sites later, and only that one is crawled."
                " This worker reads its list again each minute: give it the same list, or another"
                " archive"
            )
            self._has_warned = True
        return False

    def _finish(self, connection: Connection, row: SiteRow, now: datetime) -> None:
        entry = self._entries.get(row.name)
        start = None
        if entry is not None:
            (entry,) = with_periods(connection, [entry], now, delay=self.delay)
            result, at = row.ending or (LOST, now)
            end_turn(entry, row.memory, result, at)
            start = _next_start(entry, row.memory)
        site_table.finish(connection, row.name, row.memory, start)


def digest_of(entries: Iterable[Entry]) -> str:
    """Return a digest of a list of sites; the same for the same sites in any order."""
    words = sorted(f"{job_of(entry)} {turns_of(entry)}" for entry in entries)
    return sha256("\n".join(words).encode()).hexdigest()


def turns_of(entry: Entry) -> str:
    """Return all that decides when a site is due, apart from what happened to it."""
    return f"{entry.cadence} {entry.zone} {entry.jitter} {entry.enabled}"


def _next_start(entry: Entry, memory: Memory) -> datetime | None:
    return start_time(entry, memory) if entry.enabled else None


def _wait_for_turn(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _PLANNER})


def _has_turn(connection: Connection) -> bool:
    """Return whether no other worker plans at this moment."""
    took = text("SELECT pg_try_advisory_xact_lock(:number)")
    return bool(connection.execute(took, {"number": _PLANNER}).scalar_one())


def _note_list(connection: Connection, digest: str) -> None:
    connection.execute(
        text(
            "INSERT INTO cluster_facts (name, value, changed)"
            " VALUES (:name, :value, clock_timestamp()) ON CONFLICT (name)"
            " DO UPDATE SET value = excluded.value, changed = excluded.changed"
        ),
        {"name": _LIST, "value": digest},
    )
