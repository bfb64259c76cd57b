"""Who is who: agencies, their desks and officers, where they talk, and what they agreed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Row
from storage.types import words


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0 (FIRST, August 2022), least strict first."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER+STRICT"
    RED = "RED"


class Role(StrEnum):
    FIELD = "field"
    LIAISON = "liaison"
    HEAD = "head"
    OVERSIGHT = "oversight"
    ADMIN = "admin"


class Listening(StrEnum):
    ALL = "all"
    MENTIONS = "mentions"
    OFF = "off"


class Agency(Row):
    """An organisation."""

    __tablename__ = "agency"

    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    country: Mapped[str]
    key_id: Mapped[str]
    night: Mapped[str] = mapped_column(default="")
    """When its officers sleep, such as "22:00-07:00", or "off"; each may say otherwise."""
    digest: Mapped[str] = mapped_column(default="")
    """When its desk officers read their desk, as an officer says it; each may say otherwise."""
    retired_at: Mapped[datetime | None] = mapped_column(default=None)


class Unit(Row):
    """A desk in an agency that can be asked."""

    __tablename__ = "unit"

    slug: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    title: Mapped[str]
    zone: Mapped[str]
    desk_number: Mapped[str] = mapped_column(default="")
    is_watch: Mapped[bool] = mapped_column(default=False)
    covers: Mapped[list[str]] = mapped_column(default_factory=list)
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
    agency: Mapped[Agency] = relationship(init=False, lazy="joined")


class Officer(Row):
    """A person with roles and duty hours."""

    __tablename__ = "officer"

    slug: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str]
    roles: Mapped[list[str]]
    clearance: Mapped[Tlp] = mapped_column(words(Tlp))
    languages: Mapped[list[str]]
    zone: Mapped[str]
    duty_hours: Mapped[str] = mapped_column(default="")
    duty_rank: Mapped[int] = mapped_column(default=0)
    leads: Mapped[list[int]] = mapped_column(default_factory=lambda: [24 * 60, 15])
    """How many minutes before a briefing they are reminded, the earliest first."""
    set_in_chat: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    """What they said of their own clock: by field, when, and what the directory's file said."""
    shifts: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    """Single stretches of duty or rest, whatever the week says: `bot.followup.rosters` reads it."""
    digest: Mapped[str] = mapped_column(default="")
    """When they read each day what is on their desk: "shift", a time as "07:30", or "off"; as
    their agency says, when they say nothing."""
    night: Mapped[str] = mapped_column(default="")
    """When they sleep, such as "22:00-07:00", or "off"; as their agency says, when they do not."""
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
    agency: Mapped[Agency] = relationship(init=False, lazy="joined")
    unit: Mapped[Unit | None] = relationship(init=False, lazy="joined")


class Account(Row):
    """One log-in of an officer on one chat platform: the home team or server makes it theirs."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("platform", "home", "user"),)

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    platform: Mapped[str]
    home: Mapped[str]
    user: Mapped[str]
    officer: Mapped[Officer] = relationship(init=False, lazy="joined")


class Visit(Row):
    """An officer's desk in a browser: a link opens it once, a session keeps it open for a while.

    Of both only hashes are kept. It ends with the log-in that the link was asked for by.
    """

    __tablename__ = "visit"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    platform: Mapped[str]
    home: Mapped[str]
    user: Mapped[str]
    link_hash: Mapped[str] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    token_hash: Mapped[str | None] = mapped_column(unique=True, default=None)
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Room(Row):
    """A channel: who may be in it, its purpose, its ceiling and what the bot listens to."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("platform", "address"),)

    slug: Mapped[str] = mapped_column(unique=True)
    platform: Mapped[str]
    address: Mapped[str]
    title: Mapped[str]
    purpose: Mapped[str]
    ceiling: Mapped[Tlp] = mapped_column(words(Tlp))
    default_marking: Mapped[Tlp] = mapped_column(words(Tlp))
    listens: Mapped[Listening] = mapped_column(words(Listening))
    agencies: Mapped[list[str]]
    carries: Mapped[list[str]] = mapped_column(default_factory=list)
    zone: Mapped[str] = mapped_column(default="UTC")
    reads_files: Mapped[bool] = mapped_column(default=False)
    """Whether what is in files is read, too, and not their names alone."""
    discreet: Mapped[bool | None] = mapped_column(default=None)
    """Whether what is told in private of it waits to be opened; `None` leaves it to the chat."""
    announced_at: Mapped[datetime | None] = mapped_column(default=None)
    retired_at: Mapped[datetime | None] = mapped_column(default=None)


class Agreement(Row):
    """A sharing agreement as a rule: who tells whom what, why, until when."""

    __tablename__ = "agreement"

    slug: Mapped[str] = mapped_column(unique=True)
    from_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    labels: Mapped[list[str]]
    up_to: Mapped[Tlp] = mapped_column(words(Tlp))
    notice: Mapped[str]
    purpose: Mapped[str]
    until: Mapped[datetime]
    retired_at: Mapped[datetime | None] = mapped_column(default=None)


class DirectoryVersion(Row):
    """Each directory that was applied: when, by whom, and what changed."""

    __tablename__ = "directory_version"

    applied_at: Mapped[datetime]
    applied_by: Mapped[str]
    fingerprint: Mapped[str]
    changes: Mapped[list[str]]


class Setting(Row):
    """A small fact of this deployment, such as the practice clock."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(unique=True)
    value: Mapped[dict[str, Any]]
