"""Words said earlier that now read differently."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Words
from storage.models import Act, Delivery, Tlp


def revise_all(session: Session, prefix: str, words: Words, *, now: datetime) -> None:
    """Let everything said under keys that begin with *prefix* read so.

    The words name no case: they reach everybody who was told, whoever may still see it.
    """
    for key in session.scalars(
        select(Delivery.key).where(Delivery.key.startswith(prefix), Delivery.act == Act.SAY)
    ).all():
        outbox.revise(session, key, words, now=now, cases=(), marking=Tlp.GREEN)
