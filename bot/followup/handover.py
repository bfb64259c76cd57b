"""Handing a desk to somebody else, item by item: each is theirs when they take it, none is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation import outbox
from bot.conversation.messages import Style, Words
from bot.errors import UserError
from bot.followup import contents, copies, kinds, people, prompts, routing
from bot.followup.kinds import Choice, Kind
from bot.followup.prompts import Question
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.meetings import actions
from bot.wording import followup as questions
from bot.wording import handover as wording
from storage.models import Action, Case, Officer, Prompt, Role, Tlp

ACCEPT = Choice("accept", "Accept all", True, style=Style.PRIMARY)
DECLINE = Choice("decline", "Decline", True)
NAME = PROFILE = "handover"
MOST_SINGLY = 8
"""So many items get a button of their own; more are taken by name, or all at once."""

_TAKE = "take_"
_LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Items:
    """What is on somebody's desk."""

    asked: Sequence[Prompt]
    tasks: Sequence[Action]

    def __len__(self) -> int:
        return len(self.asked) + len(self.tasks)

    @property
    def codes(self) -> list[str]:
        return [*(each.code for each in self.asked), *(each.code for each in self.tasks)]

    @property
    def marking(self) -> Tlp:
        """The strictest of all."""
        return markings.join([*(e.marking for e in self.asked), *(e.marking for e in self.tasks)])

    def among(self, codes: Sequence[str]) -> "Items":
        return Items(
            [each for each in self.asked if each.code in codes],
            [each for each in self.tasks if each.code in codes],
        )


def offer(session: Session, giver: Officer, rest: str, *, now: datetime) -> Words:
    """Offer what is on the officer's desk to another; nothing moves before it is taken over."""
    if not rest.strip():
        raise UserError(wording.usage())
    to, note = people.longest(session, rest)
    if (
        not isinstance(to, Officer)
        or to.id == giver.id
        or not routing.may_be_asked(session, to, Tlp.GREEN, None, now)
        or to.agency_id != giver.agency_id
    ):
        raise UserError(wording.own_agency())
    desk = _desk_of(session, giver)
    if not desk:
        raise UserError(wording.nothing())
    able = _takeable(session, desk, to, now)
    if not able:
        raise UserError(questions.cannot_be_asked(to.name))
    offered = prompts.ask(
        session,
        Question(
            kind=NAME,
            profile=PROFILE,
            officer=to,
            words={"note": note[:_LONGEST_NOTE], "items": " ".join(able.codes)},
            asked_by=giver,
            marking=able.marking,
            clock_starts=routing.rests_until(to, now),
        ),
        now=now,
    )
    stay = [code for code in desk.codes if code not in able.codes]
    by = copies.by(offered, giver, now)
    return Words(wording.offered(offered.code, to.name, len(able), by, stay))


def choices(session: Session, prompt: Prompt) -> Sequence[Choice]:
    """All at once, or one at a time; taking the last closes the handover."""
    is_open = prompt.state in prompts.ALIVE
    codes = _left(session, prompt).codes if is_open else _offered(session, prompt)
    singly = [
        Choice(f"{_TAKE}{code}", wording.take(code), not is_open or len(codes) == 1)
        for code in codes[:MOST_SINGLY]
    ]
    return (ACCEPT, *singly, DECLINE, kinds.SNOOZE)


def detail(session: Session, prompt: Prompt, reader: Officer, now: datetime) -> str:
    """Whose desk it is, which items are left to take, each with its clock, and the note."""
    left, zone = _left(session, prompt), ZoneInfo(reader.zone)
    items = [
        *(wording.item(e.code, copies.by(e, reader, now)) for e in left.asked),
        *(wording.action(e.code, clocks.by(e.due_at, zone, now)) for e in left.tasks),
    ]
    note = contents.words(session, prompt).get("note", "")
    return wording.detail(_giver(session, prompt).name, items, note)


def settle(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: Choice,
    _fields: Mapping[str, str],
    now: datetime,
) -> str:
    """Move what is taken, if it is still open and the officer may be shown it; tell who gave it."""
    giver, left = _giver(session, prompt), _left(session, prompt)
    if choice.id == DECLINE.id:
        _tell(session, prompt, giver, wording.giver_hears(prompt.code, accepted=False), now)
        return wording.declined(prompt.code)
    singly = choice.id.removeprefix(_TAKE) if choice.id.startswith(_TAKE) else None
    wanted = left if singly is None else left.among([singly])
    moved = _move(session, _takeable(session, wanted, officer, now), giver, officer, now)
    if singly is not None and not moved:
        raise UserError(wording.not_for_you_to_take(singly))
    _record(session, prompt, officer, giver, moved, now)
    if choice.is_final:
        stay = [code for code in left.codes if code not in moved]
        _tell(session, prompt, giver, wording.giver_hears(prompt.code, stay, accepted=True), now)
    if singly is None:
        return wording.accepted(prompt.code, len(moved))
    return wording.taken(prompt.code, singly, len(left) - len(moved))


def undo(session: Session, prompt: Prompt, officer: Officer, _choice: Choice, now: datetime) -> str:
    """What was taken over and is still theirs goes back."""
    giver = _giver(session, prompt)
    taken = _desk_of(session, officer).among(_offered(session, prompt))
    moved = _move(session, _takeable(session, taken, giver, now), officer, giver, now)
    _record(session, prompt, officer, giver, moved, now)
    _tell(session, prompt, giver, wording.giver_hears_undone(prompt.code), now)
    return wording.undone(prompt.code)


def lapse(session: Session, prompt: Prompt, now: datetime) -> None:
    """The shift has begun and not all was taken over: the head of the desk has the rest."""
    giver, left = _giver(session, prompt), _left(session, prompt)
    asked = session.get_one(Officer, prompt.officer_id)
    head = routing.choose(
        session, unit=giver.unit, agency=giver.agency, marking=prompt.marking, now=now,
        avoid=[giver], role=Role.HEAD,
    ).officer  # fmt: skip
    moved = _move(session, _takeable(session, left, head, now), giver, head, now) if head else []
    stay = [code for code in left.codes if code not in moved]
    _record(session, prompt, head or giver, giver, moved, now)
    to = head.name if head is not None else ""
    _tell(session, prompt, giver, wording.lapsed(prompt.code, to, moved, stay), now)
    if moved and head is not asked:
        _tell(session, prompt, asked, wording.not_taken(prompt.code, to), now)


KIND = Kind(NAME, choices, detail, settle, undo=undo, lapse=lapse, climbs=False)


def _giver(session: Session, prompt: Prompt) -> Officer:
    return session.get_one(Officer, prompt.asked_by)


def _desk_of(session: Session, officer: Officer) -> Items:
    asked = [each for each in prompts.open_for(session, officer) if each.kind != NAME]
    return Items(asked, actions.owed(session, officer))


def _offered(session: Session, prompt: Prompt) -> list[str]:
    return contents.words(session, prompt)["items"].split()


def _left(session: Session, prompt: Prompt) -> Items:
    """What was offered and is still open with who gave it."""
    return _desk_of(session, _giver(session, prompt)).among(_offered(session, prompt))


def _takeable(session: Session, items: Items, officer: Officer, now: datetime) -> Items:
    return Items(
        [each for each in items.asked if _may_take(session, each, officer, now)],
        [each for each in items.tasks if _may_do(session, each, officer, now)],
    )


def _may_take(session: Session, prompt: Prompt, officer: Officer, now: datetime) -> bool:
    case = next(iter(copies.case_of(session, prompt)), None)
    return (
        prompt.asked_by != officer.id
        and officer.slug not in contents.avoided(session, prompt)
        and routing.may_be_asked(session, officer, prompt.marking, case, now)
    )


def _may_do(session: Session, action: Action, officer: Officer, now: datetime) -> bool:
    case = session.get(Case, action.case_id) if action.case_id is not None else None
    return routing.may_be_asked(session, officer, action.marking, case, now)


def _move(
    session: Session, items: Items, giver: Officer, officer: Officer, now: datetime
) -> list[str]:
    """They are with the other from now on; the giver's copies say so. Returns their codes."""
    for prompt in items.asked:
        if prompt.officer_id == giver.id:
            prompt.officer_id, prompt.because = officer.id, questions.because_handed_over()
        text = questions.handed_over(prompt.code, copies.by(prompt, officer, now))
        copies.push(session, prompt, officer, text, now=now)
        handed_on = wording.handed_on(prompt.code, officer.name)
        copies.give_up(session, prompt, giver, handed_on, now)
    for task in items.tasks:
        task.owner_id = officer.id
    session.flush()
    return items.codes


def _tell(session: Session, prompt: Prompt, officer: Officer, text: str, now: datetime) -> None:
    outbox.tell(
        session, key=f"handover:{prompt.id}:{officer.id}:{int(now.timestamp())}", officer=officer,
        words=Words(text), now=now,
    )  # fmt: skip


def _record(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    giver: Officer,
    moved: Sequence[str],
    now: datetime,
) -> None:
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer,
        subject=f"prompt:{prompt.code}", giver=giver.slug, items=list(moved),
    )  # fmt: skip
