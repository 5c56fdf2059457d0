"""Whose turn it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.run_summary import COMPLETE, FAILED, HELD, PARTIAL
from newscrawl.schedule.due import (
    HELD_RETRY,
    LONGEST_BACKOFF,
    STOPPED,
    Agenda,
    Ending,
    Memory,
    jitter,
    next_turn,
    start_time,
)
from newscrawl.schedule.plan import Entry, Plan
from newscrawl.schedule.triggers import Cadence, Every
from tests.schedule.conftest import HOURLY, NOON, cron, make_entry

NIGHTLY = cron("0 3 * * *")
HOUR = timedelta(hours=1)
CADENCES: list[Cadence] = [HOURLY, NIGHTLY, cron("*/20 * * * *"), Every(timedelta(minutes=1))]


def agenda_of(*entries: Entry, at_once: int = 9, **options: Any) -> Agenda:
    plan = Plan(entries=entries, at_once=at_once)
    return Agenda(plan, {entry.name: Memory(since=NOON) for entry in entries}, **options)


def take_turn(agenda: Agenda, entry: Entry, result: str, start: datetime, end: datetime) -> None:
    agenda.started(entry, start)
    agenda.ended(entry, Ending(result), end)


def names(entries: list[Entry]) -> list[str]:
    return [entry.name for entry in entries]


# --- When ---------------------------------------------------------------------------------------


def test_a_new_site_is_due_at_once_or_by_its_expression() -> None:
    memory = Memory(since=NOON)
    assert start_time(make_entry(), memory) == NOON
    assert start_time(make_entry(cadence=NIGHTLY), memory) == datetime(2026, 6, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("cadence", [HOURLY, cron("0 * * * *")])
def test_after_downtime_a_site_catches_up_once(cadence: Cadence) -> None:
    entry = make_entry(cadence=cadence)
    agenda = agenda_of(entry)
    take_turn(agenda, entry, COMPLETE, NOON, NOON)
    back = NOON + timedelta(hours=49, minutes=20)
    assert agenda.due(back) == [entry]
    take_turn(agenda, entry, COMPLETE, back, back + timedelta(minutes=1))
    assert agenda.due(back + timedelta(minutes=2)) == []
    following = agenda.next_start(back)
    assert following is not None
    assert back + timedelta(minutes=30) < following <= back + HOUR


def test_a_start_that_is_a_little_late_moves_no_later_turn() -> None:
    entry = make_entry()
    agenda = agenda_of(entry)
    take_turn(agenda, entry, COMPLETE, NOON, NOON)
    late = NOON + timedelta(hours=1, minutes=20, seconds=7)
    take_turn(agenda, entry, COMPLETE, late, late)
    assert agenda.next_start(late) == NOON + timedelta(hours=2)


def test_turns_that_come_while_the_site_is_crawled_are_dropped() -> None:
    entry = make_entry(cadence=cron("0 * * * *"))
    agenda = agenda_of(entry)
    end = NOON + timedelta(hours=3, minutes=10)
    take_turn(agenda, entry, COMPLETE, NOON, end)
    assert agenda.due(end) == []
    assert agenda.next_start(end) == NOON + timedelta(hours=4)


def test_a_site_that_fails_gets_longer_and_longer_pauses() -> None:
    entry = make_entry(cadence=Every(timedelta(minutes=15)))
    agenda = agenda_of(entry)
    moment, waits = NOON, []
    for _ in range(10):
        take_turn(agenda, entry, FAILED, moment, moment)
        following = agenda.next_start(moment)
        assert following is not None
        waits.append((following - moment) / timedelta(minutes=1))
        moment = following
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440]


@pytest.mark.parametrize("result", [COMPLETE, PARTIAL])
def test_a_verdict_forgives_earlier_failures(result: str) -> None:
    entry = make_entry()
    memory = Memory(since=NOON, failures=5)
    agenda = Agenda(Plan(entries=(entry,)), {entry.name: memory})
    take_turn(agenda, entry, result, NOON, NOON)
    assert memory.failures == 0
    assert agenda.next_start(NOON) == NOON + HOUR


def test_a_site_that_failed_keeps_to_its_hours() -> None:
    entry = make_entry(cadence=cron("0 1,3 * * *"))
    night = datetime(2026, 6, 2, 3, tzinfo=UTC)
    memory = Memory(since=NOON, turn=night, ended=night + HOUR, result=FAILED, failures=99)
    assert next_turn(entry, memory) == datetime(2026, 6, 4, 1, tzinfo=UTC)
    assert night + HOUR + LONGEST_BACKOFF <= next_turn(entry, memory)


def test_a_site_that_another_crawl_holds_is_tried_again_soon_and_did_not_fail() -> None:
    entry = make_entry(cadence=NIGHTLY)
    memory = Memory(since=NOON, failures=1)
    agenda = Agenda(Plan(entries=(entry,)), {entry.name: memory})
    take_turn(agenda, entry, HELD, NOON, NOON)
    assert agenda.next_start(NOON) == NOON + HELD_RETRY
    assert memory.failures == 1


def test_a_turn_that_a_stop_cut_short_is_taken_up_at_once() -> None:
    entry = make_entry(cadence=NIGHTLY)
    memory = Memory(since=NOON, turn=NOON, ended=NOON + HOUR, result=STOPPED)
    assert start_time(entry, memory) == NOON + HOUR


# --- Jitter ---------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.sampled_from(CADENCES),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=1)),
    st.text(max_size=5),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_jitter_only_adds_and_never_reaches_the_next_turn(
    cadence: Cadence, most: timedelta | None, name: str, moment: datetime
) -> None:
    entry = make_entry(name, cadence, jitter=most)
    turn = cadence.after(moment)
    added = jitter(entry, turn)
    assert timedelta(0) <= added < cadence.after(turn) - turn
    assert added <= (timedelta(minutes=5) if most is None else most)
    assert added == jitter(entry, turn)


def test_jitter_spreads_sites_and_turns() -> None:
    entries = [make_entry(str(number), jitter=None) for number in range(50)]
    starts = {jitter(entry, NOON + hour * HOUR) for entry in entries for hour in range(4)}
    assert len(starts) == 200
    assert max(starts) > timedelta(minutes=4)
    assert min(starts) < timedelta(minutes=1)


def test_jitter_does_not_add_up() -> None:
    entry = make_entry(jitter=timedelta(minutes=20))
    memory = Memory(since=NOON)
    agenda = Agenda(Plan(entries=(entry,)), {entry.name: memory})
    moment = NOON
    for _ in range(24):
        take_turn(agenda, entry, COMPLETE, moment, moment)
        moment = agenda.next_start(moment) or NOON
    assert memory.turn == NOON + 23 * HOUR


# --- Who ----------------------------------------------------------------------------------------


def test_no_more_start_than_may_run_and_the_longest_waiting_first() -> None:
    entries = [make_entry(minute, cron(f"{minute} * * * *")) for minute in "3142"]
    agenda = agenda_of(*entries, at_once=2)
    later = NOON + timedelta(minutes=30)
    assert names(agenda.due(later)) == ["1", "2"]
    agenda.started(agenda.due(later)[0], later)
    assert names(agenda.due(later)) == ["2"]
    agenda.started(agenda.due(later)[0], later)
    assert agenda.due(later) == []


def test_two_entries_of_one_site_take_turns() -> None:
    hourly, weekly = make_entry("hourly", key="a.org"), make_entry("weekly", key="a.org")
    agenda = agenda_of(hourly, weekly)
    assert agenda.due(NOON) == [hourly]
    agenda.started(hourly, NOON)
    assert agenda.due(NOON) == []
    agenda.ended(hourly, Ending(COMPLETE), NOON)
    assert agenda.due(NOON) == [weekly]


def test_a_site_that_is_off_has_no_turn() -> None:
    assert agenda_of(make_entry(enabled=False)).due(NOON + 99 * HOUR) == []


def test_once_is_over_when_what_was_due_has_been_crawled() -> None:
    due, later = make_entry("due"), make_entry("later", cron("0 13 * * *"))
    agenda = agenda_of(due, later, once=NOON)
    assert agenda.due(NOON + 5 * HOUR) == [due]
    take_turn(agenda, due, COMPLETE, NOON, NOON + 5 * HOUR)
    assert agenda.is_over
    assert agenda.due(NOON + 99 * HOUR) == []


def test_once_asked_each_hour_some_seconds_apart_finds_an_hourly_site_due() -> None:
    entry = make_entry(jitter=None)
    memories = {entry.name: Memory(since=NOON)}
    for hour, seconds in enumerate([3, 1, 59, 0, 2]):
        now = NOON + timedelta(hours=hour, seconds=seconds)
        agenda = Agenda(Plan(entries=(entry,)), memories, once=now)
        assert agenda.due(now) == [entry]
        take_turn(agenda, entry, COMPLETE, now, now + timedelta(minutes=5))


@pytest.mark.parametrize("seconds", [90, 5430])
def test_a_period_is_kept_to_the_second(seconds: int) -> None:
    period = timedelta(seconds=seconds)
    entry = make_entry(cadence=Every(period))
    agenda, now = agenda_of(entry), NOON
    for turn in range(50):
        starts = agenda.next_start(now - timedelta(microseconds=1))
        assert starts == NOON + turn * period
        now = starts + timedelta(seconds=turn % 7)  # late, as on a busy machine
        take_turn(agenda, entry, COMPLETE, now, now + timedelta(seconds=30))


def test_a_site_is_never_early_for_its_expression() -> None:
    entry = make_entry(cadence=cron("16 * * * *"))
    memories = {entry.name: Memory(since=NOON)}
    now = NOON + timedelta(minutes=15, seconds=30)
    assert Agenda(Plan(entries=(entry,)), memories, once=now).is_over


def test_sites_that_wait_for_a_place_are_due_too() -> None:
    agenda = agenda_of(*(make_entry(str(number)) for number in range(5)), at_once=2)
    assert len(agenda.due(NOON)) == 2
    assert agenda.count_due(NOON) == 5


RESULTS = st.sampled_from([COMPLETE, PARTIAL, FAILED, HELD, STOPPED])


@settings(deadline=None)
@given(st.data(), st.lists(st.integers(0, 90), min_size=1, max_size=40))
def test_whatever_happens_limits_hold_and_nobody_is_forgotten(
    data: st.DataObject, minutes: list[int]
) -> None:
    entries = [
        make_entry(str(number), cadence, key=f"{number % 4}.org", jitter=None)
        for number, cadence in enumerate(CADENCES * 2)
    ]
    agenda, now = agenda_of(*entries, at_once=3), NOON
    for passed in minutes:
        now += timedelta(minutes=passed)
        for entry in agenda.due(now):
            agenda.started(entry, now)
        under_way = list(agenda.crawled.values())
        assert len(under_way) <= 3
        assert len({entry.key for entry in under_way}) == len(under_way)
        for entry in data.draw(st.lists(st.sampled_from(under_way or entries), unique_by=id)):
            if entry.name in agenda.crawled:
                agenda.ended(entry, Ending(data.draw(RESULTS)), now)
    assert agenda._starts.keys() | agenda.crawled.keys() == {entry.name for entry in entries}
    assert max(agenda._starts.values(), default=now) <= now + timedelta(days=2, hours=1)
