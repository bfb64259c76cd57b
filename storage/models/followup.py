"""Questions to people, the clocks on them, and every other promise about time."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Row, Sealed
from storage.models.directory import Tlp
from storage.types import words


class PromptState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    ANSWERED = "answered"
    REFUSED = "refused"
    PASSED_ON = "passed on"
    WITHDRAWN = "withdrawn"


class DueState(StrEnum):
    WAITING = "waiting"
    FIRED = "fired"
    MISSED = "missed"
    SUPERSEDED = "superseded"


class Prompt(Row, Sealed):
    """A question to a liaison officer, with a clock."""

    __tablename__ = "prompt"
    __table_args__ = (
        Index(
            "ix_prompt_passed_on",
            "successor_id",
            sqlite_where=text("successor_id IS NOT NULL"),
            postgresql_where=text("successor_id IS NOT NULL"),
        ),
    )

    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), index=True)
    """Whom it is with now."""
    because: Mapped[str]
    """Why this officer, as one line without anything about the matter itself."""
    profile: Mapped[str]
    received_at: Mapped[datetime]
    strict_at: Mapped[datetime]
    legal_at: Mapped[datetime]
    rule: Mapped[str]
    marking: Mapped[Tlp] = mapped_column(words(Tlp))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), default=None, index=True)
    match_id: Mapped[int | None] = mapped_column(ForeignKey("match.id"), default=None, index=True)
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("message.id"), default=None, index=True
    )
    card_id: Mapped[int | None] = mapped_column(ForeignKey("card.id"), default=None)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    action_id: Mapped[int | None] = mapped_column(default=None)
    briefing_id: Mapped[int | None] = mapped_column(default=None)
    debrief_id: Mapped[int | None] = mapped_column(default=None)
    question_sealed: Mapped[bytes | None] = mapped_column(default=None)
    together_id: Mapped[int | None] = mapped_column(default=None, index=True)
    """The first of the questions that several desks decide together."""
    state: Mapped[PromptState] = mapped_column(words(PromptState), default=PromptState.OPEN)
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    paused_at: Mapped[datetime | None] = mapped_column(default=None)
    stood_seconds: Mapped[int] = mapped_column(default=0)
    """How long the clock stood still before: receipt and limit are counted without it."""
    breached_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    successor_id: Mapped[int | None] = mapped_column(default=None)
    """The question that this one was passed on as."""
    choice: Mapped[str | None] = mapped_column(default=None)


class Copy(Row):
    """One officer's copy of a prompt: said under a delivery's key, so that it can be revised."""

    __tablename__ = "copy"
    __table_args__ = (UniqueConstraint("prompt_id", "officer_id"),)

    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    delivery_key: Mapped[str]
    shown_at: Mapped[datetime]
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    snoozed_until: Mapped[datetime | None] = mapped_column(default=None)
    revision: Mapped[int] = mapped_column(default=0)


class Answer(Row, Sealed):
    """What came back to a prompt. The first final answer wins; every one is kept."""

    __tablename__ = "answer"

    prompt_id: Mapped[int] = mapped_column(ForeignKey("prompt.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    choice: Mapped[str]
    at: Mapped[datetime]
    trust: Mapped[str]
    is_final: Mapped[bool]
    detail_sealed: Mapped[bytes | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class Due(Row):
    """A promise to do something at a moment. The row is the truth; timers only wake us."""

    __tablename__ = "due"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "officer_id", "occurrence"),
        Index(
            "ix_due_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    kind: Mapped[str]
    """rung, snooze, briefing, action, debrief, review, watch..."""
    subject_id: Mapped[int]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    occurrence: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    wall: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="UTC")
    rule: Mapped[str] = mapped_column(default="")
    whom: Mapped[list[str]] = mapped_column(default_factory=list)
    needs_no_ack: Mapped[bool] = mapped_column(default=False)
    """A rung that an acknowledgement stops."""
    state: Mapped[DueState] = mapped_column(words(DueState), default=DueState.WAITING)
    lease_owner: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")
