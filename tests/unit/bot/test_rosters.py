"""Rosters: the week, public holidays, single days, and turns from a calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.followup import duty, rosters, rota
from bot.followup.rosters import Roster, Shift
from storage.models import Officer, Tlp

LISBON = ZoneInfo("Europe/Lisbon")
NOW = datetime(2027, 3, 8, tzinfo=UTC)
TUESDAY = datetime(2027, 3, 9, 9, tzinfo=UTC)
GOOD_FRIDAY = datetime(2027, 3, 26, 11, tzinfo=UTC)
OFFICE = duty.read("Mon-Fri 08:00-18:00")

hours = st.integers(0, 24 * 20)
shifts = st.lists(
    st.builds(
        lambda start, length, is_on: Shift(
            TUESDAY + timedelta(hours=start), TUESDAY + timedelta(hours=start + length), is_on
        ),
        hours, st.integers(1, 90), st.booleans(),
    ),
    max_size=4,
).map(tuple)  # fmt: skip
weeks = st.sampled_from(
    ["off", "always", "Mon-Fri 08:00-18:00", "Sun 22:00-06:00", "Mon-Sun 07:00-23:00; holidays off"]
).map(duty.read)


def test_a_public_holiday_counts_as_a_sunday() -> None:
    assert duty.is_on(OFFICE, GOOD_FRIDAY, LISBON)
    assert not duty.is_on(OFFICE, GOOD_FRIDAY, LISBON, "PT")
    every_day = duty.read("Mon-Sun 07:00-23:00")
    assert duty.is_on(every_day, GOOD_FRIDAY, LISBON, "PT")


def test_hours_that_name_holidays_hold_on_them() -> None:
    hours = duty.read("Mon-Fri 08:00-18:00; holidays 10:00-12:00")
    assert duty.is_on(hours, GOOD_FRIDAY, LISBON, "PT")
    assert not duty.is_on(hours, GOOD_FRIDAY + timedelta(hours=1), LISBON, "PT")


def test_a_day_of_rest_may_be_named_for_who_works_every_day() -> None:
    hours = duty.read("Mon-Sun 07:00-23:00; holidays off")
    assert not duty.is_on(hours, GOOD_FRIDAY, LISBON, "PT")
    assert duty.next_on(hours, GOOD_FRIDAY, LISBON, "PT") == datetime(2027, 3, 27, 7, tzinfo=UTC)


def test_a_single_day_counts_more_than_the_week_and_the_last_word_most() -> None:
    off = Shift(TUESDAY, TUESDAY + timedelta(hours=8), False)
    on = Shift(TUESDAY + timedelta(hours=2), TUESDAY + timedelta(hours=3), True)
    roster = Roster(OFFICE, LISBON, None, (off, on))
    assert not rosters.is_on(roster, TUESDAY)
    assert rosters.next_on(roster, TUESDAY) == on.starts
    assert rosters.until(roster, on.starts) == on.ends
    assert rosters.next_on(roster, on.ends) == off.ends


@given(weeks, shifts, hours)
def test_who_is_next_on_duty_is_found_by_walking_too(
    week: duty.Duty, said: tuple[Shift, ...], start: int
) -> None:
    roster = Roster(week, LISBON, "PT", said)
    after = TUESDAY + timedelta(hours=start)
    walked = (after + timedelta(minutes=30 * step) for step in range(2 * 24 * 12))
    expected = next((at for at in walked if rosters.is_on(roster, at)), None)
    found = rosters.next_on(roster, after)
    if expected is None:
        assert found is None or found >= after + timedelta(days=12)
    else:
        assert found == expected


def test_a_long_rest_is_not_searched_week_by_week(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[datetime] = []
    begins = duty.next_begin

    def counted(week: duty.Duty, after: datetime, *where: Any) -> datetime | None:
        looks.append(after)
        return begins(week, after, *where)

    monkeypatch.setattr(duty, "next_begin", counted)
    rest = Shift(TUESDAY, TUESDAY + timedelta(days=3650), False)
    assert rosters.next_on(Roster(OFFICE, LISBON, "PT", (rest,)), TUESDAY) is not None
    assert len(looks) < 10


@given(weeks, shifts, hours)
def test_duty_ends_where_walking_ends(week: duty.Duty, said: tuple[Shift, ...], start: int) -> None:
    roster = Roster(week, LISBON, "PT", said)
    at = TUESDAY + timedelta(hours=start)
    if not rosters.is_on(roster, at):
        return
    walked = (at + timedelta(minutes=30 * step) for step in range(2 * 24 * 8))
    assert rosters.until(roster, at) == next(
        (moment for moment in walked if not rosters.is_on(roster, moment)), None
    )


def officer(slug: str, name: str) -> Officer:
    return Officer(
        slug=slug, agency_id=1, unit_id=1, name=name, roles=["liaison"], clearance=Tlp.AMBER,
        languages=[], zone="Europe/Lisbon",
    )  # fmt: skip


MANNING = [officer("bruno", "Bruno Marsh"), officer("bice", "Bice Holm")]

FRIDAY = "DTSTART:20270312T070000Z\r\nDTEND:20270312T190000Z"


def calendar(*events: str) -> bytes:
    parts = [
        f"BEGIN:VEVENT\r\nUID:{number}@birch.example\r\nDTSTAMP:20270301T000000Z\r\n{event}\r\n"
        "END:VEVENT\r\n"
        for number, event in enumerate(events)
    ]
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Rota//EN\r\n"
    return (head + "".join(parts) + "END:VCALENDAR\r\n").encode()


def test_turns_are_read_by_name_by_slug_and_by_attendee() -> None:
    rota_read = rota.read(
        calendar(
            f"SUMMARY:On call: Bruno Marsh\r\n{FRIDAY}",
            "SUMMARY:bice\r\nDTSTART:20270313T070000\r\nDTEND:20270313T190000",
            "SUMMARY:Duty\r\nATTENDEE;CN=Bice Holm:mailto:b.holm@birch.example\r\n"
            "DTSTART;VALUE=DATE:20270314\r\nDTEND;VALUE=DATE:20270315",
        ),
        MANNING,
        ZoneInfo("Europe/Brussels"),
        now=NOW,
    )
    assert not rota_read.problems
    assert [(turn.officer, turn.starts.hour) for turn in rota_read.turns] == [
        ("bruno", 7), ("bice", 6), ("bice", 23),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (f"SUMMARY:Somebody\r\n{FRIDAY}", "names nobody"),
        (
            f"SUMMARY:Bruno Marsh / Bice Holm\r\n{FRIDAY}",
            "names more than one officer",
        ),
        ("SUMMARY:bruno\r\nDTSTART:20270312T070000Z", "from when to when"),
        ("SUMMARY:bruno\r\nDTSTART:soon\r\nDTEND:later", "from when to when"),
        ("SUMMARY:bruno\r\nDTSTART:20270312T070000Z\r\nDTEND:99991231T235959", "from when to when"),
        (f"SUMMARY:nobody\r\n{FRIDAY}\r\nRRULE:FREQ=WEEKLY", "names nobody"),
        ("SUMMARY:bruno\r\nDTSTART:soon\r\nRRULE:FREQ=DAILY", "from when to when"),
        (
            f"SUMMARY:bruno\r\n{FRIDAY}\r\nRRULE:FREQ=HOURLY",
            "more often than each day",
        ),
    ],
)
def test_what_cannot_be_used_is_told_by_its_number(event: str, why: str) -> None:
    read = rota.read(calendar(event), MANNING, LISBON, now=NOW)
    assert not read.turns
    [problem] = read.problems
    assert problem.startswith("event 1: ")
    assert why in problem


def test_a_cancelled_turn_is_no_turn_and_no_problem() -> None:
    event = (
        "SUMMARY:bruno\r\nSTATUS:CANCELLED\r\nDTSTART:20270312T070000Z\r\nDTEND:20270312T190000Z"
    )
    assert rota.read(calendar(event), MANNING, LISBON, now=NOW) == rota.Rota([], [])


def test_a_turn_at_the_end_of_time_is_told_wherever_the_desk_is() -> None:
    event = "SUMMARY:bruno\r\nDTSTART:20270312T070000\r\nDTEND:99991231T235959"
    assert rota.read(calendar(event), MANNING, ZoneInfo("America/New_York"), now=NOW).problems


def test_what_is_no_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="not a calendar file"):
        rota.read(b"Bruno on Friday", MANNING, LISBON, now=NOW)


def test_a_turn_that_repeats_keeps_its_wall_time_and_what_was_moved_or_left_out() -> None:
    weekly = (
        "SUMMARY:bruno\r\nDTSTART;TZID=Europe/Lisbon:20270301T070000\r\n"
        "DTEND;TZID=Europe/Lisbon:20270301T190000\r\nRRULE:FREQ=WEEKLY;COUNT=6\r\n"
        "EXDATE;TZID=Europe/Lisbon:20270308T070000"
    )
    moved = (
        "SUMMARY:bice\r\nRECURRENCE-ID;TZID=Europe/Lisbon:20270315T070000\r\n"
        "DTSTART;TZID=Europe/Lisbon:20270316T090000\r\nDTEND;TZID=Europe/Lisbon:20270316T190000"
    )
    content = calendar(weekly, moved).replace(b"UID:1@", b"UID:0@")
    read = rota.read(content, MANNING, LISBON, now=datetime(2027, 3, 1, tzinfo=UTC))
    assert not read.problems
    walls = [(turn.officer, turn.starts.astimezone(LISBON)) for turn in read.turns]
    assert [(who, f"{wall:%d %b %H:%M}") for who, wall in walls] == [
        ("bruno", "01 Mar 07:00"), ("bice", "16 Mar 09:00"), ("bruno", "22 Mar 07:00"),
        ("bruno", "29 Mar 07:00"), ("bruno", "05 Apr 07:00"),
    ]  # fmt: skip


def test_what_repeats_without_end_is_taken_for_a_year() -> None:
    event = f"SUMMARY:bruno\r\n{FRIDAY}\r\nRRULE:FREQ=WEEKLY"
    read = rota.read(calendar(event), MANNING, LISBON, now=NOW)
    assert 50 <= len(read.turns) <= 53
    assert read.until == NOW + rota.HORIZON
    assert max(turn.starts for turn in read.turns) < NOW + rota.HORIZON


def test_a_rule_nobody_can_read_is_told_and_the_rest_is_taken() -> None:
    wrong = f"SUMMARY:bruno\r\n{FRIDAY}\r\nRRULE:FREQ=WEEKLY;BYDAY=XX"
    read = rota.read(calendar(wrong, f"SUMMARY:bice\r\n{FRIDAY}"), MANNING, LISBON, now=NOW)
    assert [turn.officer for turn in read.turns] == ["bice"]
    assert len(read.problems) == 1
