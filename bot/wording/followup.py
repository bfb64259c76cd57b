"""What the bot says about questions, their clocks, and what somebody owes."""

from collections.abc import Sequence
from datetime import timedelta

from bot import clocks

# Choosing an officer


def because(
    place: str,
    *,
    is_on_duty: bool,
    is_of_unit: bool,
    duty_rank: int,
    owns_case: bool,
    is_of_case_unit: bool,
    has_answered: bool,
    who: str = "you",
    then: str = "",
) -> str:
    """Why this officer, "you" or "they" to the reader, and who would be next."""
    they_are = f"{who} are"
    if is_on_duty and is_of_unit:
        first = f"{they_are} on duty for {place}"
    elif is_on_duty:
        first = f"{place} has nobody on duty and {they_are}"
    elif duty_rank == 0:
        first = f"nobody is on duty for {place} and {they_are} first in its order"
    else:
        first = f"nobody is on duty for {place} and {they_are} next in its order"
    more = []
    if owns_case:
        more.append(f"the case is {_their(who)}s")
    elif is_of_case_unit:
        more.append(f"the case is {_their(who)} desk's")
    elif has_answered:
        more.append(f"{who} answered this case before")
    after = f"; next would be {then}" if then else ""
    return f"because {' and '.join([first, *more])}{after}"


def _their(who: str) -> str:
    return "your" if who == "you" else "their"


def because_nobody(place: str) -> str:
    return f"because nobody of {place} may be asked this"


def because_named() -> str:
    return "because you were asked by name"


def because_passed_on() -> str:
    return "because it was passed on to you"


def because_handed_over() -> str:
    return "because it was handed over to you"


def because_stepped_in() -> str:
    return "because you step in for somebody who is away"


def because_it_climbed() -> str:
    return "because it waited and you are next in line"


# What is pushed and stored in private: a number, a clock, Open


def new(code: str, by: str) -> str:
    return f"Question {code}, by {by}."


def again(code: str, by: str) -> str:
    return f"Question {code} still waits, by {by}."


def stepping_in(code: str, waited: str, standing: str, *, officer_waits: bool, by: str) -> str:
    if officer_waits:
        return f"Question {code}: an officer has waited {waited}. {standing}"
    return f"Question {code} has waited {waited}, by {by}. {standing}"


STANDING = {
    "duty": "It is still with you.",
    "deputy": "You are deputy now.",
    "watch": "You are the watch desk now.",
    "head": "You are asked as head.",
    "both_heads": "You are asked as head.",
}


def standing(role: str) -> str:
    return STANDING.get(role, "You are asked now.")


def overdue(code: str, at: str) -> str:
    return f"Question {code}: its time ran out at {at}. Answer it, or say why it waits."


def still_waiting(code: str, waited: str) -> str:
    return f"Question {code}: the officer still waits, {waited} now."


def wants_call(code: str) -> str:
    return f"Question {code}: the asker wants to be called."


def more_arrived(code: str, by: str) -> str:
    return f"Question {code}: what you needed has come. By {by}."


def reopened(code: str, by: str) -> str:
    return f"Question {code} is open again: its answer was taken back. By {by}."


def handed_over(code: str, by: str) -> str:
    return f"Question {code} was handed over to you, by {by}."


def stepped_in(code: str, by: str) -> str:
    return f"Question {code}, by {by}. You step in for a colleague."


def no_longer_yours(code: str) -> str:
    return f"Question {code} is with somebody else now. Nothing more to do."


def late(at: str, waiting: Sequence[str]) -> str:
    return f"I was away until {at}. These waited for you: {'; '.join(waiting)}."


def late_item(code: str, by: str, *, is_overdue: bool) -> str:
    return f"{code}, due since {by}" if is_overdue else f"{code}, by {by}"


def late_over(at: str) -> str:
    return f"I was away until {at}. What waited for you then is closed."


def closed(code: str, who: str, at: str) -> str:
    return f"Question {code}: closed by {who} {at}."


def refused(code: str, who: str, at: str) -> str:
    return f"Question {code}: closed without information by {who} {at}."


def passed_on(code: str, who: str, at: str) -> str:
    return f"Question {code}: passed on by {who} {at}."


def withdrawn(code: str, at: str, why: str) -> str:
    return f"Question {code}: withdrawn {at}, {why}. Nothing more to do."


def lapsed(code: str, at: str) -> str:
    return f"Question {code}: closed without an answer, {at}. Nothing more to do."


TAKEN_BACK = "it was not to be passed on after all"
NOBODY, YOU = "nobody", "you"
OPEN, UNDO = "Open", "Undo"
STOOD_DOWN = "the asker stood it down"


def undo_of(about: str) -> str:
    return f"{UNDO}: {about[:40]}" if about else UNDO


def paused_line(code: str) -> str:
    return f"Question {code}: its clock is stopped until the asker has added more."


def somebody(agency: str, role: str) -> str:
    return f"{agency} ({'head' if role == 'head' else 'liaison officer'})"


# Opening a question


def opened(detail: str, because: str, clock: str, lines: Sequence[str]) -> str:
    return "\n".join([detail, *lines, f"You: {because}.", clock])


def clock_line(at: str, rule: str, source: str) -> str:
    grounds = "; ".join(part for part in (rule, source) if part)
    return f"By {at} ({grounds})." if grounds else f"By {at}."


def by_law(at: str, rule: str) -> str:
    return f" By law {at}: {rule}."


def stopped_clock(since: str, *, for_authorisation: bool = False) -> str:
    why = "a judicial authorisation is awaited" if for_authorisation else "more was asked for"
    return f"The clock is stopped since {since}: {why}."


def erased() -> str:
    return "The words of this question were erased."


def cannot_show(code: str) -> str:
    return f'I can show you no question "{code.strip()[:20]}".'


def undo_hint() -> str:
    return "Undo within a minute."


def no_undo(code: str) -> str:
    return f"Question {code} can no longer be undone. Answer it differently, and that is kept too."


def undone(code: str) -> str:
    return f"Question {code} is open again. Everyone who was told is told of that."


# Answers


def noted(code: str) -> str:
    return f"Noted on question {code}."


def no_such_choice(code: str, choice: str, known: Sequence[str], *, asks: bool) -> str:
    example = f"answer {code} {known[0]}{' TEXT' if asks else ''}"
    return (
        f'"{choice[:40]}" is no answer here. These are: {", ".join(known)}. '
        f"Write it like this: {example}"
    )


def which_choice(code: str, said: str) -> str:
    return f'Question {code}: which "{said[:40]}" do you mean? Nothing is answered yet.'


def needs_authentication(label: str) -> str:
    return f'"{label}" needs more than a reaction. Open the question and answer it there.'


def already_closed(code: str, who: str, at: str) -> str:
    return f"Question {code} was closed by {who} {at}. Nothing was changed."


def already_the_same(code: str, who: str, at: str) -> str:
    return f"Question {code} was answered the same way by {who} {at}."


def kept_as_different(code: str, who: str, at: str) -> str:
    return f"Question {code} was closed by {who} {at}. Your different answer is kept beside it."


def no_longer_asked(code: str) -> str:
    return f"Question {code} was withdrawn. Nothing more to do."


def moved_on(code: str) -> str:
    return f"Question {code} was passed on. Nothing more to do."


def snoozed(code: str, until: str) -> str:
    return f"Your own reminders of question {code} rest until {until}. Others are still asked."


def snoozed_each_time(code: str, until: str) -> str:
    return (
        f"I remind you of question {code} by your rule until it is answered, next {until}. "
        f'Others are still asked. Undo: "snooze {code}" and until when.'
    )


def too_often(least: timedelta) -> str:
    return f"That comes more often than every {clocks.span_of(least)}. Name a rule with more time."


def needed_more(code: str) -> str:
    return f"Question {code}: the clock is stopped. The asker was told at once."


def needed_already(code: str) -> str:
    return f"Question {code} waits for more already. Your words were added."


def nobody_to_ask_more() -> str:
    return "Nobody can be asked for more here. Decide on what there is, or pass it on."


def say_what_is_needed() -> str:
    return "Say what you need to know."


def needs_time(code: str, until: str, by: str) -> str:
    return f"Question {code}: the asker reads that you need until {until}. The limit stays: {by}."


AUTHORISATION_SOURCE = "Directive (EU) 2023/977 Art. 5(2)"


def say_what_is_awaited(code: str) -> str:
    return f"Say when it is expected, and why: answer {code} await authorisation Friday 1200, WHY."


def awaited(code: str, until: str) -> str:
    return (
        f"Question {code}: the clock is stopped until the authorisation, expected by {until} "
        f"({AUTHORISATION_SOURCE}). The asker was told at once, with the reason."
    )


def still_awaited(code: str) -> str:
    return (
        f"Question {code}: the authorisation was expected by now. "
        "Is it granted, refused, or awaited until when?"
    )


def nothing_awaited(code: str) -> str:
    return f"Question {code} awaits no authorisation."


def granted(code: str, by: str) -> str:
    return f"Question {code}: the clock runs again, by {by}. The asker was told."


def asked_to_call(code: str) -> str:
    return f"Question {code}: the asker was told to call your desk."


def told_nobody(code: str, desk: str) -> str:
    return (
        f"Question {code}: the chat lets me write nothing to {desk} alone. It is on their desk, "
        "where they have to look. If it cannot wait, call them."
    )


def no_desk_number() -> str:
    return "Your desk has no number in the directory, so nobody can be asked to call it."


def how_to_brief(code: str, units: Sequence[str], case: str | None) -> str:
    about = f" about {case}" if case else ""
    return (
        f"To brief on question {code}, write: brief tomorrow 0900 with {', '.join(units)}{about}. "
        "Nothing was scheduled, and the question stays open."
    )


def stays_open(code: str) -> str:
    return f"Question {code} stays open meanwhile."


def whom_to_pass() -> str:
    return "Say whom to pass it to: an officer or a desk."


def no_such_desk(word: str, near: Sequence[str]) -> str:
    said = f'I know no officer or desk "{word[:40]}".'
    return f'{said} {_meant(near)}"desks" lists every desk.'


def no_such_grantee(word: str, near: Sequence[str]) -> str:
    return f'I know no officer or agency "{word[:40]}". {_meant(near)}'.rstrip()


def _meant(near: Sequence[str]) -> str:
    return f"Did you mean {' or '.join(near)}? " if near else ""


def desks_listed(lines: Sequence[str]) -> str:
    if not lines:
        return "The directory lists no desk."
    return "\n".join(["Ask any of these by its first word: ask DESK your question.", *lines])


def desk_listed(
    slug: str, title: str, agency: str, *, is_watch: bool, is_manned: bool, next_at: str | None
) -> str:
    if is_manned:
        when = "on duty now"
    else:
        when = f"on duty from {next_at}" if next_at else "nobody on duty"
    watch = ", the watch when others rest" if is_watch else ""
    return f"{slug}: {title}, {agency}{watch}; {when}."


def cannot_be_asked(word: str) -> str:
    return f"{word} cannot be asked this."


def stepped_aside(code: str) -> str:
    return f"Question {code} is with somebody else now, and goes round you. Nobody was told why."


def nobody_steps_in(code: str) -> str:
    return f"Nobody else can be asked question {code}. Pass it on, or tell the head of your desk."


def passed(code: str, to: str, successor: str) -> str:
    return f"Question {code} is now {successor}, with {to}, on the same clock."


GROUNDS = {
    "unavailable": "the information is not available",
    "request": "the request does not meet Article 4",
    "authorisation": "judicial authorisation was refused",
    "categories": "the data is outside the categories that may be given",
    "inaccurate": "the data is inaccurate, incomplete or out of date",
    "harm": "it would harm security, an investigation, a person or a protected interest",
    "minor": "the offence carries one year or less, or is none here",
    "third-state": "the state it came from did not consent",
}
GROUNDS_SOURCE = "Directive (EU) 2023/977 Art. 6(1)"


def ground_label(ground: str) -> str:
    return GROUNDS[ground][0].upper() + GROUNDS[ground][1:]


def choose_ground(code: str) -> str:
    listed = "\n".join(f"{name}: {text}" for name, text in GROUNDS.items())
    return (
        f"Question {code}: on which ground of {GROUNDS_SOURCE}? "
        f"It reaches the asking liaison only.\n{listed}"
    )


def refused_for(code: str, ground: str) -> str:
    return f"Question {code} is refused: {GROUNDS[ground]}. The thread reads no more than that."


def refusal(code: str, ground: str) -> str:
    return f"Question {code}: refused, {GROUNDS[ground]} ({GROUNDS_SOURCE})."


def without_information(code: str) -> str:
    return f"Question {code}: closed without information."


def answer_usage() -> str:
    return "Write: answer CODE CHOICE and, where it asks for one, a text. Without CHOICE it opens."


def snooze_usage() -> str:
    return (
        "Write: snooze CODE and, if you like, until when, or how often (every weekday 09:00). "
        "Without a time: 30 minutes."
    )


def standdown_usage() -> str:
    return "Write: standdown CODE"
