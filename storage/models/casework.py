"""What is known: cases, the entities in them, and what was judged about a mention."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nlp.spans import Label
from storage.models.base import Base, Row, Sealed
from storage.models.directory import Agency, Tlp, Unit
from storage.types import words


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Verdict(StrEnum):
    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    DROPPED = "dropped"
    CORRECTED = "corrected"


class MatchState(StrEnum):
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


class Category(StrEnum):
    """Article 6 of Directive (EU) 2016/680, those who are spared apart, and `unknown`, which forces
    a review."""

    SUSPECT = "suspect"
    CONVICTED = "convicted"
    VICTIM = "victim"
    WITNESS = "witness"
    MINOR = "minor"
    SOURCE = "source"
    OTHER = "other"
    UNKNOWN = "unknown"


class Case(Row, Sealed):
    """Work with an owner agency, a marking, an access list, a purpose and a review date."""

    __tablename__ = "case"
    __table_args__ = (UniqueConstraint("agency_id", "code"),)

    code: Mapped[str] = mapped_column(index=True)
    """An agency's own word for it: that it is taken must tell no other agency anything."""
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    marking: Mapped[Tlp] = mapped_column(words(Tlp))
    opened_at: Mapped[datetime]
    review_on: Mapped[date]
    state: Mapped[CaseState] = mapped_column(words(CaseState), default=CaseState.OPEN)
    title_sealed: Mapped[bytes | None] = mapped_column(default=None)
    purpose_sealed: Mapped[bytes | None] = mapped_column(default=None)
    silent: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    reviewed_at: Mapped[datetime | None] = mapped_column(default=None)
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    merged_into: Mapped[int | None] = mapped_column(default=None)
    """The case in which this one goes on: nothing new is matched with this one."""
    agency: Mapped[Agency] = relationship(init=False, lazy="joined")
    unit: Mapped[Unit | None] = relationship(init=False, lazy="joined")


class Grant(Row):
    """Somebody else's right to see a case: one officer's, or a whole agency's."""

    __tablename__ = "grant"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), default=None)
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    granted_at: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


class LinkRule(Row, Sealed):
    """A case's own rule by which a verified identifier joins it without a person: who let it, when
    and why, and until when. No case has one to begin with."""

    __tablename__ = "link_rule"
    __table_args__ = (
        Index(
            "uq_link_rule_in_force",
            "case_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]
    reason_sealed: Mapped[bytes | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)


class Recusal(Row):
    """An officer steps aside from a case: asked nothing about it, shown nothing of it."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("case_id", "officer_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]


class Entity(Row, Sealed):
    """The person, organisation, vehicle, account... itself, as one agency knows it."""

    __tablename__ = "entity"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    schema: Mapped[str]
    """The Follow the Money schema: Person, Organization, Vehicle, BankAccount..."""
    category: Mapped[Category] = mapped_column(words(Category), default=Category.UNKNOWN)
    review_on: Mapped[date]
    made_at: Mapped[datetime]
    learnt_at: Mapped[datetime | None] = mapped_column(default=None)
    """When something new was last learnt of it: what was answered before then is asked again."""
    origin: Mapped[str | None] = mapped_column(default=None, index=True)
    """The id under which it came in from elsewhere; one that may say something is kept as a hash
    under the case's key."""
    originated_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was made there."""
    caption_sealed: Mapped[bytes | None] = mapped_column(default=None)
    facts_sealed: Mapped[bytes | None] = mapped_column(default=None)
    """JSON of further properties, as Follow the Money names them."""
    is_assessment: Mapped[bool] = mapped_column(default=False)
    restricted_at: Mapped[datetime | None] = mapped_column(default=None)
    corrected: Mapped[str | None] = mapped_column(default=None)
    """Fingerprints, under its own key, of what it was found not to be: not learnt of it again."""
    merged_into: Mapped[int | None] = mapped_column(default=None)
    """The entity of the same agency that this one turned out to be; its own names stay its own, so
    that they can be taken apart again."""
    own_category: Mapped[Category | None] = mapped_column(words(Category), default=None)
    """What it was before something was merged into it that has to be protected more."""
    erased_at: Mapped[datetime | None] = mapped_column(default=None)


class EntityCase(Base):
    """An entity's place in a case."""

    __tablename__ = "entity_case"

    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(default=None)
    by_merge: Mapped[bool] = mapped_column(default=False)
    """It stands here for what was merged into it alone, and goes when that is taken apart again."""


class Name(Row, Sealed):
    """One of an entity's names; its key is the entity's."""

    __tablename__ = "name"

    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), index=True)
    kind: Mapped[str]
    text_sealed: Mapped[bytes]
    learnt_from: Mapped[int | None] = mapped_column(default=None)


class NameKey(Base):
    """A keyed hash by which a name is found without being read.

    The agency is the entity's and never changes; it stands here too, so that those of one agency
    are counted in the index alone.
    """

    __tablename__ = "name_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agency_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entity_id: Mapped[int] = mapped_column(
        ForeignKey("entity.id"), primary_key=True, index=True, autoincrement=False
    )


class CrowdedKey(Base):
    """A keyed hash that too many entities of an agency share to tell them apart: it finds none of
    theirs."""

    __tablename__ = "crowded_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)


class Identifier(Row, Sealed):
    """One of an entity's hard identifiers; its key is the entity's."""

    __tablename__ = "identifier"
    __table_args__ = (Index("ix_identifier_hash", "hash"),)

    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), index=True)
    label: Mapped[Label]
    hash: Mapped[int]
    verified: Mapped[bool]
    value_sealed: Mapped[bytes]


class Relation(Row, Sealed):
    """A tie between two entities of a case, as a message states it and an officer added it."""

    __tablename__ = "relation"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), index=True)
    object_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), index=True)
    tie: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]
    marking: Mapped[Tlp] = mapped_column(words(Tlp))
    """The stricter of its message's and its case's when it was added."""
    negated: Mapped[bool] = mapped_column(default=False)
    hearsay: Mapped[bool] = mapped_column(default=False)
    message_id: Mapped[int | None] = mapped_column(default=None)
    mention_ids: Mapped[list[int]] = mapped_column(default_factory=list)
    """Whom and what the message names there, the subject first."""
    made_ids: Mapped[list[int]] = mapped_column(default_factory=list)
    """The entities that came into the case with it."""
    note_id: Mapped[int | None] = mapped_column(default=None)
    """The line of the case's notebook that tells of it."""
    copy_of: Mapped[int | None] = mapped_column(default=None, index=True)
    """What it is in the case that went on in this one, or was split into it."""
    more_sealed: Mapped[bytes | None] = mapped_column(default=None)
    """What else belongs to it: "4,000 EUR", an account."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)


class Match(Row):
    """A mention proposed to belong to a case. It belongs to the agency of the case."""

    __tablename__ = "match"
    __table_args__ = (UniqueConstraint("mention_id", "entity_id", "case_id"),)

    mention_id: Mapped[int] = mapped_column(ForeignKey("mention.id"), index=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    is_verified: Mapped[bool]
    is_hidden: Mapped[bool]
    """Whether the author's side may not see the case: the owner alone is asked."""
    is_near: Mapped[bool] = mapped_column(default=False)
    """Whether what was written is known but for a slip."""
    score: Mapped[float]
    scorer: Mapped[str]
    signature: Mapped[int] = mapped_column(index=True)
    """Keyed hash of entity and evidence: a rejected suggestion is not repeated on the same."""
    made_at: Mapped[datetime]
    state: Mapped[MatchState] = mapped_column(words(MatchState), default=MatchState.SUGGESTED)
    notice: Mapped[str | None] = mapped_column(default=None)
    """What the author's side may be told of a hidden match: silent, contact or disclose."""


class Evidence(Row, Sealed):
    """Reasons for and against a match, in the words one side may read, under that side's key."""

    __tablename__ = "evidence"

    match_id: Mapped[int] = mapped_column(ForeignKey("match.id"), index=True)
    side: Mapped[str]
    reasons_sealed: Mapped[bytes]


class Judgement(Row, Sealed):
    """Who decided what about a mention, when, on which evidence. Appended, never overwritten."""

    __tablename__ = "judgement"

    mention_id: Mapped[int] = mapped_column(ForeignKey("mention.id"), index=True)
    match_id: Mapped[int | None] = mapped_column(ForeignKey("match.id"), index=True)
    entity_id: Mapped[int | None] = mapped_column(ForeignKey("entity.id"))
    verdict: Mapped[Verdict] = mapped_column(words(Verdict))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]
    trust: Mapped[str]
    checked: Mapped[str | None] = mapped_column(default=None)
    signature: Mapped[int | None] = mapped_column(default=None, index=True)
    undoes: Mapped[int | None] = mapped_column(default=None)
    undone_by: Mapped[int | None] = mapped_column(default=None)
    note_sealed: Mapped[bytes | None] = mapped_column(default=None)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("link_rule.id"), default=None)
    """The rule of its case that decided this, where no officer did."""


class Told(Row):
    """Who was told something that rests on a judgement, so that an undo reaches them."""

    __tablename__ = "told"

    judgement_id: Mapped[int] = mapped_column(ForeignKey("judgement.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), default=None)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), default=None)
    thread: Mapped[str | None] = mapped_column(default=None)
    at: Mapped[datetime]
    corrected_at: Mapped[datetime | None] = mapped_column(default=None)


class Reached(Row):
    """An officer who was there when something was told, and when they saw its correction."""

    __tablename__ = "reached"
    __table_args__ = (UniqueConstraint("told_id", "officer_id"),)

    told_id: Mapped[int] = mapped_column(ForeignKey("told.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    seen_at: Mapped[datetime | None] = mapped_column(default=None)


class Calibration(Row):
    """From which score on an agency is asked about a name, learnt from its own decisions alone."""

    __tablename__ = "calibration"
    __table_args__ = (
        UniqueConstraint("agency_id", "version"),
        Index(
            "uq_calibration_in_use",
            "agency_id",
            unique=True,
            sqlite_where=text("used_at IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=text("used_at IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    version: Mapped[int]
    scorer: Mapped[str]
    """The model it was learnt for: for another one it says nothing."""
    made_at: Mapped[datetime]
    asked_from: Mapped[float]
    decisions: Mapped[int]
    """How many there were to learn from."""
    figures: Mapped[dict[str, Any]]
    """What it would have done to the newest of them, which it was not learnt from."""
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Note(Row, Sealed):
    """A line in a case's notebook: a fact, an assessment, a sighting, an outcome."""

    __tablename__ = "note"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]
    kind: Mapped[str]
    marking: Mapped[Tlp] = mapped_column(words(Tlp), default=Tlp.AMBER)
    """The strictest of what it states of itself and of its case's marking when it was written."""
    text_sealed: Mapped[bytes | None] = mapped_column(default=None)
    mention_id: Mapped[int | None] = mapped_column(default=None)
    match_id: Mapped[int | None] = mapped_column(default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)


class Watch(Row, Sealed):
    """Tell me when this turns up, or ask my agency no more: with a purpose, an owner and an end."""

    __tablename__ = "watch"

    code: Mapped[str] = mapped_column(unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), default=None)
    hash: Mapped[int] = mapped_column(index=True)
    value_sealed: Mapped[bytes]
    purpose_sealed: Mapped[bytes]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    is_mute: Mapped[bool] = mapped_column(default=False)
    """Whether it keeps the officer's agency from being asked, instead of telling the officer."""


class Live(Row, Sealed):
    """An operation under way: who commands it, who is in it, where, and until when."""

    __tablename__ = "live"
    __table_args__ = (
        Index(
            "uq_live_under_way",
            "case_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    code: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    commander_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    started_at: Mapped[datetime]
    until: Mapped[datetime]
    members: Mapped[list[str]]
    """The slugs of who is in it, its commander first."""
    place_hashes: Mapped[list[int]]
    """Under what the place is found; of all of it first, then of its parts."""
    place_sealed: Mapped[bytes | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
