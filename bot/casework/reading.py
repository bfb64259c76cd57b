"""What a command about cases says: its case, what it names, whom, and until when."""

import re
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.casework import cases, entities
from bot.casework.sought import Passage
from bot.conversation.grammar import Asked, Reply
from bot.conversation.messages import Words
from bot.conversation.ports import Extract
from bot.errors import NotAllowed, UserError
from bot.governance import access, markings
from bot.wording import casework as wording
from bot.wording import conversation as talk
from bot.wording import kinds as kinds_wording
from bot.wording import matches as matches_wording
from nlp import qualifiers, times
from nlp.identifiers import misread
from nlp.meaning import relations
from nlp.pipeline import Reading, Text
from nlp.spans import Label, Span
from storage.models import Agency, Case, Message, Officer, Tlp

_LONGEST = 2000
"""More is no command: no pattern runs for long on what is shorter, without its runs of blanks."""
_LOOK_UP = re.compile(
    r"(?P<what>.+?)\s+(?:for\s+(?P<purpose>.{3,200})|in\s+(?P<code>\S+))", re.IGNORECASE
)
_QUALIFYING = frozenset({Label.TIME, Label.NATIONALITY, Label.PLACE})
_QUOTES = '"“”„«»'


def case_of(session: Session, asked: Asked, code: str, usage: str) -> Case:
    """The case this code names, if the asker may see it. Raises `UserError` or `NotAllowed`."""
    if not code.strip():
        raise UserError(talk.how_written(usage))
    try:
        return cases.find(session, asked.officer, code, asked.now)
    except NotAllowed:
        for case, room in access.cases_by_code(session, asked.officer, asked.now):
            if code.strip().upper() == case.code and case.unit is not None:
                raise NotAllowed(
                    matches_wording.named_in_your_room(
                        case.code, case.unit.title, case.unit.slug, room.title
                    )
                ) from None
        raise


def parts_of(pattern: re.Pattern[str], asked: Asked, usage: str) -> re.Match[str]:
    """What follows the command's name, taken apart. Raises `UserError` with how it is written."""
    given = _taken_apart(pattern, asked)
    if given is None:
        raise UserError(talk.how_written(usage))
    return given


class Sought(NamedTuple):
    """What is looked up, what for, and in which case when one is named."""

    what: str
    purpose: str
    case: Case | None


def sought(session: Session, asked: Asked, usage: str) -> Sought:
    """What is looked up with a purpose or in a case. Raises `UserError` or `NotAllowed`."""
    given = _taken_apart(_LOOK_UP, asked)
    if given is None:
        raise UserError(wording.find_needs_purpose(usage))
    if given["purpose"] is not None:
        return Sought(given["what"], given["purpose"], None)
    case = case_of(session, asked, given["code"], usage)
    return Sought(given["what"], f"case {case.code}", case)


def about(case: Case, text: str) -> Reply:
    """A reply that is about this case, for whom may see it."""
    return Reply(Words(text), marking=case.marking, cases=[case])


def marking_of(word: str) -> Tlp:
    """The marking that is meant. Raises `UserError`."""
    try:
        return markings.read(word)
    except ValueError as mistake:
        raise UserError(str(mistake)) from mistake


def spans_in(session: Session, what: str, officer: Officer) -> list[Span]:
    """What these words name; a name when they are nothing else. The kind may be said first."""
    return [s for s in passage_in(session, what, officer).spans if s.label in entities.SCHEMA_OF]


def passage_in(session: Session, what: str, officer: Officer) -> Passage:
    """As `spans_in`, with what else is said of a name: "Jon Sampleton born 1979"."""
    extract: Extract = session.info["extract"]
    what = what.strip().strip(_QUOTES)
    kind, said = _kind(what)
    text = said if kind in entities.NAMED else what
    [reading] = extract([Text(text, officer.agency.country)])
    named = [span for span in reading.spans if _is_qualified(span, text, reading)]
    if named and kind in (None, Label.PERSON):
        beside = [span for span in reading.spans if span.label in _QUALIFYING]
        spans = sorted([*named, *beside], key=lambda span: span.start)
        return Passage(text, spans, None, relations=relations(text, spans))
    return Passage("", _named(text, kind, reading), None)


def message_of(session: Session, asked: Asked) -> Message | None:
    """The message that this thread is about."""
    if asked.room is None or asked.thread is None:
        return None
    return session.scalars(
        select(Message)
        .where(
            Message.room_id == asked.room.id,
            Message.event == asked.thread,
            Message.kind.in_(("said", "edited")),
            Message.superseded_by.is_(None),
        )
        .order_by(Message.id.desc())
        .limit(1)
    ).first()


def until_when(phrase: str, asked: Asked) -> datetime:
    """The moment that is meant, and it is not past. Raises `UserError`."""
    zone = zone_of(asked.officer)
    match times.read(phrase, asked.now, zone):
        case times.Instant(at):
            until = at
        case times.Day(date):
            until = datetime(date.year, date.month, date.day, 23, 59, tzinfo=zone).astimezone(UTC)
        case times.Ambiguous(_, question):
            raise UserError(question)
        case times.Nothing(why):
            raise UserError(wording.until_when(phrase, why))
        case _:
            raise UserError(wording.until_when(phrase, ""))
    if until <= asked.now:
        raise UserError(wording.until_past(clocks.written(until, zone, now=asked.now)))
    return until


def moment(at: datetime | None, asked: Asked) -> str | None:
    """A moment as the asker writes it."""
    return clocks.written(at, zone_of(asked.officer), now=asked.now) if at is not None else None


def zone_of(officer: Officer) -> ZoneInfo:
    return ZoneInfo(officer.zone)


def title_of(whom: Officer | Agency) -> str:
    return whom.name if isinstance(whom, Officer) else whom.title


def _taken_apart(pattern: re.Pattern[str], asked: Asked) -> re.Match[str] | None:
    said = " ".join(asked.rest.split())
    return pattern.fullmatch(said) if len(said) <= _LONGEST else None


def _kind(what: str) -> tuple[Label | None, str]:
    """The kind of thing that is said first, as in "plate XX00 TST", and what follows it."""
    for label in entities.SCHEMA_OF:
        called = kinds_wording.called(label)
        if what[: len(called) + 1].casefold() == f"{called} ".casefold():
            return label, what[len(called) :].strip().strip(_QUOTES)
    return None, what


def _is_qualified(span: Span, text: str, reading: Reading) -> bool:
    """Whether it is a name that begins the words, and something to compare is said of it."""
    if span.label is not Label.PERSON or text[: span.start].strip():
        return False
    said = qualifiers.said_of(span, text, reading.spans, reading.relations)
    return said.birth_date is not None or said.nationality is not None


def _named(what: str, kind: Label | None, reading: Reading) -> list[Span]:
    if kind in entities.NAMED:
        return [Span(0, len(what), what, kind, None, what, True, 0.9)]
    known = [span for span in reading.spans if span.label in entities.SCHEMA_OF]
    if not any(span.label in entities.IDENTIFYING and span.valid for span in known):
        said = _kind(what)[1] if kind else what
        known = [
            *misread.number_like(said),
            *(known or (s for s in misread.plate_like(said.upper()) if not s.valid)),
        ]
    if kind is not None:
        known = [span for span in known if span.label is kind]
        if not known:
            raise UserError(talk.not_recognised(kind, _kind(what)[1]))
        return known
    whole = [span for span in known if span.end - span.start >= len(what) * 0.6]
    return whole or [Span(0, len(what), what, Label.PERSON, None, what, True, 0.5)]
