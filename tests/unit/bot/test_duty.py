"""Duty hours: read as people write them, true on the wall clock of whoever has them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.followup import duty
from bot.followup.duty import ALWAYS, NEVER, Duty

LISBON, NEW_YORK = ZoneInfo("Europe/Lisbon"), ZoneInfo("America/New_York")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

moments = st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
zones = st.sampled_from(
    [LISBON, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")]
)
clocks = st.builds(
    lambda hour, half: f"{hour:02}:{half:02}", st.integers(0, 23), st.sampled_from([0, 30])
)
stretches = st.builds(
    lambda first, last, begin, end: f"{first}-{last} {begin}-{end}",
    st.sampled_from(DAYS), st.sampled_from(DAYS), clocks, clocks,
)  # fmt: skip
written = st.lists(stretches, min_size=1, max_size=3).map("; ".join)


@pytest.mark.parametrize("text", ["", "none", "off", "  Never "])
def test_no_hours_are_no_duty(text: str) -> None:
    assert duty.read(text) == NEVER


def test_always_is_always() -> None:
    assert duty.read("Always") == ALWAYS
    assert duty.is_on(ALWAYS, datetime(2027, 3, 7, 3, tzinfo=UTC), LISBON)


def test_hours_are_those_of_the_officer_s_own_clock() -> None:
    hours = duty.read("Mon-Fri 08:00-18:00")
    tuesday = datetime(2027, 3, 9, 13, 30, tzinfo=UTC)
    assert duty.is_on(hours, tuesday, NEW_YORK)
    assert not duty.is_on(hours, tuesday - timedelta(hours=1), NEW_YORK)
    assert duty.is_on(hours, tuesday - timedelta(hours=1), LISBON)


def test_the_end_of_the_hours_is_no_longer_duty() -> None:
    hours = duty.read("Tue 08:00-18:00")
    end = datetime(2027, 3, 9, 18, tzinfo=UTC)
    assert duty.is_on(hours, end - timedelta(minutes=1), LISBON)
    assert not duty.is_on(hours, end, LISBON)


def test_a_night_runs_into_the_next_day() -> None:
    hours = duty.read("Sun 22:00-06:00")
    assert duty.is_on(hours, datetime(2027, 3, 8, 5, 59, tzinfo=UTC), LISBON)
    assert not duty.is_on(hours, datetime(2027, 3, 8, 6, tzinfo=UTC), LISBON)
    assert not duty.is_on(hours, datetime(2027, 3, 9, 5, tzinfo=UTC), LISBON)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon,Wed 08:00-12:00", [0, 2]),
        ("Fri-Mon 08:00-12:00", [0, 4, 5, 6]),
        ("daily 08:00-12:00", [0, 1, 2, 3, 4, 5, 6]),
        ("Tuesday 08:00 - 12:00", [1]),
        ("08:00-12:00", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_days_are_listed_spanned_or_all(text: str, days: list[int]) -> None:
    assert sorted(each.weekday for each in duty.read(text).stretches) == days


@pytest.mark.parametrize(
    "text",
    ["Mon-Fri", "Mun 08:00-18:00", "Mon 25:00-26:00", "Mon 8-18", "Mon 24:00-25:00", "x" * 900],
)
def test_what_is_no_hours_is_refused_with_what_would_do(text: str) -> None:
    with pytest.raises(ValueError, match=r"Write them|weekday|time of day|24:00|too long"):
        duty.read(text)


def test_who_has_no_hours_never_comes_on_duty() -> None:
    assert duty.next_on(NEVER, datetime(2027, 3, 9, tzinfo=UTC), LISBON) is None


def test_hours_that_the_clocks_skip_begin_when_the_skipped_hour_is_over() -> None:
    hours = duty.read("Sun 01:30-05:00")
    spring = datetime(2027, 3, 28, 0, 0, tzinfo=UTC)  # Lisbon: 01:00 becomes 02:00
    assert duty.next_on(hours, spring, LISBON) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


@given(written, moments, zones)
def test_the_next_duty_is_the_first_minute_on_duty(text: str, at: datetime, zone: ZoneInfo) -> None:
    hours: Duty = duty.read(text)
    quarter = at.replace(minute=at.minute // 15 * 15)  # Hours and offsets begin at quarters.
    walked = [at, *(quarter + timedelta(minutes=15 * step) for step in range(1, 8 * 96))]
    assert duty.next_on(hours, at, zone) == next(m for m in walked if duty.is_on(hours, m, zone))
