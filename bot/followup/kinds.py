"""The kinds of question that can be asked, and the choices that mean the same in all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.conversation.messages import Style, Trust, Words
from storage.models import Officer, Prompt


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be given, by one tap."""

    id: str
    label: str
    is_final: bool
    trust: Trust = Trust.AUTHENTICATED
    style: Style = Style.PLAIN
    asks: str | None = None
    """What the platform asks for in a line of text before it sends the tap."""


@dataclass(frozen=True, slots=True)
class Further:
    """Nothing is decided yet: the officer chooses among these words' controls first.

    A control's token `prompt:CODE:CHOICE:ARG` comes back as the field `arg`.
    """

    words: Words


Choices = Callable[[Session, Prompt], Sequence[Choice]]
Detail = Callable[[Session, Prompt, Officer, datetime], str]
Offered = Callable[[Session, Prompt, Officer, datetime], Words]
Outcome = str | Words | Further
Settle = Callable[[Session, Prompt, Officer, Choice, Mapping[str, str], datetime], Outcome]
Turn = Callable[[Session, Prompt, Officer, Choice, datetime], str]
Lapse = Callable[[Session, Prompt, datetime], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question: what can be answered, what is shown on opening, what an answer does."""

    name: str
    choices: Choices
    detail: Detail
    settle: Settle
    """Does what a choice of this kind's own means; returns what the answerer reads."""
    dispute: Turn | None = None
    """What a later, different answer does; returns what its giver reads."""
    undo: Turn | None = None
    """Takes back what `settle` did for this officer's choice."""
    lapse: Lapse | None = None
    """What the end of the time does by itself, and it closes. Without it, silence is overdue."""
    named: Callable[[Session, Prompt], str] | None = None
    """What was answered, in a few words: an undo says it where the next question stands beside."""
    offer: Offered | None = None
    """What else its answer lets this officer do, shown with a question that is answered."""
    asker_detail: Detail | None = None
    """What the one who asked reads on opening; without it, only what was said to them since."""
    climbs: bool = True
    """Whether others may be asked in the officer's place when no answer comes."""


PASS_ON = Choice("pass_on", "Pass on", True, asks="To whom? An officer or a desk.")
REFUSE = Choice("refuse", "Refuse", True)
NEED_MORE = Choice("need_more", "Need more", False, asks="What do you need to know?")
NEED_TIME = Choice("need_time", "Need time", False, asks="Until when?")
AWAIT = Choice(
    "await_authorisation",
    "Await authorisation",
    False,
    asks="Expected when, and why? Such as: Friday 1200, the judge decides then.",
)
GRANTED = Choice("granted", "Authorisation granted", False, style=Style.PRIMARY)
SNOOZE = Choice("snooze", "Snooze", False, trust=Trust.TAP)
CALL_ME = Choice("call_me", "Call me", False)
BRIEF_US = Choice("brief_us", "Brief us", False)
STEP_ASIDE = Choice("step_aside", "Step aside", False)

ASKED = ("ask", "decide")
"""The kinds that somebody asks, and waits for."""

GENERIC = frozenset(
    choice.id
    for choice in (
        PASS_ON,
        REFUSE,
        NEED_MORE,
        NEED_TIME,
        AWAIT,
        GRANTED,
        SNOOZE,
        CALL_ME,
        BRIEF_US,
        STEP_ASIDE,
    )
)


class Ground(StrEnum):
    """Why information may be refused: the closed list of Directive (EU) 2023/977 Art. 6(1)."""

    NOT_AVAILABLE = "unavailable"
    REQUEST = "request"
    AUTHORISATION = "authorisation"
    CATEGORIES = "categories"
    INACCURATE = "inaccurate"
    HARM = "harm"
    MINOR = "minor"
    THIRD_STATE = "third-state"


class Urgency(StrEnum):
    """Why a request is urgent: the closed list of Directive (EU) 2023/977 Art. 4."""

    THREAT = "threat"
    LIFE = "life"
    LIBERTY = "liberty"
    LOSING = "losing"


def of(session: Session, prompt: Prompt) -> Kind:
    """The kind of this question."""
    known: Mapping[str, Kind] = session.info["kinds"]
    return known[prompt.kind]
