"""Saying what waits in the outbox: once, paced, and only to people who may read it now."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.conversation import discretion, inbox, outbox, rooms, turns
from bot.conversation.messages import AccountRef, Words
from bot.conversation.ports import Chat, Discreet
from bot.conversation.turns import LEASE
from bot.errors import ChatBusy, ChatRefused, ChatUnavailable
from bot.followup import askers, copies, dues
from bot.governance import access, ledger
from bot.governance.access import Withheld
from bot.governance.ledger import Operation
from bot.wording import conversation as wording
from storage import sealing
from storage.errors import Erased, WrongKey
from storage.models import Account, Act, Card, Case, Delivery, Officer, Progress, Prompt, Room

if TYPE_CHECKING:
    from bot.liaison import Liaison

log = structlog.get_logger()

AT_ONCE = 40
AT_A_STRETCH = timedelta(seconds=5)
"""How long to go on saying before it is asked anew whose turn it is, and what was heard."""
LEAST_WAIT = timedelta(milliseconds=100)
HANGS = timedelta(seconds=10)
"""A chat that takes longer to say one thing keeps nothing else from being said by others."""
RENEWS = LEASE / 3
LEAST_LEFT = LEASE / 6
"""Who has less of a lease left does not begin to say something: another may be about to."""
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)
UNTIL_LET_IN = timedelta(minutes=10)
"""How long to wait before a room that did not let the bot speak is told again that it is there."""

_NOWHERE = "no private room on this chat"


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    act: Act
    key: str
    platform: str
    address: str
    account: AccountRef | None
    thread: str | None
    words: Words | None
    event: str | None
    is_retry: bool
    made_at: datetime


class _LeaseLost(Exception):
    """Another process has taken over what we meant to say."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    claimed: _Claimed
    progress: Progress
    event: str | None = None
    address: str = ""
    present: Sequence[AccountRef] | None = None
    """Who was there; `None` where nobody needed to look."""
    fault: str | None = None
    withheld: bool = False
    wait: timedelta | None = None
    is_busy: bool = False
    """Its turn comes later; nobody has tried to say it yet."""
    is_left: bool = False
    """Nothing more is said on its chat for now."""
    is_new: bool = False
    """Said just now, and not found said."""


async def deliver(liaison: "Liaison", chat: Chat) -> int:
    """Say what is due on this chat, for a while. Returns how many deliveries were settled."""
    settled, until = 0, liaison.now() + AT_A_STRETCH
    while True:
        claimed = await liaison.do(partial(_claim, chat=chat, now=liaison.now(), limit=AT_ONCE))
        if not claimed:
            return settled
        outcomes = await _deliver_all(liaison, chat, claimed, until)
        await liaison.do(partial(_settle, outcomes=outcomes, now=liaison.now()))
        finished = sum(each.progress is not Progress.PENDING for each in outcomes)
        settled += finished
        is_over = any(each.is_left for each in outcomes)
        if is_over or not (finished or any(each.is_busy for each in outcomes)):
            return settled


async def _deliver_all(
    liaison: "Liaison", chat: Chat, claimed: Sequence[_Claimed], until: datetime
) -> list[_Outcome]:
    """Say these one after the other; what is left *until* then keeps its place."""
    outcomes: list[_Outcome] = []
    for number, each in enumerate(claimed, 1):
        saying = asyncio.create_task(_deliver(liaison, chat, each))
        await asyncio.wait([saying], timeout=HANGS.total_seconds())
        is_hung = not saying.done()
        if is_hung:
            await _let_go(liaison, claimed[number:])
            await _hold_on(liaison, each, saying)
        outcome = None if saying.cancelled() else saying.result()
        if outcome is not None:
            outcomes.append(outcome)
        if is_hung:
            return outcomes
        # A clock that was set back must not make this a long time.
        is_over = not until - AT_A_STRETCH <= liaison.now() < until
        if is_over or (outcome is not None and outcome.is_left):
            return [*outcomes, *_left(claimed[number:])]
    return outcomes


async def _let_go(liaison: "Liaison", claimed: Sequence[_Claimed]) -> None:
    """Others may say these: we have not begun to."""
    await liaison.do(partial(_settle, outcomes=_left(claimed), now=liaison.now()))


async def _hold_on(
    liaison: "Liaison", it: _Claimed, saying: "asyncio.Task[_Outcome | None]"
) -> None:
    """Keep the lease while the chat takes its time; let it be when another has it by now."""
    while not saying.done():
        if not await liaison.do(partial(_renew, delivery_id=it.id, now=liaison.now())):
            saying.cancel()
        await asyncio.wait([saying], timeout=RENEWS.total_seconds())


def _renew(session: Session, delivery_id: int, now: datetime) -> bool:
    row = session.get_one(Delivery, delivery_id, with_for_update=True)
    if row.lease_owner != session.info["process"]:
        return False
    row.lease_until = now + LEASE
    return True


def _left(claimed: Sequence[_Claimed]) -> list[_Outcome]:
    return [_Outcome(each, Progress.PENDING, is_left=True) for each in claimed]


def drop_leases(session: Session) -> None:
    """Let be said at once what a process that is no more meant to say.

    Only for one who is alone: elsewhere the others may be saying it.
    """
    session.execute(
        update(Delivery)
        .where(Delivery.lease_owner.is_not(None))
        .values(lease_owner=None, lease_until=None)
    )


def next_due_at(session: Session, now: datetime, platforms: Sequence[str]) -> datetime | None:
    """When a promise, a delivery on these platforms or another try is due next, if ever."""
    waiting = turns.next_due_at(session, now, platforms)
    known = (waiting, dues.next_due_at(session, now), inbox.next_try_at(session))
    return min((each for each in known if each is not None), default=None)


def _claim(session: Session, chat: Chat, now: datetime, limit: int) -> list[_Claimed]:
    """Take what is due on this chat, by turns."""
    # Private words wait there until they are opened.
    waits = isinstance(chat, Discreet) and chat.is_discreet
    rows = turns.next_due(session, now, chat.platform, limit)
    bases = {
        base.key: base
        for base in session.scalars(
            select(Delivery).where(Delivery.key.in_([row.about for row in rows if row.about]))
        )
    }
    claimed = []
    for row in rows:
        base = bases.get(row.about) if row.about else None
        if row.about and row.event is None and (base is None or base.progress is Progress.FAILED):
            row.progress, row.fault = Progress.FAILED, "what it was about was never said"
            continue
        try:
            words = _words(session, row, now, waits=waits)
        except Erased:
            row.progress, row.fault = Progress.FAILED, "erased before it was said"
            continue
        except WrongKey:  # It was altered; the others must not wait for it.
            log.error("words do not open", delivery=row.id)
            row.progress, row.fault = Progress.FAILED, "its words do not open"
            continue
        account = _account(session, row)
        if row.officer_id is not None and account is None:
            row.progress, row.fault = Progress.FAILED, "the officer has no account on this chat"
            continue
        claimed.append(
            _Claimed(
                row.id,
                row.act,
                row.key,
                row.platform,
                (base.address if base else "") or row.address,
                account,
                row.thread,
                words,
                _event(row, base),
                row.attempts > 0,
                row.made_at,
            )
        )
        row.attempts += 1
        row.lease_owner, row.lease_until = session.info["process"], now + LEASE
    return claimed


def _event(row: Delivery, base: Delivery | None) -> str | None:
    """What this is about. What was said twice is taken back once: what is on record stays."""
    said = base.event if base is not None else None
    return said if row.event is None else None if row.event == said else row.event


def _words(session: Session, row: Delivery, now: datetime, *, waits: bool) -> Words | None:
    """What is said. Raises `Erased` or `WrongKey`."""
    if row.act is Act.RETRACT:
        return None
    return discretion.told(session, row, outbox.words_of(session, row), now, waits=waits)


async def _deliver(liaison: "Liaison", chat: Chat, it: _Claimed) -> _Outcome | None:
    """Say it; what came of it, or nothing where another process has it by now."""
    try:
        return await _done(liaison, chat, it)
    except _LeaseLost:
        return None
    except ChatBusy as fault:
        turn = max(timedelta(seconds=fault.retry_after or 0), LEAST_WAIT)
        return _Outcome(
            it,
            Progress.PENDING,
            fault="busy",
            wait=turn,
            is_busy=True,
            is_left=fault.is_for_all,
        )
    except ChatUnavailable as fault:
        wait = timedelta(seconds=fault.retry_after) if fault.retry_after else None
        return _Outcome(it, Progress.PENDING, fault=type(fault).__name__, wait=wait or FIRST_WAIT)
    except ChatRefused as fault:
        return _Outcome(it, Progress.FAILED, fault=str(fault)[:200])
    except Exception as fault:  # whatever it is, it must not keep the others from being said
        log.error("words could not be said", delivery=it.id, fault=type(fault).__name__)
        return _Outcome(it, Progress.PENDING, fault=type(fault).__name__, wait=FIRST_WAIT)


async def _done(liaison: "Liaison", chat: Chat, it: _Claimed) -> _Outcome:
    address = it.address
    if it.account is not None and not address:
        address = await chat.private_room(it.account) or ""
        if not address:
            return _Outcome(it, Progress.FAILED, fault=_NOWHERE)
    if it.act is Act.RETRACT:
        if it.event is not None:
            await chat.retract(it.key, address, it.event)
        return _Outcome(it, Progress.DONE, it.event, address)
    words = it.words
    assert words is not None
    present = list(await chat.members(address))
    # It may have been said before we were killed: ask before saying it again.
    event = None
    if it.act is Act.SAY and it.is_retry:
        event = await chat.find_said(it.key, address, thread=it.thread, since=it.made_at)
    asked_at = liaison.now()
    decision = await liaison.read(lambda session: _decide(session, it.id, present, asked_at))
    if liaison.now() - asked_at > LEAST_LEFT / 2:
        raise _LeaseLost  # We were stopped in between, and another may have it.
    if isinstance(decision, Withheld):
        return _Outcome(it, Progress.FAILED, fault=decision.why, present=present, withheld=True)
    if it.act is Act.REVISE:
        if it.event is not None:
            await chat.revise(it.key, address, it.event, words)
        return _Outcome(it, Progress.DONE, it.event, address, present)
    is_new = event is None and decision is not None
    if is_new:
        event = await chat.say(it.key, address, words, thread=it.thread)
    progress, fault = (Progress.DONE, None) if event else (Progress.FAILED, outbox.WITHDRAWN)
    return _Outcome(it, progress, event, address, present, fault, is_new=is_new)


def _decide(
    session: Session, delivery_id: int, present: Sequence[AccountRef], now: datetime
) -> access.Decision | None:
    """Whether these may be told; `None` where it was taken back: found perhaps, said no more."""
    delivery = session.get_one(Delivery, delivery_id)
    room = session.get(Room, delivery.room_id) if delivery.room_id else None
    is_ours = delivery.lease_owner == session.info["process"]
    if not is_ours or delivery.lease_until is None or delivery.lease_until < now + LEAST_LEFT:
        raise _LeaseLost
    if delivery.act is Act.SAY and outbox.is_retracted(session, delivery.key):
        return None
    if delivery.progress is not Progress.PENDING:
        return Withheld(outbox.WITHDRAWN)
    return access.decide(session, delivery, present, room, now)


def _settle(session: Session, outcomes: Sequence[_Outcome], now: datetime) -> None:
    rows = _locked(session, [each.claimed.id for each in outcomes])
    for outcome in outcomes:
        row = rows[outcome.claimed.id]
        if row.lease_owner != session.info["process"]:
            _make_good(session, row, outcome, now)
            continue
        row.lease_owner = row.lease_until = None
        row.fault = outcome.fault
        if outcome.is_busy or outcome.is_left:
            row.attempts -= 1
            row.due_at = now + outcome.wait if outcome.wait else row.due_at
            continue
        if outcome.progress is Progress.PENDING:
            tries = min(row.attempts, 9)
            row.due_at = now + min((outcome.wait or FIRST_WAIT) * 2 ** (tries - 1), LONGEST_WAIT)
            continue
        room = session.get(Room, row.room_id) if row.room_id else None
        if room is not None and outcome.present is not None:
            rooms.note_present(session, room, outcome.present, now=now)
        if _waits_to_be_let_in(row, room, outcome):
            row.due_at = now + UNTIL_LET_IN
            continue
        row.progress = outcome.progress
        is_forgotten = row.act is Act.RETRACT and outbox.forget_place(session, row)
        if outcome.progress is Progress.FAILED and row.act is Act.SAY:
            _give_up_card(session, row, now)
        if outcome.withheld:
            _warn(session, row, outcome.fault or "", now)
            continue
        if outcome.progress is Progress.FAILED:
            log.warning("words were refused", delivery=row.id, fault=outcome.fault)
            _tell_asker(session, row, now)
            continue
        row.event, row.said_at = outcome.event, now
        if row.in_confidence:
            row.address = outcome.address
            outbox.part(session, row)
            _record(session, row, (), now)
            continue
        row.address = "" if is_forgotten else outcome.address
        if row.act is not Act.RETRACT:
            _record(session, row, outcome.present or (), now)


def _locked(session: Session, ids: Sequence[int]) -> dict[int, Delivery]:
    """These deliveries, as nobody else changes them now. In one order everywhere: no deadlocks."""
    wanted = select(Delivery).where(Delivery.id.in_(ids)).order_by(Delivery.id).with_for_update()
    return {row.id: row for row in session.scalars(wanted)}


def _make_good(session: Session, row: Delivery, outcome: _Outcome, now: datetime) -> None:
    """Our lease ended before we were done: another says it, or has said it, and we did so too."""
    if outcome.progress is not Progress.DONE:
        return
    if row.act is Act.SAY and outcome.is_new and outcome.event is not None:
        log.warning("words may have been said twice", delivery=row.id)
        outbox.take_back_double(session, row, outcome.event, outcome.address, now=now)
    if row.act is Act.REVISE and row.about is not None:
        outbox.show_again(session, row.about, now=now)


def _waits_to_be_let_in(row: Delivery, room: Room | None, outcome: _Outcome) -> bool:
    return (
        outcome.progress is Progress.FAILED
        and not outcome.withheld
        and row.key.startswith(rooms.ANNOUNCEMENT)
        and room is not None
        and room.retired_at is None
    )


def _record(session: Session, row: Delivery, present: Sequence[AccountRef], now: datetime) -> None:
    """Who was there when it was said."""
    officers = [access.officer_of(session, account) for account in present]
    who = [
        officer.slug if officer else f"unknown:{account.home}/{account.user}"
        for officer, account in zip(officers, present, strict=True)
    ]
    sealing.seal(session, row, "present", json.dumps(who))
    about: list[int | None] = [*row.case_ids] or [None]
    for case_id in about:
        ledger.record(
            session, Operation.DISCLOSURE, now=now, case_id=case_id,
            subject=f"delivery:{row.id}", present=len(who), marking=row.marking,
            to=[officer.slug for officer in officers if officer],
        )  # fmt: skip


def _warn(session: Session, row: Delivery, why: str, now: datetime) -> None:
    """Silence there; a private word to whoever answers for what was not said."""
    ledger.record(
        session, Operation.REFUSAL, now=now, case_id=next(iter(row.case_ids), None),
        subject=f"delivery:{row.id}", why=why,
    )  # fmt: skip
    room = session.get(Room, row.room_id) if row.room_id else None
    if room is None:
        if why != outbox.WITHDRAWN:
            _tell_sender(session, row, why, now)
        return
    officer = _answerable(session, row)
    if officer is not None:
        outbox.tell(
            session,
            key=f"withheld:{row.key}",
            officer=officer,
            words=Words(wording.withheld_from_room(room.title, why)),
            now=now,
        )


def _give_up_card(session: Session, row: Delivery, now: datetime) -> None:
    """A card that could not be shown is over: what is said next comes on one of its own."""
    card = _card(session, row)
    if card is not None and card.withdrawn_at is None:
        card.withdrawn_at = now


def _card(session: Session, row: Delivery) -> Card | None:
    kind, _, number = (row.about or row.key).partition(":")
    return session.get(Card, int(number)) if kind == "card" and number.isdigit() else None


def _tell_sender(session: Session, row: Delivery, why: str, now: datetime) -> None:
    """Whoever had something said in private must not believe that it was."""
    sender = session.get(Officer, row.sender_id) if row.sender_id is not None else None
    reader = session.get(Officer, row.officer_id) if row.officer_id is not None else None
    if sender is None or reader is None:
        return
    # Another agency's officers are its own matter: neither who it was nor why is told.
    is_ours = sender.agency_id == reader.agency_id
    words = (
        wording.could_not_be_told(reader.name, why)
        if is_ours
        else wording.could_not_be_told(reader.agency.title, "")
    )
    outbox.tell(session, key=f"withheld:{row.key}", officer=sender, words=Words(words), now=now)


def _tell_asker(session: Session, row: Delivery, now: datetime) -> None:
    """Whoever put a question must not believe that somebody's telephone rang."""
    if row.fault != _NOWHERE:
        return
    prompt = session.get(Prompt, row.prompt_id) if row.prompt_id is not None else None
    reader = session.get(Officer, row.officer_id) if row.officer_id is not None else None
    if prompt is not None and reader is not None and row.key.startswith(copies.COPY):
        askers.warn_of_silence(session, prompt, reader, now=now)


def _answerable(session: Session, row: Delivery) -> Officer | None:
    """The author of what a card speaks of; else the owner of the case."""
    card = _card(session, row)
    if card is not None:
        return session.get(Officer, card.officer_id)
    owners = [session.get_one(Case, case_id).owner_id for case_id in row.case_ids]
    owner = next((each for each in owners if each is not None), None)
    return session.get(Officer, owner) if owner is not None else None


def _account(session: Session, row: Delivery) -> AccountRef | None:
    if row.officer_id is None:
        return None
    found = session.scalar(
        select(Account)
        .where(Account.officer_id == row.officer_id, Account.platform == row.platform)
        .order_by(Account.id)
        .limit(1)
    )
    return AccountRef(found.platform, found.home, found.user) if found is not None else None
