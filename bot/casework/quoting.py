"""Who may read what somebody else said: its author's side, and the agencies of its room."""

import re
from collections.abc import Callable, Iterable

from sqlalchemy import not_, or_, select
from sqlalchemy.orm import Session

from bot.casework import entities, spared
from bot.governance import markings
from bot.wording import casework as wording
from bot.wording import matches as matches_wording
from nlp.names.parts import Kind, parts
from nlp.names.words import Word
from nlp.names.words import words as words_of
from nlp.roles import Role
from nlp.spans import Label
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


def kept(session: Session, message: Message, passage: str | None = None) -> str:
    """The words of a message as a case keeps them, or a *passage* that holds some of them, whoever
    reads it: with nobody who is spared."""
    text = passage
    if text is None:
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
    kept_back = {name for many in called for name in many}
    return lambda text: _unnamed(text, kept_back)


def may_read(session: Session, message: Message, reader: Officer) -> bool:
    """Own words; else what was said before the reader's agency, as far as its marking reaches."""
    room = session.get(Room, message.room_id) if message.room_id else None
    marking = marking_of(session, message)
    if not markings.is_within(marking, reader.clearance):
        return False
    if message.agency_id == reader.agency_id:
        return marking is not Tlp.RED or message.officer_id == reader.id
    is_before_us = room is not None and reader.agency.slug in room.agencies
    return is_before_us and markings.is_within(marking, Tlp.AMBER)


def marking_of(session: Session, message: Message) -> Tlp:
    """What a message is marked, else what its room marks; said in no room, its author's alone."""
    room = session.get(Room, message.room_id) if message.room_id else None
    return message.marking or (room.default_marking if room is not None else Tlp.RED)


def _without(session: Session, text: str, mentions: Iterable[Mention]) -> str:
    kept_back: list[str] = []
    for each in mentions:
        said = sealing.unseal_or(session, each, "text", "")
        kept_back.append(said)
        if each.label is Label.PERSON:  # Said again, one of their names is enough.
            kept_back += [part.shown for part in parts(said, Kind.PERSON).core]
    return _unnamed(text, kept_back)


def _unnamed(text: str, kept_back: Iterable[str]) -> str:
    """A text without these names: as they are written, and their words in any hand and order."""
    said = list(words_of(text))
    folded = [_folded(text, word) for word in said]
    going: set[int] = set()
    for name in filter(None, kept_back):
        for found in re.finditer(re.escape(name), text):
            going.update(range(*found.span()))
        wanted = sorted(_folded(name, word) for word in words_of(name))
        for start in range(len(said) - len(wanted) + 1) if wanted else ():
            end = start + len(wanted)
            if sorted(folded[start:end]) == wanted:
                going.update(range(said[start].start, said[end - 1].end))
    left = "".join(_GONE if place in going else sign for place, sign in enumerate(text))
    return _RUN.sub(matches_wording.KEPT_BACK, left)


def _folded(text: str, word: Word) -> str:
    """A word as it is compared: "Sampleton's" as the name it is made from."""
    is_possessive = text[word.start : word.end].lower().endswith(("'s", "’s"))
    return word.folded[:-1] if is_possessive else word.folded


_GONE = "\0"
_RUN = re.compile(rf"{_GONE}+(?:\s+{_GONE}+)*")
