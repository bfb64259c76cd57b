"""What keeps a chat from working until an operator acts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Setting

_NAME = "trouble:"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a platform lets us do nothing, or less than we need, and since when."""

    platform: str
    why: str
    since: datetime


def settle(session: Session, platform: str, why: str | None, *, now: datetime) -> None:
    """Keep what is wrong on this platform; with nothing wrong any more, forget what was."""
    known = session.scalar(select(Setting).where(Setting.name == f"{_NAME}{platform}"))
    if why is None:
        if known is not None:
            session.delete(known)
        return
    value = {"why": why, "since": now.isoformat()}
    if known is None:
        session.add(Setting(name=f"{_NAME}{platform}", value=value))
    elif known.value["why"] != why:
        known.value = value


def standing(session: Session) -> list[Trouble]:
    """What is wrong now, on every platform."""
    known = session.scalars(
        select(Setting).where(Setting.name.startswith(_NAME)).order_by(Setting.name)
    )
    return [
        Trouble(
            each.name.removeprefix(_NAME),
            str(each.value["why"]),
            datetime.fromisoformat(each.value["since"]),
        )
        for each in known
    ]
