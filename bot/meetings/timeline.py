"""What happened in a case, told by roles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.meetings import finding
from bot.wording import debriefs as wording
from bot.wording import meetings as meeting
from storage.models import (
    Briefing,
    Case,
    Judgement,
    Match,
    MatchState,
    MeetingState,
    Mention,
    Message,
    Officer,
    Prompt,
    PromptState,
)

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    text: str


def of(session: Session, case: Case, reader: Officer, roles: Mapping[int, str]) -> list[Event]:
    """The case from its opening to its close, as far as this reader may know."""
    events = [Event(case.opened_at, wording.case_was_opened())]
    events += _reports(session, case, reader)
    events += _questions(session, case, reader, roles)
    events += _judgements(session, case, reader, roles)
    events += _briefings(session, case)
    if case.closed_at is not None:
        events.append(Event(case.closed_at, wording.case_was_closed()))
    events.sort(key=lambda event: event.at)
    if len(events) > LONGEST:
        # The beginning and the end tell more than the middle.
        left_out = Event(events[LONGEST // 2].at, wording.events_left_out(len(events) - LONGEST))
        events = [*events[: LONGEST // 2], left_out, *events[-LONGEST // 2 :]]
    return events


def _reports(session: Session, case: Case, reader: Officer) -> Iterator[Event]:
    for match, mention, message in session.execute(
        select(Match, Mention, Message)
        .join(Mention, Mention.id == Match.mention_id)
        .join(Message, Message.id == Mention.message_id)
        .where(Match.case_id == case.id, Match.state == MatchState.CONFIRMED)
    ):
        if finding.may_know(match, reader):
            yield Event(message.sent_at, wording.was_reported(mention.label))


def _questions(
    session: Session, case: Case, reader: Officer, roles: Mapping[int, str]
) -> Iterator[Event]:
    for prompt in session.scalars(
        select(Prompt)
        .join(Match, Match.id == Prompt.match_id, isouter=True)
        .where(or_(Prompt.case_id == case.id, Match.case_id == case.id))
    ):
        if not finding.may_know_question(session, prompt, reader):
            continue
        yield Event(prompt.received_at, wording.was_asked(prompt.code))
        if prompt.breached_at is not None:
            yield Event(prompt.breached_at, wording.ran_past_its_limit(prompt.code))
        if prompt.closed_at is not None and prompt.state is PromptState.ANSWERED:
            who = roles.get(prompt.closed_by or 0)
            took = prompt.closed_at - prompt.received_at
            yield Event(prompt.closed_at, wording.was_answered(prompt.code, who, took))


def _judgements(
    session: Session, case: Case, reader: Officer, roles: Mapping[int, str]
) -> Iterator[Event]:
    for judgement, match, mention in session.execute(
        select(Judgement, Match, Mention)
        .join(Match, Match.id == Judgement.match_id)
        .join(Mention, Mention.id == Match.mention_id)
        .where(Match.case_id == case.id)
    ):
        if finding.may_know(match, reader):
            yield Event(
                judgement.at,
                wording.was_judged(
                    mention.label,
                    judgement.verdict,
                    roles.get(judgement.officer_id or 0),
                    judgement.undoes is not None,
                ),
            )


def _briefings(session: Session, case: Case) -> Iterator[Event]:
    for briefing in session.scalars(
        select(Briefing).where(Briefing.case_id == case.id, Briefing.state == MeetingState.HELD)
    ):
        yield Event(briefing.starts_at, meeting.was_held(briefing.code))
