"""What a line about a meeting says, and how a time falls into somebody's hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.followup import duty
from bot.meetings import calling, hours, moments
from storage.models import Agency, Officer, Tlp

NOW = datetime(2027, 3, 8, 8, 0, tzinfo=UTC)
BRUSSELS = ZoneInfo("Europe/Brussels")
ZONES = ("Europe/Lisbon", "Europe/Brussels", "America/New_York", "Asia/Singapore", "Asia/Kolkata")
instants = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31)).map(
    lambda at: at.replace(tzinfo=UTC)
)


def test_a_line_is_taken_apart_into_time_guests_case_and_length() -> None:
    assert calling.read(
        "tomorrow 0900Z with alder-harbour,  birch-lisbon about LARCH for 45 min"
    ) == calling.Called(
        "tomorrow 0900Z", ("alder-harbour", "birch-lisbon"), "LARCH", timedelta(minutes=45)
    )


@pytest.mark.parametrize(
    "line",
    [
        "about LARCH for 1 h with birch, cedar",
        "with birch, cedar about LARCH for 1 hour",
        "for 1h with birch, cedar about LARCH",
    ],
)
def test_the_clauses_come_in_any_order_and_the_time_may_be_missing(line: str) -> None:
    assert calling.read(line) == calling.Called("", ("birch", "cedar"), "LARCH", timedelta(hours=1))


@pytest.mark.parametrize("line", ["", "tomorrow 0900Z", "tomorrow with ", "with , ,"])
def test_a_line_that_names_nobody_is_refused_with_the_usage(line: str) -> None:
    with pytest.raises(UserError, match="brief TIME with WHO"):
        calling.read(line)


@pytest.mark.parametrize("line", ["with birch for 0 min", "with birch for 9 hours"])
def test_a_length_that_cannot_be_is_refused(line: str) -> None:
    with pytest.raises(UserError, match="up to 8 hours"):
        calling.read(line)


@given(st.text(max_size=300))
def test_any_line_is_read_or_refused_for_the_person(line: str) -> None:
    try:
        called = calling.read(line)
    except UserError:
        return
    assert called.guests


def test_a_day_becomes_a_search_within_it() -> None:
    assert moments.wanted("tomorrow", NOW, BRUSSELS) == moments.Within(
        datetime(2027, 3, 8, 23, tzinfo=UTC), datetime(2027, 3, 9, 23, tzinfo=UTC)
    )


def test_a_range_keeps_its_end() -> None:
    assert moments.wanted("tomorrow 14:00-15:00", NOW, BRUSSELS) == moments.Fixed(
        datetime(2027, 3, 9, 13, tzinfo=UTC), datetime(2027, 3, 9, 14, tzinfo=UTC)
    )


def test_a_meeting_happens_once() -> None:
    with pytest.raises(UserError, match="again and again"):
        moments.wanted("every monday 10:00", NOW, BRUSSELS)


@pytest.mark.parametrize("phrase", ["yesterday 10:00", "banana", "", "31 February 10:00"])
def test_what_is_over_or_unreadable_is_never_a_time(phrase: str) -> None:
    with pytest.raises(UserError):
        moments.wanted(phrase, NOW, BRUSSELS)
    with pytest.raises(UserError):
        moments.due_by(phrase, NOW, BRUSSELS)


def test_a_day_to_be_done_by_ends_with_its_work() -> None:
    assert moments.due_by("Friday", NOW, BRUSSELS) == datetime(2027, 3, 12, 16, tzinfo=UTC)


@given(instants)
def test_a_moment_comes_back_from_a_token_to_the_second(at: datetime) -> None:
    assert moments.unstamp(moments.stamp(at)) == at.replace(microsecond=0)


@pytest.mark.parametrize("token", ["", "20270309", "x" * 500, "20271309T100000Z"])
def test_a_token_that_is_none_of_ours_changes_nothing(token: str) -> None:
    with pytest.raises(UserError):
        moments.unstamp(token)


@pytest.mark.parametrize(
    ("begins", "minutes", "fit"),
    [
        ("2027-03-09T10:00", 30, hours.Within()),
        ("2027-03-09T09:00", 8 * 60, hours.Within()),
        ("2027-03-09T07:30", 30, hours.Early(timedelta(hours=1, minutes=30))),
        ("2027-03-09T08:45", 30, hours.Early(timedelta(minutes=15))),
        ("2027-03-09T16:45", 30, hours.Late(timedelta(minutes=15))),
        ("2027-03-09T16:46", 15, hours.Late(timedelta(minutes=1))),
        ("2027-03-09T18:00", 60, hours.Late(timedelta(hours=2))),
        ("2027-03-13T12:00", 30, hours.Off()),
    ],
)
def test_how_far_outside_the_hours_is_told(begins: str, minutes: int, fit: hours.Fit) -> None:
    start = datetime.fromisoformat(begins).replace(tzinfo=BRUSSELS).astimezone(UTC)
    assert hours.fit(_officer(), start, start + timedelta(minutes=minutes)) == fit


@given(instants, st.sampled_from(ZONES), st.sampled_from(["", "always", "Tue,Thu 22:00-06:00"]))
def test_a_morning_is_nine_o_clock_on_a_working_day_of_the_reader_s_own(
    at: datetime, zone: str, duty_hours: str
) -> None:
    officer = _officer(zone=zone, duty_hours=duty_hours)
    after, before = hours.morning_after(officer, at), hours.morning_before(officer, at)
    local = at.astimezone(ZoneInfo(zone))
    assert before < at < after
    assert before.astimezone(ZoneInfo(zone)).date() < local.date()
    for morning in (after, before):
        wall = morning.astimezone(ZoneInfo(zone))
        assert (wall.hour, wall.minute) == (9, 0)
        weekdays = {each.weekday for each in hours.of(officer).stretches}
        assert hours.of(officer).is_always or wall.weekday() in weekdays


def test_whoever_has_no_duty_keeps_office_hours() -> None:
    assert hours.of(_officer()) == duty.read("Mon-Fri 09:00-17:00")


def _officer(*, zone: str = "Europe/Brussels", duty_hours: str = "") -> Officer:
    officer = Officer(
        slug="alva",
        agency_id=1,
        unit_id=None,
        name="Alva Brook",
        roles=["liaison"],
        clearance=Tlp.AMBER,
        languages=["en"],
        zone=zone,
        duty_hours=duty_hours,
    )
    officer.agency = Agency(slug="alder", title="Alder Customs", country="BE", key_id="")
    return officer
