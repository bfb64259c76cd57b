"""What a debrief teaches: a capability, what was seen, its root cause, and what is to be done."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.casework import cases
from bot.errors import NotAllowed, UserError
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.meetings import actions
from bot.wording import debriefs as debriefing
from bot.wording import minutes as wording
from storage import sealing
from storage.errors import Erased
from storage.models import Action, Case, Debrief, Officer

LONGEST = 1000
MOST = 50


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson; its corrective action, with owner and date, is an action like any other."""

    capability: str
    observed: str
    cause: str
    action: str = ""


def add(
    session: Session, debrief: Debrief, officer: Officer, line: str, *, now: datetime
) -> Lesson:
    """Keep what "CAPABILITY: OBSERVATION; why: CAUSE; do: OWNER by TIME: TEXT" says.

    The desk that owns the case decides what is a lesson. What is to be done becomes an action of
    the debrief: reminded until it is done, and first on the next briefing when it is late.
    """
    case = session.get_one(Case, debrief.case_id)
    if not cases.decides(officer, case):
        raise NotAllowed(debriefing.only_the_desk_debriefs(case.code))
    if len(line) > LONGEST:
        raise UserError(wording.too_long(LONGEST))
    found = _LESSON.fullmatch(" ".join(line.split()))
    if found is None:
        raise UserError(debriefing.lesson_usage())
    held = of(session, debrief)
    if len(held) >= MOST:
        raise UserError(wording.is_full(MOST))
    if (stated := markings.stated(line)) is not None:
        debrief.marking = markings.join([debrief.marking, stated])
    task: Action | None = None
    if found["do"]:
        task = actions.add_from(session, officer, f"{found['do']} debrief {debrief.code}", now)
    lesson = Lesson(
        found["capability"].strip(),
        found["observed"].strip(),
        found["cause"].strip(),
        task.code if task is not None else "",
    )
    sealing.seal(
        session, debrief, "lessons", json.dumps([asdict(each) for each in [*held, lesson]])
    )
    ledger.record(
        session, Operation.COLLECTION, now=now, actor=officer, case_id=debrief.case_id,
        subject=f"debrief:{debrief.code}", lessons=len(held) + 1,
    )  # fmt: skip
    return lesson


def of(session: Session, debrief: Debrief) -> list[Lesson]:
    """The lessons of a debrief, in the order in which they were kept."""
    try:
        return [Lesson(**each) for each in json.loads(sealing.unseal(session, debrief, "lessons"))]
    except Erased:
        return []


_LESSON = re.compile(
    r"(?P<capability>[^:;]{1,80}): (?P<observed>[^;]+); ?why: (?P<cause>[^;]+)"
    r"(?:; ?do: (?P<do>.+))?",
    re.IGNORECASE,
)
