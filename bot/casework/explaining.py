"""Why something was linked or asked about, for one reader, and what would change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot import clocks
from bot.casework import commonness, entities, finding, judgements, quoting, ruling, spared
from bot.casework.sought import Passage
from bot.governance import access, ledger
from bot.governance.ledger import Operation
from bot.wording import casework as wording
from bot.wording import evidence as evidence_wording
from bot.wording import matches as matches_wording
from bot.wording import ruling as ruling_wording
from nlp.spans import Span
from storage import indexing, sealing
from storage.models import (
    Case,
    Entity,
    Judgement,
    LinkRule,
    Match,
    MatchState,
    Mention,
    Message,
    Officer,
    Prompt,
)

MOST = 8
_MOST_READ = 8 * MOST


@dataclass(frozen=True, slots=True)
class Explained:
    """What was said of some matches, and the cases that it speaks of."""

    text: str
    cases: Sequence[Case]


def of_message(
    session: Session, message: Message, reader: Officer, *, now: datetime
) -> Explained | None:
    """Every match of a message that this reader may know of; `None` when there is none."""
    rows = session.execute(
        select(Mention, Match)
        .join(Match, Match.mention_id == Mention.id)
        .where(Mention.message_id == message.id, Match.state != MatchState.WITHDRAWN)
        .order_by(Mention.start, Match.id)
    )
    return _explained(session, [(m, one) for m, one in rows], reader, now)


def of_prompt(
    session: Session, prompt: Prompt, reader: Officer, *, now: datetime
) -> Explained | None:
    """The match that a question is about."""
    match = session.get(Match, prompt.match_id) if prompt.match_id else None
    if match is None:
        return None
    return _explained(session, [(session.get_one(Mention, match.mention_id), match)], reader, now)


def of_matches(
    session: Session, matches: Sequence[Match], reader: Officer, *, now: datetime
) -> Explained | None:
    """These matches, as far as this reader may know of them."""
    pairs = [(session.get_one(Mention, each.mention_id), each) for each in matches]
    return _explained(session, pairs, reader, now)


def of_value(
    session: Session, spans: Sequence[Span], reader: Officer, *, now: datetime
) -> Explained | None:
    """The matches of these identifiers wherever they were said, the latest first.

    Asking is recorded, found or not. What is hidden from the reader is left out before it is read.
    """
    index = indexing.of(session)
    hashes = indexing.forms(
        entities.identifier_hash(index, span.label, span.value)
        for span in spans
        if span.label in entities.IDENTIFYING and span.value is not None
    )
    return _wherever(session, Mention.look_up.in_(hashes), reader, now)


def of_name(session: Session, said: Passage, reader: Officer, *, now: datetime) -> Explained | None:
    """As `of_value`, of whoever is known by a name to the reader, however it was written there."""
    known = finding.find(session, reader, said, purpose="why", now=now)
    met = [each.entity_id for each in known if not each.is_near]
    return _wherever(session, Match.entity_id.in_(met), reader, now)


def _wherever(
    session: Session, which: ColumnElement[bool], reader: Officer, now: datetime
) -> Explained | None:
    rows = session.execute(
        select(Mention, Match)
        .join(Match, Match.mention_id == Mention.id)
        .join(Case, Case.id == Match.case_id)
        .where(
            which,
            Match.state != MatchState.WITHDRAWN,
            Match.case_id.in_([case.id for case in access.cases_seen(session, reader, now)]),
            or_(Case.agency_id == reader.agency_id, Match.is_hidden.is_(False)),
        )
        .order_by(Mention.message_id.desc(), Match.id)
        .limit(_MOST_READ)
    )
    explained = _explained(session, [(m, one) for m, one in rows], reader, now)
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=reader, subject="why", purpose="why",
        shown=len(explained.cases) if explained is not None else 0,
    )  # fmt: skip
    return explained


def said_of(session: Session, match: Match, reader: Officer, now: datetime) -> list[str]:
    """What was said of this very match, and the last that was said of it in another message."""
    decided = judgements.before(session, match)
    here = [each for each in decided if each[0].match_id == match.id]
    elsewhere = [each for each in decided if each[0].match_id != match.id][:1]
    learnt_at = session.get_one(Entity, match.entity_id).learnt_at
    return [
        matches_wording.decided_before(
            officer.name if officer is not None else _rule(session, judgement, reader),
            judgement.verdict,
            clocks.by(judgement.at, ZoneInfo(reader.zone), now),
            is_elsewhere=judgement.match_id != match.id,
            is_outdated=learnt_at is not None and learnt_at > judgement.at,
        )
        for judgement, officer in [*here, *elsewhere]
    ]


def _rule(session: Session, judgement: Judgement, reader: Officer) -> str:
    rule = session.get(LinkRule, judgement.rule_id) if judgement.rule_id is not None else None
    who = ruling.turned_on_by(session, rule, reader) if rule is not None else wording.erased()
    return ruling_wording.by_rule(who)


def _explained(
    session: Session, matches: Sequence[tuple[Mention, Match]], reader: Officer, now: datetime
) -> Explained | None:
    told: list[str] = []
    cases: list[Case] = []
    for mention, match in matches:
        if len(told) == MOST:
            break
        case = session.get_one(Case, match.case_id)
        if not _may_know(session, mention, match, case, reader, now):
            continue
        told.append(_one(session, mention, match, case, reader, now))
        cases.append(case)
        ledger.record(
            session, Operation.CONSULTATION, now=now, actor=reader, case_id=case.id,
            subject=f"match:{match.id}", purpose="why",
        )  # fmt: skip
    return Explained("\n\n".join(told), cases) if told else None


def _may_know(
    session: Session, mention: Mention, match: Match, case: Case, reader: Officer, now: datetime
) -> bool:
    if reader.agency_id != case.agency_id:
        # A hidden match is its owner's alone, even for who may see the case.
        message = session.get_one(Message, mention.message_id)
        if match.is_hidden or not quoting.may_read(session, message, reader):
            return False
    if spared.mention_from_reader(session, mention, match, reader):
        return False
    return access.may_see(session, reader, case, now)


def _one(
    session: Session, mention: Mention, match: Match, case: Case, reader: Officer, now: datetime
) -> str:
    side = "case" if reader.agency_id == case.agency_id else "author"
    reasons = judgements.evidence(session, match, side)
    against = [reason.text for reason in reasons if reason.against]
    against += commonness.reasons_against(session, mention, reader, now)
    entity = session.get_one(Entity, match.entity_id)
    lines = evidence_wording.reasons([r.text for r in reasons if not r.against], against)
    lines.append(
        evidence_wording.what_would_change(
            mention.label,
            is_verified=match.is_verified,
            known=sorted(entities.facts_of(session, entity)) if side == "case" else (),
        )
    )
    if side == "case":
        lines += said_of(session, match, reader, now)
    text = _called(session, mention, entity, reader)
    return evidence_wording.why(mention.label, text, case.code, match.state.value, lines)


def _called(session: Session, mention: Mention, entity: Entity, reader: Officer) -> str:
    """The words that were said, or the owner's own for it where those are not theirs to read."""
    message = session.get_one(Message, mention.message_id)
    if quoting.may_read(session, message, reader):
        return sealing.unseal_or(session, mention, "text", wording.erased())
    return sealing.unseal_or(session, entity, "caption", wording.erased())
