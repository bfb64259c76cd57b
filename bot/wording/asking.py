"""What the bot says to who asks: asking, what comes of it, and deciding together."""

from collections.abc import Sequence

from bot.wording.followup import AUTHORISATION_SOURCE

# What the asker hears


def code_now(first: str, now: str) -> str:
    return f"{first} (now {now})"


def asked(
    code: str,
    place: str,
    by: str,
    rule: str,
    by_law: str,
    *,
    on_duty: bool,
    next_on: str,
    is_told: bool,
) -> str:
    first = f"Question {code} is with {place}, by {by} ({rule}).{by_law}"
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


def needed(code: str) -> str:
    return f"Question {code}: the desk needs more from you. Its clock is stopped."


def awaits(code: str, until: str) -> str:
    return (
        f"Question {code}: a judicial authorisation is awaited, expected by {until}. "
        f"Its clock is stopped ({AUTHORISATION_SOURCE})."
    )


def still_awaits(code: str) -> str:
    return f"Question {code}: the authorisation expected by now has not come. The desk was asked."


def granted(code: str, by: str) -> str:
    return f"Question {code}: the authorisation was granted. The clock runs again, by {by}."


def wait(code: str, until: str, by: str) -> str:
    return f"Question {code}: the desk needs until {until}. The limit stays: {by}."


def call(code: str) -> str:
    return f"Question {code}: you are asked to call the desk."


def climbed(code: str, waited: str, people: int) -> str:
    many = "One officer was asked" if people == 1 else f"{people} officers were asked"
    return f"Question {code} has waited {waited}. {many}, none has answered."


def answered(code: str) -> str:
    return f"Question {code} is answered."


def second(code: str) -> str:
    return f"Question {code} has a further answer."


def undone(code: str) -> str:
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


def not_cleared(marking: str) -> str:
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
