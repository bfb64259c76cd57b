"""The question whether a mention is somebody's known person or thing, and what its answers do."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import judgements
from bot.conversation import cards, outbox
from bot.conversation.messages import Style, Trust, Words
from bot.followup.kinds import BRIEF_US, NEED_MORE, PASS_ON, SNOOZE, Choice, Kind
from bot.governance import access
from bot.wording import casework as wording
from storage import sealing
from storage.models import (
    Case,
    Judgement,
    Match,
    Mention,
    Message,
    Officer,
    Prompt,
    Room,
    Verdict,
)

SAME = Choice("confirm", "Same", True, style=Style.PRIMARY)
NOT_SAME = Choice("not_same", "Not the same", True)
CHECKS: Mapping[str, Choice] = {
    "birth date": Choice("confirm_birth", "Same: birth date checked", True, style=Style.PRIMARY),
    "document": Choice("confirm_document", "Same: document seen", True),
    "photo": Choice("confirm_photo", "Same: photo compared", True),
    "own knowledge": Choice("confirm_known", "Same: known to me", True),
}


def choices(session: Session, prompt: Prompt) -> Sequence[Choice]:
    """A verified identifier is confirmed in one tap; a name only with what was checked."""
    match = session.get_one(Match, prompt.match_id or 0)
    if match.is_verified:
        ways: tuple[Choice, ...] = (SAME,)
    else:
        ways = tuple(
            choice
            for checked, choice in CHECKS.items()
            if not (checked == "own knowledge" and _is_common(session, match))
        )
    return (*ways, NOT_SAME, NEED_MORE, PASS_ON, SNOOZE, BRIEF_US)


def detail(session: Session, prompt: Prompt, reader: Officer, now: datetime) -> str:
    """The quoted words, and the evidence for and against."""
    match = session.get_one(Match, prompt.match_id or 0)
    case = session.get_one(Case, match.case_id)
    mention = session.get_one(Mention, match.mention_id)
    message = session.get_one(Message, mention.message_id)
    author = session.get(Officer, message.officer_id) if message.officer_id else None
    room = session.get(Room, message.room_id) if message.room_id else None
    reasons = judgements.evidence(session, match)
    return wording.same(
        label=mention.label,
        agency=author.agency.title if author else "",
        room=room.title if room else "",
        quote=sealing.unseal_or(session, message, "text", wording.erased()),
        reasons_for=[r.text for r in reasons if not r.against],
        reasons_against=[r.text for r in reasons if r.against],
        case=case.code,
        title=sealing.unseal_or(session, case, "title", wording.erased()),
        disputed=len({j.verdict for j in judgements.standing(session, match)}) > 1,
    )


def settle(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: Choice,
    _fields: Mapping[str, str],
    now: datetime,
) -> str | Words:
    """Judge the match, and tell the author's thread as much as its room may know."""
    match = session.get_one(Match, prompt.match_id or 0)
    case = session.get_one(Case, match.case_id)
    checked = next((what for what, way in CHECKS.items() if way.id == choice.id), None)
    verdict = Verdict.DIFFERENT if choice.id == NOT_SAME.id else Verdict.SAME
    judgement = judgements.judge(
        session, match, officer, verdict, now=now, trust=Trust.AUTHENTICATED, checked=checked
    )
    _tell_author(session, prompt, match, case, judgement, officer, now)
    if verdict is Verdict.SAME:
        return wording.confirmed(case.code, _what(session, match), checked)
    return wording.rejected(case.code, _what(session, match))


def dispute(
    session: Session, prompt: Prompt, officer: Officer, choice: Choice, now: datetime
) -> str:
    """A later, different answer is kept, and the match is marked disputed."""
    match = session.get_one(Match, prompt.match_id or 0)
    verdict = Verdict.DIFFERENT if choice.id == NOT_SAME.id else Verdict.SAME
    checked = next((what for what, way in CHECKS.items() if way.id == choice.id), None)
    judgements.judge(
        session, match, officer, verdict, now=now, trust=Trust.AUTHENTICATED, checked=checked
    )
    case = session.get_one(Case, match.case_id)
    return wording.disputed(case.code)


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
        return wording.nothing_to_undo()
    judgements.undo(session, judgement, officer, now=now)
    _clear_card(session, prompt, now)
    return wording.undone()


KIND = Kind("identify", choices, detail, settle, dispute=dispute, undo=undo)


def _tell_author(
    session: Session,
    prompt: Prompt,
    match: Match,
    case: Case,
    judgement: Judgement,
    officer: Officer,
    now: datetime,
) -> None:
    message = session.get(Message, prompt.message_id) if prompt.message_id else None
    if message is None or message.room_id is None:
        return
    room = session.get_one(Room, message.room_id)
    mention = session.get_one(Mention, match.mention_id)
    text = sealing.unseal_or(session, mention, "text", wording.erased())
    desk = officer.unit.title if officer.unit else officer.agency.title
    is_same = judgement.verdict is Verdict.SAME
    present = access.present_in(session, room)
    if not access.room_may_see(session, room, case, present, now):
        return
    thread = message.thread or message.event
    outbox.say(
        session,
        key=f"outcome:{judgement.id}",
        room=room,
        thread=thread,
        words=Words(wording.outcome(mention.label, text, case.code, desk, is_same=is_same)),
        now=now,
        cases=[case],
    )
    judgements.told(session, judgement, now=now, room=room, thread=thread)
    card = cards.of_message(session, message.id)
    if card is not None:
        cards.settle(session, card, wording.card_outcome(case.code, desk, is_same=is_same), now=now)


def _clear_card(session: Session, prompt: Prompt, now: datetime) -> None:
    card = cards.of_message(session, prompt.message_id) if prompt.message_id else None
    if card is not None and card.withdrawn_at is None:
        cards.settle(session, card, wording.card_reopened(), now=now)


def _what(session: Session, match: Match) -> str:
    mention = session.get_one(Mention, match.mention_id)
    return sealing.unseal_or(session, mention, "text", wording.erased())


def _is_common(session: Session, match: Match) -> bool:
    return any(r.text == wording.common_name() for r in judgements.evidence(session, match))
