"""The values of the command grammar: what was asked, what is replied, and what a command is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.messages import AccountRef, Words
from storage.models import Case, Message, Officer, Role, Room, Tlp


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as an officer gave it. `rest` is what follows the command's name."""

    officer: Officer
    rest: str
    now: datetime
    room: Room | None = None
    """The room it was said in; `None` in private."""
    thread: str | None = None
    message: Message | None = None
    """The message that carried it; `None` from a button or the desk in a browser."""
    by: AccountRef | None = None
    """The log-in for which a chat vouches now; `None` from a button or the desk in a browser."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back: to the asker alone, or into the thread where it harms nobody."""

    words: Words
    in_thread: bool = False
    marking: Tlp = Tlp.GREEN
    cases: Sequence[Case] = ()


Handler = Callable[[Session, Asked], Reply]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `name` may be two words ("case open"); the longest name that fits is taken."""

    name: str
    usage: str
    """How it is written, as in `case open CODE "title" for PURPOSE`."""
    help: str
    """One plain sentence."""
    run: Handler
    roles: frozenset[Role] = frozenset()
    """Who may give it; empty means every officer."""
