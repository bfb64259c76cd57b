"""What an attendee's calendar program answers to an invitation."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Words
from bot.errors import NotAllowed, UserError
from bot.meetings import calendar, finding, invitations
from bot.wording import meetings as wording
from storage.models import Briefing, Officer, Rsvp

_MEANS = {"ACCEPTED": Rsvp.YES, "DECLINED": Rsvp.NO}


def take(session: Session, officer: Officer, content: bytes, *, now: datetime) -> Words:
    """Keep what this officer's calendar answers: yes, no, or another time.

    It speaks for its owner alone. Raises `UserError` for what cannot be read, what answers an
    earlier invitation, and what a calendar cannot say: maybe is no answer, and who comes instead
    is named in the chat.
    """
    answer = calendar.reply(content)
    if answer is None:
        raise UserError(wording.no_calendar_answer())
    briefing = session.scalar(select(Briefing).where(Briefing.uid == answer.uid))
    part = finding.invitation(session, briefing, officer) if briefing is not None else None
    if briefing is None or part is None or answer.attendee != invitations.address_of(officer):
        raise NotAllowed(wording.no_such_invitation())
    if answer.sequence != briefing.sequence:
        raise UserError(wording.answers_an_earlier_one(briefing.code))
    if part.calendar_at is not None and answer.stamp <= part.calendar_at:
        raise UserError(wording.answers_an_earlier_one(briefing.code))
    if answer.begin is not None:
        words = invitations.ask_another_time(session, briefing, officer, answer.begin, now=now)
    elif answer.partstat in _MEANS:
        words = invitations.answer(session, briefing, officer, _MEANS[answer.partstat], now=now)
    else:
        raise UserError(wording.not_an_answer(briefing.code))
    part.calendar_at = answer.stamp
    return words
