"""Briefings that come again and again: called one by one, moved and skipped singly."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.errors import NotAllowed, UserError
from bot.meetings import guests, series
from nlp import times
from storage.models import Briefing, Case, CaseState, MeetingState, Officer, Series, Tlp
from tests.desk import Desk

WEEKLY = "brief every Tuesday 0900Z with birch-lisbon about LARCH"


def begun(desk: Desk, line: str = WEEKLY) -> str:
    """Begin a series as Alva; returns its code."""
    desk.says("alva", line)
    with desk.store.reading() as session:
        return session.scalars(select(Series.code)).one()


def called(desk: Desk) -> list[Briefing]:
    with desk.store.reading() as session:
        rows = session.scalars(select(Briefing).order_by(Briefing.series_at)).all()
        session.expunge_all()
        return list(rows)


def test_a_series_is_called_in_one_line_and_says_what_follows(desk: Desk) -> None:
    said = desk.says("alva", WEEKLY).text
    assert "Tue 9 Mar, 10:00 Brussels (0900Z" in said
    assert "then Tue 16 Mar, 10:00 (Brussels), Tue 23 Mar, 10:00 (Brussels)." in said
    assert len(called(desk)) == 1


def test_the_next_one_is_called_when_the_last_is_over_and_its_guests_are_told(desk: Desk) -> None:
    begun(desk)
    desk.passes(days=2)
    first, second = called(desk)
    assert second.starts_at - first.starts_at == timedelta(days=7)
    assert "Tuesday 16 March 2027, 09:00–09:30 (Lisbon)" in desk.last("bo")
    assert any("the next of series" in words.text for words in desk.told("alva"))


def test_a_series_keeps_its_wall_time_when_the_clocks_change(desk: Desk) -> None:
    begun(desk, "brief every Tuesday 10:00 with birch-lisbon about LARCH")
    desk.passes(days=29)
    hours = {each.starts_at.astimezone(ZoneInfo("Europe/Brussels")).hour for each in called(desk)}
    assert hours == {10}
    assert {each.starts_at.hour for each in called(desk)} == {8, 9}


def test_one_is_skipped_and_the_others_stand(desk: Desk) -> None:
    code = begun(desk)
    said = desk.says("alva", f"briefing skip {code} 16 March").text
    assert "Tue 16 Mar, 10:00 (Brussels) is skipped" in said
    desk.passes(days=2)
    held = [each for each in called(desk) if each.state is MeetingState.BOOKED]
    assert [each.starts_at.day for each in held] == [9, 23]
    assert "16 March" not in " ".join(words.text for words in desk.told("bo"))


def test_skipping_one_that_was_told_of_tells_everybody(desk: Desk) -> None:
    code = begun(desk)
    desk.delivers()
    desk.says("alva", f"briefing skip {code}")
    assert "is cancelled" in desk.last("bo")
    desk.passes(days=2)
    assert "16 March" in desk.last("bo")


def test_one_is_moved_before_it_is_called_and_the_others_stand(desk: Desk) -> None:
    code = begun(desk)
    desk.says("alva", f"briefing move {code} 16 March to 17 March 1100Z")
    assert "Wednesday 17 March 2027, 11:00–11:30 (Lisbon)" in desk.last("bo")
    desk.passes(days=2)
    assert [each.starts_at.day for each in called(desk)] == [9, 17, 23]
    listed = desk.says("alva", f"briefing series {code}").text
    assert "Tue 16 Mar, 10:00 (Brussels): moved to Wed 17 Mar, 12:00 (Brussels)" in listed


def test_a_series_ends_when_it_is_told_to_and_what_is_called_stands(desk: Desk) -> None:
    code = begun(desk)
    desk.says("alva", f"briefing end {code}")
    desk.passes(days=15)
    assert [each.state for each in called(desk)] == [MeetingState.BOOKED]
    with pytest.raises(UserError, match="has ended"):
        desk.says("alva", f"briefing end {code}")


def test_a_rule_that_runs_out_ends_its_series_and_says_so(desk: Desk) -> None:
    begun(desk, "brief every Tuesday 0900Z until 16 March with birch-lisbon about LARCH")
    desk.passes(days=20)
    assert len(called(desk)) == 2
    assert any("has ended" in words.text for words in desk.told("alva"))


def test_whoever_lost_the_case_is_not_invited_to_the_next(desk: Desk) -> None:
    begun(desk, "brief every Tuesday 0900Z with hugo, birch-lisbon about LARCH")
    desk.revoke()
    before = len(desk.told("bo"))
    desk.passes(days=2)
    assert len([words for words in desk.told("bo") if "16 March" in words.text]) == 0
    assert len(desk.told("bo")) <= before
    assert "16 March" in desk.last("hugo")


def test_where_nobody_may_come_any_more_the_series_ends_and_leaves_no_briefing(desk: Desk) -> None:
    begun(desk)
    desk.revoke()
    desk.passes(days=2)
    assert any("has ended" in words.text for words in desk.told("alva"))
    assert len(called(desk)) == 1


def test_an_organiser_who_lost_the_case_ends_their_series_and_leaves_no_briefing(
    desk: Desk,
) -> None:
    begun(desk, "brief every Tuesday 0900Z with hugo about LARCH")
    with desk.store.begin() as session:
        session.get_one(Officer, desk.officers["alva"]).clearance = Tlp.GREEN
    desk.passes(days=2)
    assert len(called(desk)) == 1


def test_a_guest_who_left_does_not_end_a_series(desk: Desk) -> None:
    begun(desk, "brief every Tuesday 0900Z with bo, hugo about LARCH")
    with desk.store.begin() as session:
        session.get_one(Officer, desk.officers["bo"]).retired_at = desk.now
    desk.passes(days=2)
    assert "16 March" in desk.last("hugo")


def test_after_an_outage_of_weeks_the_next_one_to_come_is_called(desk: Desk) -> None:
    begun(desk)
    desk.sleeps(days=24)
    assert [each.starts_at.date().isoformat() for each in called(desk)] == [
        "2027-03-09",
        "2027-04-06",
    ]


def test_a_series_lasts_as_long_as_its_line_says(desk: Desk) -> None:
    begun(desk, "brief every Tuesday 0900Z-1015Z with birch-lisbon about LARCH")
    desk.passes(days=2)
    assert {each.ends_at - each.starts_at for each in called(desk)} == {timedelta(minutes=75)}


def test_a_case_that_is_closed_ends_its_series(desk: Desk) -> None:
    begun(desk)
    with desk.store.begin() as session:
        session.scalars(select(Case)).one().state = CaseState.CLOSED
    desk.passes(days=2)
    assert len(called(desk)) == 1
    assert any("has ended, as LARCH is closed;" in words.text for words in desk.told("alva"))


def test_a_series_is_its_organiser_s_to_change(desk: Desk) -> None:
    code = begun(desk)
    with pytest.raises(NotAllowed):
        desk.says("bo", f"briefing end {code}")


def test_a_day_that_is_not_of_the_series_is_not_skipped(desk: Desk) -> None:
    code = begun(desk)
    with pytest.raises(UserError, match="no day of series"):
        desk.says("alva", f"briefing skip {code} 17 March")


def test_an_hour_of_a_series_far_ahead_is_found_without_looking_at_all_before_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = begun(desk, "brief every hour with birch-lisbon about LARCH")
    looked: list[datetime] = []
    following = times.following

    def counted(rule: times.Recurrence, after: datetime) -> datetime | None:
        looked.append(after)
        return following(rule, after)

    monkeypatch.setattr(times, "following", counted)
    with pytest.raises(UserError, match="no day of series"):
        desk.says("alva", f"briefing skip {code} 8 February 2028")  # Which of its hours?
    said = desk.says("alva", f"briefing skip {code} 8 February 2028 1100Z").text
    assert "is skipped" in said
    assert len(looked) < 20


def test_a_series_that_comes_every_few_minutes_is_refused(desk: Desk) -> None:
    with pytest.raises(UserError, match="no more often than every"):
        desk.says("alva", "brief every 5 minutes with birch-lisbon about LARCH")
    assert called(desk) == []


def test_a_briefing_of_a_series_takes_no_longer_than_any_other(desk: Desk) -> None:
    with pytest.raises(UserError, match="takes up to"):
        desk.says("alva", "brief every Tuesday 08:00-18:00 with birch-lisbon about LARCH")
    assert called(desk) == []


def test_a_series_names_no_more_guests_than_any_other_briefing(desk: Desk) -> None:
    many = ", ".join(["bo"] * (guests.MOST + 1))
    with pytest.raises(UserError, match=str(guests.MOST)):
        desk.says("alva", f"brief every Tuesday 0900Z with {many} about LARCH")


def test_the_next_that_stands_is_skipped_however_many_are(desk: Desk) -> None:
    code = begun(desk)
    for _ in range(series.SHOWN):
        desk.says("alva", f"briefing skip {code}")
    assert "Tue 13 Apr" in desk.says("alva", f"briefing skip {code}").text


RULES = ("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=1MO")


@given(
    st.sampled_from(RULES),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    st.sampled_from(["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_a_rule_gives_each_moment_once_and_by_the_wall_clock(
    rule: str, after: datetime, zone: str
) -> None:
    # A second way: every half hour of half a year, looked at one by one.
    named = ZoneInfo(zone)
    start = datetime(2026, 1, 5, 10, 0, tzinfo=named).astimezone(UTC)
    again = times.Recurrence(rule, (start,), zone)
    found, at = [], after
    for _ in range(6):
        following = times.following(again, at)
        assert following is not None
        found.append(following)
        at = following
    walls = [each.astimezone(named) for each in found]
    assert {(wall.hour, wall.minute) for wall in walls} == {(10, 0)}
    days = {(start + timedelta(days=n)).astimezone(named).date() for n in range(1200)}
    fitting = sorted(
        day for day in days if _fits(rule, day.weekday(), day.day, (day.toordinal() - 739621) // 7)
    )
    expected = [
        moment
        for day in fitting
        if (moment := datetime(day.year, day.month, day.day, 10, tzinfo=named).astimezone(UTC))
        > after
        and moment >= start
    ]
    assert found == expected[:6]


def _fits(rule: str, weekday: int, day: int, week: int) -> bool:
    match rule:
        case "FREQ=WEEKLY;BYDAY=TU":
            return weekday == 1
        case "FREQ=MONTHLY;BYDAY=1MO":
            return weekday == 0 and day <= 7
        case _:
            return weekday in (0, 3) and week % 2 == 0
