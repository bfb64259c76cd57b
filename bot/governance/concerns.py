"""Concerns raised in confidence, both ways: apart from everything, under keys of their own.

Nothing here says who raised one. Whoever holds the reply code is the one who raised it.
"""

import random
import re
from datetime import datetime, timedelta
from typing import NewType

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import references
from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Tap, Trust, Words
from bot.errors import NotAllowed, UserError
from bot.followup import dues
from bot.governance import access, erasing, ledger, rules
from bot.governance.ledger import Operation
from bot.wording import governance as wording
from nlp import names
from storage import sealing
from storage.models import (
    Concern,
    ConcernReply,
    Delivery,
    Due,
    DueState,
    Officer,
    Role,
    Tlp,
    Unit,
)

ReplyCode = NewType("ReplyCode", str)
"""What only the person who raised a concern knows of it."""

DUE = "concern"
KEY = "concerns"
"""The key above all that is said in confidence."""
ANONYMOUS = "confidential"
"""Who did it, as the ledger writes it."""

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_GROUPS, _LETTERS = 3, 4
_RECEIPT_STAYS = timedelta(days=1)
_LAST_DAY = timedelta(hours=23, minutes=59, seconds=59)
"""The day of receipt is not counted, and the last day is whole."""
_SAID = re.compile(r"\s*(?:[!@/]liaison\b[\s,:]*)?concern\b[\s:,]*", re.IGNORECASE)
_REPLY = re.compile(
    r"reply\s+(?P<code>[0-9A-Z]{3,5}(?:-?[0-9A-Z]{4}){0,2})\b\s*(?P<text>.*)",
    re.IGNORECASE | re.DOTALL,
)

# What is promised about a concern, as occurrences of its due rows.
_ACKNOWLEDGE_SOON, _ACKNOWLEDGE, _FEEDBACK_SOON, _FEEDBACK, _RECEIPT = range(5)


def is_concern(text: str) -> bool:
    """Whether these words, said in private, are about a concern and so must leave no copy."""
    return _SAID.match(text) is not None


def without_command(text: str) -> str:
    """The words without the command in front of them."""
    return _SAID.sub("", text, count=1).strip()


def raise_concern(session: Session, officer: Officer, text: str, *, now: datetime) -> str:
    """Keep a concern, or a further word to one, and tell the person so. Returns the reply code.

    Called as the words are heard, so that they are kept nowhere else. Never raises for the person:
    what could not be done is told to them.
    """
    try:
        words, code = heard(session, officer, text, now=now)
    except UserError as mistake:
        words, code = Words(str(mistake)), ""
    _receipt(session, officer, words, now)
    return code


def heard(session: Session, officer: Officer, text: str, *, now: datetime) -> tuple[Words, str]:
    """What is answered to these words, and the reply code when a concern was raised by them."""
    reply = _REPLY.fullmatch(text.strip())
    if reply is not None:
        answer_to(session, officer, reply["code"], reply["text"], now=now)
        return Words(wording.concern_read(_exchange(session, officer, reply["code"]))), ""
    if not text.strip():
        raise UserError(wording.concern_how())
    code = _keep(session, officer, text.strip(), now)
    days = rules.load().concern_acknowledged.days
    return Words(wording.concern_kept(code, days, rules.load().concern_feedback_months)), code


def answer_to(session: Session, officer: Officer, code: str, text: str, *, now: datetime) -> None:
    """Add a word to a concern: by its reply code, or by its handler. Without words: read only.

    Raises `NotAllowed`, always in the same words, when the code opens nothing for this person.
    """
    concern, is_handler = _opened_by(session, officer, code)
    if not text.strip():
        if is_handler:
            _consulted(session, concern, officer, now)
        return
    if concern.closed_at is not None:
        raise UserError(wording.concern_is_closed())
    reply = ConcernReply(
        concern_id=concern.id,
        from_handler=is_handler,
        at=now,
        key_id=sealing.keyring(session).mint(concern.key_id),
    )
    sealing.seal(session, reply, "text", text.strip())
    session.add(reply)
    session.flush()
    ledger.record(
        session, Operation.COLLECTION, now=now, actor=officer if is_handler else ANONYMOUS,
        subject=f"concern:{concern.code}", reply=True,
    )  # fmt: skip
    if not is_handler:
        _tell_handler(
            session, concern, f"reply:{reply.id}", wording.concern_has_reply(concern.code), now
        )


def acknowledge(session: Session, concern: Concern, officer: Officer, *, now: datetime) -> None:
    """Its handler has it in hand; the clock of the feedback begins."""
    _handler_only(concern, officer)
    if concern.acknowledged_at is not None:
        return
    concern.acknowledged_at = now
    concern.feedback_by = _months_later(now, rules.load().concern_feedback_months)
    for occurrence in (_ACKNOWLEDGE_SOON, _ACKNOWLEDGE):
        _settle(session, concern, occurrence, now)
    _promise_feedback(session, concern, now)
    ledger.record(
        session, Operation.CLOCK, now=now, actor=officer, subject=f"concern:{concern.code}",
        acknowledged=True,
    )  # fmt: skip


def close(
    session: Session, concern: Concern, officer: Officer, feedback: str, *, now: datetime
) -> None:
    """Give the feedback that was promised, and close."""
    _handler_only(concern, officer)
    if not feedback.strip():
        raise UserError(wording.concern_needs_feedback())
    answer_to(session, officer, concern.code, feedback, now=now)
    concern.closed_at = now
    concern.acknowledged_at = concern.acknowledged_at or now
    for occurrence in (_ACKNOWLEDGE_SOON, _ACKNOWLEDGE, _FEEDBACK_SOON, _FEEDBACK):
        _settle(session, concern, occurrence, now)
    ledger.record(
        session, Operation.CLOCK, now=now, actor=officer, subject=f"concern:{concern.code}",
        closed=True,
    )  # fmt: skip


def step_aside(session: Session, concern: Concern, officer: Officer, *, now: datetime) -> None:
    """Its handler is not impartial: it goes to another, and they may read it no more."""
    _handler_only(concern, officer)
    text = sealing.unseal(session, concern, "text")
    before = session.scalars(
        select(Officer)
        .join(Delivery, Delivery.officer_id == Officer.id)
        .where(Delivery.key.startswith(f"concern:{concern.id}:"))
    ).all()
    other = handler_for(session, text, officer.agency_id, avoid=[officer, *before])
    if other is None:
        raise UserError(wording.nobody_else_impartial())
    concern.handler_id = other.id
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer,
        subject=f"concern:{concern.code}", stepped_aside=True,
    )  # fmt: skip
    _tell_handler(session, concern, "passed", wording.concern_is_yours(concern.code), now)


def handler_for(
    session: Session, text: str, agency_id: int, *, avoid: list[Officer]
) -> Officer | None:
    """The oversight officer it goes to: not named in it, of no unit that is, and not of *avoid*.

    Of the same agency where there is one, else of another; `None` when nobody is impartial.
    """
    words = _plain(text)
    staff = list(session.scalars(select(Officer).where(Officer.retired_at.is_(None))))
    named = [each for each in staff if _is_named(each, words)]
    units = {each.unit_id for each in named if each.unit_id is not None}
    units |= {
        unit.id
        for unit in session.scalars(select(Unit))
        if _says(words, unit.title) or _says(words, unit.slug)
    }
    excluded = {each.id for each in [*named, *avoid]}
    impartial = [
        each
        for each in staff
        if access.has(each, Role.OVERSIGHT)
        and each.id not in excluded
        and (each.unit_id is None or each.unit_id not in units)
    ]
    return min(
        impartial,
        key=lambda each: (each.agency_id != agency_id, each.duty_rank, each.slug),
        default=None,
    )


def remind(session: Session, due: Due, now: datetime) -> None:
    """Keep the promises made to whoever raised a concern, unless they were kept already."""
    if due.occurrence == _RECEIPT:
        _forget_receipt(session, due, now)
        return
    concern = session.get(Concern, due.subject_id)
    if concern is None or concern.closed_at is not None:
        return
    asks_acknowledgement = due.occurrence in (_ACKNOWLEDGE_SOON, _ACKNOWLEDGE)
    if asks_acknowledgement and concern.acknowledged_at is not None:
        return
    is_late = due.occurrence in (_ACKNOWLEDGE, _FEEDBACK)
    by = concern.acknowledge_by if asks_acknowledgement else concern.feedback_by
    text = wording.concern_reminder(
        concern.code, by, acknowledge=asks_acknowledgement, late=is_late
    )
    _tell_handler(session, concern, f"due:{due.occurrence}", text, now)
    ledger.record(
        session, Operation.CLOCK, now=now, subject=f"concern:{concern.code}",
        promise=due.occurrence, late=is_late,
    )  # fmt: skip


def on_tap(
    session: Session, officer: Officer, token: list[str], tap: Tap, now: datetime
) -> Words | None:
    """What its handler taps: open, acknowledge, reply, close, step aside."""
    code, verb = (*token, "", "")[:2]
    concern = session.scalar(select(Concern).where(Concern.code == code))
    if concern is None or concern.handler_id != officer.id or tap.trust is not Trust.AUTHENTICATED:
        raise NotAllowed(wording.no_longer_there())
    text = tap.fields.get("text", "")
    match verb:
        case "acknowledge":
            acknowledge(session, concern, officer, now=now)
        case "reply":
            answer_to(session, officer, concern.code, text, now=now)
        case "close":
            close(session, concern, officer, text, now=now)
        case "aside":
            step_aside(session, concern, officer, now=now)
            return Words(wording.stepped_aside())
        case _:
            _consulted(session, concern, officer, now)
    return Words(wording.concern_read(_exchange(session, officer, code)), _controls(concern))


def _keep(session: Session, officer: Officer, text: str, now: datetime) -> str:
    handler = handler_for(session, text, officer.agency_id, avoid=[officer])
    if handler is None:
        raise UserError(wording.nobody_impartial())
    code = _reply_code(session)
    limits = rules.load()
    # To the day only: the moment would show, among the messages, who raised it.
    raised_at = now.replace(hour=0, minute=0, second=0, microsecond=0)
    acknowledge_by = raised_at + limits.concern_acknowledged + _LAST_DAY
    concern = Concern(
        code=references.mint(session, Concern),
        reply_hash=_reply_hash(session, _bare(code)),
        handler_id=handler.id,
        raised_at=raised_at,
        acknowledge_by=acknowledge_by,
        feedback_by=_months_later(acknowledge_by, limits.concern_feedback_months),
        key_id=sealing.keyring(session).mint(sealing.ensure_key(session, KEY)),
    )
    sealing.seal(session, concern, "text", text)
    session.add(concern)
    session.flush()
    soon = acknowledge_by - limits.concern_reminder
    for occurrence, due_at in ((_ACKNOWLEDGE_SOON, soon), (_ACKNOWLEDGE, acknowledge_by)):
        dues.add(session, kind=DUE, subject_id=concern.id, occurrence=occurrence, due_at=due_at)
    _promise_feedback(session, concern, now)
    ledger.record(
        session, Operation.COLLECTION, now=now, actor=ANONYMOUS, subject=f"concern:{concern.code}"
    )
    _tell_handler(session, concern, "raised", wording.concern_is_yours(concern.code), now)
    return code


def _consulted(session: Session, concern: Concern, officer: Officer, now: datetime) -> None:
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=officer,
        subject=f"concern:{concern.code}", purpose="concern",
    )  # fmt: skip


def _promise_feedback(session: Session, concern: Concern, now: datetime) -> None:
    soon = max(concern.feedback_by - rules.load().concern_reminder, now)
    for occurrence, due_at in ((_FEEDBACK_SOON, soon), (_FEEDBACK, concern.feedback_by)):
        dues.add(session, kind=DUE, subject_id=concern.id, occurrence=occurrence, due_at=due_at)


def _settle(session: Session, concern: Concern, occurrence: int, now: datetime) -> None:
    for due in session.scalars(
        select(Due).where(
            Due.kind == DUE, Due.subject_id == concern.id, Due.occurrence == occurrence
        )
    ):
        if due.state is DueState.WAITING:
            dues.settle(due, DueState.SUPERSEDED, now)


def _opened_by(session: Session, officer: Officer, code: str) -> tuple[Concern, bool]:
    """The concern this code opens for this person, and whether as its handler."""
    bare = _bare(code)
    if len(bare) == _GROUPS * _LETTERS:
        hashed = _reply_hash(session, bare)
        concern = session.scalar(select(Concern).where(Concern.reply_hash == hashed))
        if concern is not None:
            return concern, False
    concern = session.scalar(select(Concern).where(Concern.code == code.strip().upper()))
    if concern is None or concern.handler_id != officer.id:
        raise NotAllowed(wording.concern_unknown())
    return concern, True


def _exchange(session: Session, officer: Officer, code: str) -> list[tuple[str, datetime, str]]:
    """Who said what when, as the one or the other side may read it: no names."""
    concern, _ = _opened_by(session, officer, code)
    erased = wording.erased()
    lines = [
        (
            wording.concern_side(False),
            concern.raised_at,
            sealing.unseal_or(session, concern, "text", erased),
        )
    ]
    for reply in session.scalars(
        select(ConcernReply)
        .where(ConcernReply.concern_id == concern.id)
        .order_by(ConcernReply.at, ConcernReply.id)
    ):
        words = sealing.unseal_or(session, reply, "text", erased)
        lines.append((wording.concern_side(reply.from_handler), reply.at, words))
    if concern.acknowledged_at is not None:
        lines.append(
            (wording.concern_side(True), concern.acknowledged_at, wording.concern_in_hand())
        )
    return sorted(lines, key=lambda line: line[1])


def _controls(concern: Concern) -> tuple[Control, ...]:
    if concern.closed_at is not None:
        return ()
    token = f"concern:{concern.code}"
    first = (
        ()
        if concern.acknowledged_at
        else (Control(wording.ACKNOWLEDGE, f"{token}:acknowledge", Style.PRIMARY),)
    )
    return (
        *first,
        Control(wording.REPLY, f"{token}:reply", asks=wording.concern_ask_reply()),
        Control(wording.CLOSE, f"{token}:close", asks=wording.concern_ask_feedback()),
        Control(wording.STEP_ASIDE, f"{token}:aside"),
    )


def _tell_handler(session: Session, concern: Concern, why: str, text: str, now: datetime) -> None:
    handler = session.get_one(Officer, concern.handler_id)
    outbox.tell(
        session,
        key=f"concern:{concern.id}:{why}:{handler.id}",
        officer=handler,
        words=Words(text, (Control(wording.OPEN, f"concern:{concern.code}:open", Style.PRIMARY),)),
        now=now,
        marking=Tlp.GREEN,
    )


def _receipt(session: Session, officer: Officer, words: Words, now: datetime) -> None:
    """Answer the person, in a message that goes again: it is the only trace of who asked."""
    chance: random.Random = session.info["chance"]
    key = f"reply:{chance.getrandbits(62)}"
    outbox.tell(session, key=key, officer=officer, words=words, now=now, in_confidence=True)
    session.flush()
    receipt = session.scalars(select(Delivery).where(Delivery.key == key)).one()
    dues.add(
        session,
        kind=DUE,
        subject_id=receipt.id,
        occurrence=_RECEIPT,
        due_at=now + _RECEIPT_STAYS,
    )


def _forget_receipt(session: Session, due: Due, now: datetime) -> None:
    receipt = session.get(Delivery, due.subject_id)
    if receipt is not None and receipt.words_sealed is not None:
        erasing.deliveries(session, [receipt], now=now)


def _handler_only(concern: Concern, officer: Officer) -> None:
    if concern.handler_id != officer.id:
        raise NotAllowed(wording.concern_unknown())
    if concern.closed_at is not None:
        raise UserError(wording.concern_is_closed())


def _reply_code(session: Session) -> ReplyCode:
    chance: random.Random = session.info["chance"]
    groups = ["".join(chance.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS)]
    return ReplyCode("-".join(groups))


def _reply_hash(session: Session, bare: str) -> int:
    """By what a reply code is known again, that is itself kept nowhere."""
    return sealing.fingerprint(session, sealing.ensure_key(session, KEY), "reply code", bare)


def _bare(code: str) -> str:
    return "".join(each for each in code.upper() if each.isalnum())


def _is_named(officer: Officer, words: str) -> bool:
    """Whether an officer is named: whole, by slug, or by any part of the name that tells."""
    parts = [part for part in _plain(officer.name).split() if len(part) > 2]
    return _says(words, officer.slug) or any(_says(words, part) for part in parts)


def _says(words: str, wanted: str) -> bool:
    return f" {_plain(wanted).strip()} " in words


def _plain(text: str) -> str:
    """The words alone, folded, so that no writing of a name hides it from us."""
    folded = (names.fold(word) for word in re.findall(r"\w+", text))
    return f" {' '.join(folded)} "


def _months_later(at: datetime, months: int) -> datetime:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(at.month - 1 + months, 12)
    for day in range(at.day, 0, -1):
        try:
            return at.replace(year=at.year + year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")
