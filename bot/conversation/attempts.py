"""What a person asks for is done wholly or not at all."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.errors import NotAllowed
from bot.governance import ledger
from bot.governance.ledger import Operation
from storage.database import savepoint
from storage.models import Officer

T = TypeVar("T")


def attempt(
    session: Session, verb: Callable[[], T], *, officer: Officer, subject: str, now: datetime
) -> T:
    """Do what *verb* does for this officer in a step of its own.

    Where it raises, nothing of it stays. What the officer may not do is on record as refused:
    the caller must keep this unit of work then.
    """
    try:
        with savepoint(session):
            return verb()
    except NotAllowed:
        ledger.record(session, Operation.REFUSAL, now=now, actor=officer, subject=subject)
        raise
