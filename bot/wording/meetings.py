"""What the bot says about briefings, debriefs and actions."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot import clocks
from bot.governance import markings
from bot.meetings.hours import Early, Fit, Late, Off, Within
from bot.wording.casework import called
from bot.wording.phrases import counted, ended, sentence, shortened, upper_first
from nlp.spans import Label
from storage.models import MatchState, Rsvp, Tlp

YES: Final = "Yes"
NO: Final = "No"
ANOTHER_TIME: Final = "Another time"
SEND_DEPUTY: Final = "Send deputy"
READ_IN: Final = "Read-in"
MOVE: Final = "Move"
KEEP: Final = "Keep the time"
WHO: Final = "Who"
AGENDA: Final = "Agenda"
CANCEL: Final = "Cancel briefing"
ASK_EVERYBODY: Final = "Ask everybody"
NONE_SUITS: Final = "None suits"
SKIP: Final = "Skip this one"
END_SERIES: Final = "End the series"
HELD: Final = "Held"
NOT_HELD: Final = "Not held"
ADD_ACTION: Final = "Add an action"
OPEN: Final = "Open"
DONE: Final = "Done"
MORE_TIME: Final = "More time"
AGREE: Final = "Agree"
KEEP_DATE: Final = "Keep the date"
DROP: Final = "Drop it"


def erased() -> str:
    return "[erased]"


def you() -> str:
    return "you"


def marked(marking: Tlp, text: str) -> str:
    return f"{markings.written(marking)}. {text}"


def nothing_to_show() -> str:
    return "Nothing I can show here; that is not proof of nothing."


def control_is_stale() -> str:
    return "That button no longer says anything. Nothing was changed."


def moment(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A moment as it stands on a button."""
    return clocks.written(at, zone, now=now)


# Who is meant


def nobody_called(word: str, near: Sequence[str]) -> str:
    said = f'I know no officer, desk or agency "{shortened(word)}".'
    return f"{said} Did you mean {' or '.join(near)}?" if near else said


def several_called(word: str, slugs: Sequence[str]) -> str:
    return f'"{shortened(word)}" is more than one: {", ".join(slugs)}. Which?'


def briefing_list(
    briefings: Sequence[tuple[str, datetime, bool]], zone: ZoneInfo, now: datetime
) -> str:
    """Each with its moment, and whether its reader called it."""
    if not briefings:
        return "You are expected at no briefing."
    lines = [
        f"{code}: {clocks.written(at, zone, now=now)}{', called by you' if is_own else ''}"
        for code, at, is_own in briefings
    ]
    return "\n".join(["You are expected at:", *lines])


def cannot_come(word: str) -> str:
    who = f'"{shortened(word)}"'
    return (
        f"{who} cannot be invited to this briefing. Nobody was told. "
        f"Leave {who} out, or name another."
    )


def lacks_grant(word: str, case: str, grantee: str) -> str:
    return (
        f'"{shortened(word)}" may not see {case}. Nobody was told. '
        f"Say `case grant {case} to {grantee}` and call it again, leave it out, or name another."
    )


def too_many_guests(most: int) -> str:
    return f"That is more than the {most} I invite at once. Nobody was told."


def nobody_else() -> str:
    return "That would be you alone. Name somebody else after `with`."


def comes_already(name: str) -> str:
    return f"{name} is invited already. Name another."


# When


def time_not_read(phrase: str, why: str) -> str:
    return (
        f'I cannot read "{shortened(phrase)}" as a time: {sentence(why)} '
        'This would do: "tomorrow 0900Z", "Tuesday 10:00".'
    )


def time_is_past(phrase: str | None) -> str:
    said = f'"{shortened(phrase)}" is over' if phrase else "That time is over"
    return f"{said}. Nothing was changed; give one that is to come."


def time_is_unsure(phrase: str, question: str, readings: Sequence[datetime], zone: ZoneInfo) -> str:
    both = " or ".join(clocks.written(each, zone) for each in readings)
    return f'"{shortened(phrase)}" can be {both}. {sentence(question)} Nothing was changed.'


def happens_once(phrase: str, first: datetime, zone: ZoneInfo, now: datetime) -> str:
    return (
        f'"{shortened(phrase)}" comes again and again; one time is wanted here. '
        f"The first would be {clocks.written(first, zone, now=now)}."
    )


def needs_a_clock(phrase: str) -> str:
    return f'"{shortened(phrase)}" is a day or a part of one. Give the clock too: "Wed 14:00".'


def which_reading(phrase: str, question: str) -> str:
    return f'"{shortened(phrase)}" can be read in two ways. {sentence(question)}'


def which_time() -> str:
    return "Which time would suit you?"


def until_when() -> str:
    return "Until when?"


def length_is_odd(longest: timedelta) -> str:
    return f"A briefing takes up to {clocks.span_of(longest)}. Nothing was changed."


# Briefings


def joint_briefing(code: str) -> str:
    return f"Joint briefing {code}"


def planned_briefing(series: str) -> str:
    return f"Joint briefing, planned (series {series})"


def brief_usage() -> str:
    return "Who is to come? Write: brief TIME with WHO, WHO [about CASE] [for 30 min]"


def booked(
    code: str,
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    now: datetime,
    case: str | None,
    guests: Sequence[str],
    others: Sequence[str],
) -> str:
    about = f", about {case}" if case else ""
    when = f"{clocks.both(start, zone, now)}, for {clocks.span_of(end - start)}"
    return "\n".join(
        [
            f"{joint_briefing(code)}: {when}{about}.",
            f"Invited: {'; '.join(guests)}." if guests else "Nobody else is invited any more.",
            *_expected_elsewhere(others),
            f"Say `briefing move {code} TIME` or `briefing cancel {code}` if you would rather not.",
        ]
    )


def guest(
    name: str, desk: str, fit: Fit, rests_until: str | None, *, is_required: bool, is_busy: bool
) -> str:
    line = f"{name} ({desk}){'' if is_required else ', optional'}, {_hours(fit, 'their')}"
    if is_busy:
        line = f"{line}, busy then"
    return line if rests_until is None else f"{line}, told after their rest: {rests_until}"


def invitation(
    code: str,
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    fit: Fit,
    said: Rsvp,
    others: Sequence[str],
) -> str:
    lines = [f"{joint_briefing(code)}: {_from_to(start, end, zone)}, {_hours(fit, 'your')}."]
    lines += _expected_elsewhere(others)
    if said is not Rsvp.NONE:
        lines.append(f"{_said_by_you(said)} Tap again to change it.")
    return "\n".join(lines)


def rsvp_kept(code: str, said: Rsvp) -> str:
    return f"{joint_briefing(code)}: {_said_by_you(said)} Answer again to change it."


def rsvp_usage() -> str:
    return "Write: rsvp CODE yes | no | another time TIME | deputy WHO"


def wants_another_time(code: str, at: datetime, zone: ZoneInfo, now: datetime) -> str:
    when = clocks.both(at, zone, now)
    return f"{joint_briefing(code)}: somebody would rather meet {when}."


def other_time_kept(code: str, at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return (
        f"{joint_briefing(code)}: I asked the organiser for {clocks.both(at, zone, now)}. "
        "Until you hear, the time stays."
    )


def time_stays(code: str) -> str:
    return f"{joint_briefing(code)}: the time stays."


def is_now(code: str, start: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"{joint_briefing(code)} is now {clocks.written(start, zone, now=now)}."


def which_deputy() -> str:
    return "Who comes instead of you?"


def deputy_sent(code: str, name: str) -> str:
    return f'{joint_briefing(code)}: {name} is invited instead of you. "Yes" takes it back.'


def not_needed(code: str) -> str:
    return f"{joint_briefing(code)}: you need not come."


def was_moved(code: str) -> str:
    return f"{joint_briefing(code)} was moved; a new invitation follows."


def moved_without_you(code: str, start: datetime, zone: ZoneInfo, now: datetime) -> str:
    when = clocks.written(start, zone, now=now)
    return f"{joint_briefing(code)} was moved to {when}. Your deputy is asked again."


def is_cancelled(code: str, start: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"{joint_briefing(code)}, {clocks.written(start, zone, now=now)}, is cancelled."


def tally_ends(code: str) -> str:
    return f"{joint_briefing(code)} is cancelled."


def not_booked(code: str, state: str) -> str:
    return f"{joint_briefing(code)} is {state}. Nothing was changed."


def is_over(code: str) -> str:
    return f"{joint_briefing(code)} is over. Nothing was changed."


def not_begun(code: str) -> str:
    return f"{joint_briefing(code)} has not begun. Nothing was changed."


def no_such_briefing(code: str) -> str:
    return f'I can show you no briefing "{shortened(code)}".'


def only_the_organiser(code: str) -> str:
    return f"Only whoever called {code} changes it. Answer your invitation instead."


def tally(code: str, said: Sequence[Rsvp]) -> str:
    counts = Counter(said)
    parts = [f"{counts[Rsvp.YES]} yes", f"{counts[Rsvp.NO]} no"]
    if counts[Rsvp.OTHER_TIME]:
        parts.append(f"{counts[Rsvp.OTHER_TIME]} for another time")
    parts.append(f"{counts[Rsvp.NONE]} to answer")
    return f"{joint_briefing(code)}: {', '.join(parts)}."


def who(code: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{joint_briefing(code)}:", *lines])


def who_said(name: str, said: Rsvp) -> str:
    words = {
        Rsvp.NONE: "no answer yet",
        Rsvp.YES: "yes",
        Rsvp.NO: "no",
        Rsvp.OTHER_TIME: "would rather another time",
        Rsvp.DEPUTY: "sends a deputy",
    }
    return f"{name}: {words[said]}"


def reminder(code: str, start: datetime, zone: ZoneInfo, now: datetime, place: str) -> str:
    left = clocks.span_of(start - now)
    text = f"{joint_briefing(code)}: {clocks.written(start, zone, now=now)}, in {left}."
    return f"{text}\n{meets_at(place)}" if place else text


def opens(code: str, matters: int, late: int, place: str) -> str:
    spoken_of = counted(matters, "matter") if matters else "no open matter"
    first = f", {counted(late, 'late action')} first" if late else ""
    text = f"{joint_briefing(code)} begins now: {spoken_of}{first}."
    return f"{text}\n{meets_at(place)}" if place else text


def was_held(code: str) -> str:
    return f"{joint_briefing(code)} was held."


def was_it_held(code: str) -> str:
    return f"{joint_briefing(code)} is over. Was it held?"


def after_held(code: str) -> str:
    return (
        f"{joint_briefing(code)} was held. What was agreed?\n"
        f"Write: action add WHO by TIME: what is to be done briefing {code}"
    )


def not_held(code: str) -> str:
    return (
        f"{joint_briefing(code)} was not held.\n"
        f"Say `briefing move {code} TIME` or `briefing cancel {code}`."
    )


def slots(code: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{joint_briefing(code)}: when? Nobody has been told yet.", *lines])


def slot(start: datetime, zone: ZoneInfo, now: datetime, outside: Sequence[str]) -> str:
    return f"{clocks.both(start, zone, now)}: {'; '.join(outside) or 'within the hours of all'}"


def outside(name: str, fit: Fit) -> str:
    return f"{name}, {_hours(fit, 'their')}"


def would_miss_it(name: str) -> str:
    return f"{name} would miss it"


def no_slot(code: str) -> str:
    return (
        f"{joint_briefing(code)}: no time fits everybody then. Nobody has been told. "
        f"Say `briefing move {code} TIME` with a wider time, or leave somebody out."
    )


# Calendars


def feed(address: str) -> str:
    return (
        f"Your briefings for your own calendar: {address}\n"
        "Whoever has this address reads it, so keep it to yourself; it is shown once. "
        "`calendar feed stop` ends it."
    )


def feed_ended(was_there: bool) -> str:
    return "Your calendar feed is ended." if was_there else "You have no calendar feed."


def no_feeds_here() -> str:
    return "No calendar feeds are served here. Nothing was changed."


def feed_usage() -> str:
    return "Write: calendar feed, or: calendar feed stop"


def no_calendar_answer() -> str:
    return "I cannot read an answer in that. Nothing was changed."


def no_such_invitation() -> str:
    return "That answers no invitation of yours. Nothing was changed."


def answers_an_earlier_one(code: str) -> str:
    return f"That answers an earlier invitation to {code}. Nothing was changed."


def not_an_answer(code: str) -> str:
    return (
        f"{joint_briefing(code)}: a calendar says yes, no or another time. "
        f"Anything else in the chat: `rsvp {code} deputy WHO`."
    )


def place_usage(longest: int) -> str:
    return f"Write: briefing place CODE, and where it meets in up to {longest} characters."


def meets_at(place: str) -> str:
    return f"Place: {place}"


def place_kept(code: str, place: str) -> str:
    return f"{joint_briefing(code)} meets at {place}"


def leads_usage() -> str:
    return 'Write: reminders 1 day, 15 minutes; up to four, within two weeks; or "reminders none".'


def leads_kept(leads: Sequence[timedelta]) -> str:
    if not leads:
        return "I remind you of no briefing. It still stands in your calendar and on your desk."
    said = " and ".join(clocks.span_of(each) for each in leads)
    return f"I remind you of briefings {said} before they begin."


# Polls


def poll(code: str, mine: Sequence[tuple[str, bool | None]]) -> str:
    said = {True: "suits you", False: "does not suit you", None: "not answered"}
    return "\n".join(
        [
            f"{joint_briefing(code)}: which times suit you? Tap each that does.",
            *(f"{when}: {said[suits]}" for when, suits in mine),
        ]
    )


def poll_sent(code: str, asked: int) -> str:
    return f"{joint_briefing(code)}: I asked {counted(asked, 'person', 'people')}. You hear of it."


def poll_kept(code: str) -> str:
    return f"{joint_briefing(code)}: noted. Tap again to change it."


def poll_tally(code: str, lines: Sequence[str], left: int) -> str:
    waits = f"{counted(left, 'person', 'people')} to answer." if left else "Everybody has answered."
    return "\n".join([f"{joint_briefing(code)}: {waits}", *lines])


def poll_line(when: str, suits: int, asked: int, lacks: Sequence[str]) -> str:
    missing = f"; nobody yet of {', '.join(lacks)}" if lacks else ""
    return f"{when}: suits {suits} of {asked}{missing}"


def poll_is_over(code: str) -> str:
    return f"{joint_briefing(code)}: the time is settled."


# Series


def series_begun(code: str, following: Sequence[str]) -> str:
    then = f", then {', '.join(following)}" if following else ""
    return (
        f"It is the first of series {code}{then}. Each is called when the one before is over.\n"
        f"Say `briefing skip {code} DAY`, `briefing move {code} DAY to TIME` or "
        f"`briefing end {code}`."
    )


def series_goes_on(code: str, series: str, start: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"{joint_briefing(code)}, the next of series {series}: {clocks.both(start, zone, now)}."


def series_ended(code: str) -> str:
    return f"Series {code} has ended; no further briefing of it is called."


def series(code: str, lines: Sequence[str]) -> str:
    return "\n".join([f"Series {code}:", *lines])


def occurrence(
    at: datetime,
    zone: ZoneInfo,
    now: datetime,
    code: str | None,
    is_skipped: bool,
    moved_to: datetime | None,
) -> str:
    line = clocks.written(at, zone, now=now)
    if is_skipped:
        return f"{line}: skipped"
    if moved_to is not None:
        return f"{line}: moved to {clocks.written(moved_to, zone, now=now)}, {code}"
    return f"{line}: {code}" if code else f"{line}: not called yet"


def skipped(code: str, at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Series {code}: {clocks.written(at, zone, now=now)} is skipped."


def series_too_often(least: timedelta) -> str:
    return (
        f"A series comes no more often than every {clocks.span_of(least)}. Nothing was called; "
        "this would do: every 4 hours."
    )


def not_of_the_series(code: str, phrase: str | None) -> str:
    said = f'"{shortened(phrase)}" is' if phrase else "That is"
    return f"{said} no day of series {code} to come. `briefing series {code}` lists them."


# Agendas


def agenda(code: str, case: str | None, marking: Tlp, matters: Sequence[str]) -> str:
    about = f" about {case}" if case else ""
    lines = [f"{number}. {text}" for number, text in enumerate(matters, 1)]
    return "\n".join(
        [
            marked(marking, f"{joint_briefing(code)}{about}."),
            *(lines or ["No open matter that I can show here."]),
        ]
    )


def read_in(text: str, decided: Sequence[str], place: str) -> str:
    lines = [text]
    if decided:
        lines += ["Decided when it last met:", *(f"- {ended(each)}" for each in decided)]
    if place:
        lines.append(meets_at(place))
    return "\n".join(lines)


def agenda_action(
    code: str, text: str, owner: str, due_at: datetime, zone: ZoneInfo, now: datetime
) -> str:
    return f"{_action(code, due_at, zone, now)}, {owner}: {ended(text)}"


def agenda_question(
    code: str, unit: str | None, strict_at: datetime, zone: ZoneInfo, now: datetime
) -> str:
    whose = f", with {unit}" if unit else ""
    late = "overdue since" if strict_at < now else "by"
    return f"Open question {code}{whose}, {late} {clocks.written(strict_at, zone, now=now)}."


def agenda_match(
    label: Label,
    text: str,
    at: datetime,
    state: MatchState,
    is_doubted: bool,
    zone: ZoneInfo,
    now: datetime,
) -> str:
    """With the *text* that was written where its reader may read it; else by its kind alone."""
    stands = "Somebody is unsure" if is_doubted else "Not settled"
    how = "Disputed" if state is MatchState.DISPUTED else stands
    what = f"{upper_first(called(label))} {shortened(text)}".rstrip()
    return f"{what}, {clocks.written(at, zone, now=now)}: the same? {how}."


def agenda_sighting(at: datetime, text: str | None, zone: ZoneInfo, now: datetime) -> str:
    said = ended(text) if text is not None else "not read out; somebody in it has a role."
    return f"New, {clocks.written(at, zone, now=now)}: {said}"


def agenda_gap(code: str) -> str:
    return f"Still unknown: question {code} was closed without information."


def agenda_usage() -> str:
    return (
        "Write: agenda add CODE what is to be spoken of, agenda drop CODE NUMBER, "
        "agenda put CODE NUMBER at NUMBER"
    )


def agenda_changed(code: str) -> str:
    return f"{joint_briefing(code)}: the agenda is changed. `briefing agenda {code}` shows it."


def no_such_line(number: int) -> str:
    return f"There is no line {number}. Nothing was changed."


# Minutes


def minute_usage() -> str:
    return "Write: minute CODE what was said, or: decide CODE what was decided"


def only_its_author() -> str:
    return "Whoever wrote that line, or called the briefing, may take it out."


def minute_kept(code: str, number: int, is_decision: bool) -> str:
    what = "decision" if is_decision else "note"
    return f"{joint_briefing(code)}: {what} {number} is kept. `minute drop {code} {number}` undoes."


def minutes(
    *,
    code: str,
    marking: Tlp,
    when: str,
    present: Sequence[str],
    lines: Sequence[tuple[bool, str, str]],
    tasks: Sequence[str],
) -> str:
    numbered = [
        f"{number}. {'DECIDED' if is_decision else 'Noted'} ({agency}): {ended(text)}"
        for number, (is_decision, agency, text) in enumerate(lines, 1)
    ]
    return "\n".join(
        [
            marked(marking, f"Minutes of {joint_briefing(code)}, {when}."),
            f"There: {'; '.join(present)}." if present else "Nobody said who was there.",
            *(numbered or ["Nothing was noted."]),
            *(["Actions:", *tasks] if tasks else []),
        ]
    )


def too_long(longest: int) -> str:
    return f"That is longer than the {longest} characters I keep. Nothing was kept; shorten it."


def is_full(most: int) -> str:
    return f"There are {most} already, and I keep no more. Nothing was added."


def is_on_agenda() -> str:
    return "That is on the agenda already. Nothing was added."


def point_kept(code: str) -> str:
    return f"{joint_briefing(code)}: it is on the agenda."


def point_is_stricter(stated: Tlp, marking: Tlp) -> str:
    return (
        f"You marked that {markings.written(stated)}; this briefing is "
        f"{markings.written(marking)}. Nothing was added."
    )


# Actions


def action_usage() -> str:
    return (
        "Write: action add WHO by TIME: what is to be done "
        "[about CASE | briefing CODE | debrief CODE]"
    )


def action_line_asked() -> str:
    return "WHO by TIME: what is to be done"


def cannot_own() -> str:
    return "That action cannot go to them. Nobody was told; name another."


def no_such_action(code: str) -> str:
    return f'I can show you no action "{shortened(code)}".'


def only_the_setter(code: str) -> str:
    return f"Whoever set action {code} decides that."


def only_the_owner(code: str) -> str:
    return f"Action {code} is for its owner or their desk to settle."


def action_kept(
    code: str, text: str, owner: str, due_at: datetime, zone: ZoneInfo, now: datetime
) -> str:
    return f"Action {code}, {owner}, by {clocks.both(due_at, zone, now)}: {ended(text)}"


def action_line(
    code: str, text: str, owner: str, due_at: datetime, zone: ZoneInfo, now: datetime
) -> str:
    return f"{_action(code, due_at, zone, now)}, {owner}: {ended(text)}"


def action_list(mine: Sequence[str], theirs: Sequence[str]) -> str:
    if not mine and not theirs:
        return "No open action is yours, and none that you set."
    lines = ["Yours:", *mine] if mine else ["None is yours."]
    return "\n".join([*lines, *(["You set:", *theirs] if theirs else [])])


def action_given(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Action {code} is yours, by {clocks.written(due_at, zone, now=now)}."


def action_extended(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Action {code} has until {clocks.written(due_at, zone, now=now)}."


def action_date_stays(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Action {code} keeps its date: {clocks.written(due_at, zone, now=now)}."


def action_wants_time(code: str, until: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Action {code}: its owner asks for time until {clocks.both(until, zone, now)}."


def asked_for_time(code: str, until: datetime, zone: ZoneInfo, now: datetime) -> str:
    return (
        f"Action {code}: I asked for time until {clocks.written(until, zone, now=now)}. "
        "Until you hear, the date stays."
    )


def action_coming(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Action {code} is due {clocks.written(due_at, zone, now=now)}."


def action_now(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    if now - due_at >= timedelta(hours=1):
        return action_late(code, due_at, zone, now)
    return f"Action {code} is due now."


def action_late(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    late = clocks.span_of(now - due_at)
    return f"Action {code} was due {clocks.written(due_at, zone, now=now)}: late by {late}."


def action_late_for_head(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"{action_late(code, due_at, zone, now)} It is your agency's."


def action_state(
    code: str, text: str, due_at: datetime, state: str, zone: ZoneInfo, now: datetime
) -> str:
    return f"{code}, {state}, by {clocks.written(due_at, zone, now=now)}: {ended(text)}"


def action_closed(code: str, state: str) -> str:
    return f"Action {code}: {state}."


def _from_to(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """ "Tuesday 9 March 2027, 10:00–10:30 (Lisbon)"; both days where it goes past midnight."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{_day(last)}, {last:%H:%M}"
    return f"{_day(first)}, {first:%H:%M}–{until} ({clocks.city(zone)})"


def _day(local: datetime) -> str:
    return format_date(local.date(), "EEEE d MMMM y", locale="en")


def _hours(fit: Fit, whose: str) -> str:
    match fit:
        case Within():
            return f"within {whose} hours"
        case Early(by):
            return f"it begins {clocks.span_of(by)} before {whose} hours"
        case Late(by):
            return f"it ends {clocks.span_of(by)} after {whose} hours"
        case Off():
            return f"outside {whose} hours"


def _expected_elsewhere(codes: Sequence[str]) -> list[str]:
    if not codes:
        return []
    return [f"You are expected at {' and '.join(joint_briefing(each) for each in codes)} then."]


def _said_by_you(said: Rsvp) -> str:
    words = {
        Rsvp.NONE: "You have not answered.",
        Rsvp.YES: "You have said yes.",
        Rsvp.NO: "You have said no.",
        Rsvp.OTHER_TIME: "You have asked for another time.",
        Rsvp.DEPUTY: "A deputy comes instead of you.",
    }
    return words[said]


def _action(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    late = "LATE since" if due_at < now else "by"
    return f"Action {code}, {late} {clocks.written(due_at, zone, now=now)}"
