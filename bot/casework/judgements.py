"""Judgements: who decided what about a mention, appended and never overwritten."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from bot.casework import cases, entities, network, quoting, tellings
from bot.casework.candidates import Reason
from bot.conversation import outbox
from bot.conversation.messages import Trust, Words
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.wording import casework as wording
from bot.wording import matches as matches_wording
from nlp.spans import Label
from storage import sealing
from storage.among import among
from storage.models import (
    Act,
    Case,
    Delivery,
    Entity,
    EntityCase,
    Evidence,
    Judgement,
    LinkRule,
    Match,
    MatchState,
    Mention,
    Message,
    Note,
    Officer,
    Verdict,
)

BY_RULE = "rule"
"""What a judgement rests on that no officer gave: the rule of its case."""


def judge(
    session: Session,
    match: Match,
    officer: Officer,
    verdict: Verdict,
    *,
    now: datetime,
    trust: Trust,
    checked: str | None = None,
) -> Judgement:
    """Decide about a match. A second, different decision is kept and marks the match disputed.

    Who is unsure decides nothing: what was decided before stands, and nothing is silenced.
    """
    earlier = standing(session, match)
    case = session.get_one(Case, match.case_id)
    judgement = _judgement(match, verdict, officer, now, signature=match.signature)
    judgement.trust, judgement.checked = trust.value, checked
    _keep(session, judgement, case)
    if verdict is not Verdict.UNSURE and any(contradicts(each, verdict) for each in earlier):
        match.state = MatchState.DISPUTED
    elif verdict is Verdict.SAME and match.state is not MatchState.CONFIRMED:
        match.state = MatchState.CONFIRMED
        _join(session, match, judgement, officer, now=now)
    elif verdict is Verdict.DIFFERENT:
        match.state = MatchState.REJECTED
        if rejected(session, [match.signature]):
            for other in on_same_evidence(session, match, MatchState.SUGGESTED):
                other.state = MatchState.REJECTED
    ledger.record(
        session, Operation.COMBINATION, now=now, actor=officer, case_id=case.id,
        subject=f"match:{match.id}", verdict=verdict, checked=checked or "", trust=trust,
        state=match.state,
    )  # fmt: skip
    return judgement


def link(session: Session, match: Match, rule: LinkRule, *, now: datetime) -> Judgement:
    """Let the rule of its case say that a match is the same."""
    case = session.get_one(Case, match.case_id)
    judgement = _judgement(match, Verdict.SAME, None, now, signature=match.signature)
    judgement.trust, judgement.rule_id = BY_RULE, rule.id
    _keep(session, judgement, case)
    match.state = MatchState.CONFIRMED
    _join(session, match, judgement, None, now=now)
    ledger.record(
        session, Operation.COMBINATION, now=now, case_id=case.id, subject=f"match:{match.id}",
        verdict=judgement.verdict, trust=BY_RULE, rule=rule.id, state=match.state,
    )  # fmt: skip
    return judgement


def undo(
    session: Session,
    judgement: Judgement,
    officer: Officer | None,
    *,
    now: datetime,
    is_final: bool = False,
) -> Judgement:
    """Take a judgement back by a new one; everyone who was told is told, and tracked.

    It is open again unless another answer stands, or it *is final* and one comes with it. No
    *officer* does where its source is gone, and what was told is gone with it.
    """
    match = session.get_one(Match, judgement.match_id or 0)
    case = session.get_one(Case, match.case_id)
    undoing = _judgement(match, Verdict.UNSURE, officer, now)
    undoing.undoes = judgement.id
    _keep(session, undoing, case)
    judgement.undone_by = undoing.id
    remaining = {each.verdict for each in standing(session, match)}
    match.state = _state_after(remaining)
    if match.state is MatchState.SUGGESTED:
        for other in on_same_evidence(session, match, MatchState.REJECTED):
            other.state = _state_after({each.verdict for each in standing(session, other)})
    entities.forget_name(session, judgement.id)
    for line in session.scalars(select(Note).where(Note.match_id == match.id)):
        if match.state is not MatchState.CONFIRMED and line.kind == "sighting":
            line.withdrawn_at = now
    if match.state is not MatchState.CONFIRMED:
        for tie in network.rest_on(session, match):
            network.take_back(session, tie, officer, now=now)
    if officer is not None:
        is_open = match.state is MatchState.SUGGESTED and not is_final
        tellings.correct(session, judgement, now=now, is_open=is_open)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer or ledger.SYSTEM, case_id=case.id,
        subject=f"match:{match.id}", undoes=judgement.id, state=match.state,
    )  # fmt: skip
    return undoing


def standing(session: Session, match: Match) -> list[Judgement]:
    """The decisions about this match that stand: not undone, and not undoing."""
    return list(
        session.scalars(
            select(Judgement)
            .where(
                Judgement.match_id == match.id,
                Judgement.undone_by.is_(None),
                Judgement.undoes.is_(None),
            )
            .order_by(Judgement.at, Judgement.id)
        )
    )


def contradicts(earlier: Judgement, verdict: Verdict) -> bool:
    """Whether this verdict says the opposite of an earlier one."""
    return earlier.verdict is not Verdict.UNSURE and earlier.verdict is not verdict


def rejected(session: Session, signatures: Sequence[int]) -> set[int]:
    """On which of this evidence somebody said "not the same", and it stands, and nobody "the same".

    What one officer confirmed, another's no about one sighting does not silence; nor does a no
    that was said before something new was learnt of the entity: a name, an identifier, that it is
    one with another.

    A no about a verified identifier is about that sighting, which may have been misread: the next
    one is new evidence. What does not belong in the case at all is taken out of it.
    """
    if not signatures:
        return set()
    decided = {tuple(row) for row in session.execute(_DECIDED, {"signatures": set(signatures)})}
    return {
        each
        for each in signatures
        if (each, Verdict.DIFFERENT) in decided and (each, Verdict.SAME) not in decided
    }


def is_questioned(session: Session, match: Match) -> bool:
    """Whether somebody said anything but "the same" on this very evidence in this case, or took
    back what its rule linked."""
    on_it = (
        select(Judgement.id)
        .join(Match, Match.id == Judgement.match_id)
        .where(Judgement.signature == match.signature, Match.case_id == match.case_id)
    )
    undoing = aliased(Judgement)
    taken_back = on_it.join(undoing, undoing.id == Judgement.undone_by).where(
        Judgement.rule_id.is_not(None), undoing.officer_id.is_not(None)
    )
    otherwise = on_it.where(Judgement.verdict != Verdict.SAME, *_NOT_TAKEN_BACK)
    return any(session.scalar(each.limit(1)) is not None for each in (otherwise, taken_back))


def before(session: Session, match: Match) -> list[tuple[Judgement, Officer | None]]:
    """What was said on this very evidence, of this match and in other messages, and stands.

    The latest comes first; with no officer what the rule of its case said.
    """
    rows = session.execute(
        select(Judgement, Officer)
        .outerjoin(Officer, Officer.id == Judgement.officer_id)
        .join(Match, Match.id == Judgement.match_id)
        .where(
            Judgement.signature == match.signature,
            Match.case_id == match.case_id,
            Judgement.verdict.in_((Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE)),
            *_NOT_TAKEN_BACK,
        )
        .order_by(Judgement.at.desc(), Judgement.id.desc())
    )
    return [(judgement, officer) for judgement, officer in rows]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One sighting was found to be the one entity, and not the other, and both are said to be one.

    Neither answer is better than the other: both are shown, and people decide.
    """

    label: Label
    said_at: datetime
    same_as: int
    other_than: int


def contradictions(
    session: Session, entity_ids: Sequence[int], cases: Sequence[Case]
) -> list[Contradiction]:
    """What was answered in these cases that cannot all be true if these entities are one."""
    rows = session.execute(
        select(Match.mention_id, Match.entity_id, Judgement.verdict, Mention.label, Message.sent_at)
        .join(Judgement, Judgement.match_id == Match.id)
        .join(Mention, Mention.id == Match.mention_id)
        .join(Message, Message.id == Mention.message_id)
        .where(
            Match.entity_id.in_(entity_ids),
            Match.case_id.in_([case.id for case in cases]),
            *_STANDS,
        )
        .order_by(Message.sent_at, Judgement.id)
    ).all()
    same = {mention: entity for mention, entity, verdict, *_ in rows if verdict is Verdict.SAME}
    found = {
        (mention, entity): Contradiction(label, sent_at, same[mention], entity)
        for mention, entity, verdict, label, sent_at in rows
        if verdict is Verdict.DIFFERENT and same.get(mention, entity) != entity
    }
    return list(found.values())


def doubted(session: Session, matches: Sequence[Match]) -> set[int]:
    """Which of these matches somebody was unsure about, with nothing new learnt of it since."""
    if not matches:
        return set()
    rows = session.scalars(_DOUBTED.where(Judgement.match_id.in_([each.id for each in matches])))
    return {match_id for match_id in rows if match_id is not None}


def in_doubt(session: Session, entity: Entity) -> list[Match]:
    """The open matches of this entity that somebody was unsure about, the eldest first."""
    return list(
        session.scalars(
            select(Match)
            .join(Judgement, Judgement.match_id == Match.id)
            .where(
                Match.entity_id == entity.id,
                Match.state == MatchState.SUGGESTED,
                Match.is_hidden.is_(False),
                Judgement.verdict == Verdict.UNSURE,
                *_NOT_TAKEN_BACK,
            )
            .distinct()
            .order_by(Match.id)
        )
    )


def lift(
    session: Session, case: Case, entity: Entity, label: Label, officer: Officer, *, now: datetime
) -> list[Match]:
    """Take back every "not the same" about this entity that was said of such words, whatever else
    was said with them: it is asked about again. Returns the matches that are open again."""
    lifted = session.scalars(
        select(Judgement)
        .join(Match, Match.id == Judgement.match_id)
        .join(Mention, Mention.id == Match.mention_id)
        .where(
            Match.entity_id == entity.id,
            Mention.label == label,
            Judgement.verdict == Verdict.DIFFERENT,
            Match.case_id == case.id,
            *_STANDS,
        )
    ).all()
    for judgement in lifted:
        undo(session, judgement, officer, now=now)
    if not lifted:
        return []
    session.flush()
    signatures = {judgement.signature for judgement in lifted}
    return list(
        session.scalars(
            select(Match)
            .where(
                Match.signature.in_(signatures),
                Match.case_id == case.id,
                Match.state == MatchState.SUGGESTED,
                Match.is_hidden.is_(False),
            )
            .order_by(Match.id)
        )
    )


def on_same_evidence(session: Session, match: Match, state: MatchState) -> list[Match]:
    """Other matches in this state that rest on the very evidence of this one, in its case."""
    return list(
        session.scalars(
            select(Match)
            .where(
                Match.signature == match.signature,
                Match.case_id == match.case_id,
                Match.id != match.id,
                Match.state == state,
                Match.is_hidden.is_(False),
            )
            .order_by(Match.id)
        )
    )


def lose_source(session: Session, match: Match, *, now: datetime) -> None:
    """The author took back the words behind a decided match: what was said of it is taken back.

    The decision stays with its case; whoever made it hears that its source is gone. What no person
    decided goes with its source.
    """
    for delivery in session.scalars(
        select(Delivery).where(
            Delivery.key.startswith(outcome_key(match), autoescape=True), Delivery.act == Act.SAY
        )
    ):
        outbox.retract(session, delivery.key, now=now)
    if match.state is MatchState.REJECTED:
        return
    case = session.get_one(Case, match.case_id)
    for judgement in standing(session, match):
        if judgement.rule_id is not None:
            undo(session, judgement, None, now=now)
            continue
        officer = session.get(Officer, judgement.officer_id) if judgement.officer_id else None
        if officer is not None and judgement.verdict is Verdict.SAME:
            outbox.tell(
                session,
                key=f"source:{match.id}:{judgement.id}",
                officer=officer,
                words=Words(matches_wording.source_gone(case.code)),
                now=now,
                cases=[case],
            )
    if match.state is MatchState.SUGGESTED:
        match.state = MatchState.WITHDRAWN


def quote_anew(session: Session, message: Message) -> list[Note]:
    """Write every sighting that cases keep of a message as it may be kept now: somebody in it is
    spared, or is so no more. Returns the lines that changed."""
    changed = []
    rows = session.execute(
        select(Note, Mention)
        .join(Mention, Mention.id == Note.mention_id)
        .where(Mention.message_id == message.id, Note.kind == "sighting")
        .order_by(Note.id)
    )
    for line, mention in rows:
        officer = session.get(Officer, line.officer_id) if line.officer_id else None
        before, said = (
            sealing.unseal_or(session, line, "text", wording.erased()),
            _sighting(session, mention, message, officer),
        )
        if said != before:
            sealing.seal(session, line, "text", said)
            changed.append(line)
    return changed


def outcome_key(match: Match, judgement: Judgement | None = None) -> str:
    """Under which key a thread is told what was decided about a match."""
    return tellings.line(match.id, judgement.id if judgement is not None else None)


def keep_evidence(
    session: Session, match: Match, side: str, key: str, reasons: Sequence[Reason]
) -> None:
    """Keep the reasons for and against in the words one side may read, under that side's key."""
    row = Evidence(
        match_id=match.id,
        side=side,
        reasons_sealed=b"",
        key_id=sealing.keyring(session).mint(key),
    )
    packed = json.dumps([[reason.text, reason.against] for reason in reasons], ensure_ascii=False)
    row.reasons_sealed = sealing.sealed(session, row, "reasons", packed)
    session.add(row)


def evidence(session: Session, match: Match, side: str = "case") -> list[Reason]:
    """The reasons for and against that one side may read."""
    row = session.scalar(
        select(Evidence).where(Evidence.match_id == match.id, Evidence.side == side)
    )
    if row is None:
        return []
    packed = sealing.unseal_or(session, row, "reasons", "[]")
    return [Reason(text, against) for text, against in json.loads(packed)]


def _judgement(
    match: Match,
    verdict: Verdict,
    officer: Officer | None,
    now: datetime,
    *,
    signature: int | None = None,
) -> Judgement:
    return Judgement(
        mention_id=match.mention_id,
        match_id=match.id,
        entity_id=match.entity_id,
        verdict=verdict,
        officer_id=officer.id if officer is not None else None,
        at=now,
        trust=Trust.AUTHENTICATED.value,
        signature=signature,
        key_id="",
    )


def _keep(session: Session, judgement: Judgement, case: Case) -> None:
    judgement.key_id = sealing.keyring(session).mint(case.key_id)
    session.add(judgement)
    session.flush()


def _join(
    session: Session, match: Match, judgement: Judgement, officer: Officer | None, *, now: datetime
) -> None:
    """Make a confirmed mention part of the case: its words are quoted under the case's key."""
    mention = session.get_one(Mention, match.mention_id)
    message = session.get_one(Message, mention.message_id)
    case = session.get_one(Case, match.case_id)
    entity = session.get_one(Entity, match.entity_id)
    if session.get(EntityCase, (entity.id, case.id)) is None:
        entities.put_into(session, entity, case, now=now)
    cases.note(
        session,
        case,
        officer,
        _sighting(session, mention, message, officer),
        now=now,
        kind="sighting",
        mention_id=mention.id,
        match_id=match.id,
        marking=quoting.marking_of(session, message),
    )
    if mention.label in entities.NAMED:
        words = sealing.unseal_or(session, mention, "text", wording.erased())
        entities.learn_name(session, entity, words, judgement_id=judgement.id, case=case, now=now)


def _sighting(session: Session, mention: Mention, message: Message, officer: Officer | None) -> str:
    """A line of the notebook: what was confirmed and its words, without who is spared."""
    words = sealing.unseal_or(session, mention, "text", wording.erased())
    agency = officer.agency.title if officer is not None else None
    shown = quoting.kept(session, message, words)
    return matches_wording.sighting(
        shown,
        quoting.kept(session, message),
        agency,
        negated=mention.negated,
        hearsay=mention.hearsay,
    )


def _state_after(remaining: set[Verdict]) -> MatchState:
    if {Verdict.SAME, Verdict.DIFFERENT} <= remaining:
        return MatchState.DISPUTED
    if Verdict.SAME in remaining:
        return MatchState.CONFIRMED
    return MatchState.REJECTED if Verdict.DIFFERENT in remaining else MatchState.SUGGESTED


_NOT_TAKEN_BACK = (Judgement.undone_by.is_(None), Judgement.undoes.is_(None))
_STANDS = (Judgement.verdict.in_((Verdict.SAME, Verdict.DIFFERENT)), *_NOT_TAKEN_BACK)
_IS_OUTDATED = func.coalesce(Entity.learnt_at > Judgement.at, false())
_DECIDED = (
    select(Judgement.signature, Judgement.verdict)
    .join(Entity, Entity.id == Judgement.entity_id)
    .join(Match, Match.id == Judgement.match_id)
    .where(
        among(Judgement.signature, "signatures"),
        or_(Judgement.verdict == Verdict.SAME, not_(or_(_IS_OUTDATED, Match.is_verified))),
        *_STANDS,
    )
)
_DOUBTED = (
    select(Judgement.match_id)
    .join(Entity, Entity.id == Judgement.entity_id)
    .where(Judgement.verdict == Verdict.UNSURE, not_(_IS_OUTDATED), *_NOT_TAKEN_BACK)
)
