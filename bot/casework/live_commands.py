"""What officers can say while an operation is live."""

import re

from sqlalchemy.orm import Session

from bot.casework import golive
from bot.casework.reading import case_of, parts_of, zone_of
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Words
from bot.errors import UserError
from bot.followup import people, whens, whom
from bot.wording import conversation as talk
from bot.wording import golive as wording
from storage.models import Officer

_LIVE = re.compile(
    r"""(?P<code>\S+)\s+until\s+(?P<until>.+?)
        (?:\s+at\s+(?P<place>
            (?!\d{1,2}(?::?\d\d)?(?:h|z|am|pm)?(?:\s|$))  # Not: at 1800.
            .{1,200}?))?
        (?:\s+with\s+(?P<whom>.+))?""",
    re.VERBOSE | re.IGNORECASE,
)
_LIVE_USAGE = "go live CASE until WHEN [at PLACE] [with OFFICER, OFFICER]"
_OFF_USAGE = "live off me | live off OFFICER"
_OVER_USAGE = "go over CASE"


def go_live(session: Session, asked: Asked) -> Reply:
    """go live CASE until WHEN at PLACE with OFFICERS"""
    given = parts_of(_LIVE, asked, _LIVE_USAGE)
    case = case_of(session, asked, given["code"], _LIVE_USAGE)
    place = given["place"] or ""
    named = [each.strip() for each in (given["whom"] or "").split(",") if each.strip()]
    others = [people.find(session, each) for each in named]
    members = [each for each in others if isinstance(each, Officer)]
    if len(members) < len(others):
        raise UserError(wording.officers_only())
    words = golive.begin(
        session,
        asked.officer,
        case,
        until=whens.moment(given["until"], asked.now, zone_of(asked.officer)),
        place=place,
        spans=whom.read(session, place, asked.officer),
        others=members,
        now=asked.now,
    )
    return Reply(words, marking=case.marking, cases=[case])


def go_over(session: Session, asked: Asked) -> Reply:
    """go over CASE"""
    case = case_of(session, asked, asked.rest, _OVER_USAGE)
    words = golive.end(session, case, asked.officer, now=asked.now)
    return Reply(words, marking=case.marking, cases=[case])


def live_off(session: Session, asked: Asked) -> Reply:
    """live off me, or live off OFFICER"""
    word = asked.rest.strip()
    if not word:
        raise UserError(talk.how_written(_OFF_USAGE))
    whom = asked.officer if word.casefold() == "me" else people.find(session, word)
    if not isinstance(whom, Officer):
        raise UserError(wording.officers_only())
    under_way = golive.of_officer(session, whom)
    if not under_way or (whom is not asked.officer and whom.agency_id != asked.officer.agency_id):
        raise UserError(wording.is_in_none(whom.name))
    words = [
        golive.step_out(session, live, whom, asked.officer, now=asked.now) for live in under_way
    ]
    return Reply(Words("\n".join(each.text for each in words)))


COMMANDS: tuple[Command, ...] = (
    Command(
        "go live",
        _LIVE_USAGE,
        "Be left in peace while an operation runs; others are kept from colliding with it.",
        go_live,
    ),
    Command("live off", _OFF_USAGE, "Be in an operation no more.", live_off),
    Command("go over", _OVER_USAGE, "The operation is over.", go_over),
)
