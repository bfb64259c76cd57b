"""The inbox: messages as they were kept, opened, and which of them wait to be understood."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from bot.conversation import commands
from storage import sealing
from storage.errors import Erased, StorageError
from storage.models import Agency, Message, Officer, Progress
from storage.sealing import Place

READ_WITHIN = timedelta(seconds=15)
"""So long nobody else reads what one process has taken to read. It may have been killed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it was kept, opened. Not its row: most say nothing, and need none."""

    id: int
    platform: str
    address: str
    event: str
    kind: str
    room_id: int | None
    officer_id: int | None
    to_bot: bool
    sent_at: datetime
    text: str
    """What was said; empty where it is erased."""
    is_content: bool
    """Whether this is talk to be read: what is said to the bot in a room, unless it is a command,
    is talk too."""
    fault: StorageError | None = None
    """Why it cannot be opened: it is set aside, and the others are not, when it is settled."""

    @property
    def talk(self) -> str:
        """What is read of it: the bot's own name is blanked where it was spoken to."""
        if not self.is_content:
            return ""
        return commands.blank_address(self.text) if self.to_bot else self.text


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits to be understood."""

    id: int
    text: str
    sent_at: datetime
    region: str | None
    is_content: bool


def waiting(
    session: Session, now: datetime, limit: int, *, without: Sequence[int] = ()
) -> list[Waiting]:
    """The oldest messages that wait, at most *limit*, leaving out those *without*.

    Where one author fills them, whoever else waits comes first: nobody can keep the bot to himself.
    """
    return _described(session, _by_turns(session, now, limit, without))


def take(
    session: Session, now: datetime, limit: int, *, without: Sequence[int] = ()
) -> list[Waiting]:
    """As `waiting`, for one of several processes: no other reads these for a while.

    Only to spare the others the work: whoever settles a message first has settled it.
    """
    rows = _by_turns(session, now, limit, without)
    if rows:
        taken = update(Message).where(Message.id.in_([row.id for row in rows]))
        session.execute(taken.values(next_try_at=now + READ_WITHIN))
    return _described(session, rows)


def _by_turns(
    session: Session, now: datetime, limit: int, without: Sequence[int]
) -> Sequence[Kept]:
    wanted = {"now": now, "without": without}
    rows = _kept(session, _WAITING.limit(limit), wanted)
    for author in _filling(rows, limit):
        others = _kept(session, _WAITING_OTHERS.limit(limit // 2), {**wanted, "filling": author})
        rows = [*others, *(row for row in rows if row.officer_id == author)][:limit]
    return rows


def _described(session: Session, rows: Sequence[Kept]) -> list[Waiting]:
    authors = {row.officer_id for row in rows if row.officer_id is not None}
    countries: dict[int | None, str] = dict(
        session.execute(_COUNTRIES, {"authors": list(authors)}).all()
    )
    return [
        Waiting(row.id, row.talk, row.sent_at, countries.get(row.officer_id), row.is_content)
        for row in rows
    ]


def still_waiting(session: Session, ids: Sequence[int]) -> list[Kept]:
    """Those of these messages that wait still: nobody else's, until this unit of work ends."""
    return _kept(session, _STILL_WAITING, {"ids": ids})


def next_try_at(session: Session) -> datetime | None:
    """When a message that failed is tried again, if any."""
    return session.scalar(
        select(func.min(Message.next_try_at)).where(Message.progress == Progress.PENDING)
    )


def _kept(
    session: Session, query: Select[*tuple[Any, ...]], values: Mapping[str, object]
) -> list[Kept]:
    """The messages that *query* finds, opened."""
    rows = session.execute(query, values).all()
    sealing.keyring(session).preload([row.key_id for row in rows])
    return [_opened(session, *row) for row in rows]


def _opened(
    session: Session,
    number: int,
    platform: str,
    address: str,
    event: str,
    kind: str,
    room_id: int | None,
    officer_id: int | None,
    to_bot: bool,
    sent_at: datetime,
    key_id: str,
    text_sealed: bytes | None,
) -> Kept:
    text, fault = "", None
    try:
        text = sealing.opened(session, Place("message", number, key_id), "text", text_sealed)
    except Erased:
        pass
    except StorageError as why:
        fault = why
    is_content = officer_id is not None and kind in ("said", "edited") and fault is None
    if is_content and to_bot:
        is_content = room_id is not None and not commands.is_command(session, text)
    return Kept(
        number, platform, address, event, kind, room_id, officer_id, to_bot, sent_at, text,
        is_content, fault,
    )  # fmt: skip


def _filling(rows: Sequence[Kept], limit: int) -> list[int | None]:
    """The author who fills more than half of so many messages, if there is one."""
    counted = Counter(row.officer_id for row in rows)
    return [author for author, count in counted.items() if count > limit / 2]


# In the order of `_opened`.
_COLUMNS = (
    select(
        Message.id,
        Message.platform,
        Message.address,
        Message.event,
        Message.kind,
        Message.room_id,
        Message.officer_id,
        Message.to_bot,
        Message.sent_at,
        Message.key_id,
        Message.text_sealed,
    )
    .where(Message.progress == Progress.PENDING)
    # Wrapped, so that SQLite looks at what waits and not at all that was ever said, in its order.
    .order_by(func.coalesce(Message.id, 0))
)
_WAITING = _COLUMNS.where(
    or_(Message.next_try_at.is_(None), Message.next_try_at <= bindparam("now")),
    Message.id.not_in(bindparam("without", expanding=True)),
).with_for_update(skip_locked=True)
_WAITING_OTHERS = _WAITING.where(Message.officer_id.is_distinct_from(bindparam("filling")))
_STILL_WAITING = _COLUMNS.where(Message.id.in_(bindparam("ids", expanding=True))).with_for_update(
    skip_locked=True
)
_COUNTRIES = (
    select(Officer.id, Agency.country)
    .join(Agency, Agency.id == Officer.agency_id)
    .where(Officer.id.in_(bindparam("authors", expanding=True)))
)
