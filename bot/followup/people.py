"""Whom a word names: an officer or a desk of the directory."""

from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.wording import followup as wording
from storage.models import Officer, Unit


def find(session: Session, word: str) -> Officer | Unit:
    """The officer or desk this word names, by slug, name or title.

    Raises `UserError` with the nearest ones; the directory is no secret among its officers.
    """
    known = _known(session)
    found = known.get(_folded(word))
    if found is None:
        near = get_close_matches(_folded(word), list(known), n=3, cutoff=0.6)
        slugs = list(dict.fromkeys(known[name].slug for name in near))
        raise UserError(wording.no_such_desk(word, slugs))
    return found


def longest(session: Session, text: str, *, most_words: int = 6) -> tuple[Officer | Unit, str]:
    """The officer or desk that the text begins with, and what follows it."""
    known, words = _known(session), text.split()
    for count in range(min(most_words, len(words)), 0, -1):
        found = known.get(_folded(" ".join(words[:count])))
        if found is not None:
            return found, " ".join(words[count:])
    return find(session, words[0] if words else ""), " ".join(words[1:])


def _known(session: Session) -> dict[str, Officer | Unit]:
    officers = session.scalars(select(Officer).where(Officer.retired_at.is_(None)).order_by("slug"))
    units = session.scalars(select(Unit).where(Unit.retired_at.is_(None)).order_by("slug"))
    everybody: list[Officer | Unit] = [*officers, *units]
    known: dict[str, Officer | Unit] = {}
    for each in everybody:
        known.setdefault(_folded(each.name if isinstance(each, Officer) else each.title), each)
    for each in everybody:
        known[_folded(each.slug)] = each  # A slug is one's own; a name may be another's too.
    return known


def _folded(word: str) -> str:
    return " ".join(word.casefold().strip(" ,.:@").split())
