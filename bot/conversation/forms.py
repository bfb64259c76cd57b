"""Forms: what a command needs, field by field, where a platform can show them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import quoting
from bot.conversation import commands, rooms
from bot.conversation.grammar import Asked, Reply
from bot.conversation.messages import Control, Field, Form, Tap, Words
from bot.conversation.taps import TapHandler
from bot.errors import NotAllowed, UserError
from bot.wording import conversation as talk
from bot.wording import forms as wording
from storage.models import Message, Officer, Role, Room
from storage.types import row_id

AREA, SENT = "form", "sent"
"""A tap that asks for a form; the tap that a form comes back as."""
NOTHING = "-"
"""What a form is about that is about nothing yet."""
ADDRESS, EVENT = "address", "event"
"""The fields by which a platform says where a form was asked for, and on which message."""


@dataclass(frozen=True, slots=True)
class FormKind:
    """One form. Both its verbs are told in `Asked` where it was asked for, and about what."""

    name: str
    title: str
    usage: str
    """The command that does the same."""
    fields: Callable[[Session, Asked], tuple[Field, ...]]
    send: Callable[[Session, Asked, Mapping[str, str]], Reply]
    roles: frozenset[Role] = frozenset()
    is_offered: bool = True
    """Whether one can begin with it; others belong to something."""


def offered(session: Session, officer: Officer) -> tuple[Control, ...]:
    """What this officer can begin with a tap."""
    known: Mapping[str, FormKind] = session.info.get("forms", {})
    return tuple(
        Control(kind.title, f"{AREA}:{NOTHING}:{kind.name}")
        for kind in known.values()
        if kind.is_offered and _is_open_to(kind, officer)
    )


def open_form(
    session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime
) -> Words:
    """Somebody wants a form: `ABOUT:NAME`."""
    about, kind = _read(session, officer, parts)
    about = _about(session, tap) if about == NOTHING else about
    asked = _asked(session, officer, about, now)
    form = Form(f"{SENT}:{about}:{kind.name}", kind.title, kind.fields(session, asked))
    return Words(wording.without(kind.usage), form=form)


def send_form(
    session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime
) -> Words:
    """A form came back: what its command does is done."""
    about, kind = _read(session, officer, parts)
    asked = _asked(session, officer, about, now)
    reply = kind.send(session, asked, {name: text.strip() for name, text in tap.fields.items()})
    subject = f"{AREA}:{kind.name}"
    return commands.shown_alone(session, officer, reply, subject=subject, now=now)


def on_one_line(text: str) -> str:
    """Words as they can stand in a command."""
    return " ".join(text.split())


TAPS: Mapping[str, TapHandler] = {AREA: open_form, SENT: send_form}


def _read(session: Session, officer: Officer, parts: list[str]) -> tuple[str, FormKind]:
    """What a form is about, and which it is, if it is open to this officer."""
    known: Mapping[str, FormKind] = session.info["forms"]
    about, name = (*parts, "", "")[:2]
    kind = known.get(name)
    if kind is None:
        raise UserError(talk.no_longer_there())
    if not _is_open_to(kind, officer):
        raise NotAllowed(talk.not_for_your_role(kind.title))
    return about, kind


def _is_open_to(kind: FormKind, officer: Officer) -> bool:
    return not kind.roles or any(role in officer.roles for role in kind.roles)


def _about(session: Session, tap: Tap) -> str:
    """The message or the room that a platform named, as it stands in a token."""
    platform, address = tap.by.platform, tap.fields.get(ADDRESS, "")
    room = rooms.at(session, platform, address)
    if room is None:
        return NOTHING
    message = session.scalar(
        select(Message)
        .where(
            Message.room_id == room.id,
            Message.event == tap.fields.get(EVENT, ""),
            Message.superseded_by.is_(None),
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    return f"m{message.id}" if message is not None else f"r{room.id}"


def _asked(session: Session, officer: Officer, about: str, now: datetime) -> Asked:
    """Where it was asked for, as far as this officer's agency has to do with it, and which message
    it is about, where they may read it."""
    asked = Asked(officer, about, now)
    letter, number = about[:1], row_id(about[1:])
    if letter not in ("m", "r"):
        return asked
    message = session.get(Message, number) if letter == "m" else None
    room_id = message.room_id if message is not None else number
    room = session.get(Room, room_id) if room_id is not None else None
    if room is None or room.retired_at is not None or officer.agency.slug not in room.agencies:
        return asked
    if message is None or message.recalled_at is not None or message.erased_at is not None:
        return replace(asked, room=room)
    if not quoting.may_read(session, message, officer):
        return replace(asked, room=room)
    return replace(asked, room=room, message=message, thread=message.thread or message.event)
