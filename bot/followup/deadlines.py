"""By when an answer is due, and when whom is told: computed from a versioned policy."""

import calendar
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from itertools import count
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from bot.errors import ConfigError
from bot.followup.workdays import is_working_day

Calendar = Literal["hours", "days", "months"]
LegalRule = Literal["1182/71", "exact"]
Stop = Literal["acknowledged", "answered"]
Tag = Literal["V", "S", "B", "own"]

SOONEST_SHARE = timedelta(minutes=10)
WORKING_DAYS_AT_LEAST = 2
REGULATION = "Regulation (EEC, Euratom) No 1182/71 Art. 3"
HOURS_RULE = f"the hour it began in is not counted ({REGULATION})"
DAYS_RULE = f"the day it began on is not counted, and the last is a working day ({REGULATION})"
ROLES = ("duty", "deputy", "watch", "head", "asker", "both_heads", "executive", "room")


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is told, and when: at a share of the limit, after a delay, or, with neither, at the
    legal end. *until* says what stops it.
    """

    number: int
    share: float | None
    after: timedelta | None
    whom: tuple[str, ...]
    note: str
    until: Stop = "answered"


@dataclass(frozen=True, slots=True)
class Profile:
    """A named time limit, where it comes from, and its ladder."""

    name: str
    title: str
    limit: timedelta  # of a limit in months: thirty days each, for showing
    calendar: Calendar
    clock_starts: str
    source: str
    tag: Tag
    rungs: tuple[Rung, ...]
    urgent: bool
    rule: LegalRule
    months: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """All the profiles of one version."""

    version: str
    profiles: Mapping[str, Profile]
    safety_words: tuple[str, ...] = ()
    """What is said of danger, and reaches people in an operation at once."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an answer is due, to the second and by law, both in UTC, and by which rule each."""

    strict_at: datetime
    legal_at: datetime
    rule: str
    legal_rule: str
    """Why the law's end is another one; empty where it is not."""
    source: str


def deadline(profile: Profile, received: datetime, zone: ZoneInfo, country: str | None) -> Deadline:
    """When an answer is due that was asked for at *received*.

    *zone* and *country* are those of the authority that has to act; without a country only
    Saturdays and Sundays are no working days.
    """
    strict_at = _strict_end(profile, received, zone)
    rule = f"{limit_in_words(profile)} after {profile.clock_starts}"
    if profile.rule == "exact":
        return Deadline(strict_at, strict_at, rule, "", profile.source)
    if profile.calendar == "hours":
        legal_at, why = _end_of_hours(received, zone, profile.limit), HOURS_RULE
    else:
        legal_at, why = _end_of_days(profile, received, zone, country), DAYS_RULE
    # Where the clocks go forward, days are over sooner than their hours.
    return Deadline(min(strict_at, legal_at), legal_at, rule, why, profile.source)


def paused(
    profile: Profile,
    received: datetime,
    stops: Sequence[tuple[datetime, datetime]],
    zone: ZoneInfo,
    country: str | None,
) -> Deadline:
    """The deadline after the clock stood still from the start to the end of each stop."""
    return deadline(profile, counted_from(received, stops), zone, country)


def counted_from(received: datetime, stops: Sequence[tuple[datetime, datetime]]) -> datetime:
    """The receipt, moved on by the time the clock stood still; overlapping stops count once."""
    stood_still, last = timedelta(), received
    for start, end in sorted(stops):
        begin = max(start, last)
        if end > begin:
            stood_still += end - begin
            last = end
    return received + stood_still


def rung_instants(
    profile: Profile, received: datetime, due: Deadline
) -> tuple[tuple[Rung, datetime], ...]:
    """When each rung is due, in order. A share comes ten minutes after receipt at the soonest,
    and never later than the strict end.
    """
    return tuple((rung, _rung_at(rung, received, due)) for rung in profile.rungs)


def limit_in_words(profile: Profile) -> str:
    """ "8 hours", "7 days", "1 month": the limit as the policy says it."""
    if profile.calendar == "months":
        return _counted(profile.months, "month")
    if profile.calendar == "days":
        return _counted(profile.limit.days, "day")
    minutes = int(profile.limit.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    return _counted(minutes, "minute") if rest else _counted(hours, "hour")


def load_policy(path: Path | None = None) -> Policy:
    """The policy in this file, or the one that is shipped.

    Raises:
        ConfigError: with every problem of the file, not only the first.
    """
    name = str(path) if path else "the shipped policy"
    try:
        if path:
            text = path.read_text(encoding="utf-8")
        else:
            text = resources.files("bot.followup").joinpath("policy.toml").read_text("utf-8")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as why:
        raise ConfigError(f"{name} cannot be read: {why}") from why
    problems: list[str] = []
    policy = _policy(table, problems)
    if problems:
        raise ConfigError(f"{name}:\n" + "\n".join(f"- {problem}" for problem in problems))
    return policy


# --- the rules -----------------------------------------------------------------------------------


def _strict_end(profile: Profile, received: datetime, zone: ZoneInfo) -> datetime:
    if profile.calendar != "months":
        return received.astimezone(UTC) + profile.limit
    local = received.astimezone(zone)
    last = _months_later(local.date(), profile.months)
    return datetime.combine(last, local.time(), zone).astimezone(UTC)


def _end_of_hours(received: datetime, zone: ZoneInfo, limit: timedelta) -> datetime:
    # The hours are those of the clock on the wall; some zones stand half an hour aside.
    # From there on it is time that passes, whatever the clocks do.
    local = received.astimezone(zone)
    into_hour = timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    next_hour = received.astimezone(UTC) - into_hour + timedelta(hours=1)
    return next_hour + limit


def _end_of_days(
    profile: Profile, received: datetime, zone: ZoneInfo, country: str | None
) -> datetime:
    event = received.astimezone(zone).date()
    if profile.calendar == "months":
        last = _months_later(event, profile.months)
    else:
        last = event + timedelta(days=profile.limit.days)
    # Two working days at least, where it is two days or more, and the last one is among them.
    needed = min(WORKING_DAYS_AT_LEAST, (last - event).days)
    worked = _working_days(event + timedelta(days=1), last, country, enough=needed)
    while worked < needed or not is_working_day(last, country):
        last += timedelta(days=1)
        worked += is_working_day(last, country)
    return datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)


def _working_days(first: date, last: date, country: str | None, *, enough: int) -> int:
    found = 0
    for offset in range((last - first).days + 1):
        found += is_working_day(first + timedelta(days=offset), country)
        if found >= enough:
            break
    return found


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _rung_at(rung: Rung, received: datetime, due: Deadline) -> datetime:
    start = received.astimezone(UTC)
    if rung.after is not None:
        return start + rung.after
    if rung.share is None:
        return due.legal_at
    away = (due.strict_at - start) * rung.share
    if rung.share > 0:
        away = max(away, SOONEST_SHARE)
    return min(start + away, due.strict_at)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


# --- the file ------------------------------------------------------------------------------------

_LIMITS = ("minutes", "hours", "days", "months")
_PROFILE_KEYS = {"title", "rule", "clock_starts", "source", "tag", "ladder", "urgent", *_LIMITS}
_TEXTS = ("title", "clock_starts", "source", "ladder")
_RUNG_KEYS = {"share", "minutes", "at_legal_end", "whom", "note", "until"}
_LADDER_KEYS = {"source", "tag", "rungs"}


def _policy(table: dict[str, Any], problems: list[str]) -> Policy:
    for key in sorted(table.keys() - {"version", "safety_words", "ladders", "profiles"}):
        problems.append(f'"{key}" is not known here')
    version = table.get("version")
    if not isinstance(version, str) or not version:
        problems.append("version is missing")
    ladders = {
        name: _ladder(f"ladders.{name}", body, problems)
        for name, body in _tables(table, "ladders", problems)
    }
    profiles = {
        name: profile
        for name, body in _tables(table, "profiles", problems)
        if (profile := _profile(name, body, ladders, problems))
    }
    if not profiles and not problems:
        problems.append("there is no profile")
    return Policy(str(version), profiles, _safety_words(table, problems))


def _safety_words(table: dict[str, Any], problems: list[str]) -> tuple[str, ...]:
    words = table.get("safety_words", [])
    if not isinstance(words, list) or not all(isinstance(each, str) and each for each in words):
        problems.append("safety_words must be a list of texts")
        return ()
    return tuple(each.casefold() for each in words)


def _tables(
    table: dict[str, Any], key: str, problems: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    found = table.get(key, {})
    if not isinstance(found, dict):
        problems.append(f"{key} must be a table")
        return
    for name, body in found.items():
        if isinstance(body, dict):
            yield name, body
        else:
            problems.append(f"{key}.{name} must be a table")


def _ladder(where: str, body: dict[str, Any], problems: list[str]) -> tuple[Rung, ...]:
    for key in sorted(body.keys() - _LADDER_KEYS):
        problems.append(f'{where}: "{key}" is not known here')
    _provenance(where, body, problems)
    rows = body.get("rungs")
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        problems.append(f"{where}: rungs must be a list of tables, and not empty")
        return ()
    return tuple(
        _rung(f"{where}, rung {number}", number, row, problems)
        for number, row in zip(count(1), rows, strict=False)
    )


def _rung(where: str, number: int, row: dict[str, Any], problems: list[str]) -> Rung:
    for key in sorted(row.keys() - _RUNG_KEYS):
        problems.append(f'{where}: "{key}" is not known here')
    share, minutes = row.get("share"), row.get("minutes")
    times = [share is not None, minutes is not None, row.get("at_legal_end") is True]
    if times.count(True) != 1:
        problems.append(f"{where}: say one of share, minutes and at_legal_end = true")
    if share is not None and not (_is_number(share) and 0 <= share <= 1):
        problems.append(f"{where}: share = {share} is not between 0 and 1")
        share = None
    if minutes is not None and not (_is_number(minutes) and minutes >= 0):
        problems.append(f"{where}: minutes = {minutes} is not a number of minutes")
        minutes = None
    whom = row.get("whom")
    if not isinstance(whom, list) or not whom or any(role not in ROLES for role in whom):
        problems.append(f"{where}: whom must name some of {', '.join(ROLES)}")
        whom = []
    until = row.get("until", "answered")
    if until not in get_args(Stop):
        problems.append(f'{where}: until = "{until}" must be acknowledged or answered')
    note = row.get("note")
    if not isinstance(note, str) or not note:
        problems.append(f"{where}: note is missing")
    after = None if minutes is None else timedelta(minutes=minutes)
    return Rung(number, share, after, tuple(whom), str(note), until)


def _profile(
    name: str,
    body: dict[str, Any],
    ladders: Mapping[str, tuple[Rung, ...]],
    problems: list[str],
) -> Profile | None:
    where, known = f"profiles.{name}", len(problems)
    for key in sorted(body.keys() - _PROFILE_KEYS):
        problems.append(f'{where}: "{key}" is not known here')
    _provenance(where, body, problems)
    for key in _TEXTS:
        if key != "source" and not (isinstance(body.get(key), str) and body[key]):
            problems.append(f"{where}: {key} is missing")
    if body.get("rule") not in get_args(LegalRule):
        problems.append(f'{where}: rule must be "1182/71" or "exact"')
    if not isinstance(body.get("urgent", False), bool):
        problems.append(f"{where}: urgent must be true or false")
    if body.get("ladder") not in ladders and isinstance(body.get("ladder"), str):
        problems.append(f'{where}: there is no ladder "{body["ladder"]}"')
    units = [unit for unit in _LIMITS if unit in body]
    if len(units) != 1:
        problems.append(f"{where}: say the limit once, in {', '.join(_LIMITS)}")
    elif not (type(body[units[0]]) is int and body[units[0]] > 0):
        problems.append(f"{where}: {units[0]} = {body[units[0]]} is not a whole number above zero")
    if len(problems) > known:
        return None
    return _checked_profile(name, body, units[0], ladders[body["ladder"]])


def _checked_profile(
    name: str, body: dict[str, Any], unit: str, rungs: tuple[Rung, ...]
) -> Profile:
    amount: int = body[unit]
    months = amount if unit == "months" else 0
    limit = timedelta(days=30 * months) if months else timedelta(**{unit: amount})
    kind: Calendar = "months" if months else "days" if unit == "days" else "hours"
    return Profile(
        name=name,
        title=body["title"],
        limit=limit,
        calendar=kind,
        clock_starts=body["clock_starts"],
        source=body["source"],
        tag=body["tag"],
        rungs=rungs,
        urgent=body.get("urgent", False),
        rule=body["rule"],
        months=months,
    )


def _provenance(where: str, body: dict[str, Any], problems: list[str]) -> None:
    if not (isinstance(body.get("source"), str) and body["source"]):
        problems.append(f"{where}: source is missing")
    if body.get("tag") not in get_args(Tag):
        problems.append(f"{where}: tag must be one of {', '.join(get_args(Tag))}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
