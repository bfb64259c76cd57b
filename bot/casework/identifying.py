"""The question whether a mention is somebody's known person or thing, and what its answers do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.casework import (
    commonness,
    entities,
    explaining,
    judgements,
    matching,
    merging,
    quoting,
    relating,
    spared,
    tellings,
)
from bot.conversation import cards, outbox
from bot.conversation.messages import Style, Trust, Words
from bot.followup import answers, copies
from bot.followup.kinds import BRIEF_US, NEED_MORE, PASS_ON, SNOOZE, Choice, Kind
from bot.governance import access
from bot.wording import casework as wording
from bot.wording import evidence as evidence_wording
from bot.wording import matches as matches_wording
from nlp.spans import Label
from storage import sealing
from storage.models import (
    Card,
    Case,
    Entity,
    Judgement,
    Match,
    MatchState,
    Mention,
    Message,
    Officer,
    Prompt,
    Room,
    Verdict,
)

SAME = Choice("confirm", "Same", True, style=Style.PRIMARY)
NOT_SAME = Choice("not_same", "Not the same", True)
UNSURE = Choice("unsure", "Unsure", True)
CHECKS: Mapping[str, Choice] = {
    "birth date": Choice("confirm_birth", "Same: birth date checked", True, style=Style.PRIMARY),
    "document": Choice("confirm_document", "Same: document seen", True),
    "photo": Choice("confirm_photo", "Same: photo compared", True),
    "own knowledge": Choice("confirm_known", "Same: known to me", True),
}
ORGANISATION_CHECKS: Mapping[str, Choice] = {
    "register number": Choice(
        "confirm_register", "Same: register number checked", True, style=Style.PRIMARY
    ),
    "address": Choice("confirm_address", "Same: address compared", True),
    "document": CHECKS["document"],
    "own knowledge": CHECKS["own knowledge"],
}
THING_CHECKS: Mapping[str, Choice] = {
    "register": Choice("confirm_register", "Same: register checked", True, style=Style.PRIMARY),
    "document": CHECKS["document"],
    "photo": CHECKS["photo"],
    "own knowledge": CHECKS["own knowledge"],
}


def choices(session: Session, prompt: Prompt) -> Sequence[Choice]:
    """A verified identifier is confirmed in one tap; a name only with what was checked."""
    match = session.get_one(Match, prompt.match_id or 0)
    if match.is_verified:
        ways: tuple[Choice, ...] = (SAME,)
    else:
        ways = tuple(
            choice
            for checked, choice in _checks(session, match).items()
            if not (checked == "own knowledge" and _is_common(session, match))
        )
    return (*ways, NOT_SAME, UNSURE, NEED_MORE, PASS_ON, SNOOZE, BRIEF_US)


def detail(session: Session, prompt: Prompt, reader: Officer, now: datetime) -> str:
    """The quoted words, and the evidence for and against."""
    match = session.get_one(Match, prompt.match_id or 0)
    case = session.get_one(Case, match.case_id)
    mention = session.get_one(Mention, match.mention_id)
    message = session.get_one(Message, mention.message_id)
    author = session.get(Officer, message.officer_id) if message.officer_id else None
    room = session.get(Room, message.room_id) if message.room_id else None
    reasons = judgements.evidence(session, match)
    is_read = quoting.may_read(session, message, reader)
    return matches_wording.same(
        label=mention.label,
        agency=author.agency.title if author else "",
        room=room.title if room else "",
        quote=quoting.quoted(session, message, reader),
        reasons_for=[r.text for r in reasons if not r.against],
        reasons_against=[
            *(r.text for r in reasons if r.against),
            *commonness.reasons_against(session, mention, reader, now),
        ],
        case=case.code,
        title=sealing.unseal_or(session, case, "title", wording.erased()),
        disputed=match.state is MatchState.DISPUTED,
        beside=[
            (each.label, sealing.unseal_or(session, each, "text", "") if is_read else "")
            for each in matching.asked_next(session, match)
        ],
        again=_said_again(session, match, reader, now),
        said=explaining.said_of(session, match, reader, now),
    )


def _said_again(session: Session, match: Match, reader: Officer, now: datetime) -> list[str]:
    """When else the same was said that waits for this answer, as the reader's clock shows it."""
    zone = ZoneInfo(reader.zone)
    waiting = judgements.on_same_evidence(session, match, MatchState.SUGGESTED)
    return [clocks.by(_message(session, each).sent_at, zone, now) for each in waiting]


def settle(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: Choice,
    _fields: Mapping[str, str],
    now: datetime,
) -> str | Words:
    """Judge the match, tell the author's thread as much as its room may know, and ask on."""
    match = session.get_one(Match, prompt.match_id or 0)
    said, judged = _decide(session, match, officer, choice, now)
    return _asked_on(session, prompt, said, judged, officer, now)


def dispute(
    session: Session, prompt: Prompt, officer: Officer, choice: Choice, now: datetime
) -> str:
    """A later answer is kept; one that contradicts another's marks the match disputed, and who gave
    that one hears of it. One's own it puts right. Where nobody was sure before, it decides."""
    match = session.get_one(Match, prompt.match_id or 0)
    case = session.get_one(Case, match.case_id)
    verdict = _verdict(choice)
    own = [
        each
        for each in judgements.standing(session, match)
        if each.officer_id == officer.id and judgements.contradicts(each, verdict)
    ]
    if own and verdict is not Verdict.UNSURE:
        return _put_right(session, match, own, officer, choice, now)
    if match.state is MatchState.SUGGESTED and verdict is not Verdict.UNSURE:
        _decide(session, match, officer, choice, now)
        return matches_wording.decided_late(case.code, is_same=verdict is Verdict.SAME)
    earlier = judgements.standing(session, match)
    judgement = _judge(session, match, officer, choice, now)
    against = [each for each in earlier if judgements.contradicts(each, judgement.verdict)]
    if judgement.verdict is Verdict.UNSURE or not against:
        return matches_wording.kept_beside(case.code)
    return _disputed(session, prompt, match, judgement, against, officer, now)


def _disputed(
    session: Session,
    prompt: Prompt,
    match: Match,
    judgement: Judgement,
    against: Sequence[Judgement],
    officer: Officer,
    now: datetime,
) -> str:
    case = session.get_one(Case, match.case_id)
    for each in against:
        opening = copies.opening(prompt)
        tellings.dispute(session, each, judgement, case, [opening], now=now)
    _settle_card(
        session, match, case, matches_wording.card_disputed(case.code, _desk(officer)), now
    )
    return matches_wording.disputed(case.code)


def _put_right(
    session: Session,
    match: Match,
    own: Sequence[Judgement],
    officer: Officer,
    choice: Choice,
    now: datetime,
) -> str:
    """Take back what this officer answered to the contrary, and answer anew; all are told."""
    case = session.get_one(Case, match.case_id)
    others = judgements.on_same_evidence(session, match, MatchState.REJECTED)
    for each in own:
        judgements.undo(session, each, officer, now=now, is_final=True)
    for other in others:
        _clear_card(session, other, case, now)
    verdict = _verdict(choice)
    against = [
        each
        for each in judgements.standing(session, match)
        if judgements.contradicts(each, verdict)
    ]
    if against:  # yet others say otherwise
        _judge(session, match, officer, choice, now)
        return matches_wording.disputed(case.code)
    match.state = MatchState.SUGGESTED
    _decide(session, match, officer, choice, now)
    for other in others:
        if other.state is MatchState.SUGGESTED:
            matching.ask_next(session, _message(session, other), case, now=now)
    return matches_wording.put_right(
        case.code, _what(session, match), is_same=verdict is Verdict.SAME
    )


def undo(session: Session, prompt: Prompt, officer: Officer, _choice: Choice, now: datetime) -> str:
    """Take this officer's judgement back; everyone who was told is told."""
    judgement = session.scalar(
        select(Judgement)
        .where(
            Judgement.match_id == prompt.match_id,
            Judgement.officer_id == officer.id,
            Judgement.undone_by.is_(None),
            Judgement.undoes.is_(None),
        )
        .order_by(Judgement.at.desc(), Judgement.id.desc())
    )
    if judgement is None:
        return matches_wording.nothing_to_undo()
    match = session.get_one(Match, prompt.match_id or 0)
    others = judgements.on_same_evidence(session, match, MatchState.REJECTED)
    judgements.undo(session, judgement, officer, now=now)
    case = session.get_one(Case, match.case_id)
    for each in [match, *others]:
        _clear_card(session, each, case, now)
    return matches_wording.undone()


def ask_again(session: Session, case: Case, lifted: Sequence[Match], *, now: datetime) -> None:
    """Nothing is decided of these any more: the cards say so, and the desk is asked."""
    for match in lifted:
        _clear_card(session, match, case, now)
        matching.ask_next(session, _message(session, match), case, now=now)


def tell_taken_out(session: Session, entity: Entity, case: Case, *, now: datetime) -> bool:
    """Whoever was told that this was met in a case which it was taken out of hears so, as after an
    undo. The answers stay: it is the same, and not of this case. False if nobody was told."""
    parts = [entity, *merging.referents(session, entity)]
    out = {each.id for each in parts if not _stands_in(session, each.id, case)}
    found = session.scalars(
        select(Match)
        .where(
            Match.case_id == case.id,
            Match.entity_id.in_(out),
            Match.state.in_([MatchState.CONFIRMED, MatchState.DISPUTED]),
        )
        .order_by(Match.id)
    ).all()
    has_told = False
    for match in found:
        for judgement in judgements.standing(session, match):
            if judgement.verdict is Verdict.SAME:
                has_told |= tellings.correct(session, judgement, now=now, is_open=False)
        card = cards.of_message(session, _message(session, match).id)
        if card is None or card.withdrawn_at is not None:
            continue
        if not _is_confirmed(session, card, case):
            outcome = matches_wording.card_taken_out(case.code)
            cards.settle(session, card, case, outcome, now=now)
    return has_told


def tell_linked(session: Session, linked: Sequence[Match], *, now: datetime) -> None:
    """What a case's own rule linked is said in its author's thread and on its card where and when
    a person's answer would be, and as the rule's: no desk has said anything yet."""
    for match in linked:
        message, case = _message(session, match), session.get_one(Case, match.case_id)
        author = session.get_one(Officer, message.officer_id or 0)
        [judgement] = judgements.standing(session, match)
        _tell_author(
            session,
            match,
            case,
            judgement,
            None,
            now,
            due_at=cards.said_at(session, message, author, now),
        )


def take_back_linked(
    session: Session, judgement: Judgement, officer: Officer, *, now: datetime
) -> Prompt | None:
    """Take back what a case's own rule linked, and ask this officer instead; all told are told."""
    match = session.get_one(Match, judgement.match_id or 0)
    case = session.get_one(Case, match.case_id)
    judgements.undo(session, judgement, officer, now=now)
    _clear_card(session, match, case, now)
    return matching.ask_next(session, _message(session, match), case, now=now, officer=officer)


def named(session: Session, prompt: Prompt) -> str:
    """What was asked about, as it was written."""
    return _what(session, session.get_one(Match, prompt.match_id or 0))


def offer(session: Session, prompt: Prompt, officer: Officer, now: datetime) -> Words:
    """The ties of its message that may still be added once it is found the same."""
    match = session.get_one(Match, prompt.match_id or 0)
    if match.state is not MatchState.CONFIRMED:
        return Words("")
    case = session.get_one(Case, match.case_id)
    return relating.offer(session, _message(session, match), case, officer, now)


KIND = Kind(
    "identify", choices, detail, settle, dispute=dispute, undo=undo, named=named, offer=offer
)


def _decide(
    session: Session, match: Match, officer: Officer, choice: Choice, now: datetime
) -> tuple[str, list[Match]]:
    """Judge a match: what is said of it, and the matches about whose messages to go on asking."""
    case = session.get_one(Case, match.case_id)
    what = _what(session, match)
    waiting = judgements.on_same_evidence(session, match, MatchState.SUGGESTED)
    judgement = _judge(session, match, officer, choice, now)
    if judgement.verdict is Verdict.UNSURE:
        _settle_card(
            session, match, case, matches_wording.card_unsure(case.code, _desk(officer)), now
        )
        return matches_wording.unsure(case.code, what), [match]
    _tell_author(session, match, case, judgement, _desk(officer), now)
    if judgement.verdict is Verdict.SAME:
        # Said again elsewhere it is another sighting: each is looked at.
        entity = session.get_one(Entity, match.entity_id)
        said = matches_wording.confirmed(case.code, what, judgement.checked)
        return said, [match, *waiting, *judgements.in_doubt(session, entity)]
    rejected = [each for each in waiting if each.state is MatchState.REJECTED]
    for other in rejected:
        _tell_author(session, other, case, judgement, _desk(officer), now)
    is_silent = bool(judgements.rejected(session, [match.signature]))
    said = matches_wording.rejected(
        case.code, what, is_silent=is_silent, is_sighting=match.is_verified
    )
    return said, [match, *(each for each in waiting if each not in rejected)]


def _judge(
    session: Session, match: Match, officer: Officer, choice: Choice, now: datetime
) -> Judgement:
    return judgements.judge(
        session,
        match,
        officer,
        _verdict(choice),
        now=now,
        trust=Trust.AUTHENTICATED,
        checked=_checked(session, match, choice),
    )


def _verdict(choice: Choice) -> Verdict:
    if choice.id == UNSURE.id:
        return Verdict.UNSURE
    return Verdict.DIFFERENT if choice.id == NOT_SAME.id else Verdict.SAME


def _checks(session: Session, match: Match) -> Mapping[str, Choice]:
    """What can be checked of whatever is named: a company has no birth date, nor has a plate."""
    label = session.get_one(Mention, match.mention_id).label
    if label is Label.PERSON:
        return CHECKS
    return ORGANISATION_CHECKS if label is Label.ORG else THING_CHECKS


def _checked(session: Session, match: Match, choice: Choice) -> str | None:
    ways = _checks(session, match)
    return next((what for what, way in ways.items() if way.id == choice.id), None)


def _asked_on(
    session: Session,
    prompt: Prompt,
    said: str,
    judged: Sequence[Match],
    officer: Officer,
    now: datetime,
) -> str | Words:
    """What was said, and on the same sheet the next thing of the same message that waits; then
    the ties that it states, and the same thing in another message."""
    offer = Words("")
    for match in judged:
        message, case = _message(session, match), session.get_one(Case, match.case_id)
        following = matching.ask_next(
            session, message, case, now=now, officer=officer, answered=prompt
        )
        if following is None and match is judged[0]:  # All of its message is decided.
            offer = relating.offer(session, message, case, officer, now)
        if following is not None:
            if copies.held_by(session, following, officer) is None:
                break
            opened = answers.open(session, following, officer, now=now)
            text = "\n\n".join(filter(None, [said, offer.text, opened.text]))
            return Words(text, (*offer.controls, *opened.controls))
    if not offer.controls:
        return said
    return Words(f"{said}\n\n{offer.text}", offer.controls)


def _tell_author(
    session: Session,
    match: Match,
    case: Case,
    judgement: Judgement,
    desk: str | None,
    now: datetime,
    *,
    due_at: datetime | None = None,
) -> None:
    message = _message(session, match)
    if message.room_id is None:
        return
    room = session.get_one(Room, message.room_id)
    mention = session.get_one(Mention, match.mention_id)
    is_spared = mention.id in spared.among(session, [message.id])
    text = None if is_spared else sealing.unseal_or(session, mention, "text", wording.erased())
    is_same = judgement.verdict is Verdict.SAME
    present = access.present_in(session, room)
    if not access.room_may_see(session, room, case, present, now):
        return
    thread = message.thread or message.event
    outbox.say(
        session,
        key=judgements.outcome_key(match, judgement),
        room=room,
        thread=thread,
        words=Words(matches_wording.outcome(mention.label, text, case.code, desk, is_same=is_same)),
        now=now,
        cases=[case],
        due_at=due_at,
    )
    tellings.keep(session, judgement, room, thread, present, now=now)
    _settle_card(
        session, match, case, matches_wording.card_outcome(case.code, desk, is_same=is_same), now
    )


def _settle_card(session: Session, match: Match, case: Case, outcome: str, now: datetime) -> None:
    """Write under the card what became of it in this case.

    What else on it is known there stays known, whatever is said of this.
    """
    card = cards.of_message(session, _message(session, match).id)
    if card is None or card.withdrawn_at is not None:
        return
    if match.state is MatchState.CONFIRMED or not _is_confirmed(session, card, case):
        cards.settle(session, card, case, outcome, now=now)


def _is_confirmed(session: Session, card: Card, case: Case) -> bool:
    """Whether anything on a card was found to be in this case, and stands in it."""
    return any(
        match.case_id == case.id
        and match.state is MatchState.CONFIRMED
        and _stands_in(session, match.entity_id, case)
        for _, match in matching.matches_of(session, card.message_ids)
    )


def _stands_in(session: Session, entity_id: int, case: Case) -> bool:
    one = session.get_one(Entity, entity_id)
    whole = session.get_one(Entity, one.merged_into or one.id)
    return any(entities.is_in(session, each, case) for each in (one, whole))


def _clear_card(session: Session, match: Match, case: Case, now: datetime) -> None:
    card = cards.of_message(session, _message(session, match).id)
    if card is not None and card.withdrawn_at is None:
        cards.settle(session, card, case, matches_wording.card_reopened(case.code), now=now)


def _desk(officer: Officer) -> str:
    return officer.unit.title if officer.unit else officer.agency.title


def _message(session: Session, match: Match) -> Message:
    mention = session.get_one(Mention, match.mention_id)
    return session.get_one(Message, mention.message_id)


def _what(session: Session, match: Match) -> str:
    mention = session.get_one(Mention, match.mention_id)
    return sealing.unseal_or(session, mention, "text", wording.erased())


def _is_common(session: Session, match: Match) -> bool:
    return any(
        r.text == evidence_wording.common_name() for r in judgements.evidence(session, match)
    )
