"""The schedule at work: stand-ins for crawls are real processes, the clock is the test's own."""

import json
import os
import signal
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from newscrawl.archive import sites
from newscrawl.archive.database import Archive
from newscrawl.exceptions import ArchiveError
from newscrawl.schedule import site_crawl as module
from newscrawl.schedule import site_state
from newscrawl.schedule.triggers import Auto, Every
from tests.archive.conftest import archive
from tests.schedule.conftest import NOON, Gate, Stage, cron, exits, make_entry
from tests.schedule.test_auto_period import publish

__all__ = ["archive"]

MINUTE = timedelta(minutes=1)


def remembered(stage: Stage, name: str) -> dict[str, object]:
    told: dict[str, object] = json.loads((stage.folder / f"{name}.json").read_text())
    return told


def test_each_site_is_crawled_when_its_turn_comes(tmp_path: Path) -> None:
    stage = Stage(tmp_path, make_entry("a"), make_entry("b", cron("30 13,14 * * *")))
    assert stage.run(hours=3.5) == 0
    assert stage.times("a") == ["12:00", "13:00", "14:00", "15:00"]
    assert stage.times("b") == ["13:30", "14:30"]


def test_a_site_that_fails_backs_off_and_the_others_go_on(tmp_path: Path) -> None:
    stage = Stage(tmp_path, make_entry("bad"), make_entry("good"))
    stage.programs["bad"] = exits(1)
    stage.run(hours=9.5)
    assert stage.times("bad") == ["12:00", "13:00", "14:00", "15:00", "17:00", "21:00"]
    assert len(stage.times("good")) == 10
    assert remembered(stage, "bad")["failures"] == 6


def test_a_program_that_can_not_be_started_is_a_failure(tmp_path: Path) -> None:
    stage = Stage(tmp_path, make_entry("bad"), make_entry("good"))
    stage.programs["bad"] = ["/nowhere/scrapy"]
    stage.run(hours=0.5)
    assert "it can't be started" in str(remembered(stage, "bad")["why"])
    assert remembered(stage, "good")["result"] == "complete"


def test_a_site_that_another_crawl_holds_is_skipped(tmp_path: Path) -> None:
    stage = Stage(tmp_path, make_entry("a"))
    stage.programs["a"] = exits(4)
    stage.run(hours=0.4)
    assert stage.times("a") == ["12:00", "12:10", "12:20"]
    assert (remembered(stage, "a")["result"], remembered(stage, "a")["failures"]) == ("held", 0)


def test_no_more_crawls_run_at_once_than_allowed(tmp_path: Path) -> None:
    stage = Stage(tmp_path, *(make_entry(str(number)) for number in range(7)), at_once=3)
    stage.run(hours=0.5)
    assert len(stage.starts) == 7
    assert stage.most == 3


def test_once_crawls_the_due_sites_and_returns_the_worst_code(tmp_path: Path) -> None:
    nightly = make_entry("nightly", cron("0 3 * * *"))
    stage = Stage(tmp_path, make_entry("a"), make_entry("b"), nightly)
    stage.programs["b"] = exits(3)
    assert stage.run(once=True) == 3
    assert [name for name, _ in stage.starts] == ["a", "b"]
    stage.programs["b"] = exits(1)
    stage.moment += timedelta(hours=16)
    assert stage.run(once=True) == 1
    assert {name for name, _ in stage.starts[2:]} == {"a", "b", "nightly"}
    assert stage.run(once=True) == 0
    assert len(stage.starts) == 5


def test_a_restarted_schedule_continues(tmp_path: Path) -> None:
    stage = Stage(tmp_path, make_entry("a"))
    stage.run(hours=0.5)
    stage.run(hours=1)
    assert stage.times("a") == ["12:00", "13:00"]


def test_after_downtime_it_catches_up_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path, make_entry("a", cron("0 * * * *")))
    stage.run(hours=1.5)
    stage.moment += timedelta(days=3, minutes=5)
    stage.run(hours=1.5)
    assert stage.times("a") == ["12:00", "13:00", "13:35", "14:00", "15:00"]


def test_a_clock_that_was_far_ahead_holds_nothing_up(tmp_path: Path) -> None:
    stage = Stage(tmp_path, make_entry("a"))
    stage.moment += timedelta(days=999)
    stage.run(hours=0.5)
    stage.moment = NOON
    stage.run(hours=1.5)
    assert stage.times("a") == ["12:00", "13:00"]


def test_what_is_not_writable_stops_no_crawl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site_state, "save", full)
    stage = Stage(tmp_path, make_entry("a"))
    stage.run(hours=1.5)
    assert stage.times("a") == ["12:00", "13:00"]
    assert "No space left on device" in caplog.text


# --- Stopping -------------------------------------------------------------------------------------


def signals(stage: Stage, gate: Gate, *numbers: int) -> None:
    """Wait until every crawl is up, then signal this process, which runs the schedule."""
    for _ in stage.programs:
        gate.accept()
    for number in numbers:
        os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_schedule_waits_for_verdicts(tmp_path: Path, gate: Gate, number: int) -> None:
    stage = Stage(tmp_path, make_entry("a"), make_entry("b"))
    stage.programs = {name: gate.program() for name in "ab"}
    stage.while_crawled = lambda: signals(stage, gate, number)
    assert stage.run(hours=99) == 0
    for name in "ab":
        assert remembered(stage, name)["result"] == "stopped"
        assert remembered(stage, name)["failures"] == 0


def test_what_was_stopped_is_taken_up_by_the_next_schedule(tmp_path: Path, gate: Gate) -> None:
    stage = Stage(tmp_path, make_entry("a"))
    stage.programs["a"] = gate.program()
    stage.while_crawled = lambda: signals(stage, gate, signal.SIGTERM)
    stage.run(hours=99)
    stage.programs, stage.while_crawled = {}, lambda: None
    stage.run(hours=0.5)
    assert stage.times("a") == ["12:00", "12:00"]
    assert remembered(stage, "a")["result"] == "complete"


def test_a_schedule_stopped_twice_kills(tmp_path: Path, gate: Gate) -> None:
    stage = Stage(tmp_path, make_entry("a"))
    stage.programs["a"] = gate.program(on_sigterm="None")
    stage.while_crawled = lambda: signals(stage, gate, signal.SIGINT, signal.SIGTERM)
    assert stage.run(hours=99) == 0
    assert remembered(stage, "a")["why"] == "signal 9 ended it"


def test_a_crawl_that_takes_too_long_is_stopped(tmp_path: Path, gate: Gate) -> None:
    stage = Stage(tmp_path, make_entry("a"), longest=timedelta(milliseconds=1))
    stage.programs["a"] = gate.program()
    assert stage.run(once=True) in {1, 3}  # it may get the signal before it can handle it


def test_one_that_does_not_end_then_is_killed(
    tmp_path: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.001)
    stage = Stage(tmp_path, make_entry("a", Every(MINUTE)), longest=timedelta(milliseconds=1))
    stage.programs["a"] = gate.program(on_sigterm="None")
    assert stage.run(once=True) == 1


CUT_OFF = """
import sys
from newscrawl.archive import runs, sites
from newscrawl.archive.database import Archive
archive = Archive.open(sys.argv[1])
site = archive.call(sites.enter, "one.example", "https://one.example/", {})
asked = {"site": "https://one.example/"}
archive.call(runs.begin, site.id, started="", arguments=asked, versions={})
archive.close()
sys.exit(1)
"""
"""A crawl whose archive fails before its verdict."""


def test_a_failure_of_the_archive_is_not_the_sites(tmp_path: Path) -> None:
    stage = Stage(tmp_path, make_entry("one"))
    location = str(tmp_path / "archive.sqlite")
    stage.programs["one"] = [sys.executable, "-c", CUT_OFF, location]
    with closing(Archive.open(location)) as archive:
        stage.archive = archive
        stage.run(hours=0.3)
    assert stage.times("one") == ["12:00", "12:10"]  # no back-off of 15 minutes
    memory = site_state.load(tmp_path, make_entry("one"), NOON)
    assert (memory.result, memory.failures) == ("archive failed", 0)


def test_nothing_is_crawled_while_the_archive_does_not_answer(tmp_path: Path) -> None:
    stage = Stage(tmp_path, make_entry("one"))
    stage.keep_lock = lambda: stage.moment.minute >= 30
    stage.run(hours=0.9)
    assert stage.times("one") == ["12:30"]


def test_a_schedule_whose_lock_another_one_took_ends(tmp_path: Path) -> None:
    def lost() -> bool:
        raise ArchiveError("another process has it")

    stage = Stage(tmp_path, make_entry("one"))
    stage.keep_lock = lost
    assert stage.run(hours=1) == 1
    assert stage.starts == []


def test_the_period_is_chosen_again_after_each_crawl(archive: Archive, tmp_path: Path) -> None:
    site_id = archive.call(sites.enter, "one.example", "https://one.example/", {}).id
    stage = Stage(tmp_path, make_entry("one", Auto()))
    stage.archive = archive
    published = [NOON - timedelta(hours=4), NOON + timedelta(hours=2)]
    dates = [date.strftime("%Y-%m-%dT%H:%M:%SZ") for date in published]
    archive.call(publish, site_id, *dates)
    stage.run(hours=5)
    # One post in 4 h: after 2 h. Then two posts in 6 h: after 1.5 h. Two posts in 7.5 h: after 2 h.
    assert stage.times("one") == ["12:00", "14:00", "15:30"]
