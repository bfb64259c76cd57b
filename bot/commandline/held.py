"""Deciding from the command line about words that waited when a copy was made."""

from collections.abc import Sequence
from pathlib import Path

import typer

from bot import config as configuration
from bot.commandline.opening import now, opened
from bot.commandline.telling import say, tell
from bot.conversation import held
from bot.errors import ConfigError


def show(path: Path) -> None:
    """What is held: its number, when it was made, for whom, and what kind of words it is."""
    config = configuration.read(path)
    with opened(config) as store, store.reading() as session:
        found = held.standing(session)
    if not found:
        say("Nothing is held.")
        return
    say("\n".join(f"{h.id}  {h.made_at:%Y-%m-%d %H:%M} UTC  {h.reader}  {h.what}" for h in found))
    tell("To say what the chat does not have: liaison held release. To say nothing: held drop.")


def decide(path: Path, numbers: Sequence[int], *, release: bool, everything: bool) -> None:
    """Release or drop those of these *numbers*, or *everything* that is held."""
    if bool(numbers) is everything:
        raise ConfigError("Name what is meant by its numbers, or say --all. See: liaison held list")
    config = configuration.read(path)
    verb, done = (held.release, "released") if release else (held.drop, "dropped")
    with opened(config) as store, store.begin() as session:
        ids = [each.id for each in held.standing(session)] if everything else list(numbers)
        many = verb(session, ids, now=now())
        if many < len(ids):
            say(f"{len(ids) - many} of these are not held.")
    say(f"{many} {done}.")
    if not many:
        raise typer.Exit(1)
