"""What `clocks` wrote is found again, wherever it stands."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import clocks
from bot.instants import Moment, written_in
from bot.wording import meetings

LISBON = ZoneInfo("Europe/Lisbon")
NOW = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)

moments = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2035, 12, 31), timezones=st.just(UTC)
).map(lambda at: at.replace(second=0, microsecond=0))
zones = st.sampled_from(
    ["Europe/Lisbon", "America/New_York", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "UTC"]
).map(ZoneInfo)
words = st.text(st.characters(codec="utf-8", exclude_characters="()"), max_size=20)


@given(moments, zones, moments, words, words)
def test_what_is_written_is_read_back(
    at: datetime, zone: ZoneInfo, now: datetime, before: str, after: str
) -> None:
    for phrase in (clocks.written(at, zone, now=now), clocks.written(at, zone)):
        text = f"{before} {phrase}{after}"
        [found] = written_in(text, zone, now)
        assert (found.at, found.has_day) == (at, True)
        assert text[found.start : found.end] == phrase


@given(moments, zones, moments)
def test_of_two_clocks_the_readers_is_read_back(
    at: datetime, zone: ZoneInfo, now: datetime
) -> None:
    text = clocks.both(at, zone, now)
    [found] = written_in(text, zone, now)
    assert found.at == at
    assert text[found.end :].startswith(" (")


@given(moments, zones)
def test_a_clock_alone_is_of_the_day_it_was_written(at: datetime, zone: ZoneInfo) -> None:
    phrase = clocks.clock(at, zone)
    assert written_in(phrase, zone, at) == [Moment(0, len(phrase), at, has_day=False)]


@given(moments, st.timedeltas(timedelta(minutes=15), timedelta(days=2)), zones)
def test_a_meeting_has_two_ends(start: datetime, length: timedelta, zone: ZoneInfo) -> None:
    end = (start + length).replace(second=0, microsecond=0)
    text = meetings._from_to(start, end, zone)
    found = written_in(text, zone, start)
    walls = [each.astimezone(zone).replace(tzinfo=None) for each in (start, end)]
    assert [each.at.astimezone(zone).replace(tzinfo=None) for each in found] == walls
    assert text[found[0].end] == "–"


def test_over_the_turn_of_the_year_the_day_of_the_week_tells_the_year() -> None:
    """Words that waited: written on one side of it, read on the other."""
    eve, day = datetime(2027, 12, 31, 23, 50, tzinfo=UTC), datetime(2028, 1, 2, 10, tzinfo=UTC)
    phrase = clocks.written(day, LISBON, now=day)
    assert "2028" not in phrase
    assert [each.at for each in written_in(phrase, LISBON, eve)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "10:00 (Brussels)", "10:00 Lisbon time", "29:00 (Lisbon)", "Tue 31 Feb, 10:00 (Lisbon)",
        "Mon 9 Mar 2027, 10:00 (Lisbon)", "x10:00 (Lisbon)", "Fri 31 Dec 2027, 10:00 (Lisbonne)",
    ],
)  # fmt: skip
def test_what_is_not_so_written_is_left_alone(text: str) -> None:
    assert written_in(text, LISBON, NOW) == []
