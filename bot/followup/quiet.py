"""Peace for who is in an operation: nothing that can wait, and words of danger at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.followup import rosters
from bot.followup.deadlines import Policy
from storage.models import Officer

LIVE = "live"


def mutes_until(session: Session, officer: Officer, text: str, now: datetime) -> datetime | None:
    """Until when this officer is told nothing of a text; `None` where it may reach them now."""
    ends = [
        shift.ends
        for shift in rosters.of(officer).shifts
        if shift.covers(now) and shift.why.startswith(f"{LIVE} ")
    ]
    return max(ends, default=None) if not is_of_danger(session, text) else None


def is_of_danger(session: Session, text: str) -> bool:
    """Whether a text has one of the words that always pass."""
    policy: Policy = session.info["policy"]
    folded = " ".join(text.casefold().split())
    return any(word in folded for word in policy.safety_words)
