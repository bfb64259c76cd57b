"""The rules of keeping: how long, by when looked at, from which source."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

_OURS = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, slots=True)
class Rules:
    """Every limit of `rules.toml`, in which each has its source."""

    version: str
    messages: timedelta
    review_reminders: tuple[timedelta, ...]
    review_longest: timedelta
    concern_acknowledged: timedelta
    concern_feedback_months: int
    concern_reminder: timedelta
    concern_kept: timedelta


@cache
def load(path: Path = _OURS) -> Rules:
    """The rules this version of Liaison keeps."""
    held = tomllib.loads(path.read_text(encoding="utf-8"))

    def days(name: str) -> timedelta:
        return timedelta(days=held[name]["days"])

    return Rules(
        version=held["version"],
        messages=days("messages"),
        review_reminders=(days("review_first_reminder"), days("review_last_reminder")),
        review_longest=days("review_longest"),
        concern_acknowledged=days("concern_acknowledged"),
        concern_feedback_months=held["concern_feedback"]["months"],
        concern_reminder=days("concern_reminder"),
        concern_kept=days("concern_kept"),
    )
