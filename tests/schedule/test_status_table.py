"""The table of ``scrapy schedule --list``."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newscrawl.archive import runs, sites
from newscrawl.archive.database import Archive
from newscrawl.archive.runs import LastRun
from newscrawl.run_summary import COMPLETE, FAILED, HELD
from newscrawl.schedule.due import Memory
from newscrawl.schedule.plan import Entry
from newscrawl.schedule.status_table import statuses, table
from tests.archive.conftest import archive
from tests.schedule.conftest import NOON, cron, make_entry

__all__ = ["archive"]

MINUTE = timedelta(minutes=1)
DONE = {"turn": NOON, "ended": NOON + MINUTE, "result": COMPLETE}
FAILING = {
    **DONE,
    "ended": NOON + 9 * MINUTE,
    "result": FAILED,
    "failures": 2,
    "why": "it is down",
}


def make_run(**changes: Any) -> LastRun:
    values: dict[str, Any] = {
        "key": "one.example",
        "folder": "one.example",
        "asked": "https://one.example/",
        "started": "2026-06-01T12:00:00Z",
        "ended": "2026-06-01T12:05:00Z",
        "verdict": COMPLETE,
        "wrong": (),
    }
    return LastRun(**{**values, **changes})


def row_of(entry: Entry, memory: Memory, *runs: LastRun, held_by: str | None = None) -> list[str]:
    """Return the cells of the only row."""
    found = statuses(
        [entry],
        {entry.name: memory},
        runs,
        holder=lambda folder: held_by if folder == "one.example" else None,
        now=NOON + 30 * MINUTE,
    )
    lines = table(found)
    assert len(lines) == 2
    starts = [lines[0].index(heading) for heading in ("SITE", "WHEN", "NEXT", "LAST", "WHAT")]
    ends = [*starts[1:], None]
    return [lines[1][start:end].strip() for start, end in zip(starts, ends, strict=True)]


CUT_OFF = "it ended without a verdict; the next run goes on from there"


@pytest.mark.parametrize(
    ("memory", "run", "held_by", "last", "wrong"),
    [
        ({}, None, None, "never", ""),
        (DONE, {}, None, "complete 2026-06-01 12:05 UTC", ""),
        (
            DONE,
            {"verdict": "partial", "wrong": ("a sample", "3 posts missing")},
            None,
            "partial 2026-06-01 12:05 UTC",
            "a sample; 3 posts missing",
        ),
        (FAILING, {}, None, "failed 2026-06-01 12:09 UTC", "failed 2 times in a row: it is down"),
        (FAILING, None, None, "failed 2026-06-01 12:09 UTC", "failed 2 times in a row: it is down"),
        (
            DONE,
            {"ended": None, "verdict": None},
            "process 5",
            "under way, started 2026-06-01 12:00 UTC",
            "",
        ),
        (
            DONE,
            {"ended": None, "verdict": None},
            None,
            "cut off, started 2026-06-01 12:00 UTC",
            CUT_OFF,
        ),
        (
            {**DONE, "result": HELD, "why": "Another crawl"},
            {},
            None,
            "complete 2026-06-01 12:05 UTC",
            "skipped: Another crawl",
        ),
    ],
)
def test_the_last_run_and_what_is_wrong(
    memory: dict[str, Any], run: dict[str, Any] | None, held_by: str | None, last: str, wrong: str
) -> None:
    found = [] if run is None else [make_run(**run)]
    cells = row_of(make_entry(), Memory(since=NOON, **memory), *found, held_by=held_by)
    assert cells[3:] == [last, wrong]


@pytest.mark.parametrize(
    ("entry", "memory", "following"),
    [
        (make_entry(), {}, "now"),
        (make_entry(), DONE, "2026-06-01 13:00 UTC"),
        (make_entry(enabled=False), DONE, "off"),
        (make_entry(), {**FAILING, "failures": 99}, "2026-06-02 12:09 UTC"),
        (
            make_entry(cadence=cron("0 3 * * *", "Asia/Tokyo"), zone=ZoneInfo("Asia/Tokyo")),
            DONE,
            "2026-06-02 03:00 JST",
        ),
    ],
)
def test_the_next_crawl(entry: Entry, memory: dict[str, Any], following: str) -> None:
    assert row_of(entry, Memory(since=NOON, **memory))[2] == following


def test_a_run_is_known_by_the_url_that_it_was_asked_for() -> None:
    run = make_run(key="other.example", asked="http://www.one.example")
    assert row_of(make_entry(), Memory(since=NOON), run)[3].startswith("complete")


def test_the_newest_run_of_each_site_is_found(archive: Archive) -> None:
    for key, count in (("a.org", 3), ("b.org", 1)):
        url = f"https://{key}/"
        row = archive.call(sites.enter, key, url, {})
        for number in range(count):
            archive.call(begin, row.id, f"2026-01-0{number + 1}T00:00:00Z", url)
    first, second = archive.call(runs.latest)
    assert (first.key, first.started, first.verdict) == ("a.org", "2026-01-03T00:00:00Z", None)
    assert (second.key, second.asked) == ("b.org", "https://b.org/")


def begin(connection: Any, site_id: int, started: str, url: str) -> int:
    return runs.begin(connection, site_id, started=started, arguments={"site": url}, versions={})


def test_why_a_run_is_not_complete_is_found(archive: Archive) -> None:
    row = archive.call(sites.enter, "a.org", "https://a.org/", {})
    run = archive.call(begin, row.id, "2026-01-01T00:00:00Z", "https://a.org/")
    tally = {"partial": ["stopped"], "missing": {"5": "gone", "6": "gone"}, "errors": 0}
    archive.call(
        runs.finish, run, ended="2026-01-01T00:01:00Z", verdict="partial", tally=tally, traffic={}
    )
    (found,) = archive.call(runs.latest)
    assert found.wrong == ("stopped", "2 posts missing")
