"""What a question holds: its words, sealed, and who is to be left out of it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.governance import keys
from storage import sealing
from storage.errors import Erased
from storage.models import Agency, Answer, Case, Message, Officer, Prompt, Room

_AVOID = "avoid"


def key_for(
    session: Session,
    case: Case | None,
    message: Message | None,
    officer: Officer | None,
    agency: Agency,
    now: datetime,
) -> str:
    """A key of the question's own: below its case's, else its room's, else its desk's month."""
    if case is not None:
        parent = case.key_id
    elif message is not None and message.room_id is not None:
        parent = keys.room_month(session, session.get_one(Room, message.room_id), now)
    elif officer is not None:
        parent = keys.desk_month(session, officer, now)
    else:
        parent = agency.key_id
    return sealing.keyring(session).mint(parent)


def keep(
    session: Session, prompt: Prompt, words: Mapping[str, str], avoid: Sequence[Officer] = ()
) -> None:
    """Seal what is asked, and whom it is to go round."""
    held = dict(words)
    if avoid:
        held[_AVOID] = " ".join(sorted(officer.slug for officer in avoid))
    sealing.seal(session, prompt, "question", json.dumps(held))


def words(session: Session, prompt: Prompt) -> dict[str, str]:
    """What is asked. Raises `storage.errors.Erased` when it is gone."""
    return {name: text for name, text in _held(session, prompt).items() if name != _AVOID}


def avoided(session: Session, prompt: Prompt) -> list[str]:
    """The slugs of the officers this question is to go round."""
    try:
        return _held(session, prompt).get(_AVOID, "").split()
    except Erased:
        return []


def keep_answer(session: Session, answer: Answer, detail: Mapping[str, str]) -> None:
    """Seal what came with an answer."""
    if detail:
        sealing.seal(session, answer, "detail", json.dumps(dict(detail)))


def answer_words(session: Session, answer: Answer) -> dict[str, str]:
    """What came with an answer; nothing when it is gone."""
    held: dict[str, str] = json.loads(sealing.unseal_or(session, answer, "detail", "{}"))
    return held


def answers_along(session: Session, prompt: Prompt) -> list[Answer]:
    """What was answered, here and on the questions this one was passed on from."""
    along = [each.id for each in passed_along(session, prompt)]
    return list(
        session.scalars(
            select(Answer)
            .where(Answer.prompt_id.in_(along), Answer.undone_at.is_(None))
            .order_by(Answer.at, Answer.id)
        )
    )


def passed_along(session: Session, prompt: Prompt) -> list[Prompt]:
    """This question, and before it those that it was passed on from, the first one last."""
    along = [prompt]
    while before := session.scalar(select(Prompt).where(Prompt.successor_id == along[-1].id)):
        along.append(before)
    return along


def _held(session: Session, prompt: Prompt) -> dict[str, str]:
    if prompt.question_sealed is None:
        return {}
    held: dict[str, str] = json.loads(sealing.unseal(session, prompt, "question"))
    return held
