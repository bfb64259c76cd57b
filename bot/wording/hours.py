"""What the bot says of zones, duty hours, nights and moments."""

from collections.abc import Sequence


def zone_is(zone: str, now: str) -> str:
    return f"Your zone is {zone}; your clock shows {now}."


def zone_set(zone: str, now: str, before: str) -> str:
    return f'Your zone is {zone} now; your clock shows {now}. Undo: "zone {before}".'


def no_such_zone(word: str, near: Sequence[str]) -> str:
    meant = f" Did you mean {' or '.join(near)}?" if near else " Write it as Europe/Lisbon."
    return f'"{word[:40]}" is not a time zone.{meant}'


def duty_is(hours: str) -> str:
    return f"Your duty hours: {hours}." if hours else "You have no duty hours."


def duty_set(hours: str, zone: str, before: str) -> str:
    now = f"Your duty hours are {hours} ({zone}) now." if hours else "You have no duty hours now."
    return f'{now} Undo: "duty {before or "off"}".'


def night_is(night: str, agency: str) -> str:
    """*agency* is the night of theirs, for who says none."""
    said = f"Your night: {night or agency}" + ("" if night else ", as your agency has it")
    return f'{said}. Write "night 21:30-06:30", "night off" or "night default".'


def night_set(night: str, agency: str, zone: str, before: str) -> str:
    undo = f'Undo: "night {before or "default"}".'
    if (night or agency) == "off":
        return f"You are told things at any hour now, while you state no duty hours. {undo}"
    return f"Your night is {night or agency} ({zone}) now: what can wait, waits for its end. {undo}"


def unclear_time(phrase: str, why: str) -> str:
    return f'"{phrase[:60]}": {why}'


def from_when_to_when(phrase: str) -> str:
    return f'"{phrase[:60]}" is one moment. Say from when to when: Friday 0700 to Friday 1900.'


def past_time(at: str) -> str:
    return f"{at} is past. Name a moment to come."
