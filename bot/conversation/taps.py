"""What a tap means: every control's token leads to one verb."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation import intake
from bot.conversation.attempts import attempt
from bot.conversation.messages import Tap, Words
from bot.errors import UserError
from bot.wording import conversation as wording
from storage.models import Officer

TapHandler = Callable[[Session, Officer, list[str], Tap, datetime], Words | None]
"""Takes the token's parts after its area; returns what is shown to the tapper alone."""


def handle(session: Session, officer: Officer, tap: Tap, now: datetime) -> Words | None:
    """Do what this tap means for this officer. Raises `UserError` with a text for them.

    A tap that its platform tells a second time is done once, and shows nothing then.
    """
    if tap.key is not None and not intake.is_first(session, officer, tap.by, tap.key, now=now):
        return None
    area, *parts = tap.token.split(":")
    handlers: Mapping[str, TapHandler] = session.info["taps"]
    handler = handlers.get(area)
    if handler is None or not parts:
        raise UserError(wording.no_longer_there())
    return attempt(
        session,
        lambda: handler(session, officer, parts, tap, now),
        officer=officer,
        subject=f"tap:{area}",
        now=now,
    )
