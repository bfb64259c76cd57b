"""Commands that open an officer's desk in a browser, and close it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Tap, Words
from bot.conversation.taps import TapHandler
from bot.errors import UserError
from bot.governance import visits
from bot.wording import visits as wording
from storage.models import Officer


def _web(session: Session, asked: Asked) -> Reply:
    match asked.rest.casefold().split():
        case []:
            return Reply(_link(session, asked))
        case ["off" | "stop"]:
            return Reply(_closed(session, asked.officer, asked.now))
        case _:
            raise UserError(wording.usage())


def _link(session: Session, asked: Asked) -> Words:
    if asked.by is None:
        raise UserError(wording.only_by_chat())
    visits.address(session, "")  # or it is refused, before an older link ends
    link = visits.invite(session, asked.officer, asked.by, now=asked.now)
    address = visits.address(session, link)
    minutes = round(visits.LINK_LASTS.total_seconds() / 60)
    return Words(wording.link(address, minutes), link=address)


def _closed(session: Session, officer: Officer, now: datetime) -> Words:
    return Words(wording.closed(visits.end_all(session, officer, now=now)))


def _tapped(
    session: Session, officer: Officer, _parts: list[str], _tap: Tap, now: datetime
) -> Words:
    """A tap on *Close it*: a hand that is not sure may do that, too."""
    return _closed(session, officer, now)


COMMANDS: tuple[Command, ...] = (
    Command(
        "desk web",
        "desk web [off]",
        "A link that opens my desk in a browser, once; or close it there.",
        _web,
    ),
)

TAPS: Mapping[str, TapHandler] = {visits.TAP: _tapped}
