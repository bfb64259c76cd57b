"""What was seen and told to the bot alone: what can be done about it, for nobody else reads it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities, spared
from bot.conversation import commands
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Control, Tap, Trust, Words
from bot.conversation.ports import Extract
from bot.conversation.taps import TapHandler
from bot.errors import UserError
from bot.governance import access
from bot.wording import conversation as wording
from bot.wording.kinds import called
from nlp.pipeline import Text
from nlp.spans import Label, Span
from storage import sealing
from storage.models import Listening, Message, Officer, Unit
from storage.types import row_id

_AREA = "sighting"
_MOST = 3
_TELLING = frozenset(entities.SCHEMA_OF) - {Label.VEHICLE}


def offer(session: Session, text: str, asked: Asked) -> Reply | None:
    """What to do with a sighting that nobody but the bot was told; nothing for other words."""
    known: Sequence[Command] = session.info["commands"]
    if asked.message is None or commands.nearest(" ".join(text.split()[:2]), known):
        return None
    things = _things(session, text, asked.officer)
    if not things:
        return None
    rooms = [
        room.title
        for room in access.rooms_of(session, asked.officer)
        if room.listens is Listening.ALL
    ]
    place = f"{_AREA}:{asked.message.id}"
    looking = [
        Control(
            wording.look_up(called(each.label), each.text), f"{place}:find:{number}",
            asks=wording.look_up_what_for(),
        )
        for number, each in enumerate(things)
    ]  # fmt: skip
    asking = [
        Control(wording.ask_about_it(desk.title), f"{place}:ask:{desk.slug}")
        for desk in _desks(session, asked.officer)
    ]
    read = [(each.label, each.text) for each in things]
    return Reply(Words(wording.sighting_told_alone(read, rooms), (*looking, *asking)))


def tapped(session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime) -> Words:
    """A tap on what was told: `MESSAGE:find:NUMBER`, or `MESSAGE:ask:DESK`."""
    if tap.trust is not Trust.AUTHENTICATED:
        raise UserError(wording.needs_a_sure_hand())
    number, verb, which = [*parts, "", ""][:3]
    message = session.get(Message, row_id(number))
    text = sealing.unseal_or(session, message, "text", "") if message is not None else ""
    if message is None or message.officer_id != officer.id or not text:
        raise UserError(wording.no_longer_there())
    asked = Asked(officer, "", now, message=message, by=tap.by)
    match verb:
        case "find":
            found = dict(enumerate(_things(session, text, officer))).get(row_id(which))
            if found is None:
                raise UserError(wording.no_longer_there())
            what = f"{called(found.label)} {found.text}"
            purpose = tap.fields.get("text", "").strip()
            return commands.answered(session, officer, f"find {what} for {purpose}", asked)
        case "ask":
            return commands.answered(session, officer, f"ask {which} {text}", asked)
        case _:
            raise UserError(wording.no_longer_there())


TAPS: Mapping[str, TapHandler] = {_AREA: tapped}


def _things(session: Session, text: str, officer: Officer) -> list[Span]:
    """What these words name that can be looked up; nobody who is spared."""
    extract: Extract = session.info["extract"]
    [reading] = extract([Text(text, officer.agency.country)])
    found = {
        (span.label, span.value or span.text): span
        for span in reading.spans
        if span.label in _TELLING and span.valid and span.role not in spared.ROLES
    }
    return list(found.values())[:_MOST]


def _desks(session: Session, officer: Officer) -> Sequence[Unit]:
    """The desks of the officer's own agency; not the one that they sit at."""
    desks = session.scalars(
        select(Unit)
        .where(Unit.agency_id == officer.agency_id, Unit.retired_at.is_(None))
        .order_by(Unit.title)
    )
    own = officer.unit_id if access.is_desk(officer) else None
    return [desk for desk in desks if desk.id != own and not desk.is_watch][:_MOST]
