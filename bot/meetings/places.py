"""Where a briefing meets: the link its organiser gave, else the one the team always uses."""

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.wording import meetings as wording
from storage import sealing
from storage.errors import Erased
from storage.models import Briefing

LONGEST = 300
_CODE = "{code}"


def of(session: Session, briefing: Briefing) -> str:
    """The place, or nothing where none is known."""
    try:
        if briefing.place_sealed is not None:
            return sealing.unseal(session, briefing, "place")
    except Erased:
        return ""
    settings = session.info.get("settings")
    usual: str = (settings.meeting_place if settings is not None else None) or ""
    return usual.replace(_CODE, briefing.code)


def put(session: Session, briefing: Briefing, place: str) -> None:
    """Let this briefing meet there."""
    said = " ".join(place.split())
    if not said or len(said) > LONGEST:
        raise UserError(wording.place_usage(LONGEST))
    sealing.seal(session, briefing, "place", said)
