"""Desks: what waits on mine, and which there are to be asked."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation import forms, troubles
from bot.conversation.messages import Words
from bot.followup import askers, copies, prompts, routing
from bot.governance import access
from bot.meetings import actions, briefings, debriefs
from bot.wording import desk as wording
from bot.wording import followup as questions
from storage.models import Agency, Officer, Prompt, PromptState, Role, Unit

MOST_OPENED = 6


def desk(session: Session, officer: Officer, now: datetime) -> Words:
    """Everything that waits on this officer or for them: numbers and clocks, most urgent first."""
    zone = ZoneInfo(officer.zone)
    owed = [
        prompt
        for prompt in prompts.open_for(session, officer)
        if copies.may_be_shown(session, prompt, officer, now)
    ]
    waits = prompts.waited_for(session, officer)
    text = wording.desk(
        [_question(prompt, prompt.code, officer, now) for prompt in owed],
        [_question(prompt, askers.code_of(session, prompt), officer, now) for prompt in waits],
        [
            wording.action(
                action.code,
                clocks.by(action.due_at, zone, now),
                is_late=actions.is_late(action, now),
            )
            for action in actions.owed(session, officer)
        ],
        [
            *(
                wording.debrief(debrief.code, left)
                for debrief, left in debriefs.open_for(session, officer, now)
            ),
            *(
                wording.was_it_held(briefing.code)
                for briefing in briefings.to_be_settled(session, officer, now)
            ),
            *(
                wording.invitation(briefing.code, clocks.by(briefing.starts_at, zone, now))
                for briefing in briefings.unanswered(session, officer, now)
            ),
        ],
        [
            wording.meeting(meeting.code, clocks.by(meeting.starts_at, zone, now))
            for meeting in briefings.today(session, officer, now)
        ],
    )
    if Role.ADMIN in officer.roles:
        text = "\n".join([*_shut_out(session, zone, now), text])
    return Words(
        text,
        (
            *(copies.opening_one(prompt) for prompt in [*owed, *waits][:MOST_OPENED]),
            *forms.offered(session, officer),
        ),
    )


def listed(session: Session, reader: Officer, now: datetime) -> str:
    """Every desk that can be asked, and whether somebody is there now."""
    units = session.scalars(
        select(Unit)
        .join(Agency, Agency.id == Unit.agency_id)
        .where(Unit.retired_at.is_(None), Agency.retired_at.is_(None))
        .order_by(Agency.title, Unit.is_watch, Unit.title)
    )
    return questions.desks_listed([_listed(session, unit, reader, now) for unit in units])


def _listed(session: Session, unit: Unit, reader: Officer, now: datetime) -> str:
    answering = [
        officer
        for officer in access.desk_officers(session, unit.agency_id)
        if officer.unit_id == unit.id
    ]
    coming = [routing.rests_until(each, now) for each in answering]
    next_at = min((at for at in coming if at is not None), default=None)
    return questions.desk_listed(
        unit.slug,
        unit.title,
        unit.agency.title,
        is_watch=unit.is_watch,
        is_manned=any(routing.is_on_duty(each, now) for each in answering),
        next_at=clocks.by(next_at, ZoneInfo(reader.zone), now) if next_at else None,
    )


def _shut_out(session: Session, zone: ZoneInfo, now: datetime) -> list[str]:
    """Which chats do not let the bot work until an administrator acts."""
    return [
        wording.shut_out(each.platform, clocks.by(each.since, zone, now), each.why)
        for each in troubles.standing(session)
    ]


def _question(prompt: Prompt, code: str, reader: Officer, now: datetime) -> str:
    return wording.question(
        code,
        copies.by(prompt, reader, now),
        is_overdue=prompt.strict_at <= now,
        is_paused=prompt.state is PromptState.PAUSED,
    )
