"""A hit on something the asker may not know of: its owner alone is asked what may be told."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import commonness, judgements, quoting
from bot.conversation import outbox
from bot.conversation.messages import Style, Words
from bot.errors import UserError
from bot.followup.kinds import SNOOZE, Choice, Kind
from bot.followup.prompts import Question
from bot.governance import access, agreements, ledger, markings
from bot.governance.ledger import Operation
from bot.wording import casework as wording
from bot.wording import matches as matches_wording
from storage import sealing
from storage.models import (
    Act,
    Case,
    Delivery,
    Match,
    Mention,
    Message,
    Officer,
    Progress,
    Prompt,
    Unit,
)

SILENT = Choice("silent", "Stay silent", True)
CONTACT = Choice("contact", "Give desk number", True, style=Style.PRIMARY)
DISCLOSE = Choice("disclose", "Disclose…", True, asks="What may the asker be told?")


def question(session: Session, match: Match, case: Case, message: Message) -> Question:
    """What the owner of a hidden match is asked: what the asker may be told of it."""
    if case.silent:
        match.notice = SILENT.id
    return Question(
        kind="hidden",
        profile="hidden_hit",
        marking=case.marking,
        unit=case.unit,
        case=case,
        match=match,
        message=message,
        asked_by=session.get_one(Officer, message.officer_id),
    )


def let_agreement_answer(
    session: Session, prompt: Prompt, match: Match, case: Case, message: Message, *, now: datetime
) -> None:
    """Tell the asker whom to call where an agreement says so; the owner may still say otherwise."""
    if not agreements.may_speak(case, is_verified=match.is_verified):
        return
    mention = session.get_one(Mention, match.mention_id)
    author = session.get_one(Officer, message.officer_id)
    agreed = agreements.applying(
        session, case.agency_id, author.agency_id, mention.label, case.marking, now
    )
    if agreed is None or agreed.notice != CONTACT.id:
        return
    match.notice = CONTACT.id
    owner = session.get(Officer, case.owner_id) if case.owner_id is not None else None
    _give_contact(session, prompt, match, case, author, now, sender=owner)
    ledger.record(
        session, Operation.DISCLOSURE, now=now, case_id=case.id,
        subject=f"match:{match.id}", agreement=agreed.slug, notice=match.notice,
    )  # fmt: skip


def choices(_session: Session, _prompt: Prompt) -> Sequence[Choice]:
    return (SILENT, CONTACT, DISCLOSE, SNOOZE)


def detail(session: Session, prompt: Prompt, reader: Officer, now: datetime) -> str:
    """The reader's own item, and where it was touched. Never the asker's words, unless the
    reader's agency is in that room and may read them."""
    match = session.get_one(Match, prompt.match_id or 0)
    case = session.get_one(Case, match.case_id)
    mention = session.get_one(Mention, match.mention_id)
    message = session.get_one(Message, mention.message_id)
    author = session.get(Officer, message.officer_id) if message.officer_id else None
    reasons = judgements.evidence(session, match)
    return matches_wording.hidden(
        code=prompt.code,
        reasons_for=[r.text for r in reasons if not r.against],
        reasons_against=[
            *(r.text for r in reasons if r.against),
            *commonness.reasons_against(session, mention, reader, now),
        ],
        case=case.code,
        title=sealing.unseal_or(session, case, "title", wording.erased()),
        asker=author.agency.title if author else "",
        quote=quoting.quoted(session, message, reader),
        agreed=match.notice == CONTACT.id,
    )


def settle(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    choice: Choice,
    fields: Mapping[str, str],
    now: datetime,
) -> str | Words:
    """Tell the asker's side what its owner decided: nothing, whom to call, or more."""
    match = session.get_one(Match, prompt.match_id or 0)
    case = session.get_one(Case, match.case_id)
    asker = session.get(Officer, prompt.asked_by) if prompt.asked_by else None
    said = fields.get("text", "").strip()
    marking = markings.stated(said) or case.marking
    if choice.id == DISCLOSE.id and not said:
        raise UserError(matches_wording.say_what_to_disclose())
    # The owner's own words: a marking stated in them says how far they reach.
    is_cleared = asker is None or markings.is_within(marking, asker.clearance)
    if choice.id == DISCLOSE.id and not is_cleared:
        raise UserError(matches_wording.asker_not_cleared(marking))
    stays = asker is not None and not access.reaches(marking, case.agency_id, asker)
    if choice.id == DISCLOSE.id and stays:
        raise UserError(matches_wording.stays_in_your_agency())
    match.notice = choice.id
    ledger.record(
        session, Operation.DISCLOSURE, now=now, actor=officer, case_id=case.id,
        subject=f"match:{match.id}", notice=choice.id,
    )  # fmt: skip
    if choice.id == SILENT.id or asker is None:
        # An agreement may have answered before its owner did.
        if asker is not None and _take_back(session, prompt, asker, now):
            return matches_wording.fell_silent(asker.agency.title)
        return matches_wording.stayed_silent()
    if choice.id == CONTACT.id:
        _give_contact(session, prompt, match, case, asker, now, sender=officer)
        return matches_wording.gave_contact(asker.agency.title)
    outbox.tell(
        session,
        key=_telling(prompt, _tellings(session, prompt)),
        officer=asker,
        words=Words(
            matches_wording.disclosed(prompt.code, said, desk_of(case), number_of(session, case))
        ),
        now=now,
        marking=marking,
        sender=officer,
        from_agency_id=case.agency_id,
    )
    return matches_wording.disclosed_to(asker.agency.title)


def undo(session: Session, prompt: Prompt, officer: Officer, _choice: Choice, now: datetime) -> str:
    """Take the decision back; what the asker was told is corrected with them."""
    match = session.get_one(Match, prompt.match_id or 0)
    match.notice = None
    asker = session.get(Officer, prompt.asked_by) if prompt.asked_by else None
    if asker is not None:
        _take_back(session, prompt, asker, now)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, case_id=match.case_id,
        subject=f"match:{match.id}", notice="",
    )  # fmt: skip
    return matches_wording.undone()


def lapse(session: Session, prompt: Prompt, now: datetime) -> None:
    """No choice means silent."""
    match = session.get_one(Match, prompt.match_id or 0)
    match.notice = match.notice or SILENT.id
    ledger.record(
        session, Operation.CLOCK, now=now, case_id=match.case_id, subject=f"match:{match.id}",
        notice=match.notice, lapsed=True,
    )  # fmt: skip


KIND = Kind("hidden", choices, detail, settle, undo=undo, lapse=lapse, climbs=False)


def desk_of(case: Case) -> str:
    """Whose case it is, as the other side reads it."""
    if case.unit is None:
        return case.agency.title
    return f"{case.agency.title}, {case.unit.title}"


def number_of(session: Session, case: Case) -> str:
    """The number to call about it: the desk's, else the watch desk's."""
    if case.unit is not None and case.unit.desk_number:
        return case.unit.desk_number
    watch = session.scalar(
        select(Unit).where(
            Unit.agency_id == case.agency_id, Unit.is_watch.is_(True), Unit.retired_at.is_(None)
        )
    )
    return watch.desk_number if watch is not None else ""


def _give_contact(
    session: Session,
    prompt: Prompt,
    match: Match,
    case: Case,
    asker: Officer,
    now: datetime,
    *,
    sender: Officer | None,
) -> None:
    mention = session.get_one(Mention, match.mention_id)
    outbox.tell(
        session,
        key=_telling(prompt, _tellings(session, prompt)),
        officer=asker,
        words=Words(
            matches_wording.contact(
                prompt.code, mention.label, desk_of(case), number_of(session, case)
            )
        ),
        now=now,
        sender=sender,
    )


def _take_back(session: Session, prompt: Prompt, asker: Officer, now: datetime) -> bool:
    """Take back what the asker was told, as far as they were. Returns whether they had been.

    What is not said yet is never said, and whoever heard nothing hears of nothing.
    """
    tellings = _tellings(session, prompt)
    was_told = False
    for delivery in tellings:
        if delivery.progress is Progress.FAILED or outbox.is_retracted(session, delivery.key):
            continue
        was_told = was_told or delivery.progress is Progress.DONE or delivery.attempts > 0
        outbox.retract(session, delivery.key, now=now)
    if was_told:
        outbox.tell(
            session,
            key=f"contact-undone:{prompt.id}:{len(tellings)}",
            officer=asker,
            words=Words(matches_wording.contact_taken_back(prompt.code)),
            now=now,
        )
    return was_told


def _tellings(session: Session, prompt: Prompt) -> Sequence[Delivery]:
    """Everything the asker was to be told of this hit."""
    return session.scalars(
        select(Delivery)
        .where(
            Delivery.key.startswith(f"notice:{prompt.id}:", autoescape=True),
            Delivery.act == Act.SAY,
        )
        .order_by(Delivery.id)
    ).all()


def _telling(prompt: Prompt, before: Sequence[Delivery]) -> str:
    """Under which key the asker is told: a new one each time, since an undo may be undone."""
    return f"notice:{prompt.id}:{len(before)}"
