"""Who may read what somebody else said: its author's side, and the agencies of its room."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import not_, or_, select
from sqlalchemy.orm import Session

from bot.casework import entities, spared
from bot.governance import markings
from bot.wording import casework as wording
from bot.wording import matches as matches_wording
from nlp.names.words import words as words_of
from nlp.roles import Role
from storage import sealing
from storage.models import Case, Entity, EntityCase, Mention, Message, Officer, Room, Tlp


def quoted(session: Session, message: Message, reader: Officer) -> str | None:
    """The words of a message, if this reader may have them; to another agency without those of its
    author's victims, witnesses, minors and sources, and of where they are reached; to nobody but
    the author with a source's."""
    if not may_read(session, message, reader):
        return None
    text = sealing.unseal_or(session, message, "text", wording.erased())
    if message.officer_id == reader.id:
        return text
    is_own = message.agency_id == reader.agency_id
    kept_back = [
        mention
        for mention in session.scalars(spared.said_to_be(message))
        if not is_own or mention.role == Role.SOURCE  # whom their handler alone may name
    ]
    return _without(session, text, kept_back)


def kept(session: Session, message: Message) -> str:
    """The words of a message as a case keeps them, whoever reads it: with nobody who is spared."""
    text = sealing.unseal_or(session, message, "text", wording.erased())
    return _without(session, text, session.scalars(spared.said_to_be(message)))


def sparing(session: Session, case: Case, reader: Officer) -> Callable[[str], str]:
    """What takes out of a case's own words the names of whom it knows as a victim, witness, minor
    or source, whenever they were found to be; but for their own desk."""
    here = (
        select(Entity.id)
        .join(EntityCase, EntityCase.entity_id == Entity.id)
        .where(EntityCase.case_id == case.id, not_(spared.not_from(reader)))
    )
    with_parts = select(Entity.id).where(or_(Entity.id.in_(here), Entity.merged_into.in_(here)))
    called = entities.names_of_many(session, session.scalars(with_parts)).values()
    kept_back = {tuple(_folded(name)) for many in called for name in many} - {()}
    return lambda text: _unnamed(text, kept_back)


def may_read(session: Session, message: Message, reader: Officer) -> bool:
    """Own words; else what was said before the reader's agency, as far as its marking reaches."""
    room = session.get(Room, message.room_id) if message.room_id else None
    marking = message.marking or (room.default_marking if room is not None else Tlp.RED)
    if not markings.is_within(marking, reader.clearance):
        return False
    if message.agency_id == reader.agency_id:
        return marking is not Tlp.RED or message.officer_id == reader.id
    is_before_us = room is not None and reader.agency.slug in room.agencies
    return is_before_us and markings.is_within(marking, Tlp.AMBER)


def _without(session: Session, text: str, mentions: Iterable[Mention]) -> str:
    kept_back = [sealing.unseal_or(session, each, "text", "") for each in mentions]
    for words in sorted(filter(None, kept_back), key=len, reverse=True):
        text = text.replace(words, matches_wording.KEPT_BACK)
    return text


def _unnamed(text: str, kept_back: Iterable[Sequence[str]]) -> str:
    """A text without these names, each given by its words, in whatever order it has them."""
    said = list(words_of(text))
    folded = [word.folded for word in said]
    going: set[int] = set()
    for name in kept_back:
        wanted = sorted(name)
        for start in range(len(said) - len(wanted) + 1):
            end = start + len(wanted)
            if sorted(folded[start:end]) == wanted:
                going.update(range(start, end))
    for at in sorted(going, reverse=True):
        if at - 1 not in going:
            last = next(each for each in range(at, len(said)) if each + 1 not in going)
            left, right = text[: said[at].start], text[said[last].end :]
            text = f"{left}{matches_wording.KEPT_BACK}{right}"
    return text


def _folded(name: str) -> list[str]:
    return [word.folded for word in words_of(name)]
