"""Keeping what a message mentions, and asking the right desk about what it may mean."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.casework import deconfliction, entities, judgements, linking, watches
from bot.casework.linking import SCORER, Candidate, Finding, Passage
from bot.followup import prompts, routing
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import casework as wording
from nlp.spans import Label, Span
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
_AT_ONCE = 500
_SETTLED = (MatchState.CONFIRMED, MatchState.DISPUTED)


Sense = tuple[Label, str, int, bool]
"""What makes two spans of a message the same mention: what they name, and who may know of it."""


def match(
    session: Session,
    message: Message,
    author: Officer,
    room: Room,
    findings: Sequence[Finding],
    *,
    now: datetime,
    known: Mapping[Sense, Mention] | None = None,
    refused: Set[int] | None = None,
) -> list[Mention]:
    """Keep mentions and matches, and ask about them: each case's desk, one thing after another.

    What is *known* of the message from before stays as it was judged. *refused* is what
    `judgements.rejected` says of all this evidence, where the caller knows it. Returns the mentions
    of which the author's side may know.
    """
    here = {candidate.case_id for found in findings for candidate in found.candidates}
    are_carried = any(access.carries(room, session.get_one(Case, each)) for each in here)
    present = access.present_in(session, room) if are_carried else ()
    if refused is None:
        evidence = [each.signature for found in findings for each in found.candidates]
        refused = judgements.rejected(session, evidence)
    mentions: dict[Sense, Mention] = {}
    wanted: list[tuple[Mention, Candidate, bool]] = []
    for finding in findings:
        muted = watches.who_muted(session, finding.span, now) if finding.candidates else ()
        fresh = [
            candidate
            for candidate in finding.candidates
            if candidate.signature not in refused
            and candidate.agency_id not in muted
            and _may_be_asked_about(candidate, message)
        ]
        visible = [each for each in fresh if _is_visible(session, each, room, present, now)]
        is_hidden = finding.is_known_name and not visible
        # Known only because a hidden case knows it: the author's side must not learn even that.
        owners = {each.agency_id for each in fresh} if is_hidden else {author.agency_id}
        for agency_id in sorted(owners):
            sense = sense_of(finding.span, agency_id, is_hidden=is_hidden)
            if sense in mentions:
                continue
            mention = (known or {}).get(sense)
            if mention is None:
                mention = _mention(session, message, agency_id, finding.span, is_hidden=is_hidden)
            mentions[sense] = mention
            if mention.dropped_by is None:
                wanted += [
                    (mention, each, each not in visible)
                    for each in fresh
                    if not is_hidden or each.agency_id == agency_id
                ]
    if wanted:
        session.flush()
        made = _keep_matches(session, message, wanted, now, is_first=not known)
        if not known:
            ask_each(session, message, now=now, made=made)
    if known:
        ask_each(session, message, now=now)
    ledger.record(
        session, Operation.COLLECTION, now=now, actor=author, subject=f"message:{message.id}",
        mentions=len(mentions),
    )  # fmt: skip
    return [mention for mention in mentions.values() if not mention.is_hidden]


def ask_next(
    session: Session,
    message: Message,
    case: Case,
    *,
    now: datetime,
    officer: Officer | None = None,
    answered: Prompt | None = None,
    made: Sequence[tuple[Mention, Match]] | None = None,
) -> Prompt | None:
    """Ask this case's desk about the best of what waits of this message, and return the question.

    None is asked while one is open, but for the one being *answered* by *officer*, who is asked on.
    *made* are all the matches there are, when they were made just now.
    """
    closing = answered.id if answered is not None else 0
    if made is None and _is_open(session, message, case, closing):
        return None
    all_found = matches_of(session, [message.id]) if made is None else made
    found = [(m, one) for m, one in all_found if one.case_id == case.id]
    settled = {mention.id for mention, one in found if one.state in _SETTLED}
    # Once its owner has decided about a hidden match, one more of the same message says nothing.
    is_decided = any(one.is_hidden and one.notice is not None for _, one in found)
    waiting = [
        one
        for mention, one in found
        if one.state is MatchState.SUGGESTED
        and mention.dropped_by is None
        and mention.id not in settled
        and not (one.is_hidden and is_decided)
    ]
    signatures = [one.signature for one in waiting]
    taken = _open_signatures(session, case, closing, signatures)
    if made is None:
        taken |= judgements.rejected(session, signatures)
    waiting = [one for one in waiting if one.signature not in taken]
    if not waiting:
        return None
    best = max(waiting, key=lambda one: (one.is_verified, one.score))
    return _ask(session, best, case, message, officer, now)


def ask_each(
    session: Session,
    message: Message,
    *,
    now: datetime,
    made: Sequence[tuple[Mention, Match]] | None = None,
) -> None:
    """Ask the desk of each case, but never more desks than a person can be said to have asked.

    *made* as in `ask_next`.
    """
    found = matches_of(session, [message.id]) if made is None else made
    case_ids = [one.case_id for _, one in found]
    for case_id in list(dict.fromkeys(case_ids))[:MOST_PROMPTS]:
        ask_next(session, message, session.get_one(Case, case_id), now=now, made=made)


def known(session: Session, message: Message) -> dict[Sense, Mention]:
    """What was kept of this message before."""
    mentions = session.scalars(
        select(Mention).where(Mention.message_id == message.id).order_by(Mention.id)
    )
    return {sense_of_mention(session, mention): mention for mention in mentions}


def find_again(session: Session, room: Room, text: str, spans: Sequence[Span]) -> list[Finding]:
    """What corrected words may mean."""
    [found] = linking.find(session, [Passage(text, spans, room)])
    return [finding for finding in found if not finding.is_known_name]


def matches_of(session: Session, message_ids: Sequence[int]) -> list[tuple[Mention, Match]]:
    """Every live match of these messages, with its mention."""
    rows = session.execute(_MATCHES, {"message_ids": message_ids})
    return [(mention, match) for mention, match in rows]


def sense_of(span: Span, agency_id: int, *, is_hidden: bool = False) -> Sense:
    return span.label, span.value or span.text, agency_id, is_hidden


def sense_of_mention(session: Session, mention: Mention) -> Sense:
    """As `sense_of`, from what was kept."""
    words = sealing.unseal_or(session, mention, "value", "") or sealing.unseal_or(
        session, mention, "text", ""
    )
    return mention.label, words, mention.agency_id, mention.is_hidden


def carry_over(session: Session, mention: Mention, message: Message, span: Span | None) -> None:
    """Let a mention, and the questions about it, stand for an edited message that says the same."""
    held = {
        column: sealing.unseal_or(session, mention, column, "")
        for column in ("text", "value", "why")
    }
    mention.message_id, mention.key_id = message.id, message.key_id
    if span is not None:
        mention.start, mention.end = span.start, span.end
        held["text"] = span.text
    for column, words in held.items():
        sealing.seal(session, mention, column, words or None)
    of_mention = select(Match.id).where(Match.mention_id == mention.id)
    session.execute(
        update(Prompt).where(Prompt.match_id.in_(of_mention)).values(message_id=message.id)
    )


def withdraw_mention(session: Session, mention: Mention, *, now: datetime, why: str) -> None:
    """Withdraw what was derived from a mention: its matches, the questions about them, and what
    was said of them. What a desk has decided stays, and its officers hear of it."""
    for one in session.scalars(select(Match).where(Match.mention_id == mention.id)):
        if one.state is MatchState.SUGGESTED:
            one.state = MatchState.WITHDRAWN
        else:
            judgements.lose_source(session, one, now=now)
        for prompt in session.scalars(
            select(Prompt).where(
                Prompt.match_id == one.id,
                Prompt.state.in_([PromptState.OPEN, PromptState.PAUSED]),
            )
        ):
            prompts.withdraw(session, prompt, now=now, why=why)


def _may_be_asked_about(candidate: Candidate, message: Message) -> bool:
    """AMBER+STRICT stays in the author's agency: no other is asked, however discreetly."""
    return message.marking is not Tlp.AMBER_STRICT or candidate.agency_id == message.agency_id


def _is_visible(
    session: Session,
    candidate: Candidate,
    room: Room,
    present: Sequence[Officer | None],
    now: datetime,
) -> bool:
    """Whether the author's room may be told of the case, and its desk of the message."""
    case = session.get_one(Case, candidate.case_id)
    return case.agency.slug in room.agencies and access.room_may_see(
        session, room, case, present, now
    )


def _mention(
    session: Session, message: Message, agency_id: int, span: Span, *, is_hidden: bool
) -> Mention:
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
        is_hidden=is_hidden,
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


def _keep_matches(
    session: Session,
    message: Message,
    wanted: Sequence[tuple[Mention, Candidate, bool]],
    now: datetime,
    *,
    is_first: bool,
) -> list[tuple[Mention, Match]]:
    """Keep a match for each mention and candidate; what was withdrawn before is suggested again.

    Returns those that are new; with *is_first* these are all there are.
    """
    before = (
        {
            (one.mention_id, one.entity_id, one.case_id): one
            for one in session.scalars(
                select(Match).where(Match.mention_id.in_({mention.id for mention, _, _ in wanted}))
            )
        }
        if not is_first
        else {}
    )
    made: dict[tuple[int, int, int], tuple[Mention, Match, Candidate]] = {}
    for mention, candidate, is_hidden in wanted:
        place = (mention.id, candidate.entity_id, candidate.case_id)
        one = before.get(place)
        if place in made:
            continue
        if one is None:
            one = Match(
                mention_id=mention.id,
                entity_id=candidate.entity_id,
                case_id=candidate.case_id,
                agency_id=candidate.agency_id,
                is_verified=candidate.is_verified,
                is_hidden=is_hidden,
                score=candidate.score,
                scorer=SCORER,
                signature=candidate.signature,
                made_at=now,
            )
            session.add(one)
            made[place] = (mention, one, candidate)
        elif one.state is MatchState.WITHDRAWN:
            one.state, one.is_hidden = MatchState.SUGGESTED, is_hidden
    session.flush()
    for _, one, candidate in made.values():
        case = session.get_one(Case, one.case_id)
        judgements.keep_evidence(session, one, "case", case.key_id, candidate.reasons)
        if not one.is_hidden:
            judgements.keep_evidence(session, one, "author", message.key_id, candidate.reasons)
    pairs = [(mention, one) for mention, one, _ in made.values()]
    return sorted(pairs, key=lambda pair: (pair[0].start, pair[1].id))


def _ask(
    session: Session,
    one: Match,
    case: Case,
    message: Message,
    officer: Officer | None,
    now: datetime,
) -> Prompt:
    author = session.get_one(Officer, message.officer_id)
    room = session.get_one(Room, message.room_id)
    if one.is_hidden:
        return deconfliction.ask_owner(session, one, case, message, author, room, now=now)
    marking = markings.join([case.marking, message.marking or room.default_marking])
    chosen = None
    if officer is not None and routing.may_be_asked(session, officer, marking, case, now):
        chosen = routing.Chosen(officer, wording.because_asked_on(), is_on_duty=True)
    return prompts.ask(
        session,
        kind="identify",
        profile="identify",
        unit=case.unit,
        officer=None,
        chosen=chosen,
        case=case,
        match=one,
        message=message,
        asked_by=author,
        marking=marking,
        now=now,
    )


def _is_open(session: Session, message: Message, case: Case, closing: int) -> bool:
    """Whether this case's desk is being asked about this message."""
    return (
        session.scalar(
            select(Prompt.id)
            .join(Match, Match.id == Prompt.match_id)
            .join(Mention, Mention.id == Match.mention_id)
            .where(
                Mention.message_id == message.id,
                Match.case_id == case.id,
                Prompt.id != closing,
                Prompt.state.in_([PromptState.OPEN, PromptState.PAUSED]),
            )
            .limit(1)
        )
        is not None
    )


def _open_signatures(
    session: Session, case: Case, closing: int, signatures: Sequence[int]
) -> set[int]:
    """The evidence on which this case's desk is being asked already, at least all of this."""
    here = {"case_id": case.id, "closing": closing}
    if len(signatures) > _AT_ONCE:
        return set(session.scalars(_OPEN, here))
    return set(session.scalars(_OPEN_AMONG, {**here, "signatures": signatures}))


_MATCHES = (
    select(Mention, Match)
    .join(Match, Match.mention_id == Mention.id)
    .where(
        Mention.message_id.in_(bindparam("message_ids", expanding=True)),
        Match.state != MatchState.WITHDRAWN,
    )
    .order_by(Mention.start, Match.id)
)
_OPEN = (
    select(Match.signature)
    .join(Prompt, Prompt.match_id == Match.id)
    .where(
        Match.case_id == bindparam("case_id"),
        Prompt.id != bindparam("closing"),
        Prompt.state.in_([PromptState.OPEN, PromptState.PAUSED]),
    )
)
_OPEN_AMONG = _OPEN.where(Match.signature.in_(bindparam("signatures", expanding=True)))
