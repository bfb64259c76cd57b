"""My desk: what I owe, what I am asked, what I wait for, and today's meetings."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.conversation.messages import Words
from bot.followup import copies, prompts
from bot.meetings import actions, briefings, debriefs
from bot.wording import followup as wording
from storage.models import Officer, Prompt, PromptState

MOST_OPENED = 6


def desk(session: Session, officer: Officer, now: datetime) -> Words:
    """Everything that waits on this officer or for them: numbers and clocks, most urgent first."""
    zone = ZoneInfo(officer.zone)
    owed = [
        prompt
        for prompt in prompts.open_for(session, officer)
        if copies.may_be_shown(session, prompt, officer, now)
    ]
    waits = prompts.waited_for(session, officer)
    text = wording.desk(
        [_question(prompt, officer, now) for prompt in owed],
        [_question(prompt, officer, now) for prompt in waits],
        [
            wording.desk_action(
                action.code,
                wording.by(action.due_at, zone, now),
                is_late=actions.is_late(action, now),
            )
            for action in actions.owed(session, officer)
        ],
        [
            *(
                wording.desk_debrief(debrief.code, left)
                for debrief, left in debriefs.open_for(session, officer, now)
            ),
            *(
                wording.desk_was_it_held(briefing.code)
                for briefing in briefings.to_be_settled(session, officer, now)
            ),
            *(
                wording.desk_invitation(briefing.code, wording.by(briefing.starts_at, zone, now))
                for briefing in briefings.unanswered(session, officer, now)
            ),
        ],
        [
            wording.desk_meeting(meeting.code, wording.by(meeting.starts_at, zone, now))
            for meeting in briefings.today(session, officer, now)
        ],
    )
    return Words(
        text, tuple(copies.opening_one(prompt) for prompt in [*owed, *waits][:MOST_OPENED])
    )


def _question(prompt: Prompt, reader: Officer, now: datetime) -> str:
    return wording.desk_question(
        prompt.code,
        copies.by(prompt, reader, now),
        is_overdue=prompt.strict_at <= now,
        is_paused=prompt.state is PromptState.PAUSED,
    )
