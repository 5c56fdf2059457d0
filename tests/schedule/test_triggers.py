"""When a turn comes: cron expressions in time zones, and periods."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.schedule.triggers import Cron, Every, parse_duration
from tests.schedule.conftest import cron

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo"]
FIELDS = [
    "*",
    "1",
    "5",
    "59",
    "*/2",
    "1-5",
    "5-1",
    "L",
    "LW",
    "MON",
    "1L",
    "1#2",
    "1,2",
    "*/0",
    "60",
    "0",
    "31",
    "29",
    "JAN",
    "²L",
    "1#6",
    "L/2",
    "*/1/1",
    ",",
    "-",
]
EXPRESSIONS = ["0 * * * *", "*/7 * * * *", "30 2 * * *", "15,45 1-3 * * 0", "0 0 1 * *"]


def turns(expression: str, start: str, count: int, zone: str = "Europe/Berlin") -> list[str]:
    cadence = cron(expression, zone)
    moment = datetime.fromisoformat(start).astimezone(UTC)
    found = []
    for _ in range(count):
        moment = cadence.after(moment)
        found.append(moment.astimezone(ZoneInfo(zone)).strftime("%d. %H:%M%z"))
    return found


@pytest.mark.parametrize(
    ("expression", "start", "expected"),
    [
        # 29 March 2026: from 02:00 straight to 03:00.
        ("30 2 * * *", "2026-03-28T12:00+01:00", ["29. 03:00+0200", "30. 02:30+0200"]),
        ("0 * * * *", "2026-03-29T01:00+01:00", ["29. 03:00+0200", "29. 04:00+0200"]),
        ("0 5 * * *", "2026-03-28T12:00+01:00", ["29. 05:00+0200", "30. 05:00+0200"]),
        # 25 October 2026: from 03:00 back to 02:00.
        ("30 2 * * *", "2026-10-24T12:00+02:00", ["25. 02:30+0200", "26. 02:30+0100"]),
        ("30 * * * *", "2026-10-25T01:30+02:00", ["25. 02:30+0200", "25. 02:30+0100"]),
        ("0 5 * * *", "2026-10-24T12:00+02:00", ["25. 05:00+0100", "26. 05:00+0100"]),
    ],
)
def test_summer_time_comes_and_goes(expression: str, start: str, expected: list[str]) -> None:
    assert turns(expression, start, 2) == expected


@pytest.mark.parametrize(
    ("expression", "zone", "start", "expected"),
    [
        # 4 October 2026: from 02:00 to 02:30; 5 April: from 02:00 back to 01:30.
        ("30 * * * *", "Australia/Lord_Howe", "2026-10-03T15:10Z", ["04. 02:30+1100"]),
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00Z", ["04. 02:30+1100"]),
        ("45 * * * *", "Australia/Lord_Howe", "2026-04-04T14:45Z", ["05. 01:45+1030"]),
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:45Z", ["06. 01:45+1030"]),
        # Midnight does not exist on 29 March 2026, and on 6 September 2026.
        ("0 0 * * *", "Asia/Beirut", "2026-03-28T12:00Z", ["29. 01:00+0300"]),
        ("30 0 * * *", "America/Santiago", "2026-09-05T12:00Z", ["06. 01:00-0300"]),
        ("0 * * * *", "America/Santiago", "2026-09-06T03:00Z", ["06. 01:00-0300"]),
    ],
)
def test_half_hours_and_missing_midnights_neither_lose_nor_invent_a_turn(
    expression: str, zone: str, start: str, expected: list[str]
) -> None:
    assert turns(expression, start, 1, zone) == expected


def test_in_the_repeated_hour_the_turn_before_does_not_come_back() -> None:
    second_pass = "2026-10-25T02:10+01:00"
    assert turns("30 2 * * *", second_pass, 1) == ["26. 02:30+0100"]


def test_weekdays_are_numbered_from_sunday() -> None:
    assert turns("0 0 * * 0", "2026-06-01T00:00+02:00", 1) == ["07. 00:00+0200"]  # a Sunday


@settings(deadline=None)
@given(
    st.sampled_from(EXPRESSIONS),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)
def test_turns_always_come_later(expression: str, zone: str, moment: datetime) -> None:
    cadence = cron(expression, zone)
    found = [moment, *(moment := cadence.after(moment) for _ in range(4))]
    assert all(one < next_one for one, next_one in pairwise(found))
    assert cadence.at_or_after(found[1]) == found[1]


def test_a_daily_turn_comes_once_on_each_day_of_a_year() -> None:
    turns = [datetime(2025, 12, 31, 12, tzinfo=UTC)]
    while turns[-1] < datetime(2026, 12, 31, tzinfo=UTC):
        turns.append(cron("30 2 * * *", "Europe/Berlin").after(turns[-1]))
    days = [moment.astimezone(BERLIN).timetuple().tm_yday for moment in turns[1:]]
    assert days == list(range(1, 366))


def test_a_period_takes_no_heed_of_summer_time() -> None:
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert Every(timedelta(hours=1)).after(before) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("61 * * * *", "bad minute"),
        ("* * * *", "expected 5 fields"),
        ("0 0 * * * *", "expected 5 fields"),
        ("@hourly", "expected 5 fields"),
        ("0 0 30 2 *", "bad day-of-month"),
        ("0 0 31 4,6 *", "bad day-of-month"),
        ("0 0 */20 * 1L", "matches no day"),
        (",".join(["1"] * 200) + " * * * *", "expected 5 fields"),
    ],
)
def test_what_is_no_cron_expression_is_explained(expression: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"{reason}.*: expected minute, hour, day"):
        cron(expression)


@settings(deadline=None)
@given(st.lists(st.sampled_from(FIELDS), min_size=4, max_size=6))
def test_any_fields_are_an_expression_or_a_value_error(fields: list[str]) -> None:
    try:
        cadence = Cron.parse(" ".join(fields), BERLIN)
    except ValueError:
        return
    assert cadence.after(datetime(2026, 1, 1, tzinfo=UTC)).year < 2080


@pytest.mark.parametrize(
    ("text", "minutes"), [("90m", 90), ("1h30m", 90), ("1d", 1440), ("1w", 10080), ("60s", 1)]
)
def test_durations_are_read(text: str, minutes: int) -> None:
    duration = parse_duration(text, timedelta(minutes=1), timedelta(days=30))
    assert duration == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "1", "h", "-1h", "59s", "31d", "1.5h", "9999999w", "1h" * 30])
def test_what_is_no_duration_is_explained(text: str) -> None:
    with pytest.raises(ValueError, match='from 60 seconds to 30 days, like "90m"'):
        parse_duration(text, timedelta(minutes=1), timedelta(days=30))
