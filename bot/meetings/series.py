"""Briefings that come again and again: each is called when the one before it is over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import references
from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Words
from bot.errors import NotAllowed, UserError
from bot.followup import dues, people
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.meetings import briefings, guests, moments
from bot.wording import meetings as wording
from nlp import times
from storage.models import Briefing, Case, CaseState, Due, MeetingState, Officer, Room, Series

KIND: Final = "series"
SHOWN: Final = 5
"""How many of the coming ones are listed."""
LEAST_APART: Final = timedelta(hours=1)
_YEAR, _DAY, _LEAST = timedelta(days=366), timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """A moment of a series for which nothing is called yet: its guests may plan for it."""

    series: Series
    at: datetime

    @property
    def uid(self) -> str:
        """By which calendars know it, before it is called and after."""
        return f"series-{self.series.id}-{moments.stamp(self.at)}@liaison.invalid"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One moment of a series: what its rule says, and the briefing that was called for it."""

    at: datetime
    briefing: Briefing | None = None


def call(
    session: Session,
    organiser: Officer,
    invited: Sequence[str],
    *,
    again: moments.Again,
    length: timedelta,
    now: datetime,
    optional: Sequence[str] = (),
    case: Case | None = None,
    room: Room | None = None,
) -> tuple[Series, Briefing]:
    """Begin a series; its first briefing is called at once. Guests are kept as they were named,
    so that each time whoever is on duty then is invited."""
    series = Series(
        code=references.mint(session, Series),
        case_id=case.id if case else None,
        room_id=room.id if room else None,
        organiser_id=organiser.id,
        rrule=again.rrule,
        zone=again.zone,
        first_at=again.first,
        minutes=length // timedelta(minutes=1),
        guests=list(invited),
        optional=list(optional),
    )
    session.add(series)
    session.flush()
    _record(session, series, Operation.COLLECTION, organiser, now, rule=series.rrule)
    briefing = _called(session, series, again.first, now=now)
    if briefing is None:
        raise NotAllowed(wording.nobody_else())
    return series, briefing


def plan_next(session: Session, due: Due, now: datetime) -> None:
    """The last one is over: call the next, and tell whoever organises the series."""
    series = session.get(Series, due.subject_id)
    if series is None or series.ended_at is not None:
        return
    organiser = session.get_one(Officer, series.organiser_id)
    following = next(_to_come(session, series, after=now), None)
    briefing = None
    if following is not None and organiser.retired_at is None and _is_alive(session, series):
        briefing = _called(session, series, following.at, now=now)
    if briefing is None:
        end(session, series, now=now)
        said = Words(wording.series_ended(series.code, _closed_case(session, series, organiser)))
    else:
        said = _announced(series, briefing, organiser, now)
    outbox.tell(
        session,
        key=f"series:{series.id}:{moments.stamp(now)}",
        officer=organiser,
        words=said,
        now=now,
        cases=briefings.cases(session, briefing) if briefing else (),
    )


def skip(session: Session, series: Series, at: datetime, *, now: datetime) -> None:
    """Leave one moment of a series out. Whoever was told of it is told."""
    occurrence = _at(session, series, at, now)
    if occurrence.briefing is not None:
        briefings.cancel(session, occurrence.briefing, now=now)
    else:
        placed = _planned(session, series, at, now=now)
        placed.state = MeetingState.CANCELLED
    organiser = session.get_one(Officer, series.organiser_id)
    _record(session, series, Operation.ALTERATION, organiser, now, skipped=at)


def move(
    session: Session, series: Series, at: datetime, start: datetime, *, now: datetime
) -> Briefing:
    """Let one briefing of a series begin at another time; the others stay where they are."""
    occurrence = _at(session, series, at, now)
    briefing = occurrence.briefing
    if briefing is None:
        briefing = _planned(session, series, at, now=now)
        briefings.book(session, briefing, start, now=now)
    else:
        briefings.move(session, briefing, start, now=now)
    return briefing


def is_skipped(briefing: Briefing) -> bool:
    """Whether this moment of a series was left out before anybody was told of it."""
    is_of_series = briefing.series_id is not None
    return is_of_series and briefing.state is MeetingState.CANCELLED and briefing.sequence == 0


def end(session: Session, series: Series, *, now: datetime) -> None:
    """No further briefing of this series is called; one that is called already stands."""
    if series.ended_at is not None:
        raise UserError(wording.series_ended(series.code))
    series.ended_at = now
    dues.supersede(session, KIND, series.id, now)
    organiser = session.get_one(Officer, series.organiser_id)
    _record(session, series, Operation.ALTERATION, organiser, now, ended=now)


def coming(session: Session, series: Series, now: datetime) -> list[Occurrence]:
    """The next moments of a series, with what became of each."""
    if series.ended_at is not None:
        return []
    called = _known(session, series)
    return [Occurrence(at, called.get(at)) for at in islice(_moments(series, after=now), SHOWN)]


def expected(session: Session, officer: Officer, *, now: datetime) -> list[Expected]:
    """The moments to come for which nothing is called yet and this officer would be invited, if
    everything stayed as it is: duty as it is planned for then, the case as they may see it now."""
    running = session.scalars(select(Series).where(Series.ended_at.is_(None)).order_by(Series.id))
    return [
        Expected(series, at)
        for series in running
        if _may_mean(series, officer) and _is_alive(session, series)
        for at in _open_moments(session, series, now)
        if _would_come(session, series, officer, at, now)
    ]


def listed(session: Session, series: Series, reader: Officer, *, now: datetime) -> Words:
    """The series in a line for each of its next moments."""
    zone = ZoneInfo(reader.zone)
    lines = [
        wording.occurrence(each.at, zone, now, *_state(each))
        for each in coming(session, series, now)
    ]
    return Words(
        wording.series(series.code, lines) if lines else wording.series_ended(series.code),
        (Control(wording.END_SERIES, f"series:{series.code}:end", Style.DANGER),) if lines else (),
    )


def of_case(session: Session, case: Case, organiser: Officer) -> list[Series]:
    """The series about a case that this officer called and that go on."""
    return list(
        session.scalars(
            select(Series)
            .where(
                Series.case_id == case.id,
                Series.organiser_id == organiser.id,
                Series.ended_at.is_(None),
            )
            .order_by(Series.id)
        )
    )


def find(session: Session, officer: Officer, code: str) -> Series:
    """The series that this code names, or that the briefing of this code is of.

    Raises `NotAllowed` with one text whether there is none or it is somebody else's.
    """
    found = named(session, officer, code)
    if found is None:
        raise NotAllowed(wording.no_such_briefing(code))
    return found


def named(session: Session, officer: Officer, code: str) -> Series | None:
    """The officer's series that this code names, itself or by one of its briefings."""
    wanted = code.strip().upper()
    found = session.scalar(select(Series).where(Series.code == wanted))
    if found is None:
        briefing = session.scalar(select(Briefing).where(Briefing.code == wanted))
        if briefing is not None and briefing.series_id is not None:
            found = session.get(Series, briefing.series_id)
    return found if found is not None and found.organiser_id == officer.id else None


def moment_meant(session: Session, series: Series, phrase: str, now: datetime) -> datetime:
    """Which of its moments a phrase means; the next one, for no phrase."""
    if not phrase.strip():
        return _next_that_stands(session, series, now)
    zone = ZoneInfo(series.zone)
    fitting: list[datetime] = []
    match times.read(phrase, now, zone):
        case times.Instant(at):
            fitting = _between(series, at, at, now)
        case times.Day(day):
            midnight = datetime.combine(day, time(), zone)
            fitting = _between(series, midnight, midnight + _DAY - _LEAST, now)
    if len(fitting) != 1:
        raise UserError(wording.not_of_the_series(series.code, phrase))
    return fitting[0]


def comes_too_often(again: moments.Again) -> bool:
    """Whether the second would follow upon the first sooner than a series may come."""
    rule = times.Recurrence(again.rrule, (again.first,), again.zone)
    second = times.following(rule, again.first)
    return second is not None and second - again.first < LEAST_APART


def _called(session: Session, series: Series, at: datetime, *, now: datetime) -> Briefing | None:
    """Call the briefing of this moment; `None` when nobody may be invited, or its organiser may
    no longer be told."""
    if not _invited(session, series, at, now):
        return None
    briefing = _planned(session, series, at, now=now)
    briefings.book(session, briefing, at, now=now)
    dues.add(
        session, kind=KIND, subject_id=series.id, due_at=briefing.ends_at,
        occurrence=len(_known(session, series)), rule=series.rrule, wall=briefing.wall,
        zone=series.zone,
    )  # fmt: skip
    return briefing


def _invited(session: Session, series: Series, at: datetime, now: datetime) -> list[Officer]:
    """Whoever would be invited to that moment; nobody when its organiser may no longer be told."""
    organiser = session.get_one(Officer, series.organiser_id)
    case, room = _matter(session, series)
    if not guests.may_come(
        session, organiser, case=case, marking=briefings.marking(case, room), now=now,
        from_agency_id=organiser.agency_id,
    ):  # fmt: skip
        return []
    required, optional = _guests(session, series, at, now)
    return [*required, *optional]


def _open_moments(session: Session, series: Series, now: datetime) -> list[datetime]:
    """Of the next of its moments, those for which nothing was called, moved or left out."""
    called = _known(session, series)
    return [at for at in islice(_moments(series, after=now), SHOWN) if at not in called]


def _may_mean(series: Series, officer: Officer) -> bool:
    """Whether it is theirs, or its words may mean them: seen without a look into the database."""
    homes = [each for each in (officer.unit, officer.agency) if each is not None]
    known = {
        officer.slug,
        officer.name,
        *(name for each in homes for name in (each.slug, each.title)),
    }
    known = {name.casefold() for name in known}
    said = {people.plain(word) for word in (*series.guests, *series.optional)}
    return officer.id == series.organiser_id or not said.isdisjoint(known)


def _would_come(
    session: Session, series: Series, officer: Officer, at: datetime, now: datetime
) -> bool:
    invited = _invited(session, series, at, now)
    return bool(invited) and (officer.id == series.organiser_id or officer in invited)


def _planned(session: Session, series: Series, at: datetime, *, now: datetime) -> Briefing:
    """The briefing of this moment, with whoever its guests are by then; nobody is told yet."""
    required, optional = _guests(session, series, at, now)
    case, room = _matter(session, series)
    briefing = briefings.plan(
        session,
        session.get_one(Officer, series.organiser_id),
        required,
        optional=optional,
        start=at,
        length=timedelta(minutes=series.minutes),
        now=now,
        case=case,
        room=room,
    )
    briefing.series_id, briefing.series_at = series.id, at
    briefing.uid = Expected(series, at).uid
    session.flush()
    return briefing


def _is_alive(session: Session, series: Series) -> bool:
    """Whether there is still something to meet about: a case that is closed ends its series."""
    case = session.get(Case, series.case_id) if series.case_id is not None else None
    return case is None or case.state is not CaseState.CLOSED


def _closed_case(session: Session, series: Series, organiser: Officer) -> str:
    """The case whose end is that of its series, where its agency's own organiser is told."""
    case = session.get(Case, series.case_id) if series.case_id is not None else None
    if case is None or case.agency_id != organiser.agency_id or _is_alive(session, series):
        return ""
    return case.code


def _matter(session: Session, series: Series) -> tuple[Case | None, Room | None]:
    """What a series is about, and where it was called."""
    case = session.get(Case, series.case_id) if series.case_id is not None else None
    room = session.get(Room, series.room_id) if series.room_id is not None else None
    return case, room


def _guests(
    session: Session, series: Series, at: datetime, now: datetime
) -> tuple[list[Officer], list[Officer]]:
    """Who has to come at that moment, and who may besides."""
    required, optional = (
        _who_may_come(session, series, words, at, now) for words in (series.guests, series.optional)
    )
    return required, [each for each in optional if each not in required]


def _who_may_come(
    session: Session, series: Series, words: Sequence[str], at: datetime, now: datetime
) -> list[Officer]:
    """Whoever these words mean at that time; a word that means nobody any more is passed over."""
    organiser = session.get_one(Officer, series.organiser_id)
    case, room = _matter(session, series)
    found: list[Officer] = []
    for word in words:
        try:
            guest = guests.one(
                session, word, case=case, marking=briefings.marking(case, room), now=now,
                besides=organiser, from_agency_id=organiser.agency_id, at=at,
            )  # fmt: skip
        except (UserError, NotAllowed):
            continue
        if guest.id != organiser.id and guest not in found:
            found.append(guest)
    return found


def _announced(series: Series, briefing: Briefing, organiser: Officer, now: datetime) -> Words:
    token = f"briefing:{briefing.code}"
    return Words(
        wording.series_goes_on(
            briefing.code, series.code, briefing.starts_at, ZoneInfo(organiser.zone), now
        ),
        (
            Control(wording.WHO, f"{token}:who"),
            Control(wording.AGENDA, f"{token}:agenda"),
            Control(wording.SKIP, f"{token}:cancel", Style.DANGER),
        ),
    )


def _at(session: Session, series: Series, at: datetime, now: datetime) -> Occurrence:
    if series.ended_at is not None or not _between(series, at, at, now):
        raise UserError(wording.not_of_the_series(series.code, None))
    return Occurrence(at, _known(session, series).get(at))


def _to_come(session: Session, series: Series, *, after: datetime) -> Iterator[Occurrence]:
    """Moments for which nothing was called, left out or moved yet."""
    called = _known(session, series)
    return (Occurrence(at) for at in _moments(series, after=after) if at not in called)


def _known(session: Session, series: Series) -> dict[datetime, Briefing]:
    rows = session.scalars(select(Briefing).where(Briefing.series_id == series.id))
    return {row.series_at: row for row in rows if row.series_at is not None}


def _moments(series: Series, *, after: datetime) -> Iterator[datetime]:
    """The rule's moments later than *after*, on its own wall clock."""
    rule = times.Recurrence(series.rrule, (series.first_at,), series.zone)
    at = after
    while (found := times.following(rule, at)) is not None:
        yield found
        at = found


def _between(series: Series, first: datetime, last: datetime, now: datetime) -> list[datetime]:
    """Up to two of its moments to come from *first* to *last*, within a year."""
    if first > now + _YEAR:
        return []
    found = islice(_moments(series, after=max(now, first - _LEAST)), 2)
    return [each for each in found if each <= last]


def _next_that_stands(session: Session, series: Series, now: datetime) -> datetime:
    called = _known(session, series)
    for at in _moments(series, after=now):
        if _stands(Occurrence(at, called.get(at))):
            return at
    raise UserError(wording.series_ended(series.code))


def _stands(occurrence: Occurrence) -> bool:
    return occurrence.briefing is None or occurrence.briefing.state is not MeetingState.CANCELLED


def _state(occurrence: Occurrence) -> tuple[str | None, bool, datetime | None]:
    """Its briefing's code, whether it is skipped, and to when it was moved."""
    briefing = occurrence.briefing
    if briefing is None:
        return None, False, None
    moved = briefing.starts_at if briefing.starts_at != occurrence.at else None
    return briefing.code, not _stands(occurrence), moved


def _record(
    session: Session,
    series: Series,
    operation: Operation,
    actor: Officer | str,
    now: datetime,
    **details: Any,
) -> None:
    ledger.record(
        session, operation, now=now, actor=actor, case_id=series.case_id,
        subject=f"series:{series.code}", **details,
    )  # fmt: skip
