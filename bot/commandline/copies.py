"""Backups: the database in one file, verified, without the keys."""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from bot import config as configuration
from bot.casework import renewing
from bot.commandline.alone import alone
from bot.commandline.opening import now, opened
from bot.commandline.telling import say, tell
from bot.conversation import held
from bot.errors import ConfigError
from bot.governance import ledger, retention
from bot.governance.ledger import Broken, Operation
from storage import copying, database, engines, indexing
from storage.database import Store
from storage.errors import StorageError
from storage.models import Agency

DIGEST = ".sha256"
"""How the name of the file ends that says what the backup's bytes add up to."""
_SHOWN_EACH = 100_000
_NOT_THE_KEYRING = (
    "The keyring is not the one this backup was made with: put that one in its place. "
    "Nothing was changed."
)


def backup(path: Path, to: Path) -> None:
    """Copy the database into a new file, also while the bot runs, and verify the copy."""
    config = configuration.read(path)
    with opened(config) as store, _new(to, _key(store, config.database.encrypted)) as copy:
        # On record before anything leaves; so the backup knows of itself.
        _record(store, "backup")
        database.upgrade(copy)
        rows = sum(copying.copy(store.reader, copy, _Progress()).values())
        copy.dispose()
        _hold(copy)
    with to.with_name(to.name + DIGEST).open("w", encoding="utf-8") as file:
        file.write(f"{_digest(to)}  {to.name}\n")
    say(
        f"{to}: {rows} rows, and their ledger holds. The keys are not in it: keep a copy of the "
        "keyring and of the master key apart, or nobody can read it. What was erased stays erased."
    )


def restore(path: Path, file: Path) -> None:
    """Bring a backup back into an empty database, and verify it."""
    config = configuration.read(path)
    _must_be_whole(file)
    with opened(config, any_version=True) as store, alone(config.database.url):
        source = engines.plain(engines.read_only(file), _key(store, engines.is_encrypted(file)))
        if not _is_current(source, file):
            raise ConfigError(f"{file} was made by another version. Restore it with that one.")
        database.upgrade(store.engine)
        if not copying.is_empty(store.engine):
            raise ConfigError("The database is not empty. Nothing was changed.")
        # Before anything is filled with what is no good, or taken for erased.
        _hold(source)
        _must_open(store, source)
        rows = sum(copying.copy(source, store.engine, _Progress()).values())
        _hold(store.engine)
        with store.begin() as session:
            erased = retention.erase_again(session, now())
            waiting = held.hold_waiting(session)
            is_lost = indexing.is_lost(session)
        if is_lost:
            # The index was renewed since the backup was made, and its key of then is gone.
            renewing.renew(store, now)
        _record(store, "restore")
        source.dispose()
    say(
        f"{rows} rows are back, and their ledger holds. What was erased since stays erased: "
        f"{erased} messages, cases and entities."
    )
    if waiting:
        say(
            f"{waiting} of the bot's words waited to be said when the backup was made, and may "
            "have been said since: they are held. Do: liaison held list"
        )


def _key(store: Store, is_encrypted: bool) -> bytes | None:
    """The key of an encrypted file, which this deployment's files and their backups share."""
    if not is_encrypted:
        return None
    if not engines.can_encrypt():
        raise ConfigError(
            "This backup is encrypted, and SQLCipher is not installed. Do: pip install sqlcipher3"
        )
    if not store.keyring.has(database.FILE):
        raise ConfigError(_NOT_THE_KEYRING)
    return store.keyring.secret(database.FILE)


def _is_current(source: Engine, file: Path) -> bool:
    try:
        return database.is_current(source)
    except DatabaseError as fault:
        if not engines.is_encrypted(file):
            raise
        raise ConfigError(_NOT_THE_KEYRING) from fault


def _hold(engine: Engine) -> None:
    """Raise `ConfigError` unless the ledger in there holds."""
    with Session(engine) as session:
        result = ledger.verify(session)
    if isinstance(result, Broken):
        raise ConfigError(
            f"The copy is no good: its ledger does not hold, process {result.process}, entry "
            f"{result.sequence}: {result.why}."
        )


def _must_open(store: Store, source: Engine) -> None:
    """Raise `ConfigError` unless the keyring is the one this backup was made with."""
    with Session(source) as session:
        ours = set(session.scalars(select(Agency.key_id)))
    if store.keyring.gone(ours):
        raise ConfigError(_NOT_THE_KEYRING)


def _record(store: Store, what: str) -> None:
    with store.begin() as session:
        ledger.record(session, Operation.ADMINISTRATION, now=now(), subject=what)


def _must_be_whole(file: Path) -> None:
    digest = file.with_name(file.name + DIGEST)
    if not file.is_file():
        raise ConfigError(f"{file} is not there.")
    if not digest.is_file():
        raise ConfigError(
            f"{digest} is not there: without it nobody knows whether {file} is whole."
        )
    if digest.read_text("utf-8").split()[:1] != [_digest(file)]:
        raise ConfigError(f"{file} is not as it was written. Nothing was changed.")


def _digest(file: Path) -> str:
    with file.open("rb") as opened_file:
        return hashlib.file_digest(opened_file, "sha256").hexdigest()


@contextmanager
def _new(to: Path, key: bytes | None) -> Iterator[Engine]:
    """A new database file that only its owner reads, gone again if anything fails."""
    try:
        os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as fault:
        raise ConfigError(f"{to} exists already, and is not overwritten.") from fault
    except OSError as fault:
        raise ConfigError(f"{to} cannot be written: {fault.strerror}.") from fault
    engine = engines.plain(engines.address_of(to), key)
    try:
        yield engine
    except BaseException as fault:
        engine.dispose()
        to.unlink(missing_ok=True)
        if isinstance(fault, StorageError):
            tell(f"{to} was not made.")
        raise
    engine.dispose()


class _Progress:
    """A line now and then: a large copy takes minutes."""

    def __init__(self) -> None:
        self._rows = 0

    def __call__(self, many: int) -> None:
        before, self._rows = self._rows, self._rows + many
        if before // _SHOWN_EACH != self._rows // _SHOWN_EACH:
            typer.echo(f"{self._rows} rows", file=sys.stderr)
