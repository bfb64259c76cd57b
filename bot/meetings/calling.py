"""Calling a briefing in words: what was understood, proposed, booked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.casework import cases
from bot.conversation.grammar import Asked, Reply
from bot.conversation.messages import Control, Style, Words
from bot.errors import NotAllowed, UserError
from bot.followup import rosters
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.meetings import (
    briefings,
    busy,
    finding,
    guests,
    hours,
    invitations,
    moments,
    polls,
    series,
    slots,
)
from bot.wording import actions as actions_wording
from bot.wording import meetings as wording
from storage.models import Briefing, Case, Invitation, MeetingState, Officer, Series

USUAL_LENGTH: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=8)
LOOKS_AHEAD: Final = timedelta(days=7)
"""How far slots are sought when no time is given."""


@dataclass(frozen=True, slots=True)
class Called:
    """What a `brief` line says."""

    when: str
    guests: tuple[str, ...]
    case: str | None
    length: timedelta | None
    optional: tuple[str, ...] = ()


def brief(session: Session, asked: Asked) -> Reply:
    """Call a briefing: booked when its moment is plain, else the organiser is asked."""
    called = read(asked.rest)
    organiser, now, zone = asked.officer, asked.now, ZoneInfo(asked.officer.zone)
    case = cases.find(session, organiser, called.case, now) if called.case else None
    marking = briefings.marking(case, asked.room)
    if not markings.is_within(marking, organiser.clearance):
        raise NotAllowed(wording.nothing_to_show())
    if called.when and (again := moments.again(called.when, now, zone)) is not None:
        return _call_series(session, asked, called, again, case)
    wanted: moments.Wanted = moments.Within(now, now + LOOKS_AHEAD)
    if called.when:
        wanted = moments.wanted(called.when, now, zone)
    at = wanted.start if isinstance(wanted, moments.Fixed) else None
    attendees = _named(session, asked, called.guests, case, at)
    optional = _named(session, asked, called.optional, case, at)
    if not attendees:
        raise UserError(wording.nobody_else())
    briefing = briefings.plan(
        session,
        organiser,
        attendees,
        start=_begins(wanted),
        length=_allowed(called.length or _length(wanted)),
        now=now,
        optional=[each for each in optional if each not in attendees],
        case=case,
        room=asked.room,
    )
    words = _respond(session, briefing, organiser, called.when, wanted, now)
    return Reply(words, marking=briefing.marking, cases=briefings.cases(session, briefing))


def propose_to(
    session: Session, organiser: Officer, guest: Officer, *, case: Case | None, now: datetime
) -> Words | None:
    """Times to meet one other about a case: about none, where the other may not be told of it.

    Asked again, it is the same briefing: its times until one is picked, then what is booked, until
    it begins. `None` where the two may not be told anything.
    """
    for about in (case, None):
        marking = briefings.marking(about, None)
        if all(
            guests.may_come(
                session, each, case=about, marking=marking, now=now,
                from_agency_id=organiser.agency_id,
            )
            for each in (organiser, guest)
        ):  # fmt: skip
            within = moments.Within(now, now + LOOKS_AHEAD)
            briefing = briefings.planned(
                session, organiser, guest, about, since=now - LOOKS_AHEAD, now=now
            ) or briefings.plan(
                session, organiser, [guest], start=now, length=USUAL_LENGTH, now=now, case=about
            )
            if briefing.state is MeetingState.BOOKED:
                return confirmation(session, briefing, organiser, now)
            return proposal(session, briefing, organiser, within, now)
    return None


def move(session: Session, asked: Asked) -> Reply:
    """Move a briefing: at once when its new moment is plain, else the organiser is asked."""
    code, _, phrase = asked.rest.strip().partition(" ")
    found = _ONE_OF_A_SERIES.match(phrase)
    if found and series.named(session, asked.officer, code) is not None:
        return _move_one(session, asked, code, found["which"], found["to"])
    briefing = finding.organised(session, asked.officer, code, asked.now)
    wanted = moments.wanted(phrase, asked.now, ZoneInfo(asked.officer.zone))
    words = _respond(session, briefing, asked.officer, phrase, wanted, asked.now)
    return Reply(words, marking=briefing.marking, cases=briefings.cases(session, briefing))


def _move_one(session: Session, asked: Asked, code: str, which: str, phrase: str) -> Reply:
    """Move one briefing of a series, called already or not: "8 Dec to 9 Dec 11:00"."""
    officer, now = asked.officer, asked.now
    found = series.find(session, officer, code)
    at = series.moment_meant(session, found, which, now)
    wanted = moments.wanted(phrase, now, ZoneInfo(officer.zone))
    if not isinstance(wanted, moments.Fixed):
        raise UserError(wording.needs_a_clock(phrase))
    briefing = series.move(session, found, at, wanted.start, now=now)
    words = confirmation(session, briefing, officer, now)
    return Reply(words, marking=briefing.marking, cases=briefings.cases(session, briefing))


def settle(
    session: Session, briefing: Briefing, officer: Officer, start: datetime, now: datetime
) -> Words:
    """The organiser has picked a time: the first pick books, a later one moves."""
    if briefing.state is MeetingState.PROPOSED:
        briefings.book(session, briefing, start, now=now)
        polls.settle(session, briefing, now=now)
    elif start != briefing.starts_at:
        briefings.move(session, briefing, start, now=now)
    return confirmation(session, briefing, officer, now)


def another_time(
    session: Session,
    briefing: Briefing,
    officer: Officer,
    phrase: str,
    start: datetime | None,
    now: datetime,
) -> Words:
    """An attendee would rather meet at another time: asked of the organiser once it is plain."""
    zone = ZoneInfo(officer.zone)
    if start is not None:
        return invitations.ask_another_time(session, briefing, officer, start, now=now)
    match moments.wanted(phrase, now, zone):
        case moments.Fixed(found):
            return invitations.ask_another_time(session, briefing, officer, found, now=now)
        case moments.Unsure(readings, question):
            token = f"rsvp:{briefing.code}:other"
            return Words(
                wording.which_reading(phrase, question),
                tuple(
                    Control(
                        wording.moment(_begins(reading), zone, now),
                        f"{token}:{moments.stamp(_begins(reading))}",
                    )
                    for reading in readings
                ),
            )
        case moments.Within():
            raise UserError(wording.needs_a_clock(phrase))


def read(line: str) -> Called:
    """What a `brief` line says. Raises `UserError` when nobody is named."""
    length = None
    if found := _LENGTH.search(line):
        number = int(found["number"])
        length = timedelta(
            **{"hours" if found["unit"].casefold().startswith("h") else "minutes": number}
        )
        line = f"{line[: found.start()]} {line[found.end() :]}"
        _allowed(length)
    parts = _CLAUSE.split(f" {' '.join(line.split())}")
    clauses = zip(parts[1::2], parts[2::2], strict=True)
    said = {name.casefold(): text.strip() for name, text in clauses}
    wanted = tuple(word.strip() for word in said.get("with", "").split(",") if word.strip())
    if not wanted:
        raise UserError(wording.brief_usage())
    optional = tuple(word.strip() for word in said.get("optionally", "").split(",") if word.strip())
    return Called(parts[0].strip().rstrip(","), wanted, said.get("about"), length, optional)


def confirmation(session: Session, briefing: Briefing, organiser: Officer, now: datetime) -> Words:
    """What was understood, who is told, and how to undo it."""
    zone = ZoneInfo(organiser.zone)
    may_read = finding.may_read(session, organiser, briefing, now)
    case = finding.case_of(session, briefing) if may_read else None
    text = wording.booked(
        briefing.code,
        briefing.starts_at,
        briefing.ends_at,
        zone,
        now,
        case.code if case else None,
        [
            _guest_line(session, briefing, part, now)
            for part in briefings.parts_of(session, briefing)
        ],
        [each.code for each in _elsewhere(session, briefing, organiser)],
    )
    token = f"briefing:{briefing.code}"
    return Words(
        wording.marked(briefing.marking, text),
        (
            Control(wording.AGENDA, f"{token}:agenda"),
            Control(wording.CANCEL, f"{token}:cancel", Style.DANGER),
        ),
        invitations.attachment(briefing, organiser, now=now),
    )


def proposal(
    session: Session,
    briefing: Briefing,
    organiser: Officer,
    within: moments.Within,
    now: datetime,
) -> Words:
    """The best times for everybody, as controls."""
    parts = invitations.everybody(session, briefing)
    invited = [(session.get_one(Officer, part.officer_id), part.required) for part in parts]
    known = {officer.slug: officer for officer, _ in invited}
    found = slots.propose(
        [
            slots.person(
                officer,
                busy=_busy(session, briefing, officer, within),
                is_required=is_required,
            )
            for officer, is_required in invited
        ],
        briefing.ends_at - briefing.starts_at,
        within.earliest,
        within.latest,
        now,
    )
    zone = ZoneInfo(organiser.zone)
    if not found:
        return Words(wording.no_slot(briefing.code))
    lines = [
        wording.slot(
            slot.start,
            zone,
            now,
            [
                wording.outside(
                    known[each.who].name, hours.fit(known[each.who], slot.start, slot.end)
                )
                for each in slot.outside
            ]
            + [wording.would_miss_it(known[who].name) for who in slot.missing],
        )
        for slot in found
    ]
    controls = tuple(
        Control(
            wording.moment(slot.start, zone, now),
            f"briefing:{briefing.code}:at:{moments.stamp(slot.start)}",
        )
        for slot in found
    )
    stamps = "-".join(moments.stamp(slot.start) for slot in found)
    asking = Control(wording.ASK_EVERYBODY, f"briefing:{briefing.code}:poll:{stamps}")
    return Words(wording.slots(briefing.code, lines), (*controls, asking))


def cancelled(briefing: Briefing, organiser: Officer, *, now: datetime) -> Words:
    """What the organiser reads and keeps after calling a briefing off."""
    zone = ZoneInfo(organiser.zone)
    return Words(
        wording.is_cancelled(briefing.code, briefing.starts_at, zone, now),
        (),
        invitations.attachment(briefing, organiser, now=now, method="CANCEL"),
    )


def after(briefing: Briefing) -> Words:
    """What is asked of the organiser once a briefing was held: the actions it left."""
    token = f"briefing:{briefing.code}:action"
    return Words(
        wording.after_held(briefing.code),
        (Control(wording.ADD_ACTION, token, asks=actions_wording.line_asked()),),
    )


def who(session: Session, briefing: Briefing, organiser: Officer, *, now: datetime) -> Words:
    """Who is invited and what each has said; for the organiser alone."""
    lines = [
        wording.who_said(session.get_one(Officer, part.officer_id).name, part.rsvp)
        for part in briefings.parts_of(session, briefing)
    ]
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=organiser, case_id=briefing.case_id,
        subject=f"briefing:{briefing.code}", listed=len(lines),
    )  # fmt: skip
    return Words(wording.who(briefing.code, lines))


def _call_series(
    session: Session, asked: Asked, called: Called, again: moments.Again, case: Case | None
) -> Reply:
    organiser, now = asked.officer, asked.now
    if series.comes_too_often(again):
        raise UserError(wording.series_too_often(series.LEAST_APART))
    for named in (called.guests, called.optional):
        _named(session, asked, named, case, again.first)  # or it is refused
    begun, briefing = series.call(
        session,
        organiser,
        called.guests,
        again=again,
        length=_allowed(called.length or again.length or USUAL_LENGTH),
        now=now,
        optional=called.optional,
        case=case,
        room=asked.room,
    )
    words = confirmation(session, briefing, organiser, now)
    text = f"{words.text}\n{wording.series_begun(begun.code, _first_few(session, begun, asked))}"
    return Reply(
        Words(text, words.controls, words.attachment),
        marking=briefing.marking,
        cases=briefings.cases(session, briefing),
    )


def _named(
    session: Session, asked: Asked, words: Sequence[str], case: Case | None, at: datetime | None
) -> list[Officer]:
    """Whom the organiser names. Raises as `guests.named` does."""
    return guests.named(
        session, words, case=case, marking=briefings.marking(case, asked.room), now=asked.now,
        besides=asked.officer, from_agency_id=asked.officer.agency_id, at=at,
    )  # fmt: skip


def _first_few(session: Session, begun: Series, asked: Asked) -> list[str]:
    zone = ZoneInfo(asked.officer.zone)
    coming = series.coming(session, begun, asked.now)[1:3]
    return [wording.moment(each.at, zone, asked.now) for each in coming]


def _respond(
    session: Session,
    briefing: Briefing,
    organiser: Officer,
    phrase: str,
    wanted: moments.Wanted,
    now: datetime,
) -> Words:
    match wanted:
        case moments.Fixed(start):
            return settle(session, briefing, organiser, start, now)
        case moments.Within():
            return proposal(session, briefing, organiser, wanted, now)
        case moments.Unsure():
            return _question(briefing, organiser, phrase, wanted, now)


def _question(
    briefing: Briefing, organiser: Officer, phrase: str, unsure: moments.Unsure, now: datetime
) -> Words:
    """Two sane readings: the organiser is asked."""
    zone = ZoneInfo(organiser.zone)
    controls = tuple(
        Control(
            wording.moment(_begins(reading), zone, now),
            f"briefing:{briefing.code}:{_token(reading)}",
        )
        for reading in unsure.readings
    )
    return Words(wording.which_reading(phrase, unsure.question), controls)


def _token(reading: moments.Fixed | moments.Within) -> str:
    match reading:
        case moments.Fixed(start):
            return f"at:{moments.stamp(start)}"
        case moments.Within(earliest, latest):
            return f"within:{moments.stamp(earliest)}-{moments.stamp(latest)}"


def _guest_line(session: Session, briefing: Briefing, part: Invitation, now: datetime) -> str:
    officer = session.get_one(Officer, part.officer_id)
    during = moments.Within(briefing.starts_at, briefing.ends_at)
    desk = officer.unit.title if officer.unit else officer.agency.title
    fit = hours.fit(officer, briefing.starts_at, briefing.ends_at)
    told_at = hours.told_at(officer, now, briefing.starts_at)
    rests_until = wording.moment(told_at, ZoneInfo(officer.zone), now) if told_at > now else None
    return wording.guest(
        officer.name,
        desk,
        fit,
        rests_until,
        is_required=part.required,
        is_busy=bool(_busy(session, briefing, officer, during)),
    )


def _elsewhere(session: Session, briefing: Briefing, officer: Officer) -> list[Briefing]:
    start, end = briefing.starts_at, briefing.ends_at
    return invitations.elsewhere(session, officer, start, end, besides=briefing)


def _busy(
    session: Session, briefing: Briefing, officer: Officer, within: moments.Within
) -> list[tuple[datetime, datetime]]:
    """When this officer is expected at other briefings, away, or busy by their own calendar."""
    others = invitations.elsewhere(
        session, officer, within.earliest, within.latest, besides=briefing
    )
    return [
        *((each.starts_at, each.ends_at) for each in others),
        *((each.starts, each.ends) for each in rosters.absences(officer)),
        *busy.times(session, officer, within.earliest, within.latest),
    ]


def _begins(wanted: moments.Wanted) -> datetime:
    match wanted:
        case moments.Fixed(start):
            return start
        case moments.Within(earliest):
            return earliest
        case moments.Unsure(readings):
            return _begins(readings[0])


def _length(wanted: moments.Wanted) -> timedelta:
    """As long as a range that was said, else the usual."""
    match wanted:
        case moments.Fixed(start, end) if end is not None:
            return end - start
        case _:
            return USUAL_LENGTH


def _allowed(length: timedelta) -> timedelta:
    """As long as that. Raises `UserError` where no briefing is."""
    if not timedelta() < length <= LONGEST:
        raise UserError(wording.length_is_odd(LONGEST))
    return length


_LENGTH = re.compile(
    r"\bfor (?P<number>\d{1,3}) ?(?P<unit>min(?:utes?|s)?|h(?:ours?|rs?)?)\b", re.IGNORECASE
)
_CLAUSE = re.compile(r",? (with|about|optionally) ", re.IGNORECASE)
_ONE_OF_A_SERIES = re.compile(r"(?P<which>.+?) to (?P<to>.+)$", re.IGNORECASE)
