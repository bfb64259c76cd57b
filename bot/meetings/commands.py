"""What meetings answer to: commands, controls, and promises that come due."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.casework import cases
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Words
from bot.conversation.taps import TapHandler
from bot.errors import NotAllowed, UserError
from bot.followup.dues import DueHandler
from bot.followup.kinds import Kind
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.meetings import (
    actions,
    agenda,
    briefings,
    calling,
    debriefs,
    feeds,
    finding,
    guests,
    invitations,
    lessons,
    minutes,
    moments,
    places,
    series,
    taps,
)
from bot.wording import actions as actions_wording
from bot.wording import debriefs as debriefing
from bot.wording import meetings as wording
from bot.wording import minutes as minutes_wording
from storage.models import Briefing, Case


def _coming(session: Session, asked: Asked) -> Reply:
    """The briefings that the asker is expected at, as codes and clocks."""
    officer, now = asked.officer, asked.now
    known = [
        each
        for each in briefings.expected(session, officer, now, now + _LISTED_AHEAD)
        if finding.may_read(session, officer, each, now)
    ]
    zone = ZoneInfo(officer.zone)
    return Reply(
        Words(
            wording.briefing_list(
                [(each.code, each.starts_at, each.organiser_id == officer.id) for each in known],
                zone,
                now,
            )
        )
    )


def _cancel(session: Session, asked: Asked) -> Reply:
    briefing = finding.organised(session, asked.officer, asked.rest, asked.now)
    briefings.cancel(session, briefing, now=asked.now)
    return Reply(calling.cancelled(briefing, asked.officer, now=asked.now))


def _skip(session: Session, asked: Asked) -> Reply:
    code, _, phrase = asked.rest.strip().partition(" ")
    found = series.find(session, asked.officer, code)
    at = series.moment_meant(session, found, phrase, asked.now)
    series.skip(session, found, at, now=asked.now)
    zone = ZoneInfo(asked.officer.zone)
    return Reply(Words(wording.skipped(found.code, at, zone, asked.now)))


def _series(session: Session, asked: Asked) -> Reply:
    found = series.find(session, asked.officer, asked.rest)
    return Reply(series.listed(session, found, asked.officer, now=asked.now))


def _end_series(session: Session, asked: Asked) -> Reply:
    found = series.find(session, asked.officer, asked.rest)
    series.end(session, found, now=asked.now)
    return Reply(Words(wording.series_ended(found.code)))


def _place(session: Session, asked: Asked) -> Reply:
    code, _, place = asked.rest.strip().partition(" ")
    briefing = finding.organised(session, asked.officer, code, asked.now)
    places.put(session, briefing, place)
    ledger.record(
        session, Operation.ALTERATION, now=asked.now, actor=asked.officer,
        case_id=briefing.case_id, subject=f"briefing:{briefing.code}", place="given",
    )  # fmt: skip
    return Reply(
        Words(wording.place_kept(briefing.code, places.of(session, briefing))),
        marking=briefing.marking,
        cases=briefings.cases(session, briefing),
    )


def _feed(session: Session, asked: Asked) -> Reply:
    match asked.rest.strip().casefold():
        case "":
            feeds.address(session, "")  # or it is refused, before the old one ends
            token = feeds.issue(session, asked.officer, now=asked.now)
            return Reply(Words(wording.feed(feeds.address(session, token))))
        case "stop":
            was_there = feeds.revoke(session, asked.officer, now=asked.now)
            return Reply(Words(wording.feed_ended(was_there)))
        case _:
            raise UserError(wording.feed_usage())


def _reminders(session: Session, asked: Asked) -> Reply:
    said = asked.rest.strip().casefold()
    if said:
        leads = [] if said == "none" else [moments.length(each) for each in said.split(",")]
        invitations.set_leads(session, asked.officer, leads, now=asked.now)
    return Reply(Words(wording.leads_kept(invitations.leads_of(asked.officer))))


def _held(session: Session, asked: Asked) -> Reply:
    code, _, names = asked.rest.strip().partition(" with ")
    briefing = finding.organised(session, asked.officer, code, asked.now)
    present = guests.named(
        session,
        [word for word in names.split(",") if word.strip()],
        case=finding.case_of(session, briefing),
        marking=briefing.marking,
        now=asked.now,
        besides=asked.officer,
        from_agency_id=briefing.agency_id,
        at=briefing.starts_at,
    )
    briefings.hold(session, briefing, now=asked.now, present=present)
    return Reply(calling.after(briefing))


def _agenda(session: Session, asked: Asked) -> Reply:
    briefing = finding.briefing(session, asked.officer, asked.rest, asked.now)
    text = agenda.opened(session, briefing, asked.officer, asked.now)
    return Reply(Words(text), marking=briefing.marking, cases=briefings.cases(session, briefing))


def _add_point(session: Session, asked: Asked) -> Reply:
    code, _, text = asked.rest.strip().partition(" ")
    briefing = finding.briefing(session, asked.officer, code, asked.now)
    agenda.add_point(session, briefing, asked.officer, text, now=asked.now)
    return Reply(Words(minutes_wording.point_kept(briefing.code)))


def _put_matter(session: Session, asked: Asked) -> Reply:
    briefing, rest = _to_arrange(session, asked)
    number, _, to = rest.partition(" at ")
    agenda.put_at(session, briefing, asked.officer, _number(number), _number(to), now=asked.now)
    return Reply(Words(minutes_wording.agenda_changed(briefing.code)))


def _drop_matter(session: Session, asked: Asked) -> Reply:
    briefing, number = _to_arrange(session, asked)
    agenda.leave_out(session, briefing, asked.officer, _number(number), now=asked.now)
    return Reply(Words(minutes_wording.agenda_changed(briefing.code)))


def _to_arrange(session: Session, asked: Asked) -> tuple[Briefing, str]:
    """The briefing whose agenda is to be changed, which its organiser may, and how."""
    code, _, rest = asked.rest.strip().partition(" ")
    briefing = finding.organised(session, asked.officer, code, asked.now)
    if not finding.may_read(session, asked.officer, briefing, asked.now):
        raise NotAllowed(wording.nothing_to_show())
    return briefing, rest.strip()


def _number(said: str) -> int:
    plain = said.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 3):
        raise UserError(minutes_wording.agenda_usage())
    return int(plain)


def _minute(session: Session, asked: Asked) -> Reply:
    return _noted(session, asked, minutes.Kind.NOTE)


def _decide(session: Session, asked: Asked) -> Reply:
    return _noted(session, asked, minutes.Kind.DECISION)


def _noted(session: Session, asked: Asked, kind: minutes.Kind) -> Reply:
    code, _, text = asked.rest.strip().partition(" ")
    briefing = finding.briefing(session, asked.officer, code, asked.now)
    minutes.add(session, briefing, asked.officer, kind, text, now=asked.now)
    number = len(minutes.lines(session, briefing))
    is_decision = kind is minutes.Kind.DECISION
    return Reply(Words(minutes_wording.minute_kept(briefing.code, number, is_decision)))


def _drop_minute(session: Session, asked: Asked) -> Reply:
    code, _, number = asked.rest.strip().partition(" ")
    briefing = finding.briefing(session, asked.officer, code, asked.now)
    minutes.drop(session, briefing, asked.officer, _number(number), now=asked.now)
    return _minutes(session, replace(asked, rest=code))


def _minutes(session: Session, asked: Asked) -> Reply:
    briefing = finding.briefing(session, asked.officer, asked.rest, asked.now)
    text = minutes.shown(session, briefing, asked.officer, now=asked.now)
    return Reply(Words(text), marking=briefing.marking, cases=briefings.cases(session, briefing))


def _rsvp(session: Session, asked: Asked) -> Reply:
    """What an invitation's controls say, typed."""
    code, _, said = asked.rest.strip().partition(" ")
    briefing = finding.briefing(session, asked.officer, code, asked.now)
    word, _, rest = said.strip().removeprefix("another ").partition(" ")
    verb = {"time": "other", "read-in": "readin"}.get(word.casefold(), word.casefold())
    if verb not in ("yes", "no", "other", "deputy", "readin"):
        raise UserError(wording.rsvp_usage())
    words = taps.answered(session, briefing, asked.officer, verb, asked.now, text=rest)
    return Reply(words, marking=briefing.marking, cases=briefings.cases(session, briefing))


def _add_action(session: Session, asked: Asked) -> Reply:
    action = actions.add_from(session, asked.officer, asked.rest, asked.now)
    return Reply(
        actions.kept(session, action, asked.officer, asked.now),
        marking=action.marking,
        cases=actions.cases_of(session, action),
    )


def _finish_action(session: Session, asked: Asked) -> Reply:
    action = actions.find(session, asked.officer, asked.rest, asked.now)
    actions.finish(session, action, asked.officer, now=asked.now)
    return Reply(Words(actions_wording.closed(action.code, action.state.value)))


def _drop_action(session: Session, asked: Asked) -> Reply:
    action = actions.find(session, asked.officer, asked.rest, asked.now)
    actions.drop(session, action, asked.officer, now=asked.now)
    return Reply(Words(actions_wording.closed(action.code, action.state.value)))


def _list_actions(session: Session, asked: Asked) -> Reply:
    """What the asker owes and what others owe the asker, as far as they may still know."""
    officer, now = asked.officer, asked.now
    owed, set_ = actions.owed(session, officer), actions.set_for_others(session, officer)
    mine = actions.lines(session, owed, officer, now=now)
    theirs = actions.lines(session, set_, officer, now=now)
    ledger.record(
        session, Operation.CONSULTATION, now=now, actor=officer, subject="actions",
        count=len(mine) + len(theirs),
    )  # fmt: skip
    shown = [
        each.marking
        for each in [*owed, *set_]
        if markings.is_within(each.marking, officer.clearance)
    ]
    return Reply(Words(actions_wording.listed(mine, theirs)), marking=markings.join(shown))


def _debrief(session: Session, asked: Asked) -> Reply:
    if not asked.rest.strip():
        raise UserError(debriefing.debrief_usage())
    case = cases.find(session, asked.officer, asked.rest, asked.now)
    debrief = debriefs.start(session, case, asked.officer, now=asked.now)
    return Reply(debriefs.started(session, debrief), marking=case.marking, cases=(case,))


def _show_debrief(session: Session, asked: Asked) -> Reply:
    debrief = finding.debrief(session, asked.officer, asked.rest, asked.now)
    text = debriefs.shown(session, debrief, asked.officer, now=asked.now)
    case = session.get_one(Case, debrief.case_id)
    return Reply(Words(text), marking=debrief.marking, cases=(case,))


def _close_debrief(session: Session, asked: Asked) -> Reply:
    debrief = finding.debrief(session, asked.officer, asked.rest, asked.now)
    debriefs.close(session, debrief, asked.officer, now=asked.now)
    text = debriefs.shown(session, debrief, asked.officer, now=asked.now)
    case = session.get_one(Case, debrief.case_id)
    return Reply(Words(text), marking=debrief.marking, cases=(case,))


def _add_lesson(session: Session, asked: Asked) -> Reply:
    code, _, line = asked.rest.strip().partition(" ")
    debrief = finding.debrief(session, asked.officer, code, asked.now)
    lesson = lessons.add(session, debrief, asked.officer, line, now=asked.now)
    return Reply(Words(debriefing.lesson_kept(debrief.code, lesson.action)))


def _answer_debrief(session: Session, asked: Asked) -> Reply:
    """What a question's controls say, typed: `debrief answer CODE NUMBER TEXT`."""
    code, _, rest = asked.rest.strip().partition(" ")
    number, _, text = rest.strip().partition(" ")
    debrief = finding.debrief(session, asked.officer, code, asked.now)
    if not number.isascii() or not number.isdigit() or len(number) > 1:
        raise UserError(debriefing.debrief_answer_usage())
    said = None if text.strip().casefold() == "nothing" else text
    return Reply(
        debriefs.contribute(session, debrief, asked.officer, int(number), said, now=asked.now)
    )


KINDS: Final[tuple[Kind, ...]] = ()

_LISTED_AHEAD = timedelta(days=90)

COMMANDS: Final = (
    Command(
        "brief",
        "brief TIME with WHO, WHO [optionally WHO] [about CASE] [for 30 min]",
        "Call a joint briefing, once or `every Tuesday 10:00`; without a time, the three best "
        "are proposed.",
        calling.brief,
    ),
    Command("briefings", "briefings", "The briefings that you are expected at.", _coming),
    Command("briefing agenda", "briefing agenda CODE", "What a briefing is to be about.", _agenda),
    Command(
        "briefing move",
        "briefing move CODE TIME",
        "Let a briefing begin at another time; all are told. Of a series: DAY to TIME.",
        calling.move,
    ),
    Command("briefing series", "briefing series CODE", "The next briefings of a series.", _series),
    Command(
        "briefing skip",
        "briefing skip CODE [DAY]",
        "Leave one briefing of a series out; who was told is told.",
        _skip,
    ),
    Command(
        "briefing end",
        "briefing end CODE",
        "No further briefing of a series is called.",
        _end_series,
    ),
    Command(
        "briefing cancel", "briefing cancel CODE", "Call a briefing off; all are told.", _cancel
    ),
    Command(
        "briefing place",
        "briefing place CODE LINK OR ADDRESS",
        "Where a briefing meets; told with its reminders.",
        _place,
    ),
    Command(
        "reminders",
        "reminders [1 day, 15 minutes | none]",
        "How long before a briefing you are reminded.",
        _reminders,
    ),
    Command(
        "calendar feed",
        "calendar feed [stop]",
        "Your briefings for your own calendar program, at an address of your own.",
        _feed,
    ),
    Command(
        "briefing held",
        "briefing held CODE [with WHO, WHO]",
        "A briefing took place, and who was there.",
        _held,
    ),
    Command(
        "agenda add", "agenda add CODE TEXT", "Put a point on a briefing's agenda.", _add_point
    ),
    Command(
        "agenda put",
        "agenda put CODE NUMBER at NUMBER",
        "Speak of a matter sooner or later.",
        _put_matter,
    ),
    Command("agenda drop", "agenda drop CODE NUMBER", "Take a matter off an agenda.", _drop_matter),
    Command("minute", "minute CODE TEXT", "Note what was said at a briefing.", _minute),
    Command("decide", "decide CODE TEXT", "Note what was decided at a briefing.", _decide),
    Command(
        "minute drop", "minute drop CODE NUMBER", "Take a line out of the minutes.", _drop_minute
    ),
    Command(
        "minutes",
        "minutes CODE",
        "The minutes of a briefing: who was there, what was decided, the actions.",
        _minutes,
    ),
    Command(
        "rsvp",
        "rsvp CODE yes | no | another time TIME | deputy WHO | read-in",
        "Answer an invitation.",
        _rsvp,
    ),
    Command(
        "action add",
        "action add OWNER by TIME: TEXT [about CASE | briefing CODE | debrief CODE]",
        "Give somebody a task with a date; they are told in private and reminded.",
        _add_action,
    ),
    Command("action done", "action done CODE", "A task is done.", _finish_action),
    Command(
        "action drop", "action drop CODE", "A task that you set is no longer wanted.", _drop_action
    ),
    Command("action list", "action list", "Your open tasks, and those you set.", _list_actions),
    Command(
        "debrief",
        "debrief CASE",
        "Ask everybody who took part in a case the four questions, in private.",
        _debrief,
    ),
    Command(
        "debrief show",
        "debrief show CODE",
        "A debrief: what happened by roles, answers without names, actions.",
        _show_debrief,
    ),
    Command(
        "lesson add",
        "lesson add CODE CAPABILITY: TEXT; why: CAUSE; do: OWNER by TIME: TEXT",
        "Keep what a debrief teaches; what is to be done becomes an action.",
        _add_lesson,
    ),
    Command("debrief close", "debrief close CODE", "Close a debrief.", _close_debrief),
    Command(
        "debrief answer",
        "debrief answer CODE NUMBER TEXT | nothing",
        "Answer a debrief's question; shown without your name.",
        _answer_debrief,
    ),
)

TAPS: Final[Mapping[str, TapHandler]] = {
    "briefing": taps.on_briefing,
    "rsvp": taps.on_invitation,
    "action": taps.on_action,
    "debrief": taps.on_debrief,
    "series": taps.on_series,
}

DUES: Final[Mapping[str, DueHandler]] = {
    invitations.KIND: invitations.remind,
    briefings.START: briefings.opens,
    actions.KIND: actions.remind,
    debriefs.KIND: debriefs.remind,
    series.KIND: series.plan_next,
}
