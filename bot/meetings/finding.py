"""Finding a meeting by its code, for somebody who may know of it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotAllowed
from bot.governance import access, markings
from bot.meetings import guests
from bot.wording import debriefs as debriefing
from bot.wording import meetings as wording
from storage.models import (
    Briefing,
    Case,
    Contribution,
    Debrief,
    Invitation,
    Match,
    Officer,
    Prompt,
)


def briefing(session: Session, officer: Officer, code: str, now: datetime) -> Briefing:
    """The briefing this code names, if the officer organises it or is invited.

    Raises `NotAllowed` with one text whether there is none or it is somebody else's.
    """
    found = session.scalar(select(Briefing).where(Briefing.code == code.strip().upper()))
    if found is None or not (
        found.organiser_id == officer.id or invitation(session, found, officer) is not None
    ):
        raise NotAllowed(wording.no_such_briefing(code))
    return found


def organised(session: Session, officer: Officer, code: str, now: datetime) -> Briefing:
    """The briefing this code names, if it is for this officer to change."""
    found = briefing(session, officer, code, now)
    if found.organiser_id != officer.id:
        raise NotAllowed(wording.only_the_organiser(found.code))
    return found


def invitation(session: Session, briefing: Briefing, officer: Officer) -> Invitation | None:
    """This officer's part in a briefing."""
    return session.scalar(
        select(Invitation).where(
            Invitation.briefing_id == briefing.id, Invitation.officer_id == officer.id
        )
    )


def debrief(session: Session, officer: Officer, code: str, now: datetime) -> Debrief:
    """The debrief this code names, if the officer takes part in it or may see its case."""
    found = session.scalar(select(Debrief).where(Debrief.code == code.strip().upper()))
    if found is None or not (
        sees_debrief(session, officer, found, now) or _takes_part(session, found, officer)
    ):
        raise NotAllowed(debriefing.no_such_debrief(code))
    return found


def sees_debrief(session: Session, officer: Officer, debrief: Debrief, now: datetime) -> bool:
    """Whether this officer may read what a debrief brought together."""
    case = session.get_one(Case, debrief.case_id)
    return access.may_see(session, officer, case, now) and access.reaches(
        debrief.marking, debrief.agency_id, officer
    )


def may_read(session: Session, officer: Officer, briefing: Briefing, now: datetime) -> bool:
    """Whether this officer may still be told what a briefing is about."""
    case = case_of(session, briefing)
    return guests.may_come(
        session, officer, case=case, marking=briefing.marking, now=now,
        from_agency_id=briefing.agency_id,
    )  # fmt: skip


def may_know(match: Match, reader: Officer) -> bool:
    """Whether a match may be spoken of before this reader: a hidden one is its owner agency's."""
    return not match.is_hidden or reader.agency_id == match.agency_id


def may_know_question(session: Session, prompt: Prompt, reader: Officer) -> bool:
    """Whether it may be spoken of that something was asked.

    A question about a match is as open as the match. Any other is the business of the agency that
    asked and of the one it is with: to a third it would tell that somebody asked.
    """
    if not markings.is_within(prompt.marking, reader.clearance):
        return False
    if prompt.match_id is not None:
        return may_know(session.get_one(Match, prompt.match_id), reader)
    asker = session.get(Officer, prompt.asked_by) if prompt.asked_by is not None else None
    return reader.agency_id in (prompt.agency_id, asker.agency_id if asker else None)


def case_of(session: Session, meeting: Briefing) -> Case | None:
    return session.get(Case, meeting.case_id) if meeting.case_id is not None else None


def _takes_part(session: Session, debrief: Debrief, officer: Officer) -> bool:
    return (
        session.scalar(
            select(Contribution.id)
            .where(Contribution.debrief_id == debrief.id, Contribution.officer_id == officer.id)
            .limit(1)
        )
        is not None
    )
