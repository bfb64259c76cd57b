"""Desks: what waits on mine, and which there are to be asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.casework import golive, watches
from bot.conversation import forms, troubles
from bot.conversation.messages import Control, Words
from bot.followup import askers, copies, prompts, quiet, routing
from bot.governance import access
from bot.meetings import actions, briefings, debriefs, invitations
from bot.wording import desk as wording
from bot.wording import followup as questions
from bot.wording import golive as operations
from storage.models import Agency, Officer, Prompt, PromptState, Role, Unit

MOST_OPENED = 6


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a desk: a number, a clock, and what can be done about it."""

    text: str
    controls: tuple[Control, ...] = ()
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What is alike on a desk, most urgent first."""

    title: str
    items: tuple[Item, ...] = ()


def desk(session: Session, officer: Officer, now: datetime) -> Words:
    """Everything that waits on this officer or for them: numbers and clocks, most urgent first."""
    parts = lying_on(session, officer, now)
    text = wording.desk([(part.title, [item.text for item in part.items]) for part in parts])
    if Role.ADMIN in officer.roles:
        text = "\n".join([*shut_out(session, officer, now), text])
    opened = (wording.OWE, wording.WAIT)
    asked = [item for part in parts if part.title in opened for item in part.items]
    if len(asked) > MOST_OPENED:
        text = f"{text}\n{wording.the_rest(MOST_OPENED)}"
    return Words(
        text,
        (
            *(item.controls[0] for item in asked[:MOST_OPENED]),
            *forms.offered(session, officer),
        ),
    )


def lying_on(session: Session, officer: Officer, now: datetime) -> tuple[Part, ...]:
    """The desk part by part, with what can be done about each thing that lies on it."""
    owed = [
        prompt
        for prompt in prompts.open_for(session, officer)
        if copies.may_be_shown(session, prompt, officer, now)
    ]
    waits = prompts.waited_for(session, officer)
    return (
        Part(wording.OWE, tuple(_question(each, each.code, officer, now) for each in owed)),
        Part(wording.ACTIONS, tuple(_actions(session, officer, now))),
        Part(wording.ASKED, tuple(_asked(session, officer, now))),
        Part(
            wording.WAIT,
            tuple(_question(each, askers.code_of(session, each), officer, now) for each in waits),
        ),
        Part(wording.TODAY, tuple(_today(session, officer, now))),
        Part(wording.LIVE, tuple(_live(session, officer, now))),
    )


def watched(session: Session, officer: Officer, now: datetime) -> Part:
    """What this officer watches for: it waits for nobody, so it makes no desk full."""
    zone = ZoneInfo(officer.zone)
    return Part(
        wording.WATCH,
        tuple(
            Item(
                wording.watch(made.code, clocks.by(made.until, zone, now)),
                (
                    Control(wording.SHOW, f"watch:{made.code}:show"),
                    Control(wording.END, f"watch:{made.code}:end"),
                ),
            )
            for made in watches.running(session, officer, now)
        ),
    )


def shut_out(session: Session, officer: Officer, now: datetime) -> list[str]:
    """Which chats do not let the bot work until an administrator acts."""
    zone = ZoneInfo(officer.zone)
    return [
        wording.shut_out(each.platform, clocks.by(each.since, zone, now), each.why)
        for each in troubles.standing(session)
    ]


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


def _question(prompt: Prompt, code: str, reader: Officer, now: datetime) -> Item:
    is_overdue = prompt.strict_at <= now
    text = wording.question(
        code,
        copies.by(prompt, reader, now),
        is_overdue=is_overdue,
        is_paused=prompt.state is PromptState.PAUSED,
    )
    opening = copies.opening_one(prompt)
    asking_why = Control(wording.WHY, f"why:{prompt.code}:open")
    return Item(text, (opening, asking_why) if prompt.match_id else (opening,), is_overdue)


def _actions(session: Session, officer: Officer, now: datetime) -> Iterator[Item]:
    zone = ZoneInfo(officer.zone)
    for action in actions.owed(session, officer):
        is_late = actions.is_late(action, now)
        text = wording.action(action.code, clocks.by(action.due_at, zone, now), is_late=is_late)
        yield Item(text, actions.controls(action), is_late)


def _asked(session: Session, officer: Officer, now: datetime) -> Iterator[Item]:
    zone = ZoneInfo(officer.zone)
    for debrief, left in debriefs.open_for(session, officer, now):
        yield Item(wording.debrief(debrief.code, left), debriefs.controls(debrief))
    for briefing in briefings.to_be_settled(session, officer, now):
        yield Item(wording.was_it_held(briefing.code), briefings.whether_held(briefing))
    for briefing in briefings.unanswered(session, officer, now):
        at = clocks.by(briefing.starts_at, zone, now)
        text = wording.invitation(briefing.code, at)
        yield Item(text, invitations.controls(briefing.code))


def _live(session: Session, officer: Officer, now: datetime) -> Iterator[Item]:
    for live in golive.of_officer(session, officer):
        by = clocks.by(live.until, ZoneInfo(officer.zone), now)
        out = Control(operations.STEP_OUT, f"{quiet.LIVE}:{live.code}:out")
        commands = live.commander_id == officer.id
        yield Item(wording.live(live.code, by), () if commands else (out,))


def _today(session: Session, officer: Officer, now: datetime) -> Iterator[Item]:
    zone = ZoneInfo(officer.zone)
    for meeting in briefings.today(session, officer, now):
        text = wording.meeting(meeting.code, clocks.by(meeting.starts_at, zone, now))
        yield Item(text, briefings.reading(meeting))
