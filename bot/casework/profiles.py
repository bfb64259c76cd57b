"""All that one reader may know of an entity, and which cases share something with a case."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.casework import (
    entities,
    finding,
    judgements,
    network,
    quoting,
    ruling,
    spared,
    watches,
)
from bot.governance import access, ledger, living
from bot.governance.ledger import Operation
from bot.wording import casework as wording
from bot.wording import kinds as kinds_wording
from bot.wording import ruling as ruling_wording
from nlp import names
from nlp.spans import Label, Span
from storage import indexing, sealing
from storage.among import among
from storage.models import (
    Case,
    Category,
    Entity,
    EntityCase,
    Identifier,
    Judgement,
    LinkRule,
    Match,
    MatchState,
    Mention,
    Message,
    NameKey,
    Officer,
    Room,
    Tlp,
    Verdict,
)

MOST_SIGHTINGS = 12
MOST_RELATED = 10
TOO_COMMON = 10
"""What stands in more cases than this relates none of them."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """When something was said of it, where, who confirmed that it was meant, and what its message
    says against it."""

    at: datetime
    where: str
    confirmed_by: str
    negated: bool
    hearsay: bool


@dataclass(frozen=True, slots=True)
class Tied:
    """A tie to something else, in which case it stands, and who added it when."""

    said: str
    case: Case
    by: str
    at: datetime
    marking: Tlp


@dataclass(frozen=True, slots=True)
class Profile:
    """An entity as one reader may know it."""

    caption: str
    category: Category
    names: Sequence[str]
    identifiers: Sequence[tuple[Label, str]]
    facts: Sequence[tuple[str, str]]
    cases: Sequence[Case]
    sightings: Sequence[Sighting]
    ties: Sequence[Tied]


def profile(session: Session, entity: Entity, reader: Officer, *, now: datetime) -> Profile:
    """What this reader may know of an entity and of those that were merged into it, newest sighting
    first.

    The caller has looked it up for this reader, with a purpose on record.
    """
    whole = members(session, entity, reader, now)
    ids = [each.id for each in whole]
    cases = _cases(session, ids, reader, now)
    facts = {
        fact: value for each in whole for fact, value in entities.facts_of(session, each).items()
    }
    return Profile(
        caption=sealing.unseal_or(session, entity, "caption", wording.erased()),
        category=entity.category,
        names=list(
            dict.fromkeys(name for each in whole for name in entities.names_of(session, each))
        ),
        identifiers=list(
            dict.fromkeys(one for each in whole for one in entities.identifiers_of(session, each))
        ),
        facts=sorted(facts.items()),
        cases=cases,
        sightings=_sightings(session, ids, cases, reader),
        ties=_ties(session, ids, cases, reader, now),
    )


def _cases(session: Session, ids: Sequence[int], reader: Officer, now: datetime) -> list[Case]:
    """In which cases that this reader may see these stand."""
    standing = session.scalars(
        select(Case)
        .join(EntityCase, EntityCase.case_id == Case.id)
        .join(Entity, Entity.id == EntityCase.entity_id)
        .where(Entity.id.in_(ids), *living.PLACES)
        .distinct()
        .order_by(Case.code)
    )
    return access.seen_among(session, reader, standing.all(), now)


def members(session: Session, entity: Entity, reader: Officer, now: datetime) -> list[Entity]:
    """An entity with those that were found to be it, as far as this reader may know; itself first.

    That two are one opens to nobody the cases in which the other stands.
    """
    merged = session.scalars(
        select(Entity)
        .where(
            Entity.merged_into == entity.id,
            Entity.erased_at.is_(None),
            Entity.restricted_at.is_(None),
        )
        .order_by(Entity.id)
    )
    return [entity, *(each for each in merged if _may_know(session, each, reader, now))]


def contradictions(
    session: Session, entity: Entity, reader: Officer, *, now: datetime
) -> list[str]:
    """What was answered about those who are said to be one, and cannot all be true, as far as it
    was answered in cases that this reader may see."""
    whole = {each.id: each for each in members(session, entity, reader, now)}
    cases = _cases(session, list(whole), reader, now)
    zone = ZoneInfo(reader.zone)

    def caption(entity_id: int) -> str:
        return sealing.unseal_or(session, whole[entity_id], "caption", wording.erased())

    return [
        wording.contradiction(
            each.label,
            clocks.written(each.said_at, zone, now=now),
            caption(each.same_as),
            caption(each.other_than),
        )
        for each in judgements.contradictions(session, list(whole), cases)
    ]


@dataclass(frozen=True, slots=True)
class Related:
    """A case that shares something with another, and what."""

    case: Case
    reasons: Sequence[str]
    weight: float


def related(session: Session, case: Case, reader: Officer, *, now: datetime) -> list[Related]:
    """The cases this reader may see that share something with *case*, the rarest first.

    Counted in what the reader may see. What their agency muted, and what is everywhere, relates
    nothing.
    """
    seen = {each.id: each for each in access.cases_seen(session, reader, now)}
    reasons: dict[int, list[str]] = defaultdict(list)
    weights: dict[int, float] = defaultdict(float)
    shareable = _shareable(session, case, reader)
    hashes = [each for _, _, keyed in shareable for each in keyed]
    standing = _cases_with(session, hashes, list(seen), reader)
    for label, text, keyed in shareable:
        span = Span(0, len(text), text, label, None, text, True, 1.0)
        if reader.agency_id in watches.who_muted(session, span, now):
            continue
        others = {other for each in keyed for other in standing.get(each, ())} - {case.id}
        if len(others) > TOO_COMMON:
            continue
        for other in others:
            reasons[other].append(f"{kinds_wording.called(label)} {text}")
            # An identifier is shared by one thing; a name may be borne by two people.
            weights[other] += (0.4 if label in entities.NAMED else 1.0) / len(others)
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=reader, case_id=case.id, subject="related",
        shown=len(reasons),
    )  # fmt: skip
    found = [Related(seen[other], said, weights[other]) for other, said in reasons.items()]
    return sorted(found, key=lambda each: (-each.weight, each.case.code))[:MOST_RELATED]


def _may_know(session: Session, entity: Entity, reader: Officer, now: datetime) -> bool:
    is_spared = spared.from_reader(entity, reader)
    return not is_spared and finding.may_know(session, entity, reader, now)


def _sightings(
    session: Session, ids: Sequence[int], cases: Sequence[Case], reader: Officer
) -> list[Sighting]:
    rows = session.execute(
        select(Message, Mention.negated, Mention.hearsay, Officer.name, LinkRule)
        .join(Mention, Mention.message_id == Message.id)
        .join(Match, Match.mention_id == Mention.id)
        .join(Judgement, Judgement.match_id == Match.id)
        .outerjoin(Officer, Officer.id == Judgement.officer_id)
        .outerjoin(LinkRule, LinkRule.id == Judgement.rule_id)
        .where(
            Match.entity_id.in_(ids),
            Match.case_id.in_([case.id for case in cases]),
            Match.state == MatchState.CONFIRMED,
            Judgement.verdict == Verdict.SAME,
            Judgement.undone_by.is_(None),
        )
        .order_by(Message.sent_at.desc(), Message.id.desc())
    )
    found = []
    for message, negated, hearsay, officer, rule in rows:
        room = session.get(Room, message.room_id) if message.room_id else None
        is_readable = room is not None and quoting.may_read(session, message, reader)
        where = room.title if room is not None and is_readable else ""
        who = officer or ruling_wording.by_rule(ruling.turned_on_by(session, rule, reader))
        found.append(Sighting(message.sent_at, where, who, negated, hearsay))
    return found[:MOST_SIGHTINGS]


def _ties(
    session: Session, ids: Sequence[int], cases: Sequence[Case], reader: Officer, now: datetime
) -> list[Tied]:
    standing = {case.id: case for case in cases}
    found = []
    for tie in network.of(session, ids, cases):
        said = network.told(session, tie, reader, now)
        officer = session.get(Officer, tie.officer_id) if tie.officer_id else None
        if said is not None:
            by = officer.name if officer else ""
            found.append(Tied(said, standing[tie.case_id], by, tie.at, tie.marking))
    return found


def _shareable(session: Session, case: Case, reader: Officer) -> list[tuple[Label, str, list[int]]]:
    """What stands in a case and may be shared by another: its words, and where it is found."""
    index = indexing.of(session)
    here = entities.standing_in(case).where(Entity.restricted_at.is_(None))
    told = {each.id: each for each in session.scalars(here) if not spared.from_reader(each, reader)}
    borne = session.scalars(_BORNE, {"entities": told}).all()
    sealing.keyring(session).preload([row.key_id for row in borne])
    found: list[tuple[Label, str, list[int]]] = []
    for row in borne:
        value = sealing.unseal_or(session, row, "value", "")
        found.append((row.label, value, [entities.identifier_hash(index, row.label, value)]))
    exact = index.hasher("n:x")
    for entity_id, called in entities.names_of_many(session, told).items():
        schema = told[entity_id].schema
        kind = entities.kind_of(schema)
        for name in called if schema in entities.NAMEABLE else ():
            if len(names.tokens(name, kind)) > 1:
                keyed = [exact(key.text) for key in names.exact_keys(name, kind)]
                found.append((entities.label_of(schema), name, keyed))
    return found


def _cases_with(
    session: Session, hashes: Iterable[int], seen: Sequence[int], reader: Officer
) -> Mapping[int, Collection[int]]:
    """In which of the cases that are *seen* something stands that this reader may be told of, by
    the hash of an identifier or a name: of however many with two questions."""
    asked = indexing.forms(hashes)
    found: dict[int, set[int]] = defaultdict(set)
    for model in (Identifier, NameKey):
        standing = (
            select(model.hash, Case.id)
            .join(Entity, Entity.id == model.entity_id)
            .join(EntityCase, EntityCase.entity_id == Entity.id)
            .join(Case, Case.id == EntityCase.case_id)
            .where(
                among(model.hash, "hashes"),
                among(Case.id, "seen"),
                spared.not_from(reader),
                *living.PLACES,
            )
            .distinct()
        )
        for form, case_id in session.execute(standing, {"hashes": asked, "seen": seen}):
            found[asked[form]].add(case_id)
    return found


_BORNE = select(Identifier).where(among(Identifier.entity_id, "entities")).order_by(Identifier.id)
