"""Moments as their readers see them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import clocks
from nlp import times

BRUSSELS, LISBON = ZoneInfo("Europe/Brussels"), ZoneInfo("Europe/Lisbon")
NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)

moments = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2035, 12, 31), timezones=st.just(UTC)
).map(lambda at: at.replace(second=0, microsecond=0))
zones = st.sampled_from(
    ["Europe/Brussels", "America/New_York", "America/Argentina/Buenos_Aires", "Asia/Kolkata"]
).map(ZoneInfo)


def test_a_moment_is_written_in_the_readers_zone_with_the_zone_named() -> None:
    assert clocks.written(TOMORROW, BRUSSELS, now=NOW) == "Thu 19 Nov, 10:00 (Brussels)"
    assert clocks.written(TOMORROW, LISBON, now=NOW) == "Thu 19 Nov, 09:00 (Lisbon)"


def test_another_year_is_named() -> None:
    at = datetime(2027, 3, 9, 10, 0, tzinfo=UTC)
    assert clocks.written(at, LISBON, now=NOW) == "Tue 9 Mar 2027, 10:00 (Lisbon)"


def test_the_year_is_that_of_the_reader() -> None:
    now, at = datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert clocks.written(at, BRUSSELS, now=now) == "Fri 1 Jan 2027, 00:30 (Brussels)"


def test_both_clocks_stand_side_by_side_with_the_distance() -> None:
    assert clocks.both(TOMORROW, BRUSSELS, NOW) == "Thu 19 Nov, 10:00 Brussels (0900Z, in 22 h)"


def test_the_common_clock_names_its_day_when_it_is_another() -> None:
    at = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    assert clocks.both(at, BRUSSELS, NOW) == "Thu 19 Nov, 00:30 Brussels (18 Nov 2330Z, in 12 h)"


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=3), "in 3 min"),
        (timedelta(hours=47, minutes=59), "in 47 h"),
        (timedelta(days=5), "in 5 d"),
        (-timedelta(minutes=20), "20 min ago"),
    ],
)
def test_a_distance_has_one_unit(away: timedelta, said: str) -> None:
    assert clocks.both(NOW + away, BRUSSELS, NOW).endswith(f", {said})")


def test_a_clock_alone_names_its_zone() -> None:
    assert clocks.clock(datetime(2026, 11, 18, 22, 55, tzinfo=UTC), LISBON) == "22:55 (Lisbon)"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=3), "3 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1, minutes=30, seconds=10), "1 hour 30 minutes"),
        (timedelta(days=2, minutes=5), "2 days"),
        (-timedelta(minutes=3), "3 minutes"),
        (timedelta(), "0 seconds"),
    ],
)
def test_a_length_of_time_is_said_in_its_two_largest_units(length: timedelta, said: str) -> None:
    assert clocks.span_of(length) == said


def test_an_hour_that_comes_twice_says_which() -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert clocks.clock(first, BRUSSELS) == "02:30 (Brussels, UTC+2)"
    assert clocks.clock(first + timedelta(hours=1), BRUSSELS) == "02:30 (Brussels, UTC+1)"


@given(moments, zones, zones)
def test_what_is_written_can_be_read_back_by_anyone(
    at: datetime, zone: ZoneInfo, reader: ZoneInfo
) -> None:
    phrase = clocks.written(at, zone)
    if "UTC" not in phrase:
        assert times.read(phrase, NOW, reader) == times.Instant(at)
