"""What the bot says about questions, their clocks, and what somebody owes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

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
    return f"Question {code}: its time is over {at}. No choice was made. Nothing more to do."


TAKEN_BACK = "it was not to be passed on after all"
NOBODY, YOU = "nobody", "you"
OPEN, UNDO = "Open", "Undo"
STOOD_DOWN = "the asker stood it down"


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


def no_such_choice(choice: str, known: Sequence[str]) -> str:
    return f'"{choice[:40]}" is no answer here. These are: {", ".join(known)}.'


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


# What the asker hears


def asked(
    code: str, place: str, by: str, rule: str, *, on_duty: bool, next_on: str, is_told: bool
) -> str:
    first = f"Question {code} is with {place}, by {by} ({rule})."
    if on_duty:
        return first
    coming = f"; next on duty {next_on}" if next_on else ""
    told = "The next in its order was told." if is_told else "It is read when their duty begins."
    return f"{first} Nobody is on duty there{coming}. {told}"


def only_the_asker() -> str:
    return "Only who asked can do that."


def card_is_gone() -> str:
    return "That was withdrawn; there is nothing left to ask about."


def nobody_can_be_asked(place: str) -> str:
    return f"Nobody of {place} can be asked this. Ask another desk, or your own."


def asker_needed(code: str) -> str:
    return f"Question {code}: the desk needs more from you. Its clock is stopped."


def asker_awaits(code: str, until: str) -> str:
    return (
        f"Question {code}: a judicial authorisation is awaited, expected by {until}. "
        f"Its clock is stopped ({AUTHORISATION_SOURCE})."
    )


def asker_still_awaits(code: str) -> str:
    return f"Question {code}: the authorisation expected by now has not come. The desk was asked."


def asker_granted(code: str, by: str) -> str:
    return f"Question {code}: the authorisation was granted. The clock runs again, by {by}."


def asker_wait(code: str, until: str, by: str) -> str:
    return f"Question {code}: the desk needs until {until}. The limit stays: {by}."


def asker_call(code: str) -> str:
    return f"Question {code}: you are asked to call the desk."


def asker_climbed(code: str, waited: str, people: int) -> str:
    many = "One officer was asked" if people == 1 else f"{people} officers were asked"
    return f"Question {code} has waited {waited}. {many}, none has answered."


def asker_answered(code: str) -> str:
    return f"Question {code} is answered."


def asker_second(code: str) -> str:
    return f"Question {code} has a further answer."


def asker_undone(code: str) -> str:
    return f"Question {code}: the answer was taken back. It is open again."


def head_hears(code: str, waited: str) -> str:
    return f"Question {code}, asked by your agency, has waited {waited}."


def thread_answered(code: str) -> str:
    return f"Question {code}: answered. The asker has it."


def thread_still_open(code: str) -> str:
    return f"Question {code}: still open. More officers are asked."


def thread_open_again(code: str) -> str:
    return f"Question {code}: open again."


def thread_stood_down(code: str) -> str:
    return f"Question {code}: stood down."


def still_noted(code: str) -> str:
    return f"Question {code}: everyone asked reads that you still wait."


def just_said(code: str) -> str:
    return f"Question {code}: they were reminded a moment ago."


def call_noted(code: str) -> str:
    return f"Question {code}: everyone asked reads that you want a call."


def stood_down(code: str, copies: int) -> str:
    many = "One copy was" if copies == 1 else f"{copies} copies were"
    return f"Question {code} is stood down. {many} withdrawn."


ADD = "Add"


def ask_what_to_add() -> str:
    return "What can you add?"


def say_what_to_add() -> str:
    return "Say what you can add."


def added(code: str, by: str) -> str:
    return f"Question {code}: added. The clock runs again, by {by}."


def added_running(code: str) -> str:
    return f"Question {code}: added."


# Asking a desk


def ask_usage() -> str:
    return (
        "Write: ask DESK your question. "
        "At its end may stand: about CASE; officer waiting; urgent because GROUND: FACTS."
    )


def urgent_needs_ground() -> str:
    listed = "\n".join(f"{name}: {text}" for name, text in URGENT_GROUNDS.items())
    return (
        "Urgent needs one ground of Directive (EU) 2023/977 Art. 4 and its facts. "
        f"End with: urgent because life: THE FACTS. The grounds are:\n{listed}"
    )


URGENT_GROUNDS = {
    "threat": "an immediate and serious threat to public security",
    "life": "an imminent threat to life or physical integrity",
    "liberty": "a decision that may keep somebody deprived of liberty",
    "losing": "an immediate risk that important information loses its relevance",
}


def red_needs_name() -> str:
    return "TLP:RED goes to named people only. Ask an officer by name."


def strict_stays() -> str:
    return "TLP:AMBER+STRICT stays in your agency. Ask a desk of your own, or the originator."


def above_clearance(marking: str) -> str:
    return f"{marking} is above your clearance."


def question(
    marking: str, agency: str, text: str, urgent: str, facts: str, case: str | None
) -> str:
    lines = [f'{marking}. {agency} asks: "{text}"']
    if urgent:
        lines.append(f"Urgent, {URGENT_GROUNDS[urgent]}: {facts}")
    if case:
        lines.append(f"Case {case}.")
    return "\n".join(lines)


def your_question(marking: str, text: str) -> str:
    return f'{marking}. You asked: "{text}"'


def history_need(at: str, text: str) -> str:
    return f'Needed {at}: "{text}"'


def history_added(at: str, text: str) -> str:
    return f'Added {at}: "{text}"'


def history_awaited(at: str, until: str, why: str) -> str:
    return f'Authorisation awaited {at}, until {until}: "{why}"'


def history_granted(at: str) -> str:
    return f"Authorisation granted {at}."


def history_wait(at: str, until: str) -> str:
    return f"Told {at}: until {until}."


def history_call(at: str, desk: str, number: str) -> str:
    return f"Call asked {at}: {desk}, {number}."


def history_answer(at: str, agency: str, marking: str, text: str) -> str:
    return f'Answered {at} by {agency}, {marking}: "{text}"'


def nothing_given() -> str:
    return "Say what you have. It reaches the asker alone."


def asker_not_cleared(marking: str) -> str:
    return f"The asker may not be given {marking}. Answer with less, call, or refuse."


def given(code: str) -> str:
    return f"Question {code}: the asker was told, in private."


# Deciding together


def decide_usage() -> str:
    return "Write: ask all DESK, DESK: your question. Each of them has to answer."


def decision_asked(code: str, desks: Sequence[str], by: str) -> str:
    return f"Question {code} is with {', '.join(desks)}, by {by}. It is decided when all answered."


def decided_together(desks: Sequence[str]) -> str:
    return f"Decided together by: {', '.join(desks)}. Silence is no consent."


def vote(desk: str, choice: str | None, why: str) -> str:
    said = {"agree": "agrees", "object": "objects", None: "has not answered"}[choice]
    return f'{desk} {said}: "{why}"' if why else f"{desk} {said}."


def votes_in(code: str, answered: int, of: int) -> str:
    if answered == of:
        return f"Question {code}: all {of} desks have answered."
    return f"Question {code}: {answered} of {of} desks have answered."


def voted(code: str, left: int) -> str:
    rest = "It was the last." if not left else f"{left} more to come." if left > 1 else "One more."
    return f"Question {code}: noted, and the asker was told, in private. {rest}"


def thread_decided(code: str) -> str:
    return f"Question {code}: decided. The asker has it."


# My desk

DESK_IS_CLEAR = "Your desk is clear."


def desk(
    owe: Sequence[str],
    wait: Sequence[str],
    actions: Sequence[str],
    asked: Sequence[str],
    today: Sequence[str],
) -> str:
    parts = [
        _part("You owe", owe),
        _part("Your actions", actions),
        _part("You are asked", asked),
        _part("You wait for", wait),
        _part("Today", today),
    ]
    return "\n".join(part for part in parts if part) or DESK_IS_CLEAR


def desk_shut_out(platform: str, since: str, why: str) -> str:
    return f"{platform.title()} shuts me out since {since}. {why.replace('_', ' ').capitalize()}."


def desk_question(code: str, by: str, *, is_overdue: bool, is_paused: bool) -> str:
    if is_paused:
        return f"{code}, its clock is stopped"
    return f"{code}, overdue since {by}" if is_overdue else f"{code} by {by}"


def desk_action(code: str, by: str, *, is_late: bool) -> str:
    return f"{code}, late since {by}" if is_late else f"{code} by {by}"


def desk_debrief(code: str, questions: int) -> str:
    return f"debrief {code}: {questions} question{'' if questions == 1 else 's'}"


def desk_was_it_held(code: str) -> str:
    return f"briefing {code} is over: was it held?"


def desk_invitation(code: str, at: str) -> str:
    return f"briefing {code} at {at}: do you come?"


def desk_meeting(code: str, at: str) -> str:
    return f"{code} at {at}"


def _part(title: str, lines: Sequence[str]) -> str:
    return _ended(f"{title}: {'; '.join(lines)}") if lines else ""


def _ended(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


# Handing over


def handover_usage() -> str:
    return "Write: handover OFFICER and, if you like, a note for them."


def handover_nothing() -> str:
    return "Your desk is clear: there is nothing to hand over."


def handover_own_agency() -> str:
    return "A desk is handed over within one agency, to a liaison officer or head."


def handover_offered(code: str, to: str, items: int, by: str, stay: Sequence[str]) -> str:
    many = "one item" if items == 1 else f"{items} items"
    text = (
        f"Handover {code}: {many} offered to {to}, by {by}. What is not taken over then goes to "
        "the head of your desk; until then it stays yours."
    )
    return f"{text} Not offered, they stay with you: {', '.join(stay)}." if stay else text


def handover_detail(who: str, items: Sequence[str], note: str) -> str:
    listed = "\n".join(items)
    text = f"{who} hands over:\n{listed}"
    return f'{text}\nNote: "{note}"' if note else text


def handover_item(code: str, by: str) -> str:
    return f"{code}, by {by}"


def handover_action(code: str, by: str) -> str:
    return f"Action {code}, by {by}"


def handover_taken(code: str, item: str, left: int) -> str:
    many = "One item is" if left == 1 else f"{left} items are"
    rest = f"{many} left to take." if left else "Nothing is left to take."
    return f"Handover {code}: {item} is yours now. {rest}"


def handover_undone(code: str) -> str:
    return f"Handover {code} is open again. What you had taken is back where it was."


def handover_lapsed(code: str, to: str, items: Sequence[str], stay: Sequence[str]) -> str:
    parts = [f"Handover {code}: not taken over in time."]
    if items:
        parts.append(f"With {to} now: {', '.join(items)}.")
    if stay:
        parts.append(f"Still with you: {', '.join(stay)}.")
    return " ".join(parts)


def handover_not_taken(code: str, to: str) -> str:
    return f"Handover {code}: you did not take it over in time. It went to {to}."


def take(code: str) -> str:
    return f"Take {code}"


def handover_accepted(code: str, items: int) -> str:
    many = "One item is" if items == 1 else f"{items} items are"
    return f"Handover {code}: {many} yours now."


def handover_declined(code: str) -> str:
    return f"Handover {code} is declined. Everything stays where it was."


def not_for_you_to_take(code: str) -> str:
    return f"{code} cannot be with you. It stays where it is."


def giver_hears(code: str, stay: Sequence[str] = (), *, accepted: bool) -> str:
    text = f"Handover {code}: {'accepted' if accepted else 'declined'}."
    return f"{text} Still with you: {', '.join(stay)}." if stay else text


def giver_hears_undone(code: str) -> str:
    return f"Handover {code}: the acceptance was taken back. What was taken is with you again."


def handed_on(code: str, who: str) -> str:
    return f"Question {code}: handed over to {who}."


# Zone, duty, times


def zone_is(zone: str, now: str) -> str:
    return f"Your zone is {zone}; your clock shows {now}."


def zone_set(zone: str, now: str, before: str) -> str:
    return f'Your zone is {zone} now; your clock shows {now}. Undo: "zone {before}".'


def no_such_zone(word: str, near: Sequence[str]) -> str:
    meant = f" Did you mean {' or '.join(near)}?" if near else " Write it as Europe/Lisbon."
    return f'"{word[:40]}" is not a time zone.{meant}'


def duty_is(hours: str) -> str:
    return f"Your duty hours: {hours}." if hours else "You have no duty hours."


def duty_set(hours: str, zone: str, before: str) -> str:
    now = f"Your duty hours are {hours} ({zone}) now." if hours else "You have no duty hours now."
    return f'{now} Undo: "duty {before or "off"}".'


def night_is(night: str, agency: str) -> str:
    """*agency* is the night of theirs, for who says none."""
    said = f"Your night: {night or agency}" + ("" if night else ", as your agency has it")
    return f'{said}. Write "night 21:30-06:30", "night off" or "night default".'


def night_set(night: str, agency: str, zone: str, before: str) -> str:
    undo = f'Undo: "night {before or "default"}".'
    if (night or agency) == "off":
        return f"You are told things at any hour now, while you state no duty hours. {undo}"
    return f"Your night is {night or agency} ({zone}) now: what can wait, waits for its end. {undo}"


def unclear_time(phrase: str, why: str) -> str:
    return f'"{phrase[:60]}": {why}'


def from_when_to_when(phrase: str) -> str:
    return f'"{phrase[:60]}" is one moment. Say from when to when: Friday 0700 to Friday 1900.'


def past_time(at: str) -> str:
    return f"{at} is past. Name a moment to come."


def answer_usage() -> str:
    return "Write: answer CODE CHOICE and, where it asks for one, a text. Without CHOICE it opens."


def snooze_usage() -> str:
    return (
        "Write: snooze CODE and, if you like, until when, or how often (every weekday 09:00). "
        "Without a time: 30 minutes."
    )


def standdown_usage() -> str:
    return "Write: standdown CODE"


# Times as the reader's clock shows them


def by(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """The clock alone while it is today there, else the day too."""
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return clocks.clock(at, zone)
    return clocks.written(at, zone, now=now)


def span(length: timedelta) -> str:
    """How long somebody has waited, in whole minutes from the first minute on."""
    whole = timedelta(minutes=length // timedelta(minutes=1))
    return clocks.span_of(whole or length)
