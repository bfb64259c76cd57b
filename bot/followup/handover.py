"""Handing a desk to somebody else: offered with a note, theirs when they accept."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Style, Words
from bot.errors import UserError
from bot.followup import contents, copies, kinds, people, prompts, routing
from bot.followup.kinds import Choice, Kind
from bot.followup.prompts import Question
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.meetings import actions
from bot.wording import followup as wording
from storage.models import Action, Case, Officer, Prompt, Tlp

ACCEPT = Choice("accept", "Accept", True, style=Style.PRIMARY)
DECLINE = Choice("decline", "Decline", True)
NAME = "handover"
PROFILE = "identify"
_LONGEST_NOTE = 1000


def offer(session: Session, giver: Officer, rest: str, *, now: datetime) -> Words:
    """Offer what is on the officer's desk to another; nothing moves before it is accepted."""
    if not rest.strip():
        raise UserError(wording.handover_usage())
    to, note = people.longest(session, rest)
    if (
        not isinstance(to, Officer)
        or to.id == giver.id
        or not routing.may_be_asked(session, to, Tlp.GREEN, None, now)
        or to.agency_id != giver.agency_id
    ):
        raise UserError(wording.handover_own_agency())
    asked, tasks = _desk_of(session, giver)
    if not asked and not tasks:
        raise UserError(wording.handover_nothing())
    able = [each for each in asked if _may_take(session, each, to, now)]
    doable = [each for each in tasks if _may_do(session, each, to, now)]
    stay = [e.code for e in asked if e not in able] + [e.code for e in tasks if e not in doable]
    if not able and not doable:
        raise UserError(wording.cannot_be_asked(to.name))
    offered = prompts.ask(
        session,
        Question(
            kind=NAME,
            profile=PROFILE,
            officer=to,
            words={
                "note": note[:_LONGEST_NOTE],
                "questions": " ".join(each.code for each in able),
                "actions": " ".join(each.code for each in doable),
            },
            asked_by=giver,
            marking=markings.join([*(e.marking for e in able), *(e.marking for e in doable)]),
        ),
        now=now,
    )
    return Words(wording.handover_offered(offered.code, to.name, len(able) + len(doable), stay))


def choices(_session: Session, _prompt: Prompt) -> Sequence[Choice]:
    return (ACCEPT, DECLINE, kinds.SNOOZE)


def detail(session: Session, prompt: Prompt, _reader: Officer, _now: datetime) -> str:
    """Whose desk it is, which items, and the note."""
    words = contents.words(session, prompt)
    giver = session.get(Officer, prompt.asked_by) if prompt.asked_by is not None else None
    items = [*words["questions"].split(), *words["actions"].split()]
    return wording.handover_detail(
        giver.name if giver is not None else "", items, words.get("note", "")
    )


def settle(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: Choice,
    _fields: Mapping[str, str],
    now: datetime,
) -> str:
    """Move what is still open, and what the officer may still be shown; tell who gave it."""
    giver = session.get_one(Officer, prompt.asked_by or 0)
    accepted = choice.id == ACCEPT.id
    outbox.tell(
        session,
        key=f"handover:{prompt.id}:{choice.id}:{int(now.timestamp())}",
        officer=giver,
        words=Words(wording.giver_hears(prompt.code, accepted=accepted)),
        now=now,
    )
    if not accepted:
        return wording.handover_declined(prompt.code)
    words, moved = contents.words(session, prompt), 0
    asked, tasks = _desk_of(session, giver)
    for each in asked:
        if each.code in words["questions"].split() and _may_take(session, each, officer, now):
            _move(session, each, giver, officer, now)
            moved += 1
    for task in tasks:
        if task.code in words["actions"].split() and _may_do(session, task, officer, now):
            task.owner_id = officer.id
            moved += 1
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer,
        subject=f"prompt:{prompt.code}", giver=giver.slug, items=moved,
    )  # fmt: skip
    return wording.handover_accepted(prompt.code, moved)


KIND = Kind(NAME, choices, detail, settle, climbs=False)


def _desk_of(session: Session, officer: Officer) -> tuple[list[Prompt], list[Action]]:
    asked = [each for each in prompts.open_for(session, officer) if each.kind != NAME]
    return asked, actions.owed(session, officer)


def _may_take(session: Session, prompt: Prompt, officer: Officer, now: datetime) -> bool:
    return prompt.asked_by != officer.id and routing.may_be_asked(
        session, officer, prompt.marking, next(iter(copies.case_of(session, prompt)), None), now
    )


def _may_do(session: Session, action: Action, officer: Officer, now: datetime) -> bool:
    case = session.get(Case, action.case_id) if action.case_id is not None else None
    return routing.may_be_asked(session, officer, action.marking, case, now)


def _move(
    session: Session, prompt: Prompt, giver: Officer, officer: Officer, now: datetime
) -> None:
    """The question is with the other from now on; the giver's copy says so."""
    if prompt.officer_id == giver.id:
        prompt.officer_id, prompt.because = officer.id, wording.because_handed_over()
    text = wording.handed_over(prompt.code, copies.by(prompt, officer, now))
    copies.push(session, prompt, officer, text, now=now)
    copies.give_up(session, prompt, giver, wording.handed_on(prompt.code, officer.name), now)
