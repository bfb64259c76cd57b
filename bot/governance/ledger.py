"""The ledger: a tamper-evident record of every effect, in the transaction of the effect.

Entries are chained by SHA-256, one chain per writing process; they hold pseudonymous references
only, so that erasure leaves the ledger whole. What must be logged: Directive (EU) 2016/680 Art. 25.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Chain, Entry, Officer


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
            "subject": subject,
            "purpose": purpose,
            "details": {name: _plain(value) for name, value in details.items()},
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
    """Walk every chain from its start: each entry's hash, its link, no gap, the head as recorded."""
    chains = list(session.scalars(select(Chain).order_by(Chain.id)))
    entries = 0
    heads: dict[str, dict[int, str]] = {}
    for chain in chains:
        previous, expected = "", 1
        known = heads.setdefault(chain.process, {0: ""})
        for entry in _entries(session, chain):
            if entry.sequence != expected:
                return Broken(chain.process, expected, "an entry is missing")
            if entry.previous != previous:
                return Broken(chain.process, entry.sequence, "it does not follow the one before")
            if entry.hash != _hash(chain.process, entry):
                return Broken(chain.process, entry.sequence, "it was altered")
            previous, expected = entry.hash, expected + 1
            known[entry.sequence] = entry.hash
        if chain.sequence != expected - 1 or chain.head != previous:
            return Broken(chain.process, expected, "entries at the end are missing")
        entries += chain.sequence
    for chain in chains:
        for entry in _entries(session, chain, operation=Operation.ROOT):
            for process, (sequence, head) in entry.details.get("heads", {}).items():
                if heads.get(process, {}).get(sequence) != head:
                    return Broken(process, sequence, "it is not what a later root entry recorded")
    return Verified(len(chains), entries)


def add_root(session: Session, now: datetime) -> str:
    """Join the chains: record the head of each, so that none can be rewritten alone.

    Returns the line to anchor outside.
    """
    heads = {
        chain.process: [chain.sequence, chain.head]
        for chain in session.scalars(select(Chain).order_by(Chain.id))
    }
    record(session, Operation.ROOT, now=now, heads=heads)
    digest = hashlib.sha256(json.dumps(heads, sort_keys=True).encode()).hexdigest()
    return f"{now.astimezone(UTC).isoformat()} {digest}"


def entries_since(session: Session, since: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Entry).where(Entry.at >= since)) or 0


def _entries(
    session: Session, chain: Chain, *, operation: Operation | None = None
) -> Iterator[Entry]:
    query = select(Entry).where(Entry.chain_id == chain.id).order_by(Entry.sequence)
    if operation is not None:
        query = query.where(Entry.operation == operation.value)
    yield from session.scalars(query.execution_options(yield_per=1000))


def _chain_pending(session: Session) -> None:
    """Chain what was recorded. Runs last in the transaction: the chain's head is locked shortest."""
    pending: list[dict[str, Any]] = session.info.get("ledger", [])
    if not pending:
        return
    process: str = session.info["process"]
    chain = session.scalar(select(Chain).where(Chain.process == process).with_for_update())
    if chain is None:
        chain = Chain(process=process)
        session.add(chain)
        session.flush()
    for fields in pending:
        chain.sequence += 1
        entry = Entry(
            chain_id=chain.id, sequence=chain.sequence, previous=chain.head, hash="", **fields
        )
        entry.hash = _hash(process, entry)
        chain.head = entry.hash
        session.add(entry)
    pending.clear()


def _hash(process: str, entry: Entry) -> str:
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
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return value
