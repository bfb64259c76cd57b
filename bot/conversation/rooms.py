"""Rooms: what the bot says on coming into one, and who is in it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import AccountRef, Control, Edited, Said, Words
from bot.governance import access
from bot.wording import conversation as wording
from storage.models import Case, Listening, Officer, Presence, Room, Tlp

ANNOUNCEMENT = "announce:"


def announce(session: Session, now: datetime) -> int:
    """Tell each listed room, once, that the bot is there and what it reads. Returns how many.

    Whoever changes what a room is listened to for empties `announced_at`: it is told again.
    """
    untold = session.scalars(
        select(Room)
        .where(Room.announced_at.is_(None), Room.retired_at.is_(None))
        .order_by(Room.id)
        .with_for_update(skip_locked=True)
    ).all()
    for room in untold:
        room.announced_at = now
        outbox.say(
            session,
            key=f"{ANNOUNCEMENT}{room.id}:{now.timestamp():.3f}",
            room=room,
            words=Words(
                wording.announcement(room.listens, room.title, reads_files=room.reads_files),
                # Whom no chat lets the bot tell anything alone has a way to their desk by this.
                (Control(wording.MY_DESK, "desk:open"),)
                if room.listens is not Listening.OFF
                else (),
            ),
            # Whoever is in the room may know that it is read, also whom the directory does not.
            marking=Tlp.CLEAR,
            now=now,
        )
    return len(untold)


def at(session: Session, platform: str, address: str) -> Room | None:
    """The listed room at this address, if there is one."""
    return session.scalar(
        select(Room).where(
            Room.platform == platform, Room.address == address, Room.retired_at.is_(None)
        )
    )


def reads_files(session: Session, said: Said | Edited) -> bool:
    """Whether what is in files is read where this was said, and of whom."""
    room = at(session, said.platform, said.address)
    if room is None or not room.reads_files or room.listens is not Listening.ALL:
        return False
    return access.officer_of(session, said.by) is not None


def warn_of_newcomer(session: Session, room: Room, account: AccountRef, *, now: datetime) -> None:
    """Tell, in private, whoever owns a case that this room carries and the newcomer may not see."""
    officer = access.officer_of(session, account)
    for case in _carried(session, room):
        if not access.room_may_see(session, room, case, [], now):
            continue
        if access.room_may_see(session, room, case, [officer], now):
            continue
        owner = session.get(Officer, case.owner_id) if case.owner_id is not None else None
        if owner is not None and owner != officer:
            who = officer.name if officer is not None else wording.a_stranger()
            outbox.tell(
                session,
                key=f"newcomer:{room.id}:{case.id}:{account.home}/{account.user}:{now.timestamp():.3f}",
                officer=owner,
                words=Words(wording.newcomer(who, room.title, case.code)),
                cases=[case],
                now=now,
            )


def note_present(
    session: Session, room: Room, present: Sequence[AccountRef], *, now: datetime
) -> None:
    """Remember who is in the room, as its chat has just told."""
    known = {
        (row.home, row.user): row
        for row in session.scalars(select(Presence).where(Presence.room_id == room.id))
    }
    here = {(account.home, account.user) for account in present}
    for place, row in known.items():
        if place not in here:
            session.delete(row)
    for home, user in sorted(here - known.keys()):
        session.add(Presence(room_id=room.id, home=home, user=user, since=now))
    access.forget_present(session)


def _carried(session: Session, room: Room) -> list[Case]:
    if not room.carries:
        return []
    codes = {each.rpartition("/")[2] for each in room.carries}
    found = session.scalars(
        select(Case).where(Case.code.in_(codes), Case.erased_at.is_(None)).order_by(Case.id)
    )
    return [case for case in found if access.carries(room, case)]
