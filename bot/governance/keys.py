"""Which key seals what: a room's month, a case, an agency."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from storage import sealing
from storage.keyring import ROOT
from storage.models import Agency


class HasId(Protocol):
    """A room, or as much of it as is needed here."""

    @property
    def id(self) -> int: ...


class OfAgency(Protocol):
    """An officer, or as much of one as is needed here."""

    @property
    def agency_id(self) -> int: ...


def room_month(session: Session, room: HasId, now: datetime) -> str:
    """The key above the keys of what is said in *room* this month."""
    return sealing.ensure_key(session, f"room:{room.id}:{now:%Y-%m}")


def desk_month(session: Session, officer: OfAgency, now: datetime) -> str:
    """The key above those of what an agency's officers and the bot say in private this month."""
    return sealing.ensure_key(session, f"desk:{officer.agency_id}:{now:%Y-%m}")


def of_message(session: Session, parent: str) -> str:
    """A message's own key, below its room's or desk's month."""
    return sealing.keyring(session).mint(parent)


def of_case(session: Session, agency: Agency) -> str:
    """A new case's own key, below its agency's: destroying it erases the case."""
    return sealing.keyring(session).mint(agency.key_id)


def of_entity(session: Session, agency: Agency) -> str:
    """A new entity's own key, below its agency's."""
    return sealing.keyring(session).mint(agency.key_id)


def of_agency(session: Session) -> str:
    return sealing.keyring(session).mint(ROOT)
