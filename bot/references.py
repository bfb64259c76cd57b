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
    chance: random.Random = session.info["chance"]
    column = model.code  # type: ignore[attr-defined]  # every model that is referred to has one
    length = 0
    while True:
        drawn = [_draw(chance, length) for _ in range(_TRIES_AT_ONE_LENGTH)]
        taken = set(session.scalars(select(column).where(column.in_(drawn))))
        taken.update(
            each.code for each in session.new if isinstance(each, model) and hasattr(each, "code")
        )
        for code in drawn:
            if code not in taken:
                return code
        length += 1


def _draw(chance: random.Random, length: int) -> str:
    return (
        chance.choice(_DIGITS)
        + chance.choice(_LETTERS)
        + chance.choice(_DIGITS)
        + "".join(chance.choice(_LETTERS) for _ in range(length))
    )
