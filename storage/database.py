"""Opening the store: one database, one keyring, sessions that are one unit of work each."""

import hashlib
import random
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from storage import engines
from storage.errors import Busy, NewerSchema, StorageError, Unwritable
from storage.keyring import ROOT, Keyring, open_keyring

FILE = "file"
"""The name of the key of an encrypted database file, and of its backups."""
BeforeCommit = Callable[[Session], None]


class Store:
    """The database with its keyring."""

    def __init__(
        self,
        engine: Engine,
        reader: Engine,
        ring: Keyring,
        *,
        process: str,
        chance: random.Random,
    ) -> None:
        self.engine = engine
        self.keyring = ring
        self.process = process
        self._reader = reader
        info = {"keyring": ring, "process": process, "chance": chance}
        self._writing = sessionmaker(engine, expire_on_commit=False, info=info)
        self._reading = sessionmaker(reader, expire_on_commit=False, info=info)
        # SQLite has one writer: waiting for it in line is fairer than the driver's busy loop.
        self._turn = threading.RLock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One unit of work: all of it happens, or none.

        Raises `Busy` or `Unwritable` when the database refuses.
        """
        if self._turn is not None:
            self._turn.acquire()
        try:
            with self._writing() as session, _told_plainly():
                self.keyring.refresh()
                session.info = dict(session.info)
                session.info["before_commit"] = []
                session.begin()
                yield session
                session.flush()
                for hook in session.info["before_commit"]:
                    hook(session)
                session.flush()
                # Keys first: a key without its row harms nobody, a row without its key is lost.
                self.keyring.save()
                session.commit()
        finally:
            if self._turn is not None:
                self._turn.release()

    @property
    def is_shared(self) -> bool:
        """Whether several processes may be at work here: SQLite has room for one."""
        return self._turn is None

    @property
    def reader(self) -> Engine:
        """Where a look begins, which blocks nobody."""
        return self._reader

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A look that changes nothing and blocks nobody."""
        with self._reading() as session, _told_plainly():
            self.keyring.refresh()
            session.info = dict(session.info)
            yield session
            session.rollback()

    def close(self) -> None:
        self.engine.dispose()
        self._reader.dispose()
        self.keyring.close()


def open_store(
    url: str,
    *,
    keyring_url: str,
    master: bytes,
    chance: random.Random | None = None,
    process: str | None = None,
    encrypted: bool = False,
) -> Store:
    """Open the database at *url* with its keyring; *master* is 32 bytes.

    A SQLite file that is *encrypted* as a whole has its key in the keyring.

    *chance* makes reference codes; the default is the system's randomness.
    """
    ring = open_keyring(keyring_url, master)
    if encrypted:
        ring.ensure(FILE, ROOT)
    key = ring.secret(FILE) if encrypted else None
    engine, reader = engines.writer(url, key), engines.reader(url, key)
    return Store(
        engine,
        reader,
        ring,
        process=process or secrets.token_hex(6),
        chance=chance or random.SystemRandom(),
    )


def upgrade(engine: Engine) -> None:
    """Apply every migration this database has not seen yet. Raises `NewerSchema`."""
    with _told_plainly(), engine.begin() as connection:
        _refuse_newer(connection)
        command.upgrade(migrations(connection), "head")


def is_current(engine: Engine) -> bool:
    """Whether the database has this version's schema. Raises `NewerSchema`."""
    with _told_plainly(), engine.connect() as connection:
        _refuse_newer(connection)
        head = ScriptDirectory.from_config(migrations(connection)).get_current_head()
        return MigrationContext.configure(connection).get_current_revision() == head


def migrations(connection: Connection) -> Config:
    """Our migrations, as Alembic wants them."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config


def add_once(session: Session, row: DeclarativeBase) -> bool:
    """Add *row* unless its unique key is taken. Safe against another process doing the same."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if _is_duplicate(error):
            return False
        raise
    return True


def is_writing(session: Session) -> bool:
    """Whether this is a unit of work, and not a look that changes nothing."""
    return "before_commit" in session.info


def take_turns(session: Session, at: str, *, with_others: bool = False) -> None:
    """Wait until no other unit of work is *at* this; it is ours until this one ends, or *with
    others* the turn of all who share it so.

    On SQLite, which has one writer, it is anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.blake2b(at.encode(), digest_size=8).digest(), signed=True)
        lock = func.pg_advisory_xact_lock_shared if with_others else func.pg_advisory_xact_lock
        session.execute(select(lock(number)))


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """A step inside a unit of work that can fail alone, together with what it wanted to record."""
    pending: list[Any] = session.info.setdefault("ledger", [])
    before = len(pending)
    try:
        with session.begin_nested():
            yield
    except BaseException:
        del pending[before:]
        raise


def _refuse_newer(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {
        s.revision for s in ScriptDirectory.from_config(migrations(connection)).walk_revisions()
    }
    if current is not None and current not in known:
        raise NewerSchema(
            f"This database is at revision {current}, which this version of Liaison does not know. "
            "Install the version that wrote it, or a newer one."
        )


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InternalError) as fault:
        raise _plain(fault) from fault


def _plain(fault: DBAPIError) -> StorageError | DBAPIError:
    words = str(fault.orig)
    if "locked" in words or "busy" in words:
        return Busy("The database is locked by another process. Nothing was changed; try again.")
    if "idle-in-transaction" in words:
        return Busy("This step stood still for too long, and the database undid it. Try again.")
    if "readonly" in words or "read-only" in words:
        return Unwritable("The database is read-only. Nothing was changed; make its file writable.")
    if "disk is full" in words or "No space left" in words:
        return Unwritable("The disk is full. Nothing was changed; free some space.")
    if "unable to open" in words:
        return Unwritable("The database file cannot be opened: does its folder exist, is it ours?")
    return fault


def _is_duplicate(error: IntegrityError) -> bool:
    """Whether a unique key was the reason: PostgreSQL says 23505, SQLite says it by name."""
    name = getattr(error.orig, "sqlite_errorname", None)
    if name == "SQLITE_CONSTRAINT":  # SQLCipher's driver says it in words alone.
        return "UNIQUE constraint" in str(error.orig)
    return getattr(error.orig, "sqlstate", None) == "23505" or name in (
        "SQLITE_CONSTRAINT_UNIQUE",
        "SQLITE_CONSTRAINT_PRIMARYKEY",
    )
