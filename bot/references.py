"""Reference codes that people can say aloud: 4F2, 7K1."""

import random

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Row

_DIGITS = "123456789"
_LETTERS = "ABCDEFGHJKLMNPRTUVWXYZ"
_TRIES_AT_ONE_LENGTH = 6


def mint(session: Session, model: type[Row]) -> str:
    """A code no row of *model* bears. Drawn by chance, so that it counts nothing for anybody."""
    return mint_many(session, model, 1)[0]


def mint_many(session: Session, model: type[Row], count: int) -> list[str]:
    """As `mint`, for so many rows at once."""
    chance: random.Random = session.info["chance"]
    # Given in this unit of work, with their rows still to come; and found free, for the next.
    given: set[str]
    free: list[str]
    given, free = session.info.setdefault("codes", {}).setdefault(model, (set(), []))
    column = model.code  # type: ignore[attr-defined]  # every model that is referred to has one
    length = 0
    while len(free) < count:
        drawn = [_draw(chance, length) for _ in range(_TRIES_AT_ONE_LENGTH + count - len(free))]
        taken = {*given, *free, *session.scalars(select(column).where(column.in_(drawn)))}
        free += dict.fromkeys(code for code in drawn if code not in taken)
        length += 1
    found, free[:count] = free[:count], []
    given.update(found)
    return found


def _draw(chance: random.Random, length: int) -> str:
    return (
        chance.choice(_DIGITS)
        + chance.choice(_LETTERS)
        + chance.choice(_DIGITS)
        + "".join(chance.choice(_LETTERS) for _ in range(length))
    )
