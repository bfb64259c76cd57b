"""What a tap on a meeting's control means. A token's parts are `CODE:verb[:what]`."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.conversation.messages import Tap, Trust, Words
from bot.errors import NotAllowed, UserError
from bot.meetings import (
    actions,
    agenda,
    briefings,
    calling,
    debriefs,
    finding,
    invitations,
    moments,
    polls,
    series,
)
from bot.wording import actions as actions_wording
from bot.wording import conversation as talk
from bot.wording import debriefs as debriefing
from bot.wording import meetings as wording
from storage.models import Briefing, Case, Officer, Rsvp

_SHOWS = frozenset({"about", "agenda", "open", "readin", "show", "who", "within"})
"""What changes nothing: a reaction may ask for it, which anybody on its way could have made."""


def on_briefing(
    session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime
) -> Words | None:
    """The controls of a briefing: most are its organiser's."""
    code, verb, what = _read(parts, tap)
    if verb in ("agenda", "action"):
        briefing = finding.briefing(session, officer, code, now)
        if verb == "agenda":
            return Words(agenda.opened(session, briefing, officer, now))
        line = f"{tap.fields.get('text', '')} briefing {briefing.code}"
        return actions.kept(session, actions.add_from(session, officer, line, now), officer, now)
    briefing = finding.organised(session, officer, code, now)
    match verb:
        case "at" | "move":
            return calling.settle(session, briefing, officer, moments.unstamp(what), now)
        case "within":
            earliest, _, latest = what.partition("-")
            within = moments.Within(moments.unstamp(earliest), moments.unstamp(latest))
            return calling.proposal(session, briefing, officer, within, now)
        case "poll":
            starts = [moments.unstamp(each) for each in what.split("-")]
            asked = polls.ask(session, briefing, starts, now=now)
            return Words(wording.poll_sent(briefing.code, asked))
        case "cancel":
            briefings.cancel(session, briefing, now=now)
            return calling.cancelled(briefing, officer, now=now)
        case briefings.TOOK_PLACE:
            briefings.hold(session, briefing, now=now)
            return calling.after(briefing)
        case briefings.WAS_MISSED:
            briefings.miss(session, briefing, now=now)
            return Words(wording.not_held(briefing.code))
        case "keep":
            invitations.keep_time(session, briefing, now=now)
            return calling.confirmation(session, briefing, officer, now)
        case "who":
            return calling.who(session, briefing, officer, now=now)
        case _:
            raise UserError(wording.control_is_stale())


def on_series(
    session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime
) -> Words | None:
    """The control of a series."""
    code, verb, _ = _read(parts, tap)
    found = series.find(session, officer, code)
    if verb != "end":
        raise UserError(wording.control_is_stale())
    series.end(session, found, now=now)
    return Words(wording.series_ended(found.code))


def on_invitation(
    session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime
) -> Words | None:
    """The controls of an invitation."""
    code, verb, what = _read(parts, tap)
    briefing = finding.briefing(session, officer, code, now)
    text = tap.fields.get("text", "")
    return answered(session, briefing, officer, verb, now, text=text, stamp=what)


def answered(
    session: Session,
    briefing: Briefing,
    officer: Officer,
    verb: str,
    now: datetime,
    *,
    text: str = "",
    stamp: str = "",
) -> Words:
    """What an attendee says to an invitation, tapped or typed."""
    match verb:
        case "yes" | "no":
            rsvp = Rsvp.YES if verb == "yes" else Rsvp.NO
            return invitations.answer(session, briefing, officer, rsvp, now=now)
        case "deputy":
            return invitations.send_deputy(session, briefing, officer, text, now=now)
        case "suits":
            suits = moments.unstamp(stamp) if stamp else None
            return polls.answer(session, briefing, officer, suits, now=now)
        case "readin":
            return Words(agenda.read_in(session, briefing, officer, now))
        case "other":
            start = moments.unstamp(stamp) if stamp else None
            return calling.another_time(session, briefing, officer, text, start, now)
        case _:
            raise UserError(wording.control_is_stale())


def on_action(
    session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime
) -> Words | None:
    """The controls of an action."""
    code, verb, what = _read(parts, tap)
    action = actions.find(session, officer, code, now)
    zone = ZoneInfo(officer.zone)
    match verb:
        case "open":
            return actions.opened(session, action, officer, now=now)
        case "done":
            actions.finish(session, action, officer, now=now)
            return Words(actions_wording.closed(action.code, action.state.value))
        case "drop":
            actions.drop(session, action, officer, now=now)
            return Words(actions_wording.closed(action.code, action.state.value))
        case "more":
            if officer.id not in (action.owner_id, action.set_by):
                raise NotAllowed(actions_wording.only_the_owner(action.code))
            until = moments.due_by(tap.fields.get("text", ""), now, zone)
            actions.ask_for_time(session, action, officer, until, now=now)
            if action.due_at == until:
                return Words(actions_wording.extended(action.code, until, zone, now))
            return Words(actions_wording.asked_for_time(action.code, until, zone, now))
        case "agree":
            actions.extend(session, action, officer, moments.unstamp(what), now=now)
            return Words(actions_wording.extended(action.code, action.due_at, zone, now))
        case "keep":
            actions.keep_date(session, action, officer, now=now)
            return Words(actions_wording.date_stays(action.code, action.due_at, zone, now))
        case _:
            raise UserError(wording.control_is_stale())


def on_debrief(
    session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime
) -> Words | None:
    """The controls of a debrief."""
    code, verb, what = _read(parts, tap)
    debrief = finding.debrief(session, officer, code, now)
    question = int(what) if what in ("1", "2", "3", "4") else 0
    match verb:
        case "start":
            case = session.get_one(Case, debrief.case_id)
            debriefs.start(session, case, officer, now=now)
            return debriefs.started(session, debrief)
        case "decline":
            debriefs.decline(session, debrief, officer, now=now)
            return Words(debriefing.debrief_put_away(debrief.code))
        case "write":
            text = tap.fields.get("text", "")
            return debriefs.contribute(session, debrief, officer, question, text, now=now)
        case "nothing":
            return debriefs.contribute(session, debrief, officer, question, None, now=now)
        case "talk":
            return debriefs.rather_talk(session, debrief, officer, question, now=now)
        case "about":
            return Words(debriefs.about(session, debrief, officer, now=now))
        case "show":
            return Words(debriefs.shown(session, debrief, officer, now=now))
        case "close":
            debriefs.close(session, debrief, officer, now=now)
            return Words(debriefs.shown(session, debrief, officer, now=now))
        case _:
            raise UserError(wording.control_is_stale())


def _read(parts: list[str], tap: Tap) -> tuple[str, str, str]:
    """A token's code, verb and what it is about. What does more than show wants a sure hand."""
    if len(parts) not in (2, 3):
        raise UserError(wording.control_is_stale())
    code, verb, *what = parts
    if verb not in _SHOWS and tap.trust is not Trust.AUTHENTICATED:
        raise UserError(talk.needs_a_sure_hand())
    return code, verb, what[0] if what else ""
