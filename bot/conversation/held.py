"""Words that waited when a copy was made: held until their keeper releases or drops them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from bot.governance import ledger
from bot.governance.ledger import Operation
from storage.models import Act, Delivery, Officer, Progress, Prompt, Room

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When what is held is due."""
DROPPED = "dropped after a restore"


@dataclass(frozen=True, slots=True)
class Held:
    """Words that wait, without the words."""

    id: int
    made_at: datetime
    reader: str
    """The slug of the officer or the room."""
    what: str


def hold_waiting(session: Session) -> int:
    """Hold everything that waits to be said. What is to be taken back is taken back all the same.

    It waited when the copy was made; whether it was said since, the copy cannot know.
    """
    session.flush()
    held = session.connection().execute(
        update(Delivery)
        .where(Delivery.progress == Progress.PENDING, Delivery.act != Act.RETRACT)
        .values(due_at=NEVER, lease_owner=None, lease_until=None)
    )
    return held.rowcount


def standing(session: Session) -> list[Held]:
    """What is held, oldest first."""
    rows = session.execute(
        select(Delivery, Officer.slug, Room.slug, Prompt.code)
        .outerjoin(Officer, Officer.id == Delivery.officer_id)
        .outerjoin(Room, Room.id == Delivery.room_id)
        .outerjoin(Prompt, Prompt.id == Delivery.prompt_id)
        .where(_is_held())
        .order_by(Delivery.made_at, Delivery.id)
    )
    return [
        Held(row.id, row.made_at, officer or room or row.address, _what(row, code))
        for row, officer, room, code in rows
    ]


def release(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Let these be said now, unless the chat has them already: it is asked first."""
    let = _chosen(session, ids)
    for row in let:
        row.due_at, row.attempts = now, max(row.attempts, 1)
    _record(session, "released", len(let), now)
    return len(let)


def drop(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Let these never be said."""
    dropped = _chosen(session, ids)
    for row in dropped:
        row.progress, row.fault = Progress.FAILED, DROPPED
    _record(session, "dropped", len(dropped), now)
    return len(dropped)


def _chosen(session: Session, ids: Sequence[int]) -> Sequence[Delivery]:
    wanted = select(Delivery).where(_is_held(), Delivery.id.in_(ids)).order_by(Delivery.id)
    return session.scalars(wanted.with_for_update()).all()


def _is_held() -> ColumnElement[bool]:
    return and_(Delivery.progress == Progress.PENDING, Delivery.due_at == NEVER)


def _what(row: Delivery, code: str | None) -> str:
    kind = (row.about or row.key).partition(":")[0]
    return f"{kind}, question {code}" if code else kind


def _record(session: Session, what: str, many: int, now: datetime) -> None:
    ledger.record(session, Operation.ADMINISTRATION, now=now, subject=f"held:{what}", many=many)
