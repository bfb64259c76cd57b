"""What a meeting shows to each of those who come to it, and what becomes of one that was missed."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.governance.ledger import Operation
from bot.meetings import timeline
from storage.models import Briefing, Case, Entry, MeetingState, Officer
from tests.house import House
from tests.story.harbour import change_officer

TASK = "find the driver of the night ferry"


@pytest.fixture
def house(any_house: House) -> House:
    """Every story here is told on every database."""
    return any_house


def _briefed(house: House, line: str) -> str:
    """Aron calls a briefing; returns its code."""
    found = re.search(r"briefing (\w+)", house.asks("aron", line))
    assert found is not None
    return found[1]


def _left_over(house: House) -> None:
    """Aron and Bruno met without a case, and an action came of it."""
    code = _briefed(house, "brief tomorrow 1300Z with bruno")
    house.passes(days=1, hours=5)
    house.taps("aron", "Held")
    assert TASK in house.asks("aron", f"action add bruno by Fri 17:00: {TASK} briefing {code}")


def test_what_one_meeting_left_is_not_shown_to_whoever_was_not_asked_to_it(house: House) -> None:
    _left_over(house)
    code = _briefed(house, "brief tomorrow 1400Z with cyrus, bruno")
    assert TASK not in house.asks("cyrus", f"briefing agenda {code}")
    for who in ("bruno", "aron"):
        assert TASK in house.asks(who, f"briefing agenda {code}")


def test_that_one_agency_asked_another_is_told_to_no_third(house: House) -> None:
    asked = house.asks("bruno", "ask cedar-accounts whose account pays the crew? about ROWAN")
    found = re.search(r"\b\d[A-Z]\d\b", asked)
    assert found is not None
    code = _briefed(house, "brief tomorrow 1400Z with cyrus, bruno about ROWAN")
    for who, knows in (("aron", False), ("bruno", True), ("cyrus", True)):
        assert (found[0] in house.asks(who, f"briefing agenda {code}")) is knows
        assert (found[0] in _story(house, who)) is knows


def test_a_briefing_that_was_not_held_is_known_as_such_and_can_be_moved(house: House) -> None:
    code = _briefed(house, "brief tomorrow 1300Z with bruno")
    house.passes(days=1, hours=5)
    assert "was not held" in house.taps("aron", "Not held")
    assert "was not held" in house.private("aron")[-1]
    state, alterations = house.read(_what_became_of(code))
    assert state is MeetingState.MISSED
    assert alterations[-1] == "not held"
    assert "1300Z" in house.asks("aron", f"briefing move {code} tomorrow 1300Z")
    assert "was moved" in "\n".join(house.private("bruno"))
    state, _ = house.read(_what_became_of(code))
    assert state is MeetingState.BOOKED


def test_an_agency_sends_whoever_is_on_duty_then_and_its_watch_desk_only_at_night(
    house: House,
) -> None:
    for when, who in (("tomorrow 1300Z", "Bruno"), ("tomorrow 0300Z", "Bram"), ("", "Bruno")):
        code = _briefed(house, f"brief {when} with birch")
        if not when:
            house.taps("aron", "Tue")  # The first time that is proposed.
        assert who in house.asks("aron", f"briefing move {code} Fri 1300Z"), when
    change_officer(house, "bruno", duty_hours="Sat 10:00-12:00")
    assert "Bice" in house.asks("aron", "brief tomorrow 1300Z with birch")


def test_at_night_nobody_is_invited_to_what_is_after_the_morning(house: House) -> None:
    house.passes(hours=15)
    said = house.asks("aron", "brief tomorrow 1300Z with bruno")
    assert "Bruno Marsh (Birch Lisbon desk), within their hours, told after their rest: " in said
    house.passes(hours=6, minutes=55)
    assert _heard_of_briefings(house, "bruno") == 0
    house.passes(minutes=10)
    assert _heard_of_briefings(house, "bruno") == 1


def test_who_rests_is_woken_for_what_is_before_the_morning(house: House) -> None:
    house.passes(hours=15)
    assert "after their rest" not in house.asks("aron", "brief in 2 hours with bruno")
    assert _heard_of_briefings(house, "bruno") == 1


def test_who_rests_never_hears_of_what_was_called_off_meanwhile(house: House) -> None:
    house.passes(hours=15)
    code = _briefed(house, "brief tomorrow 1300Z with bruno")
    house.asks("aron", f"briefing cancel {code}")
    house.passes(hours=9)
    assert _heard_of_briefings(house, "bruno") == 0


def test_who_rests_hears_of_what_was_moved_meanwhile_once(house: House) -> None:
    house.passes(hours=15)
    code = _briefed(house, "brief tomorrow 1300Z with bruno")
    house.asks("aron", f"briefing move {code} tomorrow 1500Z")
    house.passes(hours=9)
    (invited,) = (text for text in house.private("bruno") if "briefing" in text)
    assert "15:00" in invited


def test_who_rests_is_told_in_the_morning_of_what_was_called_off(house: House) -> None:
    code = _briefed(house, "brief tomorrow 1300Z with bruno")
    house.passes(hours=15)
    house.asks("aron", f"briefing cancel {code}")
    before = _heard_of_briefings(house, "bruno")
    house.passes(hours=8)
    assert _heard_of_briefings(house, "bruno") == before + 1


def test_a_reminder_waits_for_the_morning_too(house: House) -> None:
    code = _briefed(house, "brief Thu 0530Z with bruno")
    house.passes(hours=21)  # It is Wednesday 06:00 in Lisbon, and 23 h 30 min before.
    before = _heard_of_briefings(house, "bruno")
    house.passes(hours=2)
    assert _heard_of_briefings(house, "bruno") == before + 1
    house.passes(hours=21, minutes=20)
    assert f"{code}" in house.private("bruno")[-1]
    assert "in 15 minutes" in house.private("bruno")[-1]


def _heard_of_briefings(house: House, who: str) -> int:
    return sum("briefing" in text.casefold() for text in house.private(who))


def _story(house: House, who: str) -> str:
    """The timeline of ROWAN as this officer reads it."""

    def told(session: Session) -> str:
        case = session.scalars(select(Case).where(Case.code == "ROWAN")).one()
        reader = session.scalars(select(Officer).where(Officer.slug == who)).one()
        return "\n".join(event.text for event in timeline.of(session, case, reader, {}))

    return house.read(told)


def _what_became_of(code: str) -> Callable[[Session], tuple[MeetingState, list[str]]]:
    """A briefing's state, and what the ledger says was altered about it, oldest first."""

    def told(session: Session) -> tuple[MeetingState, list[str]]:
        briefing = session.scalars(select(Briefing).where(Briefing.code == code)).one()
        entries = session.scalars(
            select(Entry)
            .where(
                Entry.subject == f"briefing:{code}",
                Entry.operation == Operation.ALTERATION,
            )
            .order_by(Entry.id)
        )
        return briefing.state, [str(entry.details.get("state")) for entry in entries]

    return told
