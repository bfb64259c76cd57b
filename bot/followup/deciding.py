"""Deciding together: one question to several desks, settled when the last of them has answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation.messages import Style, Words
from bot.errors import UserError
from bot.followup import askers, asking, contents, kinds, prompts
from bot.followup.asking import Wanted
from bot.followup.kinds import Choice, Kind
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.wording import asking as to_asker
from bot.wording import followup as wording
from storage.models import Agency, Answer, Case, Message, Officer, Prompt, PromptState, Room, Unit

NAME = "decide"
AGREE = Choice("agree", "Agree", True, style=Style.PRIMARY)
OBJECT = Choice("object", "Object", True, asks="Why not? The asker reads it.")


def ask(
    session: Session,
    asker: Officer,
    desks: Sequence[Unit],
    wish: Wanted,
    *,
    now: datetime,
    room: Room | None = None,
    message: Message | None = None,
    case: Case | None = None,
) -> Words:
    """Ask each of these desks, on a ladder of its own; the asker hears when all have answered."""
    if len(desks) < 2:
        raise UserError(to_asker.decide_usage())
    first: Prompt | None = None
    for desk in desks:
        asked, _ = asking.ask(
            session,
            asker,
            desk,
            wish,
            now=now,
            room=room,
            message=message,
            case=case,
            kind=NAME,
            together=first.id if first is not None else None,
        )
        first = first or asked
        first.together_id = first.id
    assert first is not None  # which two desks make sure of
    by = clocks.by(first.strict_at, asking.zone_of(asker), now)
    return Words(to_asker.decision_asked(first.code, [desk.title for desk in desks], by))


def choices(session: Session, prompt: Prompt) -> Sequence[Choice]:
    """A desk agrees or objects; silence is neither."""
    generic = (each for each in asking.choices(session, prompt) if each.id in kinds.GENERIC)
    return (AGREE, OBJECT, *(each for each in generic if each.id != kinds.REFUSE.id))


def detail(session: Session, prompt: Prompt, reader: Officer, now: datetime) -> str:
    """The question, and who decides it together."""
    desks = [_place(session, each) for each in prompts.together(session, prompt)]
    return "\n".join(
        [asking.detail(session, prompt, reader, now), to_asker.decided_together(desks)]
    )


def detail_for_asker(session: Session, prompt: Prompt, asker: Officer, _now: datetime) -> str:
    """One's own question, and how each desk has answered."""
    text = contents.words(session, prompt).get("text", "")
    lines = [to_asker.your_question(markings.written(prompt.marking), text)]
    for each in prompts.together(session, prompt):
        why = ""
        if each.choice == OBJECT.id and each.state is PromptState.ANSWERED:
            why = _why(session, each, asker)
        vote = each.choice if each.state is PromptState.ANSWERED else None
        lines.append(to_asker.vote(_place(session, each), vote, why))
    return "\n".join(lines)


def settle(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: Choice,
    fields: Mapping[str, str],
    now: datetime,
) -> str:
    """The asker hears how many have answered; the thread, when the last one has."""
    if choice.id == OBJECT.id:
        asking.check_answer(session, prompt, officer, fields.get("text", ""))
    # All lock the first of them: of two desks that answer at once, one sees that it is the last.
    prompts.locked(session, session.get_one(Prompt, prompt.together_id))
    group = prompts.together(session, prompt)
    left = [each for each in group if each.state in prompts.ALIVE and each.id != prompt.id]
    ledger.record(
        session, Operation.DISCLOSURE, now=now, actor=officer, case_id=prompt.case_id,
        subject=f"prompt:{prompt.code}", vote=choice.id, left=len(left),
    )  # fmt: skip
    code = askers.code_of(session, group[0])
    text = to_asker.votes_in(code, len(group) - len(left), len(group))
    askers.tell(session, prompt, text, now=now, controls=(askers.opening(prompt),))
    if not left:
        askers.line_in_thread(session, group[0], to_asker.thread_decided(code), now=now)
    return to_asker.voted(prompt.code, len(left))


def take_back(
    session: Session, prompt: Prompt, _officer: Officer, _choice: Choice, now: datetime
) -> str:
    askers.take_back(session, prompt, to_asker.undone(askers.code_of(session, prompt)), now=now)
    group = prompts.together(session, prompt)
    if not any(each.state in prompts.ALIVE for each in group):  # Then the thread reads: decided.
        text = to_asker.thread_open_again(askers.code_of(session, group[0]))
        askers.line_in_thread(session, group[0], text, now=now)
    return wording.undone(prompt.code)


KIND = Kind(NAME, choices, detail, settle, undo=take_back, asker_detail=detail_for_asker)


def _place(session: Session, prompt: Prompt) -> str:
    if prompt.unit_id is not None:
        return session.get_one(Unit, prompt.unit_id).title
    return session.get_one(Agency, prompt.agency_id).title


def _why(session: Session, prompt: Prompt, asker: Officer) -> str:
    answer = session.scalar(
        select(Answer)
        .where(
            Answer.prompt_id == prompt.id, Answer.choice == OBJECT.id, Answer.undone_at.is_(None)
        )
        .order_by(Answer.at.desc(), Answer.id.desc())
    )
    said = contents.answer_words(session, answer).get("text", "") if answer is not None else ""
    marking = markings.stated(said) or prompt.marking
    return said if markings.is_within(marking, asker.clearance) else ""
