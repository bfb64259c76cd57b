"""What officers can say about duty: their clock, their hours, their days, and who is on."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Words
from bot.errors import UserError
from bot.followup import asking, digests, hours, people, rosters, routing, shifts, whens, whom
from bot.wording import duty as wording
from storage.models import Officer, Role, Unit

DESK = frozenset({Role.LIAISON, Role.HEAD})
_AT = re.compile(r"(?P<desk>.*?)(?:,|(?:^|\s)at\s)\s*(?P<when>.+)", re.IGNORECASE)


def zone(session: Session, asked: Asked) -> Reply:
    return Reply(Words(hours.set_zone(session, asked.officer, asked.rest, now=asked.now)))


def duty(session: Session, asked: Asked) -> Reply:
    return Reply(Words(hours.set_duty(session, asked.officer, asked.rest, now=asked.now)))


def night(session: Session, asked: Asked) -> Reply:
    return Reply(Words(hours.set_night(session, asked.officer, asked.rest, now=asked.now)))


def away(session: Session, asked: Asked) -> Reply:
    return Reply(shifts.away(session, asked.officer, asked.rest, now=asked.now))


def back(session: Session, asked: Asked) -> Reply:
    return Reply(shifts.back(session, asked.officer, now=asked.now))


def shift(session: Session, asked: Asked) -> Reply:
    return Reply(shifts.shift(session, asked.officer, asked.rest, now=asked.now))


def swap(session: Session, asked: Asked) -> Reply:
    return Reply(shifts.swap(session, asked.officer, asked.rest, now=asked.now))


def digest(session: Session, asked: Asked) -> Reply:
    return Reply(digests.choose(session, asked.officer, asked.rest, now=asked.now))


def roster(session: Session, asked: Asked) -> Reply:
    """roster DESK, when"""
    given = _AT.fullmatch(asked.rest)
    desk, when = (given["desk"], given["when"]) if given else (asked.rest, "")
    unit = people.find(session, desk) if desk.strip() else asked.officer.unit
    if not isinstance(unit, Unit):
        raise UserError(wording.roster_usage())
    zone = ZoneInfo(asked.officer.zone)
    at = whens.moment(when, asked.now, zone) if when else asked.now
    manning = routing.of_desk(session, unit)
    if unit.agency_id != asked.officer.agency_id:
        coming = [each for officer in manning if (each := routing.rests_until(officer, at))]
        lines = [
            wording.roster_others(
                is_manned=any(routing.is_on_duty(officer, at) for officer in manning),
                coming=clocks.by(min(coming), zone, asked.now) if coming else "",
            )
        ]
    else:
        lines = [_line(each, asked, at, zone) for each in manning] or [wording.nobody_there()]
    return Reply(Words(wording.roster(unit.title, clocks.by(at, zone, asked.now), lines)))


def who(session: Session, asked: Asked) -> Reply:
    """who DESK, or who and what it is about"""
    if not asked.rest:
        raise UserError(wording.who_usage())
    return Reply(
        Words(
            whom.simulate(
                session,
                asked.rest,
                now=asked.now,
                reader=asked.officer,
                room=asked.room,
                case=asking.about(session, asked.officer, asked.rest, asked.now),
            )
        )
    )


def _line(officer: Officer, asked: Asked, at: datetime, zone: ZoneInfo) -> str:
    known = rosters.of(officer)
    is_on = rosters.is_on(known, at)
    turn = rosters.until(known, at) if is_on else rosters.next_on(known, at)
    written = clocks.by(turn, zone, asked.now) if turn is not None else ""
    return wording.roster_line(officer.name, is_on=is_on, until=written, coming=written)


COMMANDS: tuple[Command, ...] = (
    Command("zone", "zone [Europe/Lisbon]", "Which clock you read in.", zone),
    Command(
        "duty",
        "duty [Mon-Fri 08:00-18:00; holidays off | always | off]",
        "When you are on duty; a public holiday counts as a Sunday.",
        duty,
    ),
    Command(
        "night",
        "night [22:00-07:00 | off | default]",
        "When you sleep: what can wait is told you after it. Duty hours go first.",
        night,
    ),
    Command(
        "away",
        "away [OFFICER] until WHEN | away [OFFICER] FROM to UNTIL",
        "Say that you are away; the next in line steps in. A head may say it of others.",
        away,
    ),
    Command("back", "back", "You are here again, sooner than you said.", back),
    Command(
        "shift",
        "shift Friday 1800 to Saturday 0600 | shift off",
        "Be on duty besides your hours.",
        shift,
        DESK,
    ),
    Command(
        "swap",
        "swap OFFICER Friday 0700 to 1900 [for Sunday]",
        "Ask a colleague to take your duty.",
        swap,
        DESK,
    ),
    Command(
        "digest",
        "digest on | digest 07:30 | digest off | digest default",
        "My desk each day, when my shift begins or at a time; nothing when it is clear.",
        digest,
    ),
    Command("roster", "roster [DESK] [at WHEN]", "Who is on duty there, and until when.", roster),
    Command(
        "who",
        "who DESK | who QUESTION [about CASE], WHEN",
        "Whom a question would reach, and why. Nobody is asked.",
        who,
    ),
)
