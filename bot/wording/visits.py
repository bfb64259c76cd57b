"""What the bot says of an officer's desk in a browser."""

from typing import Final

CLOSE: Final = "Close it"


def link(address: str, minutes: int) -> str:
    return (
        f"Your desk in a browser: {address}\n"
        f"It opens once, within {minutes} minutes, for whoever has it: give it to nobody. "
        "`desk web off` closes what it opened."
    )


def opened() -> str:
    return "Your desk was opened in a browser just now. If that was not you, close it."


def closed(were_open: int) -> str:
    if not were_open:
        return "Your desk is open in no browser."
    browsers = "one browser" if were_open == 1 else f"{were_open} browsers"
    return f"Your desk is closed, in {browsers}."


def none_here() -> str:
    return (
        "No desk in a browser is served here; whoever runs me can turn it on, in `[web]` of "
        "config.toml. Nothing was changed."
    )


def only_by_chat() -> str:
    return "Say it to me in the chat: the chat is what knows who you are."


def usage() -> str:
    return "Write: desk web, or: desk web off"
