"""Asking attendees which of several times suit them, before anything is booked."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Words
from bot.errors import NotAllowed, UserError
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.meetings import finding, hours, invitations, moments
from bot.meetings.said import revise_all
from bot.wording import meetings as wording
from storage.models import Availability, Briefing, MeetingState, Officer, Tlp


def ask(session: Session, briefing: Briefing, starts: Sequence[datetime], *, now: datetime) -> int:
    """Ask everybody who may be told which of these times suit them. Returns how many."""
    if briefing.state is not MeetingState.PROPOSED:
        raise UserError(wording.poll_is_over(briefing.code))
    coming = [each for each in starts if each > now]
    if not coming:
        raise UserError(wording.time_is_past(None))
    asked = [
        officer
        for officer in _guests(session, briefing)
        if finding.may_read(session, officer, briefing, now)
    ]
    for officer in asked:
        known = {row.starts_at for row in _rows(session, briefing, officer)}
        for start in coming:
            if start not in known:
                row = Availability(briefing_id=briefing.id, officer_id=officer.id, starts_at=start)
                session.add(row)
        session.flush()
        words = _question(session, briefing, officer, now)
        outbox.tell(
            session,
            key=_key(briefing, officer),
            officer=officer,
            words=words,
            now=now,
            due_at=hours.told_at(officer, now, min(coming)),
            sender=session.get_one(Officer, briefing.organiser_id),
        )
        if known and not known.issuperset(coming):  # Told already, of other times.
            outbox.revise(session, _key(briefing, officer), words, now=now)
    _record(session, briefing, session.get_one(Officer, briefing.organiser_id), now, len(asked))
    return len(asked)


def answer(
    session: Session, briefing: Briefing, officer: Officer, start: datetime | None, *, now: datetime
) -> Words:
    """This time suits them, or no longer does; without a time, none of them does."""
    rows = _rows(session, briefing, officer)
    if briefing.state is not MeetingState.PROPOSED or not rows:
        raise UserError(wording.poll_is_over(briefing.code))
    if start is not None and start not in {row.starts_at for row in rows}:
        raise NotAllowed(wording.control_is_stale())
    for row in rows:
        if start is None:
            row.suits = False
        elif row.starts_at == start:
            row.suits = row.suits is not True
        elif row.suits is None:
            row.suits = False
    session.flush()
    _record(session, briefing, officer, now, sum(row.suits is True for row in rows))
    shown = _question(session, briefing, officer, now)
    outbox.revise(session, _key(briefing, officer), shown, now=now)
    _tell_organiser(session, briefing, now)
    return Words(wording.poll_kept(briefing.code))


def settle(session: Session, briefing: Briefing, *, now: datetime) -> None:
    """The time is known: every copy of the question shows so."""
    said = Words(wording.poll_is_over(briefing.code))
    revise_all(session, f"poll:{briefing.id}:", said, now=now)


def _tell_organiser(session: Session, briefing: Briefing, now: datetime) -> None:
    """How the times suit, the best first; each to be booked with one tap."""
    organiser = session.get_one(Officer, briefing.organiser_id)
    zone = ZoneInfo(organiser.zone)
    rows = session.scalars(
        select(Availability).where(Availability.briefing_id == briefing.id)
    ).all()
    asked = {row.officer_id: session.get_one(Officer, row.officer_id) for row in rows}
    answered = {row.officer_id for row in rows if row.suits is not None}
    agencies = {each.agency.title for each in asked.values()} - {organiser.agency.title}
    suiting: dict[datetime, list[Officer]] = {row.starts_at: [] for row in rows}
    for row in rows:
        if row.suits:
            suiting[row.starts_at].append(asked[row.officer_id])

    def lacking(start: datetime) -> list[str]:
        return sorted(agencies - {each.agency.title for each in suiting[start]})

    best = sorted(suiting, key=lambda at: (len(lacking(at)), -len(suiting[at]), at))
    words = Words(
        wording.poll_tally(
            briefing.code,
            [
                wording.poll_line(
                    wording.moment(start, zone, now),
                    len(suiting[start]),
                    len(asked),
                    lacking(start),
                )
                for start in best
            ],
            len(asked) - len(answered),
        ),
        tuple(
            Control(
                wording.moment(start, zone, now),
                f"briefing:{briefing.code}:at:{moments.stamp(start)}",
                Style.PLAIN if number or lacking(start) else Style.PRIMARY,
            )
            for number, start in enumerate(best)
        ),
    )
    key = f"poll:{briefing.id}:tally"
    outbox.tell(
        session, key=key, officer=organiser, words=words, now=now,
        due_at=hours.told_at(organiser, now, min(suiting)),
    )  # fmt: skip
    outbox.revise(session, key, words, now=now, marking=Tlp.GREEN)


def _question(session: Session, briefing: Briefing, officer: Officer, now: datetime) -> Words:
    zone, token = ZoneInfo(officer.zone), f"rsvp:{briefing.code}"
    rows = _rows(session, briefing, officer)
    written = [(wording.moment(row.starts_at, zone, now), row) for row in rows]
    return Words(
        wording.poll(briefing.code, [(when, row.suits) for when, row in written]),
        (
            *(
                Control(
                    when,
                    f"{token}:suits:{moments.stamp(row.starts_at)}",
                    Style.PRIMARY if row.suits else Style.PLAIN,
                )
                for when, row in written
            ),
            Control(wording.NONE_SUITS, f"{token}:suits"),
        ),
    )


def _guests(session: Session, briefing: Briefing) -> list[Officer]:
    return [
        session.get_one(Officer, part.officer_id)
        for part in invitations.everybody(session, briefing)
        if part.officer_id != briefing.organiser_id
    ]


def _rows(session: Session, briefing: Briefing, officer: Officer) -> list[Availability]:
    return list(
        session.scalars(
            select(Availability)
            .where(Availability.briefing_id == briefing.id, Availability.officer_id == officer.id)
            .order_by(Availability.starts_at)
        )
    )


def _key(briefing: Briefing, officer: Officer) -> str:
    return f"poll:{briefing.id}:{officer.id}"


def _record(
    session: Session, briefing: Briefing, officer: Officer, now: datetime, count: int
) -> None:
    ledger.record(
        session, Operation.DISCLOSURE, now=now, actor=officer, case_id=briefing.case_id,
        subject=f"briefing:{briefing.code}", poll=count,
    )  # fmt: skip
