"""Who is spared: victims, witnesses, minors, sources, lawyers and staff, named to few."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from bot.governance import access
from nlp.roles import SPARED
from storage.models import Category, Entity, Match, Mention, Message, Officer

CATEGORIES = frozenset({Category.VICTIM, Category.WITNESS, Category.MINOR, Category.SOURCE})
ROLES = frozenset(map(str, SPARED))
"""What a text may say somebody is, so that their name is neither searched nor passed on."""


def from_reader(entity: Entity | None, reader: Officer) -> bool:
    """Whether this entity is not named to *reader*: spared, and they are not of its desk."""
    return entity is not None and is_spared(entity) and not _is_of_its_desk(entity, reader)


def not_from(reader: Officer, entity: type[Entity] = Entity) -> ColumnElement[bool]:
    """As `from_reader`, for many at once: those that are named to *reader*."""
    is_told = entity.category.not_in(CATEGORIES)
    return or_(is_told, entity.agency_id == reader.agency_id) if access.is_desk(reader) else is_told


def is_spared(entity: Entity) -> bool:
    return entity.category in CATEGORIES


def mention_from_reader(session: Session, mention: Mention, match: Match, reader: Officer) -> bool:
    """Whether a mention and what it may mean are not spoken of before *reader*."""
    entity = session.get(Entity, match.entity_id)
    if entity is not None and _is_of_its_desk(entity, reader):
        return False
    return mention.role in ROLES or (entity is not None and is_spared(entity))


def among(session: Session, message_ids: Sequence[int]) -> set[int]:
    """The mentions of these messages that are repeated in no room.

    What only a hidden case knows does not count: that a name is left out would tell of it.
    """
    known = session.scalars(
        select(Mention.id)
        .join(Match, Match.mention_id == Mention.id)
        .join(Entity, Entity.id == Match.entity_id)
        .where(
            Mention.message_id.in_(message_ids),
            Match.is_hidden.is_(False),
            Entity.category.in_(CATEGORIES),
        )
    )
    said = session.scalars(
        select(Mention.id).where(Mention.message_id.in_(message_ids), Mention.role.in_(ROLES))
    )
    return {*known, *said}


def said_to_be(message: Message) -> Select[Mention]:
    """The mentions of a message whose author says that they are to be spared."""
    return select(Mention).where(Mention.message_id == message.id, Mention.role.in_(ROLES))


def _is_of_its_desk(entity: Entity, reader: Officer) -> bool:
    return reader.agency_id == entity.agency_id and access.is_desk(reader)
