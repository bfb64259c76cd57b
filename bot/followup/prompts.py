"""Questions to liaison officers: asked, paused, closed, opened again, each with a clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks, references
from bot.errors import NotAllowed
from bot.followup import askers, contents, copies, kinds, ladder, routing, stops
from bot.followup.deadlines import Deadline, Policy, deadline
from bot.followup.routing import Chosen
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.wording import followup as wording
from storage.models import (
    Agency,
    Card,
    Case,
    Copy,
    Match,
    Message,
    Officer,
    Prompt,
    PromptState,
    Tlp,
    Unit,
)

ALIVE = copies.ALIVE
_GONE = (PromptState.PASSED_ON, PromptState.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be asked, and of whom.

    That is the *officer* when named, else who was *chosen* already, else the best of the *unit* or
    of the case's agency, going round *avoid* and the asker. *also* are asked at the same time.
    """

    kind: str
    profile: str
    marking: Tlp
    unit: Unit | None = None
    officer: Officer | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    case: Case | None = None
    match: Match | None = None
    message: Message | None = None
    card: Card | None = None
    asked_by: Officer | None = None
    avoid: Sequence[Officer] = ()
    chosen: Chosen | None = None
    also: Sequence[Officer] = ()
    together: int | None = None
    """The first of the questions that are decided together."""
    clock_starts: datetime | None = None
    """When its clock starts, if not now."""

    @property
    def joined(self) -> Tlp:
        """The stricter of the question's marking and its case's."""
        return markings.join([self.marking, self.case.marking]) if self.case else self.marking


def ask(session: Session, question: Question, *, now: datetime) -> Prompt:
    """Ask the right officer, with a clock, discreetly."""
    [prompt] = ask_all(session, [question], now=now)
    return prompt


def ask_all(session: Session, questions: Sequence[Question], *, now: datetime) -> list[Prompt]:
    """As `ask`, for many questions, one after another, with a few steps to the database."""
    load = routing.Load(session, [each.case for each in questions if each.case is not None])
    opened: list[tuple[Question, Prompt, Deadline, list[Officer]]] = []
    for question in questions:
        prompt, limit, told = _opened(session, question, load, now)
        load.add(told)
        session.add(prompt)
        opened.append((question, prompt, limit, told))
    session.flush()
    with session.no_autoflush:  # Nothing that is looked up here is of these questions.
        for _, prompt, limit, told in opened:
            ladder.plan(session, prompt, limit, now)
            for each in told:
                text = wording.new(prompt.code, copies.by(prompt, each, now))
                copies.push(session, prompt, each, text, now=now, is_first=True)
    session.flush()
    for question, prompt, _, _ in opened:
        _record(
            session, prompt, now, question.asked_by,
            profile=prompt.profile, strict_at=prompt.strict_at,
        )  # fmt: skip
    return [prompt for _, prompt, _, _ in opened]


def withdraw(session: Session, prompt: Prompt, *, now: datetime, why: str) -> None:
    """Take the question back: nobody is asked any more, and every copy says so."""
    if prompt.state not in ALIVE:
        return
    close(session, prompt, PromptState.WITHDRAWN, now=now)

    def text(reader: Officer) -> str:
        return wording.withdrawn(prompt.code, clocks.by(now, ZoneInfo(reader.zone), now), why)

    copies.close(session, prompt, text, now)
    _record(session, prompt, now, None, withdrawn=True)


def open_for(session: Session, officer: Officer) -> list[Prompt]:
    """What this officer is being asked, most urgent first."""
    return list(
        session.scalars(
            select(Prompt)
            .join(Copy, Copy.prompt_id == Prompt.id)
            .where(Copy.officer_id == officer.id, Prompt.state.in_(ALIVE))
            .order_by(Prompt.strict_at, Prompt.id)
        )
    )


def waited_for(session: Session, officer: Officer) -> list[Prompt]:
    """What this officer asked and has no answer to, most urgent first."""
    return list(
        session.scalars(
            select(Prompt)
            .where(
                Prompt.asked_by == officer.id,
                Prompt.kind.in_(kinds.ASKED),
                Prompt.state.in_(ALIVE),
            )
            .order_by(Prompt.strict_at, Prompt.id)
        )
    )


def find(session: Session, officer: Officer, code: str, now: datetime) -> Prompt:
    """The question this code names, where the officer is asked, or followed from what they asked.

    Raises `NotAllowed` with one and the same text whether there is none or it is not for them.
    """
    prompt = session.scalar(select(Prompt).where(Prompt.code == code.strip(" :,.").upper()))
    if prompt is not None:
        if copies.held_by(session, prompt, officer) is not None:
            if copies.may_be_shown(session, prompt, officer, now):
                return prompt
        elif askers.of(session, prompt) is officer:
            return current(session, prompt)
    raise NotAllowed(wording.cannot_show(code))


def current(session: Session, prompt: Prompt) -> Prompt:
    """The question itself, or what became of it when it was passed on."""
    while prompt.successor_id is not None:
        prompt = session.get_one(Prompt, prompt.successor_id)
    return prompt


def together(session: Session, prompt: Prompt) -> Sequence[Prompt]:
    """The question as it was put to each desk that decides it, wherever it was passed on to since;
    else this one alone.
    """
    if prompt.together_id is None:
        return [prompt]
    return session.scalars(
        select(Prompt)
        .where(Prompt.together_id == prompt.together_id, Prompt.state.not_in(_GONE))
        .order_by(Prompt.id)
        .execution_options(populate_existing=True)
    ).all()


def locked(session: Session, prompt: Prompt) -> Prompt:
    """The question as it is now; nobody else changes it before this unit of work ends."""
    session.flush()
    return session.get_one(Prompt, prompt.id, with_for_update=True, populate_existing=True)


def pause(session: Session, prompt: Prompt, now: datetime) -> None:
    """Stop the clock: something is awaited that is not the desk's to give."""
    if prompt.state is not PromptState.OPEN:
        return
    prompt.state, prompt.paused_at = PromptState.PAUSED, now
    ladder.stop(session, prompt, now, note=ladder.PAUSED)
    _record(session, prompt, now, None, clock="stopped")


def resume(session: Session, prompt: Prompt, now: datetime) -> None:
    """Let the clock run again: the limits move by the time it stood."""
    if prompt.state is not PromptState.PAUSED or prompt.paused_at is None:
        return
    stood = now - prompt.paused_at
    prompt.stood_seconds += round(stood.total_seconds())
    limit = _deadline(
        session,
        prompt.profile,
        prompt.received_at,
        session.get(Unit, prompt.unit_id) if prompt.unit_id is not None else None,
        session.get(Officer, prompt.officer_id) if prompt.officer_id is not None else None,
        session.get_one(Agency, prompt.agency_id),
        stood=timedelta(seconds=prompt.stood_seconds),
    )
    strict_was, legal_was = prompt.strict_at, prompt.legal_at
    prompt.strict_at, prompt.legal_at = limit.strict_at, limit.legal_at
    prompt.state, prompt.paused_at = PromptState.OPEN, None
    ladder.run_on(session, prompt, stood=stood, strict_was=strict_was, legal_was=legal_was)
    _record(session, prompt, now, None, clock="running", strict_at=prompt.strict_at)


def close(
    session: Session,
    prompt: Prompt,
    state: PromptState,
    *,
    now: datetime,
    officer: Officer | None = None,
    choice: str | None = None,
) -> None:
    """The question needs nobody any more."""
    prompt.state, prompt.closed_at = state, now
    prompt.closed_by = officer.id if officer is not None else None
    prompt.choice = choice
    ladder.stop(session, prompt, now)
    session.flush()


def reopen(session: Session, prompt: Prompt) -> None:
    """Take up the question again where it was closed, on the same clock."""
    prompt.state = PromptState.PAUSED if prompt.paused_at is not None else PromptState.OPEN
    prompt.closed_at, prompt.closed_by, prompt.choice = None, None, None
    prompt.successor_id = None
    ladder.restart(session, prompt)
    session.flush()


def succeed(
    session: Session, prompt: Prompt, chosen: Chosen, unit: Unit | None, now: datetime
) -> Prompt:
    """Open the same question anew with somebody else, on the same clock."""
    if chosen.officer is None:
        raise ValueError("a question is passed on to somebody")
    case = next(iter(copies.case_of(session, prompt)), None)
    message = session.get(Message, prompt.message_id) if prompt.message_id is not None else None
    agency = chosen.officer.agency
    successor = Prompt(
        code=references.mint(session, Prompt),
        kind=prompt.kind,
        agency_id=agency.id,
        unit_id=unit.id if unit is not None else chosen.officer.unit_id,
        officer_id=chosen.officer.id,
        because=wording.because_passed_on(),
        profile=prompt.profile,
        received_at=prompt.received_at,
        strict_at=prompt.strict_at,
        legal_at=prompt.legal_at,
        rule=prompt.rule,
        legal_rule=prompt.legal_rule,
        marking=prompt.marking,
        case_id=prompt.case_id,
        match_id=prompt.match_id,
        message_id=prompt.message_id,
        card_id=prompt.card_id,
        asked_by=prompt.asked_by,
        action_id=prompt.action_id,
        briefing_id=prompt.briefing_id,
        debrief_id=prompt.debrief_id,
        together_id=prompt.together_id,
        state=prompt.state,
        stood_seconds=prompt.stood_seconds,
        paused_at=prompt.paused_at,
        key_id=contents.key_for(session, case, message, chosen.officer, agency, now),
    )
    avoid = session.scalars(
        select(Officer).where(Officer.slug.in_(contents.avoided(session, prompt)))
    )
    contents.keep(session, successor, contents.words(session, prompt), list(avoid))
    session.add(successor)
    session.flush()
    ladder.carry_over(session, prompt, successor)
    stops.carry_over(session, prompt, successor, now)
    prompt.successor_id = successor.id
    text = wording.new(successor.code, copies.by(successor, chosen.officer, now))
    copies.push(session, successor, chosen.officer, text, now=now)
    return successor


def _opened(
    session: Session, question: Question, load: routing.Load, now: datetime
) -> tuple[Prompt, Deadline, list[Officer]]:
    """The new question, its clock, and whom it is put to."""
    case, message, unit = question.case, question.message, question.unit
    received = question.clock_starts or now
    chosen = question.chosen
    named = question.officer or (chosen.officer if chosen is not None else None)
    agency = _agency(session, unit, named, case)
    if question.officer is not None:
        chosen = Chosen(question.officer, wording.because_named(), is_on_duty=True)
    elif chosen is None:
        asker = [question.asked_by] if question.asked_by is not None else []
        chosen = routing.choose(
            session,
            unit=unit,
            agency=agency,
            case=case,
            marking=question.joined,
            languages=question.asked_by.languages if question.asked_by is not None else (),
            now=now,
            avoid=[*question.avoid, *asker],
            load=load,
        )
    limit = _deadline(session, question.profile, received, unit, chosen.officer, agency)
    prompt = Prompt(
        code=references.mint(session, Prompt),
        kind=question.kind,
        agency_id=agency.id,
        unit_id=unit.id if unit is not None else None,
        officer_id=chosen.officer.id if chosen.officer is not None else None,
        because=chosen.because,
        profile=question.profile,
        received_at=received,
        strict_at=limit.strict_at,
        legal_at=limit.legal_at,
        rule=limit.rule,
        legal_rule=limit.legal_rule,
        marking=question.joined,
        case_id=case.id if case is not None else None,
        match_id=question.match.id if question.match is not None else None,
        message_id=message.id if message is not None else None,
        card_id=question.card.id if question.card is not None else None,
        asked_by=question.asked_by.id if question.asked_by is not None else None,
        together_id=question.together,
        key_id=contents.key_for(
            session, case, message, question.asked_by or chosen.officer, agency, now
        ),
    )
    contents.keep(session, prompt, question.words, question.avoid)
    first = [chosen.officer] if chosen.officer is not None else []
    return prompt, limit, list(dict.fromkeys([*first, *question.also]))


def _agency(
    session: Session, unit: Unit | None, officer: Officer | None, case: Case | None
) -> Agency:
    if unit is not None:
        return unit.agency
    if officer is not None:
        return officer.agency
    if case is not None:
        return session.get_one(Agency, case.agency_id)
    raise ValueError("a question goes to a desk, an officer, or the desk of a case")


def _deadline(
    session: Session,
    profile: str,
    received_at: datetime,
    unit: Unit | None,
    officer: Officer | None,
    agency: Agency,
    *,
    stood: timedelta = timedelta(),
) -> Deadline:
    """By when, on the clock and by the holidays of who has to act."""
    policy: Policy = session.info["policy"]
    place = unit.zone if unit is not None else officer.zone if officer is not None else "UTC"
    return deadline(
        policy.profiles[profile], received_at + stood, ZoneInfo(place), agency.country or None
    )


def _record(
    session: Session, prompt: Prompt, now: datetime, actor: Officer | None, **details: Any
) -> None:
    ledger.record(
        session,
        Operation.CLOCK,
        now=now,
        actor=actor or ledger.SYSTEM,
        case_id=prompt.case_id,
        subject=f"prompt:{prompt.code}",
        **details,
    )
