"""What officers can say, tap and be reminded of in following up."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Tap, Trust, Words
from bot.conversation.taps import TapHandler
from bot.errors import UserError
from bot.followup import (
    answers,
    asking,
    copies,
    deciding,
    digests,
    dues,
    duty_commands,
    handover,
    kinds,
    ladder,
    people,
    shifts,
    stops,
    whom,
)
from bot.followup import desk as desks
from bot.followup import prompts as questions
from bot.followup.kinds import Kind
from bot.wording import asking as to_asker
from bot.wording import conversation as talk
from bot.wording import duty as duty_wording
from bot.wording import followup as wording
from storage.models import Card, Officer, Prompt, Tlp, Unit

_MOST_WORDS_OF_A_CHOICE = 4
_FEWEST_DESKS = 2
_FEWEST_WORDS = 3
"""From how many words on they may be a question without a desk, and not a desk misspelt."""


def ask(session: Session, asked: Asked) -> Reply:
    """ask DESK question"""
    if not asked.rest:
        raise UserError(to_asker.ask_usage())
    to, question = _to_whom(session, asked)
    wish = asking.wanted(question)
    _, words = asking.ask(
        session,
        asked.officer,
        to,
        wish,
        now=asked.now,
        room=asked.room,
        message=asked.message,
        case=asking.about(session, asked.officer, wish.text, asked.now),
    )
    return Reply(words)


def decide(session: Session, asked: Asked) -> Reply:
    """ask all DESK, DESK: question"""
    named, colon, question = asked.rest.partition(":")
    desks = [people.find(session, each) for each in named.split(",") if each.strip()]
    units = list(dict.fromkeys(each for each in desks if isinstance(each, Unit)))
    if not colon or len(units) < _FEWEST_DESKS or len(units) < len(desks):
        raise UserError(to_asker.decide_usage())
    wish = asking.wanted(question)
    words = deciding.ask(
        session,
        asked.officer,
        units,
        wish,
        now=asked.now,
        room=asked.room,
        message=asked.message,
        case=asking.about(session, asked.officer, wish.text, asked.now),
    )
    return Reply(words)


def answer(session: Session, asked: Asked) -> Reply:
    """answer CODE CHOICE text"""
    code, _, rest = asked.rest.partition(" ")
    if not code:
        raise UserError(wording.answer_usage())
    prompt = questions.find(session, asked.officer, code, asked.now)
    verb, text = _verb(session, prompt, rest.strip())
    words = _act(
        session, prompt, asked.officer, verb, {"text": text}, Trust.AUTHENTICATED, asked.now
    )
    is_held = copies.held_by(session, prompt, asked.officer) is not None
    shows = verb == "open" and (prompt.state in questions.ALIVE or is_held)
    marking = prompt.marking if shows else Tlp.GREEN
    return Reply(words, marking=marking, cases=copies.case_of(session, prompt) if shows else ())


def snooze(session: Session, asked: Asked) -> Reply:
    """snooze CODE until"""
    code, _, until = asked.rest.partition(" ")
    if not code:
        raise UserError(wording.snooze_usage())
    prompt = questions.find(session, asked.officer, code, asked.now)
    fields = {"until": until.strip()}
    return Reply(
        _act(
            session,
            prompt,
            asked.officer,
            kinds.SNOOZE.id,
            fields,
            Trust.AUTHENTICATED,
            asked.now,
        )
    )


def stand_down(session: Session, asked: Asked) -> Reply:
    """standdown CODE"""
    if not asked.rest:
        raise UserError(wording.standdown_usage())
    prompt = questions.find(session, asked.officer, asked.rest, asked.now)
    return Reply(asking.stand_down(session, prompt, asked.officer, now=asked.now))


def desk(session: Session, asked: Asked) -> Reply:
    return Reply(desks.desk(session, asked.officer, asked.now))


def desks_listed(session: Session, asked: Asked) -> Reply:
    return Reply(Words(desks.listed(session, asked.officer, asked.now)))


def hand_over(session: Session, asked: Asked) -> Reply:
    return Reply(handover.offer(session, asked.officer, asked.rest, now=asked.now))


def _to_whom(session: Session, asked: Asked) -> tuple[Officer | Unit, str]:
    """The officer or desk that is named first, else the desk of the agency that is, and the rest.

    Raises `UserError` that names the desk which the words themselves lead to.
    """
    try:
        return people.longest(session, asked.rest)
    except UserError as mistake:
        named = people.agency_that_begins(session, asked.rest)
        agency, question = named or (None, asked.rest)
        if named is None and len(question.split()) < _FEWEST_WORDS:
            raise
        spans = whom.read(session, question, asked.officer)
        desk = whom.desk_for(
            session,
            question,
            spans,
            now=asked.now,
            agency=agency,
            room=asked.room if agency is None else None,
        )
        if desk is None or desk.unit.id == asked.officer.unit_id:
            raise
        if named is not None:
            return desk.unit, question
        suggested = duty_wording.suggested_desk(desk.unit.slug, desk.because)
        raise UserError(f"{mistake} {suggested}") from mistake


def tapped_prompt(
    session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime
) -> Words | None:
    """A tap on a question: `CODE:verb[:arg]`."""
    code, verb, arg = (*parts, "", "")[:3]
    prompt = questions.find(session, officer, code, now)
    if verb in _SURE and tap.trust is not Trust.AUTHENTICATED:
        raise UserError(talk.needs_a_sure_hand())
    fields = dict(tap.fields)
    if arg:
        fields["arg"] = arg
    return _act(session, prompt, officer, verb, fields, tap.trust, now)


def tapped_ask(
    session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime
) -> Words | None:
    """A tap on a desk under a card: `CARD:DESK:waiting` or `CARD:DESK:routine`."""
    code, slug, how = (*parts, "", "")[:3]
    card = session.scalar(select(Card).where(Card.code == code))
    unit = session.scalar(select(Unit).where(Unit.slug == slug, Unit.retired_at.is_(None)))
    if card is None or unit is None:
        raise UserError(to_asker.card_is_gone())
    if tap.trust is not Trust.AUTHENTICATED:  # It starts a clock, at night perhaps.
        raise UserError(talk.needs_a_sure_hand())
    profile = asking.WAITING if how == "waiting" else asking.ROUTINE
    return asking.ask_about_card(session, officer, card, unit, profile, now=now)


def _act(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    verb: str,
    fields: dict[str, str],
    trust: Trust,
    now: datetime,
) -> Words:
    match verb:
        case "open":
            return answers.open(session, prompt, officer, now=now)
        case answers.UNDO:
            return answers.undo(session, prompt, officer, now=now)
        case answers.MORE:
            return answers.add_more(session, prompt, officer, fields.get("text", ""), now=now)
        case asking.STILL:
            return asking.still_waiting(session, prompt, officer, now=now)
        case asking.CALLBACK:
            return asking.call_back(session, prompt, officer, now=now)
        case "standdown":
            return asking.stand_down(session, prompt, officer, now=now)
        case _:
            return answers.give(session, prompt, officer, verb, trust=trust, now=now, fields=fields)


def _verb(session: Session, prompt: Prompt, rest: str) -> tuple[str, str]:
    """Which choice the words begin with, longest first, and what follows it."""
    words = rest.split()
    if not words:
        return "open", ""
    if words[0].casefold() in _VERBS:
        return words[0].casefold(), " ".join(words[1:])
    known = {
        _folded(name): choice.id
        for choice in kinds.of(session, prompt).choices(session, prompt)
        for name in (choice.id, choice.label)
    }
    for count in range(min(_MOST_WORDS_OF_A_CHOICE, len(words)), 0, -1):
        choice = known.get(_folded("".join(words[:count])))
        if choice is not None:
            return choice, " ".join(words[count:])
    return rest, ""


def _folded(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


_SURE = (answers.UNDO, answers.MORE, asking.STILL, asking.CALLBACK, "standdown")
"""What is done about a question beside answering it, and is no reaction's to do."""
_VERBS = ("open", *_SURE)

COMMANDS: tuple[Command, ...] = (
    Command(
        "ask",
        "ask DESK question [about CASE] [officer waiting | urgent because GROUND: FACTS]",
        "Put a question to a desk, with a clock.",
        ask,
    ),
    Command(
        "ask all",
        "ask all DESK, DESK: question [about CASE] [officer waiting | urgent because ...]",
        "Let several desks decide together; each has to answer.",
        decide,
    ),
    Command("answer", "answer CODE [CHOICE [text]]", "Open a question, or answer it.", answer),
    Command(
        "snooze",
        "snooze CODE [until | every weekday 09:00]",
        "Rest my own reminders of a question, or set when they come.",
        snooze,
    ),
    Command("standdown", "standdown CODE", "Take back a question that I asked.", stand_down),
    Command("desk", "desk", "What I owe, what I wait for, today's meetings.", desk),
    Command("desks", "desks", "Every desk that can be asked, and who is on duty.", desks_listed),
    Command(
        "handover",
        "handover OFFICER [note]",
        "Offer my desk to somebody else, item by item.",
        hand_over,
    ),
    *duty_commands.COMMANDS,
)

TAPS: dict[str, TapHandler] = {
    "prompt": tapped_prompt,
    "ask": tapped_ask,
    "desk": lambda session, officer, _parts, _tap, now: desks.desk(session, officer, now),
}

DUES: dict[str, dues.DueHandler] = {
    **ladder.DUES,
    **shifts.DUES,
    **stops.DUES,
    **digests.DUES,
}

KINDS: tuple[Kind, ...] = (asking.KIND, deciding.KIND, handover.KIND, shifts.KIND)
