"""Joint briefings, debriefs, and the actions they leave behind."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Row, Sealed
from storage.models.directory import Tlp
from storage.types import words


class MeetingState(StrEnum):
    PROPOSED = "proposed"
    BOOKED = "booked"
    HELD = "held"
    MISSED = "not held"
    CANCELLED = "cancelled"


class Rsvp(StrEnum):
    NONE = "none"
    YES = "yes"
    NO = "no"
    OTHER_TIME = "another time"
    DEPUTY = "deputy"


class ActionState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Briefing(Row, Sealed):
    """A joint meeting."""

    __tablename__ = "briefing"
    __table_args__ = (UniqueConstraint("series_id", "series_at"),)

    code: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    organiser_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    marking: Mapped[Tlp] = mapped_column(words(Tlp))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    wall: Mapped[str]
    zone: Mapped[str]
    uid: Mapped[str] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    state: Mapped[MeetingState] = mapped_column(words(MeetingState), default=MeetingState.BOOKED)
    agenda_sealed: Mapped[bytes | None] = mapped_column(default=None)
    minutes_sealed: Mapped[bytes | None] = mapped_column(default=None)
    place_sealed: Mapped[bytes | None] = mapped_column(default=None)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), default=None)
    series_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the rule of its series says it is, whenever it is held."""


class Invitation(Row):
    """One attendee's part in a briefing."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("briefing_id", "officer_id"),)

    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    delivery_key: Mapped[str]
    required: Mapped[bool] = mapped_column(default=True)
    rsvp: Mapped[Rsvp] = mapped_column(words(Rsvp), default=Rsvp.NONE)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    stands_in_for: Mapped[int | None] = mapped_column(default=None)
    attended: Mapped[bool | None] = mapped_column(default=None)
    calendar_at: Mapped[datetime | None] = mapped_column(default=None)
    """When their calendar last answered, as it says itself."""


class Series(Row):
    """Briefings that come again and again: one rule, one list of guests."""

    __tablename__ = "series"

    code: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    organiser_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    rrule: Mapped[str]
    zone: Mapped[str]
    first_at: Mapped[datetime]
    minutes: Mapped[int]
    guests: Mapped[list[str]]
    optional: Mapped[list[str]] = mapped_column(default_factory=list)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Availability(Row):
    """What one attendee said about one possible time of a briefing."""

    __tablename__ = "availability"
    __table_args__ = (UniqueConstraint("briefing_id", "officer_id", "starts_at"),)

    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefing.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    starts_at: Mapped[datetime]
    suits: Mapped[bool | None] = mapped_column(default=None)


class Feed(Row):
    """A personal calendar feed: whoever knows its token reads it. Only the token's hash is kept."""

    __tablename__ = "feed"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


class Busy(Row):
    """A time at which an officer's own calendar says they are busy; nothing of what for."""

    __tablename__ = "busy"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Debrief(Row, Sealed):
    """The after-action review of a case: four questions, answers by roles."""

    __tablename__ = "debrief"

    code: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    offered_at: Mapped[datetime]
    marking: Mapped[Tlp] = mapped_column(words(Tlp))
    state: Mapped[str] = mapped_column(default="offered")
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    summary_sealed: Mapped[bytes | None] = mapped_column(default=None)
    lessons_sealed: Mapped[bytes | None] = mapped_column(default=None)


class Contribution(Row, Sealed):
    """One person's answer to one question of a debrief; shown without the name."""

    __tablename__ = "contribution"
    __table_args__ = (UniqueConstraint("debrief_id", "officer_id", "question"),)

    debrief_id: Mapped[int] = mapped_column(ForeignKey("debrief.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    question: Mapped[int]
    at: Mapped[datetime]
    text_sealed: Mapped[bytes | None] = mapped_column(default=None)
    declined: Mapped[bool] = mapped_column(default=False)


class Action(Row, Sealed):
    """A task with an owner and a date."""

    __tablename__ = "action"

    code: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    briefing_id: Mapped[int | None] = mapped_column(ForeignKey("briefing.id"), default=None)
    debrief_id: Mapped[int | None] = mapped_column(ForeignKey("debrief.id"), default=None)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    set_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    marking: Mapped[Tlp] = mapped_column(words(Tlp))
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    text_sealed: Mapped[bytes | None] = mapped_column(default=None)
    state: Mapped[ActionState] = mapped_column(words(ActionState), default=ActionState.OPEN)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
