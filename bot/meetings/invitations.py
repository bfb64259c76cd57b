"""One attendee's part in a briefing: invited, answering, represented, reminded."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Attachment, Control, Style, Words
from bot.errors import NotAllowed, UserError
from bot.followup import dues
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.meetings import calendar, finding, guests, hours, moments, places
from bot.meetings.said import revise_all, take_back_unsaid
from bot.wording import meetings as wording
from storage.models import (
    Briefing,
    Case,
    Due,
    Invitation,
    MeetingState,
    Officer,
    Rsvp,
    Tlp,
)

KIND: Final = "briefing"
MOST_LEADS: Final = 4
LONGEST_LEAD: Final = timedelta(days=14)

INVITED_JUST_NOW: Final = timedelta(minutes=10)
"""No reminder falls so soon after the invitation itself."""

STAYS_AWAY: Final = (Rsvp.NO, Rsvp.DEPUTY)


def add(
    session: Session,
    briefing: Briefing,
    officer: Officer,
    *,
    stands_in_for: int | None = None,
    is_required: bool = True,
) -> Invitation:
    """Put somebody on the list; nothing is said yet."""
    part = Invitation(
        briefing_id=briefing.id,
        officer_id=officer.id,
        delivery_key="",
        stands_in_for=stands_in_for,
        required=is_required,
    )
    part.delivery_key = _key(briefing, part)
    session.add(part)
    session.flush()
    return part


def send(session: Session, briefing: Briefing, part: Invitation, *, now: datetime) -> None:
    """Invite this attendee to the briefing as it stands, and promise the reminders."""
    officer = session.get_one(Officer, part.officer_id)
    told_at = hours.told_at(officer, now, briefing.starts_at)
    part.delivery_key = _key(briefing, part)
    outbox.tell(
        session,
        key=part.delivery_key,
        officer=officer,
        words=Words(
            _text(session, briefing, part, officer),
            controls(briefing.code),
            attachment(briefing, officer, now=now, place=places.of(session, briefing)),
        ),
        now=now,
        due_at=told_at,
        sender=session.get_one(Officer, briefing.organiser_id),
        cases=_cases(session, briefing),
    )
    promise(session, briefing, officer, after=told_at + INVITED_JUST_NOW)
    _record(session, briefing, Operation.DISCLOSURE, ledger.SYSTEM, now, told=officer.slug)


def withdraw(
    session: Session, briefing: Briefing, part: Invitation, *, now: datetime, why: str
) -> None:
    """Tell an attendee that they need not come: in words that everybody may read.

    Whoever has not been told of the briefing yet never hears of it.
    """
    officer = session.get_one(Officer, part.officer_id)
    dues.supersede(session, KIND, briefing.id, now, officer.id)
    if take_back_unsaid(session, part.delivery_key, now=now):
        _record(session, briefing, Operation.ALTERATION, ledger.SYSTEM, now, untold=officer.slug)
        return
    said = Words(why)
    outbox.revise(session, part.delivery_key, said, now=now, cases=(), marking=Tlp.GREEN)
    outbox.tell(
        session,
        key=f"{_key(briefing, part)}:withdrawn",
        officer=officer,
        words=Words(why, (), attachment(briefing, officer, now=now, method="CANCEL")),
        now=now,
        due_at=hours.told_at(officer, now, briefing.starts_at),
    )
    _record(session, briefing, Operation.DISCLOSURE, ledger.SYSTEM, now, withdrawn=officer.slug)


def answer(
    session: Session, briefing: Briefing, officer: Officer, rsvp: Rsvp, *, now: datetime
) -> Words:
    """What an attendee says to an invitation: the last word counts, the invitation shows it."""
    part = _part(session, briefing, officer)
    _only_to_come(briefing, now)
    if part.rsvp is Rsvp.DEPUTY and rsvp is not Rsvp.DEPUTY:
        _release_deputy(session, briefing, officer, now)
    part.rsvp, part.answered_at = rsvp, now
    _record(session, briefing, Operation.ALTERATION, officer, now, rsvp=rsvp)
    outbox.revise(
        session,
        part.delivery_key,
        Words(
            _text(session, briefing, part, officer),
            controls(briefing.code),
            attachment(briefing, officer, now=now, place=places.of(session, briefing)),
        ),
        now=now,
    )
    count(session, briefing, now=now)
    return Words(wording.rsvp_kept(briefing.code, rsvp))


def ask_another_time(
    session: Session, briefing: Briefing, officer: Officer, start: datetime, *, now: datetime
) -> Words:
    """This attendee would rather meet at *start*: the organiser is asked."""
    _only_to_come(briefing, now)
    if start <= now:
        raise UserError(wording.time_is_past(None))
    answer(session, briefing, officer, Rsvp.OTHER_TIME, now=now)
    organiser = session.get_one(Officer, briefing.organiser_id)
    token, stamp = f"briefing:{briefing.code}", moments.stamp(start)
    outbox.tell(
        session,
        key=f"briefing:{briefing.id}:wish:{briefing.sequence}:{officer.id}:{stamp}",
        officer=organiser,
        words=Words(
            wording.wants_another_time(briefing.code, start, ZoneInfo(organiser.zone), now),
            (
                Control(wording.MOVE, f"{token}:move:{stamp}", Style.PRIMARY),
                Control(wording.KEEP, f"{token}:keep"),
                Control(wording.WHO, f"{token}:who"),
            ),
        ),
        now=now,
        due_at=hours.told_at(organiser, now, briefing.starts_at),
        cases=_cases(session, briefing),
    )
    return Words(wording.other_time_kept(briefing.code, start, ZoneInfo(officer.zone), now))


def keep_time(session: Session, briefing: Briefing, *, now: datetime) -> None:
    """The time stays; those who would rather have another are told and asked again."""
    _only_booked(briefing)
    settle_wishes(session, briefing, wording.time_stays(briefing.code), now=now)
    for part in everybody(session, briefing):
        if part.rsvp is not Rsvp.OTHER_TIME:
            continue
        officer = session.get_one(Officer, part.officer_id)
        part.rsvp, part.answered_at = Rsvp.NONE, None
        outbox.tell(
            session,
            key=f"{_key(briefing, part)}:stays:{moments.stamp(now)}",
            officer=officer,
            words=Words(
                f"{wording.time_stays(briefing.code)}\n{_text(session, briefing, part, officer)}",
                controls(briefing.code),
                attachment(briefing, officer, now=now, method="DECLINECOUNTER"),
            ),
            now=now,
            due_at=hours.told_at(officer, now, briefing.starts_at),
            cases=_cases(session, briefing),
        )
    _record(session, briefing, Operation.ALTERATION, ledger.SYSTEM, now, kept=briefing.sequence)
    count(session, briefing, now=now, tells=False)


def settle_wishes(session: Session, briefing: Briefing, text: str, *, now: datetime) -> None:
    """Let the requests for another time show what was decided."""
    revise_all(session, f"briefing:{briefing.id}:wish:", Words(text), now=now)


def send_deputy(
    session: Session, briefing: Briefing, officer: Officer, word: str, *, now: datetime
) -> Words:
    """Somebody of the same agency comes instead, if they may be told what it is about."""
    _part(session, briefing, officer)
    _only_to_come(briefing, now)
    deputy = guests.one(
        session,
        word,
        case=finding.case_of(session, briefing),
        marking=briefing.marking,
        now=now,
        besides=officer,
        from_agency_id=briefing.agency_id,
        at=briefing.starts_at,
    )
    if deputy.agency_id != officer.agency_id or deputy.id == officer.id:
        raise NotAllowed(wording.cannot_come(word))
    if finding.invitation(session, briefing, deputy) is not None:
        raise UserError(wording.comes_already(deputy.name))
    _release_deputy(session, briefing, officer, now)
    answer(session, briefing, officer, Rsvp.DEPUTY, now=now)
    send(session, briefing, add(session, briefing, deputy, stands_in_for=officer.id), now=now)
    count(session, briefing, now=now)
    return Words(wording.deputy_sent(briefing.code, deputy.name))


def count(session: Session, briefing: Briefing, *, now: datetime, tells: bool = True) -> None:
    """Keep the organiser's tally of who comes: one message, told once and then revised."""
    parts = [
        each for each in everybody(session, briefing) if each.officer_id != briefing.organiser_id
    ]
    organiser = session.get_one(Officer, briefing.organiser_id)
    key = f"briefing:{briefing.id}:tally"
    token = f"briefing:{briefing.code}"
    said = Words(
        wording.tally(briefing.code, [part.rsvp for part in parts]),
        (
            Control(wording.WHO, f"{token}:who"),
            Control(wording.AGENDA, f"{token}:agenda"),
            Control(wording.CANCEL, f"{token}:cancel", Style.DANGER),
        ),
    )
    if briefing.state is MeetingState.CANCELLED:
        said = Words(wording.tally_ends(briefing.code))
    if tells:
        outbox.tell(
            session,
            key=key,
            officer=organiser,
            words=said,
            now=now,
            due_at=hours.told_at(organiser, now, briefing.starts_at),
            cases=_cases(session, briefing),
        )
    outbox.revise(session, key, said, now=now)


def everybody(session: Session, briefing: Briefing) -> list[Invitation]:
    """Everybody on the list, the organiser too, in the order in which they came onto it."""
    return list(
        session.scalars(
            select(Invitation).where(Invitation.briefing_id == briefing.id).order_by(Invitation.id)
        )
    )


def coming(session: Session, briefing: Briefing) -> list[Officer]:
    """Who has not said that they stay away."""
    return [
        session.get_one(Officer, part.officer_id)
        for part in everybody(session, briefing)
        if part.rsvp not in STAYS_AWAY
    ]


def elsewhere(
    session: Session, officer: Officer, start: datetime, end: datetime, *, besides: Briefing
) -> list[Briefing]:
    """The other briefings at which this officer is expected between two moments."""
    return list(
        session.scalars(
            select(Briefing)
            .join(Invitation, Invitation.briefing_id == Briefing.id)
            .where(
                Invitation.officer_id == officer.id,
                Invitation.rsvp.not_in(STAYS_AWAY),
                Briefing.id != besides.id,
                Briefing.state == MeetingState.BOOKED,
                Briefing.starts_at < end,
                Briefing.ends_at > start,
            )
            .order_by(Briefing.starts_at, Briefing.id)
        )
    )


def promise(session: Session, briefing: Briefing, officer: Officer, *, after: datetime) -> None:
    """Promise this attendee the reminders that come *after* a moment, on their own clock.

    A reminder that falls into their rest waits for its end, unless the next one is nearer.
    """
    leads = leads_of(officer)
    nearer = [*(briefing.starts_at - lead for lead in leads[1:]), briefing.starts_at]
    for occurrence, lead in enumerate(leads):
        due_at = hours.told_at(officer, briefing.starts_at - lead, nearer[occurrence])
        if due_at > after:
            dues.add(
                session, kind=KIND, subject_id=briefing.id, officer_id=officer.id,
                due_at=due_at, occurrence=occurrence, zone=officer.zone,
            )  # fmt: skip


def leads_of(officer: Officer) -> list[timedelta]:
    """How long before a briefing this officer is reminded, the earliest first."""
    return [timedelta(minutes=each) for each in officer.leads]


def set_leads(
    session: Session, officer: Officer, leads: Sequence[timedelta], *, now: datetime
) -> None:
    """Remind this officer so long before their briefings, those that are booked already too."""
    wanted = sorted(set(leads), reverse=True)
    if len(wanted) > MOST_LEADS or any(
        not timedelta(minutes=1) <= each <= LONGEST_LEAD for each in wanted
    ):
        raise UserError(wording.leads_usage())
    officer.leads = [each // timedelta(minutes=1) for each in wanted]
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, subject=f"officer:{officer.slug}",
        leads=len(wanted),
    )  # fmt: skip
    for briefing in session.scalars(
        select(Briefing)
        .join(Invitation, Invitation.briefing_id == Briefing.id)
        .where(
            Invitation.officer_id == officer.id,
            Briefing.state == MeetingState.BOOKED,
            Briefing.starts_at > now,
        )
    ):
        dues.supersede(session, KIND, briefing.id, now, officer.id)
        promise(session, briefing, officer, after=now)


def remind(session: Session, due: Due, now: datetime) -> None:
    """Remind one attendee, unless the briefing is off, over, or they stay away."""
    briefing = session.get(Briefing, due.subject_id)
    officer = session.get(Officer, due.officer_id) if due.officer_id is not None else None
    if briefing is None or officer is None or briefing.state is not MeetingState.BOOKED:
        return
    part = finding.invitation(session, briefing, officer)
    if part is None or part.rsvp in STAYS_AWAY or now >= briefing.starts_at:
        return
    # After an outage the nearer reminder says it all.
    if any(now >= briefing.starts_at - lead for lead in leads_of(officer)[due.occurrence + 1 :]):
        return
    token = f"rsvp:{briefing.code}"
    controls = [Control(wording.READ_IN, f"{token}:readin")]
    if part.rsvp is not Rsvp.YES:
        controls.insert(0, Control(wording.YES, f"{token}:yes", Style.PRIMARY))
    outbox.tell(
        session,
        key=f"{_key(briefing, part)}:lead:{due.occurrence}",
        officer=officer,
        words=Words(
            wording.reminder(
                briefing.code,
                briefing.starts_at,
                ZoneInfo(officer.zone),
                now,
                places.of(session, briefing),
            ),
            (*controls, Control(wording.NO, f"{token}:no")),
        ),
        now=now,
        cases=_cases(session, briefing),
    )
    _record(session, briefing, Operation.CLOCK, ledger.SYSTEM, now, reminded=officer.slug)


def address_of(officer: Officer) -> str:
    """Under which address an officer stands in an invitation: it leads nowhere."""
    return f"{officer.slug}@{_DOMAIN}"


def attachment(
    briefing: Briefing,
    officer: Officer,
    *,
    now: datetime,
    method: calendar.Method = "REQUEST",
    place: str = "",
) -> Attachment:
    """The briefing for one attendee's calendar, naming nobody else and nothing of its matter."""
    content = calendar.invitation(
        briefing.uid,
        briefing.sequence,
        briefing.starts_at,
        briefing.ends_at,
        summary=wording.joint_briefing(briefing.code),
        organiser=_DESK,
        attendee=address_of(officer),
        method=method,
        stamp=now,
        zone=ZoneInfo(officer.zone),
        alarm=None if method == "CANCEL" else min(leads_of(officer), default=None),
        place=place,
    )
    return Attachment(
        f"joint-briefing-{briefing.code}.ics", f"text/calendar; method={method}", content
    )


def _text(session: Session, briefing: Briefing, part: Invitation, officer: Officer) -> str:
    """The invitation in this attendee's zone, with what they have said to it."""
    start, end = briefing.starts_at, briefing.ends_at
    others = elsewhere(session, officer, start, end, besides=briefing)
    return wording.invitation(
        briefing.code,
        briefing.starts_at,
        briefing.ends_at,
        ZoneInfo(officer.zone),
        hours.fit(officer, briefing.starts_at, briefing.ends_at),
        part.rsvp,
        [each.code for each in others if part.rsvp not in STAYS_AWAY],
    )


def controls(code: str) -> tuple[Control, ...]:
    """What an attendee can say to the invitation."""
    token = f"rsvp:{code}"
    return (
        Control(wording.YES, f"{token}:yes", Style.PRIMARY),
        Control(wording.NO, f"{token}:no"),
        Control(wording.ANOTHER_TIME, f"{token}:other", asks=wording.which_time()),
        Control(wording.SEND_DEPUTY, f"{token}:deputy", asks=wording.which_deputy()),
        Control(wording.READ_IN, f"{token}:readin"),
    )


def _release_deputy(session: Session, briefing: Briefing, officer: Officer, now: datetime) -> None:
    """Whoever was to come instead of this officer need not."""
    for part in everybody(session, briefing):
        if part.stands_in_for == officer.id:
            withdraw(session, briefing, part, now=now, why=wording.not_needed(briefing.code))
            session.delete(part)
    session.flush()


def _part(session: Session, briefing: Briefing, officer: Officer) -> Invitation:
    part = finding.invitation(session, briefing, officer)
    if part is None:
        raise NotAllowed(wording.no_such_briefing(briefing.code))
    return part


def _only_booked(briefing: Briefing) -> None:
    if briefing.state is not MeetingState.BOOKED:
        raise UserError(wording.not_booked(briefing.code, briefing.state.value))


def _only_to_come(briefing: Briefing, now: datetime) -> None:
    """An invitation is answered until its briefing is over."""
    _only_booked(briefing)
    if now >= briefing.ends_at:
        raise UserError(wording.is_over(briefing.code))


def _cases(session: Session, briefing: Briefing) -> Sequence[Case]:
    case = finding.case_of(session, briefing)
    return (case,) if case is not None else ()


def _key(briefing: Briefing, part: Invitation) -> str:
    return f"briefing:{briefing.id}:{part.id}:{briefing.sequence}"


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
        subject=f"briefing:{briefing.code}", sequence=briefing.sequence, **details,
    )  # fmt: skip


_DOMAIN = "liaison.invalid"
_DESK = f"desk@{_DOMAIN}"
