"""What a meeting shows to each of those who come to it, and what becomes of one that was missed."""

import re
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.governance.ledger import Operation
from bot.meetings import timeline
from storage.models import Briefing, Case, Entry, MeetingState, Officer
from tests.house import House

TASK = "find the driver of the night ferry"


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
