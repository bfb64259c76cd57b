"""Who may read what somebody else said: its author's side, and the agencies of its room."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from bot.casework import spared
from bot.governance import markings
from bot.wording import casework as wording
from bot.wording import matches as matches_wording
from nlp.roles import Role
from storage import sealing
from storage.models import Mention, Message, Officer, Room, Tlp


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
