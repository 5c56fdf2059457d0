"""A host's clock: its rules, and its row in the archive."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from newscrawl.archive import hosts
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import metadata
from newscrawl.net.host_clock import (
    MAX_BLOCK_SECONDS,
    HostTimes,
    Turn,
    block,
    end_turn,
    reserve_turn,
    retry_after_seconds,
)
from newscrawl.net.host_store import RobotsRow, TdmRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

NOW = 1_800_000_000.0


def test_turns_are_a_delay_apart() -> None:
    times, dues = HostTimes(), []
    for _ in range(3):
        times, turn = reserve_turn(times, NOW, 5, 600)
        assert turn is not None
        dues.append(turn.due - NOW)
    assert dues == [0, 5, 10]


def test_the_pause_starts_when_the_answer_ended() -> None:
    times, _ = reserve_turn(HostTimes(), NOW, 1, 600)
    times = end_turn(times, NOW + 4, 4)
    assert reserve_turn(times, NOW + 4, 1, 600)[1] == Turn(NOW + 8)


def test_what_an_answer_did_not_need_of_its_time_is_given_back() -> None:
    times, turn = reserve_turn(HostTimes(), NOW, 1 + 20, 600)
    assert turn is not None
    assert end_turn(times, NOW + 2, 1, turn.until).next_allowed == NOW + 3
    behind, _ = reserve_turn(times, NOW + 1, 1 + 20, 600)
    assert end_turn(behind, NOW + 2, 1, turn.until) == behind, (
        "another process has taken what follows"
    )


def test_the_back_off_doubles_up_to_a_day() -> None:
    times, now, waits = HostTimes(), NOW, []
    for _ in range(14):
        times = block(times, now, None)
        waits.append(times.blocked_until - now)
        now = times.blocked_until
    assert waits[:4] == [60, 120, 240, 480]
    assert waits[-1] == MAX_BLOCK_SECONDS


def test_refusals_in_one_window_are_one_step() -> None:
    times = block(HostTimes(), NOW, None)
    assert block(times, NOW + 59, None) == times


def test_a_longer_word_of_the_host_extends_the_window() -> None:
    times = block(block(HostTimes(), NOW, None), NOW + 10, 300)
    assert (times.blocked_until - NOW, times.backoff) == (310, 60)


def test_half_an_hour_of_quiet_forgives() -> None:
    times = block(block(HostTimes(), NOW, None), NOW + 60, None)
    assert times.backoff == 120
    assert block(times, NOW + 180 + 1801, None).backoff == 60
    assert block(times, NOW + 180 + 1799, None).backoff == 240


def test_the_word_of_the_host_counts_once_then_the_back_off_counts_too() -> None:
    times = block(HostTimes(), NOW, 2, in_a_row=1)
    assert times.blocked_until - NOW == 2
    times = block(times, NOW + 2, 2, in_a_row=2)
    assert times.blocked_until - (NOW + 2) == 60
    times = block(times, NOW + 62, 500, in_a_row=3)
    assert times.blocked_until - (NOW + 62) == 500


@given(st.floats(0, 1), st.floats(0, 1e9) | st.none(), st.integers(1, 9), st.floats(0, 1e6))
def test_jitter_only_adds_and_no_block_passes_the_cap(
    jitter: float, retry_after: float | None, in_a_row: int, backoff: float
) -> None:
    times = HostTimes(backoff=backoff, blocked_until=NOW - 10)
    plain = block(times, NOW, retry_after, in_a_row=in_a_row)
    jittered = block(times, NOW, retry_after, in_a_row=in_a_row, jitter=jitter)
    assert jittered.blocked_until >= plain.blocked_until
    assert jittered.blocked_until - NOW <= MAX_BLOCK_SECONDS * 1.1 + 1e-3


def test_a_refusal_past_our_patience_takes_no_turn() -> None:
    times = HostTimes(blocked_until=NOW + 601)
    assert reserve_turn(times, NOW, 5, 600) == (times, None)
    assert reserve_turn(times, NOW + 1, 5, 600)[1] == Turn(NOW + 601, 600)


def test_a_long_queue_of_others_is_not_joined() -> None:
    assert reserve_turn(HostTimes(next_allowed=NOW + 601), NOW, 5, 600)[1] is None
    assert reserve_turn(HostTimes(next_allowed=NOW + 599), NOW, 5, 0)[1] == Turn(NOW + 599)


def test_a_clock_set_back_locks_no_host() -> None:
    times = HostTimes(NOW + 1e7, NOW + 1e7, 60)
    assert reserve_turn(times, NOW, 5, 600)[1] == Turn(NOW)
    assert block(times, NOW, None).blocked_until == NOW + 60


@pytest.mark.parametrize("back", [900, 3600, 86_400, 1e7])
def test_a_clock_set_back_gives_turns_as_before(back: float) -> None:
    times = HostTimes(next_allowed=NOW + back, blocked_until=NOW - 10)
    times, first = reserve_turn(times, NOW, 5, 600)
    _, second = reserve_turn(times, NOW, 5, 600)
    assert (first, second) == (Turn(NOW), Turn(NOW + 5))


DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("0", "", 0),
        (" 30 ", "", 30),
        ("999999999", "", MAX_BLOCK_SECONDS),
        ("9" * 5000, "", None),
        ("-5", "", None),
        ("1.5", "", None),
        ("soon", "", None),
        ("", "", None),
        ("Thu, 01 Jan 2026 00:02:00 GMT", DATE, 120),
        ("Thursday, 01-Jan-26 00:02:00 GMT", DATE, 120),
        ("Thu Jan  1 00:02:00 2026", DATE, 120),
        ("Wed, 31 Dec 2025 00:00:00 GMT", DATE, 0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", DATE, MAX_BLOCK_SECONDS),
        ("Thu, 99 Jan 2026 00:00:00 GMT", DATE, None),
        ("Thu, 01 Jan 2026 00:02:00 GMT", "garbage", 20),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str, date: str, seconds: float | None) -> None:
    now = 1767225700.0  # 2026-01-01 00:01:40
    assert retry_after_seconds(value, date, now) == seconds


@given(st.text(), st.text())
def test_no_text_makes_reading_a_date_fail(value: str, date: str) -> None:
    seconds = retry_after_seconds(value, date, NOW)
    assert seconds is None or 0 <= seconds <= MAX_BLOCK_SECONDS


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_the_row_of_a_host_keeps_its_clock(connection: Connection) -> None:
    assert hosts.reserve_turn(connection, "a.example", NOW, 5, 600) == Turn(NOW)
    assert hosts.reserve_turn(connection, "a.example", NOW, 5, 600) == Turn(NOW + 5)
    assert hosts.reserve_turn(connection, "b.example", NOW, 5, 600) == Turn(NOW)
    hosts.end_turn(connection, "a.example", NOW + 30, 5)
    assert hosts.reserve_turn(connection, "a.example", NOW + 30, 5, 600) == Turn(NOW + 35)


def test_a_block_is_remembered_by_the_row(connection: Connection) -> None:
    until = hosts.block(connection, "a.example", NOW, None, in_a_row=1, first=60, jitter=0)
    assert until == NOW + 60
    assert hosts.reserve_turn(connection, "a.example", NOW, 5, 30) is None
    assert hosts.reserve_turn(connection, "a.example", NOW, 5, 60) == Turn(NOW + 60, 60)


def test_rules_are_kept_as_they_were_read(connection: Connection) -> None:
    robots = RobotsRow(200, "User-agent: *", NOW)
    tdm = TdmRow([{"location": "/", "tdm-reservation": "1"}], NOW)
    assert hosts.read_rules(connection, ["a.example"]) == [(None, None)]
    hosts.write_robots(connection, [("a.example", robots)])
    assert hosts.read_rules(connection, ["a.example"]) == [(robots, None)]
    hosts.write_tdm(connection, [("a.example", tdm)])
    assert hosts.read_rules(connection, ["a.example"]) == [(robots, tdm)]


def test_rules_of_many_hosts_are_written_and_read_together(connection: Connection) -> None:
    robots, later = RobotsRow(200, "User-agent: *", NOW), RobotsRow(404, "", NOW + 1)
    tdm = TdmRow([], NOW)
    hosts.block(connection, "a.example", NOW, None, in_a_row=1, first=60, jitter=0)
    hosts.write_tdm(connection, [("b.example", tdm)])
    read = [("a.example", robots), ("b.example", robots), ("a.example", later)]
    hosts.write_robots(connection, read)
    rules = hosts.read_rules(connection, ["b.example", "a.example", "c.example", "b.example"])
    assert rules == [(robots, tdm), (later, None), (None, None), (robots, tdm)]
    asked = [("a.example", NOW), ("a.example", NOW + 60), ("b.example", NOW), ("c.example", NOW)]
    assert hosts.are_free(connection, asked) == [False, True, True, True]


def test_processes_on_one_archive_share_one_budget(tmp_path: Path) -> None:
    archives = [Archive.open(str(tmp_path / "archive.sqlite")) for _ in range(4)]

    def claims(archive: Archive) -> list[float]:
        turns = [archive.call(hosts.reserve_turn, "a.example", NOW, 5, 600) for _ in range(10)]
        return [turn.due - NOW for turn in turns if turn]

    with ThreadPoolExecutor(4) as threads:
        dues = sorted(due for some in threads.map(claims, archives) for due in some)
    for archive in archives:
        archive.close()
    assert dues == [5.0 * number for number in range(40)]
