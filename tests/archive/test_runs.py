"""Runs are kept for a time; their totals stay."""

from newscrawl.archive import runs
from newscrawl.archive.database import Archive

HOST = {"example.org": {"requests": 4, "bytes": 100, "peak_per_minute": 4}}


def add_run(archive: Archive, site_id: int, day: int, verdict: str = "complete") -> int:
    started = f"2026-01-{day:02}T00:00:00Z"
    run = archive.call(runs.begin, site_id, started=started, arguments={}, versions={})
    tally = {"new": 1, "updated": 2, "deleted": 0}
    archive.call(runs.finish, run, ended=started, verdict=verdict, tally=tally, traffic=HOST)
    return run


def test_old_runs_are_deleted_and_their_totals_stay(archive: Archive, site_id: int):
    for day in range(1, 4):
        add_run(archive, site_id, day, "partial" if day == 1 else "complete")
    kept = add_run(archive, site_id, 9)
    for before in ("2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z", "2027-01-01T00:00:00Z"):
        archive.call(runs.forget_old, site_id, before)
    ((_, found),) = archive.read(runs.runs_of_sites, [site_id], 10)
    assert [run.id for run in found] == [kept]  # the newest stays, however old
    total = archive.read(runs.totals, site_id)
    assert (total["runs"], total["complete"], total["partial"]) == (3, 2, 1)
    assert (total["new"], total["updated"], total["requests"], total["bytes"]) == (3, 6, 12, 300)
    assert archive.read(runs.first_started, site_id) == "2026-01-01T00:00:00Z"
