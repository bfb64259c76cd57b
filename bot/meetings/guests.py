"""Whom a line names: officers, desks and agencies, as far as they may be told."""

import difflib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import NotAllowed, UserError
from bot.governance import access, markings
from bot.wording import meetings as wording
from storage.models import Agency, Case, Officer, Role, Tlp, Unit

MOST = 40
"""How many can be named at once."""


def named(
    session: Session,
    words: Sequence[str],
    *,
    case: Case | None,
    marking: Tlp,
    now: datetime,
    besides: Officer,
) -> list[Officer]:
    """The officers these words name, each once and *besides* left out.

    A desk or an agency sends whoever is first in rank among those who may be told.
    Raises `UserError` for a word the directory does not know, and `NotAllowed`, in one and the same
    sentence whatever the reason, for somebody who may not be told.
    """
    if len(words) > MOST:
        raise UserError(wording.too_many_guests(MOST))
    found: list[Officer] = []
    for word in words:
        guest = one(session, word, case=case, marking=marking, now=now, besides=besides)
        if guest.id != besides.id and guest not in found:
            found.append(guest)
    return found


def one(
    session: Session,
    word: str,
    *,
    case: Case | None,
    marking: Tlp,
    now: datetime,
    besides: Officer | None = None,
) -> Officer:
    """The one officer this word names. Raises as `named` does."""
    for guest in _meant(session, word):
        if besides is not None and guest.id == besides.id and len(_meant(session, word)) > 1:
            continue
        if may_come(session, guest, case=case, marking=marking, now=now):
            return guest
    raise NotAllowed(wording.cannot_come(word))


def may_come(
    session: Session, officer: Officer, *, case: Case | None, marking: Tlp, now: datetime
) -> bool:
    """Whether this officer may be told what will be said there."""
    if officer.retired_at is not None or not markings.is_within(marking, officer.clearance):
        return False
    return case is None or access.may_see(session, officer, case, now)


def head_of(
    session: Session, agency_id: int, *, case: Case | None, marking: Tlp, now: datetime
) -> Officer | None:
    """The head who answers for an agency, if one may be told."""
    staff = _staff(session, Officer.agency_id == agency_id)
    for officer in staff:
        if access.has(officer, Role.HEAD) and may_come(
            session, officer, case=case, marking=marking, now=now
        ):
            return officer
    return None


def liaison_of(session: Session, case: Case, now: datetime) -> Officer | None:
    """The liaison officer of a case: its owner, else the first of its desk who may see it."""
    owner = session.get(Officer, case.owner_id) if case.owner_id is not None else None
    staff = _staff(session, Officer.agency_id == case.agency_id)
    own_desk = [each for each in staff if each.unit_id == case.unit_id]
    for officer in ([owner] if owner else []) + own_desk + staff:
        if access.is_desk(officer) and access.may_see(session, officer, case, now):
            return officer
    return None


def _meant(session: Session, word: str) -> list[Officer]:
    """Everybody whom this word may mean, the first choice first."""
    wanted = word.strip().removeprefix("@").casefold()
    for model, title in ((Officer, Officer.name), (Unit, Unit.title), (Agency, Agency.title)):
        row = session.scalar(
            select(model)
            .where(
                (func.lower(model.slug) == wanted) | (func.lower(title) == wanted),
                model.retired_at.is_(None),
            )
            .order_by(model.slug)
            .limit(1)
        )
        match row:
            case Officer():
                return [row]
            case Unit():
                return _staff(session, Officer.unit_id == row.id)
            case Agency():
                return _staff(session, Officer.agency_id == row.id)
            case _:
                continue
    known = [
        slug for model in (Unit, Agency, Officer) for slug in session.scalars(select(model.slug))
    ]
    raise UserError(wording.nobody_called(word, difflib.get_close_matches(wanted, known, n=1)))


def _staff(session: Session, where: object) -> list[Officer]:
    """Who is there to be sent: desk officers first, then by rank."""
    staff = session.scalars(
        select(Officer).where(where, Officer.retired_at.is_(None))  # type: ignore[arg-type]
    ).all()
    return sorted(
        staff,
        key=lambda officer: (
            not access.is_desk(officer),
            not access.has(officer, Role.LIAISON),
            officer.duty_rank,
            officer.slug,
        ),
    )
