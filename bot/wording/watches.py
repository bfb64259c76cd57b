"""What the bot says of watches and of mutes."""

from collections.abc import Sequence

from bot.wording.phrases import counted


def sighted(code: str, room: str, at: str) -> str:
    return (
        f"Watch {code}: what you watch for was said in {room}, {at}. "
        'Say "watch list" for what it is.'
    )


def watching(code: str, kind: str, text: str, until: str) -> str:
    return f"Watch {code}: {kind} {text}, until {until}. I tell you alone. Undo: watch end {code}."


def known_before(cases: Sequence[tuple[str, bool]]) -> str:
    """In which cases it stands already; a closed one is said to be."""
    listed = [f"{code} (closed)" if is_closed else code for code, is_closed in cases]
    return f" It stands in {', '.join(listed)} already." if listed else ""


def watch_over(code: str, count: int) -> str:
    times = {0: "It was not said where you may read", 1: "It was said once"}
    said = times.get(count, f"It was said {count} times")
    return f"Watch {code} is over. {said}. To go on, watch for it again."


def watch_list(watches: Sequence[tuple[str, str, str, str]]) -> str:
    if not watches:
        return "You watch for nothing."
    return "\n".join(
        f"{code}: {what}, until {until}; {said}" for code, what, until, said in watches
    )


def times_said(count: int, last: str | None) -> str:
    """How often its owner was told that it was said, and when last."""
    if last is None:
        return "not said yet where you may read"
    return f"said {counted(count, 'time')}, last {last}" if count > 1 else f"said once, {last}"


def no_such_watch(code: str) -> str:
    return f'You have no watch "{code.strip()[:20]}". "watch list" shows yours.'


def watch_ended(code: str) -> str:
    return f"Watch {code} has ended."


def muted(code: str, kind: str, text: str, until: str, many: int) -> str:
    stands = f" It stands in {counted(many, 'case')} that you may see." if many else ""
    return (
        f"Mute {code}: your agency is asked no more about {kind} {text}, until {until}.{stands} "
        f"Undo: mute end {code}."
    )


def muted_already(text: str) -> str:
    return f'Your agency is not asked about {text} already: "mute list" shows by whom.'


def muted_too_long(days: int) -> str:
    return f"A mute lasts {days} days at most; then somebody decides again. Nothing was changed."


def is_nothing_known(text: str) -> str:
    return (
        f'"{text[:60]}" is no identifier that I know, and no name. Nothing was changed. '
        'Say what it is, as in "plate XX00 TST".'
    )


def mute_list(mutes: Sequence[tuple[str, str, str, str]]) -> str:
    if not mutes:
        return "Your agency is asked about everything."
    return "\n".join(
        f"{code}: {what}, by {owner}, until {until}" for code, what, owner, until in mutes
    )


def no_such_mute(code: str) -> str:
    return f'Your agency has no mute "{code.strip()[:20]}". "mute list" shows them.'


def mute_ended(code: str) -> str:
    return f"Mute {code} has ended: your agency is asked about it again."
