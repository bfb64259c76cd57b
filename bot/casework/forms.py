"""Forms about cases: open one, link something to one."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot.casework import spared
from bot.casework.commands import DESK
from bot.conversation import cards, commands, forms
from bot.conversation.forms import FormKind
from bot.conversation.grammar import Asked, Reply
from bot.conversation.messages import Field, FieldKind
from bot.governance import access, markings
from bot.wording import forms as wording
from bot.wording.kinds import called
from storage.models import Tlp

MOST_CASES = 100


def case_field(session: Session, asked: Asked, *, is_needed: bool = True) -> Field:
    """One of the cases this officer may see."""
    seen = access.cases_seen(session, asked.officer, asked.now)[:MOST_CASES]
    options = [(case.code, f"{case.code}, {case.agency.title}") for case in seen]
    if not is_needed:
        options.insert(0, (NO_CASE, wording.NO_CASE))
    if not options:
        return Field("case", wording.CASE)
    initial = "" if is_needed else NO_CASE
    return Field("case", wording.CASE, FieldKind.CHOICE, tuple(options[:MOST_CASES]), initial)


def chosen_case(fields: Mapping[str, str]) -> str:
    """The code of the case that was chosen; empty where none was."""
    code = fields.get("case", "")
    return "" if code == NO_CASE else forms.on_one_line(code)


NO_CASE = "-"


def _of_a_case(_session: Session, asked: Asked) -> tuple[Field, ...]:
    levels = [
        (f"TLP:{level.value}", f"TLP:{level.value}")
        for level in Tlp
        if markings.is_within(level, asked.officer.clearance)
    ]
    usual = f"TLP:{Tlp.AMBER.value}"
    initial = usual if usual in [value for value, _ in levels] else levels[-1][0]
    return (
        Field("code", wording.CODE),
        Field("title", wording.TITLE),
        Field("purpose", wording.PURPOSE, FieldKind.TEXT),
        Field("marking", wording.MARKING, FieldKind.CHOICE, tuple(levels), initial),
    )


def _open(session: Session, asked: Asked, fields: Mapping[str, str]) -> Reply:
    code, title, purpose, marking = (
        forms.on_one_line(fields.get(name, "")) for name in ("code", "title", "purpose", "marking")
    )
    title = title.translate(_QUOTES)
    line = f'case open {code.replace(" ", "-")} "{title}" for {purpose} {marking}'
    return commands.run(session, line, asked)


def _of_a_link(session: Session, asked: Asked) -> tuple[Field, ...]:
    return (Field("what", wording.WHAT, initial=_read(session, asked)), case_field(session, asked))


def _link(session: Session, asked: Asked, fields: Mapping[str, str]) -> Reply:
    what = forms.on_one_line(fields.get("what", ""))
    return commands.run(session, f"link {what} to {chosen_case(fields)}", asked)


def _read(session: Session, asked: Asked) -> str:
    """The first thing that was read in the message, as its card shows it."""
    card = cards.of_message(session, asked.message.id) if asked.message is not None else None
    if card is None:
        return ""
    left_out = spared.among(session, card.message_ids)
    items = [each for each in cards.items(session, card) if each.mention_id not in left_out]
    item = next((each for each in items if each.is_valid), None)
    return f"{called(item.label)} {item.text}" if item is not None else ""


_QUOTES = str.maketrans('"“”„«»', "''''''")

FORMS: tuple[FormKind, ...] = (
    FormKind(
        "case_open",
        wording.OPEN_A_CASE,
        'case open CODE "title" for PURPOSE [TLP:AMBER]',
        _of_a_case,
        _open,
        DESK,
    ),
    FormKind(
        "link", wording.LINK_TO_CASE, "link WHAT to CODE", _of_a_link, _link, DESK, is_offered=False
    ),
)
