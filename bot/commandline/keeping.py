"""Keeping house from the command line: schema, directory, ledger, purge, keys."""

from pathlib import Path

import typer

from bot import config as configuration
from bot.commandline.opening import now, opened
from bot.commandline.telling import say, tell
from bot.errors import ConfigError
from bot.followup import deadlines
from bot.governance import directory, ledger, retention
from bot.governance.ledger import Broken, Operation
from storage import database


def upgrade(path: Path) -> None:
    """Apply every migration that is missing."""
    config = configuration.read(path)
    with opened(config, any_version=True) as store:
        database.upgrade(store.engine)
    say("The database is up to date.")


def directory_apply(path: Path, file: Path | None, *, yes: bool) -> None:
    """Show the difference, ask, apply."""
    config = configuration.read(path)
    wanted = directory.read(file or config.directory.file)
    with opened(config) as store:
        with store.reading() as session:
            changes = directory.difference(session, wanted)
        if not changes:
            say("The directory is as it should be. Nothing to change.")
            return
        for change in changes:
            say(str(change))
        if not yes and not typer.confirm(f"Apply {len(changes)} changes?", err=True):
            tell("Nothing was changed.")
            raise typer.Exit(1)
        with store.begin() as session:
            applied = directory.apply(session, wanted, by="operator", now=now())
    say(f"Applied: {len(applied)} changes.")


def ledger_verify(path: Path) -> None:
    """Verify the ledger; status 1 when it does not hold."""
    config = configuration.read(path)
    with opened(config) as store, store.reading() as session:
        result = ledger.verify(session)
    if isinstance(result, Broken):
        say(f"The ledger does NOT hold: process {result.process}, entry {result.sequence}: {result.why}.")
        raise typer.Exit(1)
    say(f"The ledger holds: {result.entries} entries in {result.chains} chains.")


def purge(path: Path, *, yes: bool) -> None:
    """Erase what nobody decided to keep."""
    config = configuration.read(path)
    if not yes and not typer.confirm("Erase what is past its time? It cannot be undone.", err=True):
        tell("Nothing was erased.")
        raise typer.Exit(1)
    with opened(config) as store:
        with store.begin() as session:
            session.info["policy"] = deadlines.load_policy(config.deadlines.policy)
            purged = retention.purge(session, now(), messages_days=config.retention.messages_days)
        carried = retention.carry_out(store, now())
    say(f"{purged}")
    say(f"{carried}")


def keys_new(file: Path) -> None:
    """Make a master key."""
    configuration.new_key(file)
    say(f"A new master key is in {file}. Keep a copy apart from the data: without it all is lost.")


def keys_rotate(path: Path, new: Path) -> None:
    """Wrap everything under a new master key."""
    config = configuration.read(path)
    key = configuration.read_key(new)
    if key == configuration.master_key(config):
        raise ConfigError(f"{new} holds the key that is in use. Make another: liaison keys new FILE")
    with opened(config) as store:
        many = store.keyring.rotate(key)
        with store.begin() as session:
            ledger.record(session, Operation.ADMINISTRATION, now=now(), subject="keys", rewrapped=many)
    say(f"{many} keys are under the new master key. Name {new} as keys.master_file now.")
