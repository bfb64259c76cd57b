"""What the bot says of the ties in a case's network."""

from collections.abc import Sequence

_LONGEST = 70


def tie(subject: str, how: str, other: str, more: str = "", *, negated: bool, hearsay: bool) -> str:
    """A tie as a sentence, with what else belongs to it and what is said against it."""
    doubts = [word for word, holds in (("denied", negated), ("only reported", hearsay)) if holds]
    return " ".join([subject, how, other, *(f"({each})" for each in (more, *doubts) if each)])


def offered(case: str, ties: Sequence[str]) -> str:
    """What else the message says; nothing of it is in the case before somebody adds it."""
    return f"The message also says: {'; '.join(ties)}. Not in {case} unless you add it."


def add(case: str, said: str) -> str:
    label = f"Add to {case}: {said}"
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"


def added(case: str, said: str, made: Sequence[str]) -> str:
    """*made* is who or what came into the case with it."""
    came = f" {' and '.join(made)} came into {case} with it." if made else ""
    return f"In {case} now: {said}.{came}"


def taken_back(case: str, said: str) -> str:
    return f"Taken back: {said} is not in {case} any more."


def of_profile(said: str, case: str, officer: str, at: str) -> str:
    return f"{said}. {case}, added by {officer}, {at}."
