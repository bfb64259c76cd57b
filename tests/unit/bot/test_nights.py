"""The night: when it is, whose it is, and when it is over."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.followup import nights, routing
from storage.models import Agency, Officer, Tlp

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
ZONES = st.sampled_from(["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"])
NIGHTS = st.sampled_from(["22:00-07:00", "00:00-06:30", "13:00-15:00", "20:45-05:15"])


def officer(zone: str, night: str = "", agency: str = "", duty: str = "") -> Officer:
    made = Officer(
        slug="ada", agency_id=1, unit_id=None, name="Ada", roles=[], clearance=Tlp.AMBER,
        languages=[], zone=zone, duty_hours=duty, night=night,
    )  # fmt: skip
    made.agency = Agency(slug="alder", title="Alder", country="BE", key_id="", night=agency)
    return made


@given(MOMENTS, ZONES, NIGHTS)
def test_a_night_ends_when_its_clock_says_so_and_not_before(
    now: datetime, zone: str, night: str
) -> None:
    ada, said = officer(zone, night), nights.read(night)
    assert said is not None
    ends = nights.ends(ada, now)
    # A second way: the clock is looked at, minute by minute.
    minutes = (now + timedelta(minutes=number) for number in range(24 * 60))
    first = next(at for at in minutes if not said.covers(at.astimezone(ZoneInfo(zone)).time()))
    if ends is None:
        assert first == now
    else:
        assert timedelta() <= first - ends < timedelta(minutes=1)


def test_one_s_own_night_goes_before_the_agency_s() -> None:
    assert nights.of(officer("UTC")) == nights.read("22:00-07:00")
    assert nights.of(officer("UTC", agency="23:00-06:00")) == nights.read("23:00-06:00")
    assert nights.of(officer("UTC", "off", "23:00-06:00")) is None


def test_who_has_no_night_or_is_on_duty_is_told_at_any_hour() -> None:
    late = datetime(2027, 3, 9, 2, 0, tzinfo=UTC)
    assert routing.quiet_until(officer("UTC"), late) == late.replace(hour=7)
    assert routing.quiet_until(officer("UTC", "off"), late) is None
    assert routing.quiet_until(officer("UTC", duty="always"), late) is None


@pytest.mark.parametrize("said", ["25:00-07:00", "22:00", "22:00-22:00", "22:60-07:00", "never"])
def test_a_night_that_cannot_be_is_refused_with_what_would_do(said: str) -> None:
    with pytest.raises(ValueError, match="22:00-07:00"):
        nights.read(said)
