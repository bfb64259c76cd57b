"""The choices that mean the same in every kind of question, and what each does."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation import outbox
from bot.conversation.messages import Control, Words
from bot.errors import UserError
from bot.followup import (
    askers,
    contents,
    copies,
    dues,
    kinds,
    ladder,
    people,
    prompts,
    routing,
    stepin,
    stops,
    whens,
)
from bot.followup.kinds import Choice, Further, Ground
from bot.meetings import calling
from bot.wording import asking as to_asker
from bot.wording import followup as wording
from nlp import times
from storage.models import Officer, Prompt, PromptState, Tlp, Unit

SNOOZE_FOR = timedelta(minutes=30)

Meaning = Callable[[Session, Prompt, Officer, Mapping[str, str], datetime], str | Words | Further]


def meaning(choice: Choice) -> Meaning | None:
    """What this choice does in every kind of question; `None` when its kind says that itself."""
    return _MEANINGS.get(choice.id)


def kept(
    choice: Choice, officer: Officer, fields: Mapping[str, str], now: datetime
) -> dict[str, str]:
    """What is kept of an answer: its words, and the moment that they meant to who gave it."""
    words = {name: text.strip() for name, text in fields.items() if text.strip()}
    if choice.id in (kinds.NEED_TIME.id, kinds.AWAIT.id):
        words[stops.UNTIL] = _until(choice, officer, fields, now).isoformat()
    return words


def _until(choice: Choice, officer: Officer, fields: Mapping[str, str], now: datetime) -> datetime:
    """The moment that an answer's words mean on its giver's clock."""
    phrase = fields.get("until") or fields.get("text", "")
    if choice.id == kinds.AWAIT.id:
        phrase = phrase.partition(",")[0].strip()
    return whens.moment(phrase, now, ZoneInfo(officer.zone), end_of_day=True)


def _need_more(
    session: Session, prompt: Prompt, officer: Officer, fields: Mapping[str, str], now: datetime
) -> str | Further:
    if askers.of(session, prompt) is None:
        raise UserError(wording.nobody_to_ask_more())
    if not fields.get("text", "").strip():
        raise UserError(wording.say_what_is_needed())
    again = prompt.state is PromptState.PAUSED
    prompts.pause(session, prompt, now)
    askers.tell(
        session,
        prompt,
        to_asker.needed(askers.code_of(session, prompt)),
        now=now,
        controls=(askers.opening(prompt), askers.adding(prompt)),
    )
    return wording.needed_already(prompt.code) if again else wording.needed_more(prompt.code)


def _need_time(
    session: Session, prompt: Prompt, officer: Officer, fields: Mapping[str, str], now: datetime
) -> str:
    until = _until(kinds.NEED_TIME, officer, fields, now)
    asker = askers.of(session, prompt)
    if asker is not None:
        zone = ZoneInfo(asker.zone)
        text = to_asker.wait(
            askers.code_of(session, prompt),
            clocks.by(until, zone, now),
            copies.by(prompt, asker, now),
        )
        askers.tell(session, prompt, text, now=now)
    return wording.needs_time(
        prompt.code,
        clocks.by(until, ZoneInfo(officer.zone), now),
        copies.by(prompt, officer, now),
    )


def _await(
    session: Session, prompt: Prompt, officer: Officer, fields: Mapping[str, str], now: datetime
) -> str:
    """The limit may be exceeded for a judge's decision alone; the asker is told so at once."""
    if askers.of(session, prompt) is None:
        raise UserError(wording.nobody_to_ask_more())
    if not fields.get("text", "").partition(",")[2].strip():
        raise UserError(wording.say_what_is_awaited(prompt.code))
    until = _until(kinds.AWAIT, officer, fields, now)
    prompts.pause(session, prompt, now)
    stops.expect(session, prompt, officer, until, now)
    asker = askers.of(session, prompt)
    if asker is not None:
        text = to_asker.awaits(
            askers.code_of(session, prompt), clocks.by(until, ZoneInfo(asker.zone), now)
        )
        askers.tell(session, prompt, text, now=now, controls=(askers.opening(prompt),))
    return wording.awaited(prompt.code, clocks.by(until, ZoneInfo(officer.zone), now))


def _granted(
    session: Session, prompt: Prompt, officer: Officer, _fields: Mapping[str, str], now: datetime
) -> str:
    if not stops.awaits_authorisation(session, prompt):
        raise UserError(wording.nothing_awaited(prompt.code))
    prompts.resume(session, prompt, now)
    dues.supersede(session, stops.AWAITED, prompt.id, now)
    asker = askers.of(session, prompt)
    if asker is not None:
        text = to_asker.granted(askers.code_of(session, prompt), copies.by(prompt, asker, now))
        askers.tell(session, prompt, text, now=now)
    return wording.granted(prompt.code, copies.by(prompt, officer, now))


def _call_me(
    session: Session, prompt: Prompt, officer: Officer, _fields: Mapping[str, str], now: datetime
) -> str:
    if officer.unit is None or not officer.unit.desk_number:
        raise UserError(wording.no_desk_number())
    told = askers.tell(
        session,
        prompt,
        to_asker.call(askers.code_of(session, prompt)),
        now=now,
        controls=(askers.opening(prompt),),
    )
    if told is None:
        raise UserError(wording.nobody_to_ask_more())
    return wording.asked_to_call(prompt.code)


def _snooze(
    session: Session, prompt: Prompt, officer: Officer, fields: Mapping[str, str], now: datetime
) -> str:
    phrase = (fields.get("until") or fields.get("text", "")).strip()
    until = now + SNOOZE_FOR
    again = None
    if phrase:
        again = whens.rhythm(phrase, now, ZoneInfo(officer.zone))
        until = whens.moment(phrase, now, ZoneInfo(officer.zone))
    if now < prompt.strict_at < until:
        until = prompt.strict_at  # One's own rest ends with the limit.
    copy = copies.held_by(session, prompt, officer)
    if copy is not None:
        copy.snoozed_until = until
        dues.supersede(session, ladder.SNOOZE, prompt.id, now, officer.id)
        dues.add(
            session,
            kind=ladder.SNOOZE,
            subject_id=prompt.id,
            officer_id=officer.id,
            due_at=until,
            zone=again.zone if again is not None else officer.zone,
            rule=again.rrule if again is not None else "",
            wall=whens.wall(*_begun(again, until, officer)),
        )
    said = wording.snoozed if again is None else wording.snoozed_each_time
    return said(prompt.code, clocks.by(until, ZoneInfo(officer.zone), now))


def _begun(
    again: times.Recurrence | None, until: datetime, officer: Officer
) -> tuple[datetime, ZoneInfo]:
    """From when a rule runs; the end of a rest that comes once."""
    if again is None:
        return until, ZoneInfo(officer.zone)
    return again.first[0], ZoneInfo(again.zone)


def _brief_us(
    session: Session, prompt: Prompt, officer: Officer, _fields: Mapping[str, str], now: datetime
) -> str | Words:
    """Propose times to meet whoever asked; a tap on one books it and invites them."""
    asker = askers.of(session, prompt)
    case = next(iter(copies.case_of(session, prompt)), None)
    if asker is not None and asker.id != officer.id:
        proposed = calling.propose_to(session, officer, asker, case=case, now=now)
        if proposed is not None:
            text = f"{proposed.text}\n{wording.stays_open(prompt.code)}"
            return Words(text, proposed.controls)
    units = [each.unit.slug for each in (asker, officer) if each is not None and each.unit]
    return wording.how_to_brief(
        prompt.code, list(dict.fromkeys(units)), case.code if case is not None else None
    )


def _pass_on(
    session: Session, prompt: Prompt, officer: Officer, fields: Mapping[str, str], now: datetime
) -> str:
    word = (fields.get("to") or fields.get("text") or fields.get("arg", "")).strip()
    if not word:
        raise UserError(wording.whom_to_pass())
    to = people.find(session, word)
    case = next(iter(copies.case_of(session, prompt)), None)
    if isinstance(to, Officer):
        able = to.id != officer.id and routing.may_be_asked(session, to, prompt.marking, case, now)
        chosen = routing.Chosen(to if able else None, "")
    else:
        chosen = routing.choose(
            session,
            unit=to,
            case=case,
            marking=prompt.marking,
            now=now,
            avoid=_not_again(session, prompt, officer),
            beyond=False,
        )
    if chosen.officer is None or not _may_leave(session, prompt, chosen.officer):
        raise UserError(wording.cannot_be_asked(word))
    unit = to if isinstance(to, Unit) else None
    successor = prompts.succeed(session, prompt, chosen, unit, now)
    name = chosen.officer.name if chosen.officer.agency_id == officer.agency_id else word
    return wording.passed(prompt.code, name, successor.code)


def _refuse(
    session: Session, prompt: Prompt, officer: Officer, fields: Mapping[str, str], now: datetime
) -> str | Further:
    word = (fields.get("ground") or fields.get("arg") or fields.get("text", "")).strip().casefold()
    if word not in list(Ground):
        controls = tuple(
            Control(wording.ground_label(ground), f"prompt:{prompt.code}:refuse:{ground}")
            for ground in Ground
        )
        return Further(Words(wording.choose_ground(prompt.code), controls))
    _tell_refusal(session, prompt, word, now)
    askers.line_in_thread(
        session, prompt, wording.without_information(askers.code_of(session, prompt)), now=now
    )
    return wording.refused_for(prompt.code, word)


def _step_aside(
    session: Session, prompt: Prompt, officer: Officer, _fields: Mapping[str, str], now: datetime
) -> str:
    """A conflict of interest needs no reason: the question goes round this officer from now on."""
    avoided = session.scalars(
        select(Officer).where(Officer.slug.in_(contents.avoided(session, prompt)))
    )
    contents.keep(session, prompt, contents.words(session, prompt), [*avoided, officer])
    because = wording.because_stepped_in()
    if not stepin.for_prompts(session, [prompt], officer, now=now, because=because, rests=False):
        raise UserError(wording.nobody_steps_in(prompt.code))
    return wording.stepped_aside(prompt.code)


def _tell_refusal(session: Session, prompt: Prompt, ground: str, now: datetime) -> None:
    """The ground reaches the asking liaison only; anybody else reads that it is closed."""
    asker = askers.of(session, prompt)
    if asker is None:
        return
    code = askers.code_of(session, prompt)
    if askers.liaison_of(session, prompt) is not None:
        askers.tell(session, prompt, wording.refusal(code, ground), now=now)
        return
    askers.tell(session, prompt, wording.without_information(code), now=now)
    chosen = routing.choose(
        session,
        unit=asker.unit,
        agency=asker.agency,
        marking=prompt.marking,
        now=now,
        avoid=[asker],
    )
    if chosen.officer is not None:
        outbox.tell(
            session,
            key=f"refusal:{prompt.id}:{int(now.timestamp())}",
            officer=chosen.officer,
            words=Words(wording.refusal(code, ground)),
            now=now,
            marking=prompt.marking,
        )


def _may_leave(session: Session, prompt: Prompt, officer: Officer) -> bool:
    """Whether it may go to this officer's agency: the strictest markings stay where they are."""
    return officer.agency_id == prompt.agency_id or prompt.marking not in (
        Tlp.AMBER_STRICT,
        Tlp.RED,
    )


def _not_again(session: Session, prompt: Prompt, officer: Officer) -> list[Officer]:
    asker = [session.get_one(Officer, prompt.asked_by)] if prompt.asked_by is not None else []
    avoided = session.scalars(
        select(Officer).where(Officer.slug.in_(contents.avoided(session, prompt)))
    )
    return [officer, *asker, *avoided]


_MEANINGS: dict[str, Meaning] = {
    kinds.NEED_MORE.id: _need_more,
    kinds.NEED_TIME.id: _need_time,
    kinds.AWAIT.id: _await,
    kinds.GRANTED.id: _granted,
    kinds.CALL_ME.id: _call_me,
    kinds.SNOOZE.id: _snooze,
    kinds.BRIEF_US.id: _brief_us,
    kinds.PASS_ON.id: _pass_on,
    kinds.REFUSE.id: _refuse,
    kinds.STEP_ASIDE.id: _step_aside,
}
