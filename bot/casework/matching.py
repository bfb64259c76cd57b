"""Keeping what a message mentions, and asking the right desk about what it may mean."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.casework import deconfliction, entities, judgements, linking, ruling, watches
from bot.casework.calibration import SCORER
from bot.casework.candidates import Candidate, Finding
from bot.casework.sought import Passage
from bot.followup import prompts, routing
from bot.followup.prompts import Question
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import matches as wording
from nlp.meaning import relations
from nlp.spans import Label, Span
from storage import indexing, sealing
from storage.among import among
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
_SETTLED = (MatchState.CONFIRMED, MatchState.DISPUTED)


Sense = tuple[Label, str, int, bool]
"""What makes two spans of a message the same mention: what they name, and who may know of it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, and what it may mean."""

    message: Message
    author: Officer
    room: Room
    findings: Sequence[Finding]
    known: Mapping[Sense, Mention] = field(default_factory=dict)
    """What is known of the message from before, which stays as it was judged."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a message."""

    shown: Sequence[Mention]
    """The mentions of which the author's side may know."""
    linked: Sequence[Match]
    """What the rules of its cases linked, of which nobody was told yet but their desks."""


def match(session: Session, heard: Sequence[Heard], *, now: datetime) -> list[Kept]:
    """Keep mentions and matches, and ask about them: each case's desk, one thing after another.

    A case's own rule may link what is verified before it is asked about.
    """
    evidence = [c.signature for each in heard for f in each.findings for c in f.candidates]
    refused = judgements.rejected(session, evidence)
    may_tell = [each.room for each in heard if any(f.candidates for f in each.findings)]
    access.present_in_all(session, may_tell)  # with one question, which `_note` asks again singly
    noted = [_note(session, each, refused, now) for each in heard]
    session.flush()
    _keep_matches(session, noted, now)
    linked = _link_by_rule(session, [each for each in noted if not each.heard.known], now)
    _ask_first(session, [each for each in noted if not each.heard.known], now)
    for each in noted:
        if each.heard.known:
            ask_each(session, each.heard.message, now=now)
        ledger.record(
            session, Operation.COLLECTION, now=now, actor=each.heard.author,
            subject=f"message:{each.heard.message.id}", mentions=len(each.mentions),
        )  # fmt: skip
    return [
        Kept(
            [mention for mention in each.mentions if not mention.is_hidden],
            linked.get(each.heard.message.id, ()),
        )
        for each in noted
    ]


def ask_next(
    session: Session,
    message: Message,
    case: Case,
    *,
    now: datetime,
    officer: Officer | None = None,
    answered: Prompt | None = None,
) -> Prompt | None:
    """Ask this case's desk about the best of what waits of this message, and return the question.

    None is asked while one is open, but for the one being *answered* by *officer*, who is asked on.
    """
    closing = answered.id if answered is not None else 0
    if _is_open(session, message, case, closing):
        return None
    waiting = _waiting(matches_of(session, [message.id]), case.id)
    doubted = judgements.doubted(session, waiting)
    signatures = [one.signature for one in waiting]
    asked = _asked_on(session, signatures, closing)
    refused = judgements.rejected(session, signatures)
    best = _best(
        one
        for one in waiting
        if one.id not in doubted and one.signature not in asked[case.id] | refused
    )
    if best is None:
        return None
    [prompt] = _ask(session, [(best, case, message)], now, officer)
    return prompt


def asked_next(session: Session, match: Match) -> list[Mention]:
    """What else of this match's message its case's desk is asked about when this is answered."""
    mention = session.get_one(Mention, match.mention_id)
    found = matches_of(session, [mention.message_id])
    waiting = {one.mention_id for one in _waiting(found, match.case_id)} - {mention.id}
    return list(dict.fromkeys(each for each, _ in found if each.id in waiting))


def ask_each(session: Session, message: Message, *, now: datetime) -> None:
    """Ask the desk of each case, but never more desks than a person can be said to have asked."""
    for case_id in _cases_to_ask(matches_of(session, [message.id])):
        ask_next(session, message, session.get_one(Case, case_id), now=now)


def known(session: Session, message: Message) -> dict[Sense, Mention]:
    """What was kept of this message before."""
    mentions = session.scalars(
        select(Mention).where(Mention.message_id == message.id).order_by(Mention.id)
    )
    return {sense_of_mention(session, mention): mention for mention in mentions}


def find_again(session: Session, room: Room, text: str, spans: Sequence[Span]) -> list[Finding]:
    """What corrected words may mean."""
    said = Passage(text, spans, room, relations=relations(text, spans))
    [found] = linking.find(session, [said])
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


def is_said_so(mention: Mention, span: Span) -> bool:
    """Whether a mention stands for this span, too: what is said about it has not changed."""
    is_role_theirs = mention.role_by is not None or mention.role == span.role
    return is_role_theirs and (mention.negated, mention.hearsay) == (span.negated, span.hearsay)


def span_of(session: Session, mention: Mention) -> Span:
    """What was found, from what was kept of it."""
    return Span(
        mention.start,
        mention.end,
        sealing.unseal_or(session, mention, "text", ""),
        mention.label,
        mention.subtype,
        sealing.unseal_or(session, mention, "value", "") or None,
        mention.valid,
        mention.confidence,
        sealing.unseal_or(session, mention, "why", ""),
        negated=mention.negated,
        hearsay=mention.hearsay,
        role=mention.role,
    )


def plainest_first(findings: Sequence[Finding]) -> list[Finding]:
    """What is said plainly once in a message is neither denied nor only reported by it."""
    return sorted(findings, key=lambda each: (each.span.negated, each.span.hearsay))


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
    was said of them. What a desk has decided stays, and its officers hear of it; what a case's own
    rule linked goes."""
    for one in session.scalars(select(Match).where(Match.mention_id == mention.id)):
        if one.state is MatchState.SUGGESTED:
            one.state = MatchState.WITHDRAWN
        else:
            judgements.lose_source(session, one, now=now)
            if one.state is MatchState.WITHDRAWN:
                message = session.get_one(Message, mention.message_id)
                ruling.withdraw(session, message, session.get_one(Case, one.case_id), now=now)
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


def _is_muted(session: Session, span: Span, candidate: Candidate, now: datetime) -> bool:
    """Whether the agency that knows it asked not to be asked about this: as it was written, or as
    it was meant but for a slip."""
    said = [span]
    if candidate.meant is not None:
        said.append(replace(span, text=candidate.meant, value=candidate.meant))
    return any(candidate.agency_id in watches.who_muted(session, each, now) for each in said)


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


@dataclass(slots=True)
class _Noted:
    """What is kept of a message."""

    heard: Heard
    mentions: list[Mention]
    wanted: list[tuple[Mention, Candidate, bool]]
    """What may be meant by which, and whether the author's side may not know."""
    made: list[tuple[Mention, Match]] = field(default_factory=list)
    """The matches made of these, in reading order."""


def _note(session: Session, heard: Heard, refused: Set[int], now: datetime) -> _Noted:
    """Keep what a message mentions."""
    message, room = heard.message, heard.room
    here = {candidate.case_id for found in heard.findings for candidate in found.candidates}
    are_carried = any(access.carries(room, session.get_one(Case, each)) for each in here)
    present = access.present_in(session, room) if are_carried else ()
    mentions: dict[Sense, Mention] = {}
    wanted: list[tuple[Mention, Candidate, bool]] = []
    for finding in plainest_first(heard.findings):
        fresh = [
            candidate
            for candidate in finding.candidates
            if candidate.signature not in refused
            and not _is_muted(session, finding.span, candidate, now)
            and _may_be_asked_about(candidate, message)
        ]
        visible = [each for each in fresh if _is_visible(session, each, room, present, now)]
        is_hidden = finding.is_known_name and not visible
        # Known only because a hidden case knows it: the author's side must not learn even that.
        owners = {each.agency_id for each in fresh} if is_hidden else {heard.author.agency_id}
        for agency_id in sorted(owners):
            sense = sense_of(finding.span, agency_id, is_hidden=is_hidden)
            if sense in mentions:
                continue
            mention = heard.known.get(sense)
            if mention is None:
                mention = _mention(session, message, agency_id, finding.span, is_hidden=is_hidden)
            mentions[sense] = mention
            if mention.dropped_by is None:
                wanted += [
                    (mention, each, each not in visible)
                    for each in fresh
                    if not is_hidden or each.agency_id == agency_id
                ]
    return _Noted(heard, list(mentions.values()), wanted)


def _mention(
    session: Session, message: Message, agency_id: int, span: Span, *, is_hidden: bool
) -> Mention:
    mention = Mention(
        message_id=message.id,
        agency_id=agency_id,
        start=span.start,
        end=span.end,
        label=span.label,
        subtype=span.subtype,
        valid=span.valid,
        confidence=span.confidence,
        negated=span.negated,
        hearsay=span.hearsay,
        role=span.role,
        is_hidden=is_hidden,
        key_id=message.key_id,
    )
    sealing.seal(session, mention, "text", span.text)
    if span.value is not None:
        sealing.seal(session, mention, "value", span.value)
        if span.label in entities.IDENTIFYING:
            mention.look_up = entities.identifier_hash(indexing.of(session), span.label, span.value)
    if span.why:
        sealing.seal(session, mention, "why", span.why)
    session.add(mention)
    return mention


def _keep_matches(session: Session, noted: Sequence[_Noted], now: datetime) -> None:
    """Keep a match for each mention and candidate; what was withdrawn before is suggested again."""
    again = {m.id for each in noted if each.heard.known for m, _, _ in each.wanted}
    before = {
        (one.mention_id, one.entity_id, one.case_id): one
        for one in session.scalars(select(Match).where(Match.mention_id.in_(again)))
    } if again else {}  # fmt: skip
    reasons: list[tuple[Match, Message, Candidate]] = []
    for each in noted:
        for mention, candidate, is_hidden in each.wanted:
            place = (mention.id, candidate.entity_id, candidate.case_id)
            if place not in before:
                one = before[place] = _match(mention, candidate, now, is_hidden=is_hidden)
                session.add(one)
                each.made.append((mention, one))
                reasons.append((one, each.heard.message, candidate))
            elif before[place].state is MatchState.WITHDRAWN:
                before[place].state = MatchState.SUGGESTED
                before[place].is_hidden = is_hidden
        each.made.sort(key=lambda pair: (pair[0].start, pair[1].id))
    session.flush()
    for one, message, candidate in reasons:
        case = session.get_one(Case, one.case_id)
        judgements.keep_evidence(session, one, "case", case.key_id, candidate.reasons)
        if not one.is_hidden:
            judgements.keep_evidence(session, one, "author", message.key_id, candidate.reasons)


def _match(mention: Mention, candidate: Candidate, now: datetime, *, is_hidden: bool) -> Match:
    return Match(
        mention_id=mention.id,
        entity_id=candidate.entity_id,
        case_id=candidate.case_id,
        agency_id=candidate.agency_id,
        is_verified=candidate.is_verified,
        is_hidden=is_hidden,
        is_near=candidate.is_near,
        score=candidate.score,
        scorer=SCORER,
        signature=candidate.signature,
        made_at=now,
    )


def _link_by_rule(
    session: Session, noted: Sequence[_Noted], now: datetime
) -> dict[int, Sequence[Match]]:
    """What the cases' own rules link, by message. What was edited or put right is asked about."""
    verified = {one.case_id for each in noted for _, one in each.made if one.is_verified}
    rules = ruling.in_force(session, verified)
    if not rules:
        return {}
    return {
        each.heard.message.id: ruling.link(
            session, rules, each.heard.message, each.heard.findings, each.made, now=now
        )
        for each in noted
    }


def _ask_first(session: Session, noted: Sequence[_Noted], now: datetime) -> None:
    """As `ask_each`, about what was made just now, with one look at what is asked already."""
    asked = _asked_on(session, [one.signature for each in noted for _, one in each.made])
    chosen: list[tuple[Match, Case, Message]] = []
    for each in noted:
        for case_id in _cases_to_ask(each.made):
            waiting = _waiting(each.made, case_id)
            best = _best(one for one in waiting if one.signature not in asked[case_id])
            if best is not None:
                asked[case_id].add(best.signature)
                chosen.append((best, session.get_one(Case, case_id), each.heard.message))
    _ask(session, chosen, now)


def _cases_to_ask(found: Sequence[tuple[Mention, Match]]) -> list[int]:
    # What is hidden comes last: it is in the way of nothing that the author's side may know of.
    in_turn = sorted((one for _, one in found), key=lambda one: one.is_hidden)
    return list(dict.fromkeys(one.case_id for one in in_turn))[:MOST_PROMPTS]


def _waiting(found: Sequence[tuple[Mention, Match]], case_id: int) -> list[Match]:
    """What of these this case's desk has not decided, one way or another."""
    here = [(mention, one) for mention, one in found if one.case_id == case_id]
    settled = {mention.id for mention, one in here if one.state in _SETTLED}
    # Once its owner has decided about a hidden match, one more of the same message says nothing.
    is_decided = any(one.is_hidden and one.notice is not None for _, one in here)
    return [
        one
        for mention, one in here
        if one.state is MatchState.SUGGESTED
        and mention.dropped_by is None
        and mention.id not in settled
        and not (one.is_hidden and is_decided)
    ]


def _best(waiting: Iterable[Match]) -> Match | None:
    return max(waiting, key=lambda one: (one.is_verified, one.score), default=None)


def _ask(
    session: Session,
    chosen: Sequence[tuple[Match, Case, Message]],
    now: datetime,
    officer: Officer | None = None,
) -> list[Prompt]:
    """Ask about these matches; an agreement may answer for the owner of a hidden one."""
    asked = prompts.ask_all(
        session,
        [
            deconfliction.question(session, one, case, message)
            if one.is_hidden
            else _question(session, one, case, message, officer, now)
            for one, case, message in chosen
        ],
        now=now,
    )
    for prompt, (one, case, message) in zip(asked, chosen, strict=True):
        if one.is_hidden:
            deconfliction.let_agreement_answer(session, prompt, one, case, message, now=now)
    return asked


def _question(
    session: Session,
    one: Match,
    case: Case,
    message: Message,
    officer: Officer | None,
    now: datetime,
) -> Question:
    room = session.get_one(Room, message.room_id)
    marking = markings.join([case.marking, message.marking or room.default_marking])
    chosen = None
    if officer is not None and routing.may_be_asked(session, officer, marking, case, now):
        chosen = routing.Chosen(officer, wording.because_asked_on(), is_on_duty=True)
    return Question(
        kind="identify",
        profile="identify",
        marking=marking,
        unit=case.unit,
        case=case,
        match=one,
        message=message,
        asked_by=session.get_one(Officer, message.officer_id),
        chosen=chosen,
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


def _asked_on(
    session: Session, signatures: Sequence[int], closing: int = 0
) -> defaultdict[int, set[int]]:
    """For each case, the evidence among this on which its desk is being asked already."""
    asked: defaultdict[int, set[int]] = defaultdict(set)
    if signatures:
        evidence = {"signatures": set(signatures), "closing": closing}
        for case_id, signature in session.execute(_ASKED_ON, evidence):
            asked[case_id].add(signature)
    return asked


_MATCHES = (
    select(Mention, Match)
    .join(Match, Match.mention_id == Mention.id)
    .where(
        Mention.message_id.in_(bindparam("message_ids", expanding=True)),
        Match.state != MatchState.WITHDRAWN,
    )
    .order_by(Mention.start, Match.id)
)
_ASKED_ON = (
    select(Match.case_id, Match.signature)
    .join(Prompt, Prompt.match_id == Match.id)
    .where(
        among(Match.signature, "signatures"),
        Prompt.id != bindparam("closing"),
        Prompt.state.in_([PromptState.OPEN, PromptState.PAUSED]),
    )
)
