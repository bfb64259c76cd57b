"""The ties that a message states, offered to who decides about a case: nothing is added unasked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import cases, entities, finding, matching, network, quoting, spared
from bot.conversation import commands
from bot.conversation.messages import Control, Tap, Trust, Words
from bot.conversation.ports import Extract
from bot.conversation.taps import TapHandler
from bot.errors import UserError
from bot.governance import access
from bot.wording import conversation as talk
from bot.wording import ties as wording
from nlp.meaning import Tie
from nlp.pipeline import Reading, Text
from nlp.spans import Label, Span
from storage import sealing
from storage.models import Case, Entity, Match, MatchState, Mention, Message, Officer, Relation
from storage.types import row_id

MOST_OFFERED = 5
_AREA = "tie"
_ENDS = frozenset(entities.SCHEMA_OF) - {Label.VEHICLE}
"""What can stand in a case: a van that has no plate is any van."""
_Said = tuple[Label, str]
"""What names something: its kind, and its words or its value."""
_OF_NO_NETWORK = frozenset({Tie.ALIAS, Tie.DESCRIBES, Tie.BORN})


@dataclass(frozen=True, slots=True)
class End:
    """One of the two that are tied: as what the message names it, and what is known under that."""

    mention_id: int
    span: Span
    entity: Entity | None
    is_here: bool
    """Whether it stands in the case."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A tie that a message states and a case does not hold."""

    tie: Tie
    subject: End
    object: End
    more: str
    """What else belongs to it: the sum, the account."""
    negated: bool
    hearsay: bool

    @property
    def said(self) -> str:
        return self._said(self.more)

    @property
    def briefly(self) -> str:
        return self._said("")

    def _said(self, more: str) -> str:
        return wording.tie(
            self.subject.span.text,
            self.tie.value,
            self.object.span.text,
            more,
            negated=self.negated,
            hearsay=self.hearsay,
        )

    @property
    def name(self) -> tuple[str, ...]:
        """By what it is found again when it is tapped."""
        return str(self.subject.mention_id), str(self.object.mention_id), self.tie.name


def offer(session: Session, message: Message, case: Case, officer: Officer, now: datetime) -> Words:
    """What this officer may add to the case of what a message states; no words if nothing."""
    found = offered(session, message, case, officer, now)
    if not found:
        return Words("")
    said = [each.said for each in found]
    return Words(wording.offered(case.code, said), _adding(found, message, case))


def offered(
    session: Session, message: Message, case: Case, officer: Officer, now: datetime
) -> list[Offer]:
    """The ties between what the case knows and what else the same message names.

    None of who is spared, of what the case's desk has yet to decide, or of what is only asked.
    """
    is_gone = message.recalled_at is not None or message.superseded_by is not None
    if (
        is_gone
        or not cases.decides(officer, case)
        or not quoting.may_read(session, message, officer)
    ):
        return []
    reading = reading_of(session, message)
    stated = [each for each in reading.relations if each.tie not in _OF_NO_NETWORK]
    if not stated:
        return []
    kept = _kept(session, message)
    ends = _ends(session, message, case, reading, kept, officer, now)
    found = [
        Offer(
            each.tie,
            ends[each.subject],
            ends[each.object],
            _more(reading, each.with_, kept),
            each.negated,
            each.hearsay,
        )
        for each in stated
        if not each.asked
        and {each.subject, each.object} <= ends.keys()
        and _is_any_here(ends, (each.subject, each.object, *each.with_))
    ]
    standing = network.stated_by(session, case, message)
    fresh = [each for each in found if not _stands(session, case, each, standing)]
    return list({each.name: each for each in fresh}.values())[:MOST_OFFERED]


def reading_of(session: Session, message: Message) -> Reading:
    """What a message says, as it was understood."""
    text = sealing.unseal_or(session, message, "text", "")
    author = session.get(Officer, message.officer_id) if message.officer_id else None
    extract: Extract = session.info["extract"]
    [reading] = extract(
        [
            Text(
                commands.blank_address(text) if message.to_bot else text,
                author.agency.country if author is not None else None,
                message.sent_at,
            )
        ]
    )
    return reading


def tapped(session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime) -> Words:
    """A tap on a tie: `add:CASE:MESSAGE:SUBJECT:OBJECT:TIE`, or `undo:RELATION`."""
    if tap.trust is not Trust.AUTHENTICATED:
        raise UserError(talk.needs_a_sure_hand())
    match parts:
        case ["add", number, message_id, *name]:
            return _add(session, officer, (number, message_id), tuple(name), now)
        case ["undo", number]:
            return _undo(session, officer, number, now)
        case _:
            raise UserError(talk.no_longer_there())


TAPS: Mapping[str, TapHandler] = {_AREA: tapped}


def _add(
    session: Session,
    officer: Officer,
    place: tuple[str, str],
    name: tuple[str, ...],
    now: datetime,
) -> Words:
    case = session.get(Case, row_id(place[0]))
    message = session.get(Message, row_id(place[1]))
    if case is None or message is None or not access.may_see(session, officer, case, now):
        raise UserError(talk.no_longer_there())
    # Two who tap at once take turns: the second finds what the first added.
    session.refresh(case, with_for_update={"key_share": True, "of": Case})
    found = {each.name: each for each in offered(session, message, case, officer, now)}
    tie = found.pop(name, None)
    if tie is None:
        raise UserError(talk.no_longer_there())
    ends = _known(session, case, tie.subject, now), _known(session, case, tie.object, now)
    came = [end for end in (tie.subject, tie.object) if not end.is_here]
    relation = network.add(
        session,
        case,
        tie.tie,
        ends,
        officer,
        now=now,
        message=message,
        mention_ids=(tie.subject.mention_id, tie.object.mention_id),
        made=[
            entity
            for entity, end in zip(ends, (tie.subject, tie.object), strict=True)
            if not end.is_here
        ],
        more=tie.more,
        negated=tie.negated,
        hearsay=tie.hearsay,
    )
    undo = Control(talk.UNDO, f"{_AREA}:undo:{relation.id}")
    left = _adding(offered(session, message, case, officer, now), message, case)
    said = wording.added(case.code, tie.said, [end.span.text for end in came])
    return Words(said, (undo, *left))


def _undo(session: Session, officer: Officer, number: str, now: datetime) -> Words:
    relation = session.get(Relation, row_id(number))
    if relation is None or relation.withdrawn_at is not None:
        raise UserError(talk.no_longer_there())
    case = session.get_one(Case, relation.case_id)
    if not (access.may_see(session, officer, case, now) and cases.decides(officer, case)):
        raise UserError(talk.no_longer_there())
    said = network.told(session, relation, officer, now) or relation.tie
    message = session.get(Message, relation.message_id) if relation.message_id else None
    network.take_back(session, relation, officer, now=now)
    session.flush()
    again = offered(session, message, case, officer, now) if message is not None else []
    controls = _adding(again, message, case) if message is not None else ()
    return Words(wording.taken_back(case.code, said), controls)


def _known(session: Session, case: Case, end: End, now: datetime) -> Entity:
    """What stands in the case for this end: as it is known, or as the message names it."""
    if end.entity is None:
        span = end.span
        is_named = span.label in entities.NAMED
        known = entities.Known(
            entities.SCHEMA_OF[span.label],
            names=[span.text] if is_named else [],
            identifiers=[] if is_named else [entities.Hard(span.label, span.value or span.text)],
        )
        return entities.add(session, case.agency, known, now=now, case=case)
    if not end.is_here:
        entities.put_into(session, end.entity, case, now=now)
    return end.entity


def _adding(found: Iterable[Offer], message: Message, case: Case) -> tuple[Control, ...]:
    place = f"{_AREA}:add:{case.id}:{message.id}"
    return tuple(
        Control(wording.add(case.code, each.briefly), ":".join([place, *each.name]))
        for each in found
    )


def _ends(
    session: Session,
    message: Message,
    case: Case,
    reading: Reading,
    kept: Mapping[_Said, Mention],
    officer: Officer,
    now: datetime,
) -> dict[int, End]:
    """What may be tied, by the places of the spans that name it."""
    matches = _matches(session, message, case)
    added = {
        mention_id: entity_id
        for relation in network.stated_by(session, case, message)
        for mention_id, entity_id in zip(
            relation.mention_ids, (relation.subject_id, relation.object_id), strict=True
        )
    }
    ends: dict[int, End] = {}
    for place, span in enumerate(reading.spans):
        mention = kept.get(_said_by(span))
        if mention is None or span.label not in _ENDS or not span.valid:
            continue
        states = {one.state: one.entity_id for one in matches.get(mention.id, ())}
        entity_id = states.get(MatchState.CONFIRMED) or added.get(mention.id)
        if entity_id is None and not {MatchState.SUGGESTED, MatchState.DISPUTED}.isdisjoint(states):
            continue
        entity = session.get(Entity, entity_id) if entity_id is not None else None
        if not states and entity is None:
            entity = finding.own(session, officer, span, now, case=case)
        is_here = entity is not None and entities.is_in(session, entity, case)
        if span.label in entities.NAMED and not is_here:
            entity = None  # Of one name elsewhere, it may be somebody else.
        if entity is None or not spared.is_spared(entity):
            ends[place] = End(mention.id, span, entity, is_here)
    return ends


def _kept(session: Session, message: Message) -> dict[_Said, Mention]:
    """What is kept of a message, by what it names; nobody who is spared, and nothing dropped."""
    left_out = spared.among(session, [message.id])
    rows = session.scalars(
        select(Mention).where(
            Mention.message_id == message.id,
            Mention.agency_id == message.agency_id,
            Mention.dropped_by.is_(None),
            Mention.is_hidden.is_(False),
        )
    )
    return {
        matching.sense_of_mention(session, row)[:2]: row for row in rows if row.id not in left_out
    }


def _matches(session: Session, message: Message, case: Case) -> dict[int, list[Match]]:
    found: dict[int, list[Match]] = {}
    for mention, one in matching.matches_of(session, [message.id]):
        if one.case_id == case.id:
            found.setdefault(mention.id, []).append(one)
    return found


def _is_any_here(ends: Mapping[int, End], places: Iterable[int]) -> bool:
    return any(ends[place].is_here for place in places if place in ends)


def _more(reading: Reading, places: Sequence[int], kept: Mapping[_Said, Mention]) -> str:
    """What else belongs to a tie: a sum, and what is kept of who and what is named with it."""
    said = (reading.spans[place] for place in places)
    of_all = (
        each for each in said if each.label not in entities.SCHEMA_OF or _said_by(each) in kept
    )
    return ", ".join(each.text for each in of_all)


def _said_by(span: Span) -> _Said:
    return span.label, span.value or span.text


def _stands(session: Session, case: Case, tie: Offer, standing: Sequence[Relation]) -> bool:
    """Whether the case holds it already, by this message or another."""
    mentions = [tie.subject.mention_id, tie.object.mention_id]
    if any(each.tie == tie.tie.value and each.mention_ids == mentions for each in standing):
        return True
    one, other = tie.subject.entity, tie.object.entity
    if one is None or other is None:
        return False
    return one.id == other.id or bool(network.between(session, case, tie.tie, (one, other)))
