"""What a chat that keeps private messages shows only when its reader opens it."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Tap, Words
from bot.conversation.taps import TapHandler
from bot.errors import NotAllowed, UserError
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import conversation as wording
from storage.errors import Erased
from storage.models import Case, Delivery, Officer, Tlp

REPLY = "reply:"
"""How the key of an answer to a command begins. All else that is told says nothing by itself."""


def notice(session: Session, row: Delivery, now: datetime) -> Words | None:
    """What is said instead of these words until they are opened; nothing where they may be said.

    A clock and Open: no name, no case, no word of the answer.
    """
    if not row.key.startswith(REPLY) or row.officer_id is None:
        return None
    if not row.case_ids and markings.is_within(row.marking, Tlp.GREEN):
        return None
    reader = session.get_one(Officer, row.officer_id)
    asked_at = clocks.clock(row.made_at, ZoneInfo(reader.zone))
    opening = Control(wording.OPEN, f"said:{row.id}:open", Style.PRIMARY)
    return Words(wording.answer_waits(asked_at), (opening,))


def open_said(
    session: Session, officer: Officer, parts: list[str], _tap: Tap, now: datetime
) -> Words:
    """Show its reader what was said to them, as far as they may be told it now."""
    row = session.get(Delivery, int(parts[0])) if parts[0].isdigit() else None
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


TAPS: Mapping[str, TapHandler] = {"said": open_said}
