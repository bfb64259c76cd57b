"""Stepping in: what is with an officer who cannot answer goes to the next in line."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.followup import copies, kinds, ladder, prompts, routing
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.wording import followup as wording
from storage.models import Officer, Prompt


def for_officer(
    session: Session, officer: Officer, *, now: datetime, because: str, rests: bool = True
) -> list[Prompt]:
    """Let others step in wherever a question is with this officer; returns what moved.

    Who *rests* keeps a copy and may still answer; who does not is asked no more.
    """
    held = [each for each in prompts.open_for(session, officer) if each.officer_id == officer.id]
    return for_prompts(session, held, officer, now=now, because=because, rests=rests)


def for_prompts(
    session: Session,
    held: Iterable[Prompt],
    officer: Officer,
    *,
    now: datetime,
    because: str,
    rests: bool = True,
) -> list[Prompt]:
    """As `for_officer`, for these questions alone."""
    return [
        prompt
        for prompt in held
        if kinds.of(session, prompt).climbs
        and _step_in(session, prompt, officer, now, because, rests=rests)
    ]


def _step_in(
    session: Session, prompt: Prompt, officer: Officer, now: datetime, because: str, *, rests: bool
) -> bool:
    heir = _heir(session, prompt, officer, now)
    if heir is None:
        return False
    prompt.officer_id, prompt.because = heir.id, because
    by = copies.by(prompt, heir, now)
    text = wording.stepped_in(prompt.code, by)
    copies.push(session, prompt, heir, text, now=now, controls=(ladder.passing_on(prompt),))
    if not rests:
        copies.give_up(session, prompt, officer, wording.no_longer_yours(prompt.code), now)
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, case_id=prompt.case_id,
        subject=f"prompt:{prompt.code}", stepped_in=heir.slug, instead_of=officer.slug,
    )  # fmt: skip
    return True


def _heir(session: Session, prompt: Prompt, officer: Officer, now: datetime) -> Officer | None:
    """Whoever has a copy and is on duty; else the next in line; else whoever has a copy."""
    case = next(iter(copies.case_of(session, prompt)), None)
    others = [
        each
        for each in copies.holders(session, prompt)
        if each.id != officer.id and routing.may_be_asked(session, each, prompt.marking, case, now)
    ]
    awake = [each for each in others if routing.is_on_duty(each, now)]
    if awake:
        return awake[0]
    return ladder.next_in_line(session, prompt, now).officer or next(iter(others), None)
