"""The practice clock: real time, moved ahead or standing still, never going back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.clock import PracticeClock, next_morning, working_hour
from bot.practice import Stand

MONDAY = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
BRUSSELS = ZoneInfo("Europe/Brussels")
HOUR = timedelta(hours=1)


class Real:
    """The real clock, which the tests move."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def real() -> Real:
    return Real()


def test_it_runs_with_real_time(real: Real) -> None:
    clock = PracticeClock(real)
    real.now += HOUR
    assert clock() == MONDAY + HOUR


def test_it_goes_on_from_where_it_was_moved_to(real: Real) -> None:
    clock = PracticeClock(real)
    clock.move_to(MONDAY + 8 * HOUR)
    real.now += HOUR
    assert clock() == MONDAY + 9 * HOUR


def test_it_stands_still_and_runs_again_from_there(real: Real) -> None:
    clock = PracticeClock(real)
    clock.pause()
    real.now += HOUR
    assert clock() == MONDAY
    assert not clock.is_running
    clock.run()
    assert clock() == MONDAY
    real.now += HOUR
    assert clock() == MONDAY + HOUR


def test_it_can_be_moved_while_it_stands(real: Real) -> None:
    clock = PracticeClock(real)
    clock.pause()
    clock.move_to(MONDAY + HOUR)
    real.now += 5 * HOUR
    assert clock() == MONDAY + HOUR


def test_it_is_never_moved_back(real: Real) -> None:
    clock = PracticeClock(real)
    clock.move_to(MONDAY - HOUR)
    assert clock() == MONDAY


def test_it_does_not_follow_a_real_clock_that_is_set_back(real: Real) -> None:
    clock = PracticeClock(real)
    before = clock()
    real.now -= HOUR
    assert clock() == before


def test_it_shows_what_it_was_moved_to_also_after_the_real_clock_was_set_back(real: Real) -> None:
    clock = PracticeClock(real)
    clock()
    real.now -= HOUR
    clock.move_to(MONDAY + HOUR)
    assert clock() == MONDAY + HOUR


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["pause", "run"]),
            st.timedeltas(timedelta(hours=-2), timedelta(hours=50)),
            st.floats(-3600, 3600).map(lambda seconds: ("real", timedelta(seconds=seconds))),
        ),
        max_size=20,
    )
)
def test_whatever_is_done_to_it_it_never_goes_back(steps: list[object]) -> None:
    real = Real()
    clock = PracticeClock(real)
    told = clock()
    for step in steps:
        match step:
            case "pause":
                clock.pause()
            case "run":
                clock.run()
            case timedelta():
                clock.move_to(clock() + step)
            case ("real", timedelta() as moved):
                real.now += moved
        assert clock() >= told
        told = clock()


@pytest.mark.parametrize("is_paused", [True, False])
def test_a_restart_takes_up_where_it_stood(real: Real, is_paused: bool) -> None:
    clock = PracticeClock(real)
    clock.move_to(MONDAY + 8 * HOUR)
    if is_paused:
        clock.pause()
    again = PracticeClock(real)
    again.set(clock.stand)
    real.now += HOUR
    assert again() == clock()


def test_an_ahead_clock_is_ahead_from_the_start(real: Real) -> None:
    assert PracticeClock(real, Stand(HOUR))() == MONDAY + HOUR


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2027-03-08T09:00+00:00", "2027-03-09T08:00+00:00"),  # Monday: Tuesday
        ("2027-03-09T07:59+00:00", "2027-03-09T08:00+00:00"),  # before nine: today
        ("2027-03-12T09:00+00:00", "2027-03-15T08:00+00:00"),  # Friday: Monday
        ("2027-03-26T09:00+00:00", "2027-03-29T07:00+00:00"),  # over the change to summer time
    ],
)
def test_the_next_morning_is_at_nine_on_a_working_day(now: str, morning: str) -> None:
    assert next_morning(datetime.fromisoformat(now), BRUSSELS) == datetime.fromisoformat(morning)


def test_practice_begins_when_people_are_at_work() -> None:
    at_work = datetime(2027, 3, 8, 11, 0, tzinfo=UTC)
    at_night = datetime(2027, 3, 6, 23, 0, tzinfo=UTC)
    assert working_hour(at_work, BRUSSELS) == at_work
    assert working_hour(at_night, BRUSSELS) == datetime(2027, 3, 8, 8, 0, tzinfo=UTC)
