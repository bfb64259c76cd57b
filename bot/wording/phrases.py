"""Turns of phrase that many sentences share."""


def counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    return ended(upper_first(text))


def ended(text: str) -> str:
    plain = " ".join(text.split())
    return plain if plain.endswith((".", "?", "!")) else f"{plain}."


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def shortened(text: str | None) -> str:
    return " ".join((text or "").split())[:60]
