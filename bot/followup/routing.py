"""Who is the right officer to ask, and why."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.followup import nights, rosters
from bot.governance import access, markings
from bot.wording import followup as wording
from storage.models import (
    Agency,
    Answer,
    Case,
    Copy,
    Officer,
    Prompt,
    PromptState,
    Role,
    Tlp,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What choosing looks at in one officer who may be asked."""

    slug: str
    duty_rank: int = 0
    is_on_duty: bool = False
    is_awake: bool = True
    next_on_duty_at: datetime | None = None
    is_of_unit: bool = True
    is_liaison: bool = True
    owns_case: bool = False
    is_of_case_unit: bool = False
    shares_language: bool = True
    last_answered_at: datetime | None = None
    open_prompts: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """The officer to ask, why as one line that says nothing of the matter, and who is next."""

    officer: Officer | None
    """`None` when nobody there may be asked this."""
    because: str
    next_would_be: Officer | None = None
    weighed: Candidate | None = None
    """What spoke for the officer."""
    is_on_duty: bool = False
    next_on_duty_at: datetime | None = None
    """When the next of those who may be asked comes on duty, if nobody is on duty now."""


def choose(
    session: Session,
    *,
    now: datetime,
    marking: Tlp,
    unit: Unit | None = None,
    agency: Agency | None = None,
    case: Case | None = None,
    languages: Collection[str] = (),
    avoid: Collection[Officer] = (),
    role: Role | None = None,
    beyond: bool = True,
    load: "Load | None" = None,
) -> Chosen:
    """The right officer of this desk, or of this agency when no desk is named.

    Somebody else of the agency is asked when the desk has nobody, unless *beyond* is false. *load*
    is what is known of these officers already, where many are chosen at once.
    """
    if unit is None and case is not None and agency is not None and case.agency_id == agency.id:
        unit = case.unit
    house = unit.agency_id if unit is not None else agency.id if agency is not None else None
    able = {
        officer.slug: officer
        for officer in _able(session, house, marking, case, now, avoid)
        if (role is None or role in officer.roles)
        and (beyond or unit is None or officer.unit_id == unit.id)
    }
    if load is None:
        load = Load(session, [case] if case is not None else [])
    load.look_up(able.values())
    ranked = rank(
        _candidate(each, unit, case, languages, now, load.last_answered(each, case), load.of(each))
        for each in able.values()
    )
    place = unit.title if unit is not None else agency.title if agency is not None else ""
    if not ranked:
        return Chosen(None, wording.because_nobody(place))
    first, second = ranked[0], able[ranked[1].slug] if len(ranked) > 1 else None
    comings = [each.next_on_duty_at for each in ranked if each.next_on_duty_at is not None]
    return Chosen(
        able[first.slug],
        because(first, place, second.name if second is not None else ""),
        second,
        first,
        first.is_on_duty,
        None if first.is_on_duty else min(comings, default=None),
    )


class Load:
    """Who answered last about each of these cases, and how many open questions an officer has."""

    def __init__(self, session: Session, cases: Iterable[Case]) -> None:
        self._session = session
        self._open: dict[int, int] = {}
        wanted = {case.id for case in cases}
        rows = session.execute(_ANSWERED, {"case_ids": wanted}) if wanted else ()
        self._answered = {(case_id, officer_id): at for case_id, officer_id, at in rows}

    def last_answered(self, officer: Officer, case: Case | None) -> datetime | None:
        """When the officer last settled a question about this case."""
        return self._answered.get((case.id, officer.id)) if case is not None else None

    def of(self, officer: Officer) -> int:
        """How many open questions this officer has, who was looked up."""
        return self._open[officer.id]

    def look_up(self, officers: Iterable[Officer]) -> None:
        """Count the open questions of these officers, unless they are counted."""
        unknown = [officer.id for officer in officers if officer.id not in self._open]
        if unknown:
            counted = dict(self._session.execute(_OPEN, {"officer_ids": unknown}).all())
            self._open.update((each, counted.get(each, 0)) for each in unknown)

    def add(self, officers: Iterable[Officer]) -> None:
        """These officers are asked one thing more."""
        for officer in officers:
            if officer.id in self._open:
                self._open[officer.id] += 1


def rank(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates, best first. The same ones always come in the same order."""
    return sorted(candidates, key=_order)


def because(candidate: Candidate, place: str, then: str = "", *, who: str = "you") -> str:
    """Why this one, and who would be next, in one line that says nothing of the matter."""
    return wording.because(
        place,
        who=who,
        then=then,
        is_on_duty=candidate.is_on_duty,
        is_of_unit=candidate.is_of_unit,
        duty_rank=candidate.duty_rank,
        owns_case=candidate.owns_case,
        is_of_case_unit=candidate.is_of_case_unit,
        has_answered=candidate.last_answered_at is not None,
    )


def watch_desks(session: Session, agency_id: int) -> Sequence[Unit]:
    """The desks of this agency that are manned when the others rest."""
    return session.scalars(
        select(Unit)
        .where(Unit.agency_id == agency_id, Unit.is_watch.is_(True), Unit.retired_at.is_(None))
        .order_by(Unit.slug)
    ).all()


def of_desk(session: Session, unit: Unit) -> list[Officer]:
    """The officers who answer for this desk, in the order of duty."""
    officers = access.desk_officers(session, unit.agency_id)
    return sorted(
        (each for each in officers if each.unit_id == unit.id and each.retired_at is None),
        key=lambda each: (each.duty_rank, each.slug),
    )


def may_be_asked(
    session: Session, officer: Officer, marking: Tlp, case: Case | None, now: datetime
) -> bool:
    """Whether this officer answers for an agency and may be shown what would be shown."""
    return (
        officer.retired_at is None
        and access.is_desk(officer)
        and markings.is_within(marking, officer.clearance)
        and (case is None or access.may_see(session, officer, case, now))
    )


def is_on_duty(officer: Officer, now: datetime) -> bool:
    return rosters.is_on(rosters.of(officer), now)


def is_awake(officer: Officer, now: datetime) -> bool:
    """Whether they may be told things that do not press: on duty, or by day on their own clock."""
    return nights.ends(officer, now) is None or is_on_duty(officer, now)


def rests_until(officer: Officer, now: datetime) -> datetime | None:
    """When this officer's rest ends; `None` for who is on duty, or states no duty hours."""
    coming = rosters.next_on(rosters.of(officer), now)
    return coming if coming is not None and coming > now else None


def quiet_until(officer: Officer, now: datetime) -> datetime | None:
    """When they may be told what does not press: after their rest, and after the night for whoever
    states no duty hours; `None` for now.
    """
    rest = rests_until(officer, now)
    if rest is not None or is_on_duty(officer, now):
        return rest
    return nights.ends(officer, now)


def _order(each: Candidate) -> tuple[object, ...]:
    coming = each.next_on_duty_at.timestamp() if each.next_on_duty_at is not None else float("inf")
    answered = each.last_answered_at.timestamp() if each.last_answered_at is not None else 0.0
    return (
        not each.is_on_duty,
        not each.is_of_unit,
        not each.is_awake,
        not each.owns_case,
        each.duty_rank,
        not each.is_liaison,
        not each.shares_language,
        not each.is_of_case_unit,
        -answered,
        each.open_prompts,
        0.0 if each.is_on_duty else coming,
        each.slug,
    )


def _able(
    session: Session,
    agency_id: int | None,
    marking: Tlp,
    case: Case | None,
    now: datetime,
    avoid: Collection[Officer],
) -> list[Officer]:
    avoided = {officer.id for officer in avoid}
    officers = access.desk_officers(session, agency_id) if agency_id is not None else ()
    able = [
        officer
        for officer in officers
        if officer.id not in avoided and may_be_asked(session, officer, marking, None, now)
    ]
    return able if case is None else access.who_may_see(session, able, case, now)


def _candidate(
    officer: Officer,
    unit: Unit | None,
    case: Case | None,
    languages: Collection[str],
    now: datetime,
    last_answered_at: datetime | None,
    open_prompts: int,
) -> Candidate:
    return Candidate(
        slug=officer.slug,
        duty_rank=officer.duty_rank,
        is_on_duty=is_on_duty(officer, now),
        is_awake=is_awake(officer, now),
        next_on_duty_at=rests_until(officer, now),
        is_of_unit=unit is None or officer.unit_id == unit.id,
        is_liaison=Role.LIAISON in officer.roles,
        owns_case=case is not None and case.owner_id == officer.id,
        is_of_case_unit=case is not None
        and case.unit_id is not None
        and case.unit_id == officer.unit_id,
        shares_language=not languages or not set(languages).isdisjoint(officer.languages),
        last_answered_at=last_answered_at,
        open_prompts=open_prompts,
    )


_ANSWERED = (
    select(Prompt.case_id, Answer.officer_id, func.max(Answer.at))
    .join(Prompt, Prompt.id == Answer.prompt_id)
    .where(
        Prompt.case_id.in_(bindparam("case_ids", expanding=True)),
        Answer.is_final.is_(True),
        Answer.undone_at.is_(None),
    )
    .group_by(Prompt.case_id, Answer.officer_id)
)
_OPEN = (
    select(Copy.officer_id, func.count(Copy.id))
    .join(Prompt, Prompt.id == Copy.prompt_id)
    .where(
        Copy.officer_id.in_(bindparam("officer_ids", expanding=True)),
        Prompt.state == PromptState.OPEN,
    )
    .group_by(Copy.officer_id)
)
