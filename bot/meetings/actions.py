"""Actions: tasks with an owner and a date, reminded until they are done."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import references
from bot.casework import cases
from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Words
from bot.errors import NotAllowed, UserError
from bot.followup import dues
from bot.governance import access, keys, ledger, markings
from bot.governance.ledger import Operation
from bot.meetings import finding, guests, hours, moments
from bot.meetings.said import revise_all
from bot.wording import actions as wording
from bot.wording import meetings as meeting
from bot.wording import minutes as minutes_wording
from storage import sealing
from storage.models import (
    Action,
    ActionState,
    Briefing,
    Case,
    Debrief,
    Due,
    Officer,
    Tlp,
)

KIND: Final = "action"
LONGEST: Final = 2000
HEAD_HEARS_AT: Final = 3
"""Which late reminder also reaches the head of the owner's agency."""

_BEFORE, _AT = 0, 1  # further occurrences are the reminders of a late action, one each morning


@dataclass(frozen=True, slots=True)
class About:
    """What an action belongs to: a case, and the meeting it came from."""

    case: Case | None = None
    briefing: Briefing | None = None
    debrief: Debrief | None = None

    @property
    def marking(self) -> Tlp:
        """The strictest marking of these; CLEAR when there is none."""
        held = (self.case, self.briefing, self.debrief)
        return markings.join(each.marking for each in held if each is not None)


def add(
    session: Session,
    setter: Officer,
    owner: Officer,
    text: str,
    *,
    due_at: datetime,
    now: datetime,
    about: About | None = None,
) -> Action:
    """Give somebody a task; they are told in private and reminded.

    Raises `NotAllowed` when its owner may not be told of what it belongs to.
    """
    about = about or About()
    marking = markings.join([markings.stated(text) or Tlp.AMBER, about.marking])
    if not _may_set(session, setter, owner, about) or not guests.may_come(
        session,
        owner,
        case=about.case,
        marking=marking,
        now=now,
        from_agency_id=setter.agency_id,
    ):
        raise NotAllowed(wording.cannot_own())
    action = Action(
        code=references.mint(session, Action),
        case_id=about.case.id if about.case else None,
        briefing_id=about.briefing.id if about.briefing else None,
        debrief_id=about.debrief.id if about.debrief else None,
        agency_id=owner.agency_id,
        owner_id=owner.id,
        set_by=setter.id,
        marking=marking,
        due_at=due_at,
        made_at=now,
        key_id=sealing.keyring(session).mint(_parent_key(session, setter, about, now)),
    )
    sealing.seal(session, action, "text", text.strip())
    session.add(action)
    session.flush()
    _record(session, action, Operation.COLLECTION, setter, now, owner=owner.slug, due_at=due_at)
    _promise(session, action, owner, now)
    _tell(session, action, owner, wording.given, now)
    return action


def finish(session: Session, action: Action, officer: Officer, *, now: datetime) -> None:
    """The task is done; whoever set it is told."""
    _settle(session, action, officer, ActionState.DONE, now)


def drop(session: Session, action: Action, officer: Officer, *, now: datetime) -> None:
    """The task is no longer wanted. Whoever set it decides."""
    _only_setter(action, officer)
    _settle(session, action, officer, ActionState.DROPPED, now)


def extend(
    session: Session, action: Action, officer: Officer, until: datetime, *, now: datetime
) -> None:
    """Give the task a new date. Whoever set it decides."""
    _only_setter(action, officer)
    _only_open(action)
    if until <= now:
        raise UserError(meeting.control_is_stale())
    before, action.due_at = action.due_at, until
    _record(session, action, Operation.ALTERATION, officer, now, due_before=before, due_at=until)
    dues.supersede(session, KIND, action.id, now)
    owner = session.get_one(Officer, action.owner_id)
    _promise(session, action, owner, now)
    _answer_wishes(session, action, wording.extended, now)
    if owner.id != officer.id:
        _tell(session, action, owner, wording.extended, now)


def ask_for_time(
    session: Session, action: Action, officer: Officer, until: datetime, *, now: datetime
) -> None:
    """Its owner would like a later date: whoever set the task is asked."""
    _only_open(action)
    setter = session.get_one(Officer, action.set_by)
    if setter.id == officer.id:
        extend(session, action, officer, until, now=now)
        return
    token, stamp = f"action:{action.code}", moments.stamp(until)
    outbox.tell(
        session,
        key=f"action:{action.id}:more:{stamp}",
        officer=setter,
        words=Words(
            wording.wants_time(action.code, until, ZoneInfo(setter.zone), now),
            (
                Control(meeting.OPEN, f"{token}:open"),
                Control(meeting.AGREE, f"{token}:agree:{stamp}", Style.PRIMARY),
                Control(meeting.KEEP_DATE, f"{token}:keep"),
            ),
        ),
        now=now,
        cases=cases_of(session, action),
    )
    _record(session, action, Operation.CLOCK, officer, now, wants_until=until)


def keep_date(session: Session, action: Action, officer: Officer, *, now: datetime) -> None:
    """The date stays as it is; its owner is told."""
    _only_setter(action, officer)
    _only_open(action)
    owner = session.get_one(Officer, action.owner_id)
    _answer_wishes(session, action, wording.date_stays, now)
    stays = f"stays:{moments.stamp(now)}"
    _tell(session, action, owner, wording.date_stays, now, which=stays)


def owed(session: Session, officer: Officer) -> list[Action]:
    """What this officer has to do, the earliest date first."""
    return list(
        session.scalars(
            select(Action)
            .where(Action.owner_id == officer.id, Action.state == ActionState.OPEN)
            .order_by(Action.due_at, Action.code)
        )
    )


def set_for_others(session: Session, officer: Officer) -> list[Action]:
    """What others still have to do because this officer set it."""
    return list(
        session.scalars(
            select(Action)
            .where(
                Action.set_by == officer.id,
                Action.owner_id != officer.id,
                Action.state == ActionState.OPEN,
            )
            .order_by(Action.due_at, Action.code)
        )
    )


def open_about(session: Session, case: Case, officer: Officer, now: datetime) -> list[Action]:
    """What is still to be done about a case, as far as this officer may say that it is done."""
    found = session.scalars(
        select(Action).where(Action.case_id == case.id, Action.state == ActionState.OPEN)
    )
    return [
        each
        for each in found
        if _answers_for(officer, each) and _concerns(session, officer, each, now)
    ]


def is_late(action: Action, now: datetime) -> bool:
    return action.state is ActionState.OPEN and action.due_at < now


def find(session: Session, officer: Officer, code: str, now: datetime) -> Action:
    """The action this code names, if it concerns the officer.

    Raises `NotAllowed` with one text whether there is none or it is not theirs to know.
    """
    action = session.scalar(select(Action).where(Action.code == code.strip().upper()))
    if action is None or not _concerns(session, officer, action, now):
        raise NotAllowed(wording.no_such_action(code))
    return action


def read(session: Session, action: Action) -> str:
    """What is to be done."""
    return sealing.unseal_or(session, action, "text", meeting.erased())


def reaches(session: Session, action: Action, officer: Officer) -> bool:
    """Whether the marking of an action lets this officer read it."""
    return access.reaches(action.marking, _from_agency(session, action), officer)


def remind(session: Session, due: Due, now: datetime) -> None:
    """Remind an action's owner unless it is settled; a late one again each working morning."""
    action = session.get(Action, due.subject_id)
    if action is None or action.state is not ActionState.OPEN:
        return
    owner = session.get_one(Officer, action.owner_id)
    if due.occurrence == _BEFORE:
        if now < action.due_at:
            _tell(session, action, owner, wording.coming, now, which="before")
        return
    late = due.occurrence - _AT
    said = wording.late if late else wording.as_it_is
    _tell(session, action, owner, said, now, which=f"due:{due.occurrence}")
    if late == HEAD_HEARS_AT:
        _tell_head(session, action, owner, now)
    _record(session, action, Operation.CLOCK, ledger.SYSTEM, now, late_reminders=late)
    dues.add(
        session,
        kind=KIND,
        subject_id=action.id,
        officer_id=owner.id,
        occurrence=due.occurrence + 1,
        due_at=hours.morning_after(owner, max(now, action.due_at)),
        zone=owner.zone,
    )


def add_from(session: Session, officer: Officer, line: str, now: datetime) -> Action:
    """Add what "OWNER by TIME: TEXT [about CASE | briefing CODE | debrief CODE]" says."""
    if len(line) > LONGEST:
        raise UserError(minutes_wording.too_long(LONGEST))
    who, _, rest = " ".join(line.split()).partition(" by ")
    when, _, text = rest.partition(": ")
    if not (who and when and text):
        raise UserError(wording.usage())
    text, about = _about(session, officer, text, now)
    due_at = moments.due_by(when, now, ZoneInfo(officer.zone))
    if who.casefold() in ("me", "myself"):
        return add(session, officer, officer, text, due_at=due_at, now=now, about=about)
    owner = guests.one(
        session, who, case=about.case, marking=about.marking, now=now,
        from_agency_id=officer.agency_id,
    )  # fmt: skip
    return add(session, officer, owner, text, due_at=due_at, now=now, about=about)


def lines(
    session: Session, listed: Sequence[Action], reader: Officer, *, now: datetime
) -> list[str]:
    """These actions in a line each, as far as this reader may know."""
    zone = ZoneInfo(reader.zone)
    return [
        wording.line(
            action.code,
            read(session, action),
            _owner_of(session, action, reader),
            action.due_at,
            zone,
            now,
        )
        for action in listed
        if _may_read(session, reader, action, now)
    ]


def kept(session: Session, action: Action, officer: Officer, now: datetime) -> Words:
    """What was understood of a new action, and how to undo it."""
    text = wording.kept(
        action.code,
        read(session, action),
        _owner_of(session, action, officer),
        action.due_at,
        ZoneInfo(officer.zone),
        now,
    )
    return Words(
        meeting.marked(action.marking, text),
        (Control(meeting.DROP, f"action:{action.code}:drop"),),
    )


def opened(session: Session, action: Action, officer: Officer, *, now: datetime) -> Words:
    """The action itself, for somebody it concerns; reading it is recorded."""
    if not _may_read(session, officer, action, now):
        raise NotAllowed(meeting.nothing_to_show())
    _record(session, action, Operation.CONSULTATION, officer, now)
    text = wording.line(
        action.code,
        read(session, action),
        _owner_of(session, action, officer),
        action.due_at,
        ZoneInfo(officer.zone),
        now,
    )
    return Words(meeting.marked(action.marking, text), controls(action) if _is_open(action) else ())


def _settle(
    session: Session, action: Action, officer: Officer, state: ActionState, now: datetime
) -> None:
    if state is ActionState.DONE and not _answers_for(officer, action):
        raise NotAllowed(wording.only_the_owner(action.code))
    _only_open(action)
    action.state, action.done_at = state, now
    _record(session, action, Operation.ALTERATION, officer, now, state=state)
    dues.supersede(session, KIND, action.id, now)
    said = Words(wording.closed(action.code, state.value))
    revise_all(session, f"action:{action.id}:", said, now=now)
    for concerned in {action.owner_id, action.set_by} - {officer.id}:
        outbox.tell(
            session,
            key=f"action:{action.id}:{state.value}:{concerned}",
            officer=session.get_one(Officer, concerned),
            words=said,
            now=now,
        )


def _promise(session: Session, action: Action, owner: Officer, now: datetime) -> None:
    """Remind the owner the morning before, if that is still to come, and when the task is due."""
    before = hours.morning_before(owner, action.due_at)
    for occurrence, at in ((_BEFORE, before), (_AT, action.due_at)):
        if at > now:
            dues.add(
                session, kind=KIND, subject_id=action.id, officer_id=owner.id, due_at=at,
                occurrence=occurrence, zone=owner.zone,
            )  # fmt: skip


_Said = Callable[[str, datetime, ZoneInfo, datetime], str]


def _tell(
    session: Session,
    action: Action,
    owner: Officer,
    said: _Said,
    now: datetime,
    *,
    which: str = "set",
) -> None:
    """Tell the owner about the action without what it is about."""
    outbox.tell(
        session,
        key=f"action:{action.id}:{moments.stamp(action.due_at)}:{which}",
        officer=owner,
        words=Words(said(action.code, action.due_at, ZoneInfo(owner.zone), now), controls(action)),
        now=now,
        sender=session.get_one(Officer, action.set_by) if action.set_by != owner.id else None,
        cases=cases_of(session, action),
    )


def _answer_wishes(session: Session, action: Action, said: _Said, now: datetime) -> None:
    """Let the requests for more time show what was decided."""
    setter = session.get_one(Officer, action.set_by)
    words = Words(said(action.code, action.due_at, ZoneInfo(setter.zone), now))
    revise_all(session, f"action:{action.id}:more:", words, now=now)


def _tell_head(session: Session, action: Action, owner: Officer, now: datetime) -> None:
    case = session.get(Case, action.case_id) if action.case_id is not None else None
    head = guests.head_of(
        session, owner.agency_id, case=case, marking=action.marking, now=now,
        from_agency_id=_from_agency(session, action),
    )  # fmt: skip
    if head is None or head.id == owner.id:
        return
    outbox.tell(
        session,
        key=f"action:{action.id}:{moments.stamp(action.due_at)}:head",
        officer=head,
        words=Words(
            wording.late_for_head(action.code, action.due_at, ZoneInfo(head.zone), now),
            (Control(meeting.OPEN, f"action:{action.code}:open"),),
        ),
        now=now,
        cases=cases_of(session, action),
    )


def controls(action: Action) -> tuple[Control, ...]:
    """What its owner can do about an action."""
    token = f"action:{action.code}"
    return (
        Control(meeting.OPEN, f"{token}:open"),
        Control(meeting.DONE, f"{token}:done", Style.PRIMARY),
        Control(meeting.MORE_TIME, f"{token}:more", asks=meeting.until_when()),
    )


def _about(session: Session, officer: Officer, text: str, now: datetime) -> tuple[str, About]:
    """The task's text, and what its last words say it belongs to."""
    tail = _TAIL.search(text)
    if tail is None:
        return text, About()
    text, code = text[: tail.start()], tail["code"]
    match tail["what"]:
        case "briefing":
            briefing = finding.briefing(session, officer, code, now)
            if not finding.may_read(session, officer, briefing, now):
                raise NotAllowed(meeting.nothing_to_show())
            about = About(case=finding.case_of(session, briefing), briefing=briefing)
        case "debrief":
            debrief = finding.debrief(session, officer, code, now)
            if not finding.sees_debrief(session, officer, debrief, now):
                raise NotAllowed(meeting.nothing_to_show())
            about = About(case=session.get_one(Case, debrief.case_id), debrief=debrief)
        case _:
            about = About(case=cases.find(session, officer, code, now))
    return text, about


def _may_set(session: Session, setter: Officer, owner: Officer, about: About) -> bool:
    """Within an agency anybody; across agencies those who share a case or a meeting."""
    if setter.agency_id == owner.agency_id or about.case is not None:
        return True
    return about.briefing is not None and all(
        finding.invitation(session, about.briefing, each) is not None for each in (setter, owner)
    )


def _concerns(session: Session, officer: Officer, action: Action, now: datetime) -> bool:
    if officer.id in (action.owner_id, action.set_by):
        return True
    if action.case_id is None:
        return _answers_for(officer, action)
    return access.is_desk(officer) and _may_read(session, officer, action, now)


def _answers_for(officer: Officer, action: Action) -> bool:
    """Whether this officer may say that it is done: its owner, who set it, the owner's desk."""
    return officer.id in (action.owner_id, action.set_by) or (
        officer.agency_id == action.agency_id and access.is_desk(officer)
    )


def _may_read(session: Session, officer: Officer, action: Action, now: datetime) -> bool:
    case = session.get(Case, action.case_id) if action.case_id is not None else None
    return guests.may_come(
        session, officer, case=case, marking=action.marking, now=now,
        from_agency_id=_from_agency(session, action),
    )  # fmt: skip


def _from_agency(session: Session, action: Action) -> int:
    """Whose words an action is: those of the agency that set it."""
    return session.get_one(Officer, action.set_by).agency_id


def _is_open(action: Action) -> bool:
    return action.state is ActionState.OPEN


def _only_open(action: Action) -> None:
    if not _is_open(action):
        raise UserError(wording.closed(action.code, action.state.value))


def _only_setter(action: Action, officer: Officer) -> None:
    if officer.id != action.set_by:
        raise NotAllowed(wording.only_the_setter(action.code))


def _owner_of(session: Session, action: Action, reader: Officer) -> str:
    if action.owner_id == reader.id:
        return meeting.you()
    return session.get_one(Officer, action.owner_id).name


def cases_of(session: Session, action: Action) -> list[Case]:
    """What an action's words are about, for the check when they are said."""
    case = session.get(Case, action.case_id) if action.case_id is not None else None
    return [case] if case is not None else []


def _parent_key(session: Session, setter: Officer, about: About, now: datetime) -> str:
    for held in (about.case, about.briefing):
        if held is not None:
            return held.key_id
    return keys.desk_month(session, setter, now)


def _record(
    session: Session,
    action: Action,
    operation: Operation,
    actor: Officer | str,
    now: datetime,
    **details: Any,
) -> None:
    ledger.record(
        session, operation, now=now, actor=actor, case_id=action.case_id,
        subject=f"action:{action.code}", **details,
    )  # fmt: skip


_TAIL = re.compile(r" (?P<what>briefing|debrief|about) (?P<code>[A-Z0-9-]{2,24})$")
