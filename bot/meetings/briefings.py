"""Joint briefings: called, moved, cancelled, opened and held."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot import references
from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Words
from bot.errors import NotAllowed, UserError
from bot.followup import dues
from bot.governance import keys, ledger
from bot.governance.ledger import Operation
from bot.meetings import agenda, finding, invitations, places
from bot.meetings.said import revise_all, take_back_unsaid
from bot.wording import actions as actions_wording
from bot.wording import meetings as wording
from storage import sealing
from storage.models import (
    Briefing,
    Case,
    Due,
    Invitation,
    MeetingState,
    Officer,
    Room,
    Rsvp,
    Tlp,
)

START: Final = "briefing-start"
_OPENS, _ENDS = 0, 1

TOOK_PLACE: Final = "held"
WAS_MISSED: Final = "missed"
"""What its organiser answers when asked whether a briefing was held."""

_STANDS: Final = (MeetingState.BOOKED, MeetingState.MISSED)
"""It can still be held, moved or called off: one that was missed too."""


def plan(
    session: Session,
    organiser: Officer,
    attendees: Sequence[Officer],
    *,
    start: datetime,
    length: timedelta,
    now: datetime,
    optional: Sequence[Officer] = (),
    case: Case | None = None,
    room: Room | None = None,
) -> Briefing:
    """A briefing that nobody has been told of yet."""
    zone = ZoneInfo(organiser.zone)
    parent = case.key_id if case else _month_key(session, organiser, room, now)
    code = references.mint(session, Briefing)
    briefing = Briefing(
        code=code,
        case_id=case.id if case else None,
        room_id=room.id if room else None,
        agency_id=organiser.agency_id,
        organiser_id=organiser.id,
        marking=marking(case, room),
        starts_at=start,
        ends_at=start + length,
        wall=start.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        zone=organiser.zone,
        uid="",
        state=MeetingState.PROPOSED,
        key_id=sealing.keyring(session).mint(parent),
    )
    briefing.uid = f"briefing-{briefing.id}@liaison.invalid"
    session.add(briefing)
    session.flush()
    own = invitations.add(session, briefing, organiser)
    own.rsvp, own.answered_at = Rsvp.YES, now
    for officer in attendees:
        invitations.add(session, briefing, officer)
    for officer in optional:
        invitations.add(session, briefing, officer, is_required=False)
    invited = len(attendees) + len(optional)
    _record(session, briefing, Operation.COLLECTION, organiser, now, invited=invited)
    return briefing


def planned(
    session: Session,
    organiser: Officer,
    guest: Officer,
    case: Case | None,
    *,
    since: datetime,
    now: datetime,
) -> Briefing | None:
    """What these two alone have before them about this case: booked, or waiting for its time."""
    found = session.scalars(
        select(Briefing)
        .where(
            Briefing.organiser_id == organiser.id,
            or_(
                and_(Briefing.state == MeetingState.PROPOSED, Briefing.starts_at > since),
                and_(Briefing.state == MeetingState.BOOKED, Briefing.starts_at > now),
            ),
            Briefing.case_id == (case.id if case else None),
            Briefing.room_id.is_(None),
            Briefing.series_id.is_(None),
        )
        .order_by(Briefing.starts_at.desc(), Briefing.id)
    )
    both = {organiser.id, guest.id}
    for briefing in found:
        if {part.officer_id for part in invitations.everybody(session, briefing)} == both:
            return briefing
    return None


def book(session: Session, briefing: Briefing, start: datetime, *, now: datetime) -> None:
    """Settle when a planned briefing begins, and invite everybody who may be told of it."""
    _place(session, briefing, start, now)
    briefing.state = MeetingState.BOOKED
    organiser = session.get_one(Officer, briefing.organiser_id)
    _record(session, briefing, Operation.ALTERATION, organiser, now, state=briefing.state)
    _invite(session, briefing, now)


def move(session: Session, briefing: Briefing, start: datetime, *, now: datetime) -> None:
    """Let a briefing begin at another time. Everybody who was told is told, and asked again."""
    if briefing.state not in _STANDS:
        raise UserError(wording.not_booked(briefing.code, briefing.state.value))
    _place(session, briefing, start, now)
    briefing.state = MeetingState.BOOKED
    briefing.sequence += 1
    organiser = session.get_one(Officer, briefing.organiser_id)
    _record(session, briefing, Operation.ALTERATION, organiser, now, starts_at=start)
    dues.supersede(session, invitations.KIND, briefing.id, now)
    dues.supersede(session, START, briefing.id, now)
    for part in parts_of(session, briefing):
        zone = ZoneInfo(session.get_one(Officer, part.officer_id).zone)
        said = wording.was_moved(briefing.code)
        if part.rsvp is Rsvp.DEPUTY:
            said = wording.moved_without_you(briefing.code, start, zone, now)
        if part.rsvp is Rsvp.DEPUTY or not take_back_unsaid(session, part.delivery_key, now=now):
            outbox.revise(
                session, part.delivery_key, Words(said), now=now, cases=(), marking=Tlp.GREEN
            )
        if part.rsvp is not Rsvp.DEPUTY:
            part.rsvp, part.answered_at = Rsvp.NONE, None
    _invite(session, briefing, now)
    zone = ZoneInfo(organiser.zone)
    is_now = wording.is_now(briefing.code, start, zone, now)
    invitations.settle_wishes(session, briefing, is_now, now=now)
    invitations.count(session, briefing, now=now, tells=False)


def cancel(session: Session, briefing: Briefing, *, now: datetime) -> None:
    """Call a briefing off. Everybody who was told is told."""
    if briefing.state not in (MeetingState.PROPOSED, *_STANDS):
        raise UserError(wording.not_booked(briefing.code, briefing.state.value))
    was_told = briefing.state in _STANDS
    briefing.state = MeetingState.CANCELLED
    briefing.sequence += 1
    organiser = session.get_one(Officer, briefing.organiser_id)
    _record(session, briefing, Operation.ALTERATION, organiser, now, state=briefing.state)
    dues.supersede(session, invitations.KIND, briefing.id, now)
    dues.supersede(session, START, briefing.id, now)
    if not was_told:
        return
    invitations.count(session, briefing, now=now, tells=False)
    for part in parts_of(session, briefing):
        zone = ZoneInfo(session.get_one(Officer, part.officer_id).zone)
        why = wording.is_cancelled(briefing.code, briefing.starts_at, zone, now)
        invitations.withdraw(session, briefing, part, now=now, why=why)


def hold(
    session: Session, briefing: Briefing, *, now: datetime, present: Sequence[Officer] = ()
) -> None:
    """The briefing took place."""
    _only_begun(briefing, now)
    briefing.state = MeetingState.HELD
    if present:
        there = {briefing.organiser_id, *(officer.id for officer in present)}
        for part in invitations.everybody(session, briefing):
            part.attended = part.officer_id in there
    _settle(session, briefing, Words(wording.was_held(briefing.code)), now)


def miss(session: Session, briefing: Briefing, *, now: datetime) -> None:
    """The briefing did not take place. Its organiser may still move it, or call it off."""
    _only_begun(briefing, now)
    briefing.state = MeetingState.MISSED
    _settle(session, briefing, Words(wording.not_held(briefing.code)), now)


def today(session: Session, officer: Officer, now: datetime) -> list[Briefing]:
    """The briefings this officer still has today, by their own calendar."""
    zone = ZoneInfo(officer.zone)
    day = now.astimezone(zone).date()
    booked = expected(session, officer, now, now + timedelta(days=2))
    return [each for each in booked if each.starts_at.astimezone(zone).date() <= day]


def expected(
    session: Session, officer: Officer, since: datetime, until: datetime
) -> list[Briefing]:
    """The briefings of that time which this officer has not said they stay away from."""
    booked = session.scalars(
        select(Briefing)
        .join(Invitation, Invitation.briefing_id == Briefing.id)
        .where(
            Invitation.officer_id == officer.id,
            Invitation.rsvp.not_in(invitations.STAYS_AWAY),
            Briefing.state == MeetingState.BOOKED,
            Briefing.ends_at > since,
            Briefing.starts_at < until,
        )
        .order_by(Briefing.starts_at, Briefing.code)
    )
    return list(booked)


def unanswered(session: Session, officer: Officer, now: datetime) -> list[Briefing]:
    """The briefings to come to which this officer has not said whether they come."""
    booked = session.scalars(
        select(Briefing)
        .join(Invitation, Invitation.briefing_id == Briefing.id)
        .where(
            Invitation.officer_id == officer.id,
            Invitation.rsvp == Rsvp.NONE,
            Briefing.state == MeetingState.BOOKED,
            Briefing.starts_at > now,
        )
        .order_by(Briefing.starts_at, Briefing.code)
    )
    return [each for each in booked if finding.may_read(session, officer, each, now)]


def to_be_settled(session: Session, officer: Officer, now: datetime) -> list[Briefing]:
    """The briefings this officer called that are over, and nobody has said whether they were
    held."""
    return list(
        session.scalars(
            select(Briefing)
            .where(
                Briefing.organiser_id == officer.id,
                Briefing.state == MeetingState.BOOKED,
                Briefing.ends_at <= now,
            )
            .order_by(Briefing.ends_at, Briefing.code)
        )
    )


def whether_held(briefing: Briefing) -> tuple[Control, ...]:
    """What its organiser can say once a briefing is over."""
    token = f"briefing:{briefing.code}"
    return (
        Control(wording.HELD, f"{token}:{TOOK_PLACE}", Style.PRIMARY),
        Control(wording.NOT_HELD, f"{token}:{WAS_MISSED}"),
        Control(wording.ADD_ACTION, f"{token}:action", asks=actions_wording.line_asked()),
    )


def reading(briefing: Briefing) -> tuple[Control, ...]:
    """What whoever is expected at a briefing can read before it."""
    return (
        Control(wording.AGENDA, f"briefing:{briefing.code}:agenda"),
        Control(wording.READ_IN, f"rsvp:{briefing.code}:readin"),
    )


def guests_of(session: Session, briefing: Briefing) -> list[Officer]:
    """Everybody on the list but the organiser."""
    return [session.get_one(Officer, part.officer_id) for part in parts_of(session, briefing)]


def parts_of(session: Session, briefing: Briefing) -> list[Invitation]:
    """Everybody's part but the organiser's."""
    return [
        part
        for part in invitations.everybody(session, briefing)
        if part.officer_id != briefing.organiser_id
    ]


def marking(case: Case | None, room: Room | None) -> Tlp:
    """A briefing is marked as its case, else as the room it was called in, else TLP:AMBER."""
    if case is not None:
        return case.marking
    return room.default_marking if room is not None else Tlp.AMBER


def cases(session: Session, briefing: Briefing) -> Sequence[Case]:
    """What a briefing's words are about, for the check when they are said."""
    case = finding.case_of(session, briefing)
    return (case,) if case is not None else ()


def opens(session: Session, due: Due, now: datetime) -> None:
    """Open a briefing for its attendees, or ask its organiser afterwards whether it was held."""
    briefing = session.get(Briefing, due.subject_id)
    if briefing is None or briefing.state is not MeetingState.BOOKED:
        return
    if due.occurrence == _ENDS:
        _ask_whether_held(session, briefing, now)
        return
    if now >= briefing.ends_at:
        return  # After an outage: it is over, and its organiser is asked about it.
    for part in invitations.everybody(session, briefing):
        officer = session.get_one(Officer, part.officer_id)
        if part.rsvp in invitations.STAYS_AWAY:
            continue
        matters = agenda.items(session, briefing, officer, now)
        late = sum(item.is_late_action for item in matters)
        outbox.tell(
            session,
            key=f"briefing:{briefing.id}:{part.id}:{briefing.sequence}:opens",
            officer=officer,
            words=Words(
                wording.opens(briefing.code, len(matters), late, places.of(session, briefing)),
                (Control(wording.AGENDA, f"briefing:{briefing.code}:agenda", Style.PRIMARY),),
            ),
            now=now,
            cases=cases(session, briefing),
        )
    _record(session, briefing, Operation.CLOCK, ledger.SYSTEM, now, opened=briefing.sequence)


def _ask_whether_held(session: Session, briefing: Briefing, now: datetime) -> None:
    outbox.tell(
        session,
        key=f"briefing:{briefing.id}:held:{briefing.sequence}",
        officer=session.get_one(Officer, briefing.organiser_id),
        words=Words(wording.was_it_held(briefing.code), whether_held(briefing)),
        now=now,
        cases=cases(session, briefing),
    )


def _only_begun(briefing: Briefing, now: datetime) -> None:
    if briefing.state not in _STANDS:
        raise UserError(wording.not_booked(briefing.code, briefing.state.value))
    if now < briefing.starts_at:
        raise UserError(wording.not_begun(briefing.code))


def _settle(session: Session, briefing: Briefing, words: Words, now: datetime) -> None:
    """Whether it took place is known: nothing more is promised, and the question says so."""
    organiser = session.get_one(Officer, briefing.organiser_id)
    _record(session, briefing, Operation.ALTERATION, organiser, now, state=briefing.state)
    dues.supersede(session, invitations.KIND, briefing.id, now)
    dues.supersede(session, START, briefing.id, now)
    revise_all(session, f"briefing:{briefing.id}:held:", words, now=now)


def _invite(session: Session, briefing: Briefing, now: datetime) -> None:
    """Invite everybody who may still be told; who may not is told that they need not come."""
    for part in parts_of(session, briefing):
        officer = session.get_one(Officer, part.officer_id)
        if not finding.may_read(session, officer, briefing, now):
            if briefing.sequence:
                why = wording.not_needed(briefing.code)
                invitations.withdraw(session, briefing, part, now=now, why=why)
            session.delete(part)
        elif part.rsvp is not Rsvp.DEPUTY:
            invitations.send(session, briefing, part, now=now)
    session.flush()
    organiser = session.get_one(Officer, briefing.organiser_id)
    invitations.promise(session, briefing, organiser, after=now)
    for occurrence, due_at in ((_OPENS, briefing.starts_at), (_ENDS, briefing.ends_at)):
        dues.add(
            session, kind=START, subject_id=briefing.id, due_at=due_at, occurrence=occurrence,
            wall=briefing.wall, zone=briefing.zone,
        )  # fmt: skip


def _place(session: Session, briefing: Briefing, start: datetime, now: datetime) -> None:
    """Let the briefing begin at *start*, as long as it was to be.

    Raises `NotAllowed` when its organiser may no longer be told what it is about.
    """
    organiser = session.get_one(Officer, briefing.organiser_id)
    if not finding.may_read(session, organiser, briefing, now):
        raise NotAllowed(wording.nothing_to_show())
    if start <= now:
        raise UserError(wording.time_is_past(None))
    length = briefing.ends_at - briefing.starts_at
    briefing.starts_at, briefing.ends_at = start, start + length
    briefing.wall = start.astimezone(ZoneInfo(briefing.zone)).strftime("%Y-%m-%dT%H:%M")


def _month_key(session: Session, organiser: Officer, room: Room | None, now: datetime) -> str:
    if room is not None:
        return keys.room_month(session, room, now)
    return keys.desk_month(session, organiser, now)


def _record(
    session: Session,
    briefing: Briefing,
    operation: Operation,
    actor: Officer | str,
    now: datetime,
    **details: Any,
) -> None:
    ledger.record(
        session, operation, now=now, actor=actor, case_id=briefing.case_id,
        subject=f"briefing:{briefing.code}", **details,
    )  # fmt: skip
