"""Whom a word names: an officer or a desk of the directory."""

from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.wording import followup as wording
from storage.models import Agency, Officer, Unit


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


def officer_called(session: Session, word: str) -> Officer | None:
    """The officer this word names exactly, if there is one."""
    found = _known(session).get(_folded(word))
    return found if isinstance(found, Officer) else None


def unit_that_begins(session: Session, text: str, *, most_words: int = 6) -> Unit | None:
    """The desk whose name the text begins with, if there is one."""
    known, words = _known(session), text.replace(",", " ").split()
    for count in range(min(most_words, len(words)), 0, -1):
        found = known.get(_folded(" ".join(words[:count])))
        if isinstance(found, Unit):
            return found
    return None


def agency_that_begins(session: Session, text: str) -> tuple[Agency, str] | None:
    """The agency whose slug or title the text begins with, and what follows it."""
    agencies = session.scalars(select(Agency).where(Agency.retired_at.is_(None))).all()
    named = [(name, each) for each in agencies for name in (each.title, each.slug)]
    for name, agency in sorted(named, key=lambda each: -len(each[0])):
        head, rest = text[: len(name)], text[len(name) :]
        if head.casefold() == name.casefold() and rest[:1].isspace():
            return agency, rest.strip()
    return None


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
