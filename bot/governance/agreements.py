"""Sharing agreements as rules: what one agency lets another be told without being asked first."""

from collections import Counter
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.governance import access, living, markings
from bot.wording import governance as wording
from nlp.spans import Label
from storage.models import (
    Agency,
    Agreement,
    Case,
    Entity,
    EntityCase,
    Identifier,
    Officer,
    Tlp,
)

EVERY = "*"
"""An agreement's label that stands for all of them."""


class Notice(StrEnum):
    """What the other side of a hidden match is told, least first."""

    SILENT = "silent"
    CONTACT = "contact"
    DISCLOSE = "disclose"


_ORDER = tuple(Notice)


def applying(
    session: Session,
    from_agency_id: int,
    to_agency_id: int,
    label: Label,
    marking: Tlp,
    now: datetime,
) -> Agreement | None:
    """The agreement by which *from* tells *to* of a hit on such a *label* in a case so marked.

    When several apply, the one that tells least. `None`: the owner is asked, and silence is no.
    """
    if not markings.is_within(marking, Tlp.AMBER):
        return None  # AMBER+STRICT stays in its agency and RED with named people, agreed or not.
    agreements = session.scalars(
        select(Agreement)
        .where(
            Agreement.from_agency_id == from_agency_id,
            Agreement.to_agency_id == to_agency_id,
            Agreement.until > now,
            Agreement.retired_at.is_(None),
        )
        .order_by(Agreement.slug)
    )
    covering = [
        agreement
        for agreement in agreements
        if _covers(agreement, label) and markings.is_within(marking, agreement.up_to)
    ]
    return min(covering, key=lambda each: _ORDER.index(Notice(each.notice)), default=None)


def may_speak(case: Case, *, is_verified: bool) -> bool:
    """Whether any agreement may answer for a case's owner: of what is verified, unless silent."""
    return is_verified and not case.silent


def of(session: Session, officer: Officer) -> list[Agreement]:
    """What this officer's agency gives and is given."""
    return list(
        session.scalars(
            select(Agreement)
            .where(
                or_(
                    Agreement.from_agency_id == officer.agency_id,
                    Agreement.to_agency_id == officer.agency_id,
                ),
                Agreement.retired_at.is_(None),
            )
            .order_by(Agreement.slug)
        )
    )


def terms(session: Session, agreement: Agreement) -> str:
    """What was agreed, in one line."""
    giver = session.get_one(Agency, agreement.from_agency_id)
    taker = session.get_one(Agency, agreement.to_agency_id)
    return wording.agreement(giver.title, taker.title, agreement.notice, agreement.purpose)


def preview(session: Session, agreement: Agreement, reader: Officer, now: datetime) -> list[str]:
    """What this agreement would let the other side be told today, as far as *reader* may see it.

    Only the agency that gives it reads what it holds.
    """
    lines = [terms(session, agreement)]
    if agreement.until <= now or agreement.retired_at is not None:
        return [*lines, wording.agreement_ended(agreement.until)]
    if reader.agency_id != agreement.from_agency_id:
        return [*lines, wording.agreement_is_theirs()]
    things: Counter[Label] = Counter()
    cases: dict[Label, set[int]] = {}
    seen = {case.id for case in access.cases_seen(session, reader, now)}
    for label, case in _held(session, agreement):
        if case.id not in seen or not markings.is_within(case.marking, _reach(agreement)):
            continue
        things[label] += 1
        cases.setdefault(label, set()).add(case.id)
    lines += [
        wording.agreement_would_tell(label, count, len(cases[label]))
        for label, count in sorted(things.items())
    ]
    if not things:
        lines.append(wording.agreement_tells_nothing())
    return lines


def _reach(agreement: Agreement) -> Tlp:
    """The strictest marking this agreement can reach."""
    return min(agreement.up_to, Tlp.AMBER, key=[*Tlp].index)


def _covers(agreement: Agreement, label: Label) -> bool:
    return EVERY in agreement.labels or label.value in agreement.labels


def _held(session: Session, agreement: Agreement) -> list[tuple[Label, Case]]:
    """Every hard identifier of the giver for which an agreement may speak, with its case."""
    rows = session.execute(
        select(Identifier, Case)
        .join(Entity, Entity.id == Identifier.entity_id)
        .join(EntityCase, EntityCase.entity_id == Entity.id)
        .join(Case, Case.id == EntityCase.case_id)
        .where(Entity.agency_id == agreement.from_agency_id, *living.PLACES)
    )
    return [
        (held.label, case)
        for held, case in rows
        if may_speak(case, is_verified=held.verified) and _covers(agreement, held.label)
    ]
