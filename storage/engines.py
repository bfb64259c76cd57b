"""Connecting to the database that an address names."""

from datetime import timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

STOPPED_AFTER = timedelta(seconds=20)
"""A PostgreSQL server takes back what a process holds that does nothing for so long in the midst
of a unit of work: it was stopped, or its machine is gone, and the others wait for its rows."""
SYNCHRONOUS = "FULL"
"""What SQLite has committed is on the disk, and outlives a power cut."""

_CIPHER = "sqlcipher3.dbapi2"
_CLEAR = b"SQLite format 3\x00"


def address_of(file: Path) -> str:
    """The address of a SQLite database in this file, whatever signs are in its name."""
    return URL.create("sqlite", database=str(file)).render_as_string()


def read_only(file: Path) -> str:
    """As `address_of`, for who only reads, and makes nothing that is not there."""
    query = {"mode": "ro", "uri": "true"}
    named = f"file:{quote(str(file.resolve()))}"
    return URL.create("sqlite", database=named, query=query).render_as_string()


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; `None` for what is none."""
    place = make_url(url)
    if place.get_backend_name() != "sqlite" or not place.database or place.database == ":memory:":
        return None
    return Path(place.database.removeprefix("file:"))


def is_encrypted(file: Path) -> bool:
    """Whether this file is a database that tells nothing of itself without its key."""
    with file.open("rb") as opened:
        begins = opened.read(len(_CLEAR))
    return bool(begins) and begins != _CLEAR


def can_encrypt() -> bool:
    """Whether SQLCipher is installed."""
    try:
        import_module(_CIPHER)
    except ImportError:
        return False
    return True


def plain(url: str, key: bytes | None = None) -> Engine:
    """A file as it is: for copies. *key* is its own, where it is encrypted."""
    if key is None:
        return create_engine(url)
    # The key itself and no pass phrase: 256,000 rounds for each connection would help nobody.
    engine = create_engine(url, module=import_module(_CIPHER))
    event.listen(engine, "connect", partial(_unlock, key=key))
    return engine


def writer(url: str, key: bytes | None = None) -> Engine:
    """Where units of work begin. With a *key*, a SQLite file is encrypted as a whole."""
    engine = _engine(url, key)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin_immediate)
    else:
        event.listen(engine, "connect", _end_when_stopped)
    return engine


def reader(url: str, key: bytes | None = None) -> Engine:
    """Where looks begin, which block nobody and see everything as it was at one moment."""
    engine = _engine(url, key)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin_deferred)
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def of_keyring(url: str) -> Engine:
    """Where wrapped keys are kept: what is deleted there is overwritten."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url)
        event.listen(engine, "connect", _tune_keyring)
    else:
        engine = create_engine(url, pool_pre_ping=True)
        event.listen(engine, "connect", _end_when_stopped)
    return engine


def _engine(url: str, key: bytes | None) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    module = import_module("sqlite3" if key is None else _CIPHER)
    engine = create_engine(
        url, module=module, connect_args={"check_same_thread": False}, pool_size=8
    )
    if key is not None:
        event.listen(engine, "connect", partial(_unlock, key=key))
    event.listen(engine, "connect", _tune_sqlite)
    return engine


def _unlock(connection: Any, _record: object, *, key: bytes) -> None:
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")


def _tune_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # We say BEGIN ourselves, below.
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        f"synchronous={SYNCHRONOUS}",
        "foreign_keys=ON",
        "cache_size=-65536",
        "temp_store=MEMORY",
        "secure_delete=FAST",
    ):
        try:
            connection.execute(f"PRAGMA {pragma}")
        except Exception as fault:  # of either driver
            # A read-only file cannot change its journal; that is said when something is written.
            if "readonly" not in str(fault):
                raise


def _tune_keyring(connection: Any, _record: object) -> None:
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={SYNCHRONOUS}",
        "secure_delete=ON",
        "busy_timeout=10000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: SQLite has no row locks, so two readers could both act."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _end_when_stopped(connection: Any, _record: object) -> None:
    limit = int(STOPPED_AFTER.total_seconds())
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{limit}s'")
    connection.commit()
