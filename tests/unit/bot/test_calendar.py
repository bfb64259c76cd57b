"""Invitations for calendar programs, and what those answer."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meetings import calendar
from bot.meetings.calendar import Method, Rsvp

LISBON = ZoneInfo("Europe/Lisbon")
START = datetime(2027, 3, 9, 10, 0, tzinfo=UTC)
STAMP = datetime(2026, 11, 18, 9, 20, tzinfo=UTC)


def invited(
    method: Method = "REQUEST",
    *,
    sequence: int = 0,
    start: datetime = START,
    alarm: timedelta | None = timedelta(minutes=15),
    summary: str = "Joint briefing 7F3",
    attendee: str = "ada@alder.example",
) -> bytes:
    return calendar.invitation(
        "7f3@liaison.example",
        sequence,
        start,
        start + timedelta(minutes=30),
        summary,
        organiser="desk@liaison.example",
        attendee=attendee,
        method=method,
        stamp=STAMP,
        zone=LISBON,
        alarm=alarm,
    )


def event_of(content: bytes) -> icalendar.Event:
    return icalendar.Calendar.from_ical(content).events[0]


def test_an_invitation_asks_one_attendee_and_names_no_other() -> None:
    event = event_of(invited())
    attendee = event["attendee"]
    assert str(attendee) == "mailto:ada@alder.example"
    assert attendee.params["PARTSTAT"] == "NEEDS-ACTION"
    assert attendee.params["RSVP"] == "TRUE"
    assert invited().replace(b"\r\n ", b"").count(b"mailto:") == 2  # the other is the desk


def test_an_invitation_is_neutral_and_confidential() -> None:
    event = event_of(invited())
    assert event["summary"] == "Joint briefing 7F3"
    assert event["class"] == "CONFIDENTIAL"
    assert {"description", "location", "comment"}.isdisjoint(key.lower() for key in event)


@given(
    st.datetimes(
        min_value=datetime(2026, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC)
    ),
    st.integers(0, 50),
)
def test_what_is_sent_is_what_a_calendar_reads(start: datetime, sequence: int) -> None:
    start = start.replace(microsecond=0)
    event = event_of(invited(start=start, sequence=sequence))
    assert event["dtstart"].dt == start
    assert event["dtend"].dt == start + timedelta(minutes=30)
    assert event["dtstamp"].dt == STAMP
    assert (event["uid"], event["sequence"]) == ("7f3@liaison.example", sequence)


def test_the_method_stands_on_the_whole() -> None:
    assert icalendar.Calendar.from_ical(invited())["method"] == "REQUEST"
    assert icalendar.Calendar.from_ical(invited("CANCEL"))["method"] == "CANCEL"


def test_a_cancelled_meeting_says_so_and_rings_no_more() -> None:
    event = event_of(invited("CANCEL", sequence=2))
    assert (event["status"], event["sequence"]) == ("CANCELLED", 2)
    assert event.subcomponents == []


def test_an_alarm_rings_before_the_meeting_with_neutral_words() -> None:
    alarm = event_of(invited()).subcomponents[0]
    assert alarm["trigger"].dt == timedelta(minutes=-15)
    assert alarm["description"] == "Joint briefing 7F3"


def test_lines_are_folded_as_the_standard_asks() -> None:
    content = invited(summary="Réunion conjointe " * 12)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert event_of(content)["summary"] == "Réunion conjointe " * 12


def test_no_text_can_add_an_attendee() -> None:
    event = event_of(invited(summary="7F3\r\nATTENDEE:mailto:eve@elm.example"))
    assert str(event["attendee"]) == "mailto:ada@alder.example"
    with pytest.raises(ValueError, match="CR or LF"):
        invited(attendee="ada@alder.example\r\nATTENDEE:mailto:eve@elm.example")


# --- replies

REPLY = (
    b"BEGIN:VCALENDAR\r\nPRODID:-//Example//Calendar//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\n"
    b"BEGIN:VEVENT\r\nUID:7f3@liaison.example\r\nDTSTAMP:20261118T093000Z\r\nSEQUENCE:1\r\n"
    b"ATTENDEE;CN=Ada;PARTSTAT=DECLINED:mailto:Ada@alder.example\r\n"
    b"ORGANIZER:mailto:desk@liaison.example\r\nCOMMENT:On leave\\, sorry\r\n"
    b"END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_a_reply_says_who_answers_what_to_which_invitation() -> None:
    assert calendar.reply(REPLY) == Rsvp(
        uid="7f3@liaison.example",
        attendee="ada@alder.example",
        partstat="DECLINED",
        sequence=1,
        stamp=datetime(2026, 11, 18, 9, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize("answer", calendar.ANSWERS)
def test_an_invitation_answered_by_a_calendar_is_understood(answer: str) -> None:
    whole = icalendar.Calendar.from_ical(invited(sequence=3))
    whole["method"] = "REPLY"
    whole.events[0]["attendee"].params["PARTSTAT"] = answer
    assert calendar.reply(whole.to_ical()) == Rsvp(
        "7f3@liaison.example", "ada@alder.example", answer, 3, STAMP
    )


EVENT = REPLY[REPLY.index(b"BEGIN:VEVENT") : REPLY.index(b"END:VCALENDAR")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\xff\xfe", id="noise"),
        pytest.param(REPLY[:-30], id="cut off"),
        pytest.param(REPLY.replace(b"REPLY", b"REQUEST"), id="a request"),
        pytest.param(REPLY.replace(b"DECLINED", b"NEEDS-ACTION"), id="no answer in it"),
        pytest.param(REPLY.replace(b";PARTSTAT=DECLINED", b""), id="no status"),
        pytest.param(REPLY.replace(b"UID:7f3@liaison.example\r\n", b""), id="no meeting"),
        pytest.param(REPLY.replace(b"20261118T093000Z", b"soon"), id="no stamp"),
        pytest.param(REPLY.replace(b"SEQUENCE:1", b"SEQUENCE:one"), id="no sequence"),
        pytest.param(REPLY.replace(b"ATTENDEE", b"X-WHO"), id="nobody"),
        pytest.param(REPLY.replace(EVENT, EVENT + EVENT), id="two answers"),
        pytest.param(REPLY + b" " * calendar.LARGEST_REPLY, id="too large"),
    ],
)
def test_what_is_no_reply_is_nothing(content: bytes) -> None:
    assert calendar.reply(content) is None


@given(st.binary(max_size=300), st.integers(0, len(REPLY)), st.integers(0, 40))
def test_any_bytes_get_an_answer(noise: bytes, at: int, gone: int) -> None:
    calendar.reply(noise)
    calendar.reply(REPLY[:at] + noise + REPLY[at + gone :])
