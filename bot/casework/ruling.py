"""A case's own rule, by which a verified identifier joins it without a person being asked."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.casework import cases, commonness, entities, judgements, quoting, spared
from bot.casework.candidates import Candidate, Finding, Linked, decide
from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Words
from bot.errors import NotAllowed, UserError
from bot.followup import routing
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import casework as case_wording
from bot.wording import ruling as wording
from nlp import supposed
from nlp.spans import Label
from storage import indexing, sealing
from storage.models import (
    Case,
    CaseState,
    Entity,
    Judgement,
    LinkRule,
    Match,
    Mention,
    Message,
    Officer,
    Tlp,
)

AREA = "linked"
KIND = "rule"
"""The kind of note by which a case's notebook says that the rule was turned on or off."""
MOST_LINKED = 10
"""A pasted list is no sighting: where a message names more of one case, its desk is asked."""


def turn_on(
    session: Session, case: Case, officer: Officer, reason: str, *, now: datetime
) -> LinkRule:
    """Let verified identifiers join this case without a person from now on."""
    _may_decide(case, officer)
    if case.id in in_force(session, [case.id]):
        raise UserError(wording.is_on_already(case.code))
    rule = LinkRule(
        case_id=case.id,
        officer_id=officer.id,
        at=now,
        key_id=sealing.keyring(session).mint(case.key_id),
    )
    sealing.seal(session, rule, "reason", reason)
    session.add(rule)
    session.flush()
    cases.note(session, case, officer, wording.noted_on(reason), now=now, kind=KIND)
    _record(session, rule, officer, now, on=True)
    return rule


def turn_off(
    session: Session, case: Case, officer: Officer, reason: str, *, now: datetime
) -> LinkRule:
    """Ask about them again from now on. What was linked stays until somebody takes it back."""
    _may_decide(case, officer)
    rule = in_force(session, [case.id]).get(case.id)
    if rule is None:
        raise UserError(wording.is_off_already(case.code))
    rule.ended_at, rule.ended_by = now, officer.id
    cases.note(session, case, officer, wording.noted_off(reason), now=now, kind=KIND)
    _record(session, rule, officer, now, on=False)
    return rule


def in_force(session: Session, case_ids: Collection[int]) -> dict[int, LinkRule]:
    """Which of these cases have such a rule now."""
    if not case_ids:
        return {}
    rules = session.scalars(
        select(LinkRule).where(LinkRule.case_id.in_(case_ids), LinkRule.ended_at.is_(None))
    )
    return {rule.case_id: rule for rule in rules}


def stands(session: Session, case: Case, reader: Officer, now: datetime) -> str:
    """Who let it, since when and why, for one who may see the case; nothing where it has none."""
    rule = in_force(session, [case.id]).get(case.id)
    if rule is None:
        return ""
    return wording.stands(
        case.code,
        clocks.written(rule.at, ZoneInfo(reader.zone), now=now),
        turned_on_by(session, rule, reader),
        sealing.unseal_or(session, rule, "reason", case_wording.erased()),
        may_end=cases.decides(reader, case),
    )


def link(
    session: Session,
    rules: Mapping[int, LinkRule],
    message: Message,
    findings: Sequence[Finding],
    suggested: Sequence[tuple[Mention, Match]],
    *,
    now: datetime,
) -> list[Match]:
    """Link what these rules let join their cases of what a message says; their desks hear of it.

    What the author's side may not know of is never linked so, but asked about as ever: a hit that
    is hidden looks, reads and takes the same, whatever the rule. Where anybody is named who is
    spared, or may be, a person decides.
    """
    if _names_somebody_spared(session, message, findings):
        return []
    plain = {(to.signature, to.case_id) for to in _plain(findings)}
    linked: list[Match] = []
    for case_id, rule in rules.items():
        case = session.get_one(Case, case_id)
        wanted = [
            (mention, match)
            for mention, match in suggested
            if match.case_id == case_id
            if not match.is_hidden and (match.signature, match.case_id) in plain
        ]
        if len(wanted) > MOST_LINKED or not _is_read_by_owner(session, case, message, now):
            continue
        owner = session.get_one(Officer, case.owner_id)
        sure = [
            match
            for mention, match in wanted
            if _is_beyond_doubt(session, mention, match, owner, now)
        ]
        for match in sure:
            judgements.link(session, match, rule, now=now)
        if sure:
            _tell_desk(session, case, message, sure, now)
            linked += sure
    return linked


def linked_of(session: Session, case: Case, message: Message | None = None) -> list[Judgement]:
    """What a case's rule linked and nobody took back, of one message or of all, the latest first.

    Only the newest of all are looked for.
    """
    said = (
        select(Judgement)
        .join(Match, Match.id == Judgement.match_id)
        .join(Mention, Mention.id == Match.mention_id)
        .where(
            Match.case_id == case.id, Judgement.rule_id.is_not(None), Judgement.undone_by.is_(None)
        )
        .order_by(Judgement.at.desc(), Judgement.id.desc())
        .limit(MOST_LINKED)
    )
    if message is not None:
        said = said.where(Mention.message_id == message.id)
    return list(session.scalars(said))


def withdraw(session: Session, message: Message, case: Case, *, now: datetime) -> None:
    """Its author took back the last of what the rule had linked: the desk's notice says so."""
    if not linked_of(session, case, message):
        outbox.revise(session, _key(case, message), Words(wording.source_gone(case.code)), now=now)


def may_undo(session: Session, officer: Officer, match: Match, now: datetime) -> bool:
    """Whether this officer could have decided what the rule did."""
    case = session.get_one(Case, match.case_id)
    mention = session.get_one(Mention, match.mention_id)
    marking = _marking(session, case, session.get_one(Message, mention.message_id))
    return cases.decides(officer, case) and routing.may_be_asked(
        session, officer, marking, case, now
    )


def undoing(judgement: Judgement, label: str) -> Control:
    return Control(label, f"{AREA}:{judgement.id}:undo")


def turned_on_by(session: Session, rule: LinkRule, reader: Officer) -> str:
    """Who let it: by name within the agency, by their agency for others."""
    officer = session.get_one(Officer, rule.officer_id)
    return officer.name if officer.agency_id == reader.agency_id else officer.agency.title


def _plain(findings: Sequence[Finding]) -> Iterator[Candidate]:
    """What the findings of a message say plainly, each time they say it."""
    said: dict[tuple[Label, str | None], list[Finding]] = defaultdict(list)
    for finding in findings:
        said[finding.span.label, finding.span.value].append(finding)
    for again in said.values():
        case_ids = {each.case_id for each in again[0].candidates}
        for case_id in case_ids:
            verdicts = [
                decide(each.span, [one for one in each.candidates if one.case_id == case_id])
                for each in again
            ]
            first = verdicts[0]
            if isinstance(first, Linked) and all(isinstance(each, Linked) for each in verdicts):
                yield first.to


def _names_somebody_spared(session: Session, message: Message, findings: Sequence[Finding]) -> bool:
    """Whether the message names anybody who is spared, or says that somebody may be."""
    if spared.among(session, [message.id]):
        return True
    text = sealing.unseal_or(session, message, "text", "")
    return supposed.may_be_in(text) and any(
        supposed.role_of(text, finding.span) is not None
        for finding in findings
        if finding.span.label is Label.PERSON
    )


def _is_read_by_owner(session: Session, case: Case, message: Message, now: datetime) -> bool:
    """Whether the case is worked on, and its owner may see it and read what was said."""
    owner = session.get(Officer, case.owner_id) if case.owner_id is not None else None
    return (
        owner is not None
        and case.state is CaseState.OPEN
        and access.may_see(session, owner, case, now)
        and quoting.may_read(session, message, owner)
    )


def _is_beyond_doubt(
    session: Session, mention: Mention, match: Match, owner: Officer, now: datetime
) -> bool:
    """Whether nobody is spared, nobody said otherwise, and, in what the owner may see, no other
    bears it and it is not everywhere."""
    if mention.role in spared.ROLES or mention.label not in entities.IDENTIFYING:
        return False
    if spared.is_spared(session.get_one(Entity, match.entity_id)):
        return False
    value = sealing.unseal_or(session, mention, "value", "")
    hashed = entities.identifier_hash(indexing.of(session), mention.label, value)
    return (
        commonness.bearers_of(session, hashed, owner, now) == 1
        and commonness.cases_with(session, hashed, owner, now) < commonness.MANY_CASES
        and not judgements.is_questioned(session, match)
    )


def _tell_desk(
    session: Session, case: Case, message: Message, linked: Sequence[Match], now: datetime
) -> None:
    """Tell who would have been asked, else the owner; it presses nobody."""
    marking = _marking(session, case, message)
    author = session.get_one(Officer, message.officer_id)
    chosen = routing.choose(
        session,
        unit=case.unit,
        agency=case.agency,
        case=case,
        marking=marking,
        languages=author.languages,
        now=now,
        avoid=[author],
    )
    officer = chosen.officer or session.get_one(Officer, case.owner_id)
    [judgement] = judgements.standing(session, linked[0])
    controls = [Control(wording.OPEN, f"{AREA}:{judgement.id}:open", Style.PRIMARY)]
    if len(linked) == 1:
        controls.append(undoing(judgement, wording.UNDO))
    outbox.tell(
        session,
        key=_key(case, message),
        officer=officer,
        words=Words(wording.linked(case.code, len(linked)), tuple(controls)),
        now=now,
        marking=marking,
        cases=[case],
        due_at=routing.quiet_until(officer, now),
    )


def _key(case: Case, message: Message) -> str:
    return f"{AREA}:{case.id}:{message.address}:{message.event}"


def _marking(session: Session, case: Case, message: Message) -> Tlp:
    return markings.join([case.marking, quoting.marking_of(session, message)])


def _may_decide(case: Case, officer: Officer) -> None:
    if not cases.decides(officer, case):
        raise NotAllowed(case_wording.only_owner_desk(case.code))


def _record(session: Session, rule: LinkRule, officer: Officer, now: datetime, *, on: bool) -> None:
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer, case_id=rule.case_id,
        subject=f"rule:{rule.id}", links_verified=on,
    )  # fmt: skip
