"""Hearing: what a platform tells is kept under its unique key before it is acknowledged."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, assert_never

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.conversation import rooms
from bot.conversation.messages import (
    AccountRef,
    Deleted,
    Edited,
    Inbound,
    MembershipChanged,
    Said,
    Unreadable,
)
from bot.governance import access, concerns, keys
from bot.governance.access import Author
from storage import sealing
from storage.models import (
    Cursor,
    Listening,
    Message,
    Officer,
    Presence,
    Progress,
    Room,
)
from storage.sealing import Place
from storage.types import fresh_id

MAX_TEXT = 4 * 1024 * 1024
"""No chat carries more; what is longer is cut, and the message says so."""

WITHOUT = "without:"
"""How the revision begins that the deletion of an edit leaves: the words as they were before."""

_CONFIDENTIAL = "confidential"
"""The address of what was said in confidence: a private room's own would name its person."""


def hear(
    session: Session,
    inbounds: Sequence[Inbound],
    *,
    now: datetime,
    cursor: tuple[str, str] | None = None,
) -> int:
    """Keep what was told. What was told before is kept once. Returns how many messages are new.

    *cursor* (platform, value) is stored in the same unit of work.
    """
    fresh = 0
    rows: list[dict[str, object]] = []
    known = _Known(session, inbounds)
    for inbound in dict.fromkeys(inbounds):  # told twice at once, kept once
        match inbound:
            case Said() | Edited() | Deleted() | Unreadable():
                if isinstance(inbound, Deleted):
                    fresh += _insert_once(session, rows)  # What it deletes may have come with it.
                    rows.clear()
                    inbound = _meant(session, known, inbound)
                row = _kept(session, known, inbound, now)
                if row is not None:
                    known.heard.add((row["platform"], row["address"], row["event"]))
                    rows.append(row)
            case MembershipChanged():
                _note_membership(session, known, inbound, now)
            case _:
                assert_never(inbound)
    fresh += _insert_once(session, rows)
    if cursor is not None:
        _keep_cursor(session, *cursor)
    return fresh


def cursor_of(session: Session, platform: str) -> str | None:
    """How far this platform has been read."""
    return session.scalar(select(Cursor.value).where(Cursor.platform == platform))


def is_first(
    session: Session, officer: Officer, by: AccountRef, key: str, *, now: datetime
) -> bool:
    """Whether what this officer did under this key is told for the first time: kept with it."""
    row: dict[str, object] = {
        "id": fresh_id(),
        "platform": by.platform,
        "address": "",
        "event": key,
        "revision": "tapped",
        "officer_id": officer.id,
        "agency_id": officer.agency_id,
        "home": by.home,
        "user": by.user,
        "kind": "tapped",
        "to_bot": True,
        "is_private": True,
        "sent_at": now,
        "heard_at": now,
        "key_id": keys.of_message(session, keys.desk_month(session, officer, now)),
        "progress": Progress.DONE,
        "attempts": 0,
    }
    return _insert_once(session, [row]) > 0


class _Here(NamedTuple):  # as `access.Author`
    """As much of a room as is needed to keep what is said there."""

    id: int
    listens: Listening


class _Known:
    """The rooms and authors of what is being heard, each asked for once; and what was heard."""

    def __init__(self, session: Session, inbounds: Sequence[Inbound]) -> None:
        self.rooms: dict[tuple[str, str], _Here] = {}
        self._authors: dict[AccountRef, Author | None] = {}
        for platform in {each.platform for each in inbounds}:
            told = [each for each in inbounds if each.platform == platform]
            addresses = list({each.address for each in told})
            for number, address, listens in session.execute(
                _ROOMS, {"platform": platform, "addresses": addresses}
            ):
                self.rooms[platform, address] = _Here(number, listens)
            accounts = {e.account if isinstance(e, MembershipChanged) else e.by for e in told}
            self._authors.update(access.authors_of(session, platform, accounts))
        self._parents: dict[int, str] = {}
        self.heard: set[tuple[object, object, object]] = set()
        """Platform, address and event of what is to be kept, and is no row in the database yet."""

    def room(self, inbound: Inbound) -> _Here | None:
        """The listed room this was said in."""
        return self.rooms.get((inbound.platform, inbound.address))

    def parent(self, session: Session, room: _Here, now: datetime) -> str:
        """The key above the keys of what is said in this room now."""
        if room.id not in self._parents:
            self._parents[room.id] = keys.room_month(session, room, now)
        return self._parents[room.id]

    def author(self, session: Session, account: AccountRef) -> Author | None:
        if account not in self._authors:
            self._authors.update(access.authors_of(session, account.platform, {account}))
        return self._authors[account]


def _kept(
    session: Session, known: _Known, inbound: Said | Edited | Deleted | Unreadable, now: datetime
) -> dict[str, object] | None:
    """The row to keep, or nothing where nothing may be kept."""
    room, officer = known.room(inbound), known.author(session, inbound.by)
    is_private = _is_private(session, known, inbound, room)
    if is_private:
        if officer is None:
            return None
        parent = keys.desk_month(session, officer, now)
    elif (
        room is None
        or room.listens is Listening.OFF
        or (room.listens is Listening.MENTIONS and not _concerns_bot(session, known, inbound))
    ):
        return None
    else:
        parent = known.parent(session, room, now)
    text, to_bot, thread, revision = "", False, None, ""
    kind = {Said: "said", Edited: "edited", Deleted: "deleted", Unreadable: "unreadable"}[
        type(inbound)
    ]
    match inbound:
        case Said():
            text, to_bot, thread = inbound.text, inbound.to_bot or is_private, inbound.thread
        case Edited():
            text, to_bot, thread = inbound.text, inbound.to_bot or is_private, inbound.thread
            revision = inbound.revision
        case Deleted():
            revision = "deleted"
        case Unreadable():
            revision = "unreadable"
            text = inbound.why
    by, is_done = inbound.by, kind == "unreadable"
    address, event = inbound.address, inbound.event
    if officer is not None and is_private and concerns.is_concern(text):
        # A concern leaves no copy among the messages, nor who said it: only that it was heard.
        if not _was_concern(session, inbound, revision):
            raiser = session.get_one(Officer, officer.id)
            concerns.raise_concern(session, raiser, concerns.without_command(text), now=now)
        text, officer, by, is_done = "", None, AccountRef(by.platform, "", ""), True
        address, event = _CONFIDENTIAL, _unnamed(session, inbound)
    number, key_id = fresh_id(), keys.of_message(session, parent)
    sealed = (
        sealing.sealed(session, Place("message", number, key_id), "text", text[:MAX_TEXT])
        if text
        else None
    )
    # Not a Message: making one costs more than all the rest here.
    return {
        "id": number,
        "platform": inbound.platform,
        "address": address,
        "event": event,
        "revision": revision,
        "thread": thread,
        "room_id": None if is_private or room is None else room.id,
        "officer_id": officer.id if officer else None,
        "agency_id": officer.agency_id if officer else None,
        "home": by.home,
        "user": by.user,
        "kind": kind,
        "to_bot": to_bot,
        "is_private": is_private,
        "sent_at": inbound.sent_at,
        "heard_at": now,
        "key_id": key_id,
        "text_sealed": sealed,
        "progress": Progress.DONE if is_done else Progress.PENDING,
        "attempts": 0,
        "unread": 0,
    }


def _meant(session: Session, known: _Known, deletion: Deleted) -> Deleted | Edited:
    """What a deletion says: where an edit alone was deleted, that the words before it stand."""
    if _is_heard(session, known, deletion):
        return deletion
    here = (Message.platform == deletion.platform, Message.address == deletion.address)
    edit = session.scalar(
        select(Message).where(*here, Message.revision == deletion.event, Message.kind == "edited")
    )
    if edit is None:
        return deletion
    revisions = session.scalars(
        select(Message)
        .where(*here, Message.event == edit.event, Message.kind.in_(("said", "edited")))
        .order_by(Message.sent_at.desc(), Message.id.desc())
    ).all()
    left = [each for each in revisions if each.revision.startswith(WITHOUT)]
    gone = {deletion.event, *(each.revision.removeprefix(WITHOUT) for each in left)}
    kept = [each for each in revisions if each not in left and each.revision not in gone]
    stands = next(iter(kept), None)
    return Edited(
        platform=deletion.platform,
        address=deletion.address,
        event=edit.event,
        revision=f"{WITHOUT}{deletion.event}",
        by=AccountRef(edit.platform, edit.home, edit.user),
        text=sealing.unseal_or(session, stands, "text", "") if stands is not None else "",
        sent_at=deletion.sent_at,
        thread=edit.thread,
        to_bot=edit.to_bot,
        is_private=edit.is_private,
    )


def _is_private(
    session: Session,
    known: _Known,
    inbound: Said | Edited | Deleted | Unreadable,
    room: _Here | None,
) -> bool:
    """Whether it was said to the bot alone; a deletion, whether what it deletes was."""
    if isinstance(inbound, (Said, Edited)):
        return inbound.is_private
    return room is None and _is_heard(session, known, inbound)


def _is_heard(
    session: Session, known: _Known, inbound: Said | Edited | Deleted | Unreadable
) -> bool:
    """Whether something of this event was heard before, or with it."""
    if (inbound.platform, inbound.address, inbound.event) in known.heard:
        return True
    heard = select(Message.id).where(
        Message.platform == inbound.platform,
        Message.address == inbound.address,
        Message.event == inbound.event,
    )
    return session.scalar(heard.limit(1)) is not None


def _was_concern(
    session: Session, inbound: Said | Edited | Deleted | Unreadable, revision: str
) -> bool:
    heard = select(Message.id).where(
        Message.platform == inbound.platform,
        Message.address == _CONFIDENTIAL,
        Message.event == _unnamed(session, inbound),
        Message.revision == revision,
    )
    return session.scalar(heard) is not None


def _unnamed(session: Session, inbound: Said | Edited | Deleted | Unreadable) -> str:
    """What tells this message from all others, and not where it was said."""
    key_id = sealing.ensure_key(session, concerns.KEY)
    said = f"{inbound.address}\n{inbound.event}"
    return str(sealing.fingerprint(session, key_id, "confidential", said))


def _concerns_bot(
    session: Session, known: _Known, inbound: Said | Edited | Deleted | Unreadable
) -> bool:
    """In a room that listens to mentions: is it said to the bot, or about what was?"""
    if isinstance(inbound, (Said, Edited)) and inbound.to_bot:
        return True
    return _is_heard(session, known, inbound)


def _insert_once(session: Session, rows: list[dict[str, object]]) -> int:
    if not rows:
        return 0
    session.flush()
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Message).on_conflict_do_nothing()
    return session.connection().execute(statement, rows).rowcount


def _note_membership(
    session: Session, known_here: _Known, change: MembershipChanged, now: datetime
) -> None:
    room = known_here.room(change)
    if room is None:
        return
    here = (
        Presence.room_id == room.id,
        Presence.home == change.account.home,
        Presence.user == change.account.user,
    )
    known = session.scalar(select(Presence.id).where(*here))
    if change.is_member and known is None:
        session.execute(
            insert(Presence).values(
                id=fresh_id(),
                room_id=room.id,
                home=change.account.home,
                user=change.account.user,
                since=now,
            )
        )
        rooms.warn_of_newcomer(session, session.get_one(Room, room.id), change.account, now=now)
    elif not change.is_member:
        session.execute(delete(Presence).where(*here))


def _keep_cursor(session: Session, platform: str, value: str) -> None:
    known = session.scalar(select(Cursor).where(Cursor.platform == platform))
    if known is None:
        session.add(Cursor(platform=platform, value=value))
    else:
        known.value = value


_ROOMS = select(Room.id, Room.address, Room.listens).where(
    Room.platform == bindparam("platform"),
    Room.address.in_(bindparam("addresses", expanding=True)),
    Room.retired_at.is_(None),
)
