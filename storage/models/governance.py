"""What lets others check: the ledger, holds, erasures, concerns."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Row, Sealed


class Chain(Row):
    """The head of one writing process's chain of ledger entries."""

    __tablename__ = "chain"

    process: Mapped[str] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(default="")
    rooted: Mapped[int] = mapped_column(default=0)
    """How far root entries have recorded it."""


class Entry(Row):
    """One record of the ledger. Holds pseudonymous references only, so erasure leaves it whole."""

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("chain_id", "sequence"),)

    chain_id: Mapped[int] = mapped_column(ForeignKey("chain.id"))
    sequence: Mapped[int]
    at: Mapped[datetime]
    operation: Mapped[str]
    """One of the six of Directive (EU) 2016/680 Art. 25, or one of ours."""
    actor: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(default=None, index=True)
    subject: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    previous: Mapped[str]
    hash: Mapped[str]


class Hold(Row, Sealed):
    """Somebody's decision that something must be kept: beats deletion and purge."""

    __tablename__ = "hold"

    kind: Mapped[str]
    """message, entity or case"""
    subject_id: Mapped[int] = mapped_column(index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), default=None)
    at: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(default=None)
    reason_sealed: Mapped[bytes | None] = mapped_column(default=None)
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)


class Erasure(Row):
    """A key to be destroyed: decided with the ledger, carried out after, and again until done."""

    __tablename__ = "erasure"

    key: Mapped[str] = mapped_column(index=True)
    what: Mapped[str]
    decided_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    failed: Mapped[str | None] = mapped_column(default=None)


class Concern(Row, Sealed):
    """A worry raised in confidence: apart from everything else, under a key of its own."""

    __tablename__ = "concern"

    code: Mapped[str] = mapped_column(unique=True)
    reply_hash: Mapped[int] = mapped_column(index=True)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    raised_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime]
    feedback_by: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    text_sealed: Mapped[bytes | None] = mapped_column(default=None)


class ConcernReply(Row, Sealed):
    """One further word in a concern, either way."""

    __tablename__ = "concern_reply"

    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id"), index=True)
    from_handler: Mapped[bool]
    at: Mapped[datetime]
    text_sealed: Mapped[bytes | None] = mapped_column(default=None)


class Lease(Row):
    """Who does a job that only one process may do, until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(unique=True)
    owner: Mapped[str]
    until: Mapped[datetime]
