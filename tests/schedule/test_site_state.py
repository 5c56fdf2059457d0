"""What is remembered of a site between two runs of the schedule."""

from datetime import timedelta
from pathlib import Path

import pytest

from newscrawl.run_summary import FAILED
from newscrawl.schedule.due import Memory
from newscrawl.schedule.site_state import load, save
from tests.schedule.conftest import NOON, make_entry

ENTRY = make_entry("Über all/..")
LATER = NOON + timedelta(days=1)


def test_what_is_saved_is_remembered(tmp_path: Path) -> None:
    memory = Memory(
        since=NOON, turn=NOON, ended=NOON, result=FAILED, why="é \u2028 \x1b", failures=3
    )
    save(tmp_path, ENTRY, memory)
    assert load(tmp_path, ENTRY, LATER) == memory
    assert [file.suffix for file in tmp_path.iterdir()] == [".json"]


def test_of_a_new_site_it_is_known_since_when_only(tmp_path: Path) -> None:
    assert load(tmp_path, ENTRY, NOON) == Memory(since=NOON)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"since": null}', '{"since": "soon"}'])
def test_a_damaged_file_is_a_new_site(tmp_path: Path, text: str) -> None:
    save(tmp_path, ENTRY, Memory(since=NOON))
    next(tmp_path.iterdir()).write_text(text)
    assert load(tmp_path, ENTRY, LATER) == Memory(since=LATER)


def test_times_that_a_wrong_clock_wrote_hold_nothing_up(tmp_path: Path) -> None:
    far = NOON + timedelta(days=30_000)
    save(tmp_path, ENTRY, Memory(since=far, turn=far, ended=far, result=FAILED, failures=1))
    memory = load(tmp_path, ENTRY, NOON)
    assert (memory.since, memory.turn, memory.ended) == (NOON, NOON, NOON)
