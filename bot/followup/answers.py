"""What comes back to a question: opened, answered, undone. The first final answer wins."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation.messages import Control, Trust, Words
from bot.errors import NotAllowed, UserError
from bot.followup import (
    askers,
    contents,
    copies,
    generic,
    kinds,
    ladder,
    prompts,
    stops,
)
from bot.followup.deadlines import Policy
from bot.followup.kinds import Choice, Further, Kind
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.wording import asking as to_asker
from bot.wording import followup as wording
from storage.errors import Erased
from storage.models import Answer, Officer, Prompt, PromptState, Role, Tlp
from storage.sealing import keyring

UNDO_WITHIN = timedelta(minutes=1)

MORE, UNDO = "more", "undo"
"""What the asker adds; what takes an answer back."""

_CLOSED = (PromptState.ANSWERED, PromptState.REFUSED)


def open(session: Session, prompt: Prompt, officer: Officer, *, now: datetime) -> Words:  # noqa: A001 - people open a question
    """What this officer may read of the question, and what they can do. Opening acknowledges."""
    if copies.held_by(session, prompt, officer) is None:
        return _open_for_asker(session, prompt, officer, now)
    _check_holder(session, prompt, officer, now)
    kind = kinds.of(session, prompt)
    copy = copies.held_by(session, prompt, officer)
    if copy is not None and copy.opened_at is None:
        copy.opened_at = now
    if prompt.state in prompts.ALIVE:
        ladder.acknowledge(session, prompt, now)
    _record(session, Operation.CONSULTATION, prompt, officer, now)
    try:
        detail = kind.detail(session, prompt, officer, now)
    except Erased:
        return Words(wording.erased())
    text = wording.opened(
        detail,
        _why(prompt, officer),
        _clock(session, prompt, officer, now),
        history(session, prompt, officer, now),
    )
    controls = _controls(session, prompt, officer, kind, now)
    if prompt.state in prompts.ALIVE or kind.offer is None:
        return Words(text, controls)
    offered = kind.offer(session, prompt, officer, now)
    whole = "\n\n".join(filter(None, [text, offered.text]))
    return Words(whole, (*offered.controls, *controls))


def give(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: str,
    *,
    trust: Trust,
    now: datetime,
    fields: Mapping[str, str] | None = None,
) -> Words:
    """Answer the question. The first final answer wins and closes every copy; all are kept."""
    prompt = prompts.locked(session, prompt)
    _check_holder(session, prompt, officer, now)
    kind = kinds.of(session, prompt)
    known = kind.choices(session, prompt)
    meant = choices_meant(known, choice)
    if len(meant) > 1:
        return Words(wording.which_choice(prompt.code, choice), _tapped(prompt, meant))
    if not meant:
        raise _no_such(prompt, known, choice)
    [chosen] = meant
    if chosen.trust is Trust.AUTHENTICATED and trust is not Trust.AUTHENTICATED:
        raise UserError(wording.needs_authentication(chosen.label))
    if prompt.state not in prompts.ALIVE:
        return _come_late(session, prompt, officer, kind, chosen, trust, now, fields or {})
    ladder.acknowledge(session, prompt, now)
    meaning = generic.meaning(chosen)
    if meaning is not None:
        outcome = meaning(session, prompt, officer, fields or {}, now)
    else:
        outcome = kind.settle(session, prompt, officer, chosen, fields or {}, now)
    if isinstance(outcome, Further):
        return outcome.words
    detail = generic.kept(chosen, officer, fields or {}, now)
    _keep(session, prompt, officer, chosen, trust, now, detail)
    words = outcome if isinstance(outcome, Words) else Words(outcome)
    if not chosen.is_final:
        return words
    _close(session, prompt, officer, chosen, now)
    about = kind.named(session, prompt) if words.controls and kind.named is not None else ""
    return Words(words.text, (*words.controls, _undoing(prompt, about)), words.attachment)


def undo(session: Session, prompt: Prompt, officer: Officer, *, now: datetime) -> Words:
    """Take one's own answer back within the minute: the question opens again, all told are told."""
    prompt = prompts.locked(session, prompt)
    _check_holder(session, prompt, officer, now)
    answer = _winning(session, prompt)
    if (
        answer is None
        or prompt.closed_by != officer.id
        or prompt.closed_at is None
        or now - prompt.closed_at > UNDO_WITHIN
    ):
        raise UserError(wording.no_undo(prompt.code))
    if prompt.successor_id is not None:
        _take_successor_back(session, prompt, now)
    kind = kinds.of(session, prompt)
    given = answer.choice
    if kind.undo is not None and given not in kinds.GENERIC:
        [choice] = choices_meant(kind.choices(session, prompt), given)
        kind.undo(session, prompt, officer, choice, now)
    answer.undone_at = now
    prompts.reopen(session, prompt)
    for holder in copies.holders(session, prompt):
        text = wording.reopened(prompt.code, copies.by(prompt, holder, now))
        if holder.id == officer.id:
            copies.rewrite(session, prompt, holder, text, now)
        else:
            copies.push(session, prompt, holder, text, now=now)
    if given == kinds.REFUSE.id:
        code = askers.code_of(session, prompt)
        askers.take_back(session, prompt, to_asker.undone(code), now=now)
        askers.line_in_thread(session, prompt, to_asker.thread_open_again(code), now=now)
    _record(session, Operation.ALTERATION, prompt, officer, now, undone=given)
    return Words(wording.undone(prompt.code), _controls(session, prompt, officer, kind, now))


def choices_meant(known: Sequence[Choice], said: str) -> list[Choice]:
    """The choice that is called so; else all whose first words these are: "same", "need"."""
    for choice in known:
        if _folded(said) in (_folded(choice.id), _folded(choice.label)):
            return [choice]
    words = [_folded(word) for word in said.split()]
    return [
        choice
        for choice in known
        if words and [_folded(word) for word in choice.label.split()][: len(words)] == words
    ]


def add_more(
    session: Session, prompt: Prompt, officer: Officer, text: str, *, now: datetime
) -> Words:
    """The asker gives what was needed: the clock runs again, and everyone asked is told."""
    prompt = prompts.locked(session, prompt)
    _check_asker(session, prompt, officer)
    if not text.strip():
        raise UserError(to_asker.say_what_to_add())
    if prompt.state not in prompts.ALIVE:
        raise UserError(closed_text(session, prompt, officer))
    keep(session, prompt, officer, MORE, Trust.AUTHENTICATED, now, {"text": text.strip()})
    _record(session, Operation.DISCLOSURE, prompt, officer, now, answer=MORE)
    awaits = stops.awaits_authorisation(session, prompt)
    stood = prompt.state is PromptState.PAUSED and not awaits
    if stood:
        prompts.resume(session, prompt, now)
    for holder in copies.holders(session, prompt):
        by = copies.by(prompt, holder, now)
        copies.push(session, prompt, holder, wording.more_arrived(prompt.code, by), now=now)
    if not stood:
        return Words(to_asker.added_running(askers.code_of(session, prompt)))
    return Words(to_asker.added(askers.code_of(session, prompt), copies.by(prompt, officer, now)))


def history(session: Session, prompt: Prompt, reader: Officer, now: datetime) -> list[str]:
    """What was asked back, added and said about this question since, oldest first."""
    zone = ZoneInfo(reader.zone)
    lines = []
    for answer in contents.answers_along(session, prompt):
        at, words = clocks.by(answer.at, zone, now), contents.answer_words(session, answer)
        text = words.get("text", "")
        match answer.choice:
            case kinds.NEED_MORE.id:
                lines.append(to_asker.history_need(at, text))
            case "more":
                lines.append(to_asker.history_added(at, text))
            case kinds.NEED_TIME.id:
                until, _ = stops.reason_of(session, answer)
                lines.append(to_asker.history_wait(at, _moment(until, zone, now) or text))
            case kinds.AWAIT.id:
                until, why = stops.reason_of(session, answer)
                lines.append(to_asker.history_awaited(at, _moment(until, zone, now), why))
            case kinds.GRANTED.id:
                lines.append(to_asker.history_granted(at))
            case kinds.CALL_ME.id | "callback":
                giver = session.get_one(Officer, answer.officer_id)
                desk = giver.unit.title if giver.unit is not None else giver.agency.title
                number = giver.unit.desk_number if giver.unit is not None else ""
                lines.append(to_asker.history_call(at, desk, number))
            case _:
                continue
    return lines


def keep(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: str,
    trust: Trust,
    now: datetime,
    detail: Mapping[str, str],
    *,
    is_final: bool = False,
) -> Answer:
    """Keep what came back, under a key of its own."""
    answer = Answer(
        prompt_id=prompt.id,
        officer_id=officer.id,
        choice=choice,
        at=now,
        trust=trust.value,
        is_final=is_final,
        key_id=keyring(session).mint(prompt.key_id),
    )
    contents.keep_answer(session, answer, detail)
    session.add(answer)
    session.flush()
    return answer


def closed_text(session: Session, prompt: Prompt, reader: Officer) -> str:
    """How the question ended, in this reader's words."""
    at = _closed_at(prompt, reader)
    code = askers.code_of(session, prompt) if reader.id == prompt.asked_by else prompt.code
    match prompt.state:
        case PromptState.WITHDRAWN:
            return wording.no_longer_asked(code)
        case PromptState.PASSED_ON:
            return wording.passed_on(code, _closer(session, prompt, reader), at)
        case PromptState.REFUSED:
            return wording.refused(code, _closer(session, prompt, reader), at)
        case _:
            return wording.closed(code, _closer(session, prompt, reader), at)


# How an answer is kept, and the question closed


def _keep(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: Choice,
    trust: Trust,
    now: datetime,
    detail: Mapping[str, str],
) -> None:
    keep(session, prompt, officer, choice.id, trust, now, detail, is_final=choice.is_final)
    operation = Operation.REFUSAL if choice.id == kinds.REFUSE.id else Operation.ALTERATION
    _record(
        session, operation, prompt, officer, now, answer=choice.id, final=choice.is_final,
        trust=trust,
    )  # fmt: skip


def _close(
    session: Session, prompt: Prompt, officer: Officer, choice: Choice, now: datetime
) -> None:
    state = {
        kinds.PASS_ON.id: PromptState.PASSED_ON,
        kinds.REFUSE.id: PromptState.REFUSED,
    }.get(choice.id, PromptState.ANSWERED)
    prompts.close(session, prompt, state, now=now, officer=officer, choice=choice.id)
    copies.close(session, prompt, lambda reader: closed_text(session, prompt, reader), now)


def _come_late(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    kind: Kind,
    choice: Choice,
    trust: Trust,
    now: datetime,
    fields: Mapping[str, str],
) -> Words:
    """The question is closed. A different answer is kept beside the first."""
    if prompt.state not in _CLOSED or not choice.is_final or choice.id in kinds.GENERIC:
        return Words(closed_text(session, prompt, officer))
    who, at = _closer(session, prompt, officer), _closed_at(prompt, officer)
    if choice.id == prompt.choice and choice.asks is None and not _is_doubted(session, prompt):
        return Words(wording.already_the_same(prompt.code, who, at))
    _keep(session, prompt, officer, choice, trust, now, generic.kept(choice, officer, fields, now))
    said = [wording.kept_as_different(prompt.code, who, at)]
    if kind.dispute is not None:
        said.append(kind.dispute(session, prompt, officer, choice, now))
    return Words("\n".join(said))


def _is_doubted(session: Session, prompt: Prompt) -> bool:
    """Whether something else was answered since it was closed."""
    others = select(Answer.id).where(
        Answer.prompt_id == prompt.id,
        Answer.is_final,
        Answer.choice != prompt.choice,
        Answer.undone_at.is_(None),
    )
    if prompt.closed_at is not None:
        others = others.where(Answer.at >= prompt.closed_at)
    return session.scalar(others.limit(1)) is not None


def _take_successor_back(session: Session, prompt: Prompt, now: datetime) -> None:
    successor = prompts.locked(session, session.get_one(Prompt, prompt.successor_id))
    if successor.state not in prompts.ALIVE:
        raise UserError(wording.no_undo(prompt.code))
    prompts.withdraw(session, successor, now=now, why=wording.TAKEN_BACK)


def _winning(session: Session, prompt: Prompt) -> Answer | None:
    return session.scalar(
        select(Answer)
        .where(
            Answer.prompt_id == prompt.id,
            Answer.officer_id == prompt.closed_by,
            Answer.choice == prompt.choice,
            Answer.is_final.is_(True),
            Answer.undone_at.is_(None),
        )
        .order_by(Answer.at.desc(), Answer.id.desc())
    )


# Who may, and what they read


def _open_for_asker(session: Session, prompt: Prompt, officer: Officer, now: datetime) -> Words:
    _check_asker(session, prompt, officer)
    kind = kinds.of(session, prompt)
    may_read = copies.is_cleared(prompt, officer)
    lines = history(session, prompt, officer, now) if may_read else []
    if kind.asker_detail is not None and may_read:
        try:
            lines.insert(0, kind.asker_detail(session, prompt, officer, now))
        except Erased:
            lines.insert(0, wording.erased())
    _record(session, Operation.CONSULTATION, prompt, officer, now)
    controls: tuple[Control, ...] = ()
    if prompt.state in prompts.ALIVE:
        lines.append(_clock(session, prompt, officer, now))
        if prompt.state is PromptState.PAUSED and not stops.awaits_authorisation(session, prompt):
            controls += (askers.adding(prompt),)
        if kind.asker_detail is not None:
            controls += askers.while_waiting(prompt)
    else:
        lines.append(closed_text(session, prompt, officer))
    return Words("\n".join(lines), controls)


def _check_holder(session: Session, prompt: Prompt, officer: Officer, now: datetime) -> None:
    if copies.held_by(session, prompt, officer) is None or not copies.may_be_shown(
        session, prompt, officer, now
    ):
        raise NotAllowed(wording.cannot_show(prompt.code))


def _check_asker(session: Session, prompt: Prompt, officer: Officer) -> None:
    asker = askers.of(session, prompt)
    if asker is None or asker.id != officer.id:
        raise NotAllowed(wording.cannot_show(prompt.code))


def _no_such(prompt: Prompt, known: Sequence[Choice], word: str) -> UserError:
    spoken = [_spoken(choice) for choice in known]
    return UserError(
        wording.no_such_choice(prompt.code, word, spoken, asks=known[0].asks is not None)
    )


def _spoken(choice: Choice) -> str:
    return choice.id.replace("_", " ")


def _folded(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _controls(
    session: Session, prompt: Prompt, officer: Officer, kind: Kind, now: datetime
) -> tuple[Control, ...]:
    if prompt.state in prompts.ALIVE:
        return _tapped(prompt, kind.choices(session, prompt))
    if prompt.closed_by == officer.id and prompt.closed_at is not None:
        return (_undoing(prompt),) if now - prompt.closed_at <= UNDO_WITHIN else ()
    return ()


def _tapped(prompt: Prompt, choices: Sequence[Choice]) -> tuple[Control, ...]:
    return tuple(
        Control(each.label, f"prompt:{prompt.code}:{each.id}", each.style, each.asks)
        for each in choices
    )


def _undoing(prompt: Prompt, about: str = "") -> Control:
    return Control(wording.undo_of(about), f"prompt:{prompt.code}:{UNDO}")


def _why(prompt: Prompt, officer: Officer) -> str:
    return prompt.because if prompt.officer_id == officer.id else wording.because_it_climbed()


def _clock(session: Session, prompt: Prompt, reader: Officer, now: datetime) -> str:
    """Every limit shows the rule it comes from."""
    if prompt.state not in prompts.ALIVE:
        return closed_text(session, prompt, reader)
    zone = ZoneInfo(reader.zone)
    if prompt.paused_at is not None:
        since = clocks.by(prompt.paused_at, zone, now)
        return wording.stopped_clock(
            since, for_authorisation=stops.awaits_authorisation(session, prompt)
        )
    policy: Policy = session.info["policy"]
    source = policy.profiles[prompt.profile].source
    line = wording.clock_line(copies.by(prompt, reader, now), prompt.rule, source)
    return f"{line}{copies.by_law(prompt, reader, now)}"


def _moment(at: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    return clocks.by(at, zone, now) if at is not None else ""


def _closed_at(prompt: Prompt, reader: Officer) -> str:
    if prompt.closed_at is None:
        return ""
    return clocks.by(prompt.closed_at, ZoneInfo(reader.zone), prompt.closed_at)


def _closer(session: Session, prompt: Prompt, reader: Officer) -> str:
    """Who closed it: by name within the agency, by agency and role for others."""
    closer = session.get(Officer, prompt.closed_by) if prompt.closed_by is not None else None
    if closer is None:
        return wording.NOBODY
    if closer.id == reader.id:
        return wording.YOU
    if closer.agency_id == reader.agency_id and prompt.marking is not Tlp.RED:
        return closer.name
    role = Role.HEAD if Role.HEAD in closer.roles else Role.LIAISON
    return wording.somebody(closer.agency.title, role)


def _record(
    session: Session,
    operation: Operation,
    prompt: Prompt,
    officer: Officer,
    now: datetime,
    **details: Any,
) -> None:
    ledger.record(
        session, operation, now=now, actor=officer, case_id=prompt.case_id,
        subject=f"prompt:{prompt.code}", **details,
    )  # fmt: skip
