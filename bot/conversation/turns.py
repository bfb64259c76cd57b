"""Whose turn it is to be told something: nobody waits for what somebody else has coming."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice, zip_longest

from sqlalchemy import ColumnElement, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from bot.conversation.discretion import REPLY
from storage.models import Delivery, Progress

LEASE = timedelta(seconds=60)

_Line = tuple[int, int]
"""Where words wait: behind all else for the same reader, answers to commands by themselves."""


def next_due(session: Session, now: datetime, platform: str, limit: int) -> list[Delivery]:
    """Up to *limit* of what is due on this chat: everybody's first, then everybody's second.

    For each reader the oldest is first; in each round, answers to commands come last.
    """
    lines: dict[_Line, list[Delivery]] = {}
    while len(lines) < limit:
        rows = _oldest(session, now, platform, limit, without=lines.keys())
        for row in rows:
            lines.setdefault(_line(row), []).append(row)
        if len(rows) < limit:
            break
    # What was set back, because its chat was busy, is still older than what was made after it.
    waiting = [sorted(each, key=lambda row: (row.made_at, row.id)) for each in lines.values()]
    waiting.sort(key=lambda line: _is_answer(line[0]))
    rounds = chain.from_iterable(zip_longest(*waiting))
    return list(islice((row for row in rounds if row is not None), limit))


def next_due_at(session: Session, now: datetime, platforms: Sequence[str]) -> datetime | None:
    """When something can next be said on these chats: what another has, at its lease's end.

    What we are saying just now is due as it was.
    """
    is_ours = Delivery.lease_owner == session.info["process"]
    can_be_said_at = case(
        (or_(_is_free(now), is_ours), Delivery.due_at),
        (Delivery.lease_until > Delivery.due_at, Delivery.lease_until),
        else_=Delivery.due_at,
    )
    found: datetime | None = session.scalar(
        select(func.min(can_be_said_at)).where(
            Delivery.progress == Progress.PENDING,
            Delivery.platform.in_(platforms),
            *_NOTHING_BEFORE,
        )
    )
    return found


def _oldest(
    session: Session, now: datetime, platform: str, limit: int, *, without: Collection[_Line]
) -> Sequence[Delivery]:
    return session.scalars(
        select(Delivery)
        .where(
            Delivery.progress == Progress.PENDING,
            Delivery.platform == platform,
            Delivery.due_at <= now,
            _is_free(now),
            *_NOTHING_BEFORE,
            *([tuple_(_READER, _IS_ANSWER).not_in(without)] if without else []),
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
    ).all()


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(
        Delivery.lease_until.is_(None),
        Delivery.lease_until <= now,
        # Nobody takes so long a lease: it was taken before the clock was set back.
        Delivery.lease_until > now + LEASE,
    )


def _line(row: Delivery) -> _Line:
    return row.officer_id or row.room_id or 0, _is_answer(row)


def _is_answer(row: Delivery) -> int:
    return int(row.key.startswith(REPLY))


_READER = func.coalesce(Delivery.officer_id, Delivery.room_id, 0)
_IS_ANSWER = case((Delivery.key.startswith(REPLY), 1), else_=0)

# Made once: an alias of so many columns takes longer to make than its question to answer.
_SAID, _BEFORE = aliased(Delivery), aliased(Delivery)
_NOTHING_BEFORE = (
    # A revision waits until what it revises is said, and shown as it read before.
    ~exists().where(_SAID.key == Delivery.about, _SAID.progress == Progress.PENDING),
    ~exists().where(
        _BEFORE.about == Delivery.about,
        _BEFORE.id < Delivery.id,
        _BEFORE.progress == Progress.PENDING,
    ),
)
