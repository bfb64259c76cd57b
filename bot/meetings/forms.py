"""Forms of meetings: call a briefing, answer all of a debrief."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.casework.forms import case_field, chosen_case
from bot.conversation import commands, forms
from bot.conversation.forms import FormKind
from bot.conversation.grammar import Asked, Reply
from bot.conversation.messages import AccountRef, Field, FieldKind, Words
from bot.errors import UserError
from bot.governance import access
from bot.meetings import debriefs, finding
from bot.wording import debriefs as said
from bot.wording import forms as wording

LENGTHS = (15, 30, 45, 60, 90)
USUAL = 30


def _of_a_briefing(session: Session, asked: Asked) -> tuple[Field, ...]:
    lengths = tuple((str(each), wording.minutes(each)) for each in LENGTHS)
    return (
        Field("people", wording.PEOPLE, FieldKind.PEOPLE, is_needed=False),
        Field("others", wording.OTHERS, is_needed=False),
        Field("begins", wording.BEGINS, FieldKind.MOMENT, is_needed=False),
        Field("minutes", wording.LENGTH, FieldKind.CHOICE, lengths, str(USUAL)),
        case_field(session, asked, is_needed=False),
    )


def _call(session: Session, asked: Asked, fields: Mapping[str, str]) -> Reply:
    guests = [*_officers(session, fields.get("people", "")), fields.get("others", "")]
    code = chosen_case(fields)
    parts = [
        "brief",
        _clock(fields.get("begins", ""), ZoneInfo(asked.officer.zone)),
        f"with {', '.join(filter(None, guests))}",
        f"about {code}" if code else "",
        f"for {fields.get('minutes', '') or USUAL} min",
    ]
    return commands.run(session, forms.on_one_line(" ".join(parts)), asked)


def _officers(session: Session, accounts: str) -> list[str]:
    """What the directory calls these people. Raises `UserError` for those it does not know."""
    found = [
        access.slug_of(session, AccountRef(*line.split(" ", 2)))
        for line in accounts.splitlines()
        if line.count(" ") >= 2
    ]
    unknown = found.count(None)
    if unknown:
        raise UserError(wording.not_an_officer(unknown))
    return [slug for slug in found if slug is not None]


def _clock(stamp: str, zone: ZoneInfo) -> str:
    """A moment in the words of a command, on this officer's clock."""
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 10:
        return ""
    return f"{datetime.fromtimestamp(int(stamp), UTC).astimezone(zone):%Y-%m-%d %H:%M}"


def _of_a_debrief(session: Session, asked: Asked) -> tuple[Field, ...]:
    finding.debrief(session, asked.officer, asked.rest, asked.now)  # or it is refused
    return tuple(
        Field(
            f"answer{number}",
            said.debrief_asks(number),
            FieldKind.TEXT,
            is_needed=False,
        )
        for number in debriefs.QUESTIONS
    )


def _answer(session: Session, asked: Asked, fields: Mapping[str, str]) -> Reply:
    """Keep all answers; what was left empty has nothing to add."""
    debrief = finding.debrief(session, asked.officer, asked.rest, asked.now)
    words = Words("")
    for number in debriefs.QUESTIONS:
        text = fields.get(f"answer{number}") or None
        words = debriefs.contribute(session, debrief, asked.officer, number, text, now=asked.now)
    return Reply(words)


FORMS: tuple[FormKind, ...] = (
    FormKind(
        "brief",
        wording.CALL_A_BRIEFING,
        "brief TIME with WHO, WHO [about CASE] [for 30 min]",
        _of_a_briefing,
        _call,
    ),
    FormKind(
        "debrief",
        wording.ALL_FOUR,
        "debrief answer CODE NUMBER TEXT | nothing",
        _of_a_debrief,
        _answer,
        is_offered=False,
    ),
)
