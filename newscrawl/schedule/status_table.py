"""The table of a schedule: the next and the last crawl of each site, and its problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from newscrawl.run_summary import FAILED, HELD
from newscrawl.schedule.due import Memory, start_time
from newscrawl.wordpress.site import site_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from newscrawl.archive.runs import LastRun
    from newscrawl.schedule.plan import Entry

HEADINGS: Final = ("SITE", "WHEN", "NEXT", "LAST RUN", "WHAT IS WRONG")


@dataclass(frozen=True, slots=True)
class Status:
    """The state of one site of a schedule.

    Attributes:
        site: The name of its entry.
        when: How often it is crawled.
        next: The next crawl, "now", or "off".
        last: The verdict and the end of the last crawl, or "never".
        wrong: The problem; empty if there is none.
        next_start: The next crawl, ISO 8601 in UTC; None if the site is off.
        verdict, ended: Of the last crawl in the archive; None if it has not ended or never was.
        failures: The number of crawls in a row that failed.
    """

    site: str
    when: str
    next: str
    last: str
    wrong: str
    next_start: str | None
    verdict: str | None
    ended: str | None
    failures: int


def statuses(
    entries: Iterable[Entry],
    memories: Mapping[str, Memory],
    runs: Sequence[LastRun],
    *,
    holder: Callable[[str], str | None],
    now: datetime,
) -> list[Status]:
    """Return the state of each site.

    Args:
        entries: The sites, in the order to show them.
        memories: The states of the sites, by name.
        runs: The newest run of each site in the archive, also if the schedule did not start it.
        holder: Returns the process that crawls a site now, by the site's folder; None if no
            process does.
        now: The current time; sites that are due show "now".
    """
    by_key = {site_key(run.asked, [run.asked], run.asked): run for run in runs}
    by_key |= {run.key: run for run in runs}
    found = []
    for entry in entries:
        run, memory = by_key.get(entry.key), memories[entry.name]
        held_by = holder(run.folder) if run else None
        found.append(
            Status(
                site=entry.name,
                when=str(entry.cadence),
                next=_next(entry, memory, now),
                last=_last(entry, memory, run, held_by),
                wrong=_wrong(memory, run, held_by),
                next_start=_utc(start_time(entry, memory)) if entry.enabled else None,
                verdict=run.verdict if run else None,
                ended=run.ended if run else None,
                failures=memory.failures,
            )
        )
    return found


def table(found: Iterable[Status]) -> list[str]:
    """Return the lines of a table, its headings first."""
    return _aligned([HEADINGS, *((s.site, s.when, s.next, s.last, s.wrong) for s in found)])


def _next(entry: Entry, memory: Memory, now: datetime) -> str:
    if not entry.enabled:
        return "off"
    start = start_time(entry, memory)
    return "now" if start <= now else _shown(start, entry.zone)


def _last(entry: Entry, memory: Memory, run: LastRun | None, held_by: str | None) -> str:
    """Return the verdict and end of the last run.

    If a later crawl failed and left no run in the archive, return the failure and its time. An
    export never has a run there.
    """
    last = _moment(run.ended or run.started) if run else None
    known = memory.ended if memory.result == FAILED or entry.command else None
    if known and (last is None or last < known):
        return f"{memory.result} {_shown(known, entry.zone)}"
    if run is None or last is None:
        return "never"
    when = _shown(last, entry.zone)
    return f"{run.verdict} {when}" if run.verdict else _unended(held_by, when)


def _unended(held_by: str | None, when: str) -> str:
    return f"{'under way' if held_by else 'cut off'}, started {when}"


def _wrong(memory: Memory, run: LastRun | None, held_by: str | None) -> str:
    if memory.failures:
        times = "failed" if memory.failures == 1 else f"failed {memory.failures} times in a row"
        return f"{times}: {memory.why}"
    if memory.result == HELD:
        return f"skipped: {memory.why}"
    if run is None:
        return ""
    if run.verdict is None and not held_by:
        return "it ended without a verdict; the next run goes on from there"
    return "; ".join(run.wrong)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _shown(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
