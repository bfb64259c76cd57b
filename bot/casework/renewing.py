"""Bringing the index under a new key: all that is kept is found by it anew, part by part.

It may be killed at any instant and begun again: what stands under the key before shows it. Found is
everything meanwhile, whether it was renewed or not.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, delete, func, not_, select, update
from sqlalchemy.orm import Session

from bot.casework import entities, golive, watches
from bot.governance import ledger, retention
from bot.governance.ledger import Operation
from storage import indexing, sealing
from storage.database import Store, take_turns
from storage.errors import WrongKey
from storage.indexing import Column
from storage.models import (
    CrowdedKey,
    Entity,
    Erasure,
    Identifier,
    Live,
    Mention,
    NameKey,
    Watch,
)
from storage.sealing import HasKey

BATCH = 500
_LONGEST_REST = 0.25
_SHORTEST_WAIT, _LONGEST_WAIT = 0.05, 5.0
_BELOW_ALL = -(2**63)
_Found = TypeVar("_Found", Entity, Identifier, Mention, Watch)

Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Renewed:
    """What bringing the index under a new key came to."""

    rows: int
    unreadable: int
    """Rows that nobody can read, and that are found by nothing any more."""
    is_over: bool
    """Whether the key before is destroyed; if it cannot be, it is tried again each hour."""


def renew(
    store: Store, now: Callable[[], datetime], *, tell: Tell = lambda _kind, _rows: None
) -> Renewed:
    """Bring the index under a new key, or go on where that ended, and destroy the key before.

    *tell* hears of each step how many rows of which kind it came by.
    """
    with store.begin() as session:
        _begin(session, now())
    rows = unreadable = 0
    wait = _SHORTEST_WAIT
    while True:
        before = rows
        for kind in _KINDS:
            for step in _steps(store, kind):
                rows, unreadable = rows + step.rows, unreadable + step.unreadable
                tell(kind.name, step.rows)
        with store.begin() as session:
            _renew_places(session)
        if not _is_left(store) and _carry_crowds(store) and _end(store, now(), rows):
            break
        # Somebody is changing what is left.
        wait = _SHORTEST_WAIT if rows > before else min(2 * wait, _LONGEST_WAIT)
        time.sleep(wait)
    carried = retention.carry_out(store, now())
    return Renewed(rows, unreadable, carried.failed == 0)


def left(session: Session) -> dict[str, int]:
    """How much of each kind stands under another key than the one that is written."""
    stands = indexing.state(session)
    found = {
        kind.name: session.scalar(select(func.count()).where(stands.holds_stale(kind.column))) or 0
        for kind in _KINDS
    }
    found["operations"] = sum(
        any(map(stands.is_stale, live.place_hashes)) for live in session.scalars(_UNDER_WAY)
    )
    return found


def _begin(session: Session, now: datetime) -> None:
    take_turns(session, indexing.TURN)
    stands, ring = indexing.state(session), sealing.keyring(session)
    if not ring.has(stands.key):
        indexing.begin(session)
        _let_all_be_stale(session)
    elif indexing.is_lost(session):
        indexing.end(session)  # The version before is looked under no more, and is renewed.
    elif stands.before is None and not any(left(session).values()):
        indexing.begin(session)
    _record(session, now, step="index renewing", version=indexing.state(session).number)


def _end(store: Store, now: datetime, rows: int) -> bool:
    """End it, unless something is left. The key before is destroyed after, and until it is done."""
    with store.begin() as session:
        take_turns(session, indexing.TURN)
        if any(left(session).values()):
            return False
        stands, key = indexing.state(session), indexing.end(session)
        session.execute(delete(CrowdedKey).where(stands.holds_stale(CrowdedKey.hash)))
        if key is not None:
            session.add(Erasure(key=key, what="index", decided_at=now))
        _record(session, now, step="index renewed", version=stands.number, rows=rows)
    return True


def _let_all_be_stale(session: Session) -> None:
    """Where the key is gone no hash says anything: nothing passes for one of the new version."""
    stands = indexing.state(session)
    for kind in _KINDS:
        passing = not_(stands.holds_stale(kind.column))
        session.execute(
            update(kind.column.class_).where(passing).values({kind.column: -kind.column})
        )
    session.execute(delete(CrowdedKey))
    _renew_places(session)


@dataclass(frozen=True, slots=True)
class _Step:
    rows: int
    """How many were renewed."""
    unreadable: int
    """How many of them nobody can read."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of what is found by a hash."""

    name: str
    column: Column
    row: Column
    """What is renewed at once: the row itself, or the entity that bears a name."""
    renew: Callable[[Session, Sequence[int]], _Step]
    """Renew these, but for those that somebody else is changing."""


def _steps(store: Store, kind: _Kind) -> Iterator[_Step]:
    """Once through all of a kind that is left, a batch in each unit of work."""
    reached = _BELOW_ALL
    while True:
        began = time.monotonic()
        with store.begin() as session:
            found = session.execute(_next(session, kind, reached)).all()
            if not found:
                return
            reached = found[-1][0]
            many = list(dict.fromkeys(row_id for _, row_id in found))
            step = kind.renew(session, many)
        yield step
        _rest(store, began)


def _next(session: Session, kind: _Kind, reached: int) -> Select[Any, Any]:
    """In the order of the column's index: what was renewed is not walked over again."""
    return (
        select(kind.column, kind.row)
        .where(indexing.state(session).holds_stale(kind.column), kind.column > reached)
        .order_by(kind.column)
        .limit(BATCH)
    )


def _rest(store: Store, began: float) -> None:
    if not store.is_shared:
        # SQLite has one writer: whoever hears and asks comes to their turn in between.
        time.sleep(min(time.monotonic() - began, _LONGEST_REST))


def _is_left(store: Store) -> bool:
    with store.reading() as session:
        return any(left(session).values())


def _carry_crowds(store: Store) -> bool:
    """Let what too many share stay given up also where its bearers are found by nothing else: no
    hash led to them. False when somebody is changing one of them."""
    reached, is_whole = _BELOW_ALL, True
    while True:
        began = time.monotonic()
        with store.begin() as session:
            ids = session.scalars(_FOUND_BY_NO_NAME, {"reached": reached, "most": BATCH}).all()
            if not ids:
                return is_whole
            reached = ids[-1]
            is_whole &= _renew_names(session, ids).rows == len(ids)
        _rest(store, began)


def _renew_names(session: Session, entity_ids: Sequence[int]) -> _Step:
    indexing.of(session)  # Before the turn at the postings, as whoever adds to them does.
    take_turns(session, "postings")
    by_agency: dict[int, list[Entity]] = defaultdict(list)
    rows = _locked(session, Entity, entity_ids)
    for entity in rows:
        by_agency[entity.agency_id].append(entity)
    for agency_id, many in by_agency.items():
        entities.reindex_many(session, agency_id, many)
    return _Step(len(rows), 0)


def _renew_identifiers(session: Session, ids: Sequence[int]) -> _Step:
    index, unreadable = indexing.of(session), 0
    rows = _locked(session, Identifier, ids)
    for row in rows:
        value = _read(session, row, "value")
        row.hash = entities.identifier_hash(index, row.label, value) if value else 0
        unreadable += not value
    return _Step(len(rows), unreadable)


def _renew_mentions(session: Session, ids: Sequence[int]) -> _Step:
    index, unreadable = indexing.of(session), 0
    rows = _locked(session, Mention, ids)
    for row in rows:
        value = _read(session, row, "value")
        row.look_up = entities.identifier_hash(index, row.label, value) if value else None
        unreadable += not value
    return _Step(len(rows), unreadable)


def _renew_watches(session: Session, ids: Sequence[int]) -> _Step:
    rows, unreadable = _locked(session, Watch, ids), 0
    for row in rows:
        is_readable = bool(_read(session, row, "value"))
        row.hash = watches.hash_of(session, row) if is_readable else 0
        unreadable += not is_readable
    return _Step(len(rows), unreadable)


def _renew_places(session: Session) -> None:
    """Of operations few are under way: all of them at once."""
    for live in session.scalars(_UNDER_WAY.with_for_update(key_share=True)):
        if live.place_hashes:
            is_readable = bool(_read(session, live, "place"))
            live.place_hashes = golive.hashes_of(session, live) if is_readable else []


def _locked(session: Session, model: type[_Found], ids: Sequence[int]) -> Sequence[_Found]:
    """These rows, but for those that somebody else is changing: they are left for later."""
    rows = session.scalars(
        select(model)
        .where(model.id.in_(ids))
        .order_by(model.id)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    sealing.keyring(session).preload([row.key_id for row in rows])
    return rows


def _read(session: Session, row: HasKey, column: str) -> str:
    try:
        return sealing.unseal_or(session, row, column, "")
    except WrongKey:
        return ""


def _record(session: Session, now: datetime, **details: Any) -> None:
    ledger.record(session, Operation.ADMINISTRATION, now=now, subject="keys", **details)


_KINDS = (
    _Kind("identifiers", Identifier.hash, Identifier.id, _renew_identifiers),
    _Kind("names", NameKey.hash, NameKey.entity_id, _renew_names),
    _Kind("mentions", Mention.look_up, Mention.id, _renew_mentions),
    _Kind("watches", Watch.hash, Watch.id, _renew_watches),
)
_UNDER_WAY = select(Live).where(Live.ended_at.is_(None))
_FOUND_BY_NO_NAME = (
    select(Entity.id)
    .where(
        Entity.id > bindparam("reached"),
        Entity.schema.in_(entities.NAMEABLE),
        Entity.erased_at.is_(None),
        ~select(NameKey.hash).where(NameKey.entity_id == Entity.id).exists(),
    )
    .order_by(Entity.id)
    .limit(bindparam("most"))
)
