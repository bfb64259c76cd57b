"""Whom a line names: officers, desks and agencies, as far as they may be told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.casework import cases
from bot.errors import NotAllowed, UserError
from bot.followup import people, routing
from bot.governance import access
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
    from_agency_id: int,
    at: datetime | None = None,
) -> list[Officer]:
    """The officers these words name, each once and *besides* left out.

    A desk or an agency sends, of those who may be told, whoever is on duty *at* that moment, and
    a watch desk's officer only where nobody else is; then rank decides.
    Raises `UserError` for a word the directory does not know, and `NotAllowed` for somebody who may
    not be told: in one and the same sentence whatever the reason, unless *besides*, who asks,
    decides about the case and could grant it to them.
    """
    if len(words) > MOST:
        raise UserError(wording.too_many_guests(MOST))
    found: list[Officer] = []
    for word in words:
        guest = one(
            session, word, case=case, marking=marking, now=now, besides=besides,
            from_agency_id=from_agency_id, at=at,
        )  # fmt: skip
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
    from_agency_id: int,
    besides: Officer | None = None,
    at: datetime | None = None,
) -> Officer:
    """The one officer this word names. Raises as `named` does."""
    meant = _meant(session, word, at)
    for guest in meant:
        if besides is not None and guest.id == besides.id and len(meant) > 1:
            continue
        if may_come(
            session, guest, case=case, marking=marking, now=now, from_agency_id=from_agency_id
        ):
            return guest
    if case is not None and besides is not None and cases.decides(besides, case):
        for guest in meant:
            if access.reaches(marking, from_agency_id, guest) and not (
                access.is_recused(session, guest, case)
            ):
                raise NotAllowed(wording.lacks_grant(word, case.code, _grantee(word, guest, case)))
    raise NotAllowed(wording.cannot_come(word))


def may_come(
    session: Session,
    officer: Officer,
    *,
    case: Case | None,
    marking: Tlp,
    now: datetime,
    from_agency_id: int | None,
) -> bool:
    """Whether this officer may be told what will be said there, and whose agency's it is."""
    if not access.reaches(marking, from_agency_id, officer):
        return False
    return case is None or access.may_see(session, officer, case, now)


def head_of(
    session: Session,
    agency_id: int,
    *,
    case: Case | None,
    marking: Tlp,
    now: datetime,
    from_agency_id: int,
) -> Officer | None:
    """The head who answers for an agency, if one may be told."""
    staff = _staff(session, Officer.agency_id == agency_id)
    for officer in staff:
        if access.has(officer, Role.HEAD) and may_come(
            session, officer, case=case, marking=marking, now=now, from_agency_id=from_agency_id
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


def _meant(session: Session, word: str, at: datetime | None) -> list[Officer]:
    """Everybody whom this word may mean, the first choice first."""
    if officer_id := _called(session, word, Officer, Officer.name):
        return [session.get_one(Officer, officer_id)]
    if unit_id := _called(session, word, Unit, Unit.title):
        return _staff(session, Officer.unit_id == unit_id, at)
    if agency_id := _called(session, word, Agency, Agency.title):
        return _staff(session, Officer.agency_id == agency_id, at)
    raise UserError(wording.nobody_called(word, people.nearest(session, word)))


def _grantee(word: str, guest: Officer, case: Case) -> str:
    """To whom the case would have to be granted: to the agency whose desk was named, else by name.

    TLP:RED is for named people, and an agency's grant is for its desks.
    """
    wanted = people.plain(word)
    is_by_name = wanted in (guest.slug.casefold(), guest.name.casefold())
    is_ours = guest.agency_id == case.agency_id
    if is_by_name or is_ours or case.marking is Tlp.RED or not access.is_desk(guest):
        return guest.slug
    return guest.agency.slug


def _called(
    session: Session,
    word: str,
    model: type[Officer] | type[Unit] | type[Agency],
    title: InstrumentedAttribute[str],
) -> int | None:
    """The one row that bears this slug or title. Two of one title: the person is asked."""
    wanted = people.plain(word)
    found = session.execute(
        select(model.id, model.slug)
        .where(
            or_(func.lower(model.slug) == wanted, func.lower(title) == wanted),
            model.retired_at.is_(None),
        )
        .order_by(model.slug)
    ).all()
    if len(found) > 1:
        raise UserError(wording.several_called(word, [slug for _, slug in found]))
    return found[0][0] if found else None


def _staff(
    session: Session, where: ColumnElement[bool], at: datetime | None = None
) -> list[Officer]:
    """Who is there to be sent: desk officers first, those on duty *at* that moment, then by rank.

    Watch desks are manned when the others rest, and come after them.
    """
    staff = session.scalars(select(Officer).where(where, Officer.retired_at.is_(None))).all()
    return sorted(
        staff,
        key=lambda officer: (
            not access.is_desk(officer),
            at is not None and not routing.is_on_duty(officer, at),
            officer.unit is not None and officer.unit.is_watch,
            not access.has(officer, Role.LIAISON),
            officer.duty_rank,
            officer.slug,
        ),
    )
