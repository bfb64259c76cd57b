"""Single days that differ from the week: away, extra shifts, and duty that two officers swap."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation import outbox
from bot.conversation.messages import Style, Words
from bot.errors import NotAllowed, UserError
from bot.followup import contents, dues, kinds, people, prompts, rosters, routing, stepin, whens
from bot.followup.kinds import Choice, Kind
from bot.followup.prompts import Question
from bot.followup.rosters import Shift
from bot.governance import access, ledger
from bot.governance.ledger import Operation
from bot.meetings import briefings, finding
from bot.wording import duty as wording
from bot.wording import followup as questions
from storage.models import Due, Officer, Prompt, Role, Tlp

AWAY, SHIFT, SWAP = "away", "shift", "swap"
PROFILE = "arrangement"
ACCEPT = Choice("accept", "Accept", True, style=Style.PRIMARY)
DECLINE = Choice("decline", "Decline", True)


def away(session: Session, by: Officer, text: str, *, now: datetime) -> Words:
    """Somebody is away: what waits for them goes to the next in line as soon as they are."""
    officer, phrase = _whose(session, by, text)
    if not phrase:
        raise UserError(wording.away_usage())
    zone = ZoneInfo(by.zone)
    starts, ends = whens.stretch(phrase, now, zone)
    _change(session, officer, by, Shift(starts, ends, False, AWAY), now)
    is_later = starts > now
    moved = [] if is_later else _step_in(session, officer, now)
    if is_later:
        dues.add(
            session, kind=AWAY, subject_id=officer.id, officer_id=officer.id,
            due_at=starts, zone=officer.zone, occurrence=int(starts.timestamp()) // 60,
        )  # fmt: skip
    until = clocks.by(ends, zone, now)
    since = clocks.by(starts, zone, now) if is_later else ""
    expected = _expected(session, officer, starts, ends, now)
    if officer is by:
        return Words(f"{wording.away(until, since, moved)}{expected}")
    own = clocks.by(ends, ZoneInfo(officer.zone), now)
    said = f"{wording.made_away(by.name, own)}{expected}"
    _tell(session, officer, f"{AWAY}:{officer.id}", said, now, at_once=True)
    return Words(wording.away_for(officer.name, until, since, moved))


def back(session: Session, officer: Officer, *, now: datetime) -> Words:
    """The officer is here again, sooner than was said."""
    if not rosters.drop(officer, AWAY):
        raise UserError(wording.not_away())
    dues.supersede(session, AWAY, officer.id, now)
    _record(session, officer, officer, now, back=True)
    return Words(wording.back())


def shift(session: Session, officer: Officer, text: str, *, now: datetime) -> Words:
    """The officer is on duty besides their hours, or takes that back."""
    if text.strip().casefold() == "off":
        dropped = rosters.drop(officer, SHIFT)
        if not dropped:
            raise UserError(wording.no_shifts())
        _record(session, officer, officer, now, shifts=0)
        return Words(wording.shifts_dropped(len(dropped)))
    if not text.strip():
        raise UserError(wording.shift_usage())
    zone = ZoneInfo(officer.zone)
    starts, ends = whens.stretch(text, now, zone)
    _change(session, officer, officer, Shift(starts, ends, True, SHIFT), now)
    return Words(wording.on_shift(clocks.by(starts, zone, now), clocks.by(ends, zone, now)))


def swap(session: Session, officer: Officer, text: str, *, now: datetime) -> Words:
    """Ask a colleague to take a stretch of duty, and perhaps take one of theirs."""
    if not text.strip():
        raise UserError(wording.swap_usage())
    other, rest = people.longest(session, text)
    if (
        not isinstance(other, Officer)
        or other.id == officer.id
        or other.agency_id != officer.agency_id
        or not access.is_desk(other)
    ):
        raise UserError(wording.swap_own_agency())
    mine, _, theirs = rest.partition(" for ")
    if not mine.strip():
        raise UserError(wording.swap_usage())
    held = {"mine": _kept(whens.stretch(mine.strip(), now, ZoneInfo(officer.zone)))}
    if theirs.strip():
        held["theirs"] = _kept(whens.stretch(theirs.strip(), now, ZoneInfo(officer.zone)))
    asked = prompts.ask(
        session,
        Question(
            kind=SWAP,
            profile=PROFILE,
            officer=other,
            words=held,
            asked_by=officer,
            marking=Tlp.GREEN,
        ),
        now=now,
    )
    return Words(wording.swap_offered(asked.code, other.name))


def choices(_session: Session, _prompt: Prompt) -> Sequence[Choice]:
    return (ACCEPT, DECLINE, kinds.SNOOZE)


def detail(session: Session, prompt: Prompt, reader: Officer, now: datetime) -> str:
    """Whose duty it is, from when to when."""
    words, giver = contents.words(session, prompt), _giver(session, prompt)
    shown = {
        name: wording.stretch(*(clocks.by(at, ZoneInfo(reader.zone), now) for at in _read(kept)))
        for name, kept in words.items()
    }
    return wording.swap_detail(giver.name, shown["mine"], shown.get("theirs", ""))


def settle(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: Choice,
    _fields: Mapping[str, str],
    now: datetime,
) -> str:
    """Accepted, the roster changes for both at once."""
    giver, accepted = _giver(session, prompt), choice.id == ACCEPT.id
    key = f"{SWAP}:{prompt.id}:{choice.id}:{int(now.timestamp())}"
    _tell(session, giver, key, wording.swap_answered(prompt.code, accepted=accepted), now)
    if not accepted:
        return wording.swap_declined(prompt.code)
    why = f"{SWAP} {prompt.code}"
    for name, kept in contents.words(session, prompt).items():
        off, on = (giver, officer) if name == "mine" else (officer, giver)
        starts, ends = _read(kept)
        _change(session, off, officer, Shift(starts, ends, False, why), now)
        _change(session, on, officer, Shift(starts, ends, True, why), now)
    return wording.swap_accepted(prompt.code)


def undo(session: Session, prompt: Prompt, officer: Officer, _choice: Choice, now: datetime) -> str:
    """Both rosters read as before."""
    giver = _giver(session, prompt)
    for each in (giver, officer):
        rosters.drop(each, f"{SWAP} {prompt.code}")
        _record(session, each, officer, now, undone=prompt.code)
    key = f"{SWAP}:{prompt.id}:undone:{int(now.timestamp())}"
    _tell(session, giver, key, wording.swap_undone(prompt.code), now)
    return wording.swap_undone(prompt.code)


def lapse(session: Session, prompt: Prompt, now: datetime) -> None:
    """Silence is never consent: nothing was swapped."""
    text = wording.swap_lapsed(prompt.code)
    _tell(session, _giver(session, prompt), f"{SWAP}:{prompt.id}:lapsed", text, now)


KIND = Kind(SWAP, choices, detail, settle, undo=undo, lapse=lapse, climbs=False)


def on_away(session: Session, due: Due, now: datetime) -> None:
    """Somebody's rest has begun: others step in, if it still stands."""
    officer = session.get_one(Officer, due.subject_id)
    said = rosters.shift_at(rosters.of(officer), now)
    if officer.retired_at is not None or said is None or said.is_on:
        return
    moved = _step_in(session, officer, now)
    if moved:
        key = f"{AWAY}:{officer.id}:{int(due.due_at.timestamp())}"
        _tell(session, officer, key, wording.stepped_in_meanwhile(moved), now)


DUES: dict[str, dues.DueHandler] = {AWAY: on_away}


def _whose(session: Session, by: Officer, text: str) -> tuple[Officer, str]:
    """Who is away: oneself, or the officer named first, if their head says so."""
    named = people.officer_that_begins(session, text)
    if named is None:
        return by, text.strip()
    officer, rest = named
    if officer.id == by.id:
        return by, rest
    if Role.HEAD not in by.roles or officer.agency_id != by.agency_id:
        raise NotAllowed(wording.only_heads())
    return officer, rest


def _step_in(session: Session, officer: Officer, now: datetime) -> list[str]:
    moved = stepin.for_officer(session, officer, now=now, because=questions.because_stepped_in())
    return [
        wording.moved_to(each.code, session.get_one(Officer, each.officer_id).name)
        for each in moved
    ]


def _expected(
    session: Session, officer: Officer, starts: datetime, ends: datetime, now: datetime
) -> str:
    """The briefings that nobody steps in at: for the officer alone, as codes and clocks."""
    zone = ZoneInfo(officer.zone)
    known = [
        each
        for each in briefings.expected(session, officer, starts, ends)
        if finding.may_read(session, officer, each, now)
    ]
    if not known:
        return ""
    return wording.still_expected(
        [(each.code, clocks.by(each.starts_at, zone, now)) for each in known],
        calls=any(each.organiser_id == officer.id for each in known),
        comes=any(each.organiser_id != officer.id for each in known),
    )


def _change(session: Session, officer: Officer, by: Officer, said: Shift, now: datetime) -> None:
    rosters.add(officer, said, now=now)
    _record(
        session, officer, by, now, on=said.is_on, starts=said.starts, ends=said.ends, why=said.why
    )


def _record(session: Session, officer: Officer, by: Officer, now: datetime, **details: Any) -> None:
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=by,
        subject=f"officer:{officer.slug}", **details,
    )  # fmt: skip


def _tell(
    session: Session, officer: Officer, key: str, text: str, now: datetime, *, at_once: bool = False
) -> None:
    outbox.tell(
        session, key=f"{key}:{int(now.timestamp())}", officer=officer, words=Words(text), now=now,
        due_at=None if at_once else routing.rests_until(officer, now),
    )  # fmt: skip


def _giver(session: Session, prompt: Prompt) -> Officer:
    return session.get_one(Officer, prompt.asked_by)


def _kept(stretch: tuple[datetime, datetime]) -> str:
    return " ".join(at.isoformat() for at in stretch)


def _read(kept: str) -> tuple[datetime, datetime]:
    starts, ends = (datetime.fromisoformat(at) for at in kept.split())
    return starts, ends
