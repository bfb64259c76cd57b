"""What is still open about a case, as far as one reader may know of it."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clocks import by
from bot.followup import contents, copies, kinds
from bot.meetings import actions, finding, series
from bot.wording import casework as wording
from storage.models import Briefing, Case, MeetingState, Officer, Prompt


def lines(session: Session, case: Case, reader: Officer, now: datetime) -> list[str]:
    """The questions, briefings and tasks that go on, soonest first, each with what ends it."""
    found = [
        *_questions(session, case, reader, now),
        *_briefings(session, case, reader, now),
        *_series(session, case, reader, now),
        *_tasks(session, case, reader, now),
    ]
    zone = ZoneInfo(reader.zone)
    return [wording.still_open(what, by(at, zone, now), how) for at, what, how in sorted(found)]


_Found = tuple[datetime, str, str]
"""When it is due, what it is, and what ends it."""


def _questions(session: Session, case: Case, reader: Officer, now: datetime) -> Iterator[_Found]:
    alive = select(Prompt).where(Prompt.case_id == case.id, Prompt.state.in_(copies.ALIVE))
    for prompt in session.scalars(alive):
        how = _what_ends(session, prompt, reader, now)
        if how is not None:
            yield prompt.strict_at, wording.open_question(prompt.code), how


def _what_ends(session: Session, prompt: Prompt, reader: Officer, now: datetime) -> str | None:
    """What ends this question for the reader; `None` where it is not theirs to know."""
    if copies.held_by(session, prompt, reader) is not None:
        is_shown = copies.may_be_shown(session, prompt, reader, now)
        return wording.by_answering(prompt.code) if is_shown else None
    if prompt.asked_by == reader.id and prompt.kind in kinds.ASKED:
        return wording.by_standing_down(prompt.code)
    goes_round = reader.slug in contents.avoided(session, prompt)
    if goes_round or not finding.may_know_question(session, prompt, reader):
        return None
    if prompt.agency_id != reader.agency_id:
        return wording.by_the_other_desk()
    holder = session.get(Officer, prompt.officer_id) if prompt.officer_id is not None else None
    return wording.by_colleague(holder.name if holder is not None else "")


def _briefings(session: Session, case: Case, reader: Officer, now: datetime) -> Iterator[_Found]:
    to_come = select(Briefing).where(
        Briefing.case_id == case.id,
        Briefing.state == MeetingState.BOOKED,
        Briefing.ends_at > now,
    )
    for briefing in session.scalars(to_come):
        what = wording.open_briefing(briefing.code)
        if briefing.organiser_id == reader.id:
            yield briefing.starts_at, what, wording.by_cancelling(briefing.code)
        elif finding.invitation(session, briefing, reader) is not None:
            organiser = session.get_one(Officer, briefing.organiser_id)
            yield briefing.starts_at, what, wording.by_its_organiser(organiser.name)


def _series(session: Session, case: Case, reader: Officer, now: datetime) -> Iterator[_Found]:
    for each in series.of_case(session, case, reader):
        for following in series.coming(session, each, now)[:1]:
            yield following.at, wording.open_series(each.code), wording.with_the_case()


def _tasks(session: Session, case: Case, reader: Officer, now: datetime) -> Iterator[_Found]:
    for action in actions.open_about(session, case, reader, now):
        yield action.due_at, wording.open_task(action.code), wording.by_doing(action.code)
