"""What a briefing is to be about, as far as each reader may know."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.casework import cases, entities, judgements, quoting, spared
from bot.errors import NotAllowed, UserError
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.meetings import actions, finding, minutes, places
from bot.wording import actions as actions_wording
from bot.wording import meetings as meeting
from bot.wording import minutes as wording
from storage import sealing
from storage.errors import Erased
from storage.models import (
    Action,
    ActionState,
    Briefing,
    Case,
    Invitation,
    Match,
    MatchState,
    MeetingState,
    Mention,
    Message,
    Note,
    Officer,
    Prompt,
    PromptState,
    Unit,
)

MOST_POINTS = 30
LONGEST_POINT = 500
_MOST_OF_A_KIND = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One matter to speak of. Its *key* tells it apart, whoever reads it."""

    key: str
    text: str
    is_late_action: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What people made of an agenda: points of their own, an order, and what to leave out."""

    points: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def items(session: Session, briefing: Briefing, reader: Officer, now: datetime) -> list[Item]:
    """The open matters in the order in which they come up: a late action opens a briefing, then
    what its organiser has put in order, then the rest as it comes.

    Only what this reader may see; nothing when they may no longer be told of it at all.
    """
    if not finding.may_read(session, reader, briefing, now):
        return []
    owed = _actions(session, briefing, reader)
    late = [action for action in owed if actions.is_late(action, now)]
    coming = [action for action in owed if action not in late]
    case = finding.case_of(session, briefing)
    found = [
        Item(f"action:{action.code}", _task(session, action, reader, now), is_late_action=True)
        for action in late
    ]
    if case is not None:
        found += _questions(session, case, reader, now)
        found += _matches(session, case, reader, now)
        found += _sightings(session, case, briefing, reader, now)
        found += _gaps(session, case, briefing, reader, now)
    found += [
        Item(f"action:{action.code}", _task(session, action, reader, now)) for action in coming
    ]
    made = plan(session, briefing)
    found += [Item(_point_key(point), point) for point in made.points]
    return _in_order(found, made)


def opened(session: Session, briefing: Briefing, reader: Officer, now: datetime) -> str:
    """The agenda for one reader, in words; reading it is recorded.

    Raises `NotAllowed` when they may no longer be told.
    """
    if not finding.may_read(session, reader, briefing, now):
        raise NotAllowed(meeting.nothing_to_show())
    found = items(session, briefing, reader, now)
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=reader, case_id=briefing.case_id,
        subject=f"briefing:{briefing.code}", items=len(found),
    )  # fmt: skip
    case = finding.case_of(session, briefing)
    return wording.agenda(
        briefing.code,
        case.code if case else None,
        briefing.marking,
        [item.text for item in found],
    )


def read_in(session: Session, briefing: Briefing, reader: Officer, now: datetime) -> str:
    """What an attendee reads before a briefing, as far as they may: the agenda, what was decided
    when it last met, and where it meets."""
    text = opened(session, briefing, reader, now)
    case = finding.case_of(session, briefing)
    last = _last_held(session, case, briefing) if case is not None else None
    decided = []
    if last is not None and finding.may_read(session, reader, last, now):
        decided = [line.text for line in minutes.lines(session, last) if line.is_decision]
    return wording.read_in(text, decided, places.of(session, briefing))


def add_point(
    session: Session, briefing: Briefing, officer: Officer, text: str, *, now: datetime
) -> None:
    """Put a point of one's own on the agenda, for everybody who is invited."""
    if len(text) > LONGEST_POINT:
        raise UserError(wording.too_long(LONGEST_POINT))
    point = " ".join(text.split())
    if not point:
        raise UserError(wording.agenda_usage())
    if not finding.may_read(session, officer, briefing, now):
        raise NotAllowed(meeting.nothing_to_show())
    stated = markings.stated(point)
    if stated is not None and not markings.is_within(stated, briefing.marking):
        raise UserError(wording.point_is_stricter(stated, briefing.marking))
    held = plan(session, briefing)
    if point.casefold() in (each.casefold() for each in held.points):
        raise UserError(wording.is_on_agenda())  # Its words tell it from the others.
    if len(held.points) >= MOST_POINTS:
        raise UserError(wording.is_full(MOST_POINTS))
    made = replace(held, points=(*held.points, point))
    _keep(session, briefing, officer, made, Operation.COLLECTION, now)


def leave_out(
    session: Session, briefing: Briefing, officer: Officer, number: int, *, now: datetime
) -> None:
    """Take a matter off the agenda, by the number under which this reader sees it."""
    found = items(session, briefing, officer, now)
    key = _numbered(found, number).key
    held = plan(session, briefing)
    points = tuple(point for point in held.points if _point_key(point) != key)
    made = replace(held, points=points)
    if points == held.points:
        made = replace(held, left_out=(*held.left_out, key))
    _keep(session, briefing, officer, made, Operation.ALTERATION, now)


def put_at(
    session: Session, briefing: Briefing, officer: Officer, number: int, to: int, *, now: datetime
) -> None:
    """Speak of a matter sooner or later: both numbers as this reader sees them."""
    found = items(session, briefing, officer, now)
    moved, goal = _numbered(found, number), _numbered(found, to)
    keys = [item.key for item in found if item is not moved]
    at = keys.index(goal.key) + (number < to) if goal is not moved else number - 1
    keys.insert(at, moved.key)
    made = replace(plan(session, briefing), order=tuple(keys))
    _keep(session, briefing, officer, made, Operation.ALTERATION, now)


def plan(session: Session, briefing: Briefing) -> Plan:
    """What people made of this agenda."""
    try:
        said = json.loads(sealing.unseal(session, briefing, "agenda"))
    except Erased:
        return Plan()
    return Plan(**{name: tuple(value) for name, value in said.items()})


def _keep(
    session: Session,
    briefing: Briefing,
    officer: Officer,
    made: Plan,
    operation: Operation,
    now: datetime,
) -> None:
    sealing.seal(session, briefing, "agenda", json.dumps(asdict(made)))
    ledger.record(
        session, operation, now=now, actor=officer, case_id=briefing.case_id,
        subject=f"briefing:{briefing.code}", points=len(made.points),
        left_out=len(made.left_out),
    )  # fmt: skip


def _in_order(found: list[Item], made: Plan) -> list[Item]:
    """A late action that nobody has placed comes first; what is new otherwise comes last."""
    rank = {key: number for number, key in enumerate(made.order)}

    def place(numbered: tuple[int, Item]) -> tuple[int, int]:
        natural, item = numbered
        if item.key in rank:
            return 1, rank[item.key]
        return (0, natural) if item.is_late_action else (2, natural)

    kept = [item for item in found if item.key not in made.left_out]
    return [item for _, item in sorted(enumerate(kept), key=place)]


def _numbered(found: list[Item], number: int) -> Item:
    if not 1 <= number <= len(found):
        raise UserError(wording.no_such_line(number))
    return found[number - 1]


def _point_key(point: str) -> str:
    return f"point:{point}"


def _actions(session: Session, briefing: Briefing, reader: Officer) -> list[Action]:
    """Open actions of the case, or those that this organiser's earlier briefings left.

    Without a case to say who may know of them, a reader sees their own, those they set, and those
    of briefings to which they were invited themselves.
    """
    if briefing.case_id is not None:
        whose = Action.case_id == briefing.case_id
    else:
        earlier = select(Briefing.id).where(
            Briefing.organiser_id == briefing.organiser_id, Briefing.case_id.is_(None)
        )
        known = select(Invitation.briefing_id).where(Invitation.officer_id == reader.id)
        whose = (
            Action.case_id.is_(None)
            & Action.briefing_id.in_(earlier)
            & or_(
                Action.owner_id == reader.id,
                Action.set_by == reader.id,
                Action.briefing_id.in_(known),
            )
        )
    found = session.scalars(
        select(Action)
        .where(whose, Action.state == ActionState.OPEN)
        .order_by(Action.due_at, Action.code)
        .limit(_MOST_OF_A_KIND)
    )
    return [action for action in found if actions.reaches(session, action, reader)]


def _task(session: Session, action: Action, reader: Officer, now: datetime) -> str:
    owner = session.get_one(Officer, action.owner_id)
    return actions_wording.line(
        action.code,
        actions.read(session, action),
        owner.name,
        action.due_at,
        ZoneInfo(reader.zone),
        now,
    )


def _questions(session: Session, case: Case, reader: Officer, now: datetime) -> Iterator[Item]:
    """Open questions, without their words: who owes an answer, and by when."""
    for prompt in session.scalars(
        select(Prompt)
        .where(Prompt.case_id == case.id, Prompt.state.in_([PromptState.OPEN, PromptState.PAUSED]))
        .order_by(Prompt.strict_at, Prompt.code)
        .limit(_MOST_OF_A_KIND)
    ):
        if not finding.may_know_question(session, prompt, reader):
            continue
        unit = session.get(Unit, prompt.unit_id) if prompt.unit_id is not None else None
        yield Item(
            f"question:{prompt.code}",
            wording.agenda_question(
                prompt.code,
                unit.title if unit else None,
                prompt.strict_at,
                ZoneInfo(reader.zone),
                now,
            ),
        )


def _matches(session: Session, case: Case, reader: Officer, now: datetime) -> Iterator[Item]:
    """Matches that are not settled. A plate or a number is read by those alone who may read it
    where it was written; a name by nobody.
    """
    rows = session.execute(
        select(Match, Mention)
        .join(Mention, Mention.id == Match.mention_id)
        .where(
            Match.case_id == case.id,
            Match.state.in_([MatchState.SUGGESTED, MatchState.DISPUTED]),
        )
        .order_by(Match.made_at, Match.id)
        .limit(_MOST_OF_A_KIND)
    ).all()
    doubted = judgements.doubted(session, [match for match, _ in rows])
    for match, mention in rows:
        if spared.mention_from_reader(session, mention, match, reader):
            continue
        if finding.may_know(match, reader):
            message = session.get_one(Message, mention.message_id)
            is_thing = mention.label not in entities.NAMED and mention.role is None
            is_read = is_thing and quoting.may_read(session, message, reader)
            yield Item(
                f"match:{match.id}",
                wording.agenda_match(
                    mention.label,
                    sealing.unseal_or(session, mention, "text", "") if is_read else "",
                    match.made_at,
                    match.state,
                    match.id in doubted,
                    ZoneInfo(reader.zone),
                    now,
                ),
            )


def _sightings(
    session: Session, case: Case, briefing: Briefing, reader: Officer, now: datetime
) -> Iterator[Item]:
    """What the case's notebook says was seen since the last meeting."""
    since = _last_met(session, case, briefing)
    spare = quoting.sparing(session, case, reader)
    for note in session.scalars(
        select(Note)
        .where(
            Note.case_id == case.id,
            Note.withdrawn_at.is_(None),
            Note.at > since,
            or_(Note.kind == "sighting", Note.mention_id.is_not(None)),
        )
        .order_by(Note.at, Note.id)
        .limit(_MOST_OF_A_KIND)
    ):
        match = session.get(Match, note.match_id) if note.match_id is not None else None
        if match is not None and not finding.may_know(match, reader):
            continue
        mention = session.get(Mention, note.mention_id) if note.mention_id is not None else None
        # Somebody with a role, such as a witness, is not read out to a meeting.
        has_role = mention is not None and mention.role is not None
        is_told = not has_role and cases.may_read(session, case, note, reader)
        text = (
            spare(sealing.unseal_or(session, note, "text", meeting.erased())) if is_told else None
        )
        said = wording.agenda_sighting(note.at, text, ZoneInfo(reader.zone), now)
        yield Item(f"note:{note.id}", said)


def _gaps(
    session: Session, case: Case, briefing: Briefing, reader: Officer, now: datetime
) -> Iterator[Item]:
    """What nobody could tell since the last meeting: questions that were closed without
    information, whatever the reason."""
    for prompt in session.scalars(
        select(Prompt)
        .where(
            Prompt.case_id == case.id,
            Prompt.state == PromptState.REFUSED,
            Prompt.closed_at > _last_met(session, case, briefing),
        )
        .order_by(Prompt.closed_at, Prompt.code)
        .limit(_MOST_OF_A_KIND)
    ):
        if finding.may_know_question(session, prompt, reader):
            yield Item(f"gap:{prompt.code}", wording.agenda_gap(prompt.code))


def _last_met(session: Session, case: Case, briefing: Briefing) -> datetime:
    """When the last meeting about this case ended; when it was opened, if there was none."""
    last = _last_held(session, case, briefing)
    return last.ends_at if last is not None else case.opened_at


def _last_held(session: Session, case: Case, briefing: Briefing) -> Briefing | None:
    return session.scalar(
        select(Briefing)
        .where(
            Briefing.case_id == case.id,
            Briefing.id != briefing.id,
            Briefing.ends_at <= briefing.starts_at,
            Briefing.state == MeetingState.HELD,
        )
        .order_by(Briefing.ends_at.desc())
        .limit(1)
    )
