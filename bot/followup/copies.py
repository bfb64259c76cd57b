"""Each officer's copy of a question: said, said again, and shown closed.

What is pushed is a number, a clock and *Open*, nothing of the matter.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Words
from bot.followup import routing
from bot.followup.deadlines import Policy
from bot.governance import access, markings
from bot.wording import followup as wording
from storage.errors import Erased
from storage.models import (
    Act,
    Case,
    Copy,
    Delivery,
    Officer,
    Progress,
    Prompt,
    PromptState,
    Tlp,
)

ALIVE = (PromptState.OPEN, PromptState.PAUSED)
COPY = "copy:"
"""How the key begins under which a copy is said."""


def push(
    session: Session,
    prompt: Prompt,
    officer: Officer,
    text: str,
    *,
    now: datetime,
    controls: Sequence[Control] = (),
    is_first: bool = False,
) -> Copy:
    """Tell this officer of the question, who has a copy from now on.

    What they were not told yet is replaced. Night rests, unless the question is urgent or its
    time would be over when they wake. With *is_first* nobody was told of the question before, and
    the caller flushes.
    """
    copy = _copy(session, prompt, officer, now, is_first=is_first)
    words = Words(text, (opening(prompt), *controls))
    is_unsaid = not is_first and _is_unsaid(session, copy.delivery_key)
    if is_unsaid and not _is_shared(copy.delivery_key):
        outbox.revise(session, copy.delivery_key, words, now=now)
        return copy
    copy.revision += 1
    _readdress(session, copy, f"{COPY}{prompt.id}:{officer.id}:{copy.revision}", now)
    copy.shown_at = _speaks_at(session, prompt, officer, now)
    outbox.tell(
        session,
        key=copy.delivery_key,
        officer=officer,
        words=words,
        now=now,
        marking=prompt.marking,
        cases=case_of(session, prompt),
        due_at=copy.shown_at,
        prompt_id=prompt.id,
        is_new=is_first,
    )
    if not is_first:
        session.flush()
    return copy


def push_late(session: Session, prompt: Prompt, officer: Officer, *, now: datetime) -> Copy:
    """Tell this officer after an outage: all that waits of one case comes in one message."""
    copy = _copy(session, prompt, officer, now)
    family = f"late:{officer.id}:{prompt.case_id or 0}:"
    waiting = session.scalar(
        select(Delivery).where(
            outbox.under(family),
            Delivery.act == Act.SAY,
            Delivery.progress == Progress.PENDING,
            Delivery.attempts == 0,
        )
    )
    if _is_unsaid(session, copy.delivery_key) and not _is_shared(copy.delivery_key):
        outbox.retract(session, copy.delivery_key, now=now)
    key = waiting.key if waiting is not None else f"{family}{int(now.timestamp())}:{prompt.id}"
    _readdress(session, copy, key, now)
    copy.shown_at = now
    if waiting is None:
        outbox.tell(
            session,
            key=key,
            officer=officer,
            words=_late_words(session, key, officer, now),
            now=now,
            marking=prompt.marking,
            cases=case_of(session, prompt),
        )
        session.flush()
    else:
        outbox.revise(
            session,
            key,
            _late_words(session, key, officer, waiting.made_at),
            now=now,
            cases=case_of(session, prompt),
            marking=markings.join([waiting.marking, prompt.marking]),
        )
    return copy


def close(session: Session, prompt: Prompt, text: Callable[[Officer], str], now: datetime) -> int:
    """Let every copy of the question read *text* in its reader's words. Returns how many."""
    held = of(session, prompt)
    for delivery in session.scalars(_said(prompt)):
        _shut(session, delivery, text, now)
    for copy in held:
        copy.snoozed_until = None
        if _is_shared(copy.delivery_key):
            _rewrite_late(session, copy, now)
    return len(held)


def rewrite(session: Session, prompt: Prompt, officer: Officer, text: str, now: datetime) -> None:
    """Let the last that this officer was told read *text*, quietly, with the question to open."""
    copy = held_by(session, prompt, officer)
    if copy is not None and not _is_shared(copy.delivery_key):
        words = Words(text, (opening(prompt),))
        outbox.revise(session, copy.delivery_key, words, now=now, cases=case_of(session, prompt))


def give_up(session: Session, prompt: Prompt, officer: Officer, text: str, now: datetime) -> None:
    """This officer is asked no more: what they were told reads *text*, and their copy goes."""
    copy = held_by(session, prompt, officer)
    if copy is None:
        return
    for delivery in session.scalars(_said(prompt).where(Delivery.officer_id == officer.id)):
        _shut(session, delivery, lambda _reader: text, now)
    key = copy.delivery_key
    session.delete(copy)
    session.flush()
    if _is_shared(key):
        _rewrite_shared(session, key, officer, now)


def of(session: Session, prompt: Prompt) -> list[Copy]:
    """Every copy of this question, first told first."""
    return list(
        session.scalars(
            select(Copy).where(Copy.prompt_id == prompt.id).order_by(Copy.shown_at, Copy.id)
        )
    )


def held_by(session: Session, prompt: Prompt, officer: Officer) -> Copy | None:
    return session.scalar(
        select(Copy).where(Copy.prompt_id == prompt.id, Copy.officer_id == officer.id)
    )


def holders(session: Session, prompt: Prompt) -> list[Officer]:
    """Everyone who was told of this question."""
    return [session.get_one(Officer, copy.officer_id) for copy in of(session, prompt)]


def case_of(session: Session, prompt: Prompt) -> list[Case]:
    return [session.get_one(Case, prompt.case_id)] if prompt.case_id is not None else []


def may_be_shown(session: Session, prompt: Prompt, officer: Officer, now: datetime) -> bool:
    """Whether this officer, who was told of the question, may be shown it now."""
    case = next(iter(case_of(session, prompt)), None)
    return is_cleared(prompt, officer) and (
        case is None or access.may_see(session, officer, case, now)
    )


def is_cleared(prompt: Prompt, officer: Officer) -> bool:
    return markings.is_within(prompt.marking, officer.clearance)


def by(prompt: Prompt, reader: Officer, now: datetime) -> str:
    """The question's limit as this reader's clock shows it."""
    return clocks.by(prompt.strict_at, ZoneInfo(reader.zone), now)


def by_law(prompt: Prompt, reader: Officer, now: datetime) -> str:
    """The law's own end and why it is another one, after what is said of the limit."""
    if not prompt.legal_rule:
        return ""
    return wording.by_law(clocks.by(prompt.legal_at, ZoneInfo(reader.zone), now), prompt.legal_rule)


def opening(prompt: Prompt) -> Control:
    return Control(wording.OPEN, f"prompt:{prompt.code}:open", Style.PRIMARY)


def opening_one(prompt: Prompt) -> Control:
    """Where several can be opened, each says which."""
    return Control(f"{wording.OPEN} {prompt.code}", f"prompt:{prompt.code}:open")


def _copy(
    session: Session, prompt: Prompt, officer: Officer, now: datetime, *, is_first: bool = False
) -> Copy:
    copy = held_by(session, prompt, officer) if not is_first else None
    if copy is None:
        copy = Copy(prompt_id=prompt.id, officer_id=officer.id, delivery_key="", shown_at=now)
        copy.revision = 0 if is_first else _told_before(session, prompt, officer)
        session.add(copy)
    return copy


def _told_before(session: Session, prompt: Prompt, officer: Officer) -> int:
    """How often this officer was told of the question before they gave it up."""
    said = select(func.count()).where(
        outbox.under(f"copy:{prompt.id}:{officer.id}:"),
        Delivery.act == Act.SAY,
    )
    return session.scalar(said) or 0


def _readdress(session: Session, copy: Copy, key: str, now: datetime) -> None:
    """The copy is said under *key* from now on; a shared message no longer speaks of it."""
    before, copy.delivery_key = copy.delivery_key, key
    if _is_shared(before) and before != key:
        session.flush()
        _rewrite_shared(session, before, session.get_one(Officer, copy.officer_id), now)


def _speaks_at(session: Session, prompt: Prompt, officer: Officer, now: datetime) -> datetime:
    policy: Policy = session.info["policy"]
    wakes_at = routing.quiet_until(officer, now)
    if wakes_at is None or policy.profiles[prompt.profile].urgent or wakes_at >= prompt.strict_at:
        return now
    return wakes_at


def _said(prompt: Prompt) -> Select[Delivery]:
    return select(Delivery).where(
        Delivery.prompt_id == prompt.id,
        Delivery.act == Act.SAY,
        outbox.under(f"{COPY}{prompt.id}:"),
    )


def _is_unsaid(session: Session, key: str) -> bool:
    said = session.scalar(select(Delivery).where(Delivery.key == key)) if key else None
    return said is not None and said.progress is Progress.PENDING and said.attempts == 0


def _shut(
    session: Session, delivery: Delivery, text: Callable[[Officer], str], now: datetime
) -> None:
    if delivery.progress is Progress.FAILED:
        return
    if delivery.officer_id is None or _is_unsaid(session, delivery.key):
        outbox.retract(session, delivery.key, now=now)
        return
    reader = session.get_one(Officer, delivery.officer_id)
    try:
        # It says nothing of the matter: who was told may read it, whatever they may see by now.
        outbox.revise(
            session, delivery.key, Words(text(reader)), now=now, cases=(), marking=Tlp.GREEN
        )
    except Erased:
        outbox.retract(session, delivery.key, now=now)


def _is_shared(key: str) -> bool:
    return key.startswith("late:")


def _rewrite_late(session: Session, copy: Copy, now: datetime) -> None:
    reader = session.get_one(Officer, copy.officer_id)
    _rewrite_shared(session, copy.delivery_key, reader, now)


def _rewrite_shared(session: Session, key: str, reader: Officer, now: datetime) -> None:
    said = session.scalar(select(Delivery).where(Delivery.key == key))
    if said is None or said.progress is Progress.FAILED:
        return
    words = _late_words(session, key, reader, said.made_at)
    if not words.controls and _is_unsaid(session, key):
        outbox.retract(session, key, now=now)
        return
    outbox.revise(session, key, words, now=now)


def _late_words(session: Session, key: str, reader: Officer, at: datetime) -> Words:
    """What a shared message says: the questions of its copies that are still open."""
    zone = ZoneInfo(reader.zone)
    waiting = session.scalars(
        select(Prompt)
        .join(Copy, Copy.prompt_id == Prompt.id)
        .where(Copy.delivery_key == key, Prompt.state.in_(ALIVE))
        .order_by(Prompt.strict_at, Prompt.id)
    ).all()
    if not waiting:
        return Words(wording.late_over(clocks.by(at, zone, at)))
    items = [
        wording.late_item(each.code, by(each, reader, at), is_overdue=each.strict_at <= at)
        for each in waiting
    ]
    controls = tuple(opening_one(each) for each in waiting)
    return Words(wording.late(clocks.by(at, zone, at), items), controls)
