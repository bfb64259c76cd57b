"""Keeping no longer than somebody decided: reviews, and the purge of what nobody kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import Session

from bot.casework import entities
from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Tap, Trust, Words
from bot.errors import NotAllowed, UserError
from bot.followup import dues
from bot.governance import access, erasing, holds, ledger, markings, rules
from bot.governance.ledger import Operation
from bot.wording import governance as wording
from storage import sealing
from storage.database import Store
from storage.models import (
    Act,
    Action,
    Briefing,
    Case,
    Concern,
    Delivery,
    Due,
    DueState,
    Entity,
    EntityCase,
    Erasure,
    Message,
    Note,
    Officer,
    Progress,
    Prompt,
    PromptState,
    Role,
    Watch,
)
from storage.types import row_id

DUE = "review"
_MORNING = time(9)
_KEEP_FOR = timedelta(days=365)
_Row = TypeVar("_Row", Case, Message, Entity)


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge decided to erase. `carry_out` then destroys the keys."""

    messages: int = 0
    deliveries: int = 0
    cases: int = 0
    entities: int = 0
    others: int = 0
    held: int = 0
    """What would have gone and stays, because somebody holds it."""
    retracting: int = 0
    """Chat copies of the bot's own words that are being taken back."""
    left_in_chat: int = 0
    """People's messages whose originals are the platform's to delete, not ours."""
    is_complete: bool = True
    """False when more is waiting: purge again."""

    @property
    def erased(self) -> int:
        return self.messages + self.deliveries + self.cases + self.entities + self.others


@dataclass(frozen=True, slots=True)
class Carried:
    """What carrying out the erasures came to."""

    destroyed: int
    failed: int
    not_retracted: int
    """Chat copies that the platform would not give back."""


def purge(
    session: Session, now: datetime, *, policy_days: int | None = None, limit: int = 500
) -> Purged:
    """Erase what nobody decided to keep: old messages, cases and entities past their review.

    What is held stays. A case goes only when a reminder of its review was given in good time.
    At most *limit* of each kind at once, so that others get their turn with the database.
    """
    kept = rules.load().messages if policy_days is None else timedelta(days=policy_days)
    before = now - kept
    session.flush()
    messages, held = _old_messages(session, before, now, limit)
    erasing.messages(session, messages, now=now)
    cases, held_cases = _cases_past_review(session, now, limit)
    retracting = sum(erasing.case(session, each, now=now) for each in cases)
    entities = _entities_past_review(session, now, limit)
    for entity in entities:
        erasing.entity(session, entity, now=now)
    deliveries = _old_deliveries(session, before, limit)
    retracting += erasing.deliveries(session, deliveries, now=now)
    others = _old_others(session, before, now, limit)
    remind_of_reviews(session, now)
    return Purged(
        messages=len(messages),
        deliveries=len(deliveries),
        cases=len(cases),
        entities=len(entities),
        others=others,
        held=held + held_cases,
        retracting=retracting,
        left_in_chat=len(messages),
        is_complete=max(len(messages), len(cases), len(entities), len(deliveries)) < limit,
    )


def carry_out(store: Store, now: datetime) -> Carried:
    """Destroy the keys of everything that was decided to be erased; again until all are gone."""
    with store.reading() as session:
        waiting = [
            (row.id, row.key)
            for row in session.scalars(
                select(Erasure).where(Erasure.done_at.is_(None)).order_by(Erasure.id)
            )
        ]
        not_retracted = (
            session.scalar(
                select(func.count())
                .select_from(Delivery)
                .where(Delivery.act == Act.RETRACT, Delivery.progress == Progress.FAILED)
            )
            or 0
        )
    destroyed = failed = 0
    for start in range(0, len(waiting), erasing.BATCH):
        part = waiting[start : start + erasing.BATCH]
        fault = _destroy(store, [key for _, key in part])
        with store.begin() as session:
            for row_id, _ in part:
                row = session.get_one(Erasure, row_id)
                row.failed = fault
                row.done_at = now if fault is None else None
            ledger.record(
                session, Operation.ERASURE, now=now, subject="keys",
                destroyed=0 if fault else len(part), failed=len(part) if fault else 0,
            )  # fmt: skip
        if fault is None:
            destroyed += len(part)
        else:
            failed += len(part)
    return Carried(destroyed, failed, not_retracted)


def erase_again(session: Session, now: datetime) -> int:
    """Erase the rows of what was erased already: an old backup brought them back, not their keys.

    Unreadable as they are, they would be found again by their hashes. Returns how many they were.
    """
    going = 0
    for case in _without_key(session, Case):
        erasing.case(session, case, now=now)
        going += 1
    messages = _without_key(session, Message)
    erasing.messages(session, messages, now=now, why="erased before")
    # A case has taken its entities along.
    for entity in _without_key(session, Entity):
        erasing.entity(session, entity, now=now)
        going += 1
    return going + len(messages)


def erase_message(session: Session, message: Message, *, now: datetime, why: str) -> bool:
    """Erase one revision of a message and what was read from it, unless it is held.

    Returns whether its words are gone. *why* is a reason of ours, never somebody's words.
    """
    if message.erased_at is not None:
        return True
    if holds.is_held(session, message, now):
        ledger.record(
            session, Operation.REFUSAL, now=now, subject=f"message:{message.id}", why="held"
        )
        return False
    erasing.messages(session, [message], now=now, why=why)
    return True


def remind_of_reviews(session: Session, now: datetime) -> None:
    """No case may come to its end unannounced, however it came to be here."""
    known: dict[int, set[int]] = {}
    promised = session.execute(select(Due.subject_id, Due.occurrence).where(Due.kind == DUE))
    for case_id, occurrence in promised:
        known.setdefault(case_id, set()).add(occurrence)
    for case in session.scalars(select(Case).where(Case.erased_at.is_(None)).order_by(Case.id)):
        _promise(session, case, known.get(case.id, set()), now)


def promise_review(session: Session, case: Case, *, now: datetime) -> None:
    """Remind of the case's review in good time. Promised already, nothing changes."""
    known = set(
        session.scalars(select(Due.occurrence).where(Due.kind == DUE, Due.subject_id == case.id))
    )
    _promise(session, case, known, now)


def review(
    session: Session, case: Case, officer: Officer, until: date, reason: str, now: datetime
) -> None:
    """Decide to keep a case, with its entities, until *until*: by whom, when and why is kept."""
    if not _may_review(officer, case) or not access.may_see(session, officer, case, now):
        raise NotAllowed(wording.only_desk_reviews())
    if not reason.strip():
        raise UserError(wording.review_needs_reason())
    longest = (now + rules.load().review_longest).date()
    if not now.date() < until <= longest:
        raise UserError(wording.review_date_must_be(longest))
    before, case.review_on, case.reviewed_at = case.review_on, until, now
    note = Note(
        case_id=case.id,
        officer_id=officer.id,
        at=now,
        kind=DUE,
        marking=markings.join([markings.stated(reason) or case.marking, case.marking]),
        key_id=sealing.keyring(session).mint(case.key_id),
    )
    sealing.seal(session, note, "text", reason.strip())
    session.add(note)
    kept = 0
    for entity in session.scalars(entities.standing_in(case).where(Entity.review_on < until)):
        entity.review_on = until
        kept += 1
    dues.supersede(session, DUE, case.id, now)
    promise_review(session, case, now=now)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, case_id=case.id,
        subject=f"case:{case.code}", purpose=DUE, review_before=before, review_on=until,
        note=note.id, entities=kept,
    )  # fmt: skip


def remind(session: Session, due: Due, now: datetime) -> None:
    """Remind of a review, unless it was decided meanwhile."""
    case = session.get(Case, due.subject_id)
    if case is None or case.erased_at is not None:
        return
    leads = {_occurrence(case.review_on, lead): lead for lead in rules.load().review_reminders}
    lead = leads.get(due.occurrence)
    if lead is None:
        return  # The date was moved: another promise stands for it.
    is_last = lead == min(leads.values())
    told = _reminded(session, case, now, is_last=is_last)
    for officer in told:
        outbox.tell(
            session,
            key=f"review:{case.id}:{due.occurrence}:{officer.id}",
            officer=officer,
            words=Words(
                wording.review_is_due(_erased_on(case, now)),
                (Control(wording.OPEN, f"review:{case.id}:open", Style.PRIMARY),),
            ),
            now=now,
            marking=case.marking,
            cases=[case],
        )
    ledger.record(
        session, Operation.CLOCK, now=now, case_id=case.id, subject=f"case:{case.code}",
        reminded=len(told), review_on=case.review_on,
    )  # fmt: skip


def on_tap(
    session: Session, officer: Officer, token: Sequence[str], tap: Tap, now: datetime
) -> Words | None:
    """What *Open* and *Keep* on a reminder do."""
    number, verb = (*token, "", "")[:2]
    case = session.get(Case, row_id(number))
    if case is None or not access.may_see(session, officer, case, now):
        raise NotAllowed(wording.no_longer_there())
    if verb == "keep":
        if tap.trust is not Trust.AUTHENTICATED:
            raise NotAllowed(wording.needs_sure_hand())
        until = (now + _KEEP_FOR).date()
        review(session, case, officer, until, tap.fields.get("text", ""), now)
        return Words(wording.kept_until(case.code, until))
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=officer, case_id=case.id,
        subject=f"case:{case.code}", purpose=DUE,
    )  # fmt: skip
    title = sealing.unseal_or(session, case, "title", wording.erased())
    keep = Control(wording.KEEP_A_YEAR, f"review:{case.id}:keep", asks=wording.why_keep())
    return Words(
        wording.review_detail(case.code, title, case.review_on, entities.many_in(session, case)),
        (keep,) if _may_review(officer, case) else (),
    )


def _promise(session: Session, case: Case, known: set[int], now: datetime) -> None:
    leads = rules.load().review_reminders
    missing = [lead for lead in leads if _occurrence(case.review_on, lead) not in known]
    if not missing:
        return
    officer = _reviewer(session, case, now)
    zone = ZoneInfo(officer.zone if officer else "UTC")
    for lead in missing:
        wall = datetime.combine(case.review_on - lead, _MORNING, zone)
        if wall < now and lead != min(leads):
            continue  # Too late for the first; the last is given late rather than never.
        dues.add(
            session,
            kind=DUE,
            subject_id=case.id,
            occurrence=_occurrence(case.review_on, lead),
            due_at=max(wall.astimezone(UTC), now),
            wall=f"{wall:%Y-%m-%dT%H:%M}",
            zone=zone.key,
            rule=f"{lead.days} days before the review",
        )


def _occurrence(review_on: date, lead: timedelta) -> int:
    return review_on.toordinal() * 1000 + lead.days


def _erased_on(case: Case, now: datetime) -> date:
    """When it goes if nobody decides: a late reminder gives more time, never less."""
    grace = min(rules.load().review_reminders)
    return max(case.review_on, (now + grace).date())


def _reviewer(session: Session, case: Case, now: datetime) -> Officer | None:
    reviewers = _reviewers(session, case, now)
    return reviewers[0] if reviewers else None


def _reviewers(session: Session, case: Case, now: datetime) -> list[Officer]:
    """Who may decide about this case: its owner, then its desk, then the agency's others."""
    staff = session.scalars(
        select(Officer).where(Officer.agency_id == case.agency_id, Officer.retired_at.is_(None))
    )
    able = [
        each
        for each in staff
        if _may_review(each, case) and access.may_see(session, each, case, now)
    ]
    return sorted(
        able,
        key=lambda each: (
            each.id != case.owner_id,
            each.unit_id != case.unit_id,
            each.duty_rank,
            each.slug,
        ),
    )


def _reminded(session: Session, case: Case, now: datetime, *, is_last: bool) -> list[Officer]:
    """The first who may decide; the last time the heads too."""
    able = _reviewers(session, case, now)
    heads = [each for each in able[1:] if access.has(each, Role.HEAD)]
    return able[:1] + (heads if is_last else [])


def _may_review(officer: Officer, case: Case) -> bool:
    return officer.agency_id == case.agency_id and (
        access.is_desk(officer) or case.owner_id == officer.id
    )


def _old_messages(
    session: Session, before: datetime, now: datetime, limit: int
) -> tuple[list[Message], int]:
    held = holds.held_messages(session, now)
    old = (Message.erased_at.is_(None), Message.heard_at <= before)
    staying = session.scalars(select(Message.id).where(*old, Message.id.in_(held))).all()
    going = session.scalars(
        select(Message)
        .where(*old, Message.id.not_in(held))
        .order_by(Message.heard_at, Message.id)
        .limit(limit)
    ).all()
    return list(going), len(staying)


def _cases_past_review(session: Session, now: datetime, limit: int) -> tuple[list[Case], int]:
    """Cases whose review day is over everywhere, and whose last reminder was given in time."""
    over = _over(now)
    grace = min(rules.load().review_reminders)
    held = holds.active(session, holds.CASE, now)
    due: list[Case] = []
    staying = 0
    for case in session.scalars(
        select(Case)
        .where(Case.erased_at.is_(None), Case.review_on < over)
        .order_by(Case.review_on, Case.id)
    ):
        if case.id in held:
            staying += 1
        elif _was_reminded(session, case, now - grace) and len(due) < limit:
            due.append(case)
    return due, staying


def _was_reminded(session: Session, case: Case, by: datetime) -> bool:
    return (
        session.scalar(
            select(Due.id).where(
                Due.kind == DUE,
                Due.subject_id == case.id,
                Due.occurrence.in_(
                    [_occurrence(case.review_on, lead) for lead in rules.load().review_reminders]
                ),
                Due.state == DueState.FIRED,
                Due.settled_at <= by,
            )
        )
        is not None
    )


def _entities_past_review(session: Session, now: datetime, limit: int) -> list[Entity]:
    """Entities past their review that no living case needs; one in a case lives by its review."""
    held = holds.held_entities(session, now)
    needed = (
        select(EntityCase.entity_id)
        .join(Case, Case.id == EntityCase.case_id)
        .where(EntityCase.removed_at.is_(None), Case.erased_at.is_(None))
    )
    return list(
        session.scalars(
            select(Entity)
            .where(
                Entity.erased_at.is_(None),
                Entity.review_on < _over(now),
                Entity.id.not_in(needed),
                Entity.id.not_in(held),
            )
            .order_by(Entity.review_on, Entity.id)
            .limit(limit)
        )
    )


def _old_deliveries(session: Session, before: datetime, limit: int) -> list[Delivery]:
    """What the bot said outside any case; what it said about a case lives with the case."""
    return list(
        session.scalars(
            select(Delivery)
            .where(
                Delivery.words_sealed.is_not(None),
                Delivery.made_at <= before,
                cast(Delivery.case_ids, String) == "[]",
            )
            .order_by(Delivery.made_at, Delivery.id)
            .limit(limit)
        )
    )


def _old_others(session: Session, before: datetime, now: datetime, limit: int) -> int:
    """What else holds words outside any case, and is over."""
    over = before.astimezone(UTC)
    done = 0
    for query in (
        select(Prompt).where(
            Prompt.case_id.is_(None),
            Prompt.question_sealed.is_not(None),
            Prompt.state.not_in([PromptState.OPEN, PromptState.PAUSED]),
            Prompt.closed_at <= over,
        ),
        select(Briefing).where(
            Briefing.case_id.is_(None),
            or_(
                Briefing.agenda_sealed.is_not(None),
                Briefing.minutes_sealed.is_not(None),
                Briefing.place_sealed.is_not(None),
            ),
            Briefing.ends_at <= over,
        ),
        select(Action).where(
            Action.case_id.is_(None), Action.text_sealed.is_not(None), Action.done_at <= over
        ),
        select(Watch).where(Watch.value_sealed != b"", Watch.until <= over),
        select(Concern).where(
            Concern.text_sealed.is_not(None),
            Concern.closed_at <= now - rules.load().concern_kept,
        ),
    ):
        rows = session.scalars(query.limit(limit)).all()
        erasing.others(session, rows, now=now)
        done += len(rows)
    return done


def _without_key(session: Session, model: type[_Row]) -> list[_Row]:
    """The rows that are not erased, though their key is."""
    session.flush()
    rows = session.execute(select(model.id, model.key_id).where(model.erased_at.is_(None))).all()
    gone = sealing.keyring(session).gone({key_id for _, key_id in rows})
    return [session.get_one(model, number) for number, key_id in rows if key_id in gone]


def _over(now: datetime) -> date:
    """The day before which every day is over, in every zone."""
    return (now - timedelta(hours=12)).date()


def _destroy(store: Store, names: Sequence[str]) -> str | None:
    """Destroy these keys; what went wrong, without anybody's words."""
    try:
        store.keyring.destroy(names)
    except Exception as fault:
        return type(fault).__name__
    return None
