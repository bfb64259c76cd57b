"""What the bot says of what people took upon themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import clocks
from bot.wording.phrases import ended, shortened


def usage() -> str:
    return (
        "Write: action add WHO by TIME: what is to be done "
        "[about CASE | briefing CODE | debrief CODE]"
    )


def line_asked() -> str:
    return "WHO by TIME: what is to be done"


def cannot_own() -> str:
    return "That action cannot go to them. Nobody was told; name another."


def no_such_action(code: str) -> str:
    return f'I can show you no action "{shortened(code)}".'


def only_the_setter(code: str) -> str:
    return f"Whoever set action {code} decides that."


def only_the_owner(code: str) -> str:
    return f"Action {code} is for its owner or their desk to settle."


def kept(code: str, text: str, owner: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Action {code}, {owner}, by {clocks.both(due_at, zone, now)}: {ended(text)}"


def line(code: str, text: str, owner: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"{_action(code, due_at, zone, now)}, {owner}: {ended(text)}"


def listed(mine: Sequence[str], theirs: Sequence[str]) -> str:
    if not mine and not theirs:
        return "No open action is yours, and none that you set."
    lines = ["Yours:", *mine] if mine else ["None is yours."]
    return "\n".join([*lines, *(["You set:", *theirs] if theirs else [])])


def given(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Action {code} is yours, by {clocks.written(due_at, zone, now=now)}."


def extended(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Action {code} has until {clocks.written(due_at, zone, now=now)}."


def date_stays(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Action {code} keeps its date: {clocks.written(due_at, zone, now=now)}."


def wants_time(code: str, until: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Action {code}: its owner asks for time until {clocks.both(until, zone, now)}."


def asked_for_time(code: str, until: datetime, zone: ZoneInfo, now: datetime) -> str:
    return (
        f"Action {code}: I asked for time until {clocks.written(until, zone, now=now)}. "
        "Until you hear, the date stays."
    )


def coming(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"Action {code} is due {clocks.written(due_at, zone, now=now)}."


def as_it_is(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    if now - due_at >= timedelta(hours=1):
        return late(code, due_at, zone, now)
    return f"Action {code} is due now."


def late(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    late = clocks.span_of(now - due_at)
    return f"Action {code} was due {clocks.written(due_at, zone, now=now)}: late by {late}."


def late_for_head(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"{late(code, due_at, zone, now)} It is your agency's."


def state(code: str, text: str, due_at: datetime, state: str, zone: ZoneInfo, now: datetime) -> str:
    return f"{code}, {state}, by {clocks.written(due_at, zone, now=now)}: {ended(text)}"


def closed(code: str, state: str) -> str:
    return f"Action {code}: {state}."


def _action(code: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    late = "LATE since" if due_at < now else "by"
    return f"Action {code}, {late} {clocks.written(due_at, zone, now=now)}"
