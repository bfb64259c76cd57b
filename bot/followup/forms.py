"""The form by which a desk is asked."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import spared
from bot.casework.forms import case_field, chosen_case
from bot.conversation import commands
from bot.conversation.forms import FormKind
from bot.conversation.grammar import Asked, Reply
from bot.conversation.messages import Field, FieldKind
from bot.wording import forms as wording
from storage import sealing
from storage.models import Unit

MOST_DESKS = 100
LONGEST_QUOTE = 2000
ORDINARY, WAITING = "ordinary", "waiting"


def _of_a_question(session: Session, asked: Asked) -> tuple[Field, ...]:
    units = session.scalars(
        select(Unit).where(Unit.retired_at.is_(None)).order_by(Unit.title).limit(MOST_DESKS)
    )
    desks = [(unit.slug, unit.title) for unit in units if unit.id != asked.officer.unit_id]
    soon = ((ORDINARY, wording.ORDINARY), (WAITING, wording.OFFICER_WAITING))
    return (
        Field("desk", wording.DESK, FieldKind.CHOICE, tuple(desks)),
        Field("question", wording.QUESTION, FieldKind.TEXT, initial=_said(session, asked)),
        Field("soon", wording.HOW_SOON, FieldKind.CHOICE, soon, ORDINARY),
        case_field(session, asked, is_needed=False),
    )


def _ask(session: Session, asked: Asked, fields: Mapping[str, str]) -> Reply:
    code = chosen_case(fields)
    about = f" about {code}" if code else ""
    waiting = " officer waiting" if fields.get("soon") == WAITING else ""
    line = f"ask {fields.get('desk', '')} {fields.get('question', '')}{about}{waiting}"
    return commands.run(session, line, asked)


def _said(session: Session, asked: Asked) -> str:
    """What the message said that the question is about, where nobody in it is spared."""
    if asked.message is None or spared.among(session, [asked.message.id]):
        return ""
    return sealing.unseal_or(session, asked.message, "text", "")[:LONGEST_QUOTE]


FORMS: tuple[FormKind, ...] = (
    FormKind(
        "ask",
        wording.ASK_A_DESK,
        "ask DESK question [about CASE] [officer waiting]",
        _of_a_question,
        _ask,
    ),
)
