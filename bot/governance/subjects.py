"""A person's rights in what is held on them: find, restrict, correct, tell who was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot import clocks
from bot.casework import entities
from bot.conversation import outbox
from bot.conversation.messages import Control, Words
from bot.conversation.ports import Extract
from bot.errors import NotAllowed, UserError
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import governance as wording
from nlp import names
from nlp.pipeline import Text
from nlp.spans import Label
from storage import indexing, sealing
from storage.models import (
    Agency,
    Case,
    Category,
    Delivery,
    Entity,
    Identifier,
    Judgement,
    Match,
    Mention,
    Message,
    Name,
    NameKey,
    Officer,
    Role,
    Room,
    Told,
)

Reference = NewType("Reference", str)
"""How an entity is written by people: letters and digits that stand for its row number."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_KINDS = (names.Kind.PERSON, names.Kind.ORGANISATION, names.Kind.THING)


@dataclass(frozen=True, slots=True)
class Held:
    """One entity that an agency holds."""

    reference: Reference
    caption: str
    schema: str
    category: Category
    is_assessment: bool
    made_at: datetime
    review_on: date
    cases: tuple[str, ...]
    names: tuple[str, ...]
    identifiers: tuple[tuple[Label, str], ...]
    is_restricted: bool
    recipients: int


@dataclass(frozen=True, slots=True)
class Holding:
    """Everything one agency holds on somebody, as far as the reader may know."""

    entities: tuple[Held, ...]
    mentions: int
    """Messages of this agency that mention one of the same identifiers."""


@dataclass(frozen=True, slots=True)
class Informed:
    """Who was told of a correction, and who could not be."""

    told: tuple[Officer, ...]
    unreachable: int


def find(session: Session, officer: Officer, query: str, purpose: str, now: datetime) -> Holding:
    """Everything this officer's agency holds on *query*: a name, an identifier or a reference."""
    _answers_for_people(officer)
    if not purpose.strip():
        raise UserError(wording.subject_needs_purpose())
    hashes = _identifier_hashes(session, query)
    found = _found(session, officer, query, hashes, now)
    mentions = session.scalars(
        select(Mention.id)
        .join(Message, Message.id == Mention.message_id)
        .where(
            Mention.look_up.in_(indexing.forms(hashes)),
            Mention.agency_id == officer.agency_id,
            Message.erased_at.is_(None),
        )
    ).all()
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=officer, subject="subject",
        purpose=purpose, entities=[entity.id for entity in found], mentions=len(mentions),
    )  # fmt: skip
    return Holding(tuple(_held(session, officer, entity, now) for entity in found), len(mentions))


def restrict(
    session: Session, officer: Officer, entity: Entity, reason: str, now: datetime
) -> None:
    """Keep it, and use it no more: contested, or needed as evidence only (LED Art. 16(3))."""
    _may_change(officer, entity)
    _reason(reason)
    entity.restricted_at = entity.restricted_at or now
    _noted(session, officer, entity, now, reason, restricted=True)


def release(session: Session, officer: Officer, entity: Entity, reason: str, now: datetime) -> None:
    """Let it be used again."""
    _may_change(officer, entity)
    _reason(reason)
    entity.restricted_at = None
    _noted(session, officer, entity, now, reason, restricted=False)


def correct(
    session: Session,
    officer: Officer,
    entity: Entity,
    *,
    wrong: str,
    right: str,
    reason: str,
    now: datetime,
) -> int:
    """Rectify a name, an identifier or the caption. Returns how many places were wrong.

    What was wrong is found no more: its look-ups go with it, and no later import brings it back.
    """
    _may_change(officer, entity)
    _reason(reason)
    wrong, right = wrong.strip(), right.strip()
    if not right:
        raise UserError(wording.correct_to_what())
    changed = 0
    for name in session.scalars(select(Name).where(Name.entity_id == entity.id)):
        if _same(before := sealing.unseal_or(session, name, "text", ""), wrong):
            sealing.seal(session, name, "text", right)
            told = (names.fold(before), names.fold(right))
            entities.correct(session, entity, "name", wrong=told[0], right=told[1])
            changed += 1
    for one in session.scalars(select(Identifier).where(Identifier.entity_id == entity.id)):
        if _same(before := sealing.unseal_or(session, one, "value", ""), wrong):
            value = _normalised(session, one.label, right)
            entities.correct(session, entity, one.label, wrong=before, right=value)
            sealing.seal(session, one, "value", value)
            one.hash = indexing.look_up(session, f"i:{one.label}", value)
            one.verified = False  # Nobody has checked the new one yet.
            changed += 1
    if _same(sealing.unseal_or(session, entity, "caption", ""), wrong):
        sealing.seal(session, entity, "caption", right)
        changed += 1
    if not changed:
        raise UserError(wording.nothing_reads_so(wrong))
    entity.learnt_at = now
    session.flush()
    entities.reindex(session, entity)
    _noted(session, officer, entity, now, reason, corrected=changed)
    return changed


def categorise(
    session: Session, officer: Officer, entity: Entity, category: Category, now: datetime
) -> None:
    """Say what somebody is to the matter: suspect, convicted, victim, other (LED Art. 6)."""
    _may_change(officer, entity)
    before, entity.category = entity.category, category
    entity.own_category = None
    entities.correct(session, entity, "category", wrong=before, right=category)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, subject=f"entity:{entity.id}",
        category_before=before, category=category,
    )  # fmt: skip


def tell(session: Session, officer: Officer, entity: Entity, now: datetime) -> Informed:
    """Tell everybody who was told something that rests on this entity that it changed.

    A room is told through the desks of its agencies, in private: a correction is never public.
    """
    _may_change(officer, entity)
    told: dict[int, Officer] = {}
    unreachable = 0
    for row in _recipients(session, entity):
        whom = _persons(session, row, officer)
        unreachable += not whom
        for person in whom:
            told.setdefault(person.id, person)
            outbox.tell(
                session,
                key=f"correction:{row.id}:{person.id}:{now:%Y%m%d%H%M%S}",
                officer=person,
                words=Words(
                    wording.correction_notice(),
                    (Control(wording.OPEN, f"subject:{row.id}:notice"),),
                ),
                now=now,
            )
        if whom:
            row.corrected_at = now
    ledger.record(
        session, Operation.DISCLOSURE, now=now, actor=officer, subject=f"entity:{entity.id}",
        purpose="correction", to=sorted(person.slug for person in told.values()),
        unreachable=unreachable,
    )  # fmt: skip
    return Informed(tuple(told[key] for key in sorted(told)), unreachable)


def notice(session: Session, reader: Officer, told_id: int, now: datetime) -> Words:
    """What a recipient reads after *Open*: what was told when, and whom to ask. No name."""
    row = session.get(Told, told_id)
    judgement = session.get(Judgement, row.judgement_id) if row else None
    match = session.get(Match, judgement.match_id) if judgement and judgement.match_id else None
    case = session.get(Case, match.case_id) if match else None
    if row is None or case is None or not _was_told(session, row, reader):
        raise NotAllowed(wording.no_longer_there())
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=reader, case_id=case.id,
        subject=f"told:{row.id}", purpose="correction",
    )  # fmt: skip
    desk = case.unit.title if case.unit else case.agency.title
    number = case.unit.desk_number if case.unit else ""
    at = clocks.written(row.at, ZoneInfo(reader.zone), now=now)
    return Words(wording.correction_detail(at, desk, number))


def of_reference(session: Session, officer: Officer, text: str, now: datetime) -> Entity:
    """The entity that *text* means: its reference, or a name or identifier that only it bears."""
    _answers_for_people(officer)
    hashes = _identifier_hashes(session, text)
    found = _found(session, officer, text, hashes, now)
    if not found:
        raise NotAllowed(wording.nothing_held())
    if len(found) > 1:
        raise UserError(wording.which_of([reference(each) for each in found]))
    return found[0]


def reference(entity: Entity) -> Reference:
    number, digits = entity.id, ""
    while number:
        number, digit = divmod(number, 32)
        digits = _ALPHABET[digit] + digits
    return Reference(f"S-{digits}")


def _found(
    session: Session, officer: Officer, query: str, hashes: Sequence[int], now: datetime
) -> list[Entity]:
    ours = (Entity.agency_id == officer.agency_id, Entity.erased_at.is_(None))
    number = _number(query)
    if number is not None:
        found = list(session.scalars(select(Entity).where(*ours, Entity.id == number)))
        return [each for each in found if _may_know(session, officer, each, now)]
    by_name = [
        indexing.look_up(session, f"n:{key.family}", key.text)
        for kind in _KINDS
        for key in names.keys(query, kind)
        if key.family != "s"
    ]
    under_identifier, under_name = indexing.forms(hashes), indexing.forms(by_name)
    hard = set(
        session.scalars(select(Identifier.entity_id).where(Identifier.hash.in_(under_identifier)))
    )
    named = set(session.scalars(select(NameKey.entity_id).where(NameKey.hash.in_(under_name))))
    found = []
    for entity in session.scalars(
        select(Entity).where(*ours, Entity.id.in_(hard | named)).order_by(Entity.id)
    ):
        if entity.id not in hard and not _is_called(session, entity, query):
            continue
        if _may_know(session, officer, entity, now):
            found.append(entity)
    return found


def _is_called(session: Session, entity: Entity, query: str) -> bool:
    kind = names.Kind.PERSON if entity.schema == "Person" else names.Kind.ORGANISATION
    return any(names.compare(query, name, kind).same for name in entities.names_of(session, entity))


def _may_know(session: Session, officer: Officer, entity: Entity, now: datetime) -> bool:
    """Known through a case the officer may see; oversight sees what it is cleared for."""
    cases = entities.cases_of(session, entity)
    if not cases:
        return True
    return any(
        access.may_see(session, officer, case, now)
        or (
            access.has(officer, Role.OVERSIGHT)
            and markings.is_within(case.marking, officer.clearance)
            and not access.is_recused(session, officer, case)
        )
        for case in cases
    )


def _held(session: Session, officer: Officer, entity: Entity, now: datetime) -> Held:
    visible = [
        case.code
        for case in entities.cases_of(session, entity)
        if access.may_see(session, officer, case, now)
        or (
            access.has(officer, Role.OVERSIGHT)
            and markings.is_within(case.marking, officer.clearance)
        )
    ]
    return Held(
        reference=reference(entity),
        caption=sealing.unseal_or(session, entity, "caption", wording.erased()),
        schema=entity.schema,
        category=entity.category,
        is_assessment=entity.is_assessment,
        made_at=entity.made_at,
        review_on=entity.review_on,
        cases=tuple(visible),
        names=tuple(entities.names_of(session, entity)),
        identifiers=tuple(
            (one.label, sealing.unseal_or(session, one, "value", wording.erased()))
            for one in session.scalars(
                select(Identifier).where(Identifier.entity_id == entity.id).order_by(Identifier.id)
            )
        ),
        is_restricted=entity.restricted_at is not None,
        recipients=len(_recipients(session, entity)),
    )


def _identifier_hashes(session: Session, query: str) -> list[int]:
    """The look-ups under which *query* would be found as any kind of identifier."""
    plain = query.strip()[:200]
    bare = "".join(each for each in plain if each.isalnum())
    forms = {plain, plain.lower(), plain.upper(), bare, bare.lower(), bare.upper(), f"+{bare}"}
    return [
        indexing.look_up(session, f"i:{label}", form)
        for label in Label
        for form in sorted(forms)
        if form.strip("+")
    ]


def _recipients(session: Session, entity: Entity) -> list[Told]:
    """Everybody who was told something that rests on a judgement about this entity."""
    about = (
        select(Judgement.id)
        .outerjoin(Match, Match.id == Judgement.match_id)
        .where(or_(Judgement.entity_id == entity.id, Match.entity_id == entity.id))
    )
    return list(session.scalars(select(Told).where(Told.judgement_id.in_(about)).order_by(Told.id)))


def _persons(session: Session, row: Told, teller: Officer) -> list[Officer]:
    """Whom to tell for this recipient: the person, or a desk of each of the room's agencies."""
    if row.officer_id is not None:
        person = session.get_one(Officer, row.officer_id)
        return [person] if person.retired_at is None else _desk(session, person.agency_id)
    room = session.get(Room, row.room_id) if row.room_id is not None else None
    if room is None:
        return []
    agencies = session.scalars(
        select(Agency.id).where(Agency.slug.in_(room.agencies), Agency.id != teller.agency_id)
    )
    return [person for agency_id in agencies for person in _desk(session, agency_id)]


def _was_told(session: Session, row: Told, reader: Officer) -> bool:
    notices = select(Delivery.id).where(outbox.under(f"correction:{row.id}:{reader.id}:"))
    return session.scalar(notices.limit(1)) is not None


def _desk(session: Session, agency_id: int) -> list[Officer]:
    staff = [
        each
        for each in session.scalars(
            select(Officer).where(Officer.agency_id == agency_id, Officer.retired_at.is_(None))
        )
        if access.is_desk(each)
    ]
    return sorted(staff, key=lambda each: (each.duty_rank, each.slug))[:1]


def _answers_for_people(officer: Officer) -> None:
    if not (access.is_desk(officer) or access.has(officer, Role.OVERSIGHT)):
        raise NotAllowed(wording.only_desk_answers_for_people())


def _may_change(officer: Officer, entity: Entity) -> None:
    _answers_for_people(officer)
    if entity.agency_id != officer.agency_id or entity.erased_at is not None:
        raise NotAllowed(wording.nothing_held())


def _reason(reason: str) -> None:
    if not reason.strip():
        raise UserError(wording.needs_reason())


def _noted(
    session: Session,
    officer: Officer,
    entity: Entity,
    now: datetime,
    reason: str,
    **details: int,
) -> None:
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, subject=f"entity:{entity.id}",
        purpose=reason, **details,
    )  # fmt: skip


def _normalised(session: Session, label: Label, text: str) -> str:
    """The value as the reader of texts writes it, where there is one and it knows it."""
    extract: Extract | None = session.info.get("extract")
    if extract is None:
        return text
    [reading] = extract([Text(text)])
    return next((span.value for span in reading.spans if span.label is label and span.value), text)


def _same(left: str, right: str) -> bool:
    return bool(left) and left.strip().casefold() == right.casefold()


def _number(text: str) -> int | None:
    """The row number that a reference stands for; `None` when *text* is none."""
    plain = text.strip().upper()
    if not plain.startswith("S-") or not 8 <= len(plain) <= 16:
        return None
    number = 0
    for letter in plain[2:]:
        if letter not in _ALPHABET:
            return None
        number = number * 32 + _ALPHABET.index(letter)
    return number
