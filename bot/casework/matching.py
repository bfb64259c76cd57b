"""Keeping what a message mentions, and asking the right desk about what it may mean."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import deconfliction, entities, judgements, linking, watches
from bot.casework.linking import SCORER, Candidate, Finding, Reading, Reason
from bot.followup import prompts
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from nlp.spans import Span
from storage import sealing
from storage.models import (
    Case,
    Match,
    MatchState,
    Mention,
    Message,
    Officer,
    Prompt,
    PromptState,
    Room,
    Tlp,
)

MOST_PROMPTS = 10
"""A pasted list must not become a hundred questions: the rest stays suggested, and is said so."""


def match(
    session: Session,
    message: Message,
    author: Officer,
    room: Room,
    findings: Sequence[Finding],
    *,
    now: datetime,
) -> None:
    """Keep mentions and matches, and ask about them. Each case's desk is asked once a message."""
    present = access.present_in(session, room)
    by_case: dict[int, list[Match]] = defaultdict(list)
    for finding in findings:
        fresh = [
            candidate
            for candidate in finding.candidates
            if not judgements.is_rejected(session, candidate.signature)
        ]
        visible = [c for c in fresh if _is_visible(session, c, room, present, message, now)]
        if visible or not finding.is_known_name:
            mention = _mention(session, message, author.agency_id, finding.span)
            watches.sighted(session, mention, finding.span, message, room, now=now)
            for candidate in fresh:
                made = _match(session, mention, message, candidate, candidate not in visible, now)
                by_case[candidate.case_id].append(made)
            continue
        # Known only because another agency knows it: the author's side must not learn even that.
        for candidate in fresh:
            mention = _mention(session, message, candidate.agency_id, finding.span)
            made = _match(session, mention, message, candidate, True, now)
            by_case[candidate.case_id].append(made)
    asked = 0
    for case_id, matches in by_case.items():
        if asked < MOST_PROMPTS and _ask(session, case_id, matches, message, author, room, now):
            asked += 1
    ledger.record(
        session, Operation.COLLECTION, now=now, actor=author, subject=f"message:{message.id}",
        mentions=len(findings),
    )  # fmt: skip


def find_again(session: Session, room: Room, text: str, spans: Sequence[Span]) -> list[Finding]:
    """What corrected words may mean."""
    [found] = linking.find(session, [Reading(text, spans, room)])
    return [finding for finding in found if not finding.is_known_name]


def matches_of(session: Session, message_ids: Sequence[int]) -> list[tuple[Mention, Match]]:
    """Every live match of these messages, with its mention."""
    rows = session.execute(
        select(Mention, Match)
        .join(Match, Match.mention_id == Mention.id)
        .where(Mention.message_id.in_(message_ids), Match.state != MatchState.WITHDRAWN)
        .order_by(Mention.start, Match.id)
    )
    return [(mention, match) for mention, match in rows]


def withdraw_mention(session: Session, mention: Mention, *, now: datetime, why: str) -> None:
    """Withdraw what was derived from a mention: its matches and the questions about them."""
    for one in session.scalars(select(Match).where(Match.mention_id == mention.id)):
        if one.state is MatchState.SUGGESTED:
            one.state = MatchState.WITHDRAWN
        for prompt in session.scalars(
            select(Prompt).where(
                Prompt.match_id == one.id,
                Prompt.state.in_([PromptState.OPEN, PromptState.PAUSED]),
            )
        ):
            prompts.withdraw(session, prompt, now=now, why=why)


def _is_visible(
    session: Session,
    candidate: Candidate,
    room: Room,
    present: Sequence[Officer | None],
    message: Message,
    now: datetime,
) -> bool:
    """Whether the author's room may be told of the case, and its desk of the message."""
    case = session.get_one(Case, candidate.case_id)
    return (
        access.room_may_see(session, room, case, present, now)
        and case.agency.slug in room.agencies
        and (message.marking is not Tlp.AMBER_STRICT or case.agency_id == message.agency_id)
    )


def _mention(session: Session, message: Message, agency_id: int, span: Span) -> Mention:
    ring = sealing.keyring(session)
    mention = Mention(
        message_id=message.id,
        agency_id=agency_id,
        start=span.start,
        end=span.end,
        label=span.label,
        subtype=span.subtype,
        valid=span.valid,
        confidence=span.confidence,
        key_id=message.key_id,
    )
    sealing.seal(session, mention, "text", span.text)
    if span.value is not None:
        sealing.seal(session, mention, "value", span.value)
        if span.label in entities.IDENTIFYING:
            mention.look_up = entities.identifier_hash(ring, span.label, span.value)
    if span.why:
        sealing.seal(session, mention, "why", span.why)
    session.add(mention)
    return mention


def _match(
    session: Session,
    mention: Mention,
    message: Message,
    candidate: Candidate,
    is_hidden: bool,
    now: datetime,
) -> Match:
    case = session.get_one(Case, candidate.case_id)
    made = Match(
        mention_id=mention.id,
        entity_id=candidate.entity_id,
        case_id=case.id,
        agency_id=case.agency_id,
        is_verified=candidate.is_verified,
        is_hidden=is_hidden,
        score=candidate.score,
        scorer=SCORER,
        signature=candidate.signature,
        made_at=now,
    )
    session.add(made)
    session.flush()
    judgements.keep_evidence(session, made, "case", case.key_id, candidate.reasons)
    if not is_hidden:
        side = [Reason(r.text, r.against) for r in candidate.reasons]
        judgements.keep_evidence(session, made, "author", message.key_id, side)
    return made


def _ask(
    session: Session,
    case_id: int,
    matches: Sequence[Match],
    message: Message,
    author: Officer,
    room: Room,
    now: datetime,
) -> bool:
    """Ask the case's desk about the best of these matches, unless it is being asked already."""
    case = session.get_one(Case, case_id)
    best = max(matches, key=lambda m: (m.is_verified, m.score))
    if _already_asked(session, best):
        return False
    if best.is_hidden:
        deconfliction.ask_owner(session, best, case, message, author, room, now=now)
        return True
    prompts.ask(
        session,
        kind="identify",
        profile="identify",
        unit=case.unit,
        officer=None,
        case=case,
        match=best,
        message=message,
        asked_by=author,
        marking=markings.join([case.marking, message.marking or room.default_marking]),
        now=now,
    )
    return True


def _already_asked(session: Session, made: Match) -> bool:
    """Whether a question on the very same evidence is open."""
    return (
        session.scalar(
            select(Prompt.id)
            .join(Match, Match.id == Prompt.match_id)
            .where(
                Match.signature == made.signature,
                Match.case_id == made.case_id,
                Match.id != made.id,
                Prompt.state.in_([PromptState.OPEN, PromptState.PAUSED]),
            )
        )
        is not None
    )
