"""What the bot says of what somebody owes and awaits."""

from collections.abc import Sequence

DESK_IS_CLEAR = "Your desk is clear."

OWE = "You owe"
ACTIONS = "Your actions"
ASKED = "You are asked"
WAIT = "You wait for"
TODAY = "Today"
LIVE = "You are live"
WATCH = "You watch"
WHY = "Why?"
SHOW = "Show"
END = "End it"


def desk(parts: Sequence[tuple[str, Sequence[str]]]) -> str:
    return "\n".join(_part(title, lines) for title, lines in parts if lines) or DESK_IS_CLEAR


def the_rest(opened: int) -> str:
    return f"The buttons open the first {opened}. Any other opens by its code: answer CODE."


def shut_out(platform: str, since: str, why: str) -> str:
    return f"{platform.title()} shuts me out since {since}. {why.replace('_', ' ').capitalize()}."


def question(code: str, by: str, *, is_overdue: bool, is_paused: bool) -> str:
    if is_paused:
        return f"{code}, its clock is stopped"
    return f"{code}, overdue since {by}" if is_overdue else f"{code} by {by}"


def action(code: str, by: str, *, is_late: bool) -> str:
    return f"{code}, late since {by}" if is_late else f"{code} by {by}"


def debrief(code: str, questions: int) -> str:
    return f"debrief {code}: {questions} question{'' if questions == 1 else 's'}"


def was_it_held(code: str) -> str:
    return f"briefing {code} is over: was it held?"


def invitation(code: str, at: str) -> str:
    return f"briefing {code} at {at}: do you come?"


def meeting(code: str, at: str) -> str:
    return f"{code} at {at}"


def live(code: str, until: str) -> str:
    return f"operation {code} until {until}"


def watch(code: str, until: str) -> str:
    return f"{code} until {until}"


def _part(title: str, lines: Sequence[str]) -> str:
    return _ended(f"{title}: {'; '.join(lines)}")


def _ended(text: str) -> str:
    return text if text.endswith("?") else f"{text}."
