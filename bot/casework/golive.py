"""An operation under way: its people are left in peace, and two are kept from colliding."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks, references
from bot.casework import cases, deconfliction
from bot.conversation import cards, outbox
from bot.conversation.messages import Control, Style, Tap, Words
from bot.conversation.taps import TapHandler
from bot.errors import NotAllowed, UserError
from bot.followup import contents, dues, prompts, quiet, rosters, routing, stepin, whens
from bot.followup.kinds import Choice, Kind
from bot.followup.prompts import Question
from bot.followup.quiet import LIVE
from bot.followup.rosters import Shift
from bot.governance import access, ledger
from bot.governance.ledger import Operation
from bot.meetings import debriefs
from bot.wording import followup as questions
from bot.wording import golive as wording
from nlp.spans import Label, Span
from storage import indexing, sealing
from storage.database import add_once
from storage.models import Case, CaseState, Delivery, Due, Live, Officer, Prompt, Role, Tlp

CONFLICT, TOLD = "conflict", "told"
END_PROFILE, CONFLICT_PROFILE = "operation_end", "operation_conflict"
LONGEST = timedelta(days=14)
MARGIN = timedelta(hours=2)
"""So near in time two operations may touch: people come before and leave after."""

OVER = Choice("over", "It is over", True, style=Style.PRIMARY)
EXTEND = Choice("extend", "Goes on", True, asks="Until when?")
_OUTCOMES = ("proceed", "joint", "delay", "cancel")
_WORD = re.compile(r"\w+")
_MOST_WORDS = 5
_CELL_DEGREES = 0.01
"""About a kilometre: two coordinates in one cell, or in cells side by side, are one place."""


def begin(
    session: Session,
    commander: Officer,
    case: Case,
    *,
    until: datetime,
    place: str,
    spans: Sequence[Span],
    others: Sequence[Officer],
    now: datetime,
) -> Words:
    """Begin an operation: its members are left in peace until its end, and deputies step in.

    Whom somebody else takes in is told so at once, with a way out; and so are the heads of the
    agency, where whoever begins it does not decide about the case.
    """
    if running(session, case, now) is not None:
        raise UserError(wording.is_live_already(case.code))
    if until - now > LONGEST:
        raise UserError(wording.too_long(LONGEST.days))
    members = list(dict.fromkeys([commander, *others]))
    if any(each.agency_id != case.agency_id for each in members):
        raise NotAllowed(wording.own_agency_only())
    if case.state is CaseState.CLOSED:
        raise UserError(wording.is_closed(case.code))
    for each in members:
        if not access.may_see(session, each, case, now):
            raise NotAllowed(wording.may_not_see(each.name, case.code))
    live = Live(
        code=references.mint(session, Live),
        case_id=case.id,
        commander_id=commander.id,
        started_at=now,
        until=until,
        members=[each.slug for each in members],
        place_hashes=_hashes(session, where := _where(place, spans)),
        key_id=sealing.keyring(session).mint(case.key_id),
    )
    sealing.seal(session, live, "place", where)
    if not add_once(session, live):
        raise UserError(wording.is_live_already(case.code))  # Somebody else was faster.
    moved = 0
    for each in members:
        rosters.add(each, Shift(now, until, False, _why(live)), now=now)
        moved += len(_hand_to_deputies(session, each, now))
    _tell_members(session, live, case, commander, now)
    if len(members) > 1 and not cases.decides(commander, case):
        _tell_heads(session, live, case, commander, now)
    dues.add(session, kind=LIVE, subject_id=live.id, due_at=until, zone=commander.zone)
    _deconflict(session, live, case, now)
    _record(session, live, commander, now, members=live.members, until=until)
    text = wording.begun(
        live.code, case.code, clocks.by(until, ZoneInfo(commander.zone), now),
        len(members), moved, is_checked=bool(place),
    )  # fmt: skip
    return Words(text)


def step_out(
    session: Session, live: Live, whom: Officer, officer: Officer, *, now: datetime
) -> Words:
    """Somebody is in an operation no more: by their own word, or by whoever decides about it."""
    case, commander = session.get_one(Case, live.case_id), _commander(session, live)
    if live.ended_at is not None or whom.slug not in live.members:
        raise UserError(wording.is_in_none(whom.name))
    may_decide = officer.id == commander.id or cases.decides(officer, case)
    if officer.id != whom.id and not may_decide:
        raise NotAllowed(wording.only_members_end(case.code))
    if whom.id == commander.id:
        raise UserError(wording.commands_it(case.code))
    live.members = [each for each in live.members if each != whom.slug]
    _free(session, live, whom, now)
    for each in {commander, whom} - {officer}:
        outbox.tell(
            session,
            key=f"{LIVE}:{live.id}:out:{whom.id}:{each.id}:{now:%Y%m%d%H%M%S}",
            officer=each,
            words=Words(wording.has_left(live.code, whom.name, is_reader=each.id == whom.id)),
            now=now,
        )
    _record(session, live, officer, now, out=whom.slug)
    return Words(wording.is_out(live.code, whom.name, is_reader=officer.id == whom.id))


def of_officer(session: Session, officer: Officer) -> list[Live]:
    """The operations under way that this officer is in."""
    under_way = session.scalars(select(Live).where(Live.ended_at.is_(None)).order_by(Live.id))
    return [live for live in under_way if officer.slug in live.members]


def may_know(session: Session, live: Live, reader: Officer, now: datetime) -> bool:
    """Whether this reader may know of an operation: of its agency, and sees its case."""
    case = session.get_one(Case, live.case_id)
    return reader.agency_id == case.agency_id and access.may_see(session, reader, case, now)


def tapped(
    session: Session, officer: Officer, parts: list[str], _tap: Tap, now: datetime
) -> Words | None:
    """Somebody who was taken into an operation steps out of it: `CODE:out`."""
    live = session.scalar(select(Live).where(Live.code == parts[0]))
    if live is None:
        raise UserError(wording.is_in_none(officer.name))
    return step_out(session, live, officer, officer, now=now)


def end(session: Session, case: Case, officer: Officer, *, now: datetime) -> Words:
    """The operation is over: its people are told things again, and a debrief is offered."""
    live = running(session, case, now)
    if live is None:
        raise UserError(wording.is_not_live(case.code))
    if officer.slug not in live.members and not cases.decides(officer, case):
        raise NotAllowed(wording.only_members_end(case.code))
    asked = session.scalars(
        select(Prompt).where(
            Prompt.kind == LIVE, Prompt.case_id == case.id, Prompt.state.in_(prompts.ALIVE)
        )
    )
    for prompt in asked.all():
        prompts.withdraw(session, prompt, now=now, why=wording.IT_IS_OVER)
    _end(session, live, case, officer, now)
    return Words(wording.ended(live.code, case.code))


def running(session: Session, case: Case, now: datetime) -> Live | None:
    """The operation of this case that is under way, whatever its planned end."""
    return session.scalar(
        select(Live).where(Live.case_id == case.id, Live.ended_at.is_(None), Live.started_at <= now)
    )


def on_end(session: Session, due: Due, now: datetime) -> None:
    """The planned end has come: whoever commands it says how it stands."""
    live = session.get_one(Live, due.subject_id)
    if live.ended_at is not None:
        return
    case, commander = session.get_one(Case, live.case_id), _commander(session, live)
    _let_be_told(session, live, now)
    prompts.ask(
        session,
        Question(
            kind=LIVE,
            profile=END_PROFILE,
            officer=commander,
            words={"live": live.code},
            case=case,
            marking=case.marking,
        ),
        now=now,
    )


def choices(_session: Session, _prompt: Prompt) -> Sequence[Choice]:
    return (OVER, EXTEND)


def detail(session: Session, prompt: Prompt, reader: Officer, now: datetime) -> str:
    """Which operation, since when, and when it was to end."""
    live, case = _of(session, prompt)
    zone = ZoneInfo(reader.zone)
    return wording.how_does_it_stand(
        live.code, case.code, clocks.by(live.started_at, zone, now),
        clocks.by(live.until, zone, now),
    )  # fmt: skip


def settle(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: Choice,
    fields: Mapping[str, str],
    now: datetime,
) -> str:
    """It is over, or it goes on until another moment and its people are left in peace again."""
    live, case = _of(session, prompt)
    if choice.id == OVER.id:
        _end(session, live, case, officer, now)
        return wording.ended(live.code, case.code)
    until = whens.moment(fields.get("text", ""), now, ZoneInfo(officer.zone))
    if until - now > LONGEST:
        raise UserError(wording.too_long(LONGEST.days))
    live.until = until
    for each in _members(session, live):
        rosters.add(each, Shift(now, until, False, _why(live)), now=now)
        _hand_to_deputies(session, each, now)
    _tell_members(session, live, case, officer, now)
    dues.add(session, kind=LIVE, subject_id=live.id, due_at=until, zone=officer.zone)
    _deconflict(session, live, case, now)
    _record(session, live, officer, now, until=until)
    return wording.goes_on(live.code, clocks.by(until, ZoneInfo(officer.zone), now))


def conflict_choices(_session: Session, _prompt: Prompt) -> Sequence[Choice]:
    """What became of it; each asks why, for the record."""
    return tuple(
        Choice(outcome, outcome.title(), True, asks=wording.why_so()) for outcome in _OUTCOMES
    )


def conflict_detail(session: Session, prompt: Prompt, _reader: Officer, _now: datetime) -> str:
    """The reader's own operation and whom to call: nothing of the other one."""
    words = contents.words(session, prompt)
    live, case = _of(session, prompt)
    return wording.conflict(
        live.code, case.code, words["desk"], words["number"], are_told=words["told"] == TOLD
    )


def settle_conflict(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: Choice,
    fields: Mapping[str, str],
    now: datetime,
) -> str:
    """The outcome is on record; its reason stays with the question."""
    if not fields.get("text", "").strip():
        raise UserError(wording.say_why())
    live, case = _of(session, prompt)
    _record(session, live, officer, now, outcome=choice.id)
    return wording.outcome_kept(live.code, case.code, choice.id)


KIND = Kind(LIVE, choices, detail, settle)
CONFLICT_KIND = Kind(CONFLICT, conflict_choices, conflict_detail, settle_conflict)
DUES: dict[str, dues.DueHandler] = {LIVE: on_end}
TAPS: dict[str, TapHandler] = {LIVE: tapped}


# Two operations in one place at one time


def _deconflict(session: Session, live: Live, case: Case, now: datetime) -> None:
    """Tell both sides of every operation that may touch this one whom to call, and no more.

    A side that keeps its case silent is told, and the other is not.
    """
    for other in _touching(session, live):
        theirs = session.get_one(Case, other.case_id)
        if not theirs.silent:
            _warn(session, live, case, theirs, now)
        if not case.silent:
            _warn(session, other, theirs, case, now)
        ledger.record(
            session, Operation.COMBINATION, now=now, subject=f"live:{live.code}",
            other=f"live:{other.code}",
        )  # fmt: skip


def _touching(session: Session, live: Live) -> list[Live]:
    near = session.scalars(
        select(Live).where(
            Live.id != live.id,
            Live.case_id != live.case_id,
            Live.ended_at.is_(None),
            Live.started_at < live.until + MARGIN,
            Live.until > live.started_at - MARGIN,
        )
    )
    here = hashes_of(session, live) if live.place_hashes else []
    return [each for each in near if _is_one_place(here, each.place_hashes)]


def _is_one_place(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether all of one is said in the other; of coordinates, whether the two lie side by side."""
    if not one or not other:
        return False
    return not indexing.forms(one[:1]).keys().isdisjoint(other) or other[0] in indexing.forms(one)


def _warn(session: Session, live: Live, case: Case, theirs: Case, now: datetime) -> None:
    """Ask the desk of this operation what becomes of it, and tell its commander at once."""
    prompt = prompts.ask(
        session,
        Question(
            kind=CONFLICT,
            profile=CONFLICT_PROFILE,
            unit=case.unit,
            words={
                "live": live.code,
                "desk": deconfliction.desk_of(theirs),
                "number": deconfliction.number_of(session, theirs),
                "told": "" if case.silent else TOLD,
            },
            case=case,
            marking=case.marking,
        ),
        now=now,
    )
    commander = _commander(session, live)
    if prompt.officer_id != commander.id:
        outbox.tell(
            session,
            key=f"{CONFLICT}:{prompt.id}",
            officer=commander,
            words=Words(wording.commander_hears(live.code)),
            now=now,
            marking=Tlp.GREEN,
        )


def hashes_of(session: Session, live: Live) -> list[int]:
    """Under what an operation's place is found now. Raises `Erased`."""
    return _hashes(session, sealing.unseal(session, live, "place"))


def _where(place: str, spans: Sequence[Span]) -> str:
    """The place as it was said, or its coordinates, and which of the two it is."""
    found = (span.value for span in spans if span.label is Label.COORDINATES and span.value)
    return next((f"{Label.COORDINATES}|{value}" for value in found), f"|{place}")


def _hashes(session: Session, where: str) -> list[int]:
    """All of the place first, then its parts; or the cells around its coordinates."""
    hashed = indexing.of(session).hasher("place")
    label, _, place = where.partition("|")
    if label:
        return [hashed(cell) for cell in _cells(place)]
    words = [word.casefold() for word in _WORD.findall(place) if word.casefold() not in _FILLING]
    if not words:
        return []
    runs = [
        words[start : start + count]
        for count in range(min(_MOST_WORDS, len(words)), 0, -1)
        for start in range(len(words) - count + 1)
    ]
    keys = dict.fromkeys(" ".join(sorted(run)) for run in [words, *runs])
    return [hashed(key) for key in keys]


def _cells(coordinates: str) -> list[str]:
    latitude, longitude = (float(part) for part in coordinates.split(","))
    row, column = round(latitude / _CELL_DEGREES), round(longitude / _CELL_DEGREES)
    around = [(0, 0), *((r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0))]
    return [f"cell {row + r} {column + c}" for r, c in around]


_FILLING = frozenset(("the", "at", "of", "in", "on", "a", "near", "and"))


# The people in it


def _tell_members(
    session: Session, live: Live, case: Case, officer: Officer, now: datetime
) -> None:
    """Who is in it by somebody else's word hears until when, at once, and how to step out."""
    for each in _members(session, live):
        if each.id in (officer.id, live.commander_id):
            continue
        until = clocks.by(live.until, ZoneInfo(each.zone), now)
        outbox.tell(
            session,
            key=f"{LIVE}:{live.id}:in:{each.id}:{live.until:%Y%m%d%H%M%S}",
            officer=each,
            words=Words(
                wording.taken_in(live.code, case.code, officer.name, until),
                (Control(wording.STEP_OUT, f"{LIVE}:{live.code}:out"),),
            ),
            now=now,
            cases=[case],
        )


def _tell_heads(
    session: Session, live: Live, case: Case, commander: Officer, now: datetime
) -> None:
    heads = session.scalars(
        select(Officer).where(Officer.agency_id == case.agency_id, Officer.retired_at.is_(None))
    )
    for head in heads:
        if Role.HEAD in head.roles and access.may_see(session, head, case, now):
            until = clocks.by(live.until, ZoneInfo(head.zone), now)
            outbox.tell(
                session,
                key=f"{LIVE}:{live.id}:head:{head.id}",
                officer=head,
                words=Words(
                    wording.head_hears(
                        live.code, case.code, commander.name, len(live.members), until
                    )
                ),
                now=now,
                cases=[case],
            )


def _hand_to_deputies(session: Session, officer: Officer, now: datetime) -> list[Prompt]:
    if not access.is_desk(officer):
        return []
    because = questions.because_stepped_in()
    return stepin.for_officer(session, officer, now=now, because=because)


def _end(session: Session, live: Live, case: Case, officer: Officer, now: datetime) -> None:
    live.ended_at, live.place_hashes = now, []  # Nobody needs to find the place any more.
    _let_be_told(session, live, now)
    for each in _members(session, live):
        if each.id != officer.id:
            words = Words(wording.is_over(live.code, officer.name))
            outbox.tell(
                session, key=f"{LIVE}:{live.id}:over:{each.id}", officer=each, words=words, now=now
            )
    dues.supersede(session, LIVE, live.id, now)
    debriefs.offer(session, case, now=now)
    _record(session, live, officer, now, ended=True)


def _let_be_told(session: Session, live: Live, now: datetime) -> None:
    for each in _members(session, live):
        _free(session, live, each, now)


def _free(session: Session, live: Live, officer: Officer, now: datetime) -> None:
    """Hold nothing for the operation any more: what waited for its end is said after their rest."""
    latest = max(live.until, routing.quiet_until(officer, now) or now)
    rosters.drop(officer, _why(live))
    alone = Delivery.officer_id == officer.id, routing.quiet_until(officer, now)
    under_theirs = cards.show_to(officer), quiet.mutes_until(session, officer, "", now)
    for held, at in (alone, under_theirs):
        outbox.hasten(session, held, since=live.started_at, due=(live.until, latest), at=at or now)


def _members(session: Session, live: Live) -> Sequence[Officer]:
    return session.scalars(select(Officer).where(Officer.slug.in_(live.members))).all()


def _commander(session: Session, live: Live) -> Officer:
    return session.get_one(Officer, live.commander_id)


def _of(session: Session, prompt: Prompt) -> tuple[Live, Case]:
    code = contents.words(session, prompt)["live"]
    live = session.scalars(select(Live).where(Live.code == code)).one()
    return live, session.get_one(Case, live.case_id)


def _why(live: Live) -> str:
    return f"{LIVE} {live.code}"


def _record(session: Session, live: Live, officer: Officer, now: datetime, **details: Any) -> None:
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer, case_id=live.case_id,
        subject=f"live:{live.code}", **details,
    )  # fmt: skip
