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
from bot.wording.phrases import counted, sentence, shortened
from storage.models import Rsvp, Tlp

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


def series_ended(code: str, closed_case: str = "") -> str:
    ended = f"Series {code} has ended" + (f", as {closed_case} is closed" if closed_case else "")
    return f"{ended}; no further briefing of it is called."


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
