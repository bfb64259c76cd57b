"""What was said and decided at a briefing, and who was there."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotAllowed, UserError
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.meetings import actions, finding, invitations
from bot.wording import actions as actions_wording
from bot.wording import meetings as meeting
from bot.wording import minutes as wording
from storage import sealing
from storage.errors import Erased
from storage.models import Action, Briefing, MeetingState, Officer

LONGEST = 1000
MOST = 200
_TAKEN = (MeetingState.BOOKED, MeetingState.HELD)


class Kind(StrEnum):
    NOTE = "note"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Minute:
    """One line of the minutes, and the agency whose officer wrote it."""

    kind: str
    text: str
    agency: str
    by: int
    at: str

    @property
    def is_decision(self) -> bool:
        return self.kind == Kind.DECISION


def add(
    session: Session, briefing: Briefing, officer: Officer, kind: Kind, text: str, *, now: datetime
) -> None:
    """Write a line into the minutes: whoever takes part may, once the briefing has begun."""
    said = " ".join(text.split())
    if not said:
        raise UserError(wording.minute_usage())
    if len(said) > LONGEST:
        raise UserError(wording.too_long(LONGEST))
    if not finding.may_read(session, officer, briefing, now):
        raise NotAllowed(meeting.nothing_to_show())
    if briefing.state not in _TAKEN:
        raise UserError(meeting.not_booked(briefing.code, briefing.state.value))
    if now < briefing.starts_at:
        raise UserError(meeting.not_begun(briefing.code))
    stated = markings.stated(said)
    if stated is not None and not markings.is_within(stated, briefing.marking):
        raise UserError(wording.point_is_stricter(stated, briefing.marking))
    held = lines(session, briefing)
    if len(held) >= MOST:
        raise UserError(wording.is_full(MOST))
    line = Minute(kind.value, said, officer.agency.title, officer.id, now.isoformat())
    _keep(session, briefing, [*held, line])
    _record(session, briefing, officer, Operation.COLLECTION, now, len(held) + 1)


def drop(
    session: Session, briefing: Briefing, officer: Officer, number: int, *, now: datetime
) -> None:
    """Take a line out again: whoever wrote it may, and whoever called the briefing."""
    held = lines(session, briefing)
    if not 1 <= number <= len(held):
        raise UserError(wording.no_such_line(number))
    if officer.id not in (held[number - 1].by, briefing.organiser_id):
        raise NotAllowed(wording.only_its_author())
    _keep(session, briefing, [*held[: number - 1], *held[number:]])
    _record(session, briefing, officer, Operation.ALTERATION, now, len(held) - 1)


def shown(session: Session, briefing: Briefing, reader: Officer, *, now: datetime) -> str:
    """The minutes for one reader; reading them is recorded.

    Raises `NotAllowed` when they may no longer be told.
    """
    if not finding.may_read(session, reader, briefing, now):
        raise NotAllowed(meeting.nothing_to_show())
    parts = invitations.everybody(session, briefing)
    present = [session.get_one(Officer, each.officer_id) for each in parts if each.attended]
    tasks = session.scalars(
        select(Action).where(Action.briefing_id == briefing.id).order_by(Action.due_at, Action.code)
    )
    held = lines(session, briefing)
    _record(session, briefing, reader, Operation.CONSULTATION, now, len(held))
    zone = ZoneInfo(reader.zone)
    return wording.minutes(
        code=briefing.code,
        marking=briefing.marking,
        when=meeting.moment(briefing.starts_at, zone, now),
        present=[f"{each.name} ({each.agency.title})" for each in present],
        lines=[(line.is_decision, line.agency, line.text) for line in held],
        tasks=[
            actions_wording.state(
                task.code, actions.read(session, task), task.due_at, task.state.value, zone, now
            )
            for task in tasks
            if actions.reaches(session, task, reader)
        ],
    )


def lines(session: Session, briefing: Briefing) -> list[Minute]:
    """The minutes, in the order in which they were written."""
    try:
        return [Minute(**line) for line in json.loads(sealing.unseal(session, briefing, "minutes"))]
    except Erased:
        return []


def _keep(session: Session, briefing: Briefing, held: list[Minute]) -> None:
    sealing.seal(session, briefing, "minutes", json.dumps([asdict(line) for line in held]))


def _record(
    session: Session,
    briefing: Briefing,
    officer: Officer,
    operation: Operation,
    now: datetime,
    count: int,
) -> None:
    ledger.record(
        session, operation, now=now, actor=officer, case_id=briefing.case_id,
        subject=f"briefing:{briefing.code}", minutes=count,
    )  # fmt: skip
