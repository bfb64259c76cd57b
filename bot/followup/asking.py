"""Asking a desk: the question, who is told at once, and what its answers do."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.casework import cases
from bot.conversation.messages import Control, Style, Trust, Words
from bot.errors import NotAllowed, UserError
from bot.followup import answers, askers, contents, copies, kinds, prompts, routing, stops
from bot.followup.deadlines import Policy
from bot.followup.kinds import Choice, Kind, Urgency
from bot.followup.prompts import Question
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.wording import asking as to_asker
from bot.wording import followup as wording
from storage import sealing
from storage.models import (
    Answer,
    Card,
    Case,
    Message,
    Officer,
    Prompt,
    Room,
    Tlp,
    Unit,
)

ROUTINE, WAITING, URGENT = "routine", "officer_waiting", "eu_2023_977_urgent_direct"
HAVE_IT = Choice(
    "have_it", "Have it", True, style=Style.PRIMARY, asks="What do you have? The asker reads it."
)
STILL, CALLBACK = "still", "callback"
POKE_AGAIN_AFTER = timedelta(minutes=1)

_LONGEST = 4000
_OFFICER_WAITING = re.compile(r"[\s,;(\[]{0,4}\bofficer[ -]waiting\b[\s.)\]!]{0,4}$", re.IGNORECASE)
_URGENT_BECAUSE = re.compile(
    r"[\s,;]{0,4}\burgent because ([\w-]{1,20})\s?[:,]\s?(\S.{0,1000})$", re.IGNORECASE | re.DOTALL
)
_URGENT = re.compile(r"[\s,;(\[]{0,4}\burgent\b[\s.)\]!]{0,4}$", re.IGNORECASE)
_ABOUT = re.compile(r"\babout ([A-Z0-9][A-Z0-9-]{1,23})[\s?.!]{0,4}$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an asker wants to know, and how soon."""

    text: str
    profile: str = ROUTINE
    urgency: Urgency | None = None
    facts: str = ""


def wanted(text: str) -> Wanted:
    """What these words ask, and how urgently. Raises `UserError` when urgent lacks its ground."""
    plain = text.strip()[:_LONGEST]
    if match := _URGENT_BECAUSE.search(plain):
        if match[1].casefold() not in list(Urgency):
            raise UserError(to_asker.urgent_needs_ground())
        urgency = Urgency(match[1].casefold())
        return _worded(Wanted(plain[: match.start()], URGENT, urgency, match[2].strip()))
    if _URGENT.search(plain):
        raise UserError(to_asker.urgent_needs_ground())
    if match := _OFFICER_WAITING.search(plain):
        return _worded(Wanted(plain[: match.start()], WAITING))
    return _worded(Wanted(plain))


def ask(
    session: Session,
    asker: Officer,
    to: Unit | Officer,
    wish: Wanted,
    *,
    now: datetime,
    room: Room | None = None,
    message: Message | None = None,
    card: Card | None = None,
    case: Case | None = None,
    marking: Tlp | None = None,
    kind: str = "ask",
    together: int | None = None,
) -> tuple[Prompt, Words]:
    """Put a question to a desk or an officer; returns it with what its asker reads at once.

    *together* is the first of the questions that several desks decide.
    """
    marking = _marking(wish.text, room, message, marking)
    _check_may_leave(asker, to, marking)
    unit = to if isinstance(to, Unit) else None
    place = to.title if isinstance(to, Unit) else to.name
    if isinstance(to, Officer):
        able = to.id != asker.id and routing.may_be_asked(session, to, marking, case, now)
        on_duty = routing.is_on_duty(to, now)
        chosen = routing.Chosen(
            to if able else None,
            wording.because_named(),
            is_on_duty=on_duty,
            next_on_duty_at=None if on_duty else routing.rests_until(to, now),
        )
    else:
        chosen = routing.choose(
            session,
            unit=unit,
            case=case,
            marking=marking,
            languages=asker.languages,
            now=now,
            avoid=[asker],
        )
    if chosen.officer is None:
        raise UserError(to_asker.nobody_can_be_asked(place))
    prompt = prompts.ask(
        session,
        Question(
            kind=kind,
            profile=wish.profile,
            unit=unit,
            chosen=chosen,
            together=together,
            words={
                "text": wish.text,
                "urgent": wish.urgency.value if wish.urgency is not None else "",
                "facts": wish.facts,
            },
            case=case,
            message=message,
            card=card,
            asked_by=asker,
            marking=marking,
        ),
        now=now,
    )
    ledger.record(
        session, Operation.DISCLOSURE, now=now, actor=asker, case_id=prompt.case_id,
        subject=f"prompt:{prompt.code}", to=to.slug, urgency=wish.urgency or "",
    )  # fmt: skip
    return prompt, Words(_asked(session, prompt, chosen, place, asker, now), _controls(prompt))


def ask_about_card(
    session: Session, asker: Officer, card: Card, unit: Unit, profile: str, *, now: datetime
) -> Words:
    """Put what a card was made of to a desk whose agency is in the room."""
    room = session.get_one(Room, card.room_id)
    if unit.agency.slug not in room.agencies or asker.agency.slug not in room.agencies:
        raise NotAllowed(wording.no_such_desk(unit.slug, ()))
    said = [session.get_one(Message, each) for each in card.message_ids]
    heard = [each for each in said if each.recalled_at is None and each.erased_at is None]
    if card.withdrawn_at is not None or not heard:
        raise UserError(to_asker.card_is_gone())
    words = [sealing.unseal_or(session, each, "text", "") for each in heard]
    text = "\n".join(each for each in words if each)
    joined = markings.join(
        [room.default_marking, *(each.marking for each in heard if each.marking)]
    )
    _, shown = ask(
        session,
        asker,
        unit,
        Wanted(text[:_LONGEST], profile),
        now=now,
        room=room,
        message=heard[-1],
        card=card,
        marking=joined,
    )
    return shown


def about(session: Session, asker: Officer, text: str, now: datetime) -> Case | None:
    """The case a question names at its end, if the asker may see one of that name."""
    match = _ABOUT.search(text)
    if match is None:
        return None
    try:
        return cases.find(session, asker, match[1], now)
    except NotAllowed:
        return None  # Then these are words like any others.


def stand_down(session: Session, prompt: Prompt, officer: Officer, *, now: datetime) -> Words:
    """The asker needs it no more: every copy is withdrawn, of every desk, and says so."""
    group = prompts.together(session, prompts.current(session, prompt))
    # The first is locked last, as by a desk that answers: nobody waits for the other.
    known = [prompts.locked(session, each) for each in reversed(group)]
    alive = [each for each in known if each.state in prompts.ALIVE]
    _asked_alive(session, alive[0] if alive else prompt, officer)
    count = sum(len(copies.of(session, each)) for each in alive)
    for each in alive:
        prompts.withdraw(session, each, now=now, why=wording.STOOD_DOWN)
    first = group[0]
    code = askers.code_of(session, first)
    askers.line_in_thread(session, first, to_asker.thread_stood_down(code), now=now)
    return Words(to_asker.stood_down(code, count))


def still_waiting(session: Session, prompt: Prompt, officer: Officer, *, now: datetime) -> Words:
    """The asker still waits: everyone asked reads so, once in a minute."""
    prompt = _asked_alive(session, prompt, officer)
    last = session.scalar(
        select(Answer.at)
        .where(Answer.prompt_id == prompt.id, Answer.choice == STILL)
        .order_by(Answer.at.desc())
    )
    if last is not None and now - last < POKE_AGAIN_AFTER:
        return Words(to_asker.just_said(askers.code_of(session, prompt)))
    _note(session, prompt, officer, STILL, now)
    text = wording.still_waiting(prompt.code, clocks.waited(now - prompt.received_at))
    _tell_all(session, prompt, text, now)
    return Words(to_asker.still_noted(askers.code_of(session, prompt)), _controls(prompt))


def call_back(session: Session, prompt: Prompt, officer: Officer, *, now: datetime) -> Words:
    """The asker wants to be called: everyone asked reads so, and the number on opening."""
    prompt = _asked_alive(session, prompt, officer)
    if officer.unit is None or not officer.unit.desk_number:
        raise UserError(wording.no_desk_number())
    _note(session, prompt, officer, CALLBACK, now)
    _tell_all(session, prompt, wording.wants_call(prompt.code), now)
    return Words(to_asker.call_noted(askers.code_of(session, prompt)), _controls(prompt))


def choices(session: Session, prompt: Prompt) -> Sequence[Choice]:
    policy: Policy = session.info["policy"]
    rest = () if policy.profiles[prompt.profile].urgent else (kinds.SNOOZE, kinds.BRIEF_US)
    return (
        HAVE_IT,
        kinds.NEED_TIME,
        kinds.NEED_MORE,
        kinds.GRANTED if stops.awaits_authorisation(session, prompt) else kinds.AWAIT,
        kinds.PASS_ON,
        kinds.REFUSE,
        kinds.CALL_ME,
        kinds.STEP_ASIDE,
        *rest,
    )


def detail(session: Session, prompt: Prompt, _reader: Officer, _now: datetime) -> str:
    """The question as it was put, with its marking, and for whom."""
    asker = session.get(Officer, prompt.asked_by) if prompt.asked_by is not None else None
    words = contents.words(session, prompt)
    case = next(iter(copies.case_of(session, prompt)), None)
    return to_asker.question(
        markings.written(prompt.marking),
        asker.agency.title if asker is not None else "",
        words.get("text", ""),
        words.get("urgent", ""),
        words.get("facts", ""),
        case.code if case is not None else None,
    )


def detail_for_asker(session: Session, prompt: Prompt, asker: Officer, now: datetime) -> str:
    """One's own question, and what was answered to it."""
    text = contents.words(session, prompt).get("text", "")
    lines = [to_asker.your_question(markings.written(prompt.marking), text)]
    given = session.scalars(
        select(Answer)
        .where(
            Answer.prompt_id == prompt.id,
            Answer.choice == HAVE_IT.id,
            Answer.undone_at.is_(None),
        )
        .order_by(Answer.at, Answer.id)
    )
    for answer in given:
        said = contents.answer_words(session, answer).get("text", "")
        marking = markings.stated(said) or prompt.marking
        if not markings.is_within(marking, asker.clearance):
            continue
        giver = session.get_one(Officer, answer.officer_id)
        lines.append(
            to_asker.history_answer(
                clocks.by(answer.at, ZoneInfo(asker.zone), now),
                giver.agency.title,
                markings.written(marking),
                said,
            )
        )
    return "\n".join(lines)


def settle(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    _choice: Choice,
    fields: Mapping[str, str],
    now: datetime,
) -> str:
    """The asker is told in private; the thread reads no more than that it is answered."""
    check_answer(session, prompt, officer, fields.get("text", ""))
    _disclosed(session, prompt, officer, now)
    code = askers.code_of(session, prompt)
    text = to_asker.answered(code)
    askers.tell(session, prompt, text, now=now, controls=(askers.opening(prompt),))
    askers.line_in_thread(session, prompt, to_asker.thread_answered(code), now=now)
    return to_asker.given(prompt.code)


def add_further(
    session: Session, prompt: Prompt, officer: Officer, _choice: Choice, now: datetime
) -> str:
    """Somebody else has something too: the asker is told of that as well."""
    _disclosed(session, prompt, officer, now)
    text = to_asker.second(askers.code_of(session, prompt))
    askers.tell(session, prompt, text, now=now, controls=(askers.opening(prompt),))
    return to_asker.given(prompt.code)


def take_back(
    session: Session, prompt: Prompt, _officer: Officer, _choice: Choice, now: datetime
) -> str:
    code = askers.code_of(session, prompt)
    askers.take_back(session, prompt, to_asker.undone(code), now=now)
    askers.line_in_thread(session, prompt, to_asker.thread_open_again(code), now=now)
    return wording.undone(prompt.code)


def check_answer(session: Session, prompt: Prompt, officer: Officer, text: str) -> None:
    """Raise `UserError` unless the asker may be given these words."""
    if not text.strip():
        raise UserError(to_asker.nothing_given())
    asker = askers.of(session, prompt)
    marking = markings.stated(text) or prompt.marking
    if asker is None:
        return
    stays = marking is Tlp.AMBER_STRICT and asker.agency_id != officer.agency_id
    if stays or not markings.is_within(marking, asker.clearance):
        raise UserError(to_asker.not_cleared(markings.written(marking)))


def zone_of(officer: Officer) -> ZoneInfo:
    """The clock this officer reads."""
    return ZoneInfo(officer.zone)


KIND = Kind(
    "ask",
    choices,
    detail,
    settle,
    dispute=add_further,
    undo=take_back,
    asker_detail=detail_for_asker,
)


def _worded(wish: Wanted) -> Wanted:
    if not wish.text.strip():
        raise UserError(to_asker.ask_usage())
    return Wanted(wish.text.strip(), wish.profile, wish.urgency, wish.facts)


def _marking(text: str, room: Room | None, message: Message | None, marking: Tlp | None) -> Tlp:
    stated = [each for each in (marking, markings.stated(text)) if each is not None]
    if message is not None and message.marking is not None:
        stated.append(message.marking)
    if stated:
        return markings.join(stated)
    return room.default_marking if room is not None else Tlp.AMBER


def _check_may_leave(asker: Officer, to: Unit | Officer, marking: Tlp) -> None:
    if not markings.is_within(marking, asker.clearance):
        raise UserError(to_asker.above_clearance(markings.written(marking)))
    if marking is Tlp.RED and isinstance(to, Unit):
        raise UserError(to_asker.red_needs_name())
    if marking is Tlp.AMBER_STRICT and to.agency_id != asker.agency_id:
        raise UserError(to_asker.strict_stays())


def _asked(
    session: Session,
    prompt: Prompt,
    chosen: routing.Chosen,
    place: str,
    asker: Officer,
    now: datetime,
) -> str:
    zone = ZoneInfo(asker.zone)
    coming = chosen.next_on_duty_at
    rests = chosen.officer is not None and any(
        copy.shown_at > now for copy in copies.of(session, prompt)
    )
    return to_asker.asked(
        prompt.code,
        place,
        copies.by(prompt, asker, now),
        prompt.rule,
        copies.by_law(prompt, asker, now),
        on_duty=chosen.is_on_duty,
        next_on=clocks.by(coming, zone, now) if coming is not None else "",
        is_told=not rests,
    )


def _controls(prompt: Prompt) -> tuple[Control, ...]:
    waiting = askers.while_waiting(prompt)
    return waiting if prompt.profile == WAITING else waiting[1:2]


def _asked_alive(session: Session, prompt: Prompt, officer: Officer) -> Prompt:
    prompt = prompts.locked(session, prompts.current(session, prompt))
    if prompt.asked_by != officer.id or prompt.kind not in kinds.ASKED:
        raise NotAllowed(to_asker.only_the_asker())
    if prompt.state not in prompts.ALIVE:
        raise UserError(answers.closed_text(session, prompt, officer))
    return prompt


def _note(session: Session, prompt: Prompt, officer: Officer, word: str, now: datetime) -> None:
    answers.keep(session, prompt, officer, word, Trust.AUTHENTICATED, now, {})
    ledger.record(
        session, Operation.CLOCK, now=now, actor=officer, case_id=prompt.case_id,
        subject=f"prompt:{prompt.code}", asker=word,
    )  # fmt: skip


def _tell_all(session: Session, prompt: Prompt, text: str, now: datetime) -> None:
    for holder in copies.holders(session, prompt):
        if copies.may_be_shown(session, prompt, holder, now):
            copies.push(session, prompt, holder, text, now=now)


def _disclosed(session: Session, prompt: Prompt, officer: Officer, now: datetime) -> None:
    asker = askers.of(session, prompt)
    ledger.record(
        session, Operation.DISCLOSURE, now=now, actor=officer, case_id=prompt.case_id,
        subject=f"prompt:{prompt.code}", to=asker.slug if asker is not None else "",
    )  # fmt: skip
