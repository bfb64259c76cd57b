"""Why a question's clock stands still: more was asked for, or an authorisation is awaited."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.followup import askers, contents, copies, dues, kinds, whens
from bot.wording import asking as to_asker
from bot.wording import followup as wording
from storage.models import Answer, Due, DueState, Officer, Prompt, PromptState

AWAITED = "awaited"
UNTIL = "until_at"
"""Under which name an answer keeps the moment that its words meant to who gave it."""
_STOPPING = (kinds.NEED_MORE.id, kinds.AWAIT.id)


def awaits_authorisation(session: Session, prompt: Prompt) -> bool:
    """Whether the clock of this question stands because a judge has to decide."""
    if prompt.state is not PromptState.PAUSED:
        return False
    along = contents.answers_along(session, prompt)
    stopped = [answer.choice for answer in along if answer.choice in _STOPPING]
    return stopped[-1:] == [kinds.AWAIT.id]


def expect(
    session: Session, prompt: Prompt, officer: Officer, until: datetime, now: datetime
) -> None:
    """Ask this officer again when the authorisation was expected."""
    dues.supersede(session, AWAITED, prompt.id, now)
    dues.add(
        session, kind=AWAITED, subject_id=prompt.id, officer_id=officer.id, due_at=until,
        zone=officer.zone,
        wall=whens.wall(until, ZoneInfo(officer.zone)),
    )  # fmt: skip


def carry_over(session: Session, prompt: Prompt, successor: Prompt, now: datetime) -> None:
    """Whoever it was passed on to is asked again at the same moment."""
    officer = session.get(Officer, successor.officer_id)
    awaited = select(Due).where(
        Due.kind == AWAITED, Due.subject_id == prompt.id, Due.state == DueState.WAITING
    )
    for due in session.scalars(awaited).all():
        if officer is not None:
            expect(session, successor, officer, due.due_at, now)


def on_awaited(session: Session, due: Due, now: datetime) -> None:
    """It was expected by now: who waits for it says how it stands, and the asker hears so."""
    prompt = session.get(Prompt, due.subject_id, with_for_update=True, populate_existing=True)
    if prompt is None or not awaits_authorisation(session, prompt):
        dues.settle(due, DueState.SUPERSEDED, now)
        return
    officer = session.get(Officer, due.officer_id)
    if officer is None or copies.held_by(session, prompt, officer) is None:
        officer = session.get(Officer, prompt.officer_id)
    if officer is not None and copies.may_be_shown(session, prompt, officer, now):
        copies.push(session, prompt, officer, wording.still_awaited(prompt.code), now=now)
    askers.tell(
        session, prompt, to_asker.still_awaits(askers.code_of(session, prompt)), now=now,
        controls=(askers.opening(prompt),),
    )  # fmt: skip


def reason_of(session: Session, answer: Answer) -> tuple[datetime | None, str]:
    """Until when something is awaited, and why, in the words of who said so."""
    words = contents.answer_words(session, answer)
    until, why = words.get(UNTIL), words.get("text", "").partition(",")[2]
    return datetime.fromisoformat(until) if until else None, why.strip()


DUES: dict[str, dues.DueHandler] = {AWAITED: on_awaited}
