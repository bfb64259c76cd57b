"""What private messages show only when their reader opens them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Tap, Words
from bot.conversation.taps import TapHandler
from bot.errors import NotAllowed, UserError
from bot.followup import copies, kinds
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import conversation as wording
from storage.errors import Erased
from storage.models import Case, Delivery, Message, Officer, Prompt, Room, Tlp
from storage.types import row_id

log = structlog.get_logger()

REPLY = "reply:"
"""How the key of an answer to a command begins. All else that is told says nothing by itself."""


def told(session: Session, row: Delivery, words: Words, now: datetime, *, waits: bool) -> Words:
    """These words as they are said: in private, what names something may wait until it is opened.

    *waits* is the chat's own way. The rooms that the words are about go before it.
    """
    if row.officer_id is None:
        return words
    reader = session.get_one(Officer, row.officer_id)
    shown = _shown(session, row, reader, words, now, waits=waits)
    return shown.timed(ZoneInfo(reader.zone), row.made_at)


def open_said(
    session: Session, officer: Officer, parts: list[str], _tap: Tap, now: datetime
) -> Words:
    """Show its reader what was said to them, as far as they may be told it now."""
    row = session.get(Delivery, row_id(parts[0]))
    if row is None or row.officer_id != officer.id or outbox.is_retracted(session, row.key):
        raise UserError(wording.no_longer_there())
    cases = [session.get(Case, case_id) for case_id in row.case_ids]
    may_see = [case is not None and access.may_see(session, officer, case, now) for case in cases]
    if not access.reaches(row.marking, row.from_agency_id, officer) or not all(may_see):
        raise NotAllowed(wording.NOTHING)
    try:
        words = outbox.words_of(session, row)
    except Erased as fault:
        raise UserError(wording.no_longer_there()) from fault
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=officer,
        case_id=next(iter(row.case_ids), None), subject=f"delivery:{row.id}",
    )  # fmt: skip
    return words


def _shown(
    session: Session, row: Delivery, reader: Officer, words: Words, now: datetime, *, waits: bool
) -> Words:
    if row.key.startswith(REPLY):
        if not row.case_ids and markings.is_within(row.marking, Tlp.GREEN):
            return words
        wanted = _is_wanted(session, row)
        return _notice(row, reader) if (waits if wanted is None else wanted) else words
    if (row.about or row.key).startswith(copies.COPY) and _is_wanted(session, row) is False:
        return _in_full(session, row, reader, words, now)
    return words


def _notice(row: Delivery, reader: Officer) -> Words:
    """A clock and Open: no name, no case, no word of the answer."""
    asked_at = clocks.clock(row.made_at, ZoneInfo(reader.zone))
    opening = Control(wording.OPEN, f"said:{row.id}:open", Style.PRIMARY)
    return Words(wording.answer_waits(asked_at), (opening,))


def _in_full(
    session: Session, row: Delivery, reader: Officer, words: Words, now: datetime
) -> Words:
    """A question with its matter, as far as its reader may be shown it now."""
    prompt = session.get_one(Prompt, row.prompt_id)
    if prompt.state not in copies.ALIVE or not copies.may_be_shown(session, prompt, reader, now):
        return words
    try:
        detail = kinds.of(session, prompt).detail(session, prompt, reader, now)
    except Exception as fault:  # whatever it is, a number and a clock can always be told
        log.warning("a question is told without its matter", fault=type(fault).__name__)
        return words
    return Words(f"{words.text}\n{detail}", words.controls)


def _is_wanted(session: Session, row: Delivery) -> bool | None:
    """Whether the rooms that these words are about want them to wait; `None` where none says.

    Where they differ, the words wait.
    """
    wants = {room.discreet for room in _rooms_about(session, row)} - {None}
    return any(wants) if wants else None


def _rooms_about(session: Session, row: Delivery) -> Sequence[Room]:
    """Where it was asked or said; else the rooms of this chat that carry the cases it names."""
    origin = _origin(session, row)
    if origin is not None:
        room = session.get(Room, origin.room_id)
        return [room] if room is not None and room.platform == row.platform else []
    cases = [session.get(Case, case_id) for case_id in row.case_ids]
    listed = session.scalars(
        select(Room).where(
            Room.platform == row.platform, Room.retired_at.is_(None), Room.discreet.is_not(None)
        )
    )
    return [
        room
        for room in listed
        if any(case is not None and access.carries(room, case) for case in cases)
    ]


def _origin(session: Session, row: Delivery) -> Message | None:
    """The message in a room that these words go back to."""
    if row.prompt_id is not None:
        message_id = session.get_one(Prompt, row.prompt_id).message_id
    else:
        message_id = int((row.about or row.key).removeprefix(REPLY))
    message = session.get(Message, message_id) if message_id is not None else None
    return message if message is not None and message.room_id is not None else None


TAPS: Mapping[str, TapHandler] = {"said": open_said}
