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
    tail = ""
    while True:
        for _ in range(_TRIES_AT_ONE_LENGTH):
            code = (
                chance.choice(_DIGITS) + chance.choice(_LETTERS) + chance.choice(_DIGITS)
            ) + "".join(chance.choice(_LETTERS) for _ in tail)
            if session.scalar(select(column).where(column == code)) is None:
                return code
        tail += "?"
