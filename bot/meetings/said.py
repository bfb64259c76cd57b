"""Words said earlier, or about to be, that now read differently."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Words
from storage.models import Act, Delivery, Progress, Tlp


def take_back_unsaid(session: Session, key: str, *, now: datetime) -> bool:
    """Let what waits under *key* never be said. False when it was said, or may have been."""
    said = session.scalar(select(Delivery).where(Delivery.key == key))
    if said is None or said.progress is not Progress.PENDING or said.attempts:
        return False
    outbox.retract(session, key, now=now)
    return True


def revise_all(session: Session, prefix: str, words: Words, *, now: datetime) -> None:
    """Let everything said under keys that begin with *prefix* read so.

    The words name no case: they reach everybody who was told, whoever may still see it.
    """
    for key in session.scalars(
        select(Delivery.key).where(Delivery.key.startswith(prefix), Delivery.act == Act.SAY)
    ).all():
        outbox.revise(session, key, words, now=now, cases=(), marking=Tlp.GREEN)
