"""What the bot says about a case's own rule, by which verified identifiers join it."""

from collections.abc import Sequence

from bot.wording.kinds import called
from bot.wording.phrases import counted
from nlp.spans import Label

OPEN, UNDO = "Open", "Undo"


def turned_on(code: str) -> str:
    return (
        f"From now on a verified identifier of what is in {code} joins it without a person being "
        "asked: one that is complete, plainly said, and known of one alone. Its desk is told each "
        f"time, and can undo it. Undo: case links {code} verified off"
    )


def turned_off(code: str) -> str:
    return f"From now on I ask about verified identifiers in {code}. What was linked stays linked."


def noted_on(reason: str) -> str:
    return f"Verified identifiers join without a person from now on: {reason}"


def noted_off(reason: str) -> str:
    ended = "Verified identifiers are asked about again"
    return f"{ended}: {reason}" if reason else f"{ended}."


def is_on_already(code: str) -> str:
    return f"Verified identifiers join {code} without a person already; nothing was changed."


def is_off_already(code: str) -> str:
    return f"{code} has no such rule; nothing was changed."


def stands(code: str, since: str, who: str, reason: str) -> str:
    """The rule of a case, as the case shows it."""
    return (
        f"Verified identifiers join without a person, since {since} by {who}: {reason}. "
        f"Off: case links {code} verified off"
    )


def stands_not(code: str) -> str:
    return f"{code}: nothing joins it without a person."


def latest(links: Sequence[str]) -> str:
    return "\n".join(["Linked by its rule, the latest first:", *links]) if links else ""


def one_link(label: Label, text: str, at: str) -> str:
    return f"{called(label)} {text}, said {at}".rstrip()


def linked(code: str, many: int) -> str:
    """Pushed: it says nothing of what was said, or where."""
    what = counted(many, "verified identifier")
    return f"{code}: {what} joined it by the case's own rule, and nobody was asked."


def source_gone(code: str) -> str:
    return f"{code}: what joined it by the case's own rule was taken back by who wrote it."


def said_by(agency: str, room: str, quote: str | None) -> str:
    if quote is None:
        return f"{agency} wrote of it where your agency does not read."
    return f"{agency} wrote in {room}: “{quote}”."


def undo_of(label: Label, text: str, at: str = "") -> str:
    """With when it was said, where several are offered beside each other."""
    return ", ".join(filter(None, [f"Undo {called(label)} {text}".rstrip(), at]))


def undone(code: str) -> str:
    return (
        f"Taken back: it is not counted in {code}, and everyone who was told is told. "
        "Of the same I ask from now on, whatever the rule."
    )


def undone_already() -> str:
    return "That was taken back already."


def not_yours() -> str:
    return "That is for the desk whose case it is."


def by_rule(who: str) -> str:
    """Whose answer it is, where a case's rule gave it."""
    return f"the case's own rule ({who} turned it on)"
