"""The table of a schedule: the next and the last crawl of each site, and its problems."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from newscrawl.run_summary import FAILED, HELD
from newscrawl.schedule.due import Memory, start_time
from newscrawl.wordpress.site import site_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from newscrawl.archive.runs import LastRun
    from newscrawl.schedule.jobs import Entry

HEADINGS: Final = ("SITE", "WHEN", "NEXT", "LAST RUN", "WHAT IS WRONG")


def table(
    entries: Iterable[Entry],
    memories: Mapping[str, Memory],
    runs: Sequence[LastRun],
    *,
    holder: Callable[[str], str | None],
    now: datetime,
) -> list[str]:
    """Return the lines of the table, its headings first.

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
    rows = [HEADINGS]
    for entry in entries:
        run, memory = by_key.get(entry.key), memories[entry.name]
        held_by = holder(run.folder) if run else None
        rows.append(
            (
                entry.name,
                str(entry.cadence),
                _next(entry, memory, now),
                _last(entry, memory, run, held_by),
                _wrong(memory, run, held_by),
            )
        )
    return _aligned(rows)


def _next(entry: Entry, memory: Memory, now: datetime) -> str:
    if not entry.enabled:
        return "off"
    start = start_time(entry, memory)
    return "now" if start <= now else _shown(start, entry.zone)


def _last(entry: Entry, memory: Memory, run: LastRun | None, held_by: str | None) -> str:
    """Return the verdict and end of the last run.

    If a later crawl failed and left no run in the archive, return the failure and its time.
    """
    last = _moment(run.ended or run.started) if run else None
    failed = memory.ended if memory.result == FAILED else None
    if failed and (last is None or last < failed):
        return f"{FAILED} {_shown(failed, entry.zone)}"
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
