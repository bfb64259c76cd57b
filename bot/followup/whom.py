"""Whom a question would reach: the desk that its words lead to, and the officer there."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation.ports import Extract
from bot.errors import UserError
from bot.followup import jurisdiction, people, routing, whens
from bot.followup.jurisdiction import Clue
from bot.wording import duty as wording
from bot.wording import kinds as kinds_wording
from nlp.pipeline import Text
from nlp.spans import Label, Span
from storage.models import Agency, Case, Officer, Room, Tlp, Unit


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk, and why it is this one."""

    unit: Unit
    because: str


def simulate(
    session: Session,
    text: str,
    *,
    now: datetime,
    reader: Officer | None = None,
    room: Room | None = None,
    case: Case | None = None,
) -> str:
    """Who would be asked this, when, and why, in three lines. Asks nobody.

    Without a *reader* it is the operator who wants to know, and everybody is named.
    """
    spans = read(session, text, reader)
    desk = desk_for(session, text, spans, now=now, room=room, case=case)
    if desk is None:
        raise UserError(wording.no_desk_covers())
    zone = ZoneInfo(reader.zone if reader is not None else desk.unit.zone)
    at = _moment(spans, now, zone)
    chosen = routing.choose(
        session,
        unit=desk.unit,
        case=case,
        marking=Tlp.AMBER,
        languages=reader.languages if reader is not None else (),
        now=at,
        avoid=[reader] if reader is not None else [],
    )
    return wording.would_be_asked(
        desk.unit.title,
        desk.because,
        clocks.by(at, zone, now),
        _officer(desk, chosen, reader),
    )


def desk_for(
    session: Session,
    text: str,
    spans: Sequence[Span],
    *,
    now: datetime,
    agency: Agency | None = None,
    room: Room | None = None,
    case: Case | None = None,
) -> Desk | None:
    """The desk these words belong to: the one they name, the case's, else the one that covers
    what they name. Among several, a place goes before a country, and a manned desk before others.
    """
    if agency is None:
        named = people.unit_that_begins(session, text)
        if named is not None:
            return Desk(named[0], wording.named_itself())
        if case is not None and case.unit is not None:
            return Desk(case.unit, wording.of_the_case(case.code))
    units = [
        unit
        for unit in session.scalars(
            select(Unit).where(Unit.retired_at.is_(None)).order_by(Unit.slug)
        )
        if (agency is None or unit.agency_id == agency.id)
        and (room is None or unit.agency.slug in room.agencies)
    ]
    said = jurisdiction.clues(text, spans)
    covering = [
        (unit, clue) for unit in units if (clue := jurisdiction.covered(unit, said)) is not None
    ]
    if covering:
        unit, clue = min(covering, key=lambda each: _order(session, each[0], each[1], said, now))
        return Desk(unit, _because(clue))
    if agency is None or not units:
        return None
    unit = min(units, key=lambda each: (not _is_manned(session, each, now), each.slug))
    return Desk(unit, wording.of_the_agency(agency.title))


def read(session: Session, text: str, reader: Officer | None) -> Sequence[Span]:
    """What these words name."""
    extract: Extract = session.info["extract"]
    country = reader.agency.country if reader is not None else None
    [reading] = extract([Text(text, country)])
    return reading.spans


def _order(
    session: Session, unit: Unit, clue: Clue, said: Sequence[Clue], now: datetime
) -> tuple[object, ...]:
    return (
        not jurisdiction.is_place(unit, clue),
        said.index(clue),
        unit.is_watch,
        not _is_manned(session, unit, now),
        unit.slug,
    )


def _is_manned(session: Session, unit: Unit, now: datetime) -> bool:
    return any(routing.is_on_duty(each, now) for each in routing.of_desk(session, unit))


def _because(clue: Clue) -> str:
    named_by = kinds_wording.called(Label(clue.named_by)) if clue.named_by else ""
    return wording.named_by(jurisdiction.title(clue), named_by)


def _moment(spans: Sequence[Span], now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment to come that the words name, else now: they may tell of what was."""
    for span in spans:
        if span.label is Label.TIME:
            with suppress(UserError):
                return whens.moment(span.text, now, zone)
    return now


def _officer(desk: Desk, chosen: routing.Chosen, reader: Officer | None) -> str:
    """By name for their own agency and the operator; others read what speaks for them."""
    if chosen.officer is None or chosen.weighed is None:
        return chosen.because.removeprefix("because ")
    own = reader is None or reader.agency_id == chosen.officer.agency_id
    who = chosen.officer.name if own else wording.somebody(chosen.officer.agency.title)
    after = chosen.next_would_be
    then = after.name if after is not None and own else ""
    because = routing.because(chosen.weighed, desk.unit.title, then, who="they")
    return wording.whom(who, because)
