"""Whom a word names: an officer, a desk or an agency of the directory."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.wording import followup as wording
from storage.models import Agency, Officer, Unit

Row = Officer | Unit | Agency
Named = TypeVar("Named", bound=Row)

QUOTES = "\"'“”„«»‘’"
_MOST_SUGGESTED = 4
_NEAR_ENOUGH = 0.6
_MOST_WORDS = 6
_QUOTED = re.compile(rf"[{QUOTES}]([^{QUOTES}]{{1,80}})[{QUOTES}][\s,:]*(.*)", re.DOTALL)


def find(session: Session, word: str) -> Officer | Unit:
    """The officer or desk this word names, by slug, name or title.

    Raises `UserError` with the nearest ones; the directory is no secret among its officers.
    """
    return _one(_known(session), word)


def officer_that_begins(session: Session, text: str) -> tuple[Officer, str] | None:
    """The officer whose name the text begins with, and what follows it."""
    return _that_begins(_by_word(_officers(session)), text)


def unit_that_begins(session: Session, text: str) -> tuple[Unit, str] | None:
    """The desk whose name the text begins with, and what follows it."""
    return _that_begins(_by_word(_units(session)), text)


def agency_that_begins(session: Session, text: str) -> tuple[Agency, str] | None:
    """The agency whose name the text begins with, and what follows it."""
    return _that_begins(_agencies(session), text)


def longest(session: Session, text: str) -> tuple[Officer | Unit, str]:
    """The officer or desk that the text begins with, in quotes or not, and what follows it."""
    known = _known(session)
    if quoted := _QUOTED.match(text):
        return _one(known, quoted[1]), quoted[2]
    words = text.split()
    return _that_begins(known, text) or (
        _one(known, words[0] if words else ""),
        " ".join(words[1:]),
    )


def grantee(session: Session, word: str) -> Officer | Agency:
    """The officer or agency this word names. Raises `UserError` with the nearest ones."""
    known: dict[str, Officer | Agency] = {**_by_word(_officers(session)), **_agencies(session)}
    found = known.get(plain(word))
    if found is None:
        raise UserError(wording.no_such_grantee(word.strip(QUOTES), _near(known, word)))
    return found


def nearest(session: Session, word: str) -> list[str]:
    """What the directory calls those whom this word may mean."""
    known: dict[str, Row] = {**_agencies(session), **_known(session)}
    return _near(known, word)


def plain(word: str) -> str:
    """A word as it is compared: without quotes, signs around it and capitals."""
    return " ".join(word.casefold().strip(f" ,.:@{QUOTES}").split())


def _near(known: Mapping[str, Row], word: str) -> list[str]:
    """The slugs of those of whose names this word is a part, or which it misspells."""
    wanted = plain(word)
    partly = [name for name in known if wanted and f" {wanted}" in f" {name.replace('-', ' ')}"]
    close = get_close_matches(wanted, list(known), n=_MOST_SUGGESTED, cutoff=_NEAR_ENOUGH)
    first = {re.split(r"[\s-]", name)[0] for name in known}
    begun = get_close_matches(wanted, sorted(first), n=1, cutoff=_NEAR_ENOUGH)
    begin = [name for name in known if begun and name.startswith(begun[0])]
    meant = [known[name].slug for name in partly or [*close, *begin]]
    return list(dict.fromkeys(meant))[:_MOST_SUGGESTED]


def _one(known: Mapping[str, Officer | Unit], word: str) -> Officer | Unit:
    found = known.get(plain(word))
    if found is None:
        raise UserError(wording.no_such_desk(word.strip(QUOTES), _near(known, word)))
    return found


def _that_begins(known: Mapping[str, Named], text: str) -> tuple[Named, str] | None:
    """Whom the longest run of first words names, and the words after it."""
    words = text.split()
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        found = known.get(plain(" ".join(words[:count])))
        if found is not None:
            return found, " ".join(words[count:])
    return None


def _known(session: Session) -> dict[str, Officer | Unit]:
    return _by_word([*_officers(session), *_units(session)])


def _units(session: Session) -> Iterable[Unit]:
    return session.scalars(select(Unit).where(Unit.retired_at.is_(None)).order_by("slug"))


def _agencies(session: Session) -> dict[str, Agency]:
    agencies = select(Agency).where(Agency.retired_at.is_(None)).order_by("slug")
    return _by_word(session.scalars(agencies))


def _officers(session: Session) -> Iterable[Officer]:
    return session.scalars(select(Officer).where(Officer.retired_at.is_(None)).order_by("slug"))


def _by_word(everybody: Iterable[Named]) -> dict[str, Named]:
    known: dict[str, Named] = {}
    listed = list(everybody)
    for each in listed:
        known.setdefault(plain(each.name if isinstance(each, Officer) else each.title), each)
    for each in listed:
        known[plain(each.slug)] = each  # A slug is one's own; a name may be another's too.
    return known
