"""Where a judgement was told, to whom, and who has seen that it was corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Control, Tap, Words
from bot.conversation.taps import TapHandler
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.wording import matches as wording
from storage.models import Case, Judgement, Match, Officer, Reached, Room, Told
from storage.types import row_id

AREA = "told"


@dataclass(frozen=True, slots=True)
class Telling:
    """Where something was told, and when each of those who were there saw that it was corrected."""

    room: str
    at: datetime
    corrected_at: datetime | None
    readers: Sequence[tuple[str, datetime | None]]


def keep(
    session: Session,
    judgement: Judgement,
    room: Room,
    thread: str | None,
    present: Sequence[Officer | None],
    *,
    now: datetime,
) -> None:
    """Remember where something was told that rests on this judgement, and who was there."""
    row = Told(judgement_id=judgement.id, room_id=room.id, thread=thread, at=now)
    session.add(row)
    session.flush()
    there = {each.id for each in present if each is not None} - {judgement.officer_id}
    session.add_all(Reached(told_id=row.id, officer_id=each) for each in sorted(there))


def of(session: Session, match: Match) -> list[Telling]:
    """What was told about a match, the eldest first."""
    rows = session.execute(
        select(Told, Room)
        .join(Judgement, Judgement.id == Told.judgement_id)
        .join(Room, Room.id == Told.room_id)
        .where(Judgement.match_id == match.id)
        .order_by(Told.at, Told.id)
    )
    return [
        Telling(room.title, row.at, row.corrected_at, _readers(session, row)) for row, room in rows
    ]


def correct(session: Session, judgement: Judgement, *, now: datetime, is_open: bool) -> bool:
    """Tell everyone who was told, where they were told, that it was taken back: the line that told
    them says so too, and whether it *is open* again. False if there is nobody to tell."""
    for key in _lines(session, judgement):
        outbox.revise(session, key, Words(wording.outcome_taken_back()), now=now)
    standing = _standing(session, judgement)
    for row, room in standing:
        outbox.say(
            session,
            key=f"undo:{judgement.id}:room:{row.room_id}:{row.thread}",
            room=room,
            thread=row.thread,
            words=Words(
                wording.taken_back(is_open=is_open),
                (Control(wording.SEEN, f"{AREA}:{row.id}:seen"),),
            ),
            now=now,
        )
        row.corrected_at = now
    return bool(standing)


def dispute(
    session: Session,
    earlier: Judgement,
    later: Judgement,
    case: Case,
    controls: Sequence[Control],
    *,
    now: datetime,
) -> None:
    """Who answered otherwise before hears of it, and so does whoever was told their answer."""
    officer = session.get(Officer, earlier.officer_id) if earlier.officer_id else None
    if officer is not None and officer.id != later.officer_id:
        outbox.tell(
            session,
            key=f"disputed:{later.id}:{earlier.id}",
            officer=officer,
            words=Words(wording.disputes_yours(case.code), tuple(controls)),
            now=now,
            cases=[case],
        )
    for row, room in _standing(session, earlier):
        outbox.say(
            session,
            key=f"disputed:{later.id}:room:{row.room_id}:{row.thread}",
            room=room,
            thread=row.thread,
            words=Words(wording.told_is_disputed()),
            now=now,
        )


def see(
    session: Session, officer: Officer, parts: list[str], _tap: Tap, now: datetime
) -> Words | None:
    """Somebody who was there has seen that it was corrected: `TELLING:seen`."""
    reached = session.scalar(
        select(Reached).where(Reached.told_id == row_id(parts[0]), Reached.officer_id == officer.id)
    )
    if reached is None:
        return Words(wording.seen_needless())
    reached.seen_at = reached.seen_at or now
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=officer,
        subject=f"told:{reached.told_id}", purpose="correction",
    )  # fmt: skip
    return Words(wording.seen())


TAPS: dict[str, TapHandler] = {AREA: see}


def line(match_id: int, judgement_id: int | None = None) -> str:
    """Under which key a thread is told what was decided about a match."""
    return f"outcome:{match_id}:{judgement_id if judgement_id is not None else ''}"


def _lines(session: Session, judgement: Judgement) -> list[str]:
    """Under which keys threads were told of it: of its own match, and of those on its evidence."""
    same = (
        select(Match.id).where(Match.signature == judgement.signature)
        if judgement.signature is not None
        else select(Match.id).where(Match.id == judgement.match_id)
    )
    return [line(match_id, judgement.id) for match_id in session.scalars(same)]


def _standing(session: Session, judgement: Judgement) -> list[tuple[Told, Room]]:
    """Where this judgement was told and is not corrected yet."""
    rows = session.execute(
        select(Told, Room)
        .join(Room, Room.id == Told.room_id)
        .where(Told.judgement_id == judgement.id, Told.corrected_at.is_(None))
        .order_by(Told.id)
    )
    return [(row, room) for row, room in rows]


def _readers(session: Session, row: Told) -> list[tuple[str, datetime | None]]:
    rows = session.execute(
        select(Officer.name, Reached.seen_at)
        .join(Officer, Officer.id == Reached.officer_id)
        .where(Reached.told_id == row.id)
        .order_by(Officer.name)
    )
    return [(name, seen_at) for name, seen_at in rows]
