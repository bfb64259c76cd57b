"""The ledger: a tamper-evident record of every effect, in the transaction of the effect.

Entries are chained by SHA-256, one chain per writing process; they hold pseudonymous references
only, so that erasure leaves the ledger whole. What must be logged: Directive (EU) 2016/680 Art. 25.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from storage.database import add_once
from storage.models import Agency, Case, Chain, Entry, Grant, Officer
from storage.types import fresh_id


class Operation(StrEnum):
    """The six of Art. 25, and ours."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    ADMINISTRATION = "administration"
    CLOCK = "clock"
    REFUSAL = "refusal"
    ROOT = "root"


SYSTEM = "system"
_LONGEST = 300


def record(
    session: Session,
    operation: Operation,
    *,
    now: datetime,
    actor: Officer | str = SYSTEM,
    case_id: int | None = None,
    subject: str = "",
    purpose: str = "",
    **details: Any,
) -> None:
    """Write an effect into the ledger: chained when this unit of work commits, or not at all.

    *subject* and *details* are references (`prompt:4F2`, row numbers, counts), never words.
    *purpose* is a purpose code or a short justification stated by the actor.
    """
    pending: list[dict[str, Any]] = session.info.setdefault("ledger", [])
    hooks = session.info["before_commit"]
    if _chain_pending not in hooks:
        hooks.append(_chain_pending)
    pending.append(
        {
            "at": now,
            "operation": operation.value,
            "actor": actor if isinstance(actor, str) else f"officer:{actor.slug}",
            "case_id": case_id,
            "subject": _text(subject),
            "purpose": _text(purpose),
            "details": _plain(details),
        }
    )


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing wrong with a chain."""

    process: str
    sequence: int
    why: str


@dataclass(frozen=True, slots=True)
class Verified:
    """All chains hold."""

    chains: int
    entries: int


def verify(session: Session) -> Verified | Broken:
    """Walk every chain from its start: each entry's hash, its link, no gap, its recorded head."""
    chains = list(session.scalars(select(Chain).order_by(Chain.id)))
    recorded = _recorded_heads(session, chains)
    found: dict[tuple[str, int], str] = {(chain.process, 0): "" for chain in chains}
    entries = 0
    for chain in chains:
        previous, expected = "", 1
        for entry in _entries(session, chain):
            if entry.sequence != expected:
                return Broken(chain.process, expected, "an entry is missing")
            if entry.previous != previous:
                return Broken(chain.process, entry.sequence, "it does not follow the one before")
            if entry.hash != _hash(chain.process, entry):
                return Broken(chain.process, entry.sequence, "it was altered")
            previous, expected = entry.hash, expected + 1
            if (chain.process, entry.sequence) in recorded:
                found[chain.process, entry.sequence] = entry.hash
        if chain.sequence != expected - 1 or chain.head != previous:
            return Broken(chain.process, expected, "entries at the end are missing")
        entries += chain.sequence
    for (process, sequence), head in recorded.items():
        if found.get((process, sequence)) != head:
            return Broken(process, sequence, "it is not what a later root entry recorded")
    strays = session.scalar(
        select(func.count())
        .select_from(Entry)
        .where(Entry.chain_id.not_in([chain.id for chain in chains]))
    )
    if strays:
        return Broken("", 0, "entries belong to no chain")
    return Verified(len(chains), entries)


def add_root(session: Session, now: datetime) -> str:
    """Join the chains: record the head of each, so that none can be rewritten alone.

    Only of those that went on since the last root entry, whose own chain is among them: so each
    stands on all before it, and what ended long ago is recorded once. Returns the line to anchor
    outside; `is_anchored` compares it later.
    """
    moved = session.scalars(
        select(Chain)
        .where(Chain.sequence > Chain.rooted)
        .order_by(Chain.id)  # Two that do this at once take them in one order.
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    heads = {chain.process: [chain.sequence, chain.head] for chain in moved}
    for chain in moved:
        chain.rooted = chain.sequence
    record(session, Operation.ROOT, now=now, heads=heads)
    return _anchor(now, heads)


def is_anchored(session: Session, line: str) -> bool:
    """Whether the ledger still holds the root entry for which *line* was anchored outside.

    With `verify`, this notices even a ledger that was rewritten as a whole.
    """
    roots = session.scalars(select(Entry).where(Entry.operation == Operation.ROOT.value))
    return any(line.strip() == _anchor(root.at, root.details.get("heads", {})) for root in roots)


def counts(session: Session, since: datetime, agency: Agency) -> dict[str, int]:
    """How many entries of each operation an agency may count since then.

    They are on its own cases, or its officers' own on no case or one that was shared with it. What
    is left out would tell of a hidden case: it is touched, and a number grows.
    """
    staff = select(Officer.id).where(Officer.agency_id == agency.id)
    theirs = session.scalars(select(Officer.slug).where(Officer.agency_id == agency.id))
    own = select(Case.id).where(Case.agency_id == agency.id)
    shared = select(Grant.case_id).where(
        or_(Grant.agency_id == agency.id, Grant.officer_id.in_(staff))
    )
    by_them = Entry.actor.in_([f"officer:{slug}" for slug in theirs])
    rows = session.execute(
        select(Entry.operation, func.count())
        .where(
            Entry.at >= since,
            or_(
                Entry.case_id.in_(own),
                by_them & or_(Entry.case_id.is_(None), Entry.case_id.in_(shared)),
            ),
        )
        .group_by(Entry.operation)
        .order_by(Entry.operation)
    )
    return {row[0]: row[1] for row in rows}


def entries_since(session: Session, since: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Entry).where(Entry.at >= since)) or 0


def _entries(
    session: Session, chain: Chain, *, operation: Operation | None = None
) -> Iterator[Entry]:
    query = select(Entry).where(Entry.chain_id == chain.id).order_by(Entry.sequence)
    if operation is not None:
        query = query.where(Entry.operation == operation.value)
    yield from session.scalars(query.execution_options(yield_per=1000))


def _recorded_heads(session: Session, chains: Sequence[Chain]) -> dict[tuple[str, int], str]:
    """What the root entries say about the chains."""
    return {
        (process, sequence): head
        for chain in chains
        for root in _entries(session, chain, operation=Operation.ROOT)
        for process, (sequence, head) in root.details.get("heads", {}).items()
    }


def _anchor(at: datetime, heads: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(heads, sort_keys=True).encode()).hexdigest()
    return f"{at.astimezone(UTC).isoformat()} {digest}"


def _chain_pending(session: Session) -> None:
    """Chain what was recorded. Runs last: so the head of the chain is locked the shortest."""
    pending: list[dict[str, Any]] = session.info.get("ledger", [])
    if not pending:
        return
    process: str = session.info["process"]
    wanted = (
        select(Chain)
        .where(Chain.process == process)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    chain = session.scalar(wanted)
    if chain is None:
        # Another thread of this process may begin the chain at the same moment: once is enough.
        add_once(session, Chain(process=process))
        chain = session.scalars(wanted).one()
    rows = []
    for fields in pending:
        chain.sequence += 1
        link = _Link(chain.sequence, previous=chain.head, **fields)
        chain.head = _hash(process, link)
        rows.append(
            {"id": fresh_id(), "chain_id": chain.id, "hash": chain.head}
            | {name: getattr(link, name) for name in _Link.__slots__}
        )
    # Not as rows of the session: there are many, and nobody looks at them again.
    session.connection().execute(insert(Entry), rows)
    pending.clear()


@dataclass(frozen=True, slots=True)
class _Link:
    """What the hash of an entry stands for."""

    sequence: int
    at: datetime
    operation: str
    actor: str
    case_id: int | None
    subject: str
    purpose: str
    details: Mapping[str, Any]
    previous: str


def _hash(process: str, entry: Entry | _Link) -> str:
    fields: Mapping[str, Any] = {
        "process": process,
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).isoformat(),
        "operation": entry.operation,
        "actor": entry.actor,
        "case": entry.case_id,
        "subject": entry.subject,
        "purpose": entry.purpose,
        "details": entry.details,
        "previous": entry.previous,
    }
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """The value as it comes back from the database, so that its hash does not change on the way."""
    match value:
        case StrEnum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case set() | frozenset():
            return sorted(_plain(each) for each in value)
        case list() | tuple():
            return [_plain(each) for each in value]
        case str():
            return _text(value)
        case None | bool() | int() | float():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} is nothing the ledger can keep")


def _text(words: str) -> str:
    """A short line that every database can hold."""
    visible = "".join(each if each.isprintable() else " " for each in words)
    return visible.encode("utf-8", "replace").decode()[:_LONGEST]
