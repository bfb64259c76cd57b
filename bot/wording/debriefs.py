"""What the bot says when people look back: debriefs, lessons, and what happened."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot import clocks
from bot.wording.kinds import called
from bot.wording.meetings import marked
from bot.wording.phrases import counted, ended, shortened, upper_first
from nlp.spans import Label
from storage.models import Tlp, Verdict

START: Final = "Start"
NOT_NOW: Final = "Not now"
WRITE: Final = "Write"
NOTHING_TO_ADD: Final = "Nothing to add"
RATHER_TALK: Final = "Rather talk"
ABOUT_WHAT: Final = "About what?"
SHOW: Final = "Show"
CLOSE: Final = "Close"

_QUESTIONS = {
    1: "what was meant to happen?",
    2: "what happened?",
    3: "what differed from the plan, and why?",
    4: "what should be kept, what changed?",
}


def no_such_debrief(code: str) -> str:
    return f'I can show you no debrief "{shortened(code)}".'


def only_the_desk_debriefs(case: str) -> str:
    return f"The desk that owns {case} decides about its debrief."


def debrief_offered(code: str) -> str:
    return f"Debrief {code} is offered: four short questions, asked in private."


def debrief_put_away(code: str) -> str:
    return f"Debrief {code} is put away. `debrief CASE` brings it back."


def debrief_of_a_case_reopened(case: str) -> str:
    return f"{case} is open again: its debrief is offered anew when it is closed."


def debrief_is_running(code: str) -> str:
    return f"Debrief {code} is being asked already. Say `debrief show {code}`."


def debrief_is_over(code: str) -> str:
    return f"Debrief {code} is closed."


def debrief_started(code: str, case: str, asked: int) -> str:
    return (
        f"Debrief {code} of {case}: {counted(asked, 'person', 'people')} asked in private, "
        "by the part they took. Answers are shown without names.\n"
        f"Say `debrief show {code}`, then `debrief close {code}`."
    )


def debrief_question(code: str, question: int, *, are_few: bool) -> str:
    shown = "Shown without your name" + (
        "; so few are asked that it may be known as yours all the same." if are_few else "."
    )
    return (
        f"{code}, question {question} of {len(_QUESTIONS)}: {_QUESTIONS[question]} "
        f"Two sentences will do.\n{shown} It is a record; a court may ask for it."
    )


def debrief_asks(question: int) -> str:
    return upper_first(_QUESTIONS[question])


def debrief_kept(question: int) -> str:
    return f"Kept, question {question}."


def debrief_thanks(code: str, questions: int) -> str:
    return (
        f"Debrief {code}: thank you, that was all {questions}. "
        f"`debrief answer {code} NUMBER TEXT` changes an answer until it is closed."
    )


def debrief_talk(number: str) -> str:
    where = f" on {number}" if number else ""
    return f"Then talk to the desk{where}. What you say there is theirs to write down."


def debrief_usage() -> str:
    return "Write: debrief CASE, debrief show CODE, debrief answer CODE NUMBER TEXT"


def debrief_answer_usage() -> str:
    return "Write: debrief answer CODE NUMBER what you have to say, with a number from 1 to 4"


def debrief_about_case(code: str, case: str) -> str:
    return f"Debrief {code} is about {case}."


def debrief_about_message(code: str, sent_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Debrief {code} is about what you wrote {clocks.written(sent_at, zone, now=now)}."


def debrief_progress(code: str, asked: int, finished: int) -> str:
    return f"Debrief {code}: {finished} of {asked} are done."


def debrief_closed(code: str) -> str:
    return f"Debrief {code} is closed and can be read."


def debrief(
    *,
    code: str,
    case: str,
    marking: Tlp,
    asked: int,
    finished: int,
    events: Sequence[str],
    answers: Sequence[tuple[int, Sequence[str] | None]],
    lessons: Sequence[tuple[str, str, str, str]],
    tasks: Sequence[str],
) -> str:
    lines = [
        marked(marking, f"Debrief {code} of {case}: {finished} of {asked} are done."),
        "A record; a court may ask for it. Parts taken, no names.",
        "What happened:",
        *events,
        debrief_answers(answers),
        *(["Lessons:", *(_lesson(*each) for each in lessons)] if lessons else []),
    ]
    return "\n".join([*lines, *(["Actions:", *tasks] if tasks else ["No action yet."])])


def lesson_usage() -> str:
    return (
        "Write: lesson add CODE capability: what was seen; why: its root cause; "
        "do: OWNER by TIME: what is to be done"
    )


def lesson_kept(code: str, action: str) -> str:
    follows = (
        f" Action {action} carries it on." if action else " Nothing is to be done about it yet."
    )
    return f"Debrief {code}: a lesson is kept.{follows}"


def _lesson(capability: str, observed: str, cause: str, action: str) -> str:
    carried = f" Action {action}." if action else ""
    return f"{upper_first(capability)}: {ended(observed)} Root cause: {ended(cause)}{carried}"


def debrief_answers(answers: Sequence[tuple[int, Sequence[str] | None]]) -> str:
    lines = []
    for question, said in answers:
        lines.append(upper_first(_QUESTIONS[question]))
        if said is None:
            lines.append("Held back until all are done or it is closed: the first would stand out.")
        else:
            lines += said or ["Nothing to add."]
    return "\n".join(lines)


def debrief_answer(part: str | None, text: str) -> str:
    return f"{upper_first(part)}: {text}" if part else f"Somebody who took part: {text}"


# What happened


def event(at: datetime, text: str, zone: ZoneInfo, now: datetime) -> str:
    return f"{clocks.written(at, zone, now=now)}: {text}"


def case_was_opened() -> str:
    return "The case was opened."


def case_was_closed() -> str:
    return "The case was closed."


def was_reported(label: Label) -> str:
    return f"A field officer reported: {called(label)}."


def was_asked(code: str) -> str:
    return f"Question {code} was asked."


def was_answered(code: str, who: str | None, took: timedelta) -> str:
    said = upper_first(who) if who else "Somebody"
    return f"{said} answered question {code} after {clocks.span_of(took)}."


def ran_past_its_limit(code: str) -> str:
    return f"Question {code} ran past its limit."


def was_judged(label: Label, verdict: Verdict, who: str | None, is_undo: bool) -> str:
    said = upper_first(who) if who else "The bot"
    if is_undo:
        return f"{said} took back what was judged about the {called(label)}."
    words = {
        Verdict.SAME: "found the {} the same",
        Verdict.DIFFERENT: "found the {} not the same",
        Verdict.UNSURE: "was not sure about the {}",
        Verdict.DROPPED: "dropped the {}",
        Verdict.CORRECTED: "corrected the {}",
    }
    return f"{said} {words[verdict].format(called(label))}."


def events_left_out(count: int) -> str:
    return f"{counted(count, 'event')} not shown here."
