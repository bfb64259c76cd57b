"""What the bot says of agendas, minutes and decisions."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import clocks
from bot.governance import markings
from bot.wording.kinds import called
from bot.wording.meetings import joint_briefing, marked, meets_at
from bot.wording.phrases import ended, shortened, upper_first
from nlp.spans import Label
from storage.models import MatchState, Tlp

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
