"""What was said: messages heard, what they mention, and words to be said."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from nlp.spans import Label
from storage.models.base import Row, Sealed
from storage.models.directory import Tlp
from storage.types import SIGNS, words


class Progress(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class Act(StrEnum):
    """What a delivery does to the chat."""

    SAY = "say"
    REVISE = "revise"
    RETRACT = "retract"


class Message(Row, Sealed):
    """One revision of what somebody said, kept before it is acknowledged (the inbox)."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("platform", "address", "event", "revision"),  # told twice, kept once
        Index(
            "ix_message_waiting",
            "next_try_at",
            "id",
            sqlite_where=text("progress = 'pending'"),
            postgresql_where=text("progress = 'pending'"),
        ),
        Index("ix_message_event", "platform", "address", "event"),
    )

    platform: Mapped[str]
    address: Mapped[str]
    event: Mapped[str]
    revision: Mapped[str]
    thread: Mapped[str | None]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    home: Mapped[str]
    user: Mapped[str]
    kind: Mapped[str]
    to_bot: Mapped[bool]
    is_private: Mapped[bool]
    sent_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    text_sealed: Mapped[bytes | None] = mapped_column(default=None)
    marking: Mapped[Tlp | None] = mapped_column(words(Tlp), default=None)
    progress: Mapped[Progress] = mapped_column(words(Progress), default=Progress.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(default=None)
    fault: Mapped[str | None] = mapped_column(default=None)
    unread: Mapped[int] = mapped_column(default=0)
    """So many of its last characters nobody looked at."""
    superseded_by: Mapped[int | None] = mapped_column(default=None)
    recalled_at: Mapped[datetime | None] = mapped_column(default=None)
    erased_at: Mapped[datetime | None] = mapped_column(default=None)


class Mention(Row, Sealed):
    """A span judged to name something. It belongs to its message and the author's agency."""

    __tablename__ = "mention"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    start: Mapped[int]
    end: Mapped[int]
    label: Mapped[Label]
    subtype: Mapped[str | None]
    valid: Mapped[bool]
    confidence: Mapped[float]
    text_sealed: Mapped[bytes | None] = mapped_column(default=None)
    value_sealed: Mapped[bytes | None] = mapped_column(default=None)
    why_sealed: Mapped[bytes | None] = mapped_column(default=None)
    look_up: Mapped[int | None] = mapped_column(default=None, index=True)
    dropped_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    corrects: Mapped[int | None] = mapped_column(default=None)
    is_hidden: Mapped[bool] = mapped_column(default=False)
    """Noticed only because a hidden case knows it: the author's side never learns of it."""
    negated: Mapped[bool] = mapped_column(default=False)
    hearsay: Mapped[bool] = mapped_column(default=False)
    role: Mapped[str | None] = mapped_column(default=None)
    role_by: Mapped[int | None] = mapped_column(default=None)
    """The officer who said so when asked, or that they have none."""


class Card(Row):
    """What the bot says under an author's messages in a room, for 90 seconds or ten messages."""

    __tablename__ = "card"

    code: Mapped[str] = mapped_column(unique=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    thread: Mapped[str]
    opened_at: Mapped[datetime]
    message_ids: Mapped[list[int]]
    revision: Mapped[int] = mapped_column(default=0)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(default="")


class Delivery(Row, Sealed):
    """Words waiting to be said, each under a key that is never said twice (the outbox)."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "ix_delivery_waiting",
            "platform",
            "due_at",
            sqlite_where=text("progress = 'pending'"),
            postgresql_where=text("progress = 'pending'"),
        ),
    )

    key: Mapped[str] = mapped_column(SIGNS, unique=True)
    act: Mapped[Act] = mapped_column(words(Act), default=Act.SAY)
    platform: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), default=None)
    thread: Mapped[str | None] = mapped_column(default=None)
    about: Mapped[str | None] = mapped_column(default=None, index=True)
    """The key of the delivery this one revises or retracts."""
    words_sealed: Mapped[bytes | None] = mapped_column(default=None)
    marking: Mapped[Tlp] = mapped_column(words(Tlp))
    case_ids: Mapped[list[int]] = mapped_column(default_factory=list)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), default=None)
    from_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), default=None)
    """Whose words they are: TLP:AMBER+STRICT stays there."""
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    """Who had them said in private, and hears when they are withheld."""
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    prompt_id: Mapped[int | None] = mapped_column(default=None, index=True)
    progress: Mapped[Progress] = mapped_column(words(Progress), default=Progress.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    event: Mapped[str | None] = mapped_column(default=None)
    said_at: Mapped[datetime | None] = mapped_column(default=None)
    present_sealed: Mapped[bytes | None] = mapped_column(default=None)
    in_confidence: Mapped[bool] = mapped_column(default=False)
    """To whom it was said is forgotten once it is said."""
    address_sealed: Mapped[bytes | None] = mapped_column(default=None)
    fault: Mapped[str | None] = mapped_column(default=None)


class Cursor(Row):
    """How far a platform has been read: kept in the transaction that kept what was read."""

    __tablename__ = "cursor"

    platform: Mapped[str] = mapped_column(unique=True)
    value: Mapped[str]


class Presence(Row):
    """Who was seen in a room, so that a change of membership is noticed."""

    __tablename__ = "presence"
    __table_args__ = (UniqueConstraint("room_id", "home", "user"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    home: Mapped[str]
    user: Mapped[str]
    since: Mapped[datetime]
